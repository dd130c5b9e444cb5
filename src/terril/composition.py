"""Writing what was read as SPARQL, so that a store answers it, and anybody can run it again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from . import names
from .appellations import NAME
from .inquiry import Inquiry, Try
from .lexicon import HAVING_ROLE, Step
from .matching import IN_DOCUMENT, SPOKEN, TIMES, Value
from .names import compact, expand
from .readings import ANY, SAME, Link, Node, Reading

_INFERRED: Final = names.INFERRED
_FIGURE: Final = (
    ("wording", "terril:wording"),
    ("qualifier", "terril:qualifier"),
    ("unit", "terril:unit"),
    ("counts", "terril:counts"),
)


def compose(found: Try, inquiry: Inquiry) -> Iterator[str]:
    """Queries that ask what a reading means, the most telling one first; the last gives what was found in any case."""
    written = found.form in _FORMS and (found.found or (found.form in ("list", "count", "truth") and not found.cards))
    body = "\n".join(_FORMS[found.form](found, inquiry)) if written else ""
    if body:
        yield _with_prefixes(body)
    if found.truth is not None:
        yield f"ASK {{ FILTER({'true' if found.truth else 'false'}) }}\n"
    if found.form == "count" and found.members:
        listed = " ".join(_term(value) for value in found.members)
        yield _with_prefixes(f"SELECT (COUNT(DISTINCT ?counted) AS ?count) WHERE {{ VALUES ?counted {{ {listed} }} }}")
    if found.values and found.form in ("list", "told", "self", "choice", "most", "recalled", "compared"):
        listed = " ".join(_term(value) for value in found.values)
        name = _name(found)
        if body and found.form == "list":
            narrowed = [f"  VALUES ?{name} {{ {listed} }}", *_patterns(found.reading, inquiry, name)]
            yield _with_prefixes("\n".join((f"SELECT DISTINCT ?{name} WHERE {{", *narrowed, "}", f"ORDER BY ?{name}")))
        yield _with_prefixes(f"SELECT ?{name} WHERE {{ VALUES ?{name} {{ {listed} }} }}")


def both(first: str, second: str, *columns: Sequence[str]) -> str:
    """A query that gives what two queries give, the first column of each as the answer, and which part it answers."""
    texts = [_parted(query) for query in (first, second)]
    prefixes = sorted({line for lines, _ in texts for line in lines})
    others = dict.fromkeys(name for names in columns for name in names[1:])
    head = "SELECT DISTINCT " + " ".join(f"?{name}" for name in ("answer", "part", *others)) + " WHERE {"
    parts = [_part(n, body, names) for n, ((_, body), names) in enumerate(zip(texts, columns, strict=True), 1)]
    return "\n".join([*prefixes, head, "\n  UNION\n".join(parts), "}", "ORDER BY ?part ?answer", ""])


def _part(number: int, body: str, names: Sequence[str]) -> str:
    first = "?answer" if names[0] == "answer" else f"(?{names[0]} AS ?answer)"
    columns = " ".join([first, f"({number} AS ?part)", *(f"?{name}" for name in names[1:])])
    return f"  {{ SELECT {columns} WHERE {{ {{ {body} }} }} }}"


def _parted(query: str) -> tuple[list[str], str]:
    """The prefixes of a query, and the rest on one line."""
    lines = query.strip().splitlines()
    prefixes = [line for line in lines if line.startswith("PREFIX ")]
    return prefixes, " ".join(line.strip() for line in lines[len(prefixes) :])


def _with_prefixes(body: str) -> str:
    """A query with its IRIs as prefixed names where they can be, and the prefixes that it uses."""

    def short(match: re.Match[str]) -> str:
        name = compact(match[1])
        return name if re.fullmatch(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9-]*", name) else match[0]

    text = re.sub(r"<([^<>\s]+)>", short, body)
    used = sorted(
        {
            p
            for p in re.findall(r"(?<![\w:/#<?\"-])([a-z]+):[A-Za-z0-9]", re.sub(r'<[^>]*>|"[^"]*"', " ", text))
            if p in names.PREFIXES
        }
    )
    return "".join(f"PREFIX {prefix}: <{names.PREFIXES[prefix]}>\n" for prefix in used) + text + "\n"


def _term(value: Value) -> str:
    return str(ox.NamedNode(value)) if isinstance(value, str) else str(value)


def _iri(curie: str) -> str:
    return f"<{expand(curie)}>"


def _name(found: Try) -> str:
    """What the column is called that holds the answer: after the class asked for, if it is one."""
    if not 0 <= found.reading.asked < len(found.reading.nodes):
        return "answer"
    node = found.reading.nodes[found.reading.asked]
    if len(node.classes) != 1 or node.things is not None:
        return "answer"
    local = re.split(r"[#/]", next(iter(node.classes)))[-1]
    return local[:1].lower() + local[1:]


# Lists


def _list(found: Try, inquiry: Inquiry) -> Iterator[str]:
    name = _name(found)
    yield f"SELECT DISTINCT ?{name} WHERE {{"
    yield from _patterns(found.reading, inquiry, name)
    yield "}"
    yield f"ORDER BY ?{name}"


def _count(found: Try, inquiry: Inquiry) -> Iterator[str]:
    yield "SELECT (COUNT(DISTINCT ?counted) AS ?count) WHERE {"
    yield from _patterns(found.reading, inquiry, "counted")
    yield "}"


def _truth(found: Try, inquiry: Inquiry) -> Iterator[str]:
    if found.cards:
        yield from _told_when(found)
        return
    yield "ASK {"
    yield from _patterns(found.reading, inquiry, "answer")
    yield "}"


def _told_when(found: Try) -> Iterator[str]:
    years = [m.value for m in found.reading.mentions if m.role == "number" and len(m.value) == 4]
    sign = "<" if "before" in found.reading.marks else ">"
    things = " ".join(str(ox.NamedNode(card)) for card in dict.fromkeys(found.cards))
    dates = "|".join(f"<{time}>" for time in TIMES)
    year = f'SUBSTR(STR(?date), 1, 4) {sign} "{years[0]}"'
    yield f"ASK {{ VALUES ?event {{ {things} }} ?event ({dates}) ?date FILTER({year}) }}"


def _patterns(reading: Reading, inquiry: Inquiry, name: str) -> Iterator[str]:
    variables = _variables(reading, name)
    chosen: list[str] = []
    for n, node in enumerate(reading.nodes):
        things = inquiry.matcher.candidates(node) if node.words else node.things
        if things is not None and (len(things) > 1 or n == reading.asked):
            listed = ", ".join(str(ox.NamedNode(thing)) for thing in sorted(things))
            chosen.append(f"  FILTER({variables[n]} IN ({listed}))")
    for link in _ordered(reading):
        yield from _link(reading, link, variables, inquiry)
    for n, node in enumerate(reading.nodes):
        if node.classes and (node.things is None or n == reading.asked) and _is_outside(reading, n):
            yield f"  {_typed(variables[n], node)}"
    yield from chosen


def _is_outside(reading: Reading, n: int) -> bool:
    """Whether a node is part of what must be, not only of what must not be."""
    ends = [link for link in reading.links if n in (link.source, link.target)]
    return n == reading.asked or not ends or any(not link.negated for link in ends)


def _typed(variable: str, node: Node) -> str:
    classes = sorted(str(ox.NamedNode(one)) for one in node.classes)
    if len(classes) == 1:
        return f"{variable} a {classes[0]} ."
    return f"{variable} a ?{variable[1:]}Kind FILTER(?{variable[1:]}Kind IN ({', '.join(classes)}))"


def _variables(reading: Reading, name: str) -> list[str]:
    found = []
    for n, node in enumerate(reading.nodes):
        if n == reading.asked:
            found.append(f"?{name}")
        elif node.things is not None and len(node.things) == 1 and not node.words:
            found.append(str(ox.NamedNode(next(iter(node.things)))))
        else:
            found.append(f"?other{n}")
    return found


def _ordered(reading: Reading) -> Sequence[Link]:
    """The links, those of named things first, so that an engine starts where there is least; what must not be last."""

    def key(link: Link) -> tuple[bool, bool]:
        ends = (reading.nodes[link.source], reading.nodes[link.target])
        return link.negated, not any(node.things is not None and len(node.things) == 1 for node in ends)

    return sorted(reading.links, key=key)


def _link(reading: Reading, link: Link, variables: Sequence[str], inquiry: Inquiry) -> Iterator[str]:
    subject, target = variables[link.source], variables[link.target]
    if SAME in link.steps:
        kind = reading.nodes[link.target]
        inner = _typed(subject, kind) if kind.classes else f"FILTER({subject} = {target})"
        yield f"  FILTER NOT EXISTS {{ {inner} }}" if link.negated else f"  {inner}"
        return
    patterns = list(_alternatives(subject, target, _used(reading, link, inquiry)))
    joined = patterns[0] if len(patterns) == 1 else " UNION ".join(f"{{ {one} }}" for one in patterns)
    typed = _typed(target, reading.nodes[link.target]) if link.negated and reading.nodes[link.target].classes else ""
    yield f"  FILTER NOT EXISTS {{ {joined} {typed} }}" if link.negated else f"  {joined}"


def _used(reading: Reading, link: Link, inquiry: Inquiry) -> list[Step]:
    """The steps of a link; in place of any relation those that there are."""
    steps = [step for step in link.steps if step.property != ANY.property]
    if len(steps) == len(link.steps) and not link.wider:
        return sorted(replace(step, loose=False) for step in dict.fromkeys(steps))
    ends = [inquiry.matcher.matches(replace(reading, asked=n)) for n in (link.source, link.target)]
    facts = inquiry.facts
    found = {replace(step, loose=False) for step in steps}
    for one in ends[0]:
        if isinstance(one, str):
            for p, objects in facts.out.get(one, {}).items():
                if any(getattr(o, "value", None) in ends[1] for o in objects):
                    found.add(Step(p))
            for p, subjects in facts.into.get(one, {}).items():
                if any(s in ends[1] for s in subjects):
                    found.add(Step(p, inverse=True))
    return sorted(step for step in found if step.property not in TIMES) or [ANY]


def _in_role(subject: str, target: str, step: Step) -> str:
    person, organisation = (target, subject) if step.inverse else (subject, target)
    role = f"<{step.property.removeprefix(HAVING_ROLE)}>"
    post = f"?post {_iri('org:role')} {role} ; {_iri('org:postIn')} {organisation}"
    return f"{person} {_iri('org:holds')} ?post . {post} FILTER NOT EXISTS {{ ?post {_iri('terril:addresses')} ?part }}"


def _alternatives(subject: str, target: str, steps: Sequence[Step]) -> Iterator[str]:
    paths = [
        _path(step)
        for step in steps
        if step.property not in (SPOKEN, IN_DOCUMENT) and not step.property.startswith(HAVING_ROLE)
    ]
    if paths:
        yield f"{subject} {paths[0] if len(paths) == 1 else '(' + '|'.join(dict.fromkeys(paths)) + ')'} {target} ."
    for step in steps:
        if step.property.startswith(HAVING_ROLE):
            yield _in_role(subject, target, step)
        one, other = (target, subject) if step.inverse else (subject, target)
        if step.property == SPOKEN:
            yield f"?passage <{SPOKEN}> {other} . {_content('?passage', one)}"
        elif step.property == IN_DOCUMENT:
            spoken = f"?passage <{SPOKEN}> {one}"
            yield f"?passage <{IN_DOCUMENT}> {other} . {{ {spoken} }} UNION {{ {_content('?passage', one)} }}"


def _content(graph: str, thing: str) -> str:
    return f"GRAPH {graph} {{ {{ {thing} ?said ?saidOf }} UNION {{ ?saidBy ?saidAs {thing} }} }}"


def _path(step: Step) -> str:
    parts = [f"<{part}>" for part in step.property.split()]
    if step.inverse:
        return "/".join(f"^{part}" for part in reversed(parts))
    return "/".join(parts)


# What is told in one place


def _told(found: Try, inquiry: Inquiry) -> Iterator[str]:
    name, node = _name(found), found.reading.nodes[found.reading.asked]
    passages = " ".join(str(ox.NamedNode(card)) for card in dict.fromkeys(found.cards))
    yield f"SELECT DISTINCT ?{name} WHERE {{"
    yield f"  VALUES ?passage {{ {passages} }}"
    yield f"  {_content('?passage', '?' + name)}"
    if node.things is not None:
        yield f"  FILTER(?{name} IN ({', '.join(str(ox.NamedNode(thing)) for thing in sorted(node.things))}))"
    else:
        yield f"  {_typed('?' + name, node)}"
    yield "}"
    yield f"ORDER BY ?{name}"


def _times(found: Try, inquiry: Inquiry) -> Iterator[str]:
    things = " ".join(str(ox.NamedNode(card)) for card in dict.fromkeys(found.cards))
    used = sorted(
        {
            p
            for card in found.cards
            for p, os in inquiry.facts.out.get(card, {}).items()
            if p in TIMES and set(os) & set(found.values)
        }
    )
    path = "|".join(f"<{p}>" for p in used)
    yield "SELECT DISTINCT ?date ?event WHERE {"
    yield f"  VALUES ?event {{ {things} }}"
    yield f"  ?event ({path}) ?date ."
    yield "}"
    yield "ORDER BY ?date"


def _figure(found: Try, inquiry: Inquiry) -> Iterator[str]:
    (card,) = found.cards
    part = next(iter(inquiry.facts.out.get(card, {}).get(expand("terril:partOfFigure"), ())), None)
    value = inquiry.facts.out.get(card, {}).get(expand("terril:value"), ())
    if part is not None and found.values[0] not in value:
        yield "SELECT (?whole - ?part AS ?value) WHERE {"
        value_of, part_of = _iri("terril:value"), _iri("terril:partOfFigure")
        yield f"  {ox.NamedNode(card)} {value_of} ?part ; {part_of}/{value_of} ?whole ."
        yield "}"
        return
    yield f"SELECT DISTINCT ?value {' '.join(f'?{name}' for name, _ in _FIGURE)} ?figure WHERE {{"
    yield f"  VALUES ?figure {{ {ox.NamedNode(card)} }}"
    yield f"  ?figure {_iri('terril:value')}|{_iri('terril:rating')} ?value ."
    for name, property in _FIGURE:
        yield f"  OPTIONAL {{ ?figure {_iri(property)} ?{name} }}"
    yield "}"


# Kinds, names, choices


def _kind(found: Try, inquiry: Inquiry) -> Iterator[str]:
    things = sorted(found.reading.nodes[found.reading.asked].things or ())
    above = f"{_iri('rdfs:subClassOf')}+"
    yield "SELECT DISTINCT ?kind WHERE {"
    yield f"  VALUES ?thing {{ {' '.join(str(ox.NamedNode(thing)) for thing in things)} }}"
    yield f"  ?thing a ?kind FILTER NOT EXISTS {{ GRAPH <{_INFERRED}> {{ ?thing a ?kind }} }}"
    stated = f"?thing a ?narrower FILTER NOT EXISTS {{ GRAPH <{_INFERRED}> {{ ?thing a ?narrower }} }}"
    yield f"  FILTER NOT EXISTS {{ {stated} ?narrower {above} ?kind }}"
    yield "}"
    yield "ORDER BY ?kind"


def _names(found: Try, inquiry: Inquiry) -> Iterator[str]:
    things = sorted({thing for node in found.reading.nodes for thing in node.things or ()})
    yield "SELECT DISTINCT ?name ?thing WHERE {"
    yield f"  VALUES ?thing {{ {' '.join(str(ox.NamedNode(thing)) for thing in things)} }}"
    yield f"  ?thing ({'|'.join(map(_iri, _LABELS))}) ?name"
    yield f"  FILTER(?name IN ({', '.join(_term(value) for value in found.values)}))"
    yield "}"


_LABELS: Final = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "dcterms:title")


# What passages tell


def _recalled(found: Try, inquiry: Inquiry) -> Iterator[str]:
    """What a step leads to from a thing, or as much of it as was found; the value or date that it has."""
    if found.truth is not None:
        yield from _told_or_not(found, inquiry)
        return
    (fixed,) = found.reading.nodes[1].things or ("",)
    link = found.reading.links[0]
    (step,) = link.steps if link.target == found.reading.asked else (one.back() for one in link.steps)
    if step == SAME:
        yield from _itself(found)
        return
    if step == NAME:
        yield from _names(found, inquiry)
        return
    if isinstance(found.values[0], ox.Literal) and step.property in (*TIMES, *_KEPT_BY_FIGURES):
        yield from (_times if step.property in TIMES else _figure)(replace(found, cards=(fixed,)), inquiry)
        return
    name = _name(found)
    every = {value for value, _ in inquiry.matcher.walk(fixed, step)}
    narrower = "" if every == set(found.values) else f" FILTER(?{name} IN ({', '.join(map(_term, found.values))}))"
    yield f"SELECT DISTINCT ?{name} WHERE {{"
    yield from (f"  {pattern}{narrower}" for pattern in _alternatives(_term(fixed), f"?{name}", [step]))
    yield "}"
    yield f"ORDER BY ?{name}"


def _itself(found: Try) -> Iterator[str]:
    """What a question names, if that is what it asks for."""
    yield f"SELECT ?{_name(found)} WHERE {{"
    yield f"  VALUES ?{_name(found)} {{ {' '.join(map(_term, found.values))} }}"
    yield "}"


_KEPT_BY_FIGURES: Final = (expand("terril:value"), expand("terril:rating"))


def _told_or_not(found: Try, inquiry: Inquiry) -> Iterator[str]:
    """Whether a passage speaks of what is named; or, if it says the contrary, whether it does not."""
    passage = found.cards[0]
    named = sorted(
        {thing for node in found.reading.nodes for thing in node.things or ()} & inquiry.facts.content[passage]
    )
    graphs = f"VALUES ?passage {{ {_term(passage)} {_term(passage + '-reading')} }}"
    told = " ".join(
        f"{{ GRAPH ?passage {{ {_term(thing)} ?said{n} ?of{n} }} }} UNION "
        f"{{ GRAPH ?passage {{ ?by{n} ?as{n} {_term(thing)} }} }}"
        for n, thing in enumerate(named[:1])
    )
    yield f"ASK {{ {graphs} {told} }}" if found.truth else f"ASK {{ FILTER NOT EXISTS {{ {graphs} {told} }} }}"


_FORMS: Final = {
    "recalled": _recalled,
    "list": _list,
    "count": _count,
    "truth": _truth,
    "told": _told,
    "time": _times,
    "figure": _figure,
    "kind": _kind,
    "name": _names,
}


def prefixed(iris: Iterable[str]) -> str:
    return ", ".join(compact(iri) for iri in iris)
