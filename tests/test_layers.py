"""Imports point one way: a module uses only modules that stand before it, and heavy ones only when they are needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import terril

LAYERS = [
    [
        "errors",
        "languages",
        "names",
        "home",
        "datatypes",
        "frames",
        "notebooks",
        "results",
        "reports",
        "shelf",
        "statements",
    ],
    ["crews", "spelling"],
    ["naming"],
    ["documents"],
    ["clauses", "ntriples", "expressions", "sentences"],
    ["axioms", "closure", "dictionary", "grounds", "inference", "oracle", "rules"],
    ["positions", "files", "contradictions", "vocabulary", "passages", "shapes"],
    ["validation"],
    ["pipeline"],
    ["syntax", "engine", "paging", "transport", "keeping"],
    ["dialects"],
    ["endpoint"],
    ["store"],
    ["holdings"],
    ["loads.graphs", "loads.kinds", "loads.lines", "loads.sheaves", "loads.tallies", "loads.values", "loads.wire"],
    ["loads.cargoes", "loads.differences"],
    ["loads.records", "loads.remotes"],
    ["loads.checks", "loads.finding"],
    ["loads.pushing"],
    ["loads.verifying"],
    ["index", "kinds"],
    ["things"],
    ["grammar"],
    ["facts", "lexicon"],
    ["mentions"],
    ["polarity", "quantities", "readings"],
    ["matching", "parsing"],
    ["cards"],
    ["inquiry"],
    ["halves"],
    ["thesaurus"],
    ["contraries"],
    ["clues", "memory"],
    ["comparison", "gists"],
    ["precedents"],
    ["benches"],
    ["candidates"],
    ["cautions", "certainty", "traits"],
    ["features"],
    ["derivations"],
    ["appellations", "counts", "middles"],
    ["search"],
    ["verdicts"],
    ["denials", "exclusions", "measures", "moments", "standings", "ties"],
    ["contests", "judgement", "ranking"],
    ["exceptions", "memberships", "recollection", "testimony"],
    ["remainders"],
    ["composition", "understanding"],
    ["links", "policies", "routes"],
    ["catalogue"],
    ["answers"],
    ["listings"],
    ["sorting"],
    ["dumps"],
    ["patterns", "sparql", "walks"],
    ["extents", "sources", "proofs", "witnesses"],
    ["explanations"],
    ["descriptions"],
    ["evidence"],
    ["connections"],
    ["metadata"],
    ["datasets", "display", "portals", "replies", "schema", "workers"],
    ["contexts"],
    ["bundle.loading", "bundle.packing", "bundle.short", "bundle.triples"],
    ["bundle.things"],
    ["bundle.parts"],
    ["bundle.graph"],
    ["bundle.census"],
    ["bundle.syntaxes"],
    ["bundle.by_graph", "bundle.evidence", "bundle.functional", "bundle.jsonld", "bundle.tables"],
    ["bundle.nanopublications", "bundle.ontology"],
    ["changes.quads", "changes.standings"],
    ["changes.moves", "changes.sides"],
    ["changes.records"],
    ["changes.ontology", "changes.questions", "changes.shapes", "changes.telling"],
    ["changes.narration"],
    ["changes.writing"],
    ["changes.comparing"],
    ["bundle.formats"],
    ["bundle.about", "bundle.writing"],
    ["bundle.release"],
    ["tools"],
    ["assistants"],
    ["web.addresses", "web.charts", "web.records", "web.words"],
    ["web.graph"],
    ["web.data", "web.reasons"],
    ["web.voice"],
    ["web.narrator"],
    ["web.figures", "web.fitting", "web.moments", "web.terms", "web.texts", "web.topics"],
    ["web.overviews", "web.portraits"],
    ["web.forms"],
    ["web.pages"],
    ["web.hosts"],
    ["web.site"],
    ["web.cache", "web.limits", "web.negotiation", "web.responses", "web.versions"],
    ["web.current", "web.following", "web.protocol", "web.settings"],
    ["web.evaluation", "web.evaluators", "web.gate", "web.updates"],
    ["web.exchange", "web.isolation", "web.lookups", "web.multipart", "web.writer"],
    ["web.writing"],
    ["web.downloads", "web.quick", "web.resources", "web.service"],
    ["web.graph_store"],
    ["web.application", "web.manners"],
    ["web.worker"],
    ["web.supervisor"],
    ["web.server"],
    ["cli"],
]
DEPTH = {module: depth for depth, layer in enumerate(LAYERS) for module in layer}
FOLDER = Path(terril.__file__).parent
MODULES = sorted(path for path in FOLDER.glob("**/*.py") if not path.stem.startswith("__"))


def named(path: Path) -> str:
    """A module as the layers call it: with the package it lies in, if it lies in one of its own."""
    return ".".join(path.relative_to(FOLDER).with_suffix("").parts)


def imported(path: Path) -> Iterator[str]:
    package = named(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            inside = package[: len(package) + 1 - node.level]
            found = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (".".join((*inside, name)) for name in found if not name.startswith("__"))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_imports_only_from_its_own_layer_and_those_before(path):
    later = [module for module in imported(path) if DEPTH[module] > DEPTH[named(path)]]
    assert later == []


def test_no_import_leads_back_to_its_own_module():
    edges = {named(path): set(imported(path)) for path in MODULES}
    assert list(TopologicalSorter(edges).static_order())


@pytest.mark.parametrize(
    "heavy", ["rdflib", "pyshacl", "owlrl", "SPARQLWrapper", "numpy", "pandas", "pyarrow", "mcp", "jinja2"]
)
def test_the_command_line_starts_without_the_heavy_libraries(heavy):
    code = f"import sys, terril.cli; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nine_in_ten_functions_are_shorter_than_25_lines():
    lengths = sorted(lines for path in MODULES for lines in function_lengths(path))
    assert lengths[len(lengths) * 9 // 10] < 25
    assert lengths[-1] <= 40


def function_lengths(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            yield node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)
