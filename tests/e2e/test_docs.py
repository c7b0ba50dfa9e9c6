"""What the documents say of the tree is true."""

import re

import duckdb

import documents
from harness import ROOT


def test_architecture_lists_every_room():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    listed = set(re.findall(r"^\| `src/([^`]*)/` \|", text, re.MULTILINE))
    rooms = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*") if path.is_dir()}
    assert listed == rooms


def test_links_between_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_threads_are_started_in_one_place():
    """The others would not survive a system that grants no more."""
    start = re.compile(r"std::(?:jthread|thread)\s*[({]|std::(?:jthread|thread) \w+\s*[({]|std::async|emplace_back\(\[this\]")
    sources = [path for path in (ROOT / "src").rglob("*.*") if path.suffix in (".cpp", ".h")]
    starting = {str(path.relative_to(ROOT)) for path in sources if start.search(path.read_text())}
    assert starting == {"src/base/concurrency.cpp"}


def test_operations_list_every_event_of_the_log():
    text = (ROOT / "docs/operations.md").read_text()
    section = text[text.index("\n## Log\n"):text.index("\n## History\n")]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    at_debug = section[section.index("With `--log-level debug`"):]
    listed = set(re.findall(r"`([a-z_]+)`", " ".join(rows) + at_debug))
    # Some are handed to functions that tell them once.
    call = re.compile(r'(?:log::(?:debug|info|warning|error)|line_now|tell|do_without)\((?:[\w:]+, )?(?:[^";]*\? "([a-z_]+)" :)?\s*"([a-z_]+)"')
    logged = {name for path in (ROOT / "src").rglob("*.cpp") for found in call.findall(path.read_text())
              for name in found if name}
    assert listed == logged


UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
CONSTANT = re.compile(r"^ *(?:inline )?(?:static )?(?:constexpr )?[\w:<>]+ (\w+)(?: = ([^;{}]+)|\{([^;{}]+)\});", re.MULTILINE)


def constants():
    """{name: values} of every number that the sources give a name; a name may stand in several places."""
    found = {}
    for path in [*(ROOT / "src").rglob("*.h"), *(ROOT / "src").rglob("*.cpp")]:
        text = re.sub(r"std::(?:size_t|uint64_t|chrono::\w+)[{(](\d[\d']*)[})]", r"\1", path.read_text())
        for name, assigned, braced in CONSTANT.findall(text):
            number = re.sub(r"(?<=\d)(?:'|ULL|U|s|ms|min|h)(?=\W|\d|$)", "", assigned or braced)
            if re.fullmatch(r"(?:\d+|[KMG]iB)(?: (?:\*|\+|<<) (?:\d+|[KMG]iB))*", number):
                found.setdefault(name, set()).add(eval(number, dict(UNITS)))  # pylint: disable=eval-used
    return found


def shown(value):
    """The ways to write a number in a table: 65,536; 64 KiB; of milliseconds or seconds also 20 s, 2 min."""
    sizes = {**UNITS, "s": 1000, "min": 60_000} | {"": 1}
    return {f"{value // size:,} {unit}".strip() for unit, size in sizes.items() if value % size == 0}


def test_security_tells_how_many_documents_share_a_process():
    [told] = re.findall(r"up to (\d+) small ones", (ROOT / "docs/security.md").read_text())
    assert constants()["documents_per_child_max"] == {int(told)}


def test_bounds_are_those_of_the_code():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    section = text[text.index("\n## Bounds\n"):text.index("\n## Interfaces for tests\n")]
    known, sources = constants(), "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.[ch]*"))
    checked = 0
    for row in [line.split("|") for line in section.splitlines() if line.startswith("| ") and "constant" not in line]:
        for name in re.findall(r"`(\w+)`", row[3]):
            assert re.search(rf"\b{name}\b", sources), f"{name} is nowhere in the code"
            if name in known:
                checked += 1
                told = row[2] + row[3]
                assert any(form in told for value in known[name] for form in shown(value)), \
                    f"{name} is {known[name]}, the table says {told}"
    assert checked > 20


def queries_of_the_readme():
    text = (ROOT / "README.md").read_text()
    section = text[text.index("\n## Query the result\n"):text.index("\n## Where things lie\n")]
    return re.findall(r"^    (?:CREATE|SELECT)[^;]*;", section, re.MULTILINE)


def test_queries_of_the_readme_run_and_leave_stale_outputs_out(release, monkeypatch):
    for name in ("a.pdf", "b.pdf"):
        release.write(name, documents.pdf(f"the words of {name}, TOTAL 15.00"))
    assert release.sweep().code == 0
    release.write("b.pdf", b"junk")
    assert release.sweep().code == 1
    assert release.sweep().code == 1
    monkeypatch.chdir(release.folder)
    connection = duckdb.connect()
    results = {query: connection.sql(query) for query in queries_of_the_readme()}
    assert len(results) >= 4
    assert connection.sql("SELECT text FROM pages").fetchall() == [("the words of a.pdf, TOTAL 15.00",)]
    for query, result in results.items():
        assert result is None or result.fetchall() is not None, query
