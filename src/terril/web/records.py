"""What pages show, as plain records: links, facts grouped by relation, reasons, numbered sources, figures, moments.

Templates only lay these out. Every address in a record is relative to the page it stands on.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup, escape


class Link(NamedTuple):
    """A text, the address it leads to if it leads anywhere, and its language if that is not the page's.

    A template writes it as an element, escaped: `{{ link }}`. Pages hold so many that no macro would be quick enough,
    and that `element`, if it is given, is the element ready made.

    >>> print(Link("R&D", "../x.html").__html__())
    <a href="../x.html">R&amp;D</a>
    """

    text: str
    href: str | None = None
    tag: str = ""
    is_away: bool = False
    element: str = ""

    def __html__(self) -> str:
        if self.element:
            return self.element
        text, tag = escape(self.text), f' lang="{escape(self.tag)}"' if self.tag else ""
        if self.href:
            away = ' class="away" rel="external"' if self.is_away else ""
            return f'<a href="{escape(self.href)}"{tag}{away}>{text}</a>'
        return f"<span{tag}>{text}</span>" if tag else str(text)


NO_SOURCES: Final = Markup()


class Statement(NamedTuple):
    """A fact as a sentence: `{{ statement }}`."""

    subject: Link
    relation: Link
    object: Link

    def __html__(self) -> str:
        verb = escape(self.relation.text)
        return f'{self.subject.__html__()} <span class="verb">{verb}</span> {self.object.__html__()}'


class Premise(NamedTuple):
    """A fact that an answer rests on: links to what states it, or the reason why it holds."""

    fact: Statement
    sources: Markup = NO_SOURCES
    reason: Markup | None = None


class Item(NamedTuple):
    """The other end of a fact, and what is told after it: links to what states it, why it holds, or how it is marked.

    `mark` is inferred, reading or nothing; `kind` tells it from another that is called the same. A template writes it
    as an element: `{{ item }}`.
    """

    link: Link
    after: str = ""
    mark: str = ""
    kind: str = ""

    def __html__(self) -> str:
        mark = f' class="{self.mark}"' if self.mark else ""
        kind = f" <small>{escape(self.kind)}</small>" if self.kind else ""
        return f"<li{mark}>{self.link.__html__()}{kind}{self.after}</li>"


class Relation(NamedTuple):
    """The facts of one relation in one direction, and what is told of those that are not shown, as HTML."""

    link: Link
    is_forward: bool
    items: tuple[Item, ...]
    more: str = ""
    name: str = ""

    def __html__(self) -> str:
        arrow = "" if self.is_forward else '<span class="back" aria-hidden="true">←</span> '
        items = "".join([f"{item.__html__()}\n" for item in self.items])
        more = f'<li class="more">{self.more}</li>' if self.more else ""
        return f"<div><dt>{arrow}{self.link.__html__()}</dt>\n<dd><ul>\n{items}{more}</ul></dd></div>"


class Reference(NamedTuple):
    """A numbered source: its kind, and what is told of it, as HTML."""

    number: int
    kind: str
    told: str

    def __html__(self) -> str:
        return f'<li id="s{self.number}" class="{self.kind}">{self.told}</li>'


class Relations(tuple[Relation, ...]):
    """Facts by relation, as a list of them: `{{ relations }}`."""

    def __html__(self) -> str:
        told = "".join([f"{relation.__html__()}\n" for relation in self])
        return f'<dl class="facts">\n{told}</dl>'


class References(tuple[Reference, ...]):
    """The sources of a page: the elements of a list of them."""

    def __html__(self) -> str:
        return "".join([f"{reference.__html__()}\n" for reference in self])


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says: the document, the place in it, and its sense."""

    document: Link
    place: Link
    gist: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what a reader needs to take it rightly, and a chart of it."""

    link: Link
    value: str
    qualifier: str = ""
    unit: str = ""
    counts: Link | None = None
    wording: Link | None = None
    context: tuple[tuple[str, Link], ...] = ()
    chart: Markup | None = None
    sources: Markup = NO_SOURCES
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in time: a machine-readable date as far as it is known, as a reader sees it, and what it is."""

    date: str
    shown: str
    link: Link
    what: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A passage on the page of its document."""

    link: Link
    start: int
    end: int
    gist: str
    kind: str
    speakers: tuple[Link, ...] = ()
    facts: int = 0
    readings: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A column or section of links under a heading."""

    title: str
    items: tuple[Item, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another form of a page: its media type, address and name."""

    type: str
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that the page of a thing shows."""

    iri: str
    name: Link
    kind: Link
    kinds: Relations
    names: tuple[tuple[str, tuple[Link, ...]], ...]
    glance: Relations
    outgoing: Relations
    incoming: Relations
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]
    references: References
    further: str
    description: str
    neighbourhood: str
    linked: str
    sparql: str
    quoted: str
    has_inferred: bool = False
    has_reading: bool = False
