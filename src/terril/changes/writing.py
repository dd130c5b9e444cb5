"""A difference written out: Markdown for people, JSON, Turtle and RDF Patch for machines."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from .. import results
from ..descriptions import Fact
from ..errors import BadValue, UnknownFormat
from ..explanations import Scribe, named, source_json, triple_json
from ..names import expand
from ..results import Term, Triples
from .narration import Narrator
from .records import Asked, Axiom, Change, Constraint, Difference

FORMATS: Final = ("markdown", "json", "turtle", "patch")
"""How a difference can be written."""

LONGEST: Final = 65_536
"""Characters that a comment of a pull request may have on GitHub."""

_ROWS: Final = 20
"""Changes of a section that are listed, unless more are asked for."""
_BEHIND: Final = 8
"""Facts and sources that are listed under a change."""
_SECTIONS: Final = ("things", "facts", "figures", "terms", "sources")


def write(difference: Difference, format: str = "markdown", *, lang: str = "en", limit: int = _ROWS) -> str:
    """Write a difference.

    `markdown` is for people: at most `limit` changes of each section, fewer if the whole would be too long for a
    comment of a pull request, and how many there are besides. `json` is what `as_json` gives, `turtle` what
    `as_changesets` does, `patch` what `as_patch` does. Raises `UnknownFormat`, and `BadValue` for a limit that is none.
    """
    if limit < 0:
        raise BadValue(f"limit: {limit} changes cannot be listed. Ask for 0 or more.")
    writers: dict[str, Callable[[], str]] = {
        "markdown": lambda: _markdown(difference, lang, limit),
        "json": lambda: json.dumps(as_json(difference, lang), ensure_ascii=False, indent=2) + "\n",
        "turtle": lambda: _turtle(difference, lang),
        "patch": lambda: as_patch(difference),
    }
    if format not in writers:
        raise UnknownFormat(f"A difference has no format {format!r}. Choose one of {', '.join(FORMATS)}.")
    return writers[format]()


# Markdown


def _markdown(difference: Difference, lang: str, limit: int) -> str:
    while True:
        text = "\n".join(_page(difference, lang, limit)) + "\n"
        if len(text) <= LONGEST or limit == 0:
            return text
        limit //= 2


def _page(difference: Difference, lang: str, limit: int) -> Iterator[str]:
    narrator = Narrator(Scribe(difference.labels, lang), escaped, lambda text: f"**{text}**", code)
    yield f"# {narrator.say('title', code(difference.before), code(difference.after))}"
    yield ""
    if difference.is_same:
        yield narrator.say("same")
    else:
        yield narrator.say("quads", len(difference.removed), len(difference.added))
    for name in _SECTIONS:
        changes = (*getattr(difference, name), *(difference.axioms if name == "terms" else ()))
        yield from _section(name, changes, narrator, limit)
    yield from _followed(difference, narrator, limit)
    yield from _section("shapes", difference.shapes, narrator, limit)
    yield from _questions(difference.questions, narrator, limit)
    for note in difference.notes:
        yield from ("", f"> {narrator.note(note)}")


def _item(change: Change | Axiom | Constraint, narrator: Narrator) -> list[str]:
    match change:
        case Change():
            return [narrator.heading(change), *narrator.behind(change)]
        case Axiom():
            return [narrator.axiom(change)]
    return [narrator.constraint(change)]


def _section(name: str, items: Sequence[Change | Axiom | Constraint], narrator: Narrator, limit: int) -> Iterator[str]:
    if not items:
        return
    yield from ("", f"## {narrator.say(name)} ({len(items)})", "")
    for item in items[:limit]:
        heading, *behind = _item(item, narrator)
        yield f"- {heading}"
        yield from (f"  - {line}" for line in behind[:_BEHIND])
        if len(behind) > _BEHIND:
            yield f"  - {narrator.say('more', len(behind) - _BEHIND)}"
    if len(items) > limit:
        yield f"- {narrator.say('more', len(items) - limit)}"


def _followed(difference: Difference, narrator: Narrator, limit: int) -> Iterator[str]:
    """What rules give besides: by relation, since it is no news but follows from what is."""
    new, gone = (Counter(t.predicate for t in facts) for facts in (difference.followed, difference.unfollowed))
    if not (new or gone):
        return
    yield from ("", f"## {narrator.say('follows')}", "", narrator.say("followed", new.total(), gone.total()), "")
    relations = sorted({*new, *gone}, key=lambda relation: (-new[relation] - gone[relation], str(relation)))
    for relation in relations[:limit]:
        example = next(t for t in (*difference.followed, *difference.unfollowed) if t.predicate == relation)
        told = narrator.say(
            "relation", narrator.relation(relation), new[relation], gone[relation], narrator.triple(example)
        )
        yield f"- {told}"
    if len(relations) > limit:
        yield f"- {narrator.say('more', len(relations) - limit)}"


def _questions(questions: Sequence[Asked], narrator: Narrator, limit: int) -> Iterator[str]:
    if not questions:
        return
    yield from ("", f"## {narrator.say('questions')} ({len(questions)})")
    for asked in questions[:limit]:
        yield from ("", narrator.question(asked))
        if asked.gone or asked.new:
            yield from ("", *_rows(asked, narrator, limit))
    if len(questions) > limit:
        yield from ("", narrator.say("more", len(questions) - limit))


def _rows(asked: Asked, narrator: Narrator, limit: int) -> Iterator[str]:
    """The rows that are gone and those that are new, in one table if the columns are the same."""
    old, new = asked.columns
    both = [("−", row) for row in asked.gone[:limit]] + [("+", row) for row in asked.new[:limit]]
    columns = new if old == new else tuple(f"{a or ''} → {b or ''}" for a, b in _beside(old, new))
    yield f"| | {' | '.join(map(escaped, columns))} |"
    yield f"|---|{'---|' * len(columns)}"
    for sign, row in both:
        cells = ["" if term is None else narrator.term(term) for term in row]
        yield f"| {sign} | {' | '.join(cells + [''] * (len(columns) - len(cells)))} |"
    left = len(asked.gone) + len(asked.new) - len(both)
    if left:
        yield from ("", narrator.say("more", left))


def _beside(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    length = max(len(old), len(new))
    return [(old[n] if n < len(old) else None, new[n] if n < len(new) else None) for n in range(length)]


def escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text, and GitHub for no mention of a user or an issue, no emoji and no
    formula.

    >>> escaped("a*b|c @who #12")
    'a\\\\*b\\\\|c @<!-- -->who #<!-- -->12'
    """
    marked = re.sub(r"([\\`*_{}\[\]<>|~&])", r"\\\1", text)
    split = re.sub(r"([@#]|\bGH-)(?=\w)|:(?=[\w+\\-]+:)", r"\g<0><!-- -->", marked, flags=re.IGNORECASE)
    return split.replace("$", "<span>$</span>")


def code(text: str) -> str:
    """Text set off as a name, whatever backquotes are in it."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{results.plain(text)}{space}{fence}"


# For machines


def as_json(difference: Difference, lang: str = "en") -> dict[str, object]:
    """A difference as plain values.

    `{"before", "after", "same", "things", "facts", "figures", "terms", "sources", "axioms", "shapes", "questions",
    "followed", "unfollowed", "notes", "removed", "added"}`. The last two are the quads that one side alone has, as
    lines of N-Quads: the first graph without the one and with the other is the second. A change is `{"kind", "thing",
    "label", "type", "source", "whole", "follows", "move", "before", "after"}`, with facts as in a description. Terms
    are written as in N-Triples; the fields of axioms, shapes and questions are those of `Axiom`, `Constraint`, `Asked`.
    """
    narrator = _plain_narrator(difference, lang)
    return {
        "before": difference.before,
        "after": difference.after,
        "same": difference.is_same,
        **{name: [_change(each, narrator) for each in getattr(difference, name)] for name in _SECTIONS},
        "axioms": [{"kind": a.kind, "axiom": a.axiom, "sentence": dict(a.sentence)} for a in difference.axioms],
        "shapes": [vars(each) for each in difference.shapes],
        "questions": [_asked(each) for each in difference.questions],
        "followed": [triple_json(triple) for triple in difference.followed],
        "unfollowed": [triple_json(triple) for triple in difference.unfollowed],
        "notes": [narrator.note(note) for note in difference.notes],
        "removed": [f"{quad} ." for quad in difference.removed],
        "added": [f"{quad} ." for quad in difference.added],
    }


def _plain_narrator(difference: Difference, lang: str) -> Narrator:
    return Narrator(Scribe(difference.labels, lang), str, str, str)


def _change(change: Change, narrator: Narrator) -> dict[str, object]:
    move = change.move
    return {
        "kind": change.kind,
        "thing": str(change.thing),
        "label": narrator.term(change.thing),
        "type": change.type and change.type.value,
        "source": change.source and source_json(change.source),
        "whole": change.whole,
        "follows": change.follows,
        "move": move and {"old": move.old.value, "new": move.new.value, "names": [*move.names], "facts": [*move.facts]},
        "before": [_fact(fact, narrator) for fact in change.before],
        "after": [_fact(fact, narrator) for fact in change.after],
    }


def _fact(fact: Fact, narrator: Narrator) -> dict[str, object]:
    return {
        "triple": triple_json(fact.triple),
        "label": narrator.triple(fact.triple),
        "sources": [source_json(source) for source in fact.sources],
    }


def _asked(asked: Asked) -> dict[str, object]:
    return {
        "kind": asked.kind,
        "name": asked.question.name,
        "question": dict(asked.question.text),
        "was": dict(asked.was.text) if asked.was else None,
        "worded": asked.worded,
        "themed": asked.themed,
        "queried": asked.queried,
        "gone": _solutions(asked.columns[0], asked.gone),
        "new": _solutions(asked.columns[1], asked.new),
        "failed": asked.failed or None,
    }


def _solutions(columns: Sequence[str], rows: Sequence[Sequence[Term | None]]) -> list[dict[str, str]]:
    return [{name: str(term) for name, term in zip(columns, row, strict=True) if term is not None} for row in rows]


def as_changesets(difference: Difference, lang: str = "en") -> Iterator[ox.Triple]:
    """What changed in the graph, in the Changeset vocabulary (http://purl.org/vocab/changeset/schema).

    A cs:ChangeSet for each thing about which something is said anew or no longer, with cs:removal and cs:addition of
    statements; dcterms:isPartOf gives the named graph of a statement, which without one is of the default graph. A
    cs:changeReason says in words what that means; a thing at another address dcterms:replaces the old one. Names are
    made from content (urn:uuid, version 5), those of blank nodes from what is said of them.
    """
    narrator = _plain_narrator(difference, lang)
    reasons: dict[Term, list[str]] = {}
    for change in (each for name in _SECTIONS for each in getattr(difference, name)):
        reasons.setdefault(change.thing, []).append(narrator.heading(change))
        if change.move:
            yield _triple(change.move.new, "dcterms:replaces", change.move.old)
    for how, quads in (("removal", difference.removed), ("addition", difference.added)):
        for quad in quads:
            changes = named(f"changes {difference.before} {difference.after} {quad.subject}")
            statement = named(f"{how} {quad}")
            yield _triple(changes, "rdf:type", ox.NamedNode(expand("cs:ChangeSet")))
            yield _triple(changes, "cs:subjectOfChange", quad.subject)
            yield _triple(changes, f"cs:{how}", statement)
            for reason in reasons.get(quad.subject, ()):
                yield _triple(changes, "cs:changeReason", ox.Literal(reason, language=narrator.scribe.tongue))
            yield from _statement(statement, quad)


def _turtle(difference: Difference, lang: str) -> str:
    narrator = _plain_narrator(difference, lang)
    title = narrator.say("title", *map(results.plain, (difference.before, difference.after)))
    return f"# {title}\n" + results.write(Triples(tuple(as_changesets(difference, lang))), "turtle")


def _statement(statement: ox.NamedNode, quad: ox.Quad) -> Iterator[ox.Triple]:
    yield _triple(statement, "rdf:type", ox.NamedNode(expand("rdf:Statement")))
    for name, term in zip(("subject", "predicate", "object"), quad.triple, strict=True):
        yield _triple(statement, f"rdf:{name}", term)
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        yield _triple(statement, "dcterms:isPartOf", quad.graph_name)


def _triple(subject: ox.NamedNode, predicate: str, object: Term) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(expand(predicate)), object)


def as_patch(difference: Difference) -> str:
    """The quads to delete and to add, as an RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html), one
    transaction. Blank nodes have names made from what is said of them."""
    rows = [f"D {quad} .\n" for quad in difference.removed] + [f"A {quad} .\n" for quad in difference.added]
    name = named("".join(rows)).value.removeprefix("urn:")
    return "".join((f"H id <{name}> .\n", "TX .\n", *rows, "TC .\n"))
