"""Matching readings against facts: which things fit, and which passages and inferences say so."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import names, spelling
from .facts import Facts
from .lexicon import HAVING_ROLE, Lexicon, Step, Steps
from .names import expand
from .readings import ANY, SAME, Link, Node, Reading
from .results import Term

Value = str | ox.Literal
Grounds = tuple[frozenset[str], ...]
"""The graphs in which each fact behind a match stands."""

TIMES: Final = tuple(
    expand(f"terril:{name}")
    for name in ("on", "startsOn", "endsOn", "inYear", "periodStart", "periodEnd", "targetYear", "editionYear")
)
SPOKEN: Final = expand("terril:spokenBy")
IN_DOCUMENT: Final = expand("terril:inDocument")
_UNSAID: Final = frozenset({expand("rdf:type"), expand("terril:worksOn"), expand("skos:broader"), *TIMES})
_BROADER: Final = expand("skos:broader")
_ABOUT: Final = expand("terril:about")
_POST: Final = expand("org:Post")
_STATEMENTS: Final = frozenset(expand(f"terril:{name}") for name in ("Characteristic", "Figure", "NewsItem"))
_HOLDS: Final = expand("org:holds")
_ROLE: Final = expand("org:role")
_POST_IN: Final = expand("org:postIn")
_ADDRESSES: Final = expand("terril:addresses")


@dataclass(frozen=True)
class Matcher:
    """Facts and words of an ontology, asked for what fits a reading."""

    facts: Facts
    lexicon: Lexicon
    memory: dict[object, Mapping[Value, Grounds]] = field(default_factory=dict, repr=False)

    @cached_property
    def spoken(self) -> Mapping[str, tuple[str, ...]]:
        """The passages that each person speaks."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for passage, people in self.facts.speakers.items():
            for person in people:
                found[person].append(passage)
        return {person: tuple(passages) for person, passages in found.items()}

    def candidates(self, node: Node) -> frozenset[str] | None:
        """The things that a node may be; None for anything at all."""
        if node.things is not None:
            return node.things
        of = [self.facts.members.get(one, frozenset()) for one in node.classes]
        found = (
            frozenset().union(*of) if node.classes else self._ends(node.roles) if node.roles and not node.sort else None
        )
        if node.words:
            called = frozenset(
                t for t in self.facts.labels if node.words <= self.facts.words(t) and not self._is_aside(t)
            )
            found = called if found is None else found & called
        return found

    def _is_aside(self, thing: str) -> bool:
        """Whether a thing only states something of another, so that nobody asks for it by a part of its name."""
        return bool(self.facts.types.get(thing, frozenset()) & _STATEMENTS)

    def _ends(self, roles: Steps) -> frozenset[str] | None:
        """All things that some steps lead to; None if they lead to values."""
        if any(step.property in self.lexicon.data for step in roles):
            return None
        found: set[str] = set()
        for s, p, o in self.facts.stands:
            for step in roles:
                if step.property == p:
                    if step.inverse:
                        found.add(s)
                    elif isinstance(o, ox.NamedNode):
                        found.add(o.value)
        return frozenset(found)

    def walk(self, value: Value, step: Step) -> Iterator[tuple[Value, frozenset[str]]]:
        """Where a step leads from a thing, with the graphs that say so."""
        if isinstance(value, ox.Literal):
            return
        facts = self.facts
        if step.property == ANY.property:
            yield from self._neighbours(value)
        elif step.property.startswith(HAVING_ROLE):
            yield from self._in_role(value, step)
        elif " " in step.property:
            yield from self._along(value, step)
        elif step.property == IN_DOCUMENT:
            yield from self._told(value, step.inverse)
        elif step.property == SPOKEN:
            yield from self._spoken(value, step.inverse)
        elif step.inverse:
            node = ox.NamedNode(value)
            for subject in facts.into.get(value, {}).get(step.property, ()):
                yield subject, facts.stands[subject, step.property, node]
        else:
            for found in facts.out.get(value, {}).get(step.property, ()):
                yield _value(found), facts.stands[value, step.property, found]

    def _in_role(self, thing: str, step: Step) -> Iterator[tuple[Value, frozenset[str]]]:
        """From a person to the organisation in which that person has a role, whole and not for one subject, or back."""
        out, role = self.facts.out, ox.NamedNode(step.property.removeprefix(HAVING_ROLE))
        for post in self.facts.members.get(_POST, ()):
            if role not in out.get(post, {}).get(_ROLE, ()) or _ADDRESSES in out.get(post, {}):
                continue
            for organisation in out[post].get(_POST_IN, ()):
                for person in self.facts.into.get(post, {}).get(_HOLDS, ()):
                    one, other = (_value(organisation), person) if step.inverse else (person, _value(organisation))
                    if one == thing:
                        yield other, self.facts.stands[post, _ROLE, role]

    def _along(self, value: Value, step: Step) -> Iterator[tuple[Value, frozenset[str]]]:
        """Along one property after the other."""
        parts = step.property.split()
        first, rest = (parts[-1], parts[:-1]) if step.inverse else (parts[0], parts[1:])
        for middle, graphs in self.walk(value, Step(first, step.inverse)):
            for end, more in self.walk(middle, Step(" ".join(rest), step.inverse)):
                yield end, graphs | more

    def _neighbours(self, thing: str) -> Iterator[tuple[Value, frozenset[str]]]:
        facts, node = self.facts, ox.NamedNode(thing)
        for property, objects in facts.out.get(thing, {}).items():
            if property not in _UNSAID:
                yield from ((o.value, facts.stands[thing, property, o]) for o in objects if isinstance(o, ox.NamedNode))
        for property, subjects in facts.into.get(thing, {}).items():
            if property not in _UNSAID:
                yield from ((s, facts.stands[s, property, node]) for s in subjects)

    def _told(self, thing: str, inverse: bool) -> Iterator[tuple[Value, frozenset[str]]]:
        """From a thing to the documents that speak of it, or back."""
        for passage, document in self.facts.document.items():
            if not inverse and thing in self._speaks_of(passage):
                yield document, frozenset({passage})
            elif inverse and document == thing:
                yield from ((told, frozenset({passage})) for told in self._speaks_of(passage))

    def _speaks_of(self, passage: str) -> frozenset[str]:
        return self.facts.content.get(passage, frozenset()) | self.facts.speakers.get(passage, frozenset())

    def _spoken(self, thing: str, inverse: bool) -> Iterator[tuple[Value, frozenset[str]]]:
        """From a person to what he or she speaks of, or back."""
        content = self.facts.content
        if inverse:
            for passage in self.spoken.get(thing, ()):
                yield from ((spoken, frozenset({passage})) for spoken in content.get(passage, ()))
        else:
            for passage, people in self.facts.speakers.items():
                if thing in content.get(passage, ()):
                    yield from ((person, frozenset({passage})) for person in people)

    def matches(self, reading: Reading) -> Mapping[Value, Grounds]:
        """What may be asked for by a reading, with the grounds of each."""
        return _Match(self, reading).solve() or self._widely(reading)

    def _widely(self, reading: Reading) -> Mapping[Value, Grounds]:
        """The same, with any relation where no word names one."""
        wider = tuple(replace(link, steps=frozenset({ANY})) if link.wider else link for link in reading.links)
        return _Match(self, replace(reading, links=wider)).solve() if wider != reading.links else {}

    def says(self, reading: Reading, value: Value, grounds: Grounds) -> bool:
        """Whether the passages behind a match, or the names of what is in it, hold the remaining words."""
        if reading.voices and not any(
            self.facts.speakers.get(graph.removesuffix("-reading"), frozenset()) & reading.voices
            for graphs in grounds
            for graph in graphs
        ):
            return False
        passages = {graph.removesuffix("-reading") for graphs in grounds for graph in graphs}
        if not all(self._speaks(passages, things) for things in reading.context):
            return False
        if not reading.words:
            return True
        held = {stem for node in reading.nodes for stem in map(spelling.stem, spelling.words(node.text))}
        held = held.union(*(self.facts.said.get(passage, frozenset()) for passage in passages))
        things = {value, *(thing for node in reading.nodes for thing in node.things or ())}
        held = held.union(*(self.facts.words(thing) for thing in things if isinstance(thing, str)))
        return reading.words <= held

    def about(self, passage: str) -> frozenset[str]:
        """What the document of a passage is about."""
        document = self.facts.document.get(passage, "")
        return frozenset(
            o.value for o in self.facts.out.get(document, {}).get(_ABOUT, ()) if isinstance(o, ox.NamedNode)
        )

    def _speaks(self, passages: set[str], things: frozenset[str]) -> bool:
        """Whether passages speak of one of some things, or hold its name."""
        if any(things & (self._speaks_of(passage) | self.about(passage)) for passage in passages):
            return True
        said = frozenset().union(*(self.facts.said.get(passage, frozenset()) for passage in passages))
        return any(stems <= said for thing in things for stems in self.facts.called(thing))


def _value(term: Term) -> Value:
    return term if isinstance(term, ox.Literal) else getattr(term, "value", str(term))


@dataclass(frozen=True)
class _Match:
    """A reading that is being matched, node by node from the one asked for."""

    matcher: Matcher
    reading: Reading

    def solve(self) -> Mapping[Value, Grounds]:
        found = self._fitting(self.reading.asked, None)
        return {} if found is None else self._stated(found)

    def _fitting(self, n: int, via: Link | None) -> Mapping[Value, Grounds] | None:
        """What fits a node and all that hangs on it but `via`; None for anything at all."""
        candidates = self.matcher.candidates(self.reading.nodes[n])
        found: dict[Value, Grounds] | None = None if candidates is None else dict.fromkeys(candidates, ())
        links = [link for link in self.reading.links if link is not via and n in (link.source, link.target)]
        for link in sorted(links, key=lambda link: link.negated):
            other = link.target if link.source == n else link.source
            beyond = self._fitting(other, link)
            if link.negated:
                left = {
                    x: g
                    for x, g in (found or {}).items()
                    if not self._leads(x, self._widened(link), n, self._with_narrower(beyond))
                }
                found = left if found is not None and len(left) < len(found) else {}
            elif found is None:
                found = None if beyond is None else self._reached(beyond, link, n)
            else:
                found = {x: (*g, *more) for x, g in found.items() if (more := self._leads(x, link, n, beyond))}
            if found is not None and not found:
                return found
        return found

    def _widened(self, link: Link) -> Link:
        """What a thing is denied to have, it must not have by any other relation either."""
        named = all(self.reading.nodes[n].things is not None for n in {link.source, link.target} - {self.reading.asked})
        return replace(link, steps=link.steps | {ANY}) if named and SAME not in link.steps else link

    def _with_narrower(self, beyond: Mapping[Value, Grounds] | None) -> Mapping[Value, Grounds] | None:
        into = self.matcher.facts.into
        narrower: dict[Value, Grounds] = {
            one: () for x in beyond or () if isinstance(x, str) for one in into.get(x, {}).get(_BROADER, ())
        }
        return None if beyond is None else {**narrower, **beyond}

    def _steps(self, link: Link, n: int) -> list[Step]:
        """The steps of a link as seen from a node; loose ones do not lead to what is asked for."""
        asked = self.reading.asked
        steps = [s for s in link.steps if s not in (SAME,)]
        if asked in (link.source, link.target):
            strict = [s for s in steps if not (s.loose and s.inverse == (link.source == asked))]
            steps = strict or steps
        return [s if link.source == n or s.property == ANY.property else s.back() for s in steps]

    def _leads(self, value: Value, link: Link, n: int, beyond: Mapping[Value, Grounds] | None) -> Grounds:
        if SAME in link.steps:
            return (frozenset(),) if beyond is None or value in beyond else ()
        found: list[frozenset[str]] = []
        for step in self._steps(link, n):
            for there, graphs in self.matcher.walk(value, step):
                if beyond is None or there in beyond:
                    found += (graphs, *(beyond[there] if beyond is not None else ()))
        return tuple(found)

    def _reached(self, beyond: Mapping[Value, Grounds], link: Link, n: int) -> dict[Value, Grounds]:
        found: defaultdict[Value, list[frozenset[str]]] = defaultdict(list)
        other = link.target if link.source == n else link.source
        for there, grounds in beyond.items():
            for step in self._steps(link, other):
                for value, graphs in self.matcher.walk(there, step):
                    found[value] += (graphs, *grounds)
        return {value: tuple(grounds) for value, grounds in found.items()}

    def _stated(self, found: Mapping[Value, Grounds]) -> Mapping[Value, Grounds]:
        """Of what a relation leads to, what a source says rather than what follows from it."""
        asked = self.reading.asked
        is_object = any(
            asked == (link.source if step.inverse else link.target)
            for link in self.reading.links
            for step in link.steps
            if step not in (ANY, SAME)
        )
        if not is_object:
            return found
        stated = {x: g for x, g in found.items() if any(graphs - {names.INFERRED} for graphs in g)}
        return stated or found


def values(found: Mapping[Value, Grounds]) -> Sequence[Value]:
    """What was found, in the order of its text."""
    return sorted(found, key=lambda value: value if isinstance(value, str) else value.value)
