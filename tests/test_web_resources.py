"""Linked data over HTTP: names lead to pages, pages come in each form and language, and the whole describes itself."""

from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

import terril
from conftest import terril_server
from terril.descriptions import bounded
from terril.names import BASE, expand
from wire import Reply, query, send

THING = "organisation/mecatech"
FORMATS = {
    "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
    "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
    "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES),
    "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
}


@pytest.fixture(scope="module")
def address():
    with terril_server("--workers", "1") as address:
        yield address


def triples(reply: Reply, format: ox.RdfFormat) -> set[ox.Triple]:
    assert reply.status == 200, reply.body
    return {quad.triple for quad in ox.parse(reply.body, format)}


@pytest.mark.parametrize(
    "name", ["id/organisation/mecatech", "auth/topic/mechatronics", "id/passage/namur-clusters/502-698"]
)
def test_a_name_leads_to_the_page_of_the_thing(address, name):
    for method in ("GET", "HEAD"):
        reply = send(address, name, method)
        assert (reply.status, reply.headers["location"]) == (303, f"{address}doc/{name.partition('/')[2]}")
    page = send(address, urlsplit(reply.headers["location"]).path[1:], Accept="text/html")
    assert f"{BASE}{name}" in page.body.decode()


@pytest.mark.parametrize(
    "name", ["id/organisation/nobody", "id/", "id", "auth/topic/", "doc/organisation/nobody", "nowhere"]
)
def test_what_the_graph_does_not_know_is_not_found(address, name):
    reply = send(address, name)
    assert (reply.status, "There is nothing called" in reply.json["detail"]) == (404, True)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_data_of_a_thing_is_its_description_in_each_format(address, kind):
    ending, format = FORMATS[kind]
    wanted = set(bounded(terril.describe("organisation:mecatech")).triples)
    for reply in (send(address, f"doc/{THING}", Accept=kind), send(address, f"doc/{THING}.{ending}")):
        assert (reply.type, triples(reply, format) == wanted) == (kind, True)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle, text/html;q=0.9", "text/turtle"),
        ("application/ld+json;q=0.5, application/rdf+xml;q=0.7", "application/rdf+xml"),
    ],
)
def test_a_page_comes_in_the_form_that_is_liked_best(address, accept, kind):
    reply = send(address, f"doc/{THING}", **({"Accept": accept} if accept else {}))
    assert (reply.status, reply.type) == (200, kind)
    assert {"Accept", "Accept-Language"} <= set(reply.headers["vary"].split(", "))


def test_a_form_that_is_not_to_be_had_is_told(address):
    assert send(address, f"doc/{THING}", Accept="image/png").status == 406


@pytest.mark.parametrize(
    ("path", "language", "wanted"),
    [
        ("", "fr-BE", "fr"),
        ("", "en;q=0.5, fr", "fr"),
        ("", "de", "en"),
        (".html", "fr", "en"),
        (".fr.html", "en", "fr"),
    ],
)
def test_a_page_comes_in_the_language_of_the_reader_unless_the_address_names_one(address, path, language, wanted):
    reply = send(address, f"doc/{THING}{path}", Accept="text/html", Accept_Language=language)
    assert reply.headers["content-language"] == wanted
    assert f'<html lang="{wanted}">' in reply.body.decode()


def test_a_page_tells_its_other_forms_and_lets_nothing_in_from_elsewhere(address):
    reply = send(address, f"doc/{THING}", Accept="text/html")
    links = reply.headers["link"]
    assert f'<{address}doc/{THING}>; rel="canonical"' in links
    assert f'<{address}doc/{THING}.ttl>; rel="alternate"; type="text/turtle"' in links
    assert f'<{BASE}id/{THING}>; rel="describes"' in links
    assert f'<{address}.well-known/void>; rel="describedby"' in links
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in reply.headers["content-security-policy"]


def test_a_page_that_a_reader_has_is_not_sent_again(address):
    first = send(address, f"doc/{THING}.html")
    again = send(address, f"doc/{THING}.html", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_ontology_is_to_be_had_as_page_and_as_data(address):
    assert 'id="hasStrand"' in send(address, "ns", Accept="text/html").body.decode()
    found = triples(send(address, "ns", Accept="text/turtle"), ox.RdfFormat.TURTLE)
    name = ox.NamedNode(expand("terril:hasStrand"))
    assert any(triple.subject == name for triple in found)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".well-known/void", "void:Dataset"),
        ("catalog", "dcat:Catalog"),
        ("sparql", "sd:Service"),
        (".well-known/sparql-examples", "sh:SPARQLExecutable"),
    ],
)
@pytest.mark.parametrize("accept", FORMATS)
def test_the_whole_describes_itself(address, path, kind, accept):
    found = triples(send(address, path, Accept=accept), FORMATS[accept][1])
    kinds = {
        "sd:Service": "http://www.w3.org/ns/sparql-service-description#Service",
        "void:Dataset": "http://rdfs.org/ns/void#Dataset",
    }
    wanted = ox.NamedNode(kinds.get(kind) or expand(kind))
    assert any(triple.object == wanted for triple in found)
    assert any(f"{address}sparql" in str(triple) for triple in found)


def test_a_reader_who_opens_the_endpoint_gets_the_editor(address):
    reply = send(address, "sparql", Accept="text/html")
    assert (reply.status, reply.headers["location"]) == (303, f"{address}sparql.html")
    assert "<textarea" in send(address, "sparql.html").body.decode()


def test_a_question_is_answered_about_what_its_form_names(address):
    plain = send(address, "questions/clusters/clusters-of-topic.html")
    asked = send(address, "questions/clusters/clusters-of-topic.html?topic=mechatronics")
    assert (plain.status, asked.status) == (200, 200)
    assert "MecaTech" in asked.body.decode()
    wrong = send(address, "questions/clusters/clusters-of-topic.html?topic=%3Cscript%3Ealert(1)%3C/script%3E")
    assert wrong.status == 200
    assert b"<script>alert" not in wrong.body


@pytest.mark.parametrize("name", ["graph.nq.gz", "graph.ttl.gz", "ontology.ttl", "shapes.ttl", "questions.ttl"])
def test_the_whole_is_to_be_had_as_files(address, name):
    reply = send(address, f"downloads/{name}")
    assert (reply.status, len(reply.body) > 10_000) == (200, True)
    assert send(address, "downloads/nothing").status == 404


def test_names_complete_what_is_typed(address):
    for path, label in (
        ("search.json", "MecaTech Competitiveness Cluster"),
        ("search.fr.json", "pôle de compétitivité MecaTech"),
    ):
        assert any(line[0] == label for line in send(address, path).json)


def test_only_reading_is_possible(address):
    reply = send(address, f"doc/{THING}", "POST", b"")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_deployment_elsewhere_is_named_in_what_is_told():
    with terril_server("--workers", "1", "--base", "https://terril.example/graph") as address:
        assert send(address, f"id/{THING}").headers["location"] == f"https://terril.example/graph/doc/{THING}"
        assert "https://terril.example/graph/sparql" in send(address, "catalog").body.decode()
        assert query(address, "ASK {}").status == 200


# What is not there


def test_a_reader_who_comes_to_nothing_gets_a_page_in_a_language_and_a_program_a_problem(address):
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept_Language": "fr"}
    for path in ("doc/organisation/mecatch", "no/such/page", "doc/x%22%3E%3Cscript%3E"):
        reply = send(address, path, **accept)
        assert (reply.status, reply.type, reply.headers["content-language"]) == (404, "text/html", "fr")
        assert b"Rien ici" in reply.body
        assert b"<script>" not in reply.body
        assert "content-security-policy" in reply.headers
        assert send(address, path).type == "application/problem+json"
        assert send(address, path, Accept="text/turtle").status in (404, 406)


def test_the_context_for_json_ld_is_served(address):
    reply = send(address, "ns/context.jsonld")
    assert (reply.status, reply.type) == (200, "application/ld+json")
    assert reply.json["@context"]["hasStrand"] == {"@id": "terril:hasStrand", "@type": "@id"}
    assert b"ns/context.jsonld" in send(address, "ns.html").body
