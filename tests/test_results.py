"""Results: rows with names, labels beside IRIs, and the formats of the W3C and of people."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result as RdflibResult

from terril.errors import UnknownFormat
from terril.names import expand
from terril.results import GRAPH_FORMATS, ROW_FORMATS, Solutions, Triples, Truth, formats, labelled, write
from terril.store import Embedded

EX = "https://example.org/"


def iri(name):
    return ox.NamedNode(expand(name) if ":" in name else EX + name)


def text(value, language=None):
    return ox.Literal(value, language=language)


NASTY = 'a,"b"|\\ \n\té日本 <i>&</i>'
SOLUTIONS = Solutions(
    ("thing", "name", "size"),
    (
        (iri("a"), text(NASTY, "fr"), ox.Literal(4)),
        (ox.BlankNode("b0"), text(""), ox.Literal("1.50", datatype=iri("xsd:decimal"))),
        (iri("strand:materials"), None, None),
    ),
)
PARSERS = [("turtle", "turtle"), ("nt", "nt"), ("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")]
TRIPLES = Triples(
    (
        ox.Triple(iri("strand:b"), iri("skos:prefLabel"), text("matériaux", "fr")),
        ox.Triple(iri("strand:b"), iri("rdf:type"), iri("terril:StrategicStrand")),
        ox.Triple(iri("strand:b"), iri("terril:start"), ox.Literal(7)),
        ox.Triple(iri("strand:a"), iri("dcterms:title"), text('say "no"\n')),
        ox.Triple(iri("a"), iri("p"), ox.BlankNode("b0")),
    )
)


def test_a_row_gives_its_terms_by_name_by_attribute_and_by_position():
    row = next(iter(SOLUTIONS))
    assert row.thing == row["thing"] == row[0] == iri("a")
    assert list(row.asdict()) == ["thing", "name", "size"]


def test_an_unknown_column_names_the_known_ones():
    row = next(iter(SOLUTIONS))
    with pytest.raises(KeyError, match="thing, name, size"):
        row["nmae"]
    with pytest.raises(AttributeError, match="thing, name, size"):
        _ = row.nmae


@pytest.mark.parametrize("format", ["json", "xml"])
def test_rdflib_reads_the_same_rows_from_json_and_xml(format):
    read = RdflibResult.parse(io.BytesIO(write(SOLUTIONS, format).encode()), format=format)
    assert [str(variable) for variable in read.vars] == list(SOLUTIONS.variables)
    assert plain(read.bindings) == plain(SOLUTIONS.to_rdflib().bindings)


def plain(bindings):
    """Without the identity of blank nodes, and with absent and None alike."""
    return [
        {str(k): "blank" if isinstance(v, rdflib.BNode) else v.n3() for k, v in row.items() if v is not None}
        for row in bindings
    ]


def test_oxigraph_reads_the_same_rows_from_tsv():
    read = ox.parse_query_results(write(SOLUTIONS, "tsv"), ox.QueryResultsFormat.TSV)
    assert tuple(tuple(row) for row in read) == SOLUTIONS.rows


def test_csv_has_plain_values_quoted_as_rfc_4180_and_lines_that_end_in_crlf():
    written = write(SOLUTIONS, "csv")
    assert written.startswith("thing,name,size\r\n")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[1:] == [[f"{EX}a", NASTY, "4"], ["_:b0", "", "1.50"], [expand("strand:materials"), "", ""]]


def test_json_leaves_out_what_is_unbound_and_the_datatype_of_plain_strings():
    bindings = json.loads(write(SOLUTIONS, "json"))["results"]["bindings"]
    assert bindings[2] == {"thing": {"type": "uri", "value": expand("strand:materials")}}
    assert bindings[1]["name"] == {"type": "literal", "value": ""}
    assert bindings[0]["name"] == {"type": "literal", "value": NASTY, "xml:lang": "fr"}


@pytest.mark.parametrize(
    ("format", "yes", "no"),
    [
        ("table", "yes\n", "no\n"),
        ("md", "yes\n", "no\n"),
        ("csv", "true\r\n", "false\r\n"),
        ("tsv", "true\n", "false\n"),
    ],
)
def test_an_ask_is_yes_or_no_for_people_and_true_or_false_for_machines(format, yes, no):
    assert (write(Truth(True), format), write(Truth(False), format)) == (yes, no)


def test_an_ask_in_json_and_xml_is_the_boolean_of_the_recommendations():
    assert json.loads(write(Truth(True), "json")) == {"head": {}, "boolean": True}
    root = ElementTree.fromstring(write(Truth(False), "xml"))
    assert root.findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "false"


def test_a_table_is_aligned_with_wide_characters_counted_twice_and_numbers_to_the_right():
    rows = ((iri("strand:x"), text("日本"), ox.Literal(4)), (iri("b"), text("é"), ox.Literal(1234)))
    assert write(Solutions(("thing", "name", "size"), rows), "table").splitlines() == [
        "thing                  name  size",
        "─────────────────────  ────  ────",
        "strand:x               日本     4",
        "https://example.org/b  é     1234",
    ]


def test_a_table_marks_a_text_that_is_not_in_the_language_asked_for():
    solutions = Solutions(("a", "b", "c"), ((text("x", "en"), text("y", "fr-BE"), text("z")),))
    assert write(solutions, "table", lang="fr").splitlines()[-1].split("  ") == ["x [en]", "y", "z"]


def test_a_table_of_no_rows_still_names_its_columns():
    assert write(Solutions(("thing",), ()), "table") == "thing\n─────\n"


def test_a_control_character_never_reaches_the_terminal():
    assert "\x1b" not in write(Solutions(("a",), ((text("\x1b[31mred"),),)), "table")


def test_a_character_that_reorders_what_stands_around_it_never_reaches_the_terminal():
    shown = write(Solutions(("x",), ((ox.Literal("a\u202eb\u2066c"),), (ox.Literal("עברית\u200f"),))))
    assert "a�b�c" in shown
    assert "עברית\u200f" in shown


def test_markdown_keeps_one_row_on_one_line_whatever_the_text_holds():
    lines = write(SOLUTIONS, "md").splitlines()
    assert len(lines) == 5
    assert lines[1] == "| --- | --- | ---: |"
    assert lines[2] == f'| {EX}a | a,"b"\\|\\\\   é日本 \\<i\\>&\\</i\\> [fr] | 4 |'


@pytest.mark.filterwarnings("ignore:.*is deprecated, use Dataset:DeprecationWarning")  # rdflib warns of itself
@pytest.mark.parametrize(("format", "parser"), PARSERS)
def test_rdflib_reads_the_same_graph_from_every_graph_format(format, parser):
    read = rdflib.Dataset().parse(data=write(TRIPLES, format), format=parser)
    merged = rdflib.Graph()
    for s, p, o, _ in read.quads():
        merged.add((s, p, o))
    assert isomorphic(merged, TRIPLES.to_rdflib())


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_the_same_triples_in_any_order_give_the_same_text(format):
    assert write(Triples(TRIPLES.triples[::-1] + TRIPLES.triples), format) == write(TRIPLES, format)


def test_turtle_declares_only_the_prefixes_it_uses():
    declared = [line.split()[1] for line in write(TRIPLES, "turtle").splitlines() if line.startswith("@prefix")]
    assert sorted(declared) == ["dcterms:", "rdf:", "skos:", "strand:", "terril:", "xsd:"]


def test_json_ld_has_one_object_for_each_thing_with_short_names():
    document = json.loads(write(TRIPLES, "jsonld"))
    assert document["@graph"][2] == {
        "@id": "strand:b",
        "@type": ["terril:StrategicStrand"],
        "skos:prefLabel": [{"@value": "matériaux", "@language": "fr"}],
        "terril:start": [{"@value": "7", "@type": "xsd:integer"}],
    }


def test_json_ld_uses_no_prefix_that_an_iri_of_the_graph_begins_with_as_if_it_were_its_scheme():
    bare = ox.NamedNode("foaf:name")
    graph = Triples((ox.Triple(iri("strand:a"), iri("foaf:name"), bare), ox.Triple(iri("foaf:name"), bare, bare)))
    assert set(json.loads(write(graph, "jsonld"))["@context"]) == {"strand"}
    assert {quad.triple for quad in ox.parse(write(graph, "jsonld"), format=ox.RdfFormat.JSON_LD)} == set(graph)


def test_the_default_format_is_a_table_for_rows_and_turtle_for_graphs():
    assert write(SOLUTIONS) == write(SOLUTIONS, "table")
    assert write(TRIPLES) == write(TRIPLES, "turtle")
    assert (formats(Truth(True)), formats(TRIPLES)) == (ROW_FORMATS, GRAPH_FORMATS)


@pytest.mark.parametrize(("result", "format"), [(SOLUTIONS, "turtle"), (Truth(True), "nt"), (TRIPLES, "csv")])
def test_a_format_that_does_not_suit_the_result_is_refused_with_those_that_do(result, format):
    with pytest.raises(UnknownFormat, match=f"{format} does not suit .* {formats(result)[0]}, "):
        write(result, format)


def test_an_unknown_format_is_refused_by_name():
    with pytest.raises(UnknownFormat, match="no format 'yaml'"):
        write(SOLUTIONS, "yaml")


def test_rdflib_gets_lexical_forms_as_they_are_written():
    padded = Solutions(("n",), ((ox.Literal("01", datatype=iri("xsd:integer")),),))
    assert str(padded.to_rdflib().bindings[0][rdflib.Variable("n")]) == "01"
    assert TRIPLES.to_rdflib().value(rdflib.URIRef(expand("strand:a")), rdflib.DCTERMS.title) == rdflib.Literal(
        'say "no"\n'
    )


# Labels


LABELS = {
    "both": [("skos:prefLabel", "deux", "fr"), ("skos:prefLabel", "two", "en")],
    "english": [("skos:prefLabel", "one", "en"), ("skos:prefLabel", "een", "nl")],
    "other": [("skos:prefLabel", "z", "nl"), ("skos:prefLabel", "y", "de")],
    "untagged": [("foaf:name", "Jean", None)],
    "titled": [("dcterms:title", "a title", "en"), ("rdfs:label", "label", "en")],
    "regional": [("skos:prefLabel", "régional", "fr-BE"), ("skos:prefLabel", "regional", "en")],
}


def labelling_store():
    graph = ox.Store()
    for thing, labels in LABELS.items():
        for name, value, language in labels:
            graph.add(ox.Quad(iri(thing), iri(name), text(value, language)))
    return Embedded(graph)


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("both", text("deux", "fr")),
        ("english", text("one", "en")),
        ("other", text("y", "de")),
        ("untagged", text("Jean")),
        ("titled", text("label", "en")),
        ("regional", text("régional", "fr-BE")),
        ("nameless", None),
    ],
)
def test_a_label_is_in_the_language_asked_for_else_english_else_the_first(thing, expected):
    asked = labelled(Solutions(("x",), ((iri(thing),),)), labelling_store(), "fr")
    assert asked == Solutions(("x", "xLabel"), ((iri(thing), expected),))


@pytest.mark.parametrize("lang", ["FR", "fr-CA", "fr-be-x-own"])
def test_a_label_in_a_wider_language_is_before_english_whatever_the_case(lang):
    asked = labelled(Solutions(("x",), ((iri("both"),),)), labelling_store(), lang)
    assert asked.rows == ((iri("both"), text("deux", "fr")),)
    assert "deux [fr]" not in write(asked, "table", lang=lang)


def test_every_column_of_iris_is_followed_by_its_label_and_no_other_column_is():
    solutions = Solutions(("a", "n", "b"), ((iri("both"), ox.Literal(1), None), (None, iri("english"), None)))
    assert labelled(solutions, labelling_store()).variables == ("a", "aLabel", "n", "nLabel", "b")


def test_a_label_column_of_the_query_itself_is_left_alone():
    solutions = Solutions(("a", "aLabel"), ((iri("both"), text("mine")),))
    assert labelled(solutions, labelling_store()) == solutions


def test_labels_of_2500_things_take_three_queries():
    class Counting:
        asked = 0

        def query(self, sparql):
            self.asked += 1
            return labelling_store().query(sparql)

    store = Counting()
    solutions = Solutions(("x",), tuple((iri(f"thing{i}"),) for i in range(2500)))
    assert len(labelled(solutions, store)) == 2500
    assert store.asked == 3
