"""Fetch triplestores for the tests from Maven Central, into the folder TERRIL_STORES or one in the cache of the user.

    python tests/stores/install.py fuseki rdf4j

It needs Maven and Java 17. Virtuoso is a package of Debian: apt-get install virtuoso-opensource-7-bin.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("TERRIL_STORES", Path.home() / ".cache" / "terril-stores"))
STORES = ("fuseki", "rdf4j")


def install(store: str) -> None:
    """Fetch a store with all that it needs."""
    command = ["mvn", "--quiet", "--batch-mode", "--file", HERE / f"{store}.xml", "dependency:copy-dependencies"]
    subprocess.run([*command, f"-DoutputDirectory={FOLDER / store}"], check=True)
    print(FOLDER / store)


if __name__ == "__main__":
    for name in sys.argv[1:] or STORES:
        install(name)
