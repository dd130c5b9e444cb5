"""Replies: what a tool tells a language model, as text to read and as values by a JSON schema, with the evidence.

Terms are written as in *SPARQL 1.1 Query Results JSON*, sources as in an explanation; schemas follow JSON Schema draft
2020-12.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from . import results
from .catalogue import Answer
from .errors import TerrilError
from .evidence import explain, trace
from .explanations import Explanation, Labels, Scribe, heading, source_json
from .languages import in_language
from .names import expand
from .naming import PROPERTIES
from .results import Result, Row, Solutions, Store, Triples, Truth, labels

EXPLAINED: Final = 10
"""Rows whose evidence comes with an answer: a model has to read it all."""

Schema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """What a tool replies: a text, and the same as values by the tool's schema; without values it is an error."""

    text: str
    content: Mapping[str, Any] | None = None


def of_answer(answer: Answer, limit: int, lang: str) -> Reply:
    """The first rows of an answer, and the evidence of the very first."""
    few = replace(answer, result=first(answer.result, limit))
    explained, note = _explained(replace(few, result=first(few.result, EXPLAINED)), lang)
    return of_result(few.result, len(answer.result.rows), explained, note, lang)


def of_result(result: Result, total: int, explained: Sequence[Explanation], note: str, lang: str) -> Reply:
    """A result that may be the beginning of a longer one, with the evidence of its first rows."""
    told = [_shown(result, lang), _count(result, total), note, *_evidence_text(explained, lang)]
    if explained and len(explained) < len(result.rows):
        told.append(f"Evidence is given for the first {len(explained)} rows; the tool `explain` gives it for any row.")
    content = _result_json(result) | {"total": total, "evidence": [_evidence_json(each, lang) for each in explained]}
    return Reply("\n\n".join(part for part in told if part), content | ({"note": note} if note else {}))


def of_names(found: Solutions, store: Store, lang: str) -> Reply:
    """Things found by name; the evidence of each is what states its name and its kind."""
    few = list(found)[:EXPLAINED]
    naming = _naming(few, store)
    known = trace([triple for triples in naming for triple in triples], at=store, lang=lang)
    named = {thing: label.value for thing, label in labels({*chain(*found.rows)}, store, lang).items()}
    explained = [
        Explanation(number, row, tuple(known[triple] for triple in triples), labels=named)
        for number, (row, triples) in enumerate(zip(few, naming, strict=True), 1)
    ]
    return of_result(found, len(found), explained, "", lang)


def _naming(rows: Sequence[Row], store: Store) -> list[list[ox.Triple]]:
    """For each thing that was found, the triples that say its name and its kind."""
    pairs = " ".join(f"({row.thing} {term})" for row in rows for term in (row.name, row.kind) if term is not None)
    relations = ", ".join(f"<{iri}>" for iri in (*PROPERTIES, expand("rdf:type")))
    answer = store.query(
        f"SELECT DISTINCT ?thing ?relation ?value WHERE {{ VALUES (?thing ?value) {{ {pairs} }} "
        f"?thing ?relation ?value FILTER(?relation IN ({relations})) }} ORDER BY ?thing ?relation ?value"
    )
    triples = [ox.Triple(*each) for each in answer.rows] if isinstance(answer, Solutions) else []  # type: ignore[arg-type]
    return [
        [each for each in triples if each.subject == row.thing and each.object in (row.name, row.kind)] for row in rows
    ]


def of_inferences(triples: Sequence[ox.Triple], names: Labels, store: Store, lang: str) -> Reply:
    """How triples are inferred: the rules behind each, and the sources that it comes down to."""
    scribe = Scribe(names, lang)
    proved = [Explanation(0, triple, (evidence,)) for triple, evidence in trace(triples, at=store, lang=lang).items()]
    facts = [scribe.triple(each.evidence[0].triple) for each in proved]
    lines = [f"- {fact}: {'; '.join(map(scribe.rule, each.rules()))}" for fact, each in zip(facts, proved, strict=True)]
    content = [{"fact": fact} | _grounds_json(each, lang) for fact, each in zip(facts, proved, strict=True)]
    return Reply("\n".join(map(results.plain, ["Inferred", *lines] if lines else [])), {"inferences": content})


def first(result: Result, count: int) -> Result:
    """A result without what comes after so many rows or triples."""
    match result:
        case Solutions():
            return replace(result, rows=result.rows[:count])
        case Triples():
            return replace(result, triples=result.triples[:count])
    return result


def _explained(answer: Answer, lang: str) -> tuple[Sequence[Explanation], str]:
    """Explanations; or none, and why there is none."""
    try:
        return explain(answer, lang=lang), ""
    except TerrilError as error:
        return [], f"No evidence can be given: {error}"


# As text


def _shown(result: Result, lang: str) -> str:
    form = "turtle" if isinstance(result, Triples) else "md"
    return results.write(result, form, lang=lang).rstrip() if len(result.rows) else ""


def _count(result: Result, total: int) -> str:
    if isinstance(result, Truth):
        return ""
    what = "triple" if isinstance(result, Triples) else "row"
    if not total:
        return f"There is no {what}: the graph does not say it. Do not answer from elsewhere as if it did."
    shown = f"The first {len(result.rows):,} of " if len(result.rows) < total else ""
    return f"{shown}{total:,} {what}{'s' * (total > 1)}."


def _evidence_text(explained: Sequence[Explanation], lang: str) -> Iterable[str]:
    for each in explained:
        scribe = Scribe(each.labels, lang)
        lines = [" ".join(scribe.source(source)) for source in each.sources()]
        lines += [scribe.say("inferred", scribe.rule(rule)) for rule in each.rules()]
        lines += [scribe.say(note.kind, note.pattern) for note in each.notes]
        told = [f"Evidence of {heading(each, scribe)}", *(f"- {line}" for line in lines or [scribe.say("nothing")])]
        yield "\n".join(map(results.plain, told))


# As values


def _result_json(result: Result) -> dict[str, object]:
    match result:
        case Truth():
            return {"boolean": result.value}
        case Triples():
            return {"turtle": results.write(result, "turtle")}
    document = json.loads(results.write(result, "json"))
    return {"variables": document["head"]["vars"], "rows": document["results"]["bindings"]}


def _evidence_json(explained: Explanation, lang: str) -> dict[str, object]:
    return {"row": explained.number} | _grounds_json(explained, lang)


def _grounds_json(explained: Explanation, lang: str) -> dict[str, object]:
    return {
        "sources": [source_json(source) for source in explained.sources()],
        "rules": [in_language(rule.sentence, lang) for rule in explained.rules()],
        "notes": [f"{note.kind}: {note.pattern}" for note in explained.notes],
    }


# Schemas


def record(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> dict[str, Any]:
    """The schema of an object with these properties and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), "additionalProperties": False} | needed


def listed(items: Schema, description: str = "") -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def text(description: str = "") -> dict[str, Any]:
    """The schema of a string."""
    return {"type": "string"} | ({"description": description} if description else {})


_NUMBER: Final = {"type": "integer"}

TERM: Final = record(
    {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "datatype": text(),
        "xml:lang": text(),
        "its:dir": text(),
    },
    ["type", "value"],
)
SOURCE: Final = record(
    {
        "kind": {"enum": ["passage", "reading", "reference", "ontology", "file", "graph", "store"]},
        "graph": text("IRI of the passage or other named graph that states it"),
        "title": text("title of the document"),
        "document": text("IRI of the document"),
        "start": _NUMBER | {"description": "first character of the passage in the document's text, counted from 0"},
        "end": _NUMBER | {"description": "the character after its last"},
        "gist": text("what the passage says, in words of the curators"),
        "speakers": listed(text(), "IRIs of the persons whose statement it is"),
        "quotation": {"type": "boolean"},
        "note": text("why a careful reader concludes it although the words do not say it (kind: reading)"),
        "words": text("the very words of the passage"),
    },
    ["kind"],
)
_GROUNDS: Final = {
    "sources": listed(SOURCE, "what states the facts that this rests on"),
    "rules": listed(text(), "the rules by which something is inferred from them"),
    "notes": listed(text(), "what else this rests on, such as the absence of a fact"),
}
EVIDENCE: Final = record(
    {"row": _NUMBER | {"description": "the row that it is the evidence of, counted from 1"}} | _GROUNDS,
    ["row", *_GROUNDS],
)
INFERENCE: Final = record({"fact": text("the inferred fact in words")} | _GROUNDS, ["fact", *_GROUNDS])
RESULT: Final[Schema] = {
    "variables": listed(text(), "the columns"),
    "rows": listed({"type": "object", "additionalProperties": TERM}, "the bound terms of each row by column"),
    "boolean": {"type": "boolean", "description": "the answer to a yes/no query"},
    "turtle": text("the graph that a CONSTRUCT or DESCRIBE gives"),
    "total": _NUMBER | {"description": "how many rows or triples there are, shown or not"},
    "evidence": listed(EVIDENCE),
    "note": text(),
}
