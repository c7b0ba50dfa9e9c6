"""Fixtures of the end-to-end tests; the tools behind them are in harness.py."""

import pathlib
import shutil
import sys
import tempfile

import pytest

from harness import RELEASE_PROGRAM, ROOT, TEST_PROGRAM, Machine

sys.path.insert(0, str(ROOT / "tests/proxy"))


def pytest_configure(config):
    for program in (TEST_PROGRAM, RELEASE_PROGRAM):
        if not program.exists():
            pytest.exit(f"{program} is missing: run the tests with `make test`, which builds it.", returncode=4)


def own_folder():
    # Not tmp_path: the programs also run as another user here, and tmp_path's parent is closed to others.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="docmill-e2e-")).resolve()
    folder.chmod(0o777)
    return folder


def machine_of(program):
    folder = own_folder()
    machine = Machine(folder, program)
    yield machine
    machine.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def machine():
    """The test build in a folder of its own."""
    yield from machine_of(TEST_PROGRAM)


@pytest.fixture
def release():
    """The release build in a folder of its own."""
    yield from machine_of(RELEASE_PROGRAM)


@pytest.fixture(scope="module")
def swept_samples():
    """The samples folder swept once by the release build, for tests that only look."""
    for machine in machine_of(RELEASE_PROGRAM):
        machine.source.rmdir()
        shutil.copytree(pathlib.Path(__file__).resolve().parents[2] / "samples", machine.source)
        machine.finished = machine.sweep("--summary", "json")
        yield machine


@pytest.fixture(scope="session")
def moto():
    """moto's server, for all tests."""
    import moto_server  # pylint: disable=import-outside-toplevel  (slow to load)

    server = moto_server.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def iam():
    """moto's server that enforces permissions, in a process of its own."""
    from iam_server import IamServer  # pylint: disable=import-outside-toplevel

    server = IamServer()
    yield server
    server.stop()


@pytest.fixture
def s3(moto):
    """A versioned bucket of its own behind a fault proxy."""
    from s3_world import S3World  # pylint: disable=import-outside-toplevel

    world = S3World(moto.url)
    yield world
    world.end()
