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


class Premise(NamedTuple):
    """A fact that an inferred one follows from: links to what states it, or the reason why it holds in turn."""

    subject: Link
    relation: Link
    object: Link
    sources: Markup = NO_SOURCES
    reason: "Reason | None" = None

    def __html__(self) -> str:
        verb = f'<span class="verb">{escape(self.relation.text)}</span>'
        why = self.reason.__html__() if self.reason else ""
        return f"{self.subject.__html__()} {verb} {self.object.__html__()}{self.sources}{why}"


class Reason(NamedTuple):
    """Why an inferred fact holds: the rule in words, and what it was applied to.

    A template writes the whole proof at once: `{{ reason }}`. Proofs are most of many pages, and nested.
    """

    sentence: str
    premises: tuple[Premise, ...]

    def __html__(self) -> str:
        premises = "".join([f"<li>{premise.__html__()}</li>\n" for premise in self.premises])
        return f'<p class="rule">{escape(self.sentence)}</p>\n<ul class="proof">\n{premises}</ul>'


class Item(NamedTuple):
    """The other end of a fact, links to what states it, and how it is marked: inferred, reading, or not.

    `kind` tells it from another that is called the same.
    """

    link: Link
    sources: Markup = NO_SOURCES
    mark: str = ""
    reason: Reason | None = None
    kind: str = ""


class Relation(NamedTuple):
    """The facts of one relation in one direction; `more` are not shown."""

    link: Link
    is_forward: bool
    items: tuple[Item, ...]
    more: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered source: its kind, the document or file, the place in it, its sense, who speaks, why it is so read."""

    number: int
    kind: str
    document: Link
    place: Link | None = None
    gist: str = ""
    speakers: tuple[Link, ...] = ()
    note: str = ""
    is_quoted: bool = False


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
class Statement:
    """A fact on the page of the passage that states it."""

    subject: Link
    relation: Link
    object: Link


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
    kinds: Relation | None
    names: tuple[tuple[str, tuple[Link, ...]], ...]
    glance: tuple[Relation, ...]
    outgoing: tuple[Relation, ...]
    incoming: tuple[Relation, ...]
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]
    references: tuple[Reference, ...]
    description: str
    neighbourhood: str
    linked: str
    sparql: str
    quoted: str
    has_inferred: bool = False
    has_reading: bool = False
