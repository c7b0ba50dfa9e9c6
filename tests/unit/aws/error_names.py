"""Every name by which the services that docmill calls say that something went wrong, from botocore's service models.

One a line: the name as it comes over the wire, and "again" where a repetition may help, else "-".
"""

import glob
import gzip
import json
import os

import botocore

DATA = os.path.join(os.path.dirname(botocore.__file__), "data")
SERVICES = ("s3", "sqs", "sts", "sso", "sso-oidc", "kms")


def load(path):
    with gzip.open(path) if path.endswith(".gz") else open(path, encoding="utf-8") as file:
        return json.load(file)


def to_repeat(retry, service):
    """Names that botocore repeats for this service, or for all."""
    names = set()
    for section in ("__default__", service):
        rules = retry["retry"].get(section, {})
        policies = rules.get("__default__", rules).get("policies", {})
        for policy in policies.values():
            if "$ref" in policy:
                policy = retry["definitions"][policy["$ref"].split("/")[-1]]
            names.add(policy["applies_when"].get("response", {}).get("service_error_code"))
    return names - {None}


def on_the_wire(service, name, error):
    """The spellings of one error: the shape's, the older protocol's, and how others pass on those of KMS."""
    names = {name, error.get("code", name)}
    if service == "kms":
        return {f"KMS.{each}" for each in names}
    if service != "sqs":
        return names
    names |= {f"AWS.SimpleQueueService.{each};Sender" for each in names if not each.startswith("Kms")}
    names |= {f"KMS.{each[3:]}Exception;Sender" for each in names if each.startswith("Kms")}
    return names | {f"com.amazonaws.sqs#{name}"}


def main():
    retry = load(os.path.join(DATA, "_retry.json"))
    for service in SERVICES:
        model = load(sorted(glob.glob(f"{DATA}/{service}/*/service-2.json*"))[-1])
        again = to_repeat(retry, service)
        wanted = {name: True for name in again}
        for name, shape in model["shapes"].items():
            if not shape.get("exception") and "error" not in shape:
                continue
            error = shape.get("error", {})
            # "fault": the service's own, which botocore repeats by its status of 500.
            helps = bool(shape.get("retryable") or shape.get("fault") or error.get("fault") or again & {name, error.get("code")})
            for spelling in on_the_wire(service, name, error):
                wanted[spelling] = wanted.get(spelling, False) or helps
        for name in sorted(wanted):
            print(service, name, "again" if wanted[name] else "-")


main()
