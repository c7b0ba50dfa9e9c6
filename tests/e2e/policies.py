"""The policies of docs/aws.md, and what it says of each action."""

import copy
import json
import re

from harness import ROOT

_POLICY = re.compile(r"<!-- policy: (\w+) -->\n```json\n(.*?)\n```\n(.*?)(?=\n#|\Z)", re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| `(s3:\w+|sqs:\w+)` \|(.*)\|$", re.MULTILINE)
_BLOCKS = {name: (json.loads(policy)["Statement"], {(sid, action): rest for sid, action, rest in _ROW.findall(text)})
           for name, policy, text in _POLICY.findall((ROOT / "docs/aws.md").read_text())}


def rows(name):
    """{(statement, action): what its row says}"""
    return _BLOCKS[name][1]


def grants(name):
    """[(statement, action)] of the policy."""
    return [(statement["Sid"], action) for statement in _BLOCKS[name][0] for action in statement["Action"]]


def is_optional(name, grant):
    return "*optional*" in rows(name)[grant]


def policy(name, places, without=None):
    """Its statements for these places ({"BUCKET": ...}), less one grant."""
    statements = copy.deepcopy(_BLOCKS[name][0])
    for statement in statements:
        statement["Action"] = [action for action in statement["Action"] if (statement["Sid"], action) != without]
        for placeholder in re.findall(r"[A-Z_]{4,}", statement["Resource"]):
            statement["Resource"] = statement["Resource"].replace(placeholder, places[placeholder])
    return [statement for statement in statements if statement["Action"]]
