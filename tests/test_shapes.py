"""Each constraint has an example that breaks it (tests/shapes/*.diff) and the valley, which keeps it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from slag_valley import CONCEPTS, DOCUMENT, NAMES, ROOT, broken, iri, project
from terril import shapes
from terril.documents import Corpus, SourceFile, merge, parse, read
from terril.errors import BadSource
from terril.names import SHAPES, expand

FILES = {path.stem: path for path in sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))}
SH = expand("sh:")
COMPONENTS = {
    parameter: f"{name}ConstraintComponent"
    for parameter, name in {
        "minCount": "MinCount", "maxCount": "MaxCount", "datatype": "Datatype", "nodeKind": "NodeKind",
        "pattern": "Pattern", "languageIn": "LanguageIn", "uniqueLang": "UniqueLang", "or": "Or",
        "minInclusive": "MinInclusive", "minExclusive": "MinExclusive", "disjoint": "Disjoint",
        "qualifiedMinCount": "QualifiedMinCount", "sparql": "SPARQL",
    }.items()
}  # fmt: skip
NOT_CONSTRAINTS = {
    "targetClass", "targetNode", "targetSubjectsOf", "path", "message", "severity", "declare", "qualifiedValueShape"
}  # fmt: skip
TURTLE = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in NAMES.items())
ANY = ox.NamedNode("urn:any")
HIERARCHY = [ox.NamedNode(expand(name)) for name in ("rdf:type", "rdfs:subClassOf")]
"""All that shapes outside the module of reused terms need to know of the ontology."""


@dataclass(frozen=True)
class Example:
    """Triples to take from the valley and to add to it, and the shape, component and thing that must then be named."""

    module: str
    shape: str
    parameter: str
    focus: str
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.shape}-{self.parameter}-{self.focus}"


def examples(path: Path) -> list[Example]:
    """Read a file of examples: `# shape parameter focus`, then lines `- triple` (`*` is any value) and `+ triple`."""
    found = []
    for part in path.read_text("utf-8").split("# ")[1:]:
        head, *lines = part.splitlines()
        shape, parameter, focus = head.split()
        sides = (tuple(line[2:] for line in lines if line.startswith(sign)) for sign in "-+")
        found.append(Example(path.stem, shape, parameter, focus, *sides))
    return found


EXAMPLES = [example for name in FILES for example in examples(Path(__file__).parent / "shapes" / f"{name}.diff")]


def triples(lines: tuple[str, ...]) -> list[ox.Triple]:
    text = TURTLE + "".join(f"{line.replace('*', f'<{ANY.value}>')} .\n" for line in lines)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


@cache
def shape_triples() -> list[ox.Triple]:
    return [quad.triple for path in FILES.values() for quad in parse(path)]


@cache
def targeted() -> dict[str, dict[str, list[ox.NamedNode]]]:
    """The shapes that have targets of their own: what they say, by parameter."""
    found: dict[str, dict[str, list[ox.NamedNode]]] = {}
    for triple in shape_triples():
        if str(triple.subject).startswith(f"<{SHAPES}") and triple.predicate.value.startswith(SH):
            values = found.setdefault(triple.subject.value.removeprefix(SHAPES), {})
            values.setdefault(triple.predicate.value.removeprefix(SH), []).append(triple.object)
    return found


@pytest.fixture(scope="module")
def valley(tmp_path_factory) -> Corpus:
    return read(project(tmp_path_factory.mktemp("valley")))


@pytest.fixture(scope="module")
def store(valley) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in merge(valley.quads()))
    return store


def changed(corpus: Corpus, example: Example) -> Corpus:
    """The corpus as one file, with the example's triples taken out and put in."""
    facts = merge(corpus.quads("reference", "document")) | {
        fact for fact in merge(corpus.quads("ontology")) if example.module == "reused" or fact.predicate in HIERARCHY
    }
    for gone in triples(example.removed):
        hit = {
            fact
            for fact in facts
            if (fact.subject, fact.predicate) == (gone.subject, gone.predicate) and gone.object in (ANY, fact.object)
        }
        assert hit, f"{gone} is not in the valley"
        facts -= hit
    facts |= set(triples(example.added))
    document = corpus.of("document")[0]
    quads = tuple(ox.Quad(*fact, document.graph) for fact in facts)
    return Corpus((SourceFile(document.path, "document", document.graph, quads),))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_breaks_its_constraint_at_its_thing(example, valley):
    findings = shapes.check(changed(valley, example), [FILES[example.module]], only=[SHAPES + example.shape])
    found = {(finding.code, finding.component.value, finding.focus) for finding in findings}
    assert (f"shape/{example.shape}", SH + COMPONENTS[example.parameter], iri(example.focus)) in found


def test_every_constraint_has_an_example_that_breaks_it():
    constraints = {(shape, name) for shape, values in targeted().items() for name in set(values) - NOT_CONSTRAINTS}
    assert {(example.shape, example.parameter) for example in EXAMPLES} == constraints


def test_the_valley_keeps_every_shape(valley):
    assert list(shapes.check(valley, list(FILES.values()))) == []


@pytest.mark.parametrize("shape", sorted(targeted()))
def test_the_valley_has_something_for_every_shape_to_look_at(shape, store):
    values = targeted()[shape]
    ways = {
        "targetClass": "?x a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* {}",
        "targetSubjectsOf": "?x {} ?y",
        "targetNode": "?x {} ?y",
    }
    patterns = [way.format(node) for target, way in ways.items() for node in values.get(target, ())]
    assert any(store.query(f"ASK {{ {pattern} }}") for pattern in patterns)


@pytest.mark.parametrize("shape", sorted(targeted()))
def test_every_shape_says_what_to_do_in_english_and_french(shape):
    said = targeted()[shape]
    node = said.get("sparql", [iri(f"shape:{shape}")])[0]
    found = [t.object for t in shape_triples() if t.subject == node and t.predicate.value == SH + "message"]
    messages = {message.language: message.value for message in found}
    assert len(found) == 2
    assert set(messages) == {"en", "fr"}
    assert all(";" in message and message.endswith(".") for message in messages.values())


def test_shapes_speak_only_of_terms_that_the_ontology_declares(valley):
    declared = {quad.subject for quad in valley.quads("ontology")}
    places = {"targetClass", "targetSubjectsOf", "targetNode", "path", "disjoint"}
    used = {node for values in targeted().values() for place in places for node in values.get(place, ())}
    paths = {
        triple.object
        for triple in shape_triples()
        if triple.predicate.value in (SH + "inversePath", expand("rdf:first"))
        and isinstance(triple.object, ox.NamedNode)
    }
    built_in = tuple(NAMES[prefix] for prefix in ("rdfs", "owl"))
    terms = {node for node in used | paths if isinstance(node, ox.NamedNode) and not node.value.startswith(built_in)}
    assert terms - declared == set()


def test_a_finding_names_the_thing_its_passage_its_line_and_what_to_do(valley, tmp_path):
    home = project(tmp_path)
    path = home.documents[0]
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if "ten years" not in line).replace('"joint work"@en ;', '"joint work"@en .')
    )
    (finding,) = shapes.check(read(home), home.shapes)
    line = next(n for n, line in enumerate(lines, 1) if "figure:forgenet-years a" in line)
    assert (finding.path, finding.line) == (path, line)
    assert finding.graph == iri("slag-valley:162-285")
    assert finding.message["en"] == (
        "“years of work with laboratories” (figure:forgenet-years), in passage:slag-valley/162-285: "
        "a figure keeps the words that give it, eleven at most, with their language; correct terril:wording."
    )
    assert finding.message["fr"].startswith(
        "« years of work with laboratories » (figure:forgenet-years), dans passage:"
    )


def test_a_finding_shows_the_value_that_breaks_the_shape(valley):
    example = next(example for example in EXAMPLES if str(example) == "nuts-code-pattern-territory:slag-valley")
    (finding,) = shapes.check(changed(valley, example), [FILES["place"]], only=[SHAPES + "nuts-code"])
    assert finding.message["en"].endswith(" Found: “cl1”.")
    assert finding.message["fr"].endswith(" Trouvé : “cl1”.")
    assert finding.value == ox.Literal("cl1")
    assert finding.property == iri("terril:nutsCode")


def test_checking_leaves_rdflib_as_it_was(valley):
    before = rdflib.NORMALIZE_LITERALS
    list(shapes.check(valley, list(FILES.values())))
    assert rdflib.NORMALIZE_LITERALS is before is True


def test_the_shapes_are_themselves_valid_shacl():
    rules = rdflib.Graph()
    for path in FILES.values():
        rules.parse(path)
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=rules, meta_shacl=True)
    assert conforms, text


def test_shapes_that_are_no_turtle_are_a_named_error(valley, tmp_path):
    path = tmp_path / "wrong.ttl"
    path.write_text("shape:figure a")
    with pytest.raises(BadSource, match=r"wrong\.ttl:1"):
        list(shapes.check(valley, [path]))


def test_shapes_that_are_no_shacl_are_a_named_error(valley, tmp_path):
    path = tmp_path / "wrong.ttl"
    path.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ; sh:targetClass <urn:c> .")
    with pytest.raises(BadSource, match="sh:path"):
        list(shapes.check(valley, [path]))


def test_a_constraint_that_is_no_sparql_is_a_named_error(valley, tmp_path):
    path = tmp_path / "wrong.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        '<urn:s> a sh:NodeShape ; sh:targetNode <urn:n> ; sh:sparql [ sh:select "SELECT $this WHERE {" ] .'
    )
    with pytest.raises(BadSource, match="The shapes cannot be used"):
        list(shapes.check(valley, [path]))


def test_a_closed_shape_sees_what_no_shape_speaks_of(valley, tmp_path):
    path = tmp_path / "closed.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix terril: <https://w3id.org/terril/ns#> . "
        "<urn:s> a sh:NodeShape ; sh:targetClass terril:Cluster ; sh:closed true ; "
        'sh:message "no more than a class."@en , "pas plus qu’une classe."@fr .',
        "utf-8",
    )
    assert any(finding.property == iri("terril:activeIn") for finding in shapes.check(valley, [path]))


def test_a_finding_whose_thing_has_no_name_is_left_to_the_check_of_names(valley):
    document = valley.of("document")[0]
    nameless = ox.Quad(ox.BlankNode("x"), iri("rdf:type"), iri("terril:Goal"), document.graph)
    source = SourceFile(document.path, "document", document.graph, (nameless,))
    assert list(shapes.check(Corpus((source,)), list(FILES.values()))) == []


def test_a_circle_is_shown_where_it_is_stated(tmp_path):
    home = project(tmp_path)
    line = broken(home, CONCEPTS, "topic:metals a", "topic:metals skos:broader topic:metals ; a")
    (home.path / "ontology" / "schemes" / "about.ttl").write_text(f"{TURTLE}topic:metals skos:note 'first' .", "utf-8")
    (finding,) = shapes.check(read(home), home.shapes)
    assert (finding.code, finding.path, finding.line) == ("shape/broader-acyclic", home.path / CONCEPTS, line)


def test_a_thing_with_two_owners_is_shown_at_the_second_with_both_named(tmp_path):
    home = project(tmp_path)
    old = "organisation:forgenet terril:activeIn topic:heat ."
    new = f"{old} organisation:ring-of-regions a terril:Cluster ; terril:hasStrand\nstrand:forgenet-green-steel ."
    line = broken(home, DOCUMENT, old, new)
    (finding,) = [f for f in shapes.check(read(home), home.shapes) if f.code == "shape/strand-owner"]
    assert finding.line == line + 1
    assert finding.message["en"].endswith(" Found: organisation:forgenet, organisation:ring-of-regions.")


def test_two_classes_with_names_in_different_folders_are_said_to_exclude_each_other(tmp_path):
    home = project(tmp_path)
    line = broken(
        home,
        DOCUMENT,
        "organisation:forgenet a terril:Cluster ;",
        "organisation:forgenet a terril:Cluster , terril:Site ;",
    )
    (finding,) = [f for f in shapes.check(read(home), home.shapes) if f.code.endswith("-iri")]
    assert (finding.focus, finding.line) == (iri("organisation:forgenet"), line)
    assert "it has the classes “site” and “cluster”, which exclude each other; " in finding.message["en"]
    assert "ses classes « site » et « cluster » s’excluent" in finding.message["fr"]


def test_a_label_without_a_language_is_told_that_and_nothing_of_other_labels(tmp_path):
    home = project(tmp_path)
    broken(home, DOCUMENT, '"test furnace"@en', '"test furnace"')
    codes = {finding.code for finding in shapes.check(read(home), home.shapes)}
    assert codes == {"shape/label-language", "shape/name"}
