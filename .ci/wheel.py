"""Builds the graph into the wheel, so that an installed Terril answers at once and offline."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("ontology", "data", "queries", ".terril/graph.nq", ".terril/manifest.json")


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
