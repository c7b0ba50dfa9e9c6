"""How far a text is from the truth: character and word error rate, and which of the words are there at all."""

import collections
import dataclasses
import re
import unicodedata

from rapidfuzz.distance import Levenshtein


def normalised(text):
    """NFC, and every run of white space one space: where lines break is not what is measured. Case is kept."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


@dataclasses.dataclass(frozen=True)
class Score:
    cer: float  # insertions, deletions and substitutions of characters / characters of the truth
    wer: float  # the same of words
    words: int  # words in what was read
    recall: float  # words of the truth that were read, each as often as it stands there, in any order / words of the truth


def score(truth, read):
    """Against an empty truth the rates count what was read as if the truth had one character: 0, or far more than 1."""
    truth, read = normalised(truth), normalised(read)
    truth_words, read_words = truth.split(), read.split()
    return Score(Levenshtein.distance(truth, read) / max(1, len(truth)),
                 Levenshtein.distance(truth_words, read_words) / max(1, len(truth_words)), len(read_words),
                 recall(truth_words, read_words))


def recall(truth_words, read_words):
    """An order is a matter of taste in a form, a lost word is not. Nothing is missing where nothing stands."""
    found = collections.Counter(truth_words) & collections.Counter(read_words)
    return found.total() / len(truth_words) if truth_words else 1.0
