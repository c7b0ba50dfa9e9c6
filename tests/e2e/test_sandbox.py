"""What the sandbox stops, on this machine and on impostors of others, and what the programs are linked from."""

import pathlib
import re
import subprocess
import zlib

import pytest

import documents
from conftest import machine_of
from harness import (IMPOSTOR, PATIENCE_S, ROOT, TEST_PROGRAM, Finished, children_of, error_kinds, texts,
                     wait_until)

# Variables that a zygote has: design.md, section 4.
ZYGOTE_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL=system", "JE_ARROW_MALLOC_CONF=background_thread:false"}


def attempts():
    """The system calls that mock documents can try, from the code."""
    source = (ROOT / "src/extract/mock/attempt.cpp").read_text()
    return re.findall(r'Attempt\{"(\w+)"', source)


class TestTier:
    def test_tier_a_holds_for_native_text_and_ocr(self, swept_samples):
        """Without the strongest tier for real documents, the suite fails."""
        rows = swept_samples.manifest()
        assert rows["text.pdf"]["sandbox_tier"] == "A" and rows["scan.pdf"]["sandbox_tier"] == "A"
        assert rows["text.pdf"]["status"] == "ok" and rows["scan.pdf"]["pages_ocr"] == 1

    def test_strict_works_where_tier_a_does(self, release):
        release.copy("text.pdf")
        release.copy("scan.pdf")
        assert release.sweep("--sandbox", "strict").code == 0

    def test_off_is_recorded(self, release):
        release.copy("text.pdf")
        assert release.sweep("--sandbox", "off").code == 0
        assert release.manifest()["text.pdf"]["sandbox_tier"] == "off"

    def test_tier_does_not_change_the_output(self, release):
        release.copy("text.pdf")
        release.copy("scan.pdf")
        for mode in ("strict", "off"):
            release.sweep("--sandbox", mode, out=release.folder / mode)
        assert release.outputs(release.folder / "strict") == release.outputs(release.folder / "off")


@pytest.fixture(scope="module")
def answers():
    """{system call: page rows of the document that tried it on its second page}."""
    for machine in machine_of(TEST_PROGRAM):
        for name in attempts():
            machine.mock(f"{name}.mock", "text before", "page", f"syscall {name}", "page", "text after", "page")
        machine.sweep("--sandbox", "strict")
        yield {name: machine.pages(f"{name}.mock.raw_text.parquet") for name in attempts()}


class TestSystemCalls:
    @pytest.mark.parametrize("name", attempts())
    def test_is_denied_or_deadly(self, answers, name):
        rows = answers[name]
        assert [rows[0]["text"], rows[2]["text"]] == ["before", "after"]
        if error_kinds(rows)[1] is None:
            assert rows[1]["text"].startswith(f"{name}: denied ")
        else:
            assert error_kinds(rows)[1] == "sandbox_violation"

    def test_some_are_tried(self):
        assert {"open", "socket", "execve", "fork", "ptrace", "kill_parent", "mmap_exec"} <= set(attempts())


class TestSecrets:
    SECRET = "canary-5f1c-secret"

    @pytest.fixture
    def busy(self, machine):
        """A sweep with a secret in its environment, and its zygote and extraction child at work."""
        machine.mock("a.mock", "text enough words for a page", "page")
        machine.mock("b.mock", "sleep 600000", "text enough words for a page", "page")
        process = machine.start_sweep("--workers", "1", "--page-timeout", "20m", env={"AWS_SECRET_ACCESS_KEY": self.SECRET})
        child = machine.busy_child(process)
        yield process, child.parent(), child
        process.kill()
        process.communicate(timeout=PATIENCE_S)

    def test_children_have_exactly_the_environment_that_they_need(self, busy):
        for each in busy[1:]:
            variables = set(readable(each, "environ").strip(b"\0").decode().split("\0"))
            assert variables == ZYGOTE_ENVIRONMENT
            assert self.SECRET not in " ".join(each.cmdline())

    def test_memory_of_children_holds_no_secret(self, busy):
        process, zygote, child = busy
        for each in (zygote, child):
            readable(each, "environ")
            assert not memory_holds(each.pid, self.SECRET.encode())
        assert memory_holds(process.pid, self.SECRET.encode())  # the search itself works

    def test_child_has_the_descriptors_of_its_list_and_no_other(self, busy):
        _, _, child = busy
        readable(child, "environ")
        targets = [str(entry.readlink()) for entry in pathlib.Path(f"/proc/{child.pid}/fd").iterdir()]
        assert all(re.match(r"pipe:|/memfd:|/dev/null", target) for target in targets), targets

    def test_children_run_one_thread(self, busy):
        assert {each.num_threads() for each in busy[1:]} == {1}


class TestDescriptors:
    # Of the parent: its socket, and what the errors go into. Its own: the end of a child, the root of children.
    ZYGOTE_DESCRIPTORS = r"/dev/null|socket:.*|pipe:.*|anon_inode:\[signalfd\]|/.* \(deleted\)"

    def test_zygotes_hold_nothing_of_the_connection_to_s3(self, machine, s3):
        """The runtime of AWS leaves its sockets and epolls open at an exec; the second zygote starts when it is busy."""
        s3.put("in/a.mock", b"application/x-docmill-mock\nneeds_ocr\nsleep 3000\ntext recognised\n")
        process = machine.start("sweep", "--in", s3.place("in/"), "--out", s3.place("out/"), env=s3.env)
        zygotes = wait_until(lambda: len(children_of(process.pid)) == 2 and children_of(process.pid), "both zygotes")
        wait_until(lambda: any(children_of(zygote) for zygote in zygotes), "a child that recognises")
        for zygote in zygotes:
            try:
                targets = [str(entry.readlink()) for entry in pathlib.Path(f"/proc/{zygote}/fd").iterdir()]
            except PermissionError:
                pytest.skip("only root may look into a process that is not dumpable")
            assert all(re.fullmatch(self.ZYGOTE_DESCRIPTORS, target) for target in targets), targets
            assert sum(target.startswith("socket:") for target in targets) == 1, targets
        assert any("socket:" in str(entry.readlink()) for entry in pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
        process.communicate(timeout=60)
        assert process.returncode == 0


def readable(process, name):
    """A file of /proc; only root may look into a process that is not dumpable."""
    try:
        return pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes()
    except PermissionError:
        pytest.skip(f"only root may read /proc/{process.pid}/{name}")


def memory_holds(pid, needle):
    """Whether writable memory of a process holds these bytes."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not found or "[v" in line:
                continue
            start, end = (int(group, 16) for group in found.groups())
            try:
                memory.seek(start)
                if needle in memory.read(min(end - start, 64 << 20)):
                    return True
            except OSError:
                continue
    return False


class TestImpostors:
    """The platforms that docmill runs on, as far as their refusals go; as nobody, without any capability."""

    @pytest.fixture
    def stranger(self, release):
        if not IMPOSTOR.exists():
            pytest.fail(f"{IMPOSTOR} is missing; the test build makes it")
        for folder in (release.program.parent, *release.program.parent.parents, ROOT / ".deps"):
            if not folder.stat().st_mode & 0o001:
                pytest.skip(f"another user cannot enter {folder}")
        for folder in (release.folder, release.source, release.temp, release.folder / "home"):
            folder.chmod(0o777)
        release.copy("text.pdf")
        release.copy("scan.pdf")
        return release

    def sweep_as(self, platform, machine, *args):
        process = machine.start(*machine.sweep_args(*args), prefix=[IMPOSTOR, platform])
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        return Finished(process.returncode, stdout, stderr)

    @pytest.mark.parametrize("platform, tier", [("fargate", "A"), ("lambda", "B")])
    def test_tier_and_text(self, stranger, platform, tier):
        finished = self.sweep_as(platform, stranger)
        assert finished.code == 0, finished.stderr
        rows = stranger.manifest()
        assert {row["sandbox_tier"] for row in rows.values()} == {tier}
        assert "Invoice 2024-0117" in texts(stranger.pages("text_raw_text.parquet"))[0]
        assert "cubic metres" in texts(stranger.pages("scan_raw_text.parquet"))[0]

    def test_strict_refuses_under_lambda(self, stranger):
        finished = self.sweep_as("lambda", stranger, "--sandbox", "strict")
        assert finished.code == 3 and "seccomp" in finished.stderr
        assert stranger.outputs() == {}

    def test_require_refuses_where_nothing_can_be_had(self, stranger):
        finished = self.sweep_as("none", stranger)
        assert finished.code == 3 and "sandbox" in finished.stderr
        assert stranger.outputs() == {}


class TestLinking:
    """The trust boundary is a fact of linking: who parses documents cannot reach secrets, and the other way round."""

    def needed(self, program):
        """Every library that a program loads, also through others."""
        found = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        return {line.split()[0].split("/")[-1] for line in found.splitlines()}

    @pytest.mark.parametrize("name", ["docmill-extract", "docmill-extract-ocr"])
    def test_parser_has_no_network_crypto_or_database(self, release, name):
        libraries = self.needed(release.program.with_name(name))
        own = subprocess.run(["readelf", "-d", release.program.with_name(name)], capture_output=True, text=True,
                             check=True).stdout
        assert not [name for name in libraries if re.match(r"lib(sqlite|aws|boost|curl|crypto|ssl|archive|gomp)", name)]
        assert not re.search(r"NEEDED.*lib(crypto|ssl|curl|sqlite|aws|boost)", own)
        assert [name for name in libraries if name.startswith("libpdfium")]
        # The AWS Common Runtime is linked statically: it has no library to look for, but a word that no other code has.
        assert b"AWS4-HMAC-SHA256" not in release.program.with_name(name).read_bytes()

    def test_who_reads_text_only_loads_no_recogniser(self, release):
        foreign = r"lib(tesseract|lept|tiff|openjp|jpeg|png|webp|curl|crypto|ssl|archive|xml2)"
        assert not [name for name in self.needed(release.program.with_name("docmill-extract")) if re.match(foreign, name)]
        # Tesseract is linked statically, too.
        recogniser = {name: b"Tesseract couldn't load any languages!" in release.program.with_name(name).read_bytes()
                      for name in ("docmill", "docmill-extract", "docmill-extract-ocr")}
        assert recogniser == {"docmill": False, "docmill-extract": False, "docmill-extract-ocr": True}

    def test_images_are_decoded_by_libraries_that_leptonica_does_not_bring(self, release):
        program = release.program.with_name("docmill-extract-ocr")
        dynamic = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
        place = {name: number for number, name in enumerate(re.findall(r"NEEDED.*\[(\w+)\.so", dynamic))}
        assert place["libtiff"] < place["liblept"], place
        others = [name for name in place if re.match("lib(webp|png|jpeg)", name)]
        assert not others, "they are in the program itself"
        # And for nobody else: Leptonica and libtiff go on with those that they were built for.
        exported = subprocess.run(["nm", "-D", "--defined-only", program], capture_output=True, text=True, check=True).stdout
        assert not re.search(r" (png_|jpeg_|deflate)", exported)

    def test_parent_has_no_parser(self, release):
        libraries = self.needed(release.program)
        assert not [name for name in libraries if re.match(r"lib(pdfium|tesseract|lept|tiff|openjp|jpeg|png|webp)", name)]
        assert [name for name in libraries if name.startswith("libparquet")]

    @pytest.mark.parametrize("name", ["docmill", "docmill-extract", "docmill-extract-ocr"])
    def test_program_is_hardened(self, release, name):
        program = release.program.with_name(name)
        found = subprocess.run(["readelf", "-W", "-h", "-l", "-d", program], capture_output=True, text=True,
                               check=True).stdout
        assert "DYN (Position-Independent Executable file)" in found
        assert "GNU_RELRO" in found and "BIND_NOW" in found
        assert re.search(r"GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+RW ", found)
        # An empty part means the working directory.
        for path in re.findall(r"(?:RUNPATH|RPATH).*\[(.*)\]", found):
            assert all(part.startswith("$ORIGIN") for part in path.split(":")), path

    def test_failpoints_and_mock_documents_are_absent_from_the_release(self, release):
        for name in ("docmill", "docmill-extract", "docmill-extract-ocr"):
            content = release.program.with_name(name).read_bytes()
            assert b"DOCMILL_FAIL" not in content and b"x-docmill-mock\n" not in content


class TestHostileDocuments:
    """A few of the documents that reliability.md (0.2-0.4, 2.C) names, made here."""

    def test_page_with_a_huge_box_is_read(self, release):
        content = documents.pdf("text on a page that claims to be enormous")
        release.write("a.pdf", content.replace(b"595.2756 841.8898", b"99999999 99999999"))
        assert release.sweep("--ocr", "always").code in (0, 1)
        assert len(release.manifest()) == 1

    def test_deflate_bomb_is_contained(self, release):
        release.write("bomb.pdf", deflate_bomb())
        release.copy("text.pdf")
        assert release.sweep("--child-memory", "256MiB", "--page-timeout", "5s", "--workers", "1").code in (0, 1)
        assert release.manifest()["text.pdf"]["status"] == "ok"
        assert "bomb.pdf" in release.manifest()
        release.assert_nothing_left()

    def test_image_bomb_is_refused_by_its_header(self, release):
        release.write("bomb.png", documents.png_header(60_000, 60_000))
        assert release.sweep().code == 1
        assert release.manifest()["bomb.png"]["error_kind"] == "limit_pixels"


def deflate_bomb():
    """A content stream of 300 MB of text operators behind two deflate filters."""
    inner = zlib.compressobj(9)
    packed = b"".join(inner.compress(b"(bomb) Tj " * 1_000_000) for _ in range(30)) + inner.flush()
    stream = zlib.compress(packed, 9)
    return documents.raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(stream), stream),
    ])
