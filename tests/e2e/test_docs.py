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
