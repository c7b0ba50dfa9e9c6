"""Whether a history of the fault proxy, and the versions that a bucket holds in the end, keep docmill's promises.

    for violation in violations(World(proxy.history(), ...)): ...

Every promise is a function that yields what breaks it. They know S3 and SQS as their documentation has them, and nothing
of docmill's code.
"""

import collections
import dataclasses
import hashlib
import hmac
import json
import re
import urllib.parse

# A query of S3 that makes another operation of a method; without one of these it is an object that is read or written.
S3_OPERATIONS = {("POST", "uploads"): "CreateMultipartUpload", ("PUT", "partNumber"): "UploadPart",
                 ("POST", "uploadId"): "CompleteMultipartUpload", ("DELETE", "uploadId"): "AbortMultipartUpload",
                 ("GET", "list-type"): "ListObjectsV2", ("GET", "uploads"): "ListMultipartUploads"}
S3_METHODS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
WRITES = ("PutObject", "CompleteMultipartUpload")


def operation_of(entry):
    """As AWS names it."""
    if target := entry["headers"].get("x-amz-target"):
        return target.rpartition(".")[2]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(entry["target"]).query, keep_blank_values=True)
    named = [name for (method, word), name in S3_OPERATIONS.items() if method == entry["method"] and word in query]
    return named[0] if named else S3_METHODS.get(entry["method"], entry["method"])


def key_of(entry):
    """Of the object that a request of S3 is about; empty for a bucket."""
    path = urllib.parse.urlsplit("//host" + entry["target"]).path
    return urllib.parse.unquote(path.removeprefix("/").partition("/")[2])


@dataclasses.dataclass
class Written:
    """A version of an output, with what its metadata says."""
    key: str
    source_etag: str
    recipe_hash: str
    status: str


@dataclasses.dataclass
class World:
    history: list              # as the proxy has it
    out: str                   # the prefix below which docmill writes
    output_of: object          # the key of a document -> that of its output; None where none is wanted of it
    outputs: list              # of Written, oldest first
    sources: dict              # key of an output -> the etags of its document, oldest first
    secret: str                # that requests are signed with
    uploads: tuple = ()        # ids of those that the bucket holds in the end
    killed_uploads: tuple = () # of these nobody was left to abort them


@dataclasses.dataclass
class Held:
    """A message in somebody's hand, from its receive to its removal."""
    message: str
    keys: list
    received: float
    removal_began: float | None = None
    removed: float | None = None


class Calls:
    """The history by operation, and the messages in it."""

    def __init__(self, history):
        self.by_operation = collections.defaultdict(list)
        for entry in sorted(history, key=lambda entry: entry["began"]):
            self.by_operation[operation_of(entry)].append(entry)
        self.held = self._held()  # by receipt handle

    def done(self, *operations, key=None):
        """Those that took effect, whether or not the answer got through."""
        return [entry for operation in operations for entry in self.by_operation[operation]
                if entry["forwarded"] and entry["status"] < 300 and key in (None, key_of(entry))]

    def _held(self):
        held = {}
        for entry in self.done("ReceiveMessage"):
            for message in json.loads(entry["answered"]).get("Messages", []):
                held[message["ReceiptHandle"]] = Held(message["MessageId"], keys_in(message["Body"]), entry["ended"])
        for entry in self.done("DeleteMessageBatch"):
            removed = {one["Id"] for one in json.loads(entry["answered"]).get("Successful", [])}
            for one in json.loads(entry["said"])["Entries"]:
                if one["Id"] in removed and one["ReceiptHandle"] in held:
                    holding = held[one["ReceiptHandle"]]
                    holding.removal_began = min(entry["began"], holding.removal_began or entry["began"])
                    holding.removed = entry["ended"]
        return held

    def letters(self):
        """(when it was sent, key) of every dead letter."""
        return [(entry["ended"], key) for entry in self.done("SendMessageBatch")
                for one in json.loads(entry["said"])["Entries"] for key in keys_in(one["MessageBody"])]


def keys_in(body):
    """The documents that a message names: docmill's own form, and S3's event notifications. Others name none here."""
    try:
        body = json.loads(body)
        if "Records" in body:
            return [urllib.parse.unquote_plus(record["s3"]["object"]["key"]) for record in body["Records"]
                    if record["eventName"].startswith("ObjectCreated")]
        return [body["key"]]
    except (ValueError, KeyError, TypeError):
        return []


def written_once(world, _calls):
    """One output for a version of a document and a recipe, but where pages failed that may not fail again; and none of
    an older version after that of a newer one."""
    known, newest = set(), {}
    for one in world.outputs:
        version = (one.key, one.source_etag, one.recipe_hash)
        if version in known and one.status != "retry":
            yield f"{one.key} was written twice for version {one.source_etag}"
        if one.status != "retry":
            known.add(version)
        if one.key not in world.sources:
            continue
        etags = world.sources[one.key]
        if one.source_etag not in etags:
            yield f"{one.key} is of version {one.source_etag}, which its document never had"
            continue
        # The same bytes may come again: then the last of them counts.
        place = len(etags) - 1 - etags[::-1].index(one.source_etag)
        if place < newest.get(one.key, 0):
            yield f"{one.key} went back to version {one.source_etag}"
        newest[one.key] = place


def acknowledged_after_durable(world, calls):
    """A message is removed when whoever holds it has written each output, or found it there, or found the document gone,
    or sent its dead letter."""
    written, found, gone = ends_by_key(calls.done(*WRITES)), ends_by_key(calls.done("HeadObject")), ends_by_key(
        entry for operation in ("HeadObject", "GetObject") for entry in calls.by_operation[operation]
        if entry["forwarded"] and entry["status"] == 404)
    letters = collections.defaultdict(list)
    for sent, key in calls.letters():
        letters[key].append(sent)
    for held in calls.held.values():
        for key in held.keys if held.removal_began else []:
            output = world.output_of(key)
            ends = [*letters[key], *gone[key], *written[output], *found[output]]
            if output and not any(held.received <= end <= held.removal_began for end in ends):
                yield f"message {held.message} was acknowledged before anything of {key} was durable"


def ends_by_key(entries):
    ends = collections.defaultdict(list)
    for entry in entries:
        ends[key_of(entry)].append(entry["ended"])
    return ends


def read_while_held(_world, calls):
    """A document that messages name is read by who holds one of them."""
    holders = collections.defaultdict(list)
    for held in calls.held.values():
        for key in held.keys:
            holders[key].append(held)
    for entry in calls.by_operation["GetObject"]:
        key = key_of(entry)
        if key in holders and not any(held.received <= entry["began"] and (held.removed is None or
                                      entry["began"] <= held.removed) for held in holders[key]):
            yield f"{key} was read although nobody held a message that names it"


def uploads_ended(world, calls):
    """Every multipart upload is completed or aborted."""
    begun = {re.search("<UploadId>(.*?)</UploadId>", entry["answered"]).group(1): key_of(entry)
             for entry in calls.done("CreateMultipartUpload")}
    ended = {upload_of(entry) for entry in calls.done("CompleteMultipartUpload", "AbortMultipartUpload")
             if "<Error>" not in entry.get("answered", "")}
    for upload, key in begun.items():
        if upload not in ended and upload not in world.killed_uploads:
            yield f"the upload {upload} of {key} was neither completed nor aborted"
    for upload in world.uploads:
        if upload not in world.killed_uploads:
            yield f"the bucket holds the upload {upload}"


def upload_of(entry):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(entry["target"]).query)["uploadId"][0]


def written_below_out(world, calls):
    """Nothing else is written or removed, and no output without a condition. docmill's own files, marks and manifests,
    are of one writer or say the same whoever writes them."""
    for operation in (*WRITES, "CreateMultipartUpload", "UploadPart", "DeleteObject"):
        for entry in calls.by_operation[operation]:
            key = key_of(entry)
            if not key.startswith(world.out):
                yield f"{operation} of {key}, which is not below {world.out}"
            elif operation in WRITES and not key.startswith(world.out + "_docmill/") and not entry["headers"].keys() & {
                    "if-match", "if-none-match"}:
                yield f"{key} was written without a condition"


def signed(world, calls):
    """Every request is signed with the secret, for the host that it was sent to."""
    for operation, entries in calls.by_operation.items():
        for entry in entries:
            if reason := wrong_with_signature(entry, world.secret):
                yield f"{operation} of {entry['target']} {reason}"


def wrong_with_signature(entry, secret):
    """Signature version 4, as "Create a signed AWS API request" of the IAM User Guide has it."""
    headers = entry["headers"]
    parts = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^,]*), ?SignedHeaders=([^,]*), ?Signature=(\w*)",
                         headers.get("authorization", ""))
    if not parts:
        return "is not signed"
    credential, names, signature = parts.groups()
    if "host" not in names.split(";"):
        return "is signed for any host"
    scope = credential.split("/")[1:]
    path, _, query = entry["target"].partition("?")
    if scope[2] != "s3":
        path = urllib.parse.quote(path)  # S3's keys are encoded once, the paths of all others twice
    pairs = sorted((pair if "=" in pair else pair + "=").split("=", 1) for pair in query.split("&") if pair)
    payload = headers.get("x-amz-content-sha256") or hashlib.sha256(entry.get("said", "").encode()).hexdigest()
    canonical = "\n".join([entry["method"], path, "&".join("=".join(pair) for pair in pairs),
                           *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names.split(";")), "", names,
                           payload])
    text = "\n".join(["AWS4-HMAC-SHA256", headers.get("x-amz-date", ""), "/".join(scope),
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for word in (*scope, text):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return "" if hmac.compare_digest(key.hex(), signature) else "has a signature of something else"


PROMISES = (written_once, acknowledged_after_durable, read_while_held, uploads_ended, written_below_out, signed)


def violations(world):
    calls = Calls(world.history)
    return [violation for promise in PROMISES for violation in promise(world, calls)]
