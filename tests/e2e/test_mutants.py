"""Thousands of damaged documents in one run: every one ends in a row, and none ends, hangs or blocks the run."""

import random

import duckdb
import pyarrow.parquet as parquet
import pytest

from harness import CORPUS, SAMPLES

MUTANTS = 8000
SEED_SIZE_MAX = 48 * 1024
# What damage may honestly be called. A sandbox_violation is a system call that the filter should know; a
# bad_child_output a child that did not know what became of its document.
HONEST = {None, "corrupt", "unsupported", "empty", "encrypted", "limit_pages", "limit_pixels", "limit_output", "crashed",
          "page_timeout", "out_of_memory"}
# Where numbers decide on sizes, offsets and counts.
NUMBERS = [b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e30"]


def seeds():
    """Small documents: samples, and those that once broke a viewer."""
    folders = [SAMPLES, CORPUS / "robust"]
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.*"))
             if path.is_file() and path.suffix not in (".md", ".txt") and path.stat().st_size <= SEED_SIZE_MAX]
    return [(path.suffix, path.read_bytes()) for path in found]


def flip(content, rng):
    content = bytearray(content)
    for _ in range(rng.choice([1, 4, 32])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def cut(content, rng):
    return content[:rng.randrange(len(content))]


def splice(content, rng):
    """A piece of the document somewhere else in it."""
    start, end = sorted(rng.randrange(len(content)) for _ in range(2))
    at = rng.randrange(len(content))
    return content[:at] + content[start:min(end, start + 4096)] + content[at:]


def renumber(content, rng):
    """Another number in place of one that begins at a random place or later."""
    at = rng.randrange(len(content))
    digits = next((i for i in range(at, len(content)) if content[i:i + 1].isdigit()), None)
    if digits is None:
        return flip(content, rng)
    end = next((i for i in range(digits, len(content)) if not content[i:i + 1].isdigit()), len(content))
    return content[:digits] + rng.choice(NUMBERS) + content[end:]


@pytest.fixture(scope="module")
def mutants():
    rng = random.Random(20261122)
    found = seeds()
    made = []
    for number in range(MUTANTS):
        suffix, content = rng.choice(found)
        made.append((f"{number:05}{suffix}", rng.choice([flip, cut, splice, renumber])(content, rng)))
    return made


def test_every_mutant_ends_in_a_row(release, mutants):
    for name, content in mutants:
        release.write(name, content)
    finished = release.run(*release.sweep_args("--ocr", "never", "--page-timeout", "10s", "--child-memory", "512MiB",
                                               "--log-level", "error"), timeout=900)
    assert finished.code == 1, finished.stderr
    rows = release.manifest()
    # An image whose magic is gone is no document any more; a .pdf always is one.
    assert {name for name, _ in mutants if name.endswith(".pdf")} <= set(rows)
    strange = {name: (row["error_kind"], row["error_message"]) for name, row in rows.items()
               if row["error_kind"] not in HONEST}
    assert strange == {}
    done = [release.out / name for name in release.outputs()]
    assert len(done) == sum(row["output_uri"] is not None for row in rows.values())
    pages = sum(parquet.read_table(path).num_rows for path in done)
    counted = duckdb.sql(f"SELECT count(*) FROM read_parquet('{release.out}/*raw_text.parquet')").fetchall()
    assert counted == [(pages,)]
    assert len(done) > MUTANTS / 2, "most damage leaves something to read"
    release.assert_nothing_left()
