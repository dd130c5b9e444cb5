"""What the W3C's tests of both protocols and of the service description look at, one test for each, in our words.

The names are those of its approved tests for SPARQL 1.1 (Protocol, Graph Store HTTP Protocol, Service Description);
what a server must do follows from the specifications of 21 March 2013.
"""

from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from conftest import terril_server
from wire import Reply, post, query, send

LEAVE = {"Authorization": "Bearer sesame"}
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
TURTLE = "text/turtle; charset=utf-8"
DATA = "http://e.org/data/"


@pytest.fixture(scope="module")
def address():
    """A bare store with four named graphs, each of which says of itself what it is."""
    with terril_server("--writable", "--empty", "--workers", "2", TERRIL_TOKEN="sesame") as address:
        for number in range(4):
            put(address, f"graph={DATA}{number}", f"<{DATA}{number}> a <e:Document> .")
        yield address


def put(address: str, which: str, turtle: str, method: str = "PUT") -> Reply:
    return send(address, f"data?{which}", method, turtle.encode(), Content_Type=TURTLE, **LEAVE)


def name(number: int) -> str:
    return f"<{DATA}{number}>"


def graphs(kind: str, *numbers: int) -> list[tuple[str, str]]:
    return [(f"{kind}-graph-uri", f"{DATA}{number}") for number in numbers]


def update(address: str, text: str, further: str = "", kind: str = UPDATE) -> Reply:
    return post(address, text.encode(), kind, f"sparql{further}", **LEAVE)


def true(reply: Reply) -> bool:
    """Whether a reply is a result of SPARQL that says yes, in the format it names."""
    assert reply.status == 200, reply.body
    found = ox.parse_query_results(reply.body, ox.QueryResultsFormat.from_media_type(reply.type))
    return isinstance(found, ox.QueryBoolean) and bool(found)


# Protocol: queries


class TestQuery:
    BOTH = f"ASK {{ {name(1)} a ?type . {name(2)} a ?type }}"
    NAMED = f"ASK {{ GRAPH ?g1 {{ {name(1)} a ?type }} GRAPH ?g2 {{ {name(2)} a ?type }} }}"
    FULL = f"ASK {{ {name(3)} a ?type GRAPH ?g1 {{ {name(1)} a ?type }} GRAPH ?g2 {{ {name(2)} a ?type }} }}"

    def test_query_get(self, address):
        assert true(query(address, "ASK {}"))

    def test_query_post_form(self, address):
        assert true(post(address, b"query=ASK%20%7B%7D", FORM, f"sparql?{urlencode(graphs('default', 0))}"))

    def test_query_post_direct(self, address):
        assert true(post(address, b"ASK {}", QUERY))

    def test_query_dataset_default_graph(self, address):
        assert true(query(address, f"ASK {{ {name(1)} a ?type }}", "&" + urlencode(graphs("default", 1))))

    def test_query_dataset_default_graphs_get(self, address):
        assert true(query(address, self.BOTH, "&" + urlencode(graphs("default", 1, 2))))

    def test_query_dataset_default_graphs_post(self, address):
        assert true(post(address, self.BOTH.encode(), QUERY, f"sparql?{urlencode(graphs('default', 1, 2))}"))

    def test_query_dataset_named_graphs_get(self, address):
        assert true(query(address, self.NAMED, "&" + urlencode(graphs("named", 1, 2))))

    def test_query_dataset_named_graphs_post(self, address):
        assert true(post(address, self.NAMED.encode(), QUERY, f"sparql?{urlencode(graphs('named', 1, 2))}"))

    def test_query_dataset_full(self, address):
        given = urlencode(graphs("default", 3) + graphs("named", 1, 2))
        assert true(post(address, self.FULL.encode(), QUERY, f"sparql?{given}"))

    def test_query_multiple_dataset(self, address):
        """The graphs of the request take the place of those of the query."""
        text = f"ASK FROM {name(3)} {{ GRAPH ?g1 {{ {name(1)} a ?type }} {name(2)} a ?type }}"
        given = urlencode(graphs("default", 2) + graphs("named", 1))
        assert true(post(address, text.encode(), QUERY, f"sparql?{given}"))

    @pytest.mark.parametrize(
        ("text", "kinds"),
        [
            ("SELECT (1 AS ?value) {}", ("sparql-results+xml", "sparql-results+json", "tab-separated", "csv")),
            ("ASK {}", ("sparql-results+xml", "sparql-results+json")),
            ("DESCRIBE <http://e.org/a>", ("rdf+xml", "turtle", "n-triples")),
            ("CONSTRUCT { <s> <p> 1 } WHERE {}", ("rdf+xml", "turtle", "n-triples")),
        ],
        ids=["select", "ask", "describe", "construct"],
    )
    def test_query_content_type(self, address, text, kinds):
        reply = query(address, text)
        assert reply.status == 200
        assert any(kind in reply.type for kind in kinds)

    def test_bad_query_method(self, address):
        assert send(address, "sparql?query=ASK%20%7B%7D", "PUT", b"").status == 405

    def test_bad_multiple_queries(self, address):
        assert query(address, "ASK {}", "&query=SELECT%20*%20%7B%7D").status == 400

    def test_bad_query_wrong_media_type(self, address):
        assert post(address, b"ASK {}", "text/plain").status == 415

    def test_bad_query_missing_form_type(self, address):
        assert send(address, "sparql", "POST", b"query=ASK%20%7B%7D").status in (400, 415)

    def test_bad_query_missing_direct_type(self, address):
        assert send(address, "sparql", "POST", b"ASK {}").status in (400, 415)

    def test_bad_query_non_utf8(self, address):
        text = "ASK {}".encode("utf-16")
        assert post(address, text, f"{QUERY}; charset=UTF-16").status in (400, 415)
        assert post(address, text, QUERY).status == 400

    def test_bad_query_syntax(self, address):
        assert query(address, "ASK {").status == 400


# Protocol: updates


@pytest.fixture
def written(address):
    """The address, and what was written beside the four graphs taken away afterwards."""
    yield address
    others = "".join(f"DROP SILENT GRAPH <{DATA}{kind}>; " for kind in ("protocol-update", "made"))
    assert update(address, f"{others} CLEAR DEFAULT").status == 204


class TestUpdate:
    MADE = f"ASK {{ GRAPH <{DATA}made> {{ %s }} }}"

    def made(self, address, pattern: str) -> bool:
        return true(query(address, self.MADE % pattern))

    def test_update_post_form(self, written):
        assert update(written, "update=CLEAR%20SILENT%20DEFAULT", kind=FORM).status == 204

    def test_update_post_direct(self, written):
        assert update(written, "CLEAR SILENT DEFAULT").status == 204

    def test_update_dataset_default_graph(self, written):
        text = f"INSERT {{ GRAPH <{DATA}made> {{ ?s a <e:Seen> }} }} WHERE {{ ?s a <e:Document> }}"
        assert update(written, text, "?" + urlencode([("using-graph-uri", f"{DATA}1")])).status == 204
        assert self.made(written, f"{name(1)} a <e:Seen> FILTER NOT EXISTS {{ {name(2)} a ?other }}")

    def test_update_dataset_default_graphs(self, written):
        text = f"INSERT {{ GRAPH <{DATA}made> {{ ?s a <e:Seen> }} }} WHERE {{ ?s a <e:Document> }}"
        using = urlencode([("using-graph-uri", f"{DATA}1"), ("using-graph-uri", f"{DATA}2")])
        assert update(written, text, f"?{using}").status == 204
        assert self.made(written, f"{name(1)} a <e:Seen> . {name(2)} a <e:Seen>")
        assert not self.made(written, f"{name(3)} a <e:Seen>")

    def test_update_dataset_named_graphs(self, written):
        text = f"INSERT {{ GRAPH <{DATA}made> {{ ?s a <e:Seen> }} }} WHERE {{ GRAPH ?g {{ ?s a <e:Document> }} }}"
        using = urlencode([("using-named-graph-uri", f"{DATA}1"), ("using-named-graph-uri", f"{DATA}2")])
        assert update(written, text, f"?{using}").status == 204
        assert self.made(written, f"{name(1)} a <e:Seen> . {name(2)} a <e:Seen>")
        assert not self.made(written, f"{name(3)} a <e:Seen>")

    def test_update_dataset_full(self, written):
        where = f"GRAPH ?g {{ ?s a <e:Document> }} {name(1)} a ?there"
        text = f"INSERT {{ GRAPH <{DATA}made> {{ ?s a <e:Seen> }} }} WHERE {{ {where} }}"
        using = urlencode([("using-graph-uri", f"{DATA}1"), ("using-named-graph-uri", f"{DATA}2")])
        assert update(written, text, f"?{using}").status == 204
        assert self.made(written, f"{name(2)} a <e:Seen>")
        assert not self.made(written, f"{name(1)} a <e:Seen>")

    def test_update_base_uri(self, written):
        """A relative IRI is relative to what the server says, here its own address."""
        text = f"INSERT DATA {{ GRAPH <{DATA}made> {{ <http://e.org/s> <http://e.org/p> <test> }} }}"
        assert update(written, text).status == 204
        assert self.made(written, "<http://e.org/s> <http://e.org/p> <test>")
        assert self.made(written, f"?s ?p <{written}test>")

    def test_bad_update_get(self, address):
        assert send(address, "sparql?update=CLEAR%20ALL", **LEAVE).status == 400

    def test_bad_multiple_updates(self, address):
        assert update(address, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", kind=FORM).status == 400

    def test_bad_update_wrong_media_type(self, address):
        assert update(address, "CLEAR NAMED", kind="text/plain").status == 415

    def test_bad_update_missing_form_type(self, address):
        assert send(address, "sparql", "POST", b"update=CLEAR%20NAMED", **LEAVE).status in (400, 415)

    def test_bad_update_non_utf8(self, address):
        reply = post(address, "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16", **LEAVE)
        assert reply.status in (400, 415)

    def test_bad_update_syntax(self, address):
        assert update(address, "CLEAR XYZ").status == 400

    def test_bad_update_dataset_conflict(self, address):
        """An update that names its graphs may not be given others by the request."""
        using = "?" + urlencode([("using-graph-uri", f"{DATA}1")])
        for text in (
            f"INSERT {{ ?s a <e:x> }} USING {name(2)} WHERE {{ ?s a ?t }}",
            f"INSERT {{ ?s a <e:x> }} USING NAMED {name(2)} WHERE {{ GRAPH ?g {{ ?s a ?t }} }}",
            f"WITH {name(2)} INSERT {{ ?s a <e:x> }} WHERE {{ ?s a ?t }}",
        ):
            assert update(address, text, using).status == 400

    def test_after_what_was_wrong_all_graphs_are_there(self, address):
        reply = query(address, "SELECT ?g { GRAPH ?g { ?g a <e:Document> } }", Accept="text/csv")
        assert reply.body.count(DATA.encode()) == 4


# Graph Store HTTP Protocol: one story, in the order of the tests of the W3C

FIRST = "@prefix f: <http://xmlns.com/foaf/0.1/> . <> a f:Person; f:card [ f:name 'John Doe' ] ."
SECOND = FIRST.replace("John", "Jane")
NAMES = "@prefix f: <http://xmlns.com/foaf/0.1/> . <> f:%s '%s' ."


def same(reply: Reply, turtle: str, base: str) -> bool:
    """Whether a reply is the graph that Turtle says, whatever its blank nodes are called."""
    assert reply.status == 200, reply.body
    found = ox.Dataset(ox.parse(reply.body, ox.RdfFormat.from_media_type(reply.type)))
    wanted = ox.Dataset(ox.parse(turtle.encode(), ox.RdfFormat.TURTLE, base_iri=base))
    for one in (found, wanted):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found == wanted


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs") / "kept"
    options = ("--writable", "--empty", "--workers", "2", "--base", "http://e.org/", "--store", str(folder))
    with terril_server(*options, TERRIL_TOKEN="sesame") as address:
        yield address


PERSON = "http://e.org/data/person/1.ttl"


class TestGraphStore:
    def at(self, store: str, path: str, method: str = "GET", content: str | None = None, kind: str = TURTLE) -> Reply:
        body = None if content is None else content.encode()
        return send(store, path, method, body, Content_Type=kind, Accept="text/turtle", **LEAVE)

    def test_put__initial_state(self, store):
        assert self.at(store, f"data?graph={quote(PERSON, safe='')}", "PUT", FIRST).status == 201
        assert same(self.at(store, f"data?graph={PERSON}"), FIRST, PERSON)

    def test_a_graph_is_named_by_its_own_address_too(self, store):
        assert same(self.at(store, "data/person/1.ttl"), FIRST, PERSON)

    def test_put__graph_already_in_store(self, store):
        assert self.at(store, "data/person/1.ttl", "PUT", SECOND).status == 204
        assert same(self.at(store, "data/person/1.ttl"), SECOND, PERSON)

    def test_put__default_graph(self, store):
        alone = FIRST.replace("<>", "[]")
        assert self.at(store, "data?default", "PUT", alone).status in (201, 204)
        assert same(self.at(store, "data?default"), alone, PERSON)

    def test_put__mismatched_payload(self, store):
        assert self.at(store, "data/person/1.ttl", "PUT", FIRST, "application/rdf+xml").status == 400
        assert same(self.at(store, "data/person/1.ttl"), SECOND, PERSON)

    def test_delete__existing_graph(self, store):
        assert self.at(store, "data/person/2.ttl", "PUT", FIRST).status == 201
        assert self.at(store, "data/person/2.ttl", "DELETE").status == 204
        assert self.at(store, "data/person/2.ttl").status == 404

    def test_delete__nonexistent_graph(self, store):
        assert self.at(store, "data/person/2.ttl", "DELETE").status == 404

    def test_post__existing_graph(self, store):
        assert self.at(store, "data/person/1.ttl", "POST", NAMES % ("name", "Jane Doe")).status == 204
        assert same(self.at(store, "data/person/1.ttl"), f"{SECOND} {NAMES % ('name', 'Jane Doe')}", PERSON)

    def test_post__multipart_formdata(self, store):
        given = [NAMES % ("familyName", "Doe"), NAMES % ("givenName", "Jane")]
        head = '--b\r\nContent-Disposition: form-data; name="g"; filename="g.ttl"\r\nContent-Type: text/turtle\r\n\r\n'
        content = "".join(f"{head}{turtle}\r\n" for turtle in given) + "--b--\r\n"
        reply = self.at(store, "data/person/1.ttl", "POST", content, "multipart/form-data; boundary=b")
        assert reply.status == 204, reply.body
        wanted = " ".join((SECOND, NAMES % ("name", "Jane Doe"), *given))
        assert same(self.at(store, "data/person/1.ttl"), wanted, PERSON)

    @pytest.mark.parametrize(
        ("kind", "content", "status"),
        [
            ("multipart/form-data", "", 400),
            ("multipart/form-data; boundary=b", "no parts", 400),
            (
                "multipart/form-data; boundary=b",
                '--b\r\nContent-Disposition: form-data; name="g"; filename="g"\r\n\r\n<e:a> <e:b> 1 .\r\n--b--\r\n',
                415,
            ),
            (
                "multipart/form-data; boundary=b",
                '--b\r\nContent-Disposition: form-data; name="g"; filename="g"\r\nContent-Type: text/turtle\r\n\r\n'
                "<e:a> <e:b> .\r\n--b--\r\n",
                400,
            ),
        ],
        ids=["no boundary", "no parts", "no type", "no Turtle"],
    )
    def test_files_that_are_no_graphs_change_nothing(self, store, kind, content, status):
        before = self.at(store, "data/person/1.ttl").body
        reply = self.at(store, "data/person/1.ttl", "POST", content, kind)
        assert (reply.status, len(reply.json["detail"]) > 20) == (status, True)
        assert self.at(store, "data/person/1.ttl").body == before

    def test_post__create__new_graph(self, store):
        alone = FIRST.replace("<>", "[]")
        made = self.at(store, "data", "POST", alone)
        assert made.status == 201
        path = made.headers["location"].removeprefix("http://e.org/")
        assert path.startswith("data/")
        assert same(self.at(store, path), alone, PERSON)
        assert self.at(store, path, "POST", "").status == 204  # get_of_post__after_noop
        assert same(self.at(store, path), alone, PERSON)

    def test_head_on_an_existing_graph(self, store):
        reply = self.at(store, "data/person/1.ttl", "HEAD")
        assert (reply.status, reply.body, reply.type) == (200, b"", "text/turtle")
        assert int(reply.headers["content-length"]) > 100

    def test_head_on_a_nonexisting_graph(self, store):
        assert self.at(store, "data/person/4.ttl", "HEAD").status == 404

    def test_a_graph_may_not_be_named_twice(self, store):
        assert self.at(store, "data/person/1.ttl?graph=http://e.org/x").status == 400
        assert self.at(store, "data/person/1.ttl?default").status == 400


# Service description

SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def described(address):
    reply = send(address, "sparql", Accept="text/turtle")
    assert (reply.status, reply.type) == (200, "text/turtle")
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.TURTLE)
    return store


class TestServiceDescription:
    def test_returns_rdf(self, described):
        assert len(described) > 10

    def test_has_endpoint_triple(self, described):
        assert described.query(f"ASK {{ ?service a <{SD}Service> ; <{SD}endpoint> ?at FILTER isIRI(?at) }}")

    def test_conforms_to_schema(self, described):
        """Each term of the vocabulary holds what it is declared to hold."""
        kinds = {"defaultDataset": "Dataset", "defaultGraph": "Graph", "namedGraph": "NamedGraph", "graph": "Graph"}
        for term, kind in kinds.items():
            wrong = f"ASK {{ ?x <{SD}{term}> ?held FILTER NOT EXISTS {{ ?held a <{SD}{kind}> }} }}"
            assert not described.query(wrong), term
        assert not described.query(
            f"ASK {{ ?graph a <{SD}NamedGraph> FILTER NOT EXISTS {{ ?graph <{SD}name> ?name }} }}"
        )

    def test_tells_of_the_languages_and_of_writing(self, described):
        for language in ("SPARQL11Query", "SPARQL11Update"):
            assert described.query(f"ASK {{ ?service <{SD}supportedLanguage> <{SD}{language}> }}")
