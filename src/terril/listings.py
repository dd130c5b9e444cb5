"""The catalogue written out: for people, for programs, as SPARQL examples in RDF, and as query files that grlc serves.

The examples follow the vocabulary of SIB's SPARQL examples: https://github.com/sib-swiss/sparql-examples. Decorations
and parameters of grlc files are as in its manual: https://github.com/CLARIAH/grlc.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from . import results
from .catalogue import Parameter, Question, parameter_blocks, parsed
from .errors import BadSource, BadValue, NotWritten, UnknownFormat
from .languages import in_language
from .names import EXAMPLES, PARAMETER, PREFIXES, QUESTION, compact, expand
from .results import Solutions, Term
from .syntax import DataBlock, Token, check, tokens

FORMATS: Final = ("table", "json", "turtle", "grlc")
"""How a catalogue can be written."""


def write(
    catalogue: Mapping[str, Question], format: str = "table", *, lang: str = "en", target: str | None = None
) -> str:
    """Write a catalogue as text.

    `table` is for people, `json` for programs, as `as_json` gives it. `turtle` describes every question as
    an example (`as_turtle`). `grlc` is one decorated query file (`as_grlc`), so it takes a catalogue of one question;
    `save` is for more. `target` is the address of the endpoint that answers, told in `turtle` and `grlc` only.
    Raises `UnknownFormat` for another format or for `grlc` with several questions, `BadValue` for a bad address.
    """
    match format:
        case "table":
            return _table(catalogue, lang)
        case "json":
            return json.dumps(as_json(catalogue, lang), ensure_ascii=False, indent=2) + "\n"
        case "turtle":
            return as_turtle(catalogue, target)
        case "grlc":
            return _one_file(catalogue, target)
    raise UnknownFormat(f"A catalogue has no format {format!r}. Choose one of {', '.join(FORMATS)}.")


def _table(catalogue: Mapping[str, Question], lang: str) -> str:
    rows = [
        (each.theme, each.name, in_language(each.text, lang), ", ".join(p.name for p in each.parameters))
        for each in catalogue.values()
    ]
    return results.write(
        Solutions(("theme", "name", "question", "parameters"), tuple(tuple(map(ox.Literal, row)) for row in rows))
    )


def _one_file(catalogue: Mapping[str, Question], target: str | None) -> str:
    if len(catalogue) != 1:
        raise UnknownFormat(
            f"grlc wants a file for each question, and these are {len(catalogue)}. Name a folder for them with --to, "
            "or one question with --about."
        )
    (question,) = catalogue.values()
    return as_grlc(question, target)


def as_json(catalogue: Mapping[str, Question], lang: str = "en") -> list[dict[str, object]]:
    """The catalogue as a list of objects with `name`, `text`, `theme` and `parameters`, in the language `lang`."""
    return [
        {
            "name": question.name,
            "text": in_language(question.text, lang),
            "theme": question.theme,
            "parameters": [
                {
                    "name": parameter.name,
                    "kind": compact(parameter.kind),
                    "meaning": in_language(parameter.meaning, lang),
                    "example": compact(getattr(parameter.example, "value", str(parameter.example))),
                }
                for parameter in question.parameters
            ],
        }
        for question in catalogue.values()
    ]


def _address(target: str | None) -> str | None:
    if target is None or (re.match(r"https?://[^/]", target) and _is_iri(target)):
        return target
    raise BadValue(
        f"target: {target[:60]!r} is no http address. Name the endpoint, such as https://example.org/sparql."
    )


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


# SPARQL examples in RDF: a document to be loaded as the named graph EXAMPLES, which holds their prefixes, too.

_SIB: Final = "https://purl.expasy.org/sparql-examples/ontology#"
_FORMS: Final = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "DESCRIBE": (f"<{_SIB}SPARQLDescribeExecutable>", f"<{_SIB}describe>"),
}
"""By the form of a query: its class and the property that holds its text. SHACL has no DESCRIBE; SIB's terms have."""

_VOCABULARIES: Final = ("foaf", "org", "owl", "rdfs", "schema", "sh", "skos", "terril", "xsd")


def as_turtle(catalogue: Mapping[str, Question], target: str | None = None) -> str:
    """Describe every question as a `sh:SPARQLExecutable`, in Turtle; always the same bytes for the same catalogue.

    The query is the file's text to the letter; its prefixes are declared once for all, as SHACL wants them. Parameters
    are `sh:Parameter`s with class or datatype, meaning, default and example. `schema:target` is the endpoint, if one
    is named. Raises `BadValue` for a target that is no http address.
    """
    address = _address(target)
    header = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in _VOCABULARIES)
    declared = sorted(_common_prefixes(catalogue).items())
    blocks = [_declarations(declared), *(_example(question, address) for question in catalogue.values())]
    return "\n".join([header, *filter(None, blocks)])


def from_turtle(text: str | bytes) -> dict[str, Question]:
    """The catalogue that `as_turtle` wrote, by name, sorted by theme and name. Raises `BadSource` if it is none."""
    try:
        quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise BadSource(f"The questions are no Turtle: {error.msg}. Get a whole copy of the release.") from None
    themes = {quad.subject: quad.object.value for quad in quads if quad.predicate.value == expand("schema:keywords")}
    texts = {expand(holds).strip("<>") for _, holds in _FORMS.values()}
    found = []
    for quad in quads:
        if quad.predicate.value in texts:
            name = unquote(quad.subject.value.removeprefix(QUESTION))
            found.append(parsed(quad.object.value, Path(themes.get(quad.subject, ""), f"{name}.rq")))
    return {each.name: each for each in sorted(found, key=lambda each: (each.theme, each.name))}


def _common_prefixes(catalogue: Mapping[str, Question]) -> dict[str, str]:
    """The prefixes that mean the same in all queries; each query declares its own in its text as well."""
    found: dict[str, set[str]] = {}
    for question in catalogue.values():
        for prefix, space in _prefixes(list(tokens(question.sparql))):
            found.setdefault(prefix, set()).add(space)
    return {prefix: space for prefix, (space, *others) in found.items() if prefix and not others and "://" in space}


def _prefixes(found: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if (word.text.upper(), name.kind, iri.kind) == ("PREFIX", "name", "iri"):
            yield name.text.removesuffix(":"), iri.text[1:-1]


def _declarations(prefixes: Sequence[tuple[str, str]]) -> str:
    if not prefixes:
        return ""
    names = [f"<{EXAMPLES}#{quote(prefix)}>" for prefix, _ in prefixes]
    declared = [
        f"{name} sh:prefix {ox.Literal(prefix)} ; sh:namespace {ox.Literal(space)}^^xsd:anyURI .\n"
        for name, (prefix, space) in zip(names, prefixes, strict=True)
    ]
    return f"<{EXAMPLES}> sh:declare\n    " + " ,\n    ".join(names) + " .\n" + "".join(declared)


def _example(question: Question, target: str | None) -> str:
    kind, holds = _FORMS[check(question.sparql).form]
    subject = f"{QUESTION}{quote(question.name)}"
    parameters = [f"<{subject}/{parameter.name}>" for parameter in question.parameters]
    facts = {
        "a": ["sh:SPARQLExecutable", kind],
        "rdfs:comment": _texts(question.text),
        "schema:keywords": [str(ox.Literal(question.theme))],
        "schema:target": [f"<{target}>"] if target else [],
        "sh:parameter": parameters,
        "sh:prefixes": [f"<{EXAMPLES}>"],
        holds: [_long(question.sparql)],
    }
    described = [
        _subject(name, _of_parameter(parameter, order))
        for order, (name, parameter) in enumerate(zip(parameters, question.parameters, strict=True))
    ]
    return _subject(f"<{subject}>", facts) + "".join(described)


def _of_parameter(parameter: Parameter, order: int) -> dict[str, list[str]]:
    return {
        "a": ["sh:Parameter"],
        "sh:path": [f"<{PARAMETER}{parameter.name}>"],
        "sh:name": [str(ox.Literal(parameter.name))],
        "sh:description": _texts(parameter.meaning),
        **_constraint(parameter.kind),
        "sh:optional": ["true"],
        "sh:defaultValue": [str(parameter.example)],
        "skos:example": [str(parameter.example)],
        "sh:order": [str(order)],
    }


def _constraint(kind: str) -> dict[str, list[str]]:
    """What values must be; in most graphs nothing says of a thing that it is a resource, so any IRI will do."""
    if kind in (expand("rdfs:Resource"), expand("owl:Thing")):
        return {"sh:nodeKind": ["sh:IRI"]}
    return {"sh:datatype" if kind.startswith(PREFIXES["xsd"]) else "sh:class": [_short(kind)]}


def _subject(name: str, facts: Mapping[str, Sequence[str]]) -> str:
    lines = [f"{predicate} {' , '.join(objects)}" for predicate, objects in facts.items() if objects]
    return f"{name} " + " ;\n    ".join(lines) + " .\n"


def _texts(texts: Mapping[str, str]) -> list[str]:
    return [str(ox.Literal(text, language=lang)) for lang, text in sorted(texts.items())]


def _short(iri: str) -> str:
    prefix, _, local = (name := compact(iri)).partition(":")
    return name if prefix in _VOCABULARIES and re.fullmatch(r"[A-Za-z]\w*", local, re.ASCII) else f"<{iri}>"


def _long(text: str) -> str:
    """A text over several lines as a long literal of Turtle, with quotes escaped before others and at the end only."""
    escaped = re.sub(r'"(?="|\Z)', r"\"", text.replace("\\", r"\\")).replace("\r", r"\r").replace("\0", r"\u0000")
    return f'"""{escaped}"""'


# Files for grlc


def as_grlc(question: Question, target: str | None = None) -> str:
    """One question as a query file for grlc, which makes a web API of such files.

    Decorations give the question, its parameters and their defaults, its theme and, if one is named, the endpoint.
    Instead of its example a parameter gets a variable such as `?_strand_iri` or `?_year_xsd_gYear`, which grlc replaces
    by a value. A VALUES block behind the query's last brace stays as it is. Of queries that are neither SELECT nor
    CONSTRUCT grlc warns, and leaves them out. Raises `BadValue` for a target that is no http address, and
    `UnknownFormat` if grlc, which reads letters and digits only, could not tell two parameters apart.
    """
    address = _address(target)
    found = list(tokens(question.sparql))
    blocks = [block for block in parameter_blocks(found) if _is_within(found, block)]
    names = {name: api for name, api in _api_names(question).items() if any(name in b.variables for b in blocks)}
    decorations = [
        f"summary: {_yaml(question.text['en'])}",
        f"description: {_yaml(_description(question))}",
        *([f"endpoint: {_yaml(address)}"] if address else []),
        "endpoint-method: GET",  # not every store takes a query as the body of a POST
        "method: GET",
        *("tags:", f"  - {_yaml(question.theme)}"),
        *(["defaults:"] if names else []),
        *(f"  - {api}: {_yaml(_plain(question.parameter(name).example))}" for name, api in names.items()),
    ]
    variables = {name: _variable(question.parameter(name), api) for name, api in names.items()}
    return "".join(f"#+ {line}\n" for line in decorations) + _with_variables(question.sparql, blocks, variables)


def _api_names(question: Question) -> dict[str, str]:
    names = {p.name: re.sub(r"[^A-Za-z0-9]", "", p.name) for p in question.parameters}
    if "" in names.values() or len(set(names.values())) < len(names):
        told = f"grlc cannot tell the parameters of {question.name} apart: {', '.join(names)}"
        raise UnknownFormat(f"{told}. Give them names that differ in letters without accents or in digits.")
    return names


def _variable(parameter: Parameter, name: str) -> str:
    """The variable by whose name grlc knows how to write a value."""
    if not parameter.kind.startswith(PREFIXES["xsd"]):
        return f"?_{name}_iri"
    datatype = parameter.kind.removeprefix(PREFIXES["xsd"])
    return f"?_{name}_literal" if datatype == "string" else f"?_{name}_xsd_{datatype}"


def _is_within(found: Sequence[Token], block: DataBlock) -> bool:
    """Whether a block stands within braces, and not behind the query, where nothing else may stand in its place."""
    before = [token.text for token in found if token.start < block.opening]
    return before.count("{") > before.count("}")


def _with_variables(sparql: str, blocks: Sequence[DataBlock], variables: Mapping[str, str]) -> str:
    """The query with a subquery in place of each block; unlike BIND, it may stand wherever a block may."""
    starts = [token.start for token in tokens(sparql) if token.text.upper() == "VALUES"]
    for block in reversed(blocks):
        name = block.variables[0]
        start = max(start for start in starts if start < block.opening)
        put = f"{{ SELECT ({variables[name]} AS ?{name}) {{}} }}"
        sparql = f"{sparql[:start]}{put}{sparql[block.closing + 1 :]}"
    # Where this line is missing, grlc would put it before every SELECT.
    missing = any("_xsd_" in variable for variable in variables.values()) and _XSD not in sparql
    return f"{_XSD}\n{sparql}" if missing else sparql


_XSD: Final = f"PREFIX xsd: <{PREFIXES['xsd']}>"


def _description(question: Question) -> str:
    others = [text for lang, text in sorted(question.text.items()) if lang != "en"]
    told = [f"- {p.name} ({compact(p.kind)}): {p.meaning['en']}" for p in question.parameters]
    return "\n".join([*others, *told])


def _plain(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def save(catalogue: Mapping[str, Question], folder: Path | str, target: str | None = None) -> list[Path]:
    """Write a file for grlc for each question into a folder, which is made if it is missing; return the files.

    Raises as `as_grlc` does, before anything is written, and `NotWritten`.
    """
    texts = {Path(folder) / f"{name}.rq": as_grlc(question, target) for name, question in catalogue.items()}
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise NotWritten(f"{error.filename} could not be written: {error.strerror}. Name another folder.") from error
    return list(texts)
