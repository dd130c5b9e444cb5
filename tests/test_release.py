"""A release: every format holds the graph, as another parser than the one that wrote it reads it."""

import csv
import errno
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

import terril
from conftest import ROOT, require
from pages import hostile
from slag_valley import project
from stores.running import java
from terril import crews, datasets, shelf, sorting
from terril.bundle import graph as bundle_graph
from terril.bundle import release as module
from terril.bundle.by_graph import slug
from terril.bundle.census import Census
from terril.bundle.formats import FORMATS
from terril.bundle.graph import sorted_in
from terril.crews import Crew
from terril.errors import BadGraph, BadValue, NotFound, NotWritten
from terril.names import ID, INFERRED, ONTOLOGY, PREFIXES, expand

BASE = "https://example.org/valley/"
RDF, NP = PREFIXES["rdf"], "http://www.nanopub.org/nschema#"
SOURCES = tuple(ox.NamedNode(expand(f"prov:{how}")) for how in ("wasQuotedFrom", "wasDerivedFrom"))
DEFAULT = ox.DefaultGraph()

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib warns of itself


@pytest.fixture(scope="module")
def valley(tmp_path_factory) -> ox.Store:
    """The graph of a small project, with a node without a name and texts that some format might spoil."""
    home = project(tmp_path_factory.mktemp("valley"))
    terril.build(home=home)
    store = ox.Store()
    store.bulk_load(path=str(home.graph), format=ox.RdfFormat.N_QUADS)
    said = ox.NamedNode(expand("skos:note"))
    for text in ("a\tb\r\nc \\ \"quoted\" 'so'", "\x01 and \x7f", "=1+1", "été, ½; 🜨", "", "_:b <x>"):
        store.add(ox.Quad(ox.NamedNode(f"{ID}organisation/odd"), said, ox.Literal(text), DEFAULT))
    place, remark = ox.NamedNode(expand("terril:Place")), ox.NamedNode(expand("rdfs:comment"))
    for text in ('a "b" \\ c', "\\n is no\nline end\t", "<&>"):
        store.extend([ox.Quad(place, remark, ox.Literal(text), graph) for graph in (DEFAULT, ox.NamedNode(ONTOLOGY))])
    for value, kind in (("007", "integer"), ("1.50", "decimal"), ("TRUE", "boolean"), ("1e999", "decimal")):
        literal = ox.Literal(value, datatype=ox.NamedNode(expand(f"xsd:{kind}")))
        store.add(
            ox.Quad(ox.NamedNode(f"{ID}organisation/odd"), ox.NamedNode(expand("terril:value")), literal, DEFAULT)
        )
    return store


@pytest.fixture(scope="module")
def bundle(valley, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    terril.release(folder, at=valley, base=BASE)
    return folder


@pytest.fixture(autouse=True)
def _lexical_forms_as_written(monkeypatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    """Quads as text that is the same for graphs that differ in the names of blank nodes only (RDFC-1.0)."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def with_rdflib(path: Path, format: str) -> list[ox.Quad]:
    """A file as rdflib reads it."""
    read = rdflib.Dataset()
    read.parse(data=content(path), format=format)
    return list(terril.connect(read).graph)


def with_oxigraph(path: Path, format: ox.RdfFormat) -> list[ox.Quad]:
    return list(ox.parse(content(path), format=format))


def facts(graph: ox.Store) -> list[ox.Quad]:
    return list(graph.quads_for_pattern(None, None, None, DEFAULT))


def said(graph: ox.Store) -> list[ox.Quad]:
    """What named graphs say, besides the ontology."""
    return [quad for quad in graph if quad.graph_name not in (DEFAULT, ox.NamedNode(ONTOLOGY))]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The syntaxes of RDF


@pytest.mark.parametrize(
    ("name", "format"), [("graph.nq.gz", "nquads"), ("graph.trig.gz", "trig"), ("graph.jsonld.gz", "json-ld")]
)
def test_rdflib_reads_the_whole_graph(bundle, valley, name, format):
    assert canonical(with_rdflib(bundle / name, format)) == canonical(valley)


def test_oxigraph_reads_the_whole_graph_from_json_ld(bundle, valley):
    assert canonical(with_oxigraph(bundle / "graph.jsonld.gz", ox.RdfFormat.JSON_LD)) == canonical(valley)


def test_json_ld_is_compact_by_the_context(bundle):
    document = json.loads(content(bundle / "graph.jsonld.gz"))
    nodes = {node["id"]: node for node in document["@graph"] if "@graph" not in node}
    passages = [node for node in nodes.values() if "Passage" in node.get("type", ())]
    assert all(isinstance(node["start"], int) and node["inDocument"].startswith("document:") for node in passages)
    assert len(passages) > 3
    assert nodes["organisation:odd"]["skos:note"]


@pytest.mark.parametrize(("name", "format"), [("facts.ttl.gz", "turtle"), ("facts.nt.gz", "nt")])
def test_rdflib_reads_the_facts(bundle, valley, name, format):
    assert canonical(with_rdflib(bundle / name, format)) == canonical(facts(valley))


def test_for_union_stores_the_named_graphs_come_alone_and_their_union_is_what_holds(bundle, valley):
    read = with_rdflib(bundle / "graph-union.nq.gz", "nquads")
    union = {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in read}
    assert canonical(union) == canonical(facts(valley))
    assert canonical(quad for quad in read if quad.graph_name != DEFAULT) == canonical(
        quad for quad in valley if quad.graph_name != DEFAULT
    )
    unsaid = {str(quad.subject) for quad in read if quad.graph_name == DEFAULT}
    assert unsaid == {f"<{ID}organisation/odd>"}


def unpacked(bundle: Path, folder: Path) -> Path:
    """The files of the archive of named graphs, as `tar` unpacks them."""
    subprocess.run(["tar", "-xzf", bundle / "graphs.tar.gz", "-C", folder], check=True)
    return folder / "graphs"


def test_each_named_graph_has_a_file(bundle, valley, tmp_path):
    graphs = unpacked(bundle, tmp_path)
    rows = table(graphs / "index.csv")
    read = []
    for row in rows:
        triples = with_rdflib(graphs / row["file"], "nt")
        assert len(triples) == int(row["triples"])
        read += [ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(row["graph"])) for quad in triples]
    assert canonical(read) == canonical(quad for quad in valley if quad.graph_name != DEFAULT)
    assert {row["file"] for row in rows} == {path.name for path in graphs.glob("*.nt")}


# Who says what


def rebuilt(claims: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The facts in a file of claims, and what its claims say that named graphs say."""
    about: dict[object, dict[str, ox.NamedNode]] = defaultdict(dict)
    plain, sources = [], []
    for quad in claims:
        name = quad.predicate.value.removeprefix(RDF)
        if name in ("subject", "predicate", "object"):
            about[quad.subject][name] = quad.object
        elif name == "reifies":
            about[quad.subject] = dict(zip(("subject", "predicate", "object"), quad.object, strict=True))
        elif quad.predicate in SOURCES and str(quad.subject).startswith("<urn:uuid:"):
            sources.append((quad.subject, quad.object))
        else:
            plain.append(quad)
    told = [ox.Quad(*(about[claim][part] for part in ("subject", "predicate", "object")), by) for claim, by in sources]
    assert {claim for claim, _ in sources} == set(about)
    return plain, told


def test_claims_tell_what_holds_and_who_says_it(bundle, valley):
    plain, told = rebuilt(with_rdflib(bundle / "claims.ttl.gz", "turtle"))
    assert canonical(plain) == canonical(facts(valley))
    assert canonical(told) == canonical(said(valley))


def test_reifiers_of_rdf_1_2_tell_the_same_by_the_same_names(bundle, valley):
    read = with_oxigraph(bundle / "claims-rdf12.ttl.gz", ox.RdfFormat.TURTLE)
    plain, told = rebuilt(read)
    assert canonical(plain) == canonical(facts(valley))
    assert canonical(told) == canonical(said(valley))
    claims = {quad.subject for quad in read if quad.predicate.value == f"{RDF}reifies"}
    assert claims == {
        quad.subject
        for quad in with_oxigraph(bundle / "claims.ttl.gz", ox.RdfFormat.TURTLE)
        if quad.predicate.value == f"{RDF}predicate"
    }


@pytest.mark.slow
def test_jena_reads_the_same_from_rdf_1_2(bundle, valley):
    path = bundle / "claims-rdf12.ttl.gz"
    command = [*java("fuseki"), "riotcmd.riot", "--nocheck", "--output=nt", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    read = ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES)
    assert canonical(read) == canonical(with_oxigraph(path, ox.RdfFormat.TURTLE))


def test_what_is_said_and_does_not_hold_is_not_asserted(tmp_path):
    graph = ox.Store()
    a, b, source = (ox.NamedNode(f"https://example.org/{name}") for name in "abg")
    graph.extend([ox.Quad(a, a, a, DEFAULT), ox.Quad(b, b, b, source)])
    terril.release(tmp_path, at=graph)
    for name in ("claims.ttl.gz", "claims-rdf12.ttl.gz"):
        plain, told = rebuilt(with_oxigraph(tmp_path / name, ox.RdfFormat.TURTLE))
        assert (plain, told) == ([ox.Quad(a, a, a, DEFAULT)], [ox.Quad(b, b, b, source)])


def test_a_claim_has_the_name_that_an_explanation_gives_it(bundle, valley):
    explained = terril.explain("SELECT ?p { ?p a <https://w3id.org/terril/ns#Region> } ORDER BY ?p LIMIT 1", at=valley)
    written = terril.explanations.write(explained, "turtle")
    names = set(re.findall(r"<(urn:uuid:[0-9a-f-]+)>", written))
    claims = {quad.subject.value for quad in with_oxigraph(bundle / "claims-rdf12.ttl.gz", ox.RdfFormat.TURTLE)
              if quad.predicate in SOURCES and isinstance(quad.subject, ox.NamedNode)}  # fmt: skip
    assert names & claims


def test_nanopublications_have_their_four_graphs_and_assert_what_passages_say(bundle, valley):
    read = with_rdflib(bundle / "nanopublications.trig.gz", "trig")
    graphs: dict[object, list[ox.Quad]] = defaultdict(list)
    for quad in read:
        graphs[quad.graph_name].append(quad)
    heads = {
        quad.subject: graph
        for graph in graphs
        for quad in graphs[graph]
        if quad.object == ox.NamedNode(f"{NP}Nanopublication")
    }
    assert len(graphs) == 4 * len(heads)
    asserted = []
    for this, head in heads.items():
        parts = {quad.predicate.value: quad.object for quad in graphs[head] if quad.predicate.value.startswith(NP)}
        assertion, provenance, pubinfo = (
            parts[f"{NP}has{part}"] for part in ("Assertion", "Provenance", "PublicationInfo")
        )
        (source,) = [
            quad.object for quad in graphs[provenance] if quad.subject == assertion and quad.predicate in SOURCES
        ]
        assert any(quad.subject == this for quad in graphs[pubinfo])
        asserted += [ox.Quad(quad.subject, quad.predicate, quad.object, source) for quad in graphs[assertion]]
    kinds = [ox.NamedNode(expand(f"terril:{kind}")) for kind in ("Passage", "Reading")]
    passages = {quad.subject for quad in facts(valley) if quad.object in kinds}
    assert canonical(asserted) == canonical(quad for quad in valley if quad.graph_name in passages)
    assert len(heads) > 3


# Tables


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_things(graph: ox.Store) -> list[ox.Triple]:
    """The facts about things: not about classes, properties or what has no name."""
    schema = {
        quad.subject
        for quad in facts(graph)
        if quad.predicate.value == f"{RDF}type"
        and quad.object.value.startswith((PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]))
    }
    return [
        quad.triple for quad in facts(graph) if isinstance(quad.subject, ox.NamedNode) and quad.subject not in schema
    ]


def test_tables_hold_what_holds_of_things(bundle, valley):
    read = set()
    nodes = table(bundle / "nodes.csv")
    ids = [row["Id"] for row in nodes]
    things = {triple.subject.value for triple in of_things(valley)}
    for row in nodes:
        kinds = row["Kinds"].split(";") if row["Kinds"] and row["Id"] in things else []
        read |= {ox.Triple(ox.NamedNode(row["Id"]), ox.NamedNode(f"{RDF}type"), ox.NamedNode(expand(k))) for k in kinds}
    for row in table(bundle / "edges.csv"):
        assert {row["Source"], row["Target"]} <= set(ids)
        read.add(ox.Triple(*(ox.NamedNode(expand(row[part])) for part in ("Source", "Property", "Target"))))
    for row in table(bundle / "values.csv"):
        kind = {"language": row["Language"]} if row["Language"] else {"datatype": ox.NamedNode(expand(row["Datatype"]))}
        value = ox.Literal(row["Value"], **kind)
        read.add(ox.Triple(ox.NamedNode(row["Id"]), ox.NamedNode(expand(row["Property"])), value))
    assert read == set(of_things(valley))
    assert len(ids) == len(set(ids))


def test_edges_tell_what_they_rest_on(bundle, valley):
    rows = table(bundle / "edges.csv")
    assert {"stated", "reading", "inferred"} <= {row["Basis"] for row in rows}
    for row in rows:
        start, name, end = (ox.NamedNode(expand(row[part])) for part in ("Source", "Property", "Target"))
        graphs = {quad.graph_name for quad in valley.quads_for_pattern(start, name, end, None)} - {DEFAULT}
        assert {str(graph) for graph in graphs} == {f"<{graph}>" for graph in row["Evidence"].split(";") if graph}
        if row["Basis"] == "inferred":
            assert graphs == {ox.NamedNode(INFERRED)}


def test_graphml_holds_the_same_things_and_relations(bundle):
    root = ElementTree.fromstring(content(bundle / "graph.graphml.gz"))
    names = {"g": "http://graphml.graphdrawing.org/xmlns"}
    keys = {key.get("id") for key in root.findall("g:key", names)}
    assert {data.get("key") for data in root.iter(f"{{{names['g']}}}data")} <= keys
    nodes = [node.get("id") for node in root.findall("g:graph/g:node", names)]
    assert nodes == [row["Id"] for row in table(bundle / "nodes.csv")]
    edges = [
        (edge.get("source"), edge.get("target"), edge.findtext("g:data[@key='property']", None, names))
        for edge in root.findall("g:graph/g:edge", names)
    ]
    assert edges == [(row["Source"], row["Target"], row["Property"]) for row in table(bundle / "edges.csv")]


# The ontology


def test_ontology_and_concepts_hold_what_the_ontology_graph_says_but_for_the_headers_of_modules(bundle, valley):
    ontology = with_rdflib(bundle / "ontology.ttl", "turtle")
    assert canonical(with_rdflib(bundle / "ontology.rdf", "xml")) == canonical(ontology)
    concepts = with_rdflib(bundle / "concepts.ttl.gz", "turtle")
    whole = [ox.Quad(*quad.triple) for quad in valley.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY))]
    headers = {quad.subject for quad in whole if quad.object == ox.NamedNode(expand("owl:Ontology"))}
    (kept,) = [quad.subject for quad in ontology if quad.object == ox.NamedNode(expand("owl:Ontology"))]
    imports = ox.NamedNode(expand("owl:imports"))
    wanted = [
        quad
        for quad in whole
        if quad.subject not in headers - {kept} and not (quad.predicate == imports and quad.object in headers)
    ]
    assert canonical([*ontology, *concepts]) == canonical(wanted)
    assert not any(quad.object == ox.NamedNode(expand("owl:Class")) for quad in concepts)


@pytest.mark.slow
def test_the_owl_api_reads_the_same_axioms_from_rdf_xml_and_functional_syntax(bundle):
    require("owl", bool(shutil.which("java") and find_spec("jpype") and find_spec("owlready2")))
    paths = [bundle / f"ontology.{ending}" for ending in ("rdf", "ofn")]  # its reader of Turtle loses escapes
    command = [sys.executable, ROOT / "tests" / "owl" / "alike.py", *paths]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    for told in json.loads(done.stdout):
        assert told["axioms"] > 500
        assert told["same name"]
        assert told["differ"] == []


@pytest.mark.parametrize(
    ("said", "ending", "word"),
    [
        ("owl:hasKey ( terril:x )", "ofn", "owl:hasKey has no words"),
        ("<https://example.org/1> 1", "rdf", "XML has no name for the property <https://example.org/1>"),
        (r'terril:x "\u000C"', "rdf", "XML cannot hold a text about <https://example.org/C>"),
    ],
)
def test_an_ontology_that_a_syntax_cannot_say_is_left_out_there_with_a_word(tmp_path, caplog, said, ending, word):
    graph = ox.Store()
    text = f"<https://example.org/o> a owl:Ontology . <https://example.org/C> a owl:Class ; {said} ."
    head = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("owl", "terril"))
    for quad in ox.parse(head + text, format=ox.RdfFormat.TURTLE):
        graph.add(ox.Quad(*quad.triple, ox.NamedNode(ONTOLOGY)))
    terril.release(tmp_path, at=graph)
    assert f"ontology.{ending} is left out: {word}" in caplog.text
    assert not (tmp_path / f"ontology.{ending}").exists()
    assert (tmp_path / "ontology.ttl").exists()
    assert f"ontology.{ending}" not in (tmp_path / "README.md").read_text("utf-8")


# What a bundle says of itself


def test_checksums_are_those_of_all_other_files(bundle):
    found = files(bundle)
    lines = found["SHA256SUMS"].decode().splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    del found["SHA256SUMS"], found[".terril-release"]
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_descriptions_tell_dumps_with_their_sizes_and_checksums(bundle):
    void = {
        str(quad.object) for quad in with_rdflib(bundle / "void.ttl", "turtle") if "dataDump" in str(quad.predicate)
    }
    whole = {each.file for each in FORMATS if each.is_whole}
    assert void == {f"<{BASE}{name}>" for name in whole}
    dcat = with_rdflib(bundle / "dcat.ttl", "turtle")
    values = {(str(quad.subject), quad.predicate.value): quad.object.value for quad in dcat}
    for name in whole:
        node = f"{BASE}catalog#distribution={name}"
        assert int(values[f"<{node}>", expand("dcat:byteSize")]) == (bundle / name).stat().st_size
        digest = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
        assert values[f"<{node}&checksum>", expand("spdx:checksumValue")] == digest


def test_the_readme_tells_what_each_file_is_for(bundle):
    text = (bundle / "README.md").read_text("utf-8")
    for name in files(bundle):
        assert f"`{name}`" in text or name.startswith(".") or name == "README.md", name


def test_the_citation_names_title_authors_and_licence(tmp_path, home):
    from terril.bundle import about
    from terril.metadata import Itself

    text = about.citation(Itself.of(terril.connect(home=home)), BASE).decode()
    assert 'title: "Terril: innovation ecosystem of Wallonia"\n' in text
    assert 'authors:\n  - name: "Terril contributors"\n' in text
    assert 'license: "CC-BY-4.0"\n' in text
    assert "date" not in text


# The folder


def shuffled(graph: ox.Store) -> ox.Store:
    """The same graph read anew: in another order, its blank nodes under other names."""
    copy = ox.Store()
    copy.bulk_load(ox.serialize(reversed(list(graph)), format=ox.RdfFormat.N_QUADS), format=ox.RdfFormat.N_QUADS)
    return copy


def test_the_same_graph_gives_the_same_bytes_and_a_second_run_writes_nothing(bundle, valley, tmp_path):
    again = terril.release(tmp_path, at=shuffled(valley), base=BASE)
    assert files(tmp_path) == files(bundle)
    assert (again.unchanged, again.removed) == (0, 0)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    second = terril.release(tmp_path, at=valley, base=BASE)
    assert (second.written, second.removed, second.unchanged) == (0, 0, again.written)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def texts(folder: Path) -> dict[str, bytes]:
    """What the files of a release hold when they are unpacked, without those that tell of sizes and checksums."""
    told = {"README.md", "SHA256SUMS", "dcat.ttl", ".terril-release", "graphs.tar.gz"}
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: content(path) for name, path in names.items() if name not in told} | members(folder)


def members(folder: Path) -> dict[str, bytes]:
    """The files of the archive of named graphs."""
    with tarfile.open(folder / "graphs.tar.gz") as archive:
        found = {each.name: archive.extractfile(each).read() for each in archive}
        assert len(found) == len(archive.getnames())
    return found


def test_a_graph_in_many_parts_gives_the_same_bytes_whoever_writes_them(bundle, valley, tmp_path, monkeypatch):
    monkeypatch.setattr(sorting, "_SIZE", 50_000)
    for count, graph in ((1, valley), (2, shuffled(valley))):
        monkeypatch.setattr(module, "_crew_for", lambda source, count=count: count)
        terril.release(tmp_path / str(count), at=graph, base=BASE)
    assert files(tmp_path / "1") == files(tmp_path / "2")
    assert texts(tmp_path / "1") == texts(bundle)


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_graphs_that_are_cut_anywhere_give_the_same_texts(bundle, valley, tmp_path, monkeypatch, size):
    monkeypatch.setattr(sorting, "_SIZE", size)
    monkeypatch.setattr(bundle_graph, "_SPAN", size)
    graph = tmp_path / "graph.nq"
    graph.write_bytes(ox.serialize(shuffled(valley), format=ox.RdfFormat.N_QUADS))
    terril.release(tmp_path / "out", at=graph, base=BASE)
    assert texts(tmp_path / "out") == texts(bundle)


def test_packed_files_are_one_member_each_and_whole(bundle):
    for path in bundle.glob("*.gz"):
        packed = path.read_bytes()
        reader = zlib.decompressobj(31)
        reader.decompress(packed)
        assert reader.eof
        assert not reader.unused_data


def test_a_process_that_is_ended_is_a_sentence_and_nothing_is_written(small, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_crew_for", lambda source: 2)
    monkeypatch.setattr(crews, "_COMMAND", "import sys; sys.stdin.buffer.read(10)")
    with pytest.raises(NotWritten, match=r"did part of the work was ended\. Give it more memory"):
        terril.release(tmp_path, at=small)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("<https://example.org/a> <https://example.org/b> .", "line 3"),
        ('<urn:a> <urn:b> "\xff" .', "UTF-8"),
        ('_:c <urn:b> <urn:d> .\n<urn:a> <urn:b> "\xff" .', "line 4.*UTF-8"),
    ],
)
def test_a_damaged_file_is_told_with_its_line_whoever_finds_it(tmp_path, monkeypatch, count, line, place):
    monkeypatch.setattr(module, "_crew_for", lambda source: count)
    good = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
    graph = tmp_path / "graph.nq"
    graph.write_bytes(f"{good}{good}{line}\n{good}".encode("latin-1"))
    with pytest.raises(BadGraph, match=rf"graph\.nq.*{place}"):
        terril.release(tmp_path / "out", at=graph)
    assert files(tmp_path / "out") == {}


def test_where_there_is_no_room_for_drafts_the_file_is_not_blamed(small, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    graph = tmp_path / "graph.nq.gz"
    graph.write_bytes(gzip.compress(ox.serialize(small, format=ox.RdfFormat.N_QUADS)))
    monkeypatch.setattr(sorting.Stretches, "_append", full)
    with pytest.raises(NotWritten, match=r"could not be drafted: No space left.*Make room for temporary files"):
        terril.release(tmp_path / "out", at=graph)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without telling it")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_release_that_is_interrupted_takes_its_drafts_away(small, tmp_path, how):
    graph, drafts = tmp_path / "graph.nq", tmp_path / "drafts"
    graph.write_bytes(ox.serialize(small, format=ox.RdfFormat.N_QUADS))
    drafts.mkdir()
    command = [sys.executable, "-m", "terril", "release", tmp_path / "out", "--at", graph]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(drafts)}) as run:
        while run.poll() is None and not list(drafts.glob("terril-*/*")):
            time.sleep(0.01)
        run.send_signal(how)
        assert run.wait(60) == 1
        assert run.stderr.read().strip() == "Aborted!"
    assert list(drafts.iterdir()) == []
    assert not (tmp_path / "out" / "graph.nq.gz").exists()


def test_a_file_gives_the_same_bytes_as_its_graph_in_a_store(small, tmp_path):
    graph = tmp_path / "graph.nq"
    graph.write_bytes(ox.serialize([*small, *small], format=ox.RdfFormat.N_QUADS))
    terril.release(tmp_path / "file", at=graph)
    terril.release(tmp_path / "store", at=small)
    assert files(tmp_path / "file") == files(tmp_path / "store")


@pytest.mark.parametrize("union", [False, True])
def test_what_is_counted_while_writing_is_what_a_store_counts(valley, tmp_path, monkeypatch, union):
    monkeypatch.setattr(sorting, "_SIZE", 50_000)
    graph = ox.Store()
    graph.extend(quad for quad in shuffled(valley) if not union or quad.graph_name != DEFAULT)
    with Crew(1) as alone:
        found = sorted_in(graph, tmp_path, alone)
    census = Census()
    for number in range(len(found.by_subject)):
        census.add(Census.of(found.stated(number), found, "somebody"))
    told, counted = census.numbers(tmp_path), datasets.numbers(terril.connect(graph), found.itself.spaces)
    assert told.properties == counted.properties
    assert (told.subjects, told.entities, told.objects) == (counted.subjects, counted.entities, counted.objects)
    assert (told.kinds, told.links) == (counted.kinds, counted.links)
    assert {kind: count for kind, count, _ in told.classes} == {kind: count for kind, count, _ in counted.classes}
    first, expected = ({kind: named(thing) for kind, _, thing in each.classes} for each in (told, counted))
    assert first == expected
    assert told.kinds.keys() >= {"passages", "readings", "inferred", "ontology"}


def named(term: object) -> str:
    """A thing's IRI; a node without a name is like any other."""
    return term.value if isinstance(term, ox.NamedNode) else "_:"


@pytest.fixture
def small() -> ox.Store:
    return hostile()


def test_hostile_names_and_texts_come_through_every_syntax(small, tmp_path, tmp_path_factory):
    terril.release(tmp_path, at=small)
    for name, format in (("graph.nq.gz", "nquads"), ("graph.jsonld.gz", "json-ld")):
        assert canonical(with_rdflib(tmp_path / name, format)) == canonical(small)
    for name in ("claims.ttl.gz", "claims-rdf12.ttl.gz"):
        plain, told = rebuilt(with_oxigraph(tmp_path / name, ox.RdfFormat.TURTLE))
        assert canonical(plain) == canonical(facts(small))
        assert canonical(told) == canonical(said(small))
    ElementTree.fromstring(content(tmp_path / "graph.graphml.gz"))
    graphs = unpacked(tmp_path, tmp_path_factory.mktemp("unpacked"))
    assert all(path.parent == graphs for path in graphs.rglob("*"))


def test_what_is_gone_is_removed(small, tmp_path):
    terril.release(tmp_path, at=small)
    for quad in list(small.quads_for_pattern(None, None, None, ox.NamedNode(INFERRED))):
        small.remove(quad)
    odd = ox.NamedNode("org:a")  # which JSON-LD cannot say
    small.add(ox.Quad(odd, odd, odd, DEFAULT))
    second = terril.release(tmp_path, at=small)
    assert second.removed == 1
    assert not (tmp_path / "graph.jsonld.gz").exists()
    assert "graphs/graph--inferred.nt" not in members(tmp_path)


def test_a_graph_without_ontology_has_no_files_of_one(small, tmp_path):
    done = terril.release(tmp_path, at=small)
    assert done.formats == len(FORMATS) - 4
    assert not list(tmp_path.glob("ontology*"))


def test_an_iri_that_json_ld_would_read_as_a_short_name_is_not_misread_there(small, tmp_path, caplog):
    odd = ox.NamedNode("org:a")
    small.add(ox.Quad(odd, odd, odd, DEFAULT))
    terril.release(tmp_path, at=small)
    assert "graph.jsonld.gz is left out: JSON-LD would read <org:a> as a short name" in caplog.text
    assert "jsonld" not in (tmp_path / "dcat.ttl").read_text()
    assert canonical(with_rdflib(tmp_path / "graph.trig.gz", "trig")) == canonical(small)


@pytest.mark.parametrize("graphs", [(), (DEFAULT,), (ox.NamedNode("https://example.org/g"), ox.BlankNode())])
def test_a_graph_of_any_shape_comes_through_every_syntax(tmp_path, graphs):
    odd = ox.NamedNode("https://example.org/a,b;c")
    literal = ox.Literal('x <y> "_:z"', datatype=ox.NamedNode("https://example.org/d"))
    graph = ox.Store()
    graph.extend(ox.Quad(odd, odd, value, name) for name in graphs for value in (odd, literal, ox.BlankNode()))
    terril.release(tmp_path, at=graph)
    for name, format in (("graph.nq.gz", "nquads"), ("graph.trig.gz", "trig"), ("graph.jsonld.gz", "json-ld")):
        assert canonical(with_rdflib(tmp_path / name, format)) == canonical(graph)
    assert [row["Id"] for row in table(tmp_path / "nodes.csv")] == [odd.value] * bool(graphs)
    assert {row["Value"] for row in table(tmp_path / "values.csv")} == ({literal.value} if graphs else set())


def test_where_the_default_graph_is_empty_the_union_of_the_others_holds(tmp_path):
    graph = ox.Store()
    a, one, two = (ox.NamedNode(f"https://example.org/{name}") for name in ("a", "1", "2"))
    graph.extend(ox.Quad(a, a, a, name) for name in (one, two, ox.BlankNode()))
    done = terril.release(tmp_path, at=graph)
    assert (done.facts, done.graphs) == (1, 3)
    assert with_rdflib(tmp_path / "facts.nt.gz", "nt") == [ox.Quad(a, a, a, DEFAULT)]
    for name, format in (("graph.nq.gz", "nquads"), ("graph-union.nq.gz", "nquads"), ("graph.jsonld.gz", "json-ld")):
        assert canonical(with_rdflib(tmp_path / name, format)) == canonical(graph)
    assert [name[7:20] for name in members(tmp_path)] == ["example-org-1", "example-org-2", "index.csv"]


def test_a_graph_whose_name_does_not_read_like_ours_has_a_file_too(tmp_path):
    name = ox.NamedNode(f"{ID}passage/{'a' * 60}_1")
    graph = ox.Store()
    graph.add(ox.Quad(name, name, name, name))
    terril.release(tmp_path, at=graph)
    assert list(members(tmp_path)) == [f"graphs/{slug(name.value)}.nt", "graphs/index.csv"]


@pytest.mark.parametrize("tail", ["_1", "A", "%20", ".nt", "é", "--", "/", "//a", "-"])
def test_a_name_that_does_not_read_like_ours_is_told_apart_by_a_checksum(tail):
    assert re.fullmatch(r"w3id-org-terril-id-passage-[A-Za-z0-9-]+-[0-9a-f]{16}", slug(f"{ID}passage/{'a' * 60}{tail}"))


def test_a_passage_without_a_name_is_no_nanopublication(tmp_path):
    graph, passage, a = ox.Store(), ox.BlankNode(), ox.NamedNode("https://example.org/a")
    graph.add(ox.Quad(passage, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("terril:Passage")), DEFAULT))
    graph.add(ox.Quad(a, a, a, passage))
    terril.release(tmp_path, at=graph)
    assert canonical(with_rdflib(tmp_path / "graph.trig.gz", "trig")) == canonical(graph)
    assert with_oxigraph(tmp_path / "nanopublications.trig.gz", ox.RdfFormat.TRIG) == []


def test_a_text_with_a_direction_is_not_lost_in_json_ld(tmp_path, caplog):
    (tmp_path / "graph.nt").write_text('<a:a> <a:b> "x"@en--ltr .\n')
    terril.release(tmp_path / "out", at=tmp_path / "graph.nt")
    assert 'graph.jsonld.gz is left out: JSON-LD would lose which way a text is written, "x"@en--ltr' in caplog.text
    (row,) = table(tmp_path / "out" / "values.csv")
    assert (row["Language"], row["Datatype"]) == ("en--ltr", "rdf:dirLangString")


def test_a_folder_with_other_files_is_left_alone(small, tmp_path):
    (tmp_path / "thesis.doc").write_text("my only copy")
    with pytest.raises(NotWritten, match=r"`terril release` did not write, such as thesis\.doc"):
        terril.release(tmp_path, at=small)
    assert files(tmp_path) == {"thesis.doc": b"my only copy"}


def test_a_run_that_is_cut_short_leaves_whole_files_and_can_be_taken_up(small, tmp_path, monkeypatch):
    replace, count = shelf._replace, 0

    def fail(path, content, known):
        nonlocal count
        count += 1
        if count > 10:
            raise OSError(28, "No space left on device")
        replace(path, content, known)

    monkeypatch.setattr(shelf, "_replace", fail)
    with pytest.raises(NotWritten, match="No space left on device"):
        terril.release(tmp_path, at=small)
    assert not list(tmp_path.rglob("*.draft"))
    assert not (tmp_path / "SHA256SUMS").exists()
    monkeypatch.setattr(shelf, "_replace", replace)
    terril.release(tmp_path, at=small)
    assert (tmp_path / "SHA256SUMS").is_file()


def test_drafts_that_find_no_room_are_a_sentence_and_the_folder_stays_as_it_was(small, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sorting.Stretches, "lay", full)
    with pytest.raises(NotWritten, match="could not be drafted: No space left on device"):
        terril.release(tmp_path / "new", at=small)
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"base": "example.org"}, BadValue, "base: 'example.org' is no http address"),
        ({"at": "https://example.org/sparql"}, BadValue, "an endpoint does not give its graph"),
        ({"at": "nowhere.nq"}, NotFound, "There is no graph file 'nowhere.nq'"),
    ],
)
def test_what_cannot_be_released_is_said_before_anything_is_written(small, tmp_path, options, error, says):
    with pytest.raises(error, match=re.escape(says)):
        terril.release(tmp_path / "new", **({"at": small} | options))
    assert not (tmp_path / "new").exists()


def test_triples_about_triples_are_refused_in_a_sentence(tmp_path):
    a = ox.NamedNode("https://example.org/a")
    graph = ox.Store()
    graph.add(ox.Quad(a, ox.NamedNode(f"{RDF}reifies"), ox.Triple(a, a, a), DEFAULT))
    with pytest.raises(BadGraph, match="triples about triples"):
        terril.release(tmp_path, at=graph)


def test_progress_is_told_to_the_end(small, tmp_path):
    told: list[tuple[int, int]] = []
    terril.release(tmp_path, at=small, progress=lambda *each: told.append(each))
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == (told[0][1], told[0][1])


def test_the_command_says_what_was_written(small, tmp_path):
    from click.testing import CliRunner

    from terril.cli import main

    graph = tmp_path / "graph.nq"
    graph.write_bytes(ox.serialize(small, format=ox.RdfFormat.N_QUADS))
    done = CliRunner().invoke(main, ["release", str(tmp_path / "out"), "--at", str(graph)])
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{tmp_path / 'out'}: {len(facts(small))} facts in 14 formats\n"
    refused = CliRunner().invoke(main, ["release", str(tmp_path), "--at", str(graph)])
    assert refused.exit_code == 1
    assert "graph.nq. Name an empty folder" in refused.stderr
