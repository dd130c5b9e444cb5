"""The ontology is well made: described, closed, free of strays, in OWL 2 DL and RL, and consistent."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pyoxigraph as ox
import pytest

from conftest import ROOT, require
from terril import names, rules
from terril.documents import merge, parse, read

BUILT_IN = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#",
            "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2001/XMLSchema#")  # fmt: skip
REUSED = tuple(
    names.PREFIXES[prefix]
    for prefix in ("dcat", "dcterms", "foaf", "locn", "org", "prov", "schema", "skos", "vann", "void")
)
TYPE = names.PREFIXES["rdf"] + "type"
OWL = names.PREFIXES["owl"]
SKOS = names.PREFIXES["skos"]
DCTERMS = names.PREFIXES["dcterms"]
MODULES = names.BASE + "ns"
KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def triples(paths: Iterable[Path]) -> list[ox.Triple]:
    return [quad.triple for path in paths for quad in parse(path)]


def iris(found: Iterable[ox.Triple]) -> set[str]:
    nodes = (node for triple in found for node in (triple.subject, triple.predicate, triple.object))
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def objects(found: Iterable[ox.Triple], subject: str, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    return [t.object for t in found if getattr(t.subject, "value", None) == subject and t.predicate.value == predicate]


def languages(found: Iterable[ox.Triple], subject: str, predicate: str) -> Counter[str]:
    return Counter(label.language for label in objects(found, subject, predicate) if isinstance(label, ox.Literal))


def typed(found: Iterable[ox.Triple], *types: str) -> list[str]:
    return sorted({t.subject.value for t in found if t.predicate.value == TYPE and t.object.value in types
                   and isinstance(t.subject, ox.NamedNode)})  # fmt: skip


def written(text: str) -> set[str]:
    """The IRIs that a SPARQL text writes as prefixed names, by its own prefixes or the project's."""
    bare = re.sub(r"(?m)^\s*#.*$|\"[^\"\n]*\"|'[^'\n]*'", " ", text)
    prefixes = names.PREFIXES | dict(re.findall(r"(?i)prefix\s+([\w-]*):\s*<([^>]*)>", bare))
    found = re.findall(r"(?<![\w:/#<?$-])([a-zA-Z][\w-]*):([A-Za-z0-9][\w-]*)", re.sub(r"<[^>]*>", " ", bare))
    return {prefixes[prefix] + local for prefix, local in found if prefix in prefixes}


@pytest.fixture(scope="module")
def ontology(home) -> list[ox.Triple]:
    return triples(home.ontology)


@pytest.fixture(scope="module")
def declared(ontology) -> set[str]:
    return set(typed(ontology, *KINDS))


@pytest.fixture(scope="module")
def own(declared) -> list[str]:
    return sorted(term for term in declared if term.startswith(names.NS))


@pytest.fixture(scope="module")
def shapes(home) -> list[ox.Triple]:
    return triples(home.shapes)


@pytest.fixture(scope="module")
def data(home) -> list[ox.Triple]:
    return triples([*home.reference, *home.documents])


@pytest.fixture(scope="module")
def inferred(home) -> list[ox.Triple]:
    corpus = read(home)
    return list(rules.infer(merge(corpus.quads()), rules.compile(corpus.quads("ontology"))))


@pytest.fixture(scope="module")
def asked(home, shapes) -> set[str]:
    """Every IRI that a question writes, or a shape, its SPARQL included."""
    texts = [path.read_text("utf-8") for path in home.questions]
    texts += [t.object.value for t in shapes if isinstance(t.object, ox.Literal)]
    return iris(shapes).union(*map(written, texts))


def modules(home) -> list[Path]:
    return [path for path in home.ontology if path.parent.name != "schemes"]


def test_every_term_of_ours_has_a_label_in_english_and_french_and_a_definition(ontology, own):
    assert own
    for term in own:
        assert languages(ontology, term, names.PREFIXES["rdfs"] + "label") == {"en": 1, "fr": 1}, term
        assert languages(ontology, term, SKOS + "definition") == {"en": 1}, term


def test_every_reused_term_that_a_reader_may_see_has_a_label_in_english_and_french(ontology, declared):
    silent = {term for term in declared if term.startswith(names.PREFIXES["vann"])}
    silent |= {DCTERMS + name for name in ("creator", "description", "license")}
    for term in sorted(declared - silent):
        assert languages(ontology, term, names.PREFIXES["rdfs"] + "label") == {"en": 1, "fr": 1}, term


def test_every_prefix_is_found_again_in_a_name():
    assert {names.compact(f"{space}x/y-z") for space in names.PREFIXES.values()} == {
        f"{prefix}:x/y-z" for prefix in names.PREFIXES
    }
    assert names.compact("urn:x") == "urn:x"


def test_every_term_is_declared_in_the_module_that_it_says_defines_it(home, own):
    for path in modules(home):
        found = triples([path])
        for term in set(own) & set(typed(found, *KINDS)):
            said = [node.value for node in objects(found, term, names.PREFIXES["rdfs"] + "isDefinedBy")]
            assert said == [f"{MODULES}/{path.stem}"], term


def test_no_term_is_declared_twice_or_as_two_kinds_of_thing(home):
    found = Counter(
        triple.subject.value
        for path in modules(home)
        for triple in triples([path])
        if triple.predicate.value == TYPE and triple.object.value in KINDS and isinstance(triple.subject, ox.NamedNode)
    )
    assert [term for term, times in found.items() if times > 1] == []


def test_every_module_has_version_licence_creator_and_title(home):
    for path in [*modules(home), *home.alignments]:
        found = triples([path])
        (header,) = typed(found, OWL + "Ontology")
        (version,) = objects(found, header, OWL + "versionInfo")
        assert [node.value for node in objects(found, header, OWL + "versionIRI")] == [f"{header}/{version.value}"]
        assert len(objects(found, header, DCTERMS + "license")) == len(objects(found, header, DCTERMS + "creator")) == 1
        assert languages(found, header, DCTERMS + "title") == {"en": 1, "fr": 1}
        assert languages(found, header, DCTERMS + "description") == {"en": 1}


def imports(home) -> dict[str, set[str]]:
    found = triples(modules(home))
    return {
        header: {node.value for node in objects(found, header, OWL + "imports")}
        for header in typed(found, OWL + "Ontology")
    }


def closure(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += graph[one]
    return seen


def test_imports_close_and_the_umbrella_imports_every_module(home):
    graph = imports(home)
    assert set().union(*graph.values()) <= set(graph)
    assert closure(graph, MODULES) == set(graph)


def test_no_two_modules_import_each_other(home):
    graph = imports(home)
    assert [one for one in graph if any(one in closure(graph, other) for other in graph[one])] == []


def test_a_module_uses_only_terms_of_modules_that_it_imports(home):
    graph = imports(home)
    home_of = {term: path.stem for path in modules(home) for term in typed(triples([path]), *KINDS)}
    for path in modules(home):
        if path.stem != "terril":
            reach = {one.rpartition("/")[2] for one in closure(graph, f"{MODULES}/{path.stem}")}
            assert {home_of[iri] for iri in iris(triples([path])) & set(home_of)} <= reach, path.stem


def strays(found: Iterable[ox.Triple], declared: set[str], allowed: tuple[str, ...] = ()) -> set[str]:
    """The IRIs in the place of a term, or in the namespace of a vocabulary, that nothing declares."""
    found = list(found)
    terms = {triple.predicate.value for triple in found}
    terms |= {triple.object.value for triple in found if triple.predicate.value == TYPE}
    terms |= {iri for iri in iris(found) if iri.startswith((names.NS, *REUSED)) and iri not in REUSED}
    return {term for term in terms - declared if not term.startswith((*BUILT_IN, *allowed))}


def test_ontology_and_data_use_no_undeclared_term(ontology, data, declared):
    assert strays(ontology, declared) == set()
    assert strays(data, declared) == set()


def test_alignments_speak_of_declared_terms_only(home, declared):
    for path in home.alignments:
        found = triples([path])
        assert strays(found, declared | set(typed(found, *KINDS))) == set(), path.name


def test_shapes_and_questions_use_no_undeclared_term(shapes, asked, ontology, declared):
    assert strays(shapes, declared, (names.PREFIXES["sh"],)) == set()
    concepts = iris(ontology)
    unknown = {
        iri for iri in asked if iri.startswith((names.NS, *REUSED)) and iri not in declared and iri not in REUSED
    }
    assert unknown == set()
    assert {iri for iri in asked if iri.startswith(names.AUTH)} <= concepts


def test_every_term_is_used_by_data_a_shape_or_a_question(own, ontology, data, inferred, asked):
    """Data stated or inferred; what annotates terms is used where they are declared."""
    annotating = set(typed(ontology, OWL + "AnnotationProperty")) & {triple.predicate.value for triple in ontology}
    used = iris(data) | iris(inferred) | asked | annotating
    assert [names.compact(term) for term in own if term not in used] == []


# Concept schemes


def concepts(found: Iterable[ox.Triple]) -> dict[str, str]:
    """Each concept of ours with its scheme."""
    of = {t.subject.value: t.object.value for t in found if t.predicate.value == SKOS + "inScheme"}
    return {concept: scheme for concept, scheme in of.items() if concept.startswith(names.AUTH)}


def test_every_concept_stands_in_the_scheme_of_its_iri_with_labels_that_no_other_has(ontology):
    member = concepts(ontology)
    labels = [t for t in ontology if t.predicate.value == SKOS + "prefLabel" and t.subject.value in member]
    for concept, scheme in member.items():
        assert concept.rpartition("/")[0] == scheme
        assert languages(labels, concept, SKOS + "prefLabel") == {"en": 1, "fr": 1}, concept
    taken = Counter((member[t.subject.value], t.object.language, t.object.value.casefold()) for t in labels)
    assert [each for each, times in taken.items() if times > 1] == []


def test_every_scheme_has_titles_and_its_top_concepts_are_those_without_a_broader_one(ontology):
    member = concepts(ontology)
    broader = [t for t in ontology if t.predicate.value == SKOS + "broader"]
    for scheme in names.SCHEMES:
        iri = names.AUTH + scheme
        assert languages(ontology, iri, DCTERMS + "title") == {"en": 1, "fr": 1}
        assert objects(ontology, iri, DCTERMS + "license")
        assert objects(ontology, iri, OWL + "versionInfo")
        narrower = {t.subject.value for t in broader}
        tops = {node.value for node in objects(ontology, iri, SKOS + "hasTopConcept")}
        assert tops == {concept for concept, of in member.items() if of == iri} - narrower


def test_broader_stays_within_a_scheme_and_never_leads_back(ontology):
    member = concepts(ontology)
    graph: dict[str, set[str]] = {concept: set() for concept in member}
    for triple in ontology:
        if triple.predicate.value == SKOS + "broader":
            assert member[triple.subject.value] == member[triple.object.value]
            graph[triple.subject.value].add(triple.object.value)
    assert [one for one in graph if any(one in closure(graph, other) for other in graph[one])] == []


def test_every_concept_that_data_use_exists(ontology, data):
    used = {iri for iri in iris(data) if iri.startswith(names.AUTH)}
    assert used - set(concepts(ontology)) - {names.AUTH + scheme for scheme in names.SCHEMES} == set()


def test_no_foreign_concept_is_the_exact_match_of_two_topics(ontology):
    matched = Counter(triple.object.value for triple in ontology if triple.predicate.value == SKOS + "exactMatch")
    assert matched
    assert [concept for concept, times in matched.items() if times > 1] == []


def test_every_match_leads_from_a_topic_to_a_labelled_concept_of_another_vocabulary(ontology):
    member = concepts(ontology)
    foreign = (names.PREFIXES["eurovoc"], names.PREFIXES["euroscivoc"])
    for triple in ontology:
        if (
            triple.predicate.value.startswith(SKOS)
            and triple.predicate.value.endswith("Match")
            and triple.subject.value in member
        ):
            assert triple.object.value.startswith(foreign)
            assert languages(ontology, triple.object.value, SKOS + "prefLabel") == {"en": 1}


# Alignments


def test_every_foreign_term_of_an_alignment_exists_in_its_vocabulary_as_rdflib_carries_it(home):
    from rdflib import ORG, PROV, SDO, URIRef
    from rdflib.namespace import GEO

    found = iris(triples(home.alignments))
    for vocabulary in (GEO, ORG, PROV, SDO):
        terms = {iri for iri in found if iri.startswith(str(vocabulary)) and iri != str(vocabulary)}
        assert terms
        assert {term for term in terms if URIRef(term) not in vocabulary} == set()


def test_no_module_or_scheme_imports_an_alignment(ontology, home):
    headers = set(typed(triples(home.alignments), OWL + "Ontology"))
    assert headers
    assert headers & iris(ontology) == set()


# The OWL 2 profiles and consistency, judged by the OWL API and HermiT

PREFIXES = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in names.PREFIXES.items())
BAD = {
    "outside DL": "terril:within a owl:FunctionalProperty .",
    "outside RL": """terril:Site rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty terril:within ; owl:someValuesFrom terril:Place ] .""",
    "inconsistent": "territory:one a terril:Site , terril:Region .",
    "unsatisfiable": "terril:Site rdfs:subClassOf terril:Territory .",
}
UNTYPED = ("date", "gYear", "gMonthDay")


def merged(found: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """One ontology out of many: headers on one name, imports and version IRIs gone.

    Dates are left out: their datatypes are not in the OWL 2 datatype map, so that no OWL reasoner takes them.
    """
    found = set(found)
    headers = set(typed(found, OWL + "Ontology"))
    one = ox.NamedNode(names.BASE + "merged")
    for triple in found:
        if triple.predicate.value in (OWL + "imports", OWL + "versionIRI"):
            continue
        if isinstance(triple.object, ox.Literal) and triple.object.datatype.value.endswith(UNTYPED):
            continue
        header = isinstance(triple.subject, ox.NamedNode) and triple.subject.value in headers
        yield ox.Triple(one, triple.predicate, triple.object) if header else triple


@pytest.fixture(scope="module")
def judged(home, ontology, data, tmp_path_factory) -> dict[str, dict]:
    """What the OWL API and HermiT say, by one run, of the ontology, of all data, and of ontologies that are wrong."""
    present = which("java") and find_spec("jpype") and find_spec("owlready2")
    require("owl", bool(present))
    spoilt = {
        name: [q.triple for q in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)] for name, text in BAD.items()
    }
    cases = {"ontology": ontology, "alignments": ontology + triples(home.alignments), "data": ontology + data}
    cases |= {name: ontology + more for name, more in spoilt.items()}
    folder = tmp_path_factory.mktemp("owl")
    paths = [folder / f"{name}.owl" for name in cases]
    for path, found in zip(paths, cases.values(), strict=True):
        ox.serialize(merged(found), str(path), format=ox.RdfFormat.RDF_XML)
    command = [sys.executable, str(ROOT / "tests" / "owl" / "reason.py"), *map(str, paths)]
    result = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return dict(zip(cases, json.loads(result.stdout), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", ["ontology", "alignments", "data"])
def test_it_is_in_owl_2_dl_and_rl_and_consistent_and_every_class_may_have_a_thing(judged, case):
    report = judged[case]
    assert report["axioms"] > 500
    assert report["dl"] == report["rl"] == []
    assert report["consistent"]
    assert report["unsatisfiable"] == []


def test_the_judge_sees_what_leaves_a_profile(judged):
    assert judged["outside DL"]["dl"]
    assert judged["outside RL"]["rl"]
    assert judged["outside RL"]["dl"] == []


def test_the_judge_sees_a_contradiction_and_a_class_that_nothing_can_be_in(judged):
    assert not judged["inconsistent"]["consistent"]
    assert judged["unsatisfiable"]["unsatisfiable"] == [names.NS + "Site"]
