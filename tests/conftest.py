"""What several test modules share: the project, its built graph, the source texts, a real SPARQL server."""

import os
from pathlib import Path

import pytest

import terril

ROOT = Path(__file__).parents[1]


def require(tool: str, present: bool) -> None:
    """Skip a test whose tool is missing, unless TERRIL_REQUIRE lists the tool: then its absence is a failure."""
    if present:
        return
    if tool in os.environ.get("TERRIL_REQUIRE", "").split():
        pytest.fail(f"{tool} is required here and missing")
    pytest.skip(f"needs {tool}, which this machine lacks")


@pytest.fixture(scope="session")
def home() -> terril.Home:
    return terril.find_home(ROOT)


@pytest.fixture(scope="session")
def texts() -> list[Path]:
    """The source texts, which are not ours to publish: from TERRIL_DOCUMENTS, or a folder beside the project."""
    folder = Path(os.environ.get("TERRIL_DOCUMENTS", ROOT.parent / "shared" / "documents"))
    found = sorted(folder.glob("*.txt"))
    require("texts", bool(found))
    return found
