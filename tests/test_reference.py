"""What comes from outside the documents is coded, named, contained and sourced, and agrees with itself."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from terril import names
from terril.documents import parse

TERRITORY = names.ID + "territory/"
ORGANISATION = names.ID + "organisation/"
SAME_AS = names.PREFIXES["schema"] + "sameAs"
LABEL = names.PREFIXES["skos"] + "prefLabel"
TYPE = names.PREFIXES["rdf"] + "type"
WITHIN = names.NS + "within"
CODES = {
    "nutsCode": re.compile(r"BE[1-3]?[1-5]?"),
    "refnisCode": re.compile(r"[1-4]000|\d{5}"),
    "isoCode": re.compile(r"BE(-[A-Z]{3})?"),
}
LISTED = {
    "nutsCode": "http://data.europa.eu/nuts/code/",
    "refnisCode": "http://vocab.belgif.be/auth/refnis2025/",
}


def triples(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in parse(path)]


@pytest.fixture(scope="module")
def files(home) -> dict[str, list[ox.Triple]]:
    return {path.stem: triples(path) for path in home.reference}


@pytest.fixture(scope="module")
def facts(files) -> set[ox.Triple]:
    return {triple for found in files.values() for triple in found}


@pytest.fixture(scope="module")
def told(home) -> set[str]:
    """The things that documents speak of."""
    found = [triple for path in home.documents for triple in triples(path)]
    nodes = {node for triple in found for node in (triple.subject, triple.object)}
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def values(facts: set[ox.Triple], predicate: str) -> dict[str, list[str]]:
    found = defaultdict(list)
    for triple in facts:
        if triple.predicate.value == predicate:
            found[triple.subject.value].append(triple.object.value)
    return found


def territories(facts: set[ox.Triple], kind: str = "") -> set[str]:
    return {
        triple.subject.value
        for triple in facts
        if triple.subject.value.startswith(TERRITORY)
        and (not kind or (triple.predicate.value == TYPE and triple.object.value == names.NS + kind))
    }


def test_every_file_says_in_its_header_what_it_is_where_it_comes_from_and_under_what_licence(files):
    assert files
    for stem, found in files.items():
        header = {t.predicate.value: t.object for t in found if t.subject.value == f"{names.ID}graph/{stem}"}
        assert header[TYPE].value == names.NS + "ReferenceFile", stem
        languages = {
            t.object.language
            for t in found
            if t.subject.value.startswith(names.ID + "graph/") and t.predicate.value == LABEL
        }
        assert languages == {"en", "fr"}, stem
        for term in ("dcterms:source", "dcterms:license", "skos:editorialNote"):
            assert names.expand(term) in header, (stem, term)


def test_no_file_speaks_of_another_file_or_has_a_blank_node(files):
    for stem, found in files.items():
        nodes = [node for triple in found for node in (triple.subject, triple.object)]
        assert not any(isinstance(node, ox.BlankNode) for node in nodes), stem
        graphs = {node.value for node in nodes if node.value.startswith(names.ID + "graph/")}
        assert graphs == {f"{names.ID}graph/{stem}"}


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_well_formed_and_no_two_territories_share_it(facts, code):
    found = values(facts, names.NS + code)
    assert found
    for territory, codes in found.items():
        assert len(codes) == 1, territory
        assert CODES[code].fullmatch(codes[0]), territory
    shared = [one for one, times in Counter(codes[0] for codes in found.values()).items() if times > 1]
    assert shared == []


@pytest.mark.parametrize("code", LISTED)
def test_the_entry_of_the_official_list_is_that_of_the_code(facts, code):
    same = values(facts, SAME_AS)
    for territory, codes in values(facts, names.NS + code).items():
        entries = [iri for iri in same[territory] if iri.startswith(LISTED[code])]
        assert entries == [LISTED[code] + codes[0]]


def test_every_nuts_code_names_its_edition(facts):
    assert set(values(facts, names.NS + "nutsCode")) == set(values(facts, names.NS + "nutsEdition"))


def test_every_territory_lies_in_one_next_larger_one_up_to_belgium(facts):
    parent = values(facts, WITHIN)
    coded = set(values(facts, names.NS + "refnisCode"))
    assert coded
    for territory in coded:
        steps = [territory]
        while steps[-1] != TERRITORY + "belgium":
            (larger,) = parent[steps[-1]]
            assert larger not in steps
            steps.append(larger)


def test_a_code_within_a_territory_begins_as_the_code_of_that_territory(facts):
    """The nomenclature nests, so it tells containment without the list that the containment was read from."""
    nuts = {territory: codes[0] for territory, codes in values(facts, names.NS + "nutsCode").items()}
    nested = [(nuts[one], nuts[larger[0]]) for one, larger in values(facts, WITHIN).items() if one in nuts]
    assert len(nested) >= 7
    assert [pair for pair in nested if not pair[0].startswith(pair[1])] == []


def test_a_municipality_and_its_province_share_the_first_digit_of_their_refnis_codes(facts):
    refnis = {territory: codes[0] for territory, codes in values(facts, names.NS + "refnisCode").items()}
    parent = values(facts, WITHIN)
    provinces = territories(facts, "Province")
    pairs = [
        (refnis[one], refnis[parent[one][0]])
        for one in territories(facts, "Municipality")
        if parent[one][0] in provinces
    ]
    assert len(pairs) >= 4
    assert [pair for pair in pairs if pair[0][0] != pair[1][0]] == []


def test_wallonia_has_its_five_provinces(facts):
    inside = {one for one, larger in values(facts, WITHIN).items() if larger == [TERRITORY + "wallonia"]}
    assert len(inside & territories(facts, "Province")) == 5


def test_every_listed_territory_has_one_name_in_each_of_english_french_dutch_and_german(facts, home):
    told = {quad.triple for path in home.documents for quad in parse(path)}
    for territory in values(facts, names.NS + "refnisCode"):
        labels = {t.object for t in facts | told if t.predicate.value == LABEL and t.subject.value == territory}
        assert Counter(label.language for label in labels) == {"en": 1, "fr": 1, "nl": 1, "de": 1}, territory


def test_no_two_things_share_an_entry_elsewhere(facts):
    shared = Counter(triple.object.value for triple in facts if triple.predicate.value == SAME_AS)
    assert shared
    assert [entry for entry, times in shared.items() if times > 1] == []


def test_reference_files_speak_only_of_what_documents_name_or_what_it_lies_in_or_consists_of(facts, told):
    parent = values(facts, WITHIN)
    around = {larger for one in parent for larger in parent[one]}
    for triple in facts:
        thing = triple.subject.value
        if thing.startswith((TERRITORY, ORGANISATION)):
            assert thing in told | around or set(parent[thing]) & told, thing
        if triple.predicate.value == names.PREFIXES["foaf"] + "focus":
            assert triple.object.value in told | territories(facts), triple.object.value
