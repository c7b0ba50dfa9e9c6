"""What the documents say of the tree is true."""

import re

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
    starting = {str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.cpp") if start.search(path.read_text())}
    assert starting == {"src/document/concurrency.cpp"}


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
