"""Fetch triplestores for the tests with Maven, into the folder TERRIL_STORES or one in the cache of the user.

    python tests/stores/install.py fuseki rdf4j graphdb

It needs Maven, and a JDK of Java 17 or later. What is there already stays; what cannot be fetched is told, with exit
code 1. Virtuoso is a package of Debian: apt-get install virtuoso-opensource-7-bin.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("TERRIL_STORES", Path.home() / ".cache" / "terril-stores"))
STORES = ("fuseki", "rdf4j", "graphdb")
_TRIES = 2
_PATIENCE = 600  # seconds


def is_installed(store: str) -> bool:
    """Whether a store is there, in the versions that its list names."""
    mark = FOLDER / store / "pom.xml"
    return mark.is_file() and mark.read_bytes() == _wanted(store).read_bytes()


def install(store: str) -> bool:
    """Fetch a store with all that it needs, and tell whether it is there."""
    if not is_installed(store):
        shutil.rmtree(FOLDER / store, ignore_errors=True)
        if any(_fetched(store) for _ in range(_TRIES)):
            shutil.copyfile(_wanted(store), FOLDER / store / "pom.xml")  # last: it tells that all else is there
    return is_installed(store)


def _wanted(store: str) -> Path:
    return HERE / f"{store}.xml"


def _fetched(store: str) -> bool:
    command = ["mvn", "--quiet", "--batch-mode", "-U", "--file", _wanted(store), "dependency:copy-dependencies"]
    command.append(f"-DoutputDirectory={FOLDER / store}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{store}: {error}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"{store}: {(done.stdout.strip() or done.stderr.strip()).partition(chr(10))[0]}", file=sys.stderr)
    return not done.returncode


if __name__ == "__main__":
    there = {name: install(name) for name in sys.argv[1:] or STORES}
    for name, is_there in there.items():
        print(FOLDER / name if is_there else f"{name} could not be fetched.")
    sys.exit(not all(there.values()))
