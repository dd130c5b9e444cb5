"""What tests of pages share: a reader of HTML that is strict, and graphs that a stranger might hand over."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox

from terril.names import AUTH, ID, INFERRED, expand

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
IMPLIED = frozenset(["option"])
"""Elements whose end tag may be left out, and is."""


@dataclass
class Reading(HTMLParser):
    """A page read strictly: every element is closed where it must be; what leads elsewhere is kept."""

    text: str
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.feed(self.text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        known = {name: value or "" for name, value in attrs}
        self.tags.append((tag, known))
        if len(known) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if "id" in known:
            self.ids.append(known["id"])
        if tag == "a" or (tag == "link" and known.get("rel") in ("alternate", "canonical")):
            self.links.append(known.get("href", ""))
        elif "src" in known or "href" in known:
            self.loaded.append(known.get("src") or known["href"])
        if tag == "form":
            self.links.append(known.get("action", ""))
        if tag not in VOID | IMPLIED:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing that is open")

    def handle_data(self, data):
        self.words.append(data)


def relative(links: list[str]) -> Iterator[tuple[str, str]]:
    """The paths of links within a site, with their fragments."""
    for link in links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc and (parts.path or parts.fragment):
            yield unquote(parts.path), unquote(parts.fragment)


def target(page: Path, path: str) -> Path:
    """The file that a link on a page leads to, where no folder is a link to another."""
    return Path(os.path.normpath(page.parent / path)) if path else page


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def hostile() -> ox.Store:
    """A graph whose names, texts, addresses and tags all try to become markup."""
    store = ox.Store()

    def add(subject: str, relation: str, object: ox.NamedNode | ox.Literal, graph: str | None = None) -> None:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(expand(relation)), object, name))

    thing, passage = f"{ID}organisation/a", f"{ID}passage/d/0-9"
    for graph in (None, passage):
        add(thing, "skos:prefLabel", ox.Literal(EVIL, language="en"), graph)
        add(thing, "rdf:type", ox.NamedNode(expand("terril:Cluster")), graph)
        add(thing, "skos:altLabel", ox.Literal("</script><!--", language="x-evil"), graph)
        add(thing, "foaf:homepage", ox.NamedNode("javascript:alert(1)"), graph)
        add(thing, "schema:sameAs", ox.NamedNode("data:text/html,alert(1)"), graph)
        add(thing, "terril:focusesOn", ox.NamedNode(f"{AUTH}topic/../../x'onclick='y"), graph)
        add(f"{AUTH}topic/../../x'onclick='y", "skos:prefLabel", ox.Literal("${{7*7}} {{ w }}"), graph)
        add(f"{AUTH}topic/../../x'onclick='y", "rdf:type", ox.NamedNode(expand("terril:Topic")), graph)
        add(f"{ID}figure/f", "terril:figureAbout", ox.NamedNode(thing), graph)
        add(f"{ID}figure/f", "rdf:type", ox.NamedNode(expand("terril:Figure")), graph)
        add(f"{ID}figure/f", "terril:wording", ox.Literal(EVIL), graph)
        add(f"{ID}figure/f", "terril:value", ox.Literal("1e999", datatype=ox.NamedNode(expand("xsd:decimal"))), graph)
        add(f"{ID}event/index", "terril:on", ox.Literal(EVIL), graph)
        add(f"{ID}event/index", "rdf:type", ox.NamedNode(expand("terril:Event")), graph)
    add(passage, "terril:gist", ox.Literal(EVIL, language="en"))
    add(passage, "rdf:type", ox.NamedNode(expand("terril:Passage")))
    add(passage, "terril:inDocument", ox.NamedNode(f"{ID}document/d"))
    add(passage, "terril:end", ox.Literal("99999999999999999999"))
    add(f"{ID}document/d", "rdf:type", ox.NamedNode(expand("terril:Document")))
    add(f"{ID}document/d", "dcterms:title", ox.Literal(EVIL))
    add(thing, "terril:engagesWith", ox.NamedNode(thing), INFERRED)
    return store
