"""Pages for notebooks: records as HTML, with labels in place of IRIs and the evidence behind each row of an answer.

A page is one `<figure>` that asks nothing of the network, takes its colours from what surrounds it, and shows by
`<details>`, with the keyboard too, whatever it shows on hover. Every text in it is escaped, and only http addresses
become links.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import zip_longest
from typing import Final, cast

import pyoxigraph as ox

from . import connections, descriptions, explanations, results
from .catalogue import Answer
from .connections import Connections, Hop
from .descriptions import Description, Fact
from .errors import TerrilError
from .evidence import explain
from .explanations import Evidence, Explanation, Explanations, Scribe
from .languages import in_language
from .names import compact, expand
from .results import Solutions, Table, Tabular, Term, Triples, Truth

SHOWN: Final = 100
"""Rows that a page shows."""
EXPLAINED: Final = 20
"""Rows of an answer that a page explains: each costs some milliseconds."""


def html(record: object) -> str:
    """A record as HTML."""
    match record:
        case Answer():
            return _page(_answer(record))
        case Explanations():
            return _page("".join(map(_explanation, record)) or f"<p>{escape(text(record))}</p>")
        case Explanation():
            return _page(_explanation(record))
        case Connections():
            return _page(_connections(record))
        case Description():
            return _page(_description(record))
        case Tabular():
            return _page(_table(record))  # type: ignore[arg-type]
    raise TypeError(f"there is no page for {type(record).__name__}")


def text(record: object) -> str:
    """A record as plain text, as its command prints it."""
    match record:
        case Answer():
            return results.write(record.result)
        case Solutions() | Truth() | Triples():
            return results.write(record)
        case Explanation():
            return explanations.write([record])
        case Explanations():
            return explanations.write(record)
        case Description():
            return descriptions.write(record)
    return str(record)


_STYLE: Final = (
    ".terril{margin:0;overflow-x:auto}"
    ".terril table{border-collapse:collapse}"
    ".terril caption{text-align:left;font-weight:bold;padding:.3em .6em}"
    ".terril th,.terril td{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #8886}"
    ".terril td.number{text-align:right}"
    ".terril ul{margin:.2em 0;padding-left:1.2em}"
    ".terril small{opacity:.8}"
)


def _page(content: str) -> str:
    return f'<figure class="terril"><style>{_STYLE}</style>{content}</figure>'


# Tables


def _table(table: Table, caption: str = "", evidence: Sequence[Sequence[str]] = (), notes: Sequence[str] = ()) -> str:
    """A table; `evidence` holds lines for each of the first rows, which are shown beside them and on hover."""
    columns = [i for i, name in enumerate(table.variables) if not _is_label(name, table.variables)]
    heads = [table.variables[i] for i in columns] + ["evidence"] * bool(evidence)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    cells = ["".join(_cell(table, row, i) for i in columns) for row in table.rows[:SHOWN]]
    rows = "".join(_row(*each) for each in zip_longest(cells, evidence)) if evidence else _plain_rows(cells)
    top = f"<caption>{escape(caption)}</caption>" if caption else ""
    left_out = len(table.rows) - SHOWN
    last = f"{left_out:,} more rows are not shown here." if left_out > 0 else ""
    below = "".join(f"<p><small>{escape(each)}</small></p>" for each in (*notes, last) if each)
    return f"<table>{top}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{below}"


def _plain_rows(cells: Sequence[str]) -> str:
    return "".join(f"<tr>{each}</tr>" for each in cells)


def _row(cells: str, said: Sequence[str] | None) -> str:
    """A row with its sources; None stands where they were not asked for."""
    if said is None:
        return f"<tr>{cells}<td></td></tr>"
    if not said:
        return f"<tr>{cells}<td>{escape(Scribe({}, 'en').say('nothing'))}</td></tr>"
    return f'<tr title="{escape(chr(10).join(said))}">{cells}<td>{_details(said)}</td></tr>'


def _details(said: Sequence[str]) -> str:
    """Sources, folded away."""
    items = "".join(f"<li>{escape(each)}</li>" for each in said)
    return f"<details><summary>{len(said)} source{'s' * (len(said) > 1)}</summary><ul>{items}</ul></details>"


def _is_label(name: str, variables: Sequence[str]) -> bool:
    """Whether a column only holds the labels of another, which are shown there."""
    return name.endswith("Label") and name.removesuffix("Label") in variables


def _cell(table: Table, row: Sequence[Term | None], column: int) -> str:
    label = f"{table.variables[column]}Label"
    name = row[table.variables.index(label)] if label in table.variables else None
    term = row[column]
    is_number = isinstance(term, ox.Literal) and term.datatype.value in results.NUMERIC
    opening = '<td class="number">' if is_number else "<td>"
    return f"{opening}{_term(term, name)}</td>"


def _term(term: Term | None, label: Term | None = None) -> str:
    match term:
        case None:
            return ""
        case ox.NamedNode():
            shown = _term(label) if isinstance(label, ox.Literal) else escape(compact(term.value))
            return _link(term.value, shown)
        case ox.Literal() if term.language:
            return f'<span lang="{escape(term.language)}" dir="auto">{escape(term.value)}</span>'
        case ox.Literal():
            return escape(term.value)
    return escape(str(term))


def _link(iri: str, shown: str) -> str:
    """A link to an address of the web; any other IRI, which a browser might run, is only named."""
    place = escape(iri)
    if re.match(r"https?://", iri, re.IGNORECASE):
        return f'<a href="{place}" rel="noopener noreferrer" target="_blank">{shown}</a>'
    return f'<span title="{place}">{shown}</span>'


# Answers with their evidence


def _answer(answer: Answer) -> str:
    first = tuple(answer.rows[:EXPLAINED])
    evidence, note = _evidence(answer)
    left_out = min(len(answer.rows), SHOWN) - len(first)
    if evidence and left_out > 0:
        note = f"Evidence is shown for the first {EXPLAINED} rows; terril.explain has the rest."
    notes = [str(answer.reading)] if answer.reading else []
    return _table(answer, in_language(answer.question.text, "en"), evidence, [*notes, note])


def _evidence(answer: Answer) -> tuple[list[list[str]], str]:
    """The sources of each of the first rows; or none, and why there is none."""
    try:
        return [_sources(each) for each in explain(_beginning(answer))], ""
    except TerrilError as error:
        return [], f"No evidence is shown: {error}"


def _beginning(answer: Answer) -> Answer:
    match answer.result:
        case Solutions() as result:
            return replace(answer, result=replace(result, rows=result.rows[:EXPLAINED]))
        case Triples() as result:
            return replace(answer, result=replace(result, triples=result.triples[:EXPLAINED]))
    return answer


def _sources(explanation: Explanation) -> list[str]:
    """Where a row stands, a line for each source."""
    scribe = Scribe(explanation.labels, "en")
    return [" ".join(scribe.source(source)) for source in explanation.sources()]


# Explanations


def _explanation(explanation: Explanation) -> str:
    scribe = Scribe(explanation.labels, "en")
    branches = [_branch(each, scribe) for each in explanation.evidence]
    branches += [f"<li>{escape(scribe.say(note.kind, note.pattern))}</li>" for note in explanation.notes]
    tree = "".join(branches) or f"<li>{escape(scribe.say('nothing'))}</li>"
    title = escape(explanations.heading(explanation, scribe))
    return f"<details open><summary>{title}</summary><ul>{tree}</ul></details>"


def _branch(evidence: Evidence, scribe: Scribe) -> str:
    """A triple, where it is stated, and how it is inferred, with its premises folded away."""
    said = [f"<li><small>{escape(' '.join(scribe.source(source)))}</small></li>" for source in evidence.sources]
    if evidence.rule is not None:
        premises = "".join(_branch(premise, scribe) for premise in evidence.premises)
        told = escape(scribe.say("inferred", scribe.rule(evidence.rule)))
        said.append(f"<li><details><summary><small>{told}</small></summary><ul>{premises}</ul></details></li>")
    elif not evidence.sources:
        said.append(f"<li><small>{escape(scribe.say('unproved'))}</small></li>")
    return f"<li>{escape(scribe.triple(evidence.triple))}<ul>{''.join(said)}</ul></li>"


# Connections


def _connections(found: Connections) -> str:
    scribe = Scribe(found.labels, "en")
    told = connections.as_json(found)
    paths = "".join(f"<ol>{''.join(_hop(hop, scribe) for hop in path)}</ol>" for path in found)
    return paths + "".join(f"<p>{escape(str(note))}</p>" for note in cast(list[str], told["notes"]))


def _hop(hop: Hop, scribe: Scribe) -> str:
    said = [" ".join(scribe.source(source)) for source in hop.evidence.sources]
    relation = scribe.term(hop.triple.predicate)
    link = f"– {relation} →" if hop.forward else f"← {relation} –"
    shown = escape(f"{scribe.term(hop.start)} {link} {scribe.term(hop.end)}")
    return f'<li title="{escape(chr(10).join(said))}">{shown}{_details(said) if said else ""}</li>'


# Descriptions


def _description(described: Description) -> str:
    """A row for each fact: the relation, with an arrow if it points at the thing; the other end; the sources."""
    scribe = Scribe(described.labels, "en")
    facts = list(described)
    rows = "".join(_fact(fact, described.thing, scribe) for fact in facts[:SHOWN])
    left_out = len(facts) - SHOWN
    more = f"<p><small>{left_out:,} more facts are not shown here.</small></p>" if left_out > 0 else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("relation", "thing", "evidence"))
    caption = escape(scribe.term(described.thing))
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _fact(fact: Fact, thing: ox.NamedNode, scribe: Scribe) -> str:
    subject, relation, object = fact.triple
    points_here = subject != thing
    other = subject if points_here else object
    label = scribe.labels.get(other) if isinstance(other, ox.NamedNode) else None
    told = scribe.say("type") if relation == _TYPE else scribe.term(relation)
    said = [" ".join(scribe.source(source)) for source in fact.sources]
    cells = f"<td>{'← ' * points_here}{escape(told)}</td><td>{_term(other, ox.Literal(label) if label else None)}</td>"
    return _row(cells, said) if said else f"<tr>{cells}<td><small>inferred</small></td></tr>"


_TYPE: Final = ox.NamedNode(expand("rdf:type"))
