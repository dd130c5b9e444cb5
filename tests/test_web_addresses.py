"""Every page has one address, nothing leads out of a site's folder, and what may stand in a link is harmless."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.names import AUTH, ID, KINDS, NS, SCHEMES
from terril.web.addresses import file_of, harmless, iri_of, link, page_of, path_of, root

SEGMENT = st.text(min_size=1, max_size=30)


@given(
    st.sampled_from([*(ID + kind for kind in KINDS), *(AUTH + kind for kind in SCHEMES)]), st.lists(SEGMENT, min_size=1)
)
def test_an_address_leads_back_to_its_thing_and_stays_within_the_folder(space, segments):
    iri = "/".join((space, *segments)).encode("utf-8", "replace").decode()
    path = path_of(iri)
    if path is not None:
        assert iri_of(path) == iri
        assert ".." not in PurePosixPath(path).parts
        assert PurePosixPath(file_of(path)).parts[0] == "doc"


@given(SEGMENT, SEGMENT)
def test_two_things_never_share_a_file(one, other):
    paths = [path_of(f"{ID}topic/{name}") or path_of(f"{AUTH}topic/{name}") for name in (one, other)]
    files = [{file_of(path, lang) for lang in ("en", "fr")} | {f"{path}.ttl"} for path in paths if path]
    assert one == other or len(files) < 2 or not files[0] & files[1]


@pytest.mark.parametrize("name", ["index", "index-2", "x.fr", "x.ttl", "..", "a b", "é", "%2e", "~2E", "con.html"])
def test_names_that_a_file_system_or_a_list_would_take_otherwise_are_escaped(name):
    path = path_of(f"{ID}event/{name}")
    assert path
    assert path != f"doc/event/{name}"
    assert iri_of(path) == f"{ID}event/{name}"


@pytest.mark.parametrize(
    "iri", ["https://example.org/x", f"{ID}event", f"{ID}event/", f"{ID}event//x", f"{ID}event/{'x' * 300}", NS, ID, ""]
)
def test_what_has_no_page_has_no_address(iri):
    assert path_of(iri) is None


@pytest.mark.parametrize(
    "path", ["doc/event/index", "doc/event/..", "doc/event/x.ttl", "doc/event/~2e", "doc/x", "ns", "doc/a/~FF"]
)
def test_a_path_that_is_no_page_of_a_thing_names_none(path):
    assert iri_of(path) is None


def test_a_term_is_a_place_on_the_page_of_the_ontology():
    assert page_of(f"{NS}hasStrand") == "ns#hasStrand"
    assert page_of(f'{NS}"><script>') is None


def test_links_lead_from_page_to_page_whatever_folder_they_lie_in():
    assert link("index", "doc/event/index") == "doc/event/index.html"
    assert link("doc/passage/d/0-9", "index", "fr") == "../../../index.fr.html"
    assert root("questions/strands/x") == "../../"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        " javascript:x",
        "data:text/html,x",
        "vbscript:x",
        "http:",
        "https://a b",
        "//x",
        "http://[x",
        "",
    ],
)
def test_an_address_that_may_do_harm_is_no_link(address):
    assert harmless(address) is None


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "mailto:someone@example.org", "http://example.org"])
def test_a_plain_address_is_a_link_as_it_is(address):
    assert harmless(address) == address
