"""Tools: the verbs as a language model uses them, each with the JSON schemas of what it takes and of what it gives.

What a tool is given is checked here, by the few words of JSON Schema that its schema uses, so that a model gets our
sentences for its own mistakes too.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import terril

from .catalogue import Answer, Question
from .errors import BadValue, TerrilError
from .holdings import consult
from .home import Home
from .languages import choose, in_language
from .names import PREFIXES, compact
from .replies import (
    EXPLAINED,
    INFERENCE,
    RESULT,
    SOURCE,
    Reply,
    Schema,
    listed,
    of_answer,
    of_inferences,
    of_names,
    record,
    text,
)
from .results import plain
from .schema import Meaning, schema
from .store import Where
from .syntax import MAX_SIZE


@dataclass(frozen=True)
class Place:
    """Where tools ask, as the verbs take it."""

    at: Where = None
    home: Home | str | Path | None = None


@dataclass(frozen=True)
class Tool:
    """A tool: what a model reads of it, the schemas of its arguments (`takes`, of which it `needs` some) and of the
    values it gives, and the function that replies."""

    name: str
    title: str
    description: str
    takes: Mapping[str, Schema]
    needs: Sequence[str]
    gives: Schema
    reply: Callable[[Place, Mapping[str, Any]], Reply]

    @property
    def arguments(self) -> Schema:
        """The schema of the arguments."""
        return record(self.takes, self.needs)

    @property
    def values(self) -> Schema:
        """The schema of the values, which may come with remarks."""
        remarks = listed(text(), "what the program has to say besides, such as which names come near")
        return {**self.gives, "properties": {**self.gives["properties"], "remarks": remarks}}


def call(name: str, arguments: Mapping[str, Any], place: Place) -> Reply:
    """Use a tool. Whatever is wrong with the arguments or comes of them is the sentence of an error."""
    with _listening() as heard:
        try:
            if name not in TOOLS:
                raise BadValue(f"There is no tool {name[:60]!r}. The tools are: {', '.join(TOOLS)}.")
            reply = TOOLS[name].reply(place, _checked(TOOLS[name], arguments))
        except TerrilError as error:
            return Reply(_shortened(str(error)))
    if not heard or reply.content is None:
        return reply
    return Reply("\n".join([reply.text, "", *heard]), {**reply.content, "remarks": heard})


def _shortened(sentence: str) -> str:
    """An error as far as a model may have to read it: the report of a spoilt project is as long as the project."""
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]} …"


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear the warnings that the verbs give: a graph that is older than the program, names that come near."""
    heard: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: heard.append(plain(record.getMessage()))  # type: ignore[method-assign]
    log = logging.getLogger("terril")
    log.addHandler(handler)
    try:
        yield heard
    finally:
        log.removeHandler(handler)


# Arguments


def _checked(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with defaults for those not given. Raises `BadValue`."""
    for name in arguments:
        if name not in tool.takes:
            raise BadValue(f"{tool.name} takes no {name[:60]!r}. It takes: {', '.join(tool.takes)}.")
    given = {name: value for name, value in arguments.items() if value is not None}
    for name in tool.needs:
        if name not in given:
            raise BadValue(f"{tool.name} needs {name}: {tool.takes[name]['description']}.")
    for name, value in given.items():
        _check(name, value, tool.takes[name])
    return {name: schema.get("default") for name, schema in tool.takes.items()} | given


def _check(name: str, value: Any, schema: Schema) -> None:
    """Check a value by its schema: type, least and greatest value, length, and the same for what it holds."""
    if not isinstance(value, _TYPES[schema["type"]].python) or isinstance(value, bool):
        raise BadValue(f"{name}: this must be {_TYPES[schema['type']].words}, and is {str(value)[:60]!r}.")
    if isinstance(value, int) and not schema["minimum"] <= value <= schema["maximum"]:
        raise BadValue(f"{name}: {value} is not between {schema['minimum']} and {schema['maximum']}.")
    if isinstance(value, str) and len(value) > (longest := schema.get("maxLength", MAX_SIZE)):
        raise BadValue(f"{name}: this has {len(value):,} characters; at most {longest:,} are read.")
    if isinstance(value, list):
        for item in value:
            _check(name, item, schema["items"])
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key[:60], item, schema["additionalProperties"])


class _Type(NamedTuple):
    python: type
    words: str


_TYPES: Final = {
    "string": _Type(str, "a text"),
    "integer": _Type(int, "a whole number"),
    "array": _Type(list, "a list"),
    "object": _Type(dict, "an object"),
}
_LONGEST: Final = 10_000
"""Characters of a name or a question; a query has the limit that every query has."""


def _words(description: str) -> Schema:
    return text(description) | {"maxLength": _LONGEST}


def _number(description: str, default: int | None, maximum: int) -> Schema:
    schema = {"type": "integer", "description": description, "minimum": 1, "maximum": maximum}
    return schema if default is None else schema | {"default": default}


_LANG: Final = text("language of labels, gists and rules: en or fr") | {"default": "en", "maxLength": 35}
_ROWS: Final = _number("how many rows to give at most", 50, 1000)
_THING: Final = "its name in any language, a CURIE such as organisation:mecatech, or an IRI"
_NAMES: Final = {"type": "array", "items": {"type": "string", "maxLength": _LONGEST}, "default": []}
_PARAMETERS: Final = {
    "type": "object",
    "description": "values for the parameters of a catalogued question: names of things, CURIEs, numbers or dates",
    "additionalProperties": {"type": "string", "maxLength": _LONGEST},
    "default": {},
}


# Replies


def _find(place: Place, given: Mapping[str, Any]) -> Reply:
    lang, store = given["lang"], consult(place.at, home=place.home)
    found = terril.find(given["text"], kind=given["kind"], limit=given["limit"], at=store, lang=lang, home=place.home)
    return of_names(found, store, lang)


def _ask(place: Place, given: Mapping[str, Any]) -> Reply:
    spoken = {"lang": given["lang"]} if given["lang"] else {}
    answer = terril.ask(given["question"], at=place.at, home=place.home, **spoken, **_parameters(given))
    lang = given["lang"] or choose(answer.question.text, "en")
    reply = of_answer(answer, given["limit"], lang)
    content = {**(reply.content or {}), "question": answer.question.name, "sparql": answer.sparql}
    read = {} if answer.reading is None else {"reading": str(answer.reading)}
    told = [in_language(answer.question.text, lang), *read.values(), reply.text]
    return Reply("\n\n".join(told), content | read)


def _parameters(given: Mapping[str, Any]) -> dict[str, str]:
    """The values for a question's parameters, none of which may pass for an option of the verb."""
    for name in given["parameters"]:
        if name in _OPTIONS:
            raise BadValue(f"No question has a parameter {name!r}. The tool `questions` lists them with theirs.")
    return dict(given["parameters"])


_OPTIONS: Final = ("at", "documents", "format", "home", "lang", "row")


def _query(place: Place, given: Mapping[str, Any]) -> Reply:
    sparql, lang = given["query"], given["lang"]
    store = consult(place.at, home=place.home)
    result = terril.query(sparql, at=store, lang=lang)
    asked = Question("query", {"en": sparql}, "", (), sparql, Path())
    return of_answer(Answer(asked, sparql, result, store), given["limit"], lang)


def _explain(place: Place, given: Mapping[str, Any]) -> Reply:
    row, lang = given["row"], given["lang"]
    explained = terril.explain(
        given["question"], row=row, at=place.at, home=place.home, lang=lang, **_parameters(given)
    )
    few = explained[:EXPLAINED]
    told = terril.explanations.write(few, lang=lang)
    if len(few) < len(explained):
        told += f"\nThese are the first {len(few)} rows of {len(explained)}; name a row to have another explained."
    content = {"explanations": terril.explanations.as_json(few, lang), "total": len(explained)}
    return Reply(told, content)


def _describe(place: Place, given: Mapping[str, Any]) -> Reply:
    lang, store = given["lang"], consult(place.at, home=place.home)
    description = terril.describe(given["thing"], limit=given["limit"], at=store, home=place.home, lang=lang)
    inferred = of_inferences([fact.triple for fact in description if fact.is_inferred], description.labels, store, lang)
    told = terril.descriptions.write(description, lang=lang)
    content = {"description": terril.descriptions.as_json(description, lang), **(inferred.content or {})}
    return Reply(f"{told}\n{inferred.text}".rstrip(), content)


def _path(place: Place, given: Mapping[str, Any]) -> Reply:
    found = terril.path(
        given["start"],
        given["end"],
        max=given["max"],
        via=given["via"],
        avoid=given["avoid"],
        count=given["count"],
        at=place.at,
        lang=given["lang"],
        home=place.home,
    )
    content = {"connections": terril.connections.as_json(found, given["lang"])}
    return Reply(terril.connections.write(found, lang=given["lang"]), content)


def _questions(place: Place, given: Mapping[str, Any]) -> Reply:
    found = terril.questions(theme=given["theme"], about=given["about"], home=place.home)
    lines = [
        f"- {question.name}({', '.join(each.name for each in question.parameters)}): "
        f"{in_language(question.text, given['lang'])}"
        for question in found.values()
    ]
    return Reply("\n".join(lines), {"questions": terril.listings.as_json(found, given["lang"])})


def _schema(place: Place, given: Mapping[str, Any]) -> Reply:
    sought = (given["matching"] or "").casefold()
    meanings = [
        meaning
        for meaning in schema(consult(place.at, home=place.home), given["lang"])
        if sought in f"{compact(meaning.iri)} {meaning.label} {meaning.definition}".casefold()
    ]
    lines = [f"PREFIX {prefix}: <{space}>" for prefix, space in PREFIXES.items()]
    told = "\n".join([*map(_meaning, meanings), "", *lines])
    content = {"prefixes": PREFIXES, "terms": [_plain(meaning) for meaning in meanings]}
    return Reply(told, content)


def _plain(meaning: Meaning) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(meaning).items()}


def _meaning(meaning: Meaning) -> str:
    """A class or property on one line."""
    ties = [
        f"{word} {', '.join(map(compact, iris))}"
        for word, iris in (("under", meaning.broader), ("of", meaning.domain), ("gives", meaning.range))
        if iris
    ]
    told = f" – {meaning.definition}" if meaning.definition else ""
    return f"{compact(meaning.iri)} ({meaning.kind}: {'; '.join([meaning.label, *ties])}){told}"


# The tools


_TRIPLE: Final = record({"subject": text(), "predicate": text(), "object": text()}, ["subject", "predicate", "object"])
_FACT: Final = {
    "triple": _TRIPLE | {"description": "its terms as in N-Triples"},
    "label": text("the triple in words"),
    "sources": listed(SOURCE, "what states it"),
}
_PREMISES: Final = listed({"type": "object"}, "evidence of the premises, of the same form")
_INFERENCE: Final = record(
    {"rule": text(), "axiom": text(), "sentence": text("the rule in words"), "premises": _PREMISES}
)
_PROOF: Final = record(
    _FACT | {"graph": {"type": ["string", "null"]}, "inferred": {"anyOf": [_INFERENCE, {"type": "null"}]}}
)
_EXPLANATION: Final = record(
    {
        "number": {"type": "integer", "description": "the row, counted from 1"},
        "row": {"description": "its terms by column; a triple of a CONSTRUCT; true or false of an ASK"},
        "evidence": listed(_PROOF),
        "notes": listed(record({"kind": text(), "pattern": text()})),
    }
)
_DESCRIBED: Final = record(_FACT | {"inferred": {"type": "boolean"}})
_DESCRIPTION: Final = record(
    {
        "thing": text("its IRI"),
        "label": text(),
        **dict.fromkeys(("kinds", "names", "outgoing", "incoming"), listed(_DESCRIBED)),
        "figures": listed({"type": "object"}, "figures about the thing: facts with `properties`"),
        "left_out": listed({"type": "object"}, "how many facts the limit left out, by direction and relation"),
    }
)
_NODE: Final = record({"iri": text(), "label": text()}, ["iri", "label"])
_HOP: Final = record(
    _FACT
    | {
        **dict.fromkeys(("from", "relation", "to"), _NODE),
        "direction": {
            "enum": ["forward", "backward"],
            "description": "whether it follows the triple or goes against it",
        },
        "reading": {"type": "boolean", "description": "whether only a reader concludes it"},
        "also": listed(_TRIPLE, "other facts that link the same two things"),
    }
)
_CONNECTIONS: Final = record(
    {
        **dict.fromkeys(("start", "end"), _NODE),
        "linked": {"type": "boolean"},
        "paths": listed(listed(_HOP), "the chains, best first"),
        "hubs": listed(listed(_NODE), "through what they would be linked, were it no hub"),
        **{name: {"type": "integer"} for name in ("asked", "searched")},
        **{name: {"type": "boolean"} for name in ("sourced", "own_policy")},
        "notes": listed(text()),
    },
    ["linked", "paths", "hubs"],
)
_PARAMETER: Final = record({"name": text(), "kind": text(), "meaning": text(), "example": text()})
_QUESTION: Final = record(
    {"name": text(), "text": text(), "theme": text(), "parameters": listed(_PARAMETER)}, ["name", "text"]
)
_TERM: Final = record(
    {
        "iri": text(),
        "kind": {"enum": ["class", "property"]},
        "label": text(),
        "definition": text(),
        **dict.fromkeys(("broader", "domain", "range"), listed(text())),
    },
    ["iri", "kind", "label", "definition"],
)

_TOOLS: Final = (
    Tool(
        "find",
        "Find things by name",
        "Find things by name in any language; accents, case, plural, abbreviation and typing errors are forgiven. "
        "Gives, best first, each thing with its kind, its place, the name that matched and a score of at most 100. Use "
        "it to learn how the graph calls a thing before you ask about it.",
        {
            "text": _words("the name, or a part of it"),
            "kind": _words("only things of this class: a CURIE such as terril:Cluster, or its label"),
            "limit": _number("how many things to give at most", 10, 1000),
            "lang": _LANG,
        },
        ["text"],
        record(RESULT, ["total", "evidence"]),
        _find,
    ),
    Tool(
        "ask",
        "Ask a question",
        'Answer a question from the graph: one in English or French words, such as "Which clusters work on smart '
        'maintenance?"; or the name of a catalogued question (the tool `questions` lists them), with values for its '
        "parameters if the examples in it are not what is asked about. Gives rows with labels, the answer in the first "
        "column, and the evidence of the first rows. No row means that the documents do not say it: then say so, and "
        "invent nothing.",
        {
            "question": _words("a question in words, or the name of a catalogued question such as clusters-of-topic"),
            "parameters": _PARAMETERS,
            "limit": _ROWS,
            "lang": text("language of labels and gists, en or fr; by default that of the question") | {"maxLength": 35},
        },
        ["question"],
        record(
            {
                **RESULT,
                "question": text("the name of the catalogued question, or in-words"),
                "reading": text("how a question in words was understood: check it before you rely on the rows"),
                "sparql": text("the query that was run"),
            },
            ["total", "evidence", "sparql"],
        ),
        _ask,
    ),
    Tool(
        "describe",
        "Describe a thing",
        "Tell all that the graph says of one thing: what it is, its names, its relations in both directions and the "
        "figures about it, each fact with the passages that state it, inferred ones marked.",
        {
            "thing": _words(f"the thing: {_THING}"),
            "limit": _number("how many facts of a relation to give at most", 20, 1000),
            "lang": _LANG,
        },
        ["thing"],
        record({"description": _DESCRIPTION, "inferences": listed(INFERENCE)}, ["description", "inferences"]),
        _describe,
    ),
    Tool(
        "explain",
        "Explain an answer",
        "Show in full what rows of an answer rest on: every fact that matched, who states it and where (document, "
        "characters, gist, speaker), and for inferred facts the rule and its premises, down to the passages. Use it "
        "when the evidence that comes with an answer is not enough, or for rows beyond the first ten.",
        {
            "question": _words("a question in words, the name of a catalogued question, or a SPARQL query"),
            "parameters": _PARAMETERS,
            "row": _number("the row to explain, counted from 1; by default the first ten", None, 1_000_000),
            "lang": _LANG,
        },
        ["question"],
        record({"explanations": listed(_EXPLANATION), "total": {"type": "integer"}}, ["explanations", "total"]),
        _explain,
    ),
    Tool(
        "path",
        "Connect two things",
        "Find how two things are connected: the shortest chains of stated facts between them, each link with its "
        "direction and the passages that state it. Things that share only a hub, such as a country or a document, come "
        "out unlinked, with the hubs named: then say that the documents do not connect them.",
        {
            "start": _words(f"one thing: {_THING}"),
            "end": _words("the other thing, named likewise"),
            "max": _number("links of a chain at most", 4, 8),
            "via": _NAMES | {"description": "kinds or things of which the middle of each chain must hold one each"},
            "avoid": _NAMES | {"description": "kinds, things or relations that no chain may hold"},
            "count": _number("how many chains to give at most", 3, 100),
            "lang": _LANG,
        },
        ["start", "end"],
        record({"connections": _CONNECTIONS}, ["connections"]),
        _path,
    ),
    Tool(
        "query",
        "Run a SPARQL query",
        "Run a SPARQL 1.1 query that only reads (SELECT, ASK, CONSTRUCT or DESCRIBE; no SERVICE), when no catalogued "
        "question fits. The tool `schema` gives the classes, properties and prefixes; write the PREFIX lines yourself. "
        "The default graph holds every triple, stated or inferred; each passage is a named graph with the triples that "
        "it states. Columns of IRIs get a column of labels. Time, memory and rows are limited.",
        {
            "query": text("the query, with its PREFIX lines") | {"maxLength": MAX_SIZE},
            "limit": _ROWS,
            "lang": _LANG,
        },
        ["query"],
        record(RESULT, ["total", "evidence"]),
        _query,
    ),
    Tool(
        "questions",
        "List the catalogued questions",
        "List the questions that `ask` knows by name, with their parameters: what each means and an example of it.",
        {
            "theme": _words("only the questions of this theme, such as clusters, people or figures"),
            "about": _words("only the questions that speak of all these words"),
            "lang": _LANG,
        },
        [],
        record({"questions": listed(_QUESTION)}, ["questions"]),
        _questions,
    ),
    Tool(
        "schema",
        "Show classes and properties",
        "List the classes and properties of the graph, each with its label, definition, broader terms, domain and "
        "range, and the prefixes: what is needed to write a query.",
        {"matching": _words("only the terms whose name, label or definition holds this text"), "lang": _LANG},
        [],
        record({"prefixes": {"type": "object"}, "terms": listed(_TERM)}, ["prefixes", "terms"]),
        _schema,
    ),
)

TOOLS: Final[Mapping[str, Tool]] = {tool.name: tool for tool in _TOOLS}
"""The tools by name."""
