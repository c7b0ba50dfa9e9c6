"""Signs every request of a file again with botocore: one JSON object a line. Exits 1 at the first that differs."""

import json
import sys

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode

count = 0
for line in open(sys.argv[1], encoding="utf-8"):
    case = json.loads(line)
    headers = dict(case["headers"])
    authorization = headers.pop("Authorization")
    date = headers["X-Amz-Date"]
    if case["service"] == "s3":
        path = "/" + percent_encode(bytes.fromhex(case["key"]), safe="/~")
        if case["target"].partition("?")[0] != path:
            sys.exit(f"path: {case['target']} is not botocore's {path}")
    request = AWSRequest(case["method"], case["url"] + case["target"], headers=headers, data=case["body"].encode())
    request.context["timestamp"] = date
    request.context["payload_signing_enabled"] = True
    credentials = Credentials(case["access_key_id"], case["secret_access_key"], case["session_token"] or None)
    signer = (S3SigV4Auth if case["service"] == "s3" else SigV4Auth)(credentials, case["service"], case["region"])
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    if not authorization.endswith(f"Signature={signature}"):
        sys.exit(f"signature of {case['target']!r}: botocore's canonical request is\n{canonical}")
    count += 1
print(count)
