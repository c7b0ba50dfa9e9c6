"""A bucket, the fault proxy before it, and the real client beside it."""

import io
import itertools
import os
import re
import subprocess
import urllib.parse

import boto3
import botocore.config
import pyarrow.parquet as parquet

import history
from fault_proxy import FaultProxy
from harness import PATIENCE_S, TEST_PROGRAM, Finished

IN = "env=prod/zone=raw/"
OUT = "env=prod/zone=text/"
SECRET = "test-secret-that-no-log-may-show"
STORE_TOOL = TEST_PROGRAM.parent / "tests/store_tool"
_numbers = itertools.count(1)


def output_of(key):
    """Of the key of a document below IN; None of any other."""
    if not key.startswith(IN):
        return None
    name = key.removeprefix(IN)
    return OUT + (name[:-4] + "_raw_text.parquet" if name.endswith(".pdf") else name + ".raw_text.parquet")


class S3World:
    """`boto` speaks to the server itself, so what tests look at is in no history and meets no fault."""

    def __init__(self, url, admin=("test", "test")):
        self.bucket = f"docs-{os.getpid()}-{next(_numbers)}"
        self.boto = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=admin[0],
                                 aws_secret_access_key=admin[1],
                                 config=botocore.config.Config(s3={"addressing_style": "path"}))
        self.boto.create_bucket(Bucket=self.bucket)
        self.boto.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.proxy = FaultProxy(url, seed=1).start()
        self.env = {"AWS_ENDPOINT_URL": self.proxy.url, "AWS_ACCESS_KEY_ID": "test", "AWS_REGION": "us-east-1",
                    "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}

    def end(self):
        self.proxy.stop()

    def place(self, prefix=""):
        return f"s3://{self.bucket}/{prefix}"

    def put(self, key, body, **options):
        return self.boto.put_object(Bucket=self.bucket, Key=key, Body=body, **options)["ETag"].strip('"')

    def get(self, key):
        return self.boto.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def texts(self, key):
        """Of the pages of an output, as pyarrow reads them."""
        return parquet.read_table(io.BytesIO(self.get(key)))["text"].to_pylist()

    def head(self, key):
        return self.boto.head_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix=""):
        pages = self.boto.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def versions(self, key):
        """How often it was written."""
        found = self.boto.list_object_versions(Bucket=self.bucket, Prefix=key).get("Versions", [])
        return sum(version["Key"] == key for version in found)

    def uploads(self):
        return self.boto.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])

    def all_versions(self, prefix):
        """Oldest first."""
        pages = self.boto.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        return [version for page in pages for version in page.get("Versions", [])][::-1]

    def written(self, version):
        """A version of an output, with what its metadata says."""
        said = self.boto.head_object(Bucket=self.bucket, Key=version["Key"], VersionId=version["VersionId"])["Metadata"]
        return history.Written(version["Key"], said["docmill.source-etag"], said["docmill.recipe-hash"],
                               said["docmill.status"])

    def violations(self, killed_uploads=()):
        """What in the proxy's history, or in the bucket as it is now, breaks a promise."""
        sources = {}
        for version in self.all_versions(IN):
            sources.setdefault(output_of(version["Key"]), []).append(version["ETag"].strip('"'))
        outputs = [self.written(version) for version in self.all_versions(OUT) if "/_docmill/" not in version["Key"]]
        return history.violations(history.World(
            history=self.proxy.history(), out=OUT, output_of=output_of, outputs=outputs, sources=sources, secret=SECRET,
            uploads=tuple(upload["UploadId"] for upload in self.uploads()), killed_uploads=tuple(killed_uploads)))

    def requests(self, prefix=""):
        """What docmill sent for keys below the prefix: ("GET", "a.pdf"); ("LIST", prefix) of a listing."""
        found = []
        for entry in self.proxy.history():
            path, _, query = entry["target"].partition("?")
            key = urllib.parse.unquote(path).removeprefix(f"/{self.bucket}").removeprefix("/")
            method = entry["method"]
            if "list-type=2" in query:
                key = urllib.parse.unquote(re.search(r"(?:^|&)prefix=([^&]*)", query).group(1))
                method = "LIST"
            if key.startswith(prefix):
                found.append((method, key))
        return found

    def tool(self, *words, prefix="", timeout=PATIENCE_S):
        """One call of a store, through the proxy."""
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **self.env}
        done = subprocess.run([STORE_TOOL, self.place(prefix), *map(str, words)], env=env, timeout=timeout, check=False,
                              capture_output=True, text=True)
        return Finished(done.returncode, done.stdout.strip(), done.stderr)
