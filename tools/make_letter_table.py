#!/usr/bin/env python3
"""Writes src/extract/text/letter_table.cpp: which three letters follow each other in words of some language.

    tools/make_letter_table.py ROOT > src/extract/text/letter_table.cpp

ROOT is where the word lists and spelling dictionaries of Debian 12 are unpacked (`apt-get download PACKAGE`, `dpkg -x`),
or / where they are installed. They are free software (public domain, BSD, GPL, LGPL, MPL; each package says so); what is
kept of them is whether a sequence occurs, no word.

A sequence counts when it makes up 1 in 10,000 of the sequences of one language's words (1 in 50,000 beyond Latin), begin
and end of a word counted as a letter. Letters are folded: lower case, without accents.
"""

import collections
import pathlib
import random
import sys
import unicodedata

LISTS = {  # package: file
    "wamerican": "dict/american-english", "wbritish": "dict/british-english", "wcatalan": "dict/catalan",
    "wdanish": "dict/danish", "wdutch": "dict/dutch", "wfrench": "dict/french", "witalian": "dict/italian",
    "wngerman": "dict/ngerman", "wnorwegian": "dict/bokmaal", "wpolish": "dict/polish",
    "wportuguese": "dict/portuguese", "wspanish": "dict/spanish", "wswedish": "dict/swedish",
    "hunspell-bg": "hunspell/bg_BG.dic", "hunspell-cs": "hunspell/cs_CZ.dic", "hunspell-el": "hunspell/el_GR.dic",
    "hunspell-eu": "hunspell/eu_ES.dic", "hunspell-hr": "hunspell/hr_HR.dic", "hunspell-hu": "hunspell/hu_HU.dic",
    "hunspell-id": "hunspell/id_ID.dic", "hunspell-is": "hunspell/is_IS.dic", "hunspell-lt": "hunspell/lt_LT.dic",
    "hunspell-lv": "hunspell/lv_LV.dic", "hunspell-ro": "hunspell/ro_RO.dic", "hunspell-ru": "hunspell/ru_RU.dic",
    "hunspell-sk": "hunspell/sk_SK.dic", "hunspell-sl": "hunspell/sl_SI.dic", "hunspell-sr": "hunspell/sr_RS.dic",
    "hunspell-sw": "hunspell/sw_KE.dic", "hunspell-tr": "hunspell/tr_TR.dic", "hunspell-uk": "hunspell/uk_UA.dic",
    "hunspell-vi": "hunspell/vi_VN.dic", "myspell-et": "hunspell/et_EE.dic",
}
SCRIPTS = {  # in the order of the enum in letters.cpp
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "cyrillic": "абвгдежзиклмнопрстуфхцчшщъыьэюяєґђјљњћџі",
}
BLOCKS = {"latin": [(0x41, 0x250), (0x1E00, 0x1F00)], "greek": [(0x370, 0x400), (0x1F00, 0x2000)],
          "cyrillic": [(0x400, 0x530)]}
ONE_LETTER = {"ß": "s", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "ı": "i", "ð": "d", "þ": "t", "ς": "σ"}
# The dictionaries of Greek and Cyrillic languages hold few inflected forms: rarer sequences count there.
SHARE_MIN = {"latin": 1e-4, "greek": 2e-5, "cyrillic": 2e-5}
COUNT_MIN = 3
SAMPLE = 150_000  # words of a language: more change nothing


def folded(letter):
    letter = letter.lower()[:1]
    base = unicodedata.normalize("NFD", ONE_LETTER.get(letter, letter))[:1]
    return ONE_LETTER.get(base, base)


def number_of(letter):
    """(script, number from 1), or nothing for what is no letter of a script here."""
    if not letter.isalpha():
        return None
    base = folded(letter)
    for script, letters in enumerate(SCRIPTS.values()):
        if base in letters:
            return script, letters.index(base) + 1
    return None


def words_of(path):
    encoding = "utf-8"
    if path.suffix == ".dic":
        for line in path.with_suffix(".aff").read_bytes().split(b"\n"):
            if line.lstrip(b"\xef\xbb\xbf").startswith(b"SET "):
                encoding = line.split()[1].decode()
                break
    words = [line.split("/")[0].split("\t")[0].strip()
             for line in path.read_bytes().decode(encoding, "replace").split("\n")]
    words = [word for word in words if len(word) > 1 and not word.isupper()]
    return random.Random(1).sample(words, SAMPLE) if len(words) > SAMPLE else words


def sequences_of(path):
    """{script: counts of sequences}."""
    counts = collections.defaultdict(collections.Counter)
    for word in words_of(path):
        numbers = [number_of(letter) for letter in word]
        scripts = {number and number[0] for number in numbers}
        if len(scripts) != 1 or None in scripts:
            continue
        spelled = [0, *(number for _, number in numbers), 0]
        counts[scripts.pop()].update(zip(spelled, spelled[1:], spelled[2:]))
    return counts


def main():
    share = pathlib.Path(sys.argv[1]) / "usr/share"
    names = list(SCRIPTS)
    known = [set() for _ in SCRIPTS]
    for name in LISTS.values():
        for script, counts in sequences_of(share / name).items():
            total = sum(counts.values())
            if total > 1000:
                known[script] |= {sequence for sequence, count in counts.items()
                                  if count >= COUNT_MIN and count / total >= SHARE_MIN[names[script]]}
    print("// Written by tools/make_letter_table.py from word lists and dictionaries of Debian 12; it names them.")
    print('// clang-format off\n#include "extract/text/letter_table.h"\n\nnamespace docmill::text {\n')
    for script, (name, letters) in enumerate(SCRIPTS.items()):
        side = len(letters) + 1
        bits = [0] * ((side**3 + 63) // 64)
        for a, b, c in known[script]:
            at = (a * side + b) * side + c
            bits[at // 64] |= 1 << at % 64
        print(f"// {len(known[script])} of {side} x {side} x {side}.")
        print(f"const std::array<std::uint64_t, {len(bits)}> {name}_sequences{{")
        for at in range(0, len(bits), 5):
            print("    " + " ".join(f"0x{word:016X}," for word in bits[at:at + 5]))
        print("};\n")
    for name, blocks in BLOCKS.items():
        for begin, end in blocks:
            numbers = [number_of(chr(code)) for code in range(begin, end)]
            values = [0 if number is None or list(SCRIPTS)[number[0]] != name else number[1] for number in numbers]
            print(f"const std::array<std::uint8_t, {len(values)}> {name}_letters_{begin:x}{{")
            for at in range(0, len(values), 32):
                print("    " + " ".join(f"{value}," for value in values[at:at + 32]))
            print("};\n")
    print("}  // namespace docmill::text\n// clang-format on")


main()
