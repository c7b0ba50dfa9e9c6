"""Run clang-format and clang-tidy over the project's own sources, and remember what was clean.

A file is looked at again when it, a header of the project that it includes, the configuration or its compile command
changes. What was clean is remembered outside the clone, so that a second clone is quick too.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "docmill" / "lint"
TIDY = "clang-tidy-19"
FORMAT = "clang-format-19"


def own_sources():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.h"],
        cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for path in listed.stdout.splitlines() if (ROOT / path).exists()]


def badly_formatted(sources):
    run = subprocess.run([FORMAT, "--dry-run", "--Werror", *sources], cwd=ROOT, capture_output=True, text=True)
    return run.stderr if run.returncode else ""


def own_dependencies(entry):
    """The project's own files that a translation unit reads, itself included."""
    command = shlex.split(entry["command"])
    command = command[command.index(next(word for word in command if re.search(r"(c|g)\+\+(-\d+)?$", word))):]
    command = [word for word in command if word not in ("-c", "-o")]
    command = [word for word in command if not word.endswith(".o")]
    listed = subprocess.run([*command, "-MM"], cwd=entry["directory"], check=True, capture_output=True, text=True).stdout
    words = listed.replace("\\\n", " ").split()[1:]
    paths = {(pathlib.Path(entry["directory"]) / word).resolve() for word in words}
    return sorted(path for path in paths if path.is_relative_to(ROOT) and ".deps" not in path.parts)


def fingerprint(entry):
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for folder in pathlib.Path(entry["file"]).parents:
        own = folder / ".clang-tidy"
        if folder != ROOT and folder.is_relative_to(ROOT) and own.exists():
            digest.update(own.read_bytes())
    digest.update(entry["command"].replace(str(ROOT), "").encode())
    for path in own_dependencies(entry):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def tidy(entry, build):
    stamp = CACHE / fingerprint(entry)
    if stamp.exists():
        return ""
    run = subprocess.run([TIDY, "--quiet", "-p", str(build), entry["file"]], capture_output=True, text=True)
    if run.returncode:
        return run.stdout + run.stderr
    stamp.touch()
    return ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    CACHE.mkdir(parents=True, exist_ok=True)
    complaint = badly_formatted(own_sources())
    if complaint:
        sys.exit(complaint + "lint: run 'make format'")
    # Tests are compiled with warnings as errors; clang-tidy spends its minutes on what ships and is our own.
    ours = {str(ROOT / path) for path in own_sources() if not path.startswith("tests/")}
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text()) if entry["file"] in ours]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = [text for text in pool.map(lambda entry: tidy(entry, build), entries) if text]
    if complaints:
        sys.exit("\n".join(complaints) + f"lint: {len(complaints)} of {len(entries)} files are not clean")
    print(f"lint: {len(entries)} files are clean")


if __name__ == "__main__":
    main()
