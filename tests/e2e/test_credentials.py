"""Every kind of credentials, by the whole program: what they open is a bucket under IAM, which checks each signature."""

import datetime
import hashlib
import http.client
import json
import re
import urllib.parse

import pytest

import documents
import policies
from credential_servers import AwsHosts, CredentialServer
from fault_proxy import Rule
from harness import MOCK_MAGIC
from iam_server import ACCOUNT
from s3_world import S3World

IN, OUT = "raw/", "text/"
WEB_TOKEN = "eyJ-canary-of-web-identity"
SSO_TOKEN = "canary-of-sso-access-token"
CONTAINER_TOKEN = "canary-of-container-authorization"
METADATA_TOKEN = "canary-of-metadata-session"


class Run:
    """A document to sweep, by somebody who is given credentials one way or another."""

    def __init__(self, machine, server):
        self.machine, self.server = machine, server
        self.s3 = S3World(server.url, server.admin)
        self.s3.put(IN + "a.pdf", documents.pdf("opened"))
        statements = policies.policy("sweep", {"BUCKET": self.s3.bucket})
        self.user, self.role = server.user(statements), server.role(statements)
        self.env = {"AWS_ENDPOINT_URL_S3": self.s3.proxy.url, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        self.secrets = [WEB_TOKEN, SSO_TOKEN, CONTAINER_TOKEN, METADATA_TOKEN]

    def end(self):
        self.s3.end()

    def session(self, name="session"):
        """Credentials of the role."""
        given = self.server.session(self.role, name)
        self.secrets += [given["SecretAccessKey"], given["SessionToken"]]
        return given

    def file(self, name, text):
        path = self.machine.folder / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def sweep(self, *args, **env):
        self.keys_used = []
        self.s3.proxy.before = lambda request: self.keys_used.append(
            re.search("Credential=([^/]+)", request.headers["Authorization"]).group(1))
        finished = self.machine.run("sweep", "--in", self.s3.place(IN), "--out", self.s3.place(OUT), "--ocr", "never",
                                    "--log-level", "debug", *args, env={**self.env, **env})
        self.assert_no_secret(finished.stdout + finished.stderr)
        return finished

    def assert_swept(self, **env):
        finished = self.sweep(**env)
        assert finished.code == 0, finished.stdout + finished.stderr
        assert OUT + "a_raw_text.parquet" in self.s3.keys(OUT)

    def assert_no_secret(self, said):
        written = [self.s3.get(key) for key in self.s3.keys(OUT)]
        written += [path.read_bytes() for path in self.machine.temp.rglob("*") if path.is_file()]
        for secret in [*self.secrets, self.user[1]]:
            assert secret not in said
            assert not any(secret.encode() in content for content in written)


@pytest.fixture(name="run")
def _run(machine, iam):
    run = Run(machine, iam)
    yield run
    run.end()


def as_json(given, **more):
    """As a container's endpoint, the instance's metadata and a file of SSO have it."""
    return json.dumps({"AccessKeyId": given["AccessKeyId"], "SecretAccessKey": given["SecretAccessKey"],
                       "Token": given["SessionToken"], "Expiration": "2099-01-01T00:00:00Z", "Code": "Success", **more})


class TestEnvironment:
    def test_keys_of_a_user(self, run):
        run.assert_swept(AWS_ACCESS_KEY_ID=run.user[0], AWS_SECRET_ACCESS_KEY=run.user[1])

    def test_keys_of_a_session(self, run):
        given = run.session()
        run.assert_swept(AWS_ACCESS_KEY_ID=given["AccessKeyId"], AWS_SECRET_ACCESS_KEY=given["SecretAccessKey"],
                         AWS_SESSION_TOKEN=given["SessionToken"])

    def test_a_wrong_secret_is_told_and_not_shown(self, run):
        wrong = run.user[1][:-1] + ("a" if run.user[1][-1] != "a" else "b")
        run.secrets.append(wrong)
        finished = run.sweep(AWS_ACCESS_KEY_ID=run.user[0], AWS_SECRET_ACCESS_KEY=wrong)
        assert finished.code == 3 and "check the secret access key" in finished.stdout + finished.stderr


class TestProfile:
    def test_keys_in_the_shared_file(self, run):
        path = run.file("keys", f"[default]\naws_access_key_id = x\naws_secret_access_key = y\n\n[reader]\n"
                                f"aws_access_key_id = {run.user[0]}\naws_secret_access_key = {run.user[1]}\n")
        run.assert_swept(AWS_SHARED_CREDENTIALS_FILE=path, AWS_PROFILE="reader")

    @pytest.mark.parametrize("sts", [None, "https://vpce-1.sts.us-east-1.vpce.amazonaws.com"], ids=["regional", "private"])
    def test_a_role_that_another_profile_assumes(self, run, sts):
        """The user may assume the role, and nothing else."""
        source = run.server.user([{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": run.role}])
        run.secrets.append(source[1])
        run.file(".aws/credentials", f"[base]\naws_access_key_id = {source[0]}\naws_secret_access_key = {source[1]}\n")
        run.file(".aws/config", f"[profile miller]\nrole_arn = {run.role}\nsource_profile = base\nregion = us-east-1\n")

        def answer(request):
            """moto's own, which checks the signature and the policy."""
            upstream = http.client.HTTPConnection(run.server.url.removeprefix("http://"))
            upstream.request(request.method, request.target, request.body, dict(request.headers))
            reply = upstream.getresponse()
            text = reply.read().decode()
            run.secrets += re.findall("<(?:SecretAccessKey|SessionToken)>([^<]+)", text)
            return reply.status, text

        named = {"AWS_ENDPOINT_URL_STS": sts} if sts else {}
        with AwsHosts(answer, run.machine.folder) as aws:
            run.assert_swept(AWS_PROFILE="miller", HTTPS_PROXY=aws.url, AWS_CA_BUNDLE=str(aws.ca_path), **named)
            asked = sts.removeprefix("https://") if sts else "sts.us-east-1.amazonaws.com"
            assert [request.host for request in aws.seen] == [asked]
            assert "Action=AssumeRole&" in aws.seen[0].body
        assert source[0] not in run.keys_used and len(run.secrets) == 7

    @pytest.mark.parametrize("form", ["profile", "session"])
    def test_a_token_of_single_sign_on(self, run, form):
        start_url = "https://example.awsapps.com/start"
        place = f"sso_account_id = {ACCOUNT}\nsso_role_name = miller\nregion = us-east-1\n"
        if form == "profile":
            run.file(".aws/config", f"[profile sso]\nsso_start_url = {start_url}\nsso_region = us-east-1\n{place}")
        else:
            run.file(".aws/config", f"[profile sso]\nsso_session = work\n{place}\n[sso-session work]\n"
                                    f"sso_start_url = {start_url}\nsso_region = us-east-1\n")
        name = hashlib.sha1((start_url if form == "profile" else "work").encode()).hexdigest()
        run.file(f".aws/sso/cache/{name}.json", json.dumps({"startUrl": start_url, "region": "us-east-1",
                                                            "accessToken": SSO_TOKEN, "expiresAt": "2099-01-01T00:00:00Z"}))
        given = run.session()

        def portal(request):
            if request.headers["x-amz-sso_bearer_token"] != SSO_TOKEN:
                return 401, "{}"
            return 200, json.dumps({"roleCredentials": {
                "accessKeyId": given["AccessKeyId"], "secretAccessKey": given["SecretAccessKey"],
                "sessionToken": given["SessionToken"], "expiration": 4_000_000_000_000}})

        with AwsHosts(portal, run.machine.folder) as aws:
            run.assert_swept(AWS_PROFILE="sso", HTTPS_PROXY=aws.url, AWS_CA_BUNDLE=str(aws.ca_path))
            assert [(request.host, request.target) for request in aws.seen] == [
                ("portal.sso.us-east-1.amazonaws.com", f"/federation/credentials?account_id={ACCOUNT}&role_name=miller")]


class TestWebIdentity:
    def test_token_of_a_pod(self, run):
        given = run.session()

        def sts(request):
            asked = dict(urllib.parse.parse_qsl(request.body))
            assert (asked["Action"], asked["RoleArn"]) == ("AssumeRoleWithWebIdentity", run.role)
            if asked["WebIdentityToken"] != WEB_TOKEN:
                return 400, "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"
            return 200, ("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                         f"<AccessKeyId>{given['AccessKeyId']}</AccessKeyId>"
                         f"<SecretAccessKey>{given['SecretAccessKey']}</SecretAccessKey>"
                         f"<SessionToken>{given['SessionToken']}</SessionToken>"
                         "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
                         "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>")

        with AwsHosts(sts, run.machine.folder) as aws:
            run.assert_swept(AWS_WEB_IDENTITY_TOKEN_FILE=run.file("token", WEB_TOKEN), AWS_ROLE_ARN=run.role,
                             AWS_ROLE_SESSION_NAME="pod", HTTPS_PROXY=aws.url, AWS_CA_BUNDLE=str(aws.ca_path))
            assert len(aws.seen) == 1


def container_env(run, endpoint):
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/role",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": run.file("container-token", CONTAINER_TOKEN)}


class TestContainer:
    @staticmethod
    def answering(*answers):
        """Each once, the last for ever; to whoever has the token."""
        left = list(answers)

        def answer(request):
            if request.headers["Authorization"] != CONTAINER_TOKEN:
                return 401, ""
            return left.pop(0) if len(left) > 1 else left[0]

        return answer

    def test_endpoint_wants_the_token_of_a_file(self, run):
        with CredentialServer(self.answering((200, as_json(run.session())))) as endpoint:
            run.assert_swept(**container_env(run, endpoint))
            assert [request.target for request in endpoint.seen] == ["/role"]

    def test_endpoint_that_is_down_for_a_moment(self, run):
        with CredentialServer(self.answering((500, ""), (500, ""), (200, as_json(run.session())))) as endpoint:
            run.assert_swept(**container_env(run, endpoint))

    def test_short_lived_ones_are_renewed_before_they_expire(self, run):
        for number in range(20):
            run.s3.put(f"{IN}{number:02}.mock", f"{MOCK_MAGIC}\nsleep 150\ntext any\n".encode())
        first, second = run.session("first"), run.session("second")
        # They are renewed five minutes before: so soon after the start.
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5, seconds=2)
        answers = self.answering((200, as_json(first, Expiration=expires.strftime("%Y-%m-%dT%H:%M:%SZ"))),
                                 (200, as_json(second)))
        with CredentialServer(answers) as endpoint:
            finished = run.sweep("--workers", "1", **container_env(run, endpoint))
            assert finished.code == 0, finished.stderr
            assert len(endpoint.seen) == 2
        assert run.keys_used[0] == first["AccessKeyId"] and run.keys_used[-1] == second["AccessKeyId"]

    def test_old_ones_serve_while_the_endpoint_is_down(self, run):
        for number in range(10):
            run.s3.put(f"{IN}{number:02}.mock", f"{MOCK_MAGIC}\ntext any\n".encode())
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=4)
        answers = self.answering((200, as_json(run.session(), Expiration=expires.strftime("%Y-%m-%dT%H:%M:%SZ"))), (500, ""))
        with CredentialServer(answers) as endpoint:
            finished = run.sweep(**container_env(run, endpoint))
        assert finished.code == 0, finished.stderr
        assert [event["event"] for event in finished.events].count("credentials_not_renewed") == 1

    def test_those_that_s3_calls_expired_are_renewed_and_the_call_repeated(self, run):
        first, second = run.session("first"), run.session("second")
        run.s3.proxy.add(Rule("status", method="GET", path=f"{IN}a.pdf", times=1, status=400,
                              body="<Error><Code>ExpiredToken</Code><Message>It has expired.</Message></Error>"))
        with CredentialServer(self.answering((200, as_json(first)), (200, as_json(second)))) as endpoint:
            run.assert_swept(**container_env(run, endpoint))
            assert len(endpoint.seen) == 2
        assert run.keys_used[-1] == second["AccessKeyId"]


class TestInstance:
    def test_metadata_of_version_2(self, run):
        given = run.session()

        def metadata(request):
            if request.method == "PUT" and request.target == "/latest/api/token":
                return (200, METADATA_TOKEN) if request.headers["x-aws-ec2-metadata-token-ttl-seconds"] else (400, "")
            if request.headers["x-aws-ec2-metadata-token"] != METADATA_TOKEN:
                return 401, ""
            role = "/latest/meta-data/iam/security-credentials/"
            return {role: (200, "miller"), role + "miller": (200, as_json(given))}.get(request.target, (404, ""))

        with CredentialServer(metadata) as endpoint:
            run.assert_swept(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=endpoint.url)
