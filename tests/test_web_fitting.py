"""Fitting: what facts take is told before a page is laid out, never too much, and near enough to lay it out once."""

import pyoxigraph as ox
import pytest

from terril.names import ID, INFERRED, expand
from terril.store import Embedded
from terril.web.addresses import LANGUAGES
from terril.web.pages import FRAME, LARGEST, LIMITS, Pages
from terril.web.portraits import Gathering

HUBS = ("territory/town", "organisation/university", "passage/report/0-9")
TOWN = ox.NamedNode(f"{ID}{HUBS[0]}")


RELATIONS = 12


@pytest.fixture(scope="module")
def pages(home) -> Pages:
    """A graph with a town to which 600 companies have one of twelve relations, stated in passages or inferred, and
    others to which fewer things have.
    """
    store = ox.Store()
    label, kind, gist = (ox.NamedNode(expand(name)) for name in ("skos:prefLabel", "rdf:type", "terril:gist"))
    for number in range(600):
        company, passage = (ox.NamedNode(f"{ID}{name}{number}") for name in ("organisation/c-", "passage/report/"))
        relation = ox.NamedNode(expand(f"terril:relation{number % RELATIONS}"))
        store.add(ox.Quad(company, label, ox.Literal(f"company {number}")))
        store.add(ox.Quad(passage, kind, ox.NamedNode(expand("terril:Passage"))))
        store.add(ox.Quad(passage, gist, ox.Literal("A company is in a town. " * 6)))
        store.add(ox.Quad(company, relation, TOWN, passage if number % 5 else ox.NamedNode(INFERRED)))
        if number % 10 == 0:
            store.add(ox.Quad(company, relation, ox.NamedNode(f"{ID}{HUBS[1]}"), passage))
    for hub in HUBS:
        store.add(ox.Quad(ox.NamedNode(f"{ID}{hub}"), label, ox.Literal("hub")))
    return Pages(Embedded(store), home)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("hub", HUBS)
def test_facts_never_take_less_than_is_told(hub: str, lang: str, pages: Pages) -> None:
    gathering = Gathering(pages.graph, ox.NamedNode(f"{ID}{hub}"))
    least = gathering.least(pages.narrator(f"doc/{hub}", lang))
    sizes = [
        len(pages.laid_out(gathering, pages.narrator(f"doc/{hub}", lang, explains=explains), limit))
        for limit, explains in LIMITS
    ]
    told = [FRAME + least(limit, explains) for limit, explains in LIMITS]
    assert all(size >= few for size, few in zip(sizes, told, strict=True))
    assert all(few > 0.75 * size for size, few in zip(sizes, told, strict=True) if size > LARGEST / 2)


def test_the_largest_page_that_fits_is_found_at_the_second_try(pages: Pages, monkeypatch) -> None:
    gathering, path, tried = Gathering(pages.graph, TOWN), f"doc/{HUBS[0]}", []
    sizes = {
        (limit, explains): len(pages.laid_out(gathering, pages.narrator(path, "en", explains=explains), limit))
        for limit, explains in LIMITS
    }
    lay_out = pages.laid_out
    monkeypatch.setattr(pages, "laid_out", lambda *given: tried.append(given[2]) or lay_out(*given))
    assert len(pages.render(path)) == next(size for size in sizes.values() if size <= LARGEST)
    assert sum(size > LARGEST for size in sizes.values()) > 3
    assert len(tried) <= 2
