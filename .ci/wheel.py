"""Builds the graph and the front end into the wheel, so that an installed Terril answers at once and offline."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("ontology", "data", "queries", ".terril/graph.nq", ".terril/index.sqlite", ".terril/manifest.json")
FRONT = Path("src/terril/web/front")
"""The sources of the front end; it is built into `static/front` beside them."""


class GraphHook(BuildHookInterface):
    """Runs `terril build` on the checkout and places its result beside the sources it was made from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # an editable install reads the checkout itself
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from terril.pipeline import build

        build(home=root)
        for name in CARRIED:
            build_data["force_include"][str(root / name)] = f"terril/home/{name}"
        missing = build_front(root / FRONT)
        if missing:
            self.app.display_warning(missing)
        # What git ignores would otherwise be left out.
        build_data["artifacts"].append("src/terril/web/static/front/*")


def build_front(sources: Path) -> str:
    """Build the front end with Node; what is missing, in a sentence, if it cannot be built."""
    without = "The wheel has pages without graph, map, search completion and SPARQL in the browser:"
    if not (sources / "package.json").is_file():
        return f"{without} {sources} is not here."
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return f"{without} Node is not installed. Install Node 20 or later and build again."
    installing = [] if _is_installed(sources) else [[npm, "ci", "--omit=dev"]]
    for command in [*installing, [node, "build.mjs"]]:
        done = subprocess.run(command, cwd=sources, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:]
            return f"{without} `{Path(command[0]).name} {command[1]}` failed in {sources}: {' '.join(said)}"
    return ""


def _is_installed(sources: Path) -> bool:
    """Whether what the lock file lists is there, perhaps with what the tests need besides: then it is left alone."""
    lock, installed = sources / "package-lock.json", sources / "node_modules" / ".package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime
