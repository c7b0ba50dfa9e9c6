"""Random tables through both ways behind TableWriter, as pyarrow, DuckDB and Polars read them.

The oracle is the table that was given: the three readers, and the file that libparquet wrote of it, must agree with it.
"""

import datetime
import math
import os
import pathlib
import random
import subprocess

import duckdb
import polars
import pyarrow
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet
import pytest

import harness

WRITE_TABLE = pathlib.Path(os.environ.get("DOCMILL_WRITE_TABLE", harness.TEST_PROGRAM.parent / "tests/write_table"))

TYPES = [
    pyarrow.string(), pyarrow.int32(), pyarrow.uint32(), pyarrow.uint64(), pyarrow.float64(),
    pyarrow.timestamp("us", "UTC"),
]
NON_ASCII = ["é", "ß", "日本語", "🙂", "\u0301", "عربى", "\u0000", "\uffff", "\U0010ffff", "\n", "\"", "a\u200db"]


def random_text(chance):
    kind = chance.random()
    if kind < 0.15:
        return ""
    if kind < 0.35:
        return "".join(chance.choices(NON_ASCII, k=chance.randint(1, 8)))
    if kind < 0.40:
        return chance.choice("xyz") * chance.choice([1_023, 1_024, 1_025, 4_097, 70_000])
    if kind < 0.405:
        return "".join(chance.choices("abcdefgh \n", k=1_500_000))
    return "".join(chance.choices("abcdefghij ", k=chance.randint(1, 30)))


def random_value(chance, type):
    if type == pyarrow.string():
        return random_text(chance)
    if type == pyarrow.float64():
        return chance.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, chance.gauss(0, 1000)])
    if pyarrow.types.is_timestamp(type):
        # What datetime, DuckDB and Polars all can hold.
        return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(
            microseconds=chance.randint(-(1 << 54), 1 << 54))
    bits = type.bit_width
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if type == pyarrow.int32() else (0, (1 << bits) - 1)
    return chance.choice([low, high, low + 1, high - 1, chance.randint(low, high)])


def random_column(chance, type, nullable, rows):
    """Values of a column: out of a few, each a new one, or one for all; seldom, often, or all null."""
    few = [random_value(chance, type) for _ in range(chance.choice([1, 2, 3, 17]))]
    fresh = chance.random() < 0.4
    nulls = chance.choice([0, 0.1, 0.9, 1]) if nullable else 0
    return [None if chance.random() < nulls else random_value(chance, type) if fresh else chance.choice(few)
            for _ in range(rows)]


def random_field(chance, name):
    type = chance.choice(TYPES)
    if chance.random() < 0.25:
        type = pyarrow.list_(pyarrow.field("element", type, nullable=chance.random() < 0.5))
    return pyarrow.field(name, type, nullable=chance.random() < 0.5)


def random_array(chance, field, rows):
    if not pyarrow.types.is_list(field.type):
        return pyarrow.array(random_column(chance, field.type, field.nullable, rows), field.type)
    item = field.type.value_field
    lists = [None if field.nullable and chance.random() < 0.2 else
             random_column(chance, item.type, item.nullable, chance.choice([0, 0, 1, 2, 9])) for _ in range(rows)]
    return pyarrow.array(lists, field.type)


def random_table(chance, rows):
    fields = [random_field(chance, chance.choice(["", "ä ", "a.b.", "\"", "列"]) + str(i))
              for i in range(chance.choice([1, 2, 5, 18, 32]))]
    schema = pyarrow.schema(fields)
    return pyarrow.Table.from_arrays([random_array(chance, field, rows) for field in fields], schema=schema)


def save(table, path, chance):
    """As an Arrow file, in batches of any length, empty ones among them."""
    with pyarrow.ipc.new_file(path, table.schema) as file:
        at = 0
        while at < table.num_rows:
            count = chance.choice([0, 1, 2, 7, 100, table.num_rows])
            piece = table.slice(at, count).combine_chunks()
            for batch in piece.to_batches() or [pyarrow.RecordBatch.from_pylist([], schema=table.schema)]:
                file.write_batch(batch)
            at += count


def exact(value):
    """Two zeros are two values; a NaN is itself."""
    if isinstance(value, list):
        return [exact(item) for item in value]
    return value.hex() if isinstance(value, float) else value


def columns_of(table):
    return {name: [exact(value) for value in table.column(name).to_pylist()] for name in table.column_names}


def read_by_duckdb(path):
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        return columns_of(database.sql("SELECT * FROM read_parquet($path)", params={"path": str(path)}).to_arrow_table())


def read_by_polars(path):
    return {column.name: [exact(value) for value in column.to_list()] for column in polars.read_parquet(path)}


def written(way, table, folder, chance, seed):
    varied = [name for name in table.column_names if "," not in name and chance.random() < 0.3]
    rows_per_group = chance.choice([1, 2, 7, 50, 10_000])
    save(table, folder / "in.arrow", random.Random(seed))
    out = folder / f"{way}.parquet"
    done = subprocess.run(
        [WRITE_TABLE, way, str(rows_per_group), str(chance.randint(0, 1)), ",".join(varied), folder / "in.arrow", out],
        capture_output=True, text=True, timeout=harness.PATIENCE_S)
    assert (done.returncode, done.stderr) == (0, "")
    return out, rows_per_group, varied


@pytest.mark.parametrize("seed", range(40))
def test_a_random_table_is_read_alike_by_all(seed, tmp_path):
    chance = random.Random(seed)
    table = random_table(chance, chance.choice([0, 1, 2, 8, 49, 50, 51, 300]))
    expected = columns_of(table)
    for way in ("own", "libparquet"):
        out, rows_per_group, varied = written(way, table, tmp_path, random.Random(seed), seed)
        by_arrow = parquet.read_table(out)
        assert by_arrow.schema.equals(table.schema), way
        by_arrow.validate(full=True)
        assert columns_of(by_arrow) == expected, way
        assert read_by_duckdb(out) == expected, way
        assert read_by_polars(out) == expected, way
        metadata = parquet.read_metadata(out)
        assert metadata.metadata == {b"key": "välue".encode()}
        # Long values can end a row group early.
        assert metadata.num_row_groups >= math.ceil(table.num_rows / rows_per_group)
        check_statistics(metadata, table, set(varied))


def check_statistics(metadata, table, varied):
    """What readers skip row groups by is true of the rows that were given."""
    at = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        for i in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(i)
            # A name may have dots in it.
            name = max((name for name in table.column_names
                        if chunk.path_in_schema in (name, name + ".list.element")), key=len)
            statistics = chunk.statistics
            if statistics is None or not statistics.has_min_max:
                continue
            assert name not in varied
            values = table.column(name).slice(at, rows).to_pylist()
            if pyarrow.types.is_list(table.schema.field(name).type):
                values = [item for each in values if each is not None for item in each]
            # A value that is no number is in no order.
            present = [value for value in values if value is not None and value == value]
            key = (lambda text: text.encode()) if isinstance(present[0], str) else None
            assert statistics.min == min(present, key=key) and statistics.max == max(present, key=key), name
        at += rows
    assert at == table.num_rows


@pytest.mark.parametrize("seed", range(5))
def test_a_filter_finds_what_is_there(seed, tmp_path):
    """Readers skip row groups by their statistics; what they find by it is what a look at all rows finds."""
    chance = random.Random(1000 + seed)
    rows = 500
    table = pyarrow.table({
        "u": pyarrow.array([chance.choice([0, 1, 1 << 63, (1 << 64) - 1, chance.randint(0, 1 << 20)]) for _ in range(rows)],
                           pyarrow.uint64()),
        "i": pyarrow.array([chance.randint(-50, 50) for _ in range(rows)], pyarrow.int32()),
        "s": pyarrow.array([chance.choice(["", "é", "z", "日本", "a" * 2000, None]) for _ in range(rows)])})
    conditions = [("u", ">", (1 << 63) - 1), ("u", "=", 0), ("i", "<", -40), ("i", "=", 50), ("s", "=", "é"),
                  ("s", ">", "z"), ("s", "=", "a" * 2000)]
    compare = {">": lambda a, b: a > b, "<": lambda a, b: a < b, "=": lambda a, b: a == b}
    for way in ("own", "libparquet"):
        out, _, _ = written(way, table, tmp_path, chance, seed)
        for name, operator, bound in conditions:
            values = table.column(name).to_pylist()
            wanted = sum(value is not None and compare[operator](value, bound) for value in values)
            column = polars.col(name)
            lazy = polars.scan_parquet(out).filter(compare[operator](column, bound))
            assert lazy.collect().height == wanted, (way, name)
            with duckdb.connect() as database:
                found = database.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {name} {operator} ?",
                                         [str(out), bound]).fetchone()[0]
            assert found == wanted, (way, name)
            # pyarrow takes a bare number for an int64.
            typed = pyarrow.scalar(bound, table.schema.field(name).type)
            condition = compare[operator](dataset.field(name), typed)
            assert parquet.read_table(out, filters=condition).num_rows == wanted, (way, name)


def test_nested_rows_are_read_alike_by_all(tmp_path):
    box = pyarrow.struct([pyarrow.field("left", pyarrow.float64(), nullable=False), ("word", pyarrow.string())])
    schema = pyarrow.schema([("words", pyarrow.list_(pyarrow.field("element", box))), ("flag", pyarrow.bool_())])
    rows = [{"words": [{"left": 1.5, "word": "ä"}, {"left": -0.25, "word": None}], "flag": True},
            {"words": None, "flag": None}, {"words": [], "flag": False}] * 40
    table = pyarrow.Table.from_pylist(rows, schema=schema)
    out, _, _ = written("chosen", table, tmp_path, random.Random(1), 1)
    assert parquet.read_table(out).equals(table)
    assert polars.read_parquet(out).to_dicts() == rows
    with duckdb.connect() as database:
        by_duckdb = database.sql("SELECT * FROM read_parquet($path)", params={"path": str(out)}).to_arrow_table()
    assert by_duckdb.to_pylist() == rows
    refused = subprocess.run([WRITE_TABLE, "own", "50", "0", "", tmp_path / "in.arrow", tmp_path / "no.parquet"],
                             capture_output=True, text=True)
    assert refused.returncode == 1 and "a column of type list" in refused.stderr
