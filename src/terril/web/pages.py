"""Pages: every page of a graph as HTML, in English and French, and every thing as data.

A page is asked for by its path, such as `doc/strand/smart-maintenance`. The same pages are served and published: their
links are relative, and without any script they are whole.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from markupsafe import Markup

from .. import catalogue, things
from ..catalogue import Question
from ..errors import NotInstalled, TerrilError
from ..home import Home, find_home
from ..names import BASE, expand
from ..results import Store
from ..store import Embedded
from . import data, figures, fitting, forms, moments, overviews, terms, texts, topics
from .addresses import CONTEXT, DATA, LANGUAGES, canonical, file_of, further_of, iri_of, link, path_of, root
from .data import embedded
from .graph import Graph
from .narrator import Narrator
from .portraits import Gathering
from .reasons import Reasons
from .records import Alternate, Link, Portrait
from .voice import Voice
from .words import words

if TYPE_CHECKING:
    import jinja2

LARGEST: Final = 60_000
"""Bytes of a page: of a thing with more to tell, fewer facts of each relation are shown."""
_NOTHING: Final[Mapping[str, Any]] = {"places": ""}
"""What the templates of some things show, and of others do not."""
FRAME: Final = 4000
"""Bytes that the page of any thing has without its facts; no less."""
LIMITS: Final = (
    *((fitting.MOST, True), (20, True), (12, True), (20, False), (12, False)),
    *((8, False), (6, False), (5, False), (4, False), (3, False), (1, False)),
)
"""How many facts of a relation are shown, and whether the inferred ones are explained, until a page is small enough."""
_MAIN: Final = {
    "doc/index": "things",
    "questions/index": "questions",
    "ns": "ontology",
    "sparql": "sparql",
    "downloads": "downloads",
}
"""The pages that every page leads to, and the words for them."""
_NAMES: Final = {"en": "English", "fr": "Français"}
_MEDIA: Final = {
    "ttl": ("text/turtle", "Turtle"),
    "jsonld": ("application/ld+json", "JSON-LD"),
    "nt": ("application/n-triples", "N-Triples"),
}
_DEPTHS: Final = 16
"""Languages and depths of pages whose links and proofs are remembered."""
_HERE: Final = Path(__file__).parent
_WGS84: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_LIST: Final = re.compile(r"doc/([^/]+)/index(?:-([1-9]\d{0,5}))?")
_FURTHER: Final = re.compile(r"(doc/.+)/~facts-([1-9]\d?)")
_TEMPLATES: Final = (
    ("passage.html", ("terril:Passage", "terril:Reading", "terril:NoClaim", "terril:Quotation")),
    ("document.html", ("terril:Document",)),
    ("figure.html", ("terril:Figure",)),
    ("event.html", ("terril:Event",)),
    ("policy.html", ("terril:PolicyInstrument",)),
    ("topic.html", ("terril:Topic",)),
    ("place.html", ("terril:Territory", "terril:Place")),
    ("person.html", ("foaf:Person",)),
)
"""The template of things of a class; the first that fits is taken, else `thing.html`."""
_TEMPLATE_OF: Final = tuple((name, frozenset(map(expand, kinds))) for name, kinds in _TEMPLATES)
FILES: Final = (
    ("graph.nq.gz", "dump_nq"),
    ("graph.ttl.gz", "dump_ttl"),
    ("ontology.ttl", "dump_ontology"),
    ("shapes.ttl", "dump_shapes"),
    ("questions.ttl", "dump_questions"),
)
"""The files that can be fetched, and what says in words what they hold."""
_QUERY: Final = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX terril: <https://w3id.org/terril/ns#>
SELECT DISTINCT ?cluster ?label ?strand WHERE {
  ?cluster terril:hasStrand ?strand ; skos:prefLabel ?label .
}
ORDER BY ?label"""
_ASKED: Final = (
    *("clusters-of-topic", "strands-of-cluster", "topics-across-documents", "strategies-with-topic", "voices"),
    *("figures-about", "ecosystems-and-strategy", "spin-offs"),
)
"""Questions that the home page and the editor show, if the catalogue has them."""


@dataclass(frozen=True)
class Page:
    """What every template knows of its page."""

    path: str
    lang: str
    title: str
    canonical: str
    languages: tuple[tuple[str, str, str], ...]
    alternates: tuple[Alternate, ...] = ()
    trail: tuple[Link, ...] = ()
    description: str = ""
    served: bool = False
    has_script: bool = False
    has_style: bool = False
    is_searched: bool = False

    @property
    def root(self) -> str:
        return root(self.path)

    @property
    def search_index(self) -> str:
        return "search.json" if self.lang == LANGUAGES[0] else f"search.{self.lang}.json"

    def link(self, to: str) -> str:
        return link(self.path, to, self.lang)


@dataclass
class Pages:
    """All pages of a graph. `served` says that a live endpoint answers at `sparql`; `base` is where the pages stand.

    Raises `NotInstalled` without the extra `site`, and what the store raises if its graph must be fetched.
    """

    store: Store
    home: Home | str | Path | None = None
    served: bool = False
    base: str = BASE
    graph: Graph = field(init=False, repr=False)
    _answered: dict[str, forms.Reply] = field(default_factory=dict, init=False, repr=False)
    _tops: dict[tuple[str, str, str], Markup] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.graph = Graph.of(self.store)
        _environment(LANGUAGES[0])  # so that a missing library is told of at once

    # What there is

    def paths(self) -> Iterator[str]:
        """The paths of all pages, each once: the fixed ones, lists, questions, then things by kind."""
        yield from ("index", "search", "sparql", "downloads", "doc/index", "questions/index")
        yield from ("ns", "ns/diagram", "ns/reused", "ns/shapes")
        yield from map(forms.path, self.questions.values())
        for kind, found in self.graph.things.items():
            yield from overviews.list_paths(kind, len(found))
            for thing in found:
                if path := path_of(thing.value):
                    yield path

    def render(self, path: str, lang: str = "en", parameters: Mapping[str, str] | None = None) -> str | None:
        """The HTML of a page; None if there is no such page.

        `parameters` are those of the address: what a question is asked about, a search is for, or a query to edit.
        """
        if lang not in LANGUAGES:
            return None
        narrator = self.narrator(path, lang)
        fixed = self._fixed.get(path)
        if fixed:
            return fixed(narrator, parameters or {})
        if match := _LIST.fullmatch(path):
            return self._list(narrator, match[1], int(match[2] or 1))
        if path.startswith("questions/"):
            return self._question(narrator, path, parameters or {})
        if match := _FURTHER.fullmatch(path):
            return self._further(narrator, match[1], int(match[2]))
        thing = self.thing(path)
        return self._thing(thing, path, lang) if thing else None

    def missing(self, path: str, lang: str) -> str:
        """What a reader sees at an address where there is no page: a way to find what was meant."""
        narrator = self.narrator(path, lang)
        page = replace(self._page(narrator, narrator.words["missing"]), languages=())
        words = re.findall(r"\w+", path.rpartition("/")[2])
        return self._render("missing.html", page, narrator, {"text": " ".join(words[:9])})

    def further(self, path: str) -> list[str]:
        """The paths of the pages that tell all facts of a thing, if its own page is too small for them."""
        thing = self.thing(path)
        count = self._gathering(thing).further() if thing else 0
        return [further_of(path, number) for number in range(1, count + 1)]

    def data(self, path: str, ending: str) -> str | None:
        """A thing as data, its concise bounded description, in the format of a file's ending; None if there is none."""
        thing = self.thing(path)
        if thing is None or ending not in data.ENDINGS:
            return None
        gathering = self._gathering(thing)
        return data.write(gathering.triples, ending, gathering.prefixes)

    @cached_property
    def thing(self) -> Callable[[str], ox.NamedNode | None]:
        """The thing that a page is about; None if it is no page of a thing that the graph speaks of."""
        return lru_cache(8)(self._thing_of)

    def _thing_of(self, path: str) -> ox.NamedNode | None:
        iri = iri_of(path)
        thing = data.node(iri) if iri else None
        return thing if thing and self.graph.has_page(thing) else None

    # Things

    def _thing(self, thing: ox.NamedNode, path: str, lang: str) -> str:
        html = ""
        gathering = self._gathering(thing)
        for limit, explains in self.limits(gathering, path, lang):
            html = self.laid_out(gathering, self.narrator(path, lang, explains=explains), limit)
            if len(html) <= LARGEST and len(html.encode()) <= LARGEST:
                break
        return html

    def limits(self, gathering: Gathering, path: str, lang: str) -> Iterator[tuple[int, bool]]:
        """How many facts of a relation may be shown, and whether inferred ones are explained, most first: all that do
        not make a page too large by themselves, or larger than one before that was too large.
        """
        if not gathering.has_many:
            yield from LIMITS
            return
        least = gathering.least(self.narrator(path, lang))
        taken = LARGEST - FRAME, LIMITS[0][0] + 1
        for limit, explains in LIMITS[:-1]:
            if (least(limit, explains), limit) < taken:
                taken = least(limit, explains), limit
                yield limit, explains
        yield LIMITS[-1]

    def laid_out(self, gathering: Gathering, narrator: Narrator, limit: int) -> str:
        """The page of a thing with at most so many facts of a relation in a direction."""
        template = next((name for name, kinds in _TEMPLATE_OF if gathering.types & kinds), "thing.html")
        # What a template shows besides cites sources, too, so it must come before they are listed.
        extra = {**_NOTHING, **self._extra(template, gathering, narrator, limit)}
        portrait = gathering.portrait(narrator, limit)
        years = moments.chart(portrait.moments, narrator.words["timeline"])
        context = {**extra, "p": portrait, "years": years}
        return self._render(template, self._page_of(portrait, narrator), narrator, context)

    def _further(self, narrator: Narrator, path: str, number: int) -> str | None:
        """One of the pages that tell all facts of a thing; inferred ones with their reasons as far as these fit."""
        thing, html = self.thing(path), None
        gathering = self._gathering(thing) if thing else None
        if thing is None or gathering is None or number > gathering.further():
            return None
        for explains in (True, False):
            teller = self.narrator(narrator.path, narrator.lang, explains=explains)
            out, into = gathering.all_facts(teller, number)
            paths = self.further(path)
            pages = tuple(Link(str(n), teller.page(each)) for n, each in enumerate(paths, 1))
            trail = (*self._trail(teller), teller.link(thing))
            context = {"name": teller.link(thing), "outgoing": out, "incoming": into, "pages": pages, "number": number}
            page = self._page(teller, self.graph.label(thing, teller.lang), trail=trail)
            html = self._render("facts.html", page, teller, {**context, "references": teller.references()})
            if len(html.encode()) <= LARGEST:
                break
        return html

    @cached_property
    def _gathering(self) -> Callable[[ox.NamedNode], Gathering]:
        """The facts of a thing; kept for a moment, for its other languages and formats."""
        return lru_cache(8)(lambda thing: Gathering(self.graph, thing))

    def _page_of(self, portrait: Portrait, narrator: Narrator) -> Page:
        kind = narrator.path.split("/")[1]
        trail = (
            Link(narrator.words["home"], narrator.page("index")),
            Link(narrator.words["things"], narrator.page("doc/index")),
            Link(overviews.kind_name(kind, narrator), narrator.page(f"doc/{kind}/index")),
        )
        name = narrator.path.rpartition("/")[2]
        alternates = tuple(Alternate(_MEDIA[end][0], f"{name}.{end}", _MEDIA[end][1]) for end in DATA)
        page = self._page(narrator, portrait.name.text, alternates, trail)
        return replace(page, description=portrait.description[:200], is_searched=kind not in ("passage", "graph"))

    def _extra(self, template: str, found: Gathering, narrator: Narrator, limit: int) -> dict[str, Any]:
        """What the template of a class shows besides."""
        match template:
            case "passage.html":
                return {"said": texts.said(found.thing, narrator)}
            case "document.html":
                return {"text": texts.text(found.thing, narrator, limit * 5)}
            case "figure.html":
                return {"figure": figures.figure(found.thing, narrator)}
            case "topic.html":
                broader, narrower = topics.around(found.thing, narrator, limit)
                return {
                    "columns": topics.comparison(found.incoming, narrator, limit),
                    "broader": broader,
                    "narrower": narrower,
                }
            case "place.html":
                return {"within": topics.within(found.thing, narrator), "places": self._places(found, narrator)}
            case "person.html":
                return {"statements": texts.statements_of(found.thing, narrator, limit)}
            case "event.html" | "policy.html":
                return {"dates": moments.own(found.outgoing, narrator), "period": moments.period(found.outgoing)}
        return {}

    def _places(self, found: Gathering, narrator: Narrator) -> str:
        """The place on a map, where the graph says where it is."""
        here = [self.graph.value(found.thing, f"{_WGS84}{name}") for name in ("lat", "long")]
        if not all(re.fullmatch(r"-?\d{1,3}(\.\d+)?", each) for each in here):
            return ""
        name = self.graph.label(found.thing, narrator.lang)
        return embedded([{"label": name, "href": "", "lat": float(here[0]), "long": float(here[1])}])

    # Fixed pages

    @cached_property
    def _fixed(self) -> Mapping[str, Callable[[Narrator, Mapping[str, str]], str]]:
        return {
            "index": self._index,
            "doc/index": self._kinds,
            "questions/index": self._questions_index,
            "search": self._search,
            "sparql": self._editor,
            "downloads": self._downloads,
            "ns": lambda narrator, _: self._terms(narrator, "ontology", is_own=True),
            "ns/reused": lambda narrator, _: self._terms(narrator, "reused", is_own=False),
            "ns/diagram": self._diagram,
            "ns/shapes": self._shapes,
        }

    def _index(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["home"])
        shown = [link for link, _ in self._examples(narrator)]
        context = {"home": overviews.welcome(narrator), "questions": shown}
        return self._render("home.html", replace(page, description=narrator.words["tagline"]), narrator, context)

    def _kinds(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["all_things"], trail=self._trail(narrator))
        return self._render("kinds.html", page, narrator, {"kinds": overviews.kinds(narrator)})

    def _list(self, narrator: Narrator, kind: str, number: int) -> str | None:
        listing = overviews.listing(kind, number, narrator)
        if listing is None:
            return None
        trail = (*self._trail(narrator), Link(narrator.words["things"], narrator.page("doc/index")))
        page = self._page(narrator, listing.title, trail=trail)
        return self._render("list.html", page, narrator, {"list": listing})

    def _terms(self, narrator: Narrator, word: str, *, is_own: bool) -> str:
        links = {"ns": "ontology", "ns/diagram": "diagram", "ns/reused": "reused", "ns/shapes": "shapes"}
        parts = [Link(narrator.words[w], narrator.page(path)) for path, w in links.items() if path != narrator.path]
        parts.append(Link(narrator.words["context"], f"{root(narrator.path)}{CONTEXT}"))
        page = self._page(narrator, narrator.words[word], trail=self._trail(narrator))
        context = {"terms": terms.vocabulary(narrator, is_own=is_own), "lead": narrator.words[f"{word}_lead"]}
        return self._render("terms.html", page, narrator, {**context, "parts": parts})

    def _diagram(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["diagram"], trail=self._trail(narrator, "ns"))
        return self._render("diagram.html", page, narrator, {"trees": terms.diagram(narrator)})

    def _shapes(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["shapes"], trail=self._trail(narrator, "ns"))
        return self._render("shapes.html", page, narrator, {"shapes": terms.shapes(self.project, narrator)})

    def _questions_index(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["questions"], trail=self._trail(narrator))
        return self._render("questions.html", page, narrator, {"themes": forms.index(self.questions, narrator)})

    def _question(self, narrator: Narrator, path: str, values: Mapping[str, str]) -> str | None:
        question = self._by_path.get(path)
        if question is None:
            return None
        wanted = {name: values[name] for name in values if any(name == p.name for p in question.parameters)}
        given = {name: value for name, value in wanted.items() if value.strip()}
        found = self._reply(question.name, tuple(given.items())) if given or self.served else self._example(path)
        form = forms.form(question, found, given, narrator)
        trail = (*self._trail(narrator), Link(narrator.words["questions"], narrator.page("questions/index")))
        return self._render("question.html", self._page(narrator, form.title, trail=trail), narrator, {"form": form})

    @cached_property
    def _reply(self) -> Callable[[str, tuple[tuple[str, str], ...]], forms.Reply]:
        """The answer to a question for some values; kept for a moment, for the page in the other language."""
        store = Embedded(self.graph.store)
        return lru_cache(1)(lambda name, values: forms.reply(self.questions[name], dict(values), store))

    def _example(self, path: str) -> forms.Reply:
        """The answer to a question for its example, within limits: whoever asks a server has those of the server."""
        self.ask([path])
        return self._answered[path]

    def ask(self, paths: Iterable[str]) -> None:
        """Answer the questions that some pages are of, all in one process: one for each would take longer."""
        asked = {path: self._by_path[path] for path in paths if path in self._by_path and path not in self._answered}
        found = forms.replies(list(asked.values()), Embedded(self.graph.store))
        self._answered.update(zip(asked, found, strict=True))

    def _search(self, narrator: Narrator, values: Mapping[str, str]) -> str:
        text = values.get("q", "")[:200]
        page = self._page(narrator, narrator.words["search"])
        context = {"text": text, "results": self._found(text, narrator), "kinds": overviews.kinds(narrator)}
        return self._render("search.html", page, narrator, context)

    def _found(self, text: str, narrator: Narrator) -> list[overviews.Row]:
        """What is called by a name, if a server asks."""
        try:
            found = things.find(text, at=self.store, lang=narrator.lang) if self.served and text.strip() else None
        except TerrilError:
            return []
        rows = found.rows if found else ()
        return [overviews.row(row[0], narrator) for row in rows if isinstance(row[0], ox.NamedNode)]

    def _editor(self, narrator: Narrator, values: Mapping[str, str]) -> str:
        page = self._page(narrator, narrator.words["sparql_title"])
        context = {"query": values.get("query", _QUERY)[:20_000], "examples": self._examples(narrator)}
        return self._render("sparql.html", page, narrator, context)

    def _downloads(self, narrator: Narrator, _: Mapping[str, str]) -> str:
        return self._render(
            "downloads.html", self._page(narrator, narrator.words["downloads"]), narrator, {"files": FILES}
        )

    def _examples(self, narrator: Narrator) -> list[tuple[Link, str]]:
        found = [self.questions[name] for name in _ASKED if name in self.questions]
        return [(forms.linked(question, narrator), question.sparql) for question in found]

    # What pages are made with

    def prepare(self, languages: Iterable[str]) -> None:
        """Work out what many pages share, so that processes which are forked from this one find it."""
        for lang in languages:
            for name in sorted(path.name for path in (_HERE / "templates").iterdir()):
                _environment(lang).get_template(name)
        self.graph.prepare()
        self.reasons.prepare()

    @cached_property
    def project(self) -> Home:
        return find_home(self.home)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return catalogue.questions(home=self.project)

    @cached_property
    def _by_path(self) -> Mapping[str, Question]:
        return {forms.path(question): question for question in self.questions.values()}

    def narrator(self, path: str, lang: str, *, explains: bool = True) -> Narrator:
        """Who tells what a page shows; `explains` says whether it tells why inferred facts hold."""
        return Narrator(self._voice(lang, root(path)), path, explains=explains)

    @cached_property
    def _voice(self) -> Callable[[str, str], Voice]:
        return lru_cache(_DEPTHS)(partial(Voice, self.graph, self.reasons))

    @cached_property
    def reasons(self) -> Reasons:
        return Reasons(self.graph)

    def _page(
        self,
        narrator: Narrator,
        title: str,
        alternates: Sequence[Alternate] = (),
        trail: Sequence[Link] = (),
    ) -> Page:
        path, lang = narrator.path, narrator.lang
        name = path.rpartition("/")[2]
        return Page(
            path,
            lang,
            title,
            canonical(path, self.base),
            tuple((tag, _NAMES[tag], file_of(name, tag)) for tag in LANGUAGES),
            tuple(alternates),
            tuple(trail),
            served=self.served,
            has_script=self._has_front["app.js"],
            has_style=self._has_front["app.css"],
        )

    @cached_property
    def _has_front(self) -> Mapping[str, bool]:
        """Which parts of the program for browsers are there; pages are whole without them."""
        return {name: (_HERE / "static" / "front" / name).is_file() for name in ("app.js", "app.css")}

    def _trail(self, narrator: Narrator, *more: str) -> tuple[Link, ...]:
        names = {"ns": "ontology"}
        links = (Link(narrator.words[names[path]], narrator.page(path)) for path in more)
        return (Link(narrator.words["home"], narrator.page("index")), *links)

    def _render(self, template: str, page: Page, narrator: Narrator, context: Mapping[str, Any]) -> str:
        return str(_environment(narrator.lang).get_template(template).render(page=page, top=self._top(page), **context))

    def _top(self, page: Page) -> Markup:
        """What stands at the top of every page: the same on all in a language that lie as deep, but the main ones."""
        key = page.lang, page.root, page.path if page.path in _MAIN else ""
        if key not in self._tops:
            self._tops[key] = Markup(_environment(page.lang).get_template("_top.html").render(page=page, main=_MAIN))
        return self._tops[key]


@lru_cache(len(LANGUAGES))
def _environment(lang: str) -> "jinja2.Environment":
    """The templates with the words of a language, which are the same on all its pages."""
    try:
        import jinja2
    except ImportError:
        raise NotInstalled("Pages need Jinja. Install it with: pip install 'terril[site]'.") from None
    known = words(lang)
    found = jinja2.Environment(
        loader=jinja2.FunctionLoader(partial(_template, known)),
        autoescape=True,  # always: no template is exempt because of its name
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals.update(w=known, theme_name=lambda theme: known.get(f"theme_{theme}", theme))
    return found


def _template(known: Mapping[str, str], name: str) -> str:
    """A template, in which words of the language become plain text once, not again for every page."""
    text = (_HERE / "templates" / name).read_text("utf-8")
    return re.sub(r"\{\{ w\.(\w+) \}\}", lambda found: escape(known[found[1]]), text)
