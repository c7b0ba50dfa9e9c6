"""moto's server with IAM enforced, in a process of its own: enforcement is for all of a process.

Signatures are checked, and that a policy allows each action on its resource. What moto cannot tell a test has to say
itself: S3 answers 403 in place of 404 to those who may not list (`hide_absence`), and conditions of policies.
"""

import dataclasses
import http.client
import itertools
import json
import pathlib
import subprocess
import sys

import boto3
from fault_proxy import Rule

ACCOUNT = "123456789012"
ANYTHING = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>injected</RequestId></Error>"


class IamServer:
    def __init__(self):
        program = pathlib.Path(__file__).with_name("moto_server.py")
        self._process = subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        self._names = (f"user-{number}" for number in itertools.count(1))
        self._iam = self.client("iam", ("test", "test"))
        self.admin = self.user(ANYTHING)
        self._enforce()
        self._iam = self.client("iam", self.admin)

    def stop(self):
        self._process.stdin.close()
        self._process.wait()

    def client(self, service, key):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=key[0],
                            aws_secret_access_key=key[1], aws_session_token=key[2] if len(key) > 2 else None)

    def user(self, statements):
        """The key and secret of a new user who may do this and nothing else."""
        name = next(self._names)
        self._iam.create_user(UserName=name)
        self._iam.put_user_policy(UserName=name, PolicyName="policy", PolicyDocument=document(statements))
        key = self._iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def role(self, statements):
        """The ARN of a new role with this policy, which anybody in the account may assume."""
        name = next(self._names)
        trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]
        arn = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        self._iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=document(statements))
        return arn

    def session(self, role, name):
        """Temporary credentials of a role, as STS answers them."""
        return self.client("sts", self.admin).assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]

    def _enforce(self):
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        connection.request("POST", "/moto-api/reset-auth", "0")
        assert connection.getresponse().status == 200


def document(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def hide_absence(proxy, path=""):
    """Objects that are not there are answered as denied ones are: what S3 does where the bucket may not be listed."""
    def hide(answer):
        return dataclasses.replace(answer, status=403, body=DENIED.encode()) if answer.status == 404 else answer

    for method in ("HEAD", "GET"):
        proxy.add(Rule("rewrite", method=method, path=path, answer=hide))
