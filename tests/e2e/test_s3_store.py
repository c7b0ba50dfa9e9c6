"""The S3 store when the network and the service misbehave: what arrives is right, or nothing arrives."""

import itertools
import random

import pytest

from fault_proxy import SLOW_DOWN, Answer, Rule

MIB = 1 << 20
SMALL = random.Random(1).randbytes(200_000)
LARGE = random.Random(2).randbytes(20 * MIB)  # above what goes in one piece

# What happens once to a request, and must change nothing.
PASSING = [Rule("status", status=503, body=SLOW_DOWN), Rule("status", status=500), Rule("rst_before"),
           Rule("drop_reply_after_forward"), Rule("delay", seconds=0.5)]
PASSING_BODIES = [Rule("rst_after_bytes", bytes=0), Rule("rst_after_bytes", fraction=0.5), Rule("flip", fraction=0.5),
                  Rule("truncate", fraction=0.999)]


def name_of(rule):
    return f"{rule.fault}-{rule.status}" if rule.fault == "status" else f"{rule.fault}-{rule.fraction or rule.bytes}"


def once(rule, **where):
    return Rule(rule.fault, times=1, status=rule.status, body=rule.body, seconds=rule.seconds, bytes=rule.bytes,
                fraction=rule.fraction, **where)


@pytest.fixture(name="got")
def _got(tmp_path):
    return tmp_path / "got"


@pytest.fixture(name="file")
def _file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(SMALL)
    return path


class TestReads:
    @pytest.mark.parametrize("rule", PASSING + PASSING_BODIES, ids=name_of)
    def test_one_fault_changes_nothing(self, s3, got, rule):
        etag = s3.put("a.pdf", SMALL)
        s3.proxy.add(once(rule, method="GET"))
        done = s3.tool("get", "a.pdf", got)
        assert (done.code, done.stdout) == (0, etag), done.stderr
        assert got.read_bytes() == SMALL

    @pytest.mark.parametrize("sixteenth", range(16))
    def test_a_body_cut_at_every_sixteenth_is_read_again(self, s3, got, sixteenth):
        s3.put("a.pdf", SMALL)
        s3.proxy.add(Rule("truncate", method="GET", times=1, fraction=sixteenth / 16))
        assert s3.tool("get", "a.pdf", got).code == 0
        assert got.read_bytes() == SMALL

    @pytest.mark.parametrize("checksum", ["CRC32", "SHA256", None])
    def test_a_body_that_is_always_wrong_is_never_given_out(self, s3, got, checksum):
        s3.put("a.pdf", SMALL, **({"ChecksumAlgorithm": checksum} if checksum else {}))
        s3.proxy.add(Rule("flip", method="GET", bytes=1000))
        done = s3.tool("get", "a.pdf", got)
        assert done.code == 1 and "\nunavailable: " in done.stderr and "checksum" in done.stderr
        assert not got.exists()
        assert s3.proxy.count("GET") == 3

    def test_too_large_is_found_before_the_body(self, s3, got):
        s3.put("a.pdf", LARGE)
        done = s3.tool("get", "a.pdf", got, 1000)
        assert done.code == 1 and f"limit_bytes: {s3.place('a.pdf')}: {len(LARGE)} bytes, the limit is 1000" in done.stderr
        assert s3.proxy.count() == 1

    def test_a_large_object_is_read_in_parts_of_one_version(self, s3, got):
        etag = s3.put("a.pdf", LARGE)
        assert s3.tool("get", "a.pdf", got).code == 0
        assert got.read_bytes() == LARGE
        first, *parts = [entry["headers"] for entry in s3.proxy.history("GET")]
        assert "if-match" not in first and "range" not in first
        assert sorted(part["range"] for part in parts) == ["bytes=0-8388607", "bytes=16777216-20971519",
                                                           "bytes=8388608-16777215"]
        assert {part["if-match"] for part in parts} == {f'"{etag}"'}

    @pytest.mark.parametrize("rule", PASSING + PASSING_BODIES, ids=name_of)
    def test_one_fault_in_a_part_changes_nothing(self, s3, got, rule):
        s3.put("a.pdf", LARGE)
        s3.proxy.add(Rule("duplicate_forward", method="GET", nth=(1,)))
        s3.proxy.add(once(rule, method="GET"))
        assert s3.tool("get", "a.pdf", got).code == 0
        assert got.read_bytes() == LARGE

    def test_a_version_that_changes_between_parts_is_told(self, s3, got):
        s3.put("a.pdf", LARGE)
        asked = itertools.count(1)

        def replace(request):
            if request.method == "GET" and next(asked) == 3:
                s3.put("a.pdf", LARGE[::-1])

        s3.proxy.before = replace
        done = s3.tool("get", "a.pdf", got)
        assert done.code == 1 and done.stderr.startswith("source_changed: ")
        assert not got.exists()

    def test_absence_is_source_gone_also_between_parts(self, s3, got):
        assert s3.tool("get", "none", got).stderr.startswith("source_gone: ")
        s3.put("a.pdf", LARGE)
        asked = itertools.count(1)

        def remove(request):
            if request.method == "GET" and next(asked) == 2:
                s3.boto.delete_object(Bucket=s3.bucket, Key="a.pdf")

        s3.proxy.before = remove
        assert s3.tool("get", "a.pdf", got).stderr.startswith("source_gone: ")


class TestWrites:
    @pytest.mark.parametrize("rule", PASSING, ids=name_of)
    @pytest.mark.parametrize("condition", [[], ["absent"]], ids=["always", "absent"])
    def test_one_fault_changes_nothing(self, s3, file, rule, condition):
        s3.proxy.add(once(rule, method="PUT"))
        done = s3.tool("put", "a", file, *condition)
        assert done.code == 0, done.stderr
        assert done.stdout == s3.head("a")["ETag"].strip('"')
        assert s3.get("a") == SMALL

    def test_a_lost_reply_is_no_second_version(self, s3, file):
        s3.proxy.add(Rule("drop_reply_after_forward", method="PUT", times=1))
        done = s3.tool("put", "a", file, "absent")
        assert done.stdout == s3.head("a")["ETag"].strip('"')
        assert s3.versions("a") == 1

    def test_what_somebody_else_wrote_meanwhile_is_not_taken_for_ours(self, s3, file):
        s3.proxy.add(Rule("status", method="PUT", times=1))
        s3.proxy.before = lambda request: request.method == "PUT" and s3.put("a", b"theirs")
        assert s3.tool("put", "a", file, "absent").stdout == "refused"
        assert s3.get("a") == b"theirs"

    def test_conditions_hold_or_refuse(self, s3, file):
        etag = s3.put("a", b"old")
        assert s3.tool("put", "a", file, "absent").stdout == "refused"
        assert s3.tool("put", "a", file, "etag=5d41402abc4b2a76b9719d911017c592").stdout == "refused"
        assert s3.tool("put", "b", file, f"etag={etag}").stdout == "refused"
        assert s3.get("a") == b"old"
        assert s3.tool("put", "a", file, f"etag={etag}").stdout == s3.head("a")["ETag"].strip('"')

    def test_a_checksum_goes_with_the_bytes(self, s3, file):
        s3.tool("put", "a", file)
        found = s3.boto.head_object(Bucket=s3.bucket, Key="a", ChecksumMode="ENABLED")
        assert found["ChecksumCRC32"] and found["Metadata"] == {"made-by": "store_tool"}
        assert found["ContentType"] == "application/octet-stream"


class TestMultipart:
    @pytest.fixture(autouse=True)
    def _large(self, file):
        file.write_bytes(LARGE)

    def test_a_large_object_goes_in_parts(self, s3, file):
        done = s3.tool("put", "a", file, "absent")
        assert done.stdout == s3.head("a")["ETag"].strip('"') and done.stdout.endswith("-2")
        assert s3.get("a") == LARGE
        assert s3.proxy.count("PUT", "partNumber=") == 2
        assert s3.uploads() == []

    @pytest.mark.parametrize("rule", PASSING, ids=name_of)
    @pytest.mark.parametrize("where", [r"partNumber=1", r"^/[^?]*\?uploadId="], ids=["part", "complete"])
    def test_one_fault_changes_nothing(self, s3, file, rule, where):
        s3.proxy.add(once(rule, path=where))
        done = s3.tool("put", "a", file, "absent")
        assert done.code == 0, done.stderr
        assert done.stdout == s3.head("a")["ETag"].strip('"')
        assert s3.get("a") == LARGE and s3.versions("a") == 1 and s3.uploads() == []

    @pytest.mark.parametrize("where", [r"partNumber=2", r"^/[^?]*\?uploadId="], ids=["part", "complete"])
    def test_what_fails_for_good_is_aborted(self, s3, file, where):
        s3.proxy.add(Rule("status", method="PUT" if "part" in where else "POST", path=where, status=500))
        done = s3.tool("put", "a", file)
        assert done.code == 1 and done.stderr.startswith("unavailable: ")
        assert s3.keys() == [] and s3.uploads() == []

    def test_an_error_behind_status_200_is_an_error(self, s3, file):
        body = "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
        s3.proxy.add(Rule("status", method="POST", path=r"\?uploadId=", status=200, body=body))
        done = s3.tool("put", "a", file)
        assert done.code == 1 and done.stderr.startswith("unavailable: ") and "InternalError" in done.stderr
        assert s3.keys() == [] and s3.uploads() == []

    def test_conditions_are_looked_at_when_it_is_completed(self, s3, file):
        etag = s3.put("a", b"old")
        assert s3.tool("put", "a", file, "absent").stdout == "refused"
        assert s3.tool("put", "a", file, "etag=5d41402abc4b2a76b9719d911017c592").stdout == "refused"
        assert s3.get("a") == b"old" and s3.uploads() == []
        assert s3.tool("put", "a", file, f"etag={etag}").stdout.endswith("-2")
        assert s3.get("a") == LARGE

    def test_a_lost_reply_followed_by_a_refusal_is_success(self, s3, file):
        """S3 forgets an upload that is complete; moto answers again as if nothing had been."""
        s3.proxy.add(Rule("drop_reply_after_forward", method="POST", path=r"\?uploadId=", times=1))
        s3.proxy.add(Rule("status", method="POST", path=r"\?uploadId=", status=404,
                          body="<Error><Code>NoSuchUpload</Code><Message>gone</Message></Error>"))
        done = s3.tool("put", "a", file, "absent")
        assert done.stdout == s3.head("a")["ETag"].strip('"')
        assert s3.versions("a") == 1


class TestService:
    def test_three_requests_in_ten_told_to_slow_down(self, s3, file, got):
        s3.proxy.add(Rule("status", probability=0.3, body=SLOW_DOWN))
        for number in range(10):
            assert s3.tool("put", f"a{number}", file, "absent").code == 0
            assert s3.tool("get", f"a{number}", got).code == 0
            assert got.read_bytes() == SMALL
        assert sorted(s3.keys()) == [f"a{number}" for number in range(10)]
        assert any(entry["fault"] for entry in s3.proxy.history())

    def test_a_black_hole_is_left(self, s3, got):
        s3.put("a", SMALL)
        s3.proxy.add(Rule("black_hole", times=1))
        assert s3.tool("get", "a", got).code == 0
        assert got.read_bytes() == SMALL

    def test_another_region_is_named(self, s3, got):
        body = ("<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed "
                "using the specified endpoint.</Message><Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint></Error>")
        s3.proxy.add(Rule("status", status=301, body=body, headers={"x-amz-bucket-region": "eu-west-1"}))
        done = s3.tool("get", "a", got)
        assert done.code == 1 and done.stderr.startswith("invalid_input: ") and "eu-west-1" in done.stderr

    def test_denied_names_both_permissions(self, s3, got):
        s3.proxy.add(Rule("status", status=403, body="<Error><Code>AccessDenied</Code></Error>"))
        done = s3.tool("get", "a", got)
        assert done.code == 1 and done.stderr.startswith("denied: ")
        assert "s3:GetObject" in done.stderr and "s3:ListBucket" in done.stderr
        assert "test-secret" not in done.stderr

    def test_no_such_bucket_is_not_found(self, s3, got):
        s3.bucket = "nobody-has-this-bucket"
        for words in (["get", "a", got], ["list"]):
            done = s3.tool(*words)
            assert done.code == 1 and done.stderr.startswith("not_found: ") and "NoSuchBucket" in done.stderr


class TestListing:
    @pytest.mark.parametrize("rule", PASSING + [Rule("truncate", fraction=0.5), Rule("rst_after_bytes", fraction=0.5)],
                             ids=name_of)
    def test_one_fault_changes_nothing(self, s3, rule):
        for key in "abc":
            s3.put(key, b"")
        s3.proxy.add(once(rule))
        assert s3.tool("list").stdout.split() == ["a", "b", "c"]

    @staticmethod
    def page(keys, token):
        contents = "".join(f"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                           f"<ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>" for key in keys)
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>"
        return f"<ListBucketResult>{more if token else ''}{contents}</ListBucketResult>".encode()

    def pages(self, s3, *pages):
        """The server answers these, one after the other, the last one for ever."""
        left = list(pages)
        s3.proxy.add(Rule("rewrite", path="list-type=2", answer=lambda _: Answer(
            200, "OK", [], self.page(*(left.pop(0) if len(left) > 1 else left[0])))))

    def test_pages_without_keys_and_keys_told_twice(self, s3):
        self.pages(s3, ("ab", "t1"), ("", "t2"), ("bc", "t3"), ("d", ""))
        assert s3.tool("list").stdout.split() == ["a", "b", "c", "d"]

    @pytest.mark.parametrize("pages", [[("ab", "t1"), ("", "t1")], [("ab", "t1"), ("a", "t2")], [("ba", "")]],
                             ids=["same token", "back to the start", "not in order"])
    def test_a_listing_in_a_circle_ends_with_an_error(self, s3, pages):
        self.pages(s3, *pages)
        done = s3.tool("list")
        assert done.code == 1 and done.stderr.startswith("unavailable: ")
        assert s3.proxy.count() <= 3

    def test_a_folder_that_is_left_out_is_jumped_over(self, s3):
        self.pages(s3, (["a", "out/1", "out/2"], "t1"), (["outer"], ""))
        assert s3.tool("list", "out/").stdout.split() == ["a", "outer"]
        second = s3.proxy.history()[1]["target"]
        assert "start-after=out%2F%F4%8F%BF%BF" in second and "continuation-token" not in second
