"""The context for JSON-LD: what is written with it is RDF in the terms of the ontology, whoever reads it."""

import json

import pyoxigraph as ox
import pytest
import rdflib

import terril
from terril import contexts
from terril.names import NS, PREFIXES, expand
from terril.pipeline import ensure

WRITTEN = {
    "id": "organisation:mecatech",
    "type": ["Cluster", "foaf:Organization"],
    "hasStrand": ["strand:mecatech-smart-maintenance", {"id": "strand:other"}],
    "skos:prefLabel": {"en": "MecaTech", "fr": "pôle MecaTech"},
    "characters": 3572,
    "truncated": True,
}
MEANT = """
organisation:mecatech a terril:Cluster, foaf:Organization ;
    terril:hasStrand strand:mecatech-smart-maintenance, strand:other ;
    skos:prefLabel "MecaTech"@en, "pôle MecaTech"@fr ;
    terril:characters 3572 ; terril:truncated true .
"""


@pytest.fixture(scope="module")
def context(home):
    return contexts.context(terril.connect(ensure(home)))["@context"]


def test_what_is_written_with_it_is_meant_in_the_terms_of_the_ontology(context):
    document = json.dumps({"@context": context, **WRITTEN})
    meant = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + MEANT
    wanted = {quad.triple for quad in ox.parse(meant, ox.RdfFormat.TURTLE)}
    assert {quad.triple for quad in ox.parse(document, ox.RdfFormat.JSON_LD)} == wanted
    theirs = rdflib.Graph().parse(data=document, format="json-ld")
    assert set(theirs) == set(rdflib.Graph().parse(data=meant, format="turtle"))


def test_each_term_of_the_ontology_has_its_name_unless_a_prefix_has_it(context, home):
    labelled = f"?term <{expand('rdfs:label')}> ?label FILTER(STRSTARTS(STR(?term), '{NS}'))"
    answer = terril.connect(ensure(home)).query(f"SELECT DISTINCT ?term {{ {labelled} }}")
    names = {row[0].value.removeprefix(NS) for row in answer.rows}
    assert len(names) > 150
    taken = {name for name in names if name in PREFIXES}
    assert {name for name in names if context.get(name, {}) != PREFIXES.get(name)} >= names - taken
    assert all(context[name]["@id"] == f"terril:{name}" for name in names - taken)


def test_the_file_holds_the_context_a_term_on_a_line(context, home):
    text = contexts.as_json(terril.connect(ensure(home)))
    assert json.loads(text) == {"@context": context}
    assert text.count(b"\n") > len(context)
