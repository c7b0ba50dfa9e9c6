"""The output `structure`. The oracle is pikepdf."""

import hashlib
import io
import json
import re
import zlib

import duckdb
import pikepdf
import pyarrow.parquet as parquet
import pytest
from pikepdf import Array, Dictionary, Name, String

import documents
from harness import ROOT, require_corpus

KNOWN = {"/Title": "title", "/Author": "author", "/Subject": "subject", "/Keywords": "keywords", "/Creator": "creator",
         "/Producer": "producer", "/CreationDate": "creation_date", "/ModDate": "modification_date",
         "/Trapped": "trapped"}
KEYS = ["document_id", "source_uri", "source_etag", "page_count", "content_type", "pdf_version", "is_tagged",
        "languages", "encryption", "information", "xmp", "content_hash", "outline", "form_fields", "signatures",
        "attachments", "fonts", "pages", "cut", "unread"]


def structure_of(machine, stem, out=None):
    return json.loads(((out or machine.out) / "pdf-structure" / f"{stem}.json").read_text("utf-8"))


def made_of(machine, content, *options):
    """The structure of this PDF, and the row of its first page."""
    machine.write("a.pdf", content)
    swept = machine.sweep("--outputs", "text,structure", *options)
    assert swept.code == 0, swept.stderr
    return structure_of(machine, "a"), machine.pages("a_raw_text.parquet")[0]


def saved(pdf, **options):
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=not options.get("encryption"), **options)
    return buffer.getvalue()


def two_pages():
    return pikepdf.open(io.BytesIO(documents.pdf("The first page", "The second page")))


def text_of(item):
    """As a reader of strings and names would show it."""
    if isinstance(item, String):
        return str(item)
    if isinstance(item, Name):
        return str(item)[1:]
    if isinstance(item, bool):
        return "true" if item else "false"
    return None


class TestParts:
    def test_keys_stand_in_one_order(self, machine):
        made, row = made_of(machine, documents.pdf("text"))
        assert list(made) == KEYS
        assert made["cut"] == made["unread"] == [] and row["warnings"] == []
        assert (made["document_id"], made["page_count"]) == (row["document_id"], 1)
        assert made["content_type"] == "application/pdf" and made["encryption"] is None

    def test_information_and_xmp(self, machine):
        pdf = two_pages()
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "Über <Titel>"
        pdf.docinfo["/Title"] = String("Über Titel")
        pdf.docinfo["/CreationDate"] = String("D:20240531120000+02'00'")
        pdf.docinfo["/Own Key"] = String("own")
        made, _ = made_of(machine, saved(pdf))
        assert made["information"]["title"] == "Über Titel"
        assert made["information"]["creation_date"] == "D:20240531120000+02'00'"
        assert made["information"]["created_at"] == "2024-05-31T12:00:00+02:00"
        assert made["information"]["custom"] == {"Own Key": "own"}
        assert "Über &lt;Titel&gt;" in made["xmp"] and made["xmp"].startswith("<?xpacket")

    def test_outline_has_levels_and_targets_of_every_kind(self, machine):
        pdf = two_pages()
        with pdf.open_outline() as outline:
            one = pikepdf.OutlineItem("One", 0)
            one.children.append(pikepdf.OutlineItem("Named", String("there")))
            outline.root.extend([one, pikepdf.OutlineItem("Action", action=Dictionary(
                S=Name.GoTo, D=Array([pdf.pages[1].obj, Name.Fit])))])
            outline.root.append(pikepdf.OutlineItem("Web", action=Dictionary(S=Name.URI, URI=String("https://x.example"))))
            outline.root.append(pikepdf.OutlineItem("File", action=Dictionary(S=Name.GoToR, F=String("other.pdf"))))
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=[String("there"), Dictionary(
            D=[pdf.pages[1].obj, Name.XYZ, 0, 0, 0])]))
        made, _ = made_of(machine, saved(pdf))
        assert [tuple(entry.values()) for entry in made["outline"]] == [
            (1, "One", "goto", 1, None), (2, "Named", "goto", 2, None), (1, "Action", "goto", 2, None),
            (1, "Web", "uri", None, "https://x.example"), (1, "File", "remote", None, "other.pdf")]

    def test_pages_have_labels_boxes_and_turns(self, machine):
        pdf = two_pages()
        pdf.Root.PageLabels = Dictionary(Nums=[0, Dictionary(S=Name.r, St=4), 1, Dictionary(P="A-", S=Name.D)])
        pdf.pages[1].CropBox = Array([10, 20, 300, 400])
        pdf.pages[1].Rotate = -90
        pdf.pages[1].UserUnit = 2
        made, _ = made_of(machine, saved(pdf))
        first, second = made["pages"]
        assert (first["label"], first["crop_box"], first["rotation_deg"], first["user_unit"]) == ("iv", None, 0, 1)
        assert second == {"page_number": 2, "label": "A-1", "media_box": [0, 0, 595.276, 841.89],
                          "crop_box": [10, 20, 300, 400], "rotation_deg": 270, "user_unit": 2}

    def test_fields_have_full_names_kinds_and_values(self, machine):
        pdf = two_pages()
        child = pdf.make_indirect(Dictionary(T=String("name"), V=String("Ännchen"), Ff=2, P=pdf.pages[1].obj))
        parent = pdf.make_indirect(Dictionary(T=String("person"), FT=Name.Tx, Kids=[child]))
        box = pdf.make_indirect(Dictionary(T=String("agree"), FT=Name.Btn, V=Name.Yes, AS=Name.Yes))
        several = pdf.make_indirect(Dictionary(T=String("several"), FT=Name.Ch, V=["a", "b"]))
        pdf.Root.AcroForm = Dictionary(Fields=[parent, box, several])
        made, _ = made_of(machine, saved(pdf))
        assert [tuple(field.values()) for field in made["form_fields"]] == [
            ("person.name", "text", "Ännchen", 2, False, True), ("agree", "check_box", "Yes", None, False, False),
            ("several", "list_box", ["a", "b"], None, False, False)]

    def test_signatures_say_who_signed_and_how_far(self, machine):
        pdf = two_pages()
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"),
                           Name=String("Who"), Reason=String("Why"), M=String("D:20200102030405Z"),
                           ByteRange=[0, 10, 20, 30], Contents=String("x"))
        pdf.Root.AcroForm = Dictionary(Fields=[pdf.make_indirect(Dictionary(T=String("sig"), FT=Name.Sig, V=value))])
        made, _ = made_of(machine, saved(pdf))
        (signature,) = made["signatures"]
        assert signature == {"field_name": "sig", "filter": "Adobe.PPKLite", "sub_filter": "adbe.pkcs7.detached",
                             "signer": "Who", "reason": "Why", "location": None, "contact": None,
                             "signed_at": "2020-01-02T03:04:05Z", "byte_range": [0, 10, 20, 30],
                             "reaches_end_of_file": False}

    def test_attachments_have_size_and_hash(self, machine):
        pdf = two_pages()
        content = b"attached " * 1000
        pdf.attachments["ä.txt"] = pikepdf.AttachedFileSpec(pdf, content, filename="ä.txt", mime_type="text/plain",
                                                            description="what it is")
        pinned = pikepdf.AttachedFileSpec(pdf, b"pinned", filename="../../x").obj
        pdf.pages[1].Annots = pdf.make_indirect(Array([Dictionary(
            Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 10, 10], FS=pinned)]))
        made, _ = made_of(machine, saved(pdf))
        named, of_page = made["attachments"]
        assert (named["name"], named["key"], named["description"], named["content_type"], named["page_number"]) == (
            "ä.txt", "ä.txt", "what it is", "text/plain", None)
        assert (named["size_bytes"], named["sha256"]) == (9000, hashlib.sha256(content).hexdigest())
        assert (of_page["name"], of_page["page_number"], of_page["sha256"]) == (
            "../../x", 2, hashlib.sha256(b"pinned").hexdigest())

    def test_fonts_languages_and_tags(self, machine):
        pdf = two_pages()
        pdf.Root.Lang = String("de-AT")
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = Dictionary(K=[Dictionary(S=Name.P, Lang=String("fr"), K=[Dictionary(S=Name.Span)])])
        made, _ = made_of(machine, saved(pdf))
        assert made["languages"] == ["de-AT", "fr"] and made["is_tagged"] is True
        assert {(font["name"], font["kind"], font["is_embedded"]) for font in made["fonts"]} == {
            ("LiberationSerif", "TrueType", True), ("Helvetica", "Type1", False)}  # reportlab names the second, too
        assert [(font["is_subset"], font["has_unicode_map"]) for font in made["fonts"]
                if font["is_embedded"]] == [(True, True)]

    @pytest.mark.parametrize("revision", [2, 3, 4, 6])
    def test_encryption_and_permissions(self, machine, revision):
        allowed = pikepdf.Permissions(extract=False, print_highres=False, modify_form=False)
        lock = pikepdf.Encryption(user="geheim", owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4,
                                  allow=allowed)
        content = saved(two_pages(), encryption=lock)
        passwords = machine.folder / "passwords"
        passwords.write_text("geheim\n")
        with pikepdf.open(io.BytesIO(content), password="geheim") as pdf:
            expected, can = pdf.encryption, pdf.allow
        made, _ = made_of(machine, content, "--passwords-file", str(passwords))
        lock = made["encryption"]
        assert (lock["r"], lock["v"], lock["p"], lock["key_bits"]) == (expected.R, expected.V, expected.P,
                                                                      expected.bits)
        assert lock["streams"] == {2: "rc4", 3: "rc4", 4: "aes", 6: "aesv3"}[revision]
        assert lock["is_user_password"] and not lock["is_owner_password"]
        assert lock["permissions"] == {
            "accessibility": can.accessibility, "extract": can.extract, "print_low_resolution": can.print_lowres,
            "print_high_resolution": can.print_highres, "modify_assembly": can.modify_assembly,
            "modify_form": can.modify_form, "modify_annotation": can.modify_annotation,
            "modify_other": can.modify_other}
        assert made["information"]["producer"].startswith("ReportLab") and len(made["pages"]) == 2


class TestContentHash:
    def hash_of(self, machine, content):
        return made_of(machine, content)[0]["content_hash"]

    def test_stays_where_a_document_is_only_written_anew(self, machine):
        content = documents.scanned_pdf("A scanned page", "Another one")
        first = self.hash_of(machine, content)
        assert re.fullmatch("[0-9a-f]{64}", first)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.docinfo["/Title"] = "Another title"
            plain = saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
            packed = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            locked = saved(pdf, encryption=pikepdf.Encryption(owner="o", user=""))
        assert plain != packed
        assert [self.hash_of(machine, other) for other in (plain, packed, locked)] == [first] * 3

    def test_changes_with_what_is_drawn(self, machine):
        one, other = documents.pdf("one"), documents.pdf("other")
        assert self.hash_of(machine, one) != self.hash_of(machine, other)
        scans = documents.scanned_pdf("one"), documents.scanned_pdf("two")
        assert self.hash_of(machine, scans[0]) != self.hash_of(machine, scans[1])


class TestFile:
    def test_is_listed_read_by_duckdb_and_removed(self, machine):
        machine.write("b/a.pdf", documents.pdf("text"))
        machine.write("other.pdf", documents.pdf("other"))
        assert machine.sweep("--outputs", "structure").code == 0
        (listed,) = parquet.read_table(machine.out / "b/a_files.parquet").to_pylist()
        path = machine.out / "pdf-structure/b/a.json"
        assert (listed["output"], listed["key"], listed["page_number"], listed["content_type"]) == (
            "structure", "pdf-structure/b/a.json", None, "application/json")
        assert listed["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert duckdb.execute("SELECT page_count, len(fonts) FROM read_json(?)", [str(path)]).fetchall() == [(1, 2)]
        (machine.source / "b/a.pdf").unlink()
        assert machine.run("prune", "--in", machine.source, "--out", machine.out, "--yes").code == 0
        assert not path.exists()

    def test_the_query_of_its_page_runs(self, machine, monkeypatch):
        machine.write("b/a.pdf", documents.pdf("text"))
        machine.write("c.png", documents.picture("text", "PNG"))
        assert machine.sweep("--outputs", "text,structure", "--ocr", "never", out=machine.folder / "data").code == 0
        monkeypatch.chdir(machine.folder)
        page = (ROOT / "docs/outputs/structure.md").read_text("utf-8")
        rows = duckdb.execute(re.search(r'duckdb -c "(.+?)"\n', page, re.DOTALL).group(1)).fetchall()
        assert sorted((uri.rsplit("/", 1)[1], fonts, locked) for uri, _, fonts, locked in rows) == [
            ("a.pdf", 2, False), ("c.png", None, False)]

    def test_equal_documents_have_equal_bytes_however_many_children_work(self, machine, tmp_path):
        with pikepdf.open(io.BytesIO(documents.scanned_pdf(*["scan"] * 3, ))) as pdf:
            pdf.attachments["x"] = pikepdf.AttachedFileSpec(pdf, b"x")
            machine.write("a.pdf", saved(pdf))
        bytes_of = []
        for number, options in enumerate((("--workers", "1", "--ocr", "never"), ("--workers", "4"))):
            out = tmp_path / str(number)
            assert machine.sweep("--outputs", "text,structure", *options, out=out).code == 0
            bytes_of.append((out / "pdf-structure/a.json").read_bytes())
        assert bytes_of[0] == bytes_of[1]

    def test_prefix_and_recipe(self, machine, tmp_path):
        machine.write("a.pdf", documents.pdf("text"))
        assert machine.sweep("--recipe", "app").code == 0
        assert structure_of(machine, "a")["page_count"] == 1
        other = tmp_path / "other"
        assert machine.sweep("--outputs", "structure", "--structure-prefix", "what/it/is/", out=other).code == 0
        assert (other / "what/it/is/a.json").exists()

    def test_an_image_has_its_kind_and_the_size_of_each_page(self, machine):
        machine.write("a.png", documents.picture("text", "PNG", dpi=(300, 300)))
        assert machine.sweep("--outputs", "structure", "--ocr", "never").code == 0
        made = structure_of(machine, "a.png")
        assert made["content_type"] == "image/png" and made["page_count"] == 1
        (page,) = made["pages"]
        assert (page["page_number"], page["width_px"], page["height_px"]) == (1, 900, 160)
        assert page["dpi"] == pytest.approx(300, abs=0.1)


class TestFailure:
    def test_a_death_over_the_structure_costs_nothing_else(self, machine):
        machine.mock("a.pdf", "text hello", "structure", "segv", "page", "text second")
        swept = machine.sweep("--outputs", "text,structure", "--summary", "json")
        assert swept.code == 0 and json.loads(swept.stdout)["structure_missing"] == 1
        rows = machine.pages("a_raw_text.parquet")
        assert [(row["text"], row["error_kind"], row["warnings"]) for row in rows] == [
            ("hello", None, ["structure_missing"]), ("second", None, [])]

    def test_a_hang_over_the_structure_costs_nothing_else(self, machine):
        machine.mock("a.pdf", "text hello", "structure", "sleep 60000")
        assert machine.sweep("--outputs", "text,structure", "--page-timeout", "1s").code == 0
        (row,) = machine.pages("a_raw_text.parquet")
        assert (row["text"], row["error_kind"], row["warnings"]) == ("hello", None, ["structure_missing"])

    def test_a_death_at_another_time_is_charged_to_the_page(self, machine):
        machine.mock("a.pdf", "text hello", "structure", "text more", "page", "segv")
        machine.sweep("--outputs", "text,structure")
        rows = machine.pages("a_raw_text.parquet")
        assert [(row["error_kind"], row["warnings"]) for row in rows] == [(None, []), ("crashed", [])]

    def test_without_memory_for_it_the_text_stays(self, machine):
        """A thousand forms, each in the one before it: qpdf takes it as it is, and the walk ends."""
        made, row = made_of(machine, deep_outline(5000))
        assert row["error_kind"] is None and "outline" in made["cut"]


def deep_outline(depth):
    pdf = two_pages()
    items = [pdf.make_indirect(Dictionary(Title=String(str(i)))) for i in range(depth)]
    for outer, inner in zip(items, items[1:]):
        outer.First = inner
    pdf.Root.Outlines = Dictionary(First=items[0])
    return saved(pdf)


def raw_document(*objects, catalog=b""):
    """One empty page; `objects` are numbers from 4 on."""
    return documents.raw_pdf([b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
                              b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                              b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>", *objects])


class TestLimits:
    def check(self, made, row, part):
        assert made["cut"] == [part] and made["unread"] == []
        assert row["warnings"] == ["structure_cut"] and row["error_kind"] is None

    def test_an_outline_cycle_ends(self, machine):
        made, row = made_of(machine, raw_document(
            b"<< /First 5 0 R >>", b"<< /Title (a) /Next 6 0 R >>", b"<< /Title (b) /Next 5 0 R /First 5 0 R >>",
            catalog=b"/Outlines 4 0 R"))
        assert [entry["title"] for entry in made["outline"]] == ["a", "b"]
        self.check(made, row, "outline")

    def test_an_outline_of_many_entries_is_cut(self, machine):
        count = 10_050
        items = [b"<< /Title (%d) /Next %d 0 R >>" % (i, i + 6) for i in range(count)]
        made, row = made_of(machine, raw_document(b"<< /First 5 0 R >>", *items, catalog=b"/Outlines 4 0 R"))
        assert len(made["outline"]) == 10_000
        self.check(made, row, "outline")

    def test_a_hundred_thousand_fields_are_cut(self, machine):
        count = 100_000
        fields = [b"<< /T (f%d) /FT /Tx /V (v) >>" % i for i in range(count)]
        kids = b" ".join(b"%d 0 R" % (i + 5) for i in range(count))
        made, row = made_of(machine, raw_document(b"<< /Fields [%s] >>" % kids, *fields, catalog=b"/AcroForm 4 0 R"))
        assert [field["name"] for field in made["form_fields"]] == [f"f{i}" for i in range(20_000)]
        self.check(made, row, "form_fields")

    def test_an_attachment_that_unpacks_to_a_gigabyte_has_no_hash(self, machine):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        piece = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
        check = ((1 << 30) % 65521 << 16) + 1  # Adler's sum of zeros
        packed = b"\x78\x9c" + piece * 1024 + b"\x03\x00" + check.to_bytes(4, "big")
        stream = b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d /Params << /Size 1073741824 >> >>\nstream\n%s\nendstream"
        made, row = made_of(machine, raw_document(
            b"<< /EmbeddedFiles << /Names [(bomb) 5 0 R] >> >>", b"<< /Type /Filespec /F (bomb.bin) /EF << /F 6 0 R >> >>",
            stream % (len(packed), packed), catalog=b"/Names 4 0 R"))
        (bomb,) = made["attachments"]
        assert (bomb["name"], bomb["sha256"], bomb["size_bytes"], bomb["declared_size_bytes"]) == (
            "bomb.bin", None, None, 1 << 30)
        self.check(made, row, "attachments")

    def test_what_is_longer_than_a_page_may_give_loses_its_longest_list(self, machine):
        count = 20_000
        fields = [b"<< /T (f%d) /FT /Tx /V (%s) >>" % (i, b"v" * 100) for i in range(count)]
        kids = b" ".join(b"%d 0 R" % (i + 5) for i in range(count))
        made, row = made_of(machine, raw_document(b"<< /Fields [%s] >>" % kids, *fields, catalog=b"/AcroForm 4 0 R"),
                            "--page-output-max", "1MiB")
        assert made["form_fields"] == [] and len(made["pages"]) == 1
        self.check(made, row, "form_fields")

    def test_names_that_name_each_other_end(self, machine):
        made, row = made_of(machine, raw_document(
            b"<< /EmbeddedFiles 5 0 R /Dests 5 0 R >>", b"<< /Kids [5 0 R 6 0 R] >>", b"<< /Kids [5 0 R] >>",
            catalog=b"/Names 4 0 R"))
        assert made["attachments"] == [] and row["warnings"] == []


def labels_of(pdf):
    return [page.label for page in pdf.pages] if "/PageLabels" in pdf.Root else [None] * len(pdf.pages)


def titles_of(items, level=1):
    for item in items:
        yield level, item.title
        yield from titles_of(item.children, level + 1)


def fields_of(pdf):
    """{full name: value}, of fields with a name."""
    found = {}

    def walk(field, name, value, seen):
        if field.objgen in seen and field.is_indirect:
            return
        own = str(field["/T"]) if "/T" in field else None
        name = f"{name}.{own}" if name and own is not None else (own if own is not None else name)
        value = field.get("/V", value)
        kids = [kid for kid in field.get("/Kids", []) if isinstance(kid, Dictionary) and "/T" in kid]
        for kid in kids:
            walk(kid, name, value, seen | {field.objgen})
        if not kids:
            found[name] = text_of(value)

    for field in pdf.Root.get("/AcroForm", {}).get("/Fields", []):
        if isinstance(field, Dictionary):
            walk(field, "", None, set())
    return found


def compare(name, made, pdf, counts):
    information = {KNOWN[key]: text_of(value) for key, value in pdf.docinfo.items() if key in KNOWN}
    assert {key: made["information"][key] for key in information} == information, name
    custom = {key[1:]: text_of(value) for key, value in pdf.docinfo.items() if key not in KNOWN}
    assert made["information"]["custom"] == {key: value for key, value in custom.items() if value is not None}, name
    if isinstance(pdf.Root.get("/Metadata"), pikepdf.Stream):
        counts["xmp"] += 1
        raw = pdf.Root.Metadata.read_bytes()
        encoding = "utf-16" if raw[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8"
        assert made["xmp"] == raw.decode(encoding, "replace"), name
    else:
        assert made["xmp"] is None, name
    assert [page["label"] for page in made["pages"]] == labels_of(pdf), name
    for page, expected in zip(made["pages"], pdf.pages, strict=True):
        if "/MediaBox" in expected:
            box = [float(side) for side in expected.mediabox]
            assert page["media_box"] == pytest.approx([min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]),
                                                       max(box[1], box[3])], abs=0.001), name
    with pdf.open_outline(max_depth=64) as outline:
        titles = list(titles_of(outline.root))
    assert [(entry["level"], entry["title"]) for entry in made["outline"]] == titles, name
    counts["outlines"] += bool(titles)
    fields = fields_of(pdf)
    single = {field["name"]: field["value"] for field in made["form_fields"]}
    assert set(single) == set(fields), name
    for field, value in fields.items():
        if value is not None:
            assert single[field] == value, (name, field)
    counts["forms"] += bool(fields)
    attached = {key: hashlib.sha256(spec.get_file().read_bytes()).hexdigest() for key, spec in pdf.attachments.items()}
    assert {file["key"]: file["sha256"] for file in made["attachments"] if file["key"] is not None} == attached, name
    counts["attachments"] += bool(attached)
    assert (made["encryption"] is not None) == pdf.is_encrypted, name
    if pdf.is_encrypted:
        counts["encrypted"] += 1
        lock = pdf.encryption
        assert [made["encryption"][key] for key in ("r", "v", "p", "key_bits")] == [lock.R, lock.V, lock.P, lock.bits], name
    marked = pdf.Root.get("/MarkInfo", {}).get("/Marked", False)
    assert made["is_tagged"] == (marked is True), name


# How many documents were compared, and how many of these have what.
COMPARED = {
    "digital": {"compared": 7, "xmp": 3, "outlines": 3, "forms": 0, "attachments": 0, "encrypted": 1},
    "robust": {"compared": 296, "xmp": 86, "outlines": 42, "forms": 32, "attachments": 2, "encrypted": 3},
}


@pytest.mark.parametrize("folder", ["digital", "robust"])
def test_the_corpus_has_what_pikepdf_finds(release, folder):
    paths = sorted(require_corpus(folder).glob("*.pdf"))
    for path in paths:
        release.copy(path)
    release.sweep("--outputs", "text,structure", "--ocr", "never")
    counts = dict.fromkeys(("compared", "xmp", "outlines", "forms", "attachments", "encrypted"), 0)
    differing = []
    for path in paths:
        if not (release.out / "pdf-structure" / f"{path.stem}.json").exists():
            continue
        made = structure_of(release, path.stem)
        try:
            pdf = pikepdf.open(path)
            list(pdf.pages)
        except (pikepdf.PdfError, pikepdf.PasswordError):
            continue
        try:
            compare(path.name, made, pdf, counts)
            counts["compared"] += 1
        except (AssertionError, pikepdf.PdfError) as error:
            differing.append((path.name, made["cut"], made["unread"], str(error)[:600]))
    assert not differing, (len(differing), counts, differing)
    assert counts == COMPARED[folder]
