"""A site in files: whole, deterministic, self-contained; nothing is written twice and nobody else's file is touched."""

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

import terril
from conftest import PUBLISHED_AT as BASE
from pages import hostile, relative, target
from terril import shelf
from terril.errors import BadValue, NotWritten
from terril.web import site


@pytest.fixture
def small(monkeypatch) -> ox.Store:
    """A small graph, published without the program that indexes words."""
    monkeypatch.setattr(site, "_has_word_index", lambda: False)
    return hostile()


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_every_relative_link_leads_to_a_file_and_a_place_on_it(published, read_pages):
    there = {path for path in published.rglob("*") if path.is_file() and not path.is_symlink()}
    ids = {page: set(reading.ids) for page, reading in read_pages.items()}
    broken = set()
    for page, reading in read_pages.items():
        for path, fragment in set(relative(reading.links + reading.loaded)):
            aim = target(page, path)
            if aim not in there or (fragment and fragment not in ids[aim]):
                broken.add((page.relative_to(published).as_posix(), f"{path}#{fragment}"))
    assert broken == set()


@pytest.mark.slow
def test_the_data_beside_a_page_is_rdf_about_its_thing(published):
    for path in sorted(published.rglob("doc/organisation/*.ttl")):
        kinds = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES}
        read = {
            ending: {quad.triple for quad in ox.parse(path=str(path.with_suffix(f".{ending}")), format=kind)}
            for ending, kind in kinds.items()
        }
        assert read["ttl"] == read["nt"] == read["jsonld"]
        assert len({triple.subject for triple in read["nt"]}) == 1


@pytest.mark.slow
def test_the_dumps_hold_the_graph(published, home):
    graph = terril.connect(home=home).graph
    with gzip.open(published / "downloads" / "graph.nq.gz") as file:
        lines = file.read().splitlines()
    assert len(lines) == len(graph)
    assert lines == sorted(lines)
    with gzip.open(published / "downloads" / "graph.ttl.gz") as file:
        triples = list(ox.parse(file.read(), format=ox.RdfFormat.TURTLE))
    assert len(triples) == sum(1 for _ in graph.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    for name in ("ontology.ttl", "shapes.ttl", "questions.ttl"):
        assert list(ox.parse(path=str(published / "downloads" / name), format=ox.RdfFormat.TURTLE))


@pytest.mark.slow
def test_names_can_be_searched_without_a_server(published):
    for name, label in (
        ("search.json", "MecaTech Competitiveness Cluster"),
        ("search.fr.json", "pôle de compétitivité MecaTech"),
    ):
        found = {entry[0]: entry for entry in json.loads((published / name).read_text("utf-8"))}
        assert (published / found[label][2]).is_file()
        assert "MecaTech CC" in found[label][3]


@pytest.mark.slow
def test_hosts_are_told_types_and_a_strict_policy_and_search_engines_where_pages_are(published):
    assert "default-src 'none'" in (published / "_headers").read_text()
    assert "unsafe-inline" not in (published / "_headers").read_text() + (published / ".htaccess").read_text()
    assert f"Sitemap: {BASE}sitemap.xml" in (published / "robots.txt").read_text()
    found = [
        each.text for each in ElementTree.parse(published / "sitemap.xml").iter() if each.text and each.text.strip()
    ]
    assert len(found) > 2000
    assert all((published / address.removeprefix(BASE)).is_file() for address in found)
    assert (
        f'rel="canonical" href="{BASE}doc/organisation/mecatech"'
        in (published / "doc/organisation/mecatech.html").read_text()
    )


@pytest.mark.slow
def test_the_same_graph_gives_the_same_bytes_and_a_second_run_writes_nothing(published, home, tmp_path):
    again = site.publish(tmp_path / "other", base=BASE, home=home)
    assert again.unchanged == again.removed == 0
    assert files(tmp_path / "other") == files(published)
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    second = site.publish(published, base=BASE, home=home)
    assert (second.written, second.removed) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before


# A smaller one


def test_only_what_has_changed_is_written_and_what_is_gone_is_removed(small, tmp_path, home):
    first = site.publish(tmp_path, at=small, home=home)
    assert first.written == len(files(tmp_path)) - 1  # the list of them is not counted
    gone = ox.NamedNode(f"{terril.catalogue.PREFIXES['figure']}f")
    for quad in list(small.quads_for_pattern(gone, None, None, None)):
        small.remove(quad)
    second = site.publish(tmp_path, at=small, home=home)
    assert 0 < second.written < first.written / 3
    assert second.removed >= 5
    assert not (tmp_path / "doc" / "figure").exists()


def test_one_language_is_enough(small, tmp_path, home):
    site.publish(tmp_path, at=small, home=home)
    site.publish(tmp_path, at=small, home=home, lang=["fr"])
    assert {path.name.split(".", 1)[1] for path in tmp_path.rglob("*.html")} == {"fr.html"}
    with pytest.raises(BadValue, match="no pages in 'de'"):
        site.publish(tmp_path, at=small, home=home, lang=["de"])


def test_a_folder_with_other_files_is_left_alone(small, tmp_path, home):
    (tmp_path / "thesis.doc").write_text("my only copy")
    with pytest.raises(NotWritten, match=r"thesis\.doc. Name an empty folder"):
        site.publish(tmp_path, at=small, home=home)
    assert files(tmp_path) == {"thesis.doc": b"my only copy"}


def test_files_that_others_put_beside_a_site_stay(small, tmp_path, home):
    site.publish(tmp_path, at=small, home=home)
    (tmp_path / "CNAME").write_text("example.org")
    (tmp_path / "doc" / "organisation" / "mine.html").write_text("mine")
    site.publish(tmp_path, at=small, home=home)
    assert (tmp_path / "CNAME").read_text() == "example.org"
    assert (tmp_path / "doc" / "organisation" / "mine.html").read_text() == "mine"


def test_a_file_of_others_in_the_place_of_a_page_is_not_overwritten(small, tmp_path, home):
    site.publish(tmp_path, at=small, home=home)
    new = ox.NamedNode("https://w3id.org/terril/id/person/new")
    small.add(ox.Quad(new, ox.NamedNode("http://xmlns.com/foaf/0.1/name"), ox.Literal("New")))
    (tmp_path / "doc" / "person").mkdir()
    (tmp_path / "doc" / "person" / "new.html").write_text("mine")
    with pytest.raises(NotWritten, match=r"new\.html was not written by"):
        site.publish(tmp_path, at=small, home=home)
    assert (tmp_path / "doc" / "person" / "new.html").read_text() == "mine"


def test_a_run_that_is_cut_short_leaves_whole_files_and_can_be_taken_up(small, tmp_path, home, monkeypatch):
    replace, count = shelf._replace, 0

    def fail(path, content, known):
        nonlocal count
        count += 1
        if count > 40:
            raise OSError(28, "No space left on device")
        replace(path, content, known)

    monkeypatch.setattr(shelf, "_replace", fail)
    with pytest.raises(NotWritten, match="No space left on device"):
        site.publish(tmp_path, at=small, home=home)
    assert not list(tmp_path.rglob("*.draft"))
    monkeypatch.setattr(shelf, "_replace", replace)
    site.publish(tmp_path, at=small, home=home)
    assert (tmp_path / "index.html").is_file()
    assert not (tmp_path / ".terril-site.begun").exists()


def test_a_list_that_was_tampered_with_removes_nothing_elsewhere(small, tmp_path, home):
    precious = tmp_path / "precious.html"
    precious.write_text("mine")
    folder = tmp_path / "site"
    site.publish(folder, at=small, home=home)
    with (folder / ".terril-site").open("a") as file:
        file.write(f"../precious\thtml\n{tmp_path}/precious\thtml\n")
    site.publish(folder, at=small, home=home)
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("base", ["example.org", "javascript:x", "https://example.org/?x", "ftp://example.org/"])
def test_a_base_that_is_no_address_is_refused_before_anything_is_written(small, tmp_path, home, base):
    with pytest.raises(BadValue, match="no address"):
        site.publish(tmp_path / "new", at=small, home=home, base=base)
    assert not (tmp_path / "new").exists()


def test_without_the_program_that_indexes_words_a_sentence_says_so(small, tmp_path, home, caplog):
    site.publish(tmp_path, at=small, home=home)
    assert "Search finds names only" in caplog.text
    assert json.loads((tmp_path / "search.json").read_text())


def test_progress_is_told_to_the_end(small, tmp_path, home):
    told: list[tuple[int, int]] = []
    done = site.publish(tmp_path, at=small, home=home, progress=lambda *each: told.append(each))
    assert told[-1] == (done.pages, done.pages)


def test_very_many_addresses_make_several_sitemaps():
    from terril.web import hosts

    found = dict(hosts.sitemaps((f"doc/x/{n}" for n in range(30_000)), BASE))
    assert sorted(found) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    assert re.findall("<loc>(.+?)</loc>", found["sitemap.xml"])[1] == f"{BASE}sitemap-2.xml"
