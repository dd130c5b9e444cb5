"""The question catalogue: named SPARQL queries with typed parameters, kept in files that run as they lie.

The first comment line of a question file is the question; `# fr: …` gives it in another language. After an empty
comment line, `# name (kind): meaning` declares a parameter of a class or an XSD datatype; `VALUES ?name { … }` holds
an example (`VALUES (?name) { (…) }` is a constant, not a parameter). A value takes the place of the example as a
serialised term, never as text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from . import things
from .errors import BadQuery, BadSource, BadValue, UnknownParameter, UnknownQuestion
from .holdings import consult
from .home import Home, find_home
from .names import PREFIXES, compact, expand
from .results import Result, Row, Solutions, Store, Tabular, Term, Truth, labelled
from .store import Embedded, Where
from .syntax import DataBlock, Token, check, check_syntax, data_blocks, tokens

if TYPE_CHECKING:
    from .understanding import Understanding


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: the class or datatype of its values, what it means by language, and an example."""

    name: str
    kind: str
    meaning: Mapping[str, str]
    example: Term


@dataclass(frozen=True)
class Question:
    """A question by language, its theme and parameters, and the query that answers it."""

    name: str
    text: Mapping[str, str]
    theme: str
    parameters: tuple[Parameter, ...]
    sparql: str = field(repr=False)
    path: Path = field(repr=False)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises `UnknownParameter`."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise UnknownParameter(f"{self.name} has no parameter {name[:60]!r}. Its parameters: {known}.")

    def is_about(self, words: str) -> bool:
        """Whether every word, or a word that begins so, stands in what describes the question, in any language."""
        described = [self.name, self.theme, *self.text.values()]
        described += [text for p in self.parameters for text in (p.name, compact(p.kind), *p.meaning.values())]
        known = {word for text in described for word in _words(text)}
        asked = _words(words)
        return bool(asked) and all(any(each.startswith(word) for each in known) for word in asked)

    def bind(self, values: Mapping[str, Term]) -> str:
        """The query with these terms in place of the examples. Raises `UnknownParameter`."""
        names = {self.parameter(name).name for name in values}
        sparql = self.sparql
        for block in reversed(parameter_blocks(list(tokens(sparql)))):
            if (name := block.variables[0]) in names:
                sparql = f"{sparql[: block.opening]}{{ {values[name]} }}{sparql[block.closing + 1 :]}"
        return sparql


@dataclass(frozen=True)
class Answer(Tabular):
    """What was asked, the query that was run, its result, and where it was run; how words were read, if it was words.

    Iterates rows, or triples for a CONSTRUCT.
    """

    question: Question
    sparql: str
    result: Result
    store: Store = field(repr=False, compare=False)
    reading: "Understanding | None" = field(default=None, repr=False, compare=False)

    @property
    def variables(self) -> tuple[str, ...]:
        return self.result.variables

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        return self.result.rows

    def __iter__(self) -> Iterator[Row | ox.Triple]:
        return iter(()) if isinstance(self.result, Truth) else iter(self.result)

    def __len__(self) -> int:
        return int(self.result.value) if isinstance(self.result, Truth) else len(self.result)


def questions(
    *, theme: str | None = None, about: str | None = None, home: Home | str | Path | None = None
) -> dict[str, Question]:
    """The catalogue by name, sorted by theme and name.

    With `theme`, only the questions of that theme. With `about`, only those in whose name, theme, text or parameters,
    in any language, every one of these words stands, or one that begins so; the name of a question finds it alone.
    Raises `BadSource` for a malformed question file, with file and line, and `UnknownQuestion` if none is such.
    """
    files = _files(find_home(home))
    themes = sorted({path.parent.name for path in files.values()})
    if theme is not None and theme not in themes:
        raise UnknownQuestion(f"There is no theme {theme[:60]!r}. The themes are: {', '.join(themes)}.")
    of_theme = {name: read(path) for name, path in files.items() if theme in (None, path.parent.name)}
    if about is None:
        return of_theme
    found = {about: of_theme[about]} if about in of_theme else {n: q for n, q in of_theme.items() if q.is_about(about)}
    if not found:
        raise UnknownQuestion(f"No question is about {about[:60]!r}. Try fewer words, or `terril questions` for all.")
    return found


def ask(
    name: str, /, *, at: Where = None, lang: str = "en", home: Home | str | Path | None = None, **values: object
) -> Answer:
    """Ask a catalogued question; a parameter that gets no value keeps the example of its file.

    A value is an IRI, a CURIE such as "strand:mecatech-smart-maintenance", the end of an IRI, a label in any language,
    a term of pyoxigraph or rdflib, or the text of a number, date, ... Solutions get labels as those of `query` do.
    Raises `UnknownQuestion`, `UnknownParameter`, `BadValue`, `BadSource`, and what the store raises.
    """
    question = read(_file(name, find_home(home)))
    for parameter in values:
        question.parameter(parameter)  # before anything is asked
    found = answer(question, consult(at, home=home), values)
    result = found.result
    return replace(found, result=labelled(result, found.store, lang)) if isinstance(result, Solutions) else found


def answer(question: Question, store: Store, values: Mapping[str, object]) -> Answer:
    """Ask a store a question, without labels. Raises `UnknownParameter`, `BadValue`, and what the store raises."""
    sparql = bound(question, store, values)
    return Answer(question, sparql, store.query(sparql), store)


def bound(question: Question, store: Store, values: Mapping[str, object]) -> str:
    """The query that asks a store a question. Raises `UnknownParameter`, `BadValue`, and what the store raises."""
    parameters = {name: question.parameter(name) for name in values}
    return question.bind({name: resolve(values[name], parameters[name], store) for name in values})


def _words(text: str) -> list[str]:
    """The words of a text without case and accents; what is written in one, as `hasStrand`, is several."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKD", text))
    return re.findall(r"[^\W_]+", "".join(char for char in apart if not unicodedata.combining(char)).casefold())


# Question files


def _files(home: Home) -> dict[str, Path]:
    """Question files by name, sorted by theme and name."""
    files: dict[str, Path] = {}
    for path in home.questions:
        if path.stem in files:
            raise BadSource(f"{path}: {files[path.stem]} has the same name. Rename one of the two questions.")
        files[path.stem] = path
    return files


def _file(name: str, home: Home) -> Path:
    files = _files(home)
    if name not in files:
        raise UnknownQuestion(f"No question is called {name[:60]!r}. {_known(name, files, home)}")
    return files[name]


def _known(name: str, files: Mapping[str, Path], home: Home) -> str:
    import difflib

    if not files:
        return f"The project {home.path.resolve()} has none: they are files queries/<theme>/<question>.rq."
    by_name = {known.lower(): known for known in files}
    near = difflib.get_close_matches(name.lower(), by_name, n=5, cutoff=0.5)
    return f"Near to it: {', '.join(by_name[each] for each in near)}." if near else "`terril questions` lists all."


def read(path: Path) -> Question:
    """Read a question file. Raises `BadSource` if it is malformed, naming file and line."""
    try:
        return parsed(path.read_text(encoding="utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise BadSource(f"{path}: byte {error.start} is no UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}.") from error


@lru_cache(maxsize=512)
def parsed(sparql: str, path: Path) -> Question:
    """The question that a text is; the path, <theme>/<name>.rq, need not be that of a file. Raises as `read` does.

    It is kept: whoever asks several questions reads the whole catalogue each time, and it seldom changes meanwhile.
    """
    try:
        check(sparql)
        check_syntax(sparql)
    except BadQuery as error:
        raise BadSource(f"{path}: {error}") from None
    header = _header(path, sparql)
    examples = _examples(path, sparql, header)
    parameters = tuple(Parameter(p.name, p.kind, p.meaning, examples[p.name]) for p in header.parameters)
    return Question(path.stem, header.text, path.parent.name, parameters, sparql, path)


@dataclass
class _Declaration:
    name: str
    kind: str
    meaning: dict[str, str]
    line: int


@dataclass
class _Header:
    text: dict[str, str]
    parameters: list[_Declaration]


_TAG: Final = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_TRANSLATION: Final = re.compile(rf"({_TAG}): (.+)")
_DECLARATION: Final = re.compile(r"([A-Za-z_]\w*) \(([^()\s]+)\): (.+)")
_MEANING: Final = re.compile(rf"([A-Za-z_]\w*)\.({_TAG}): (.+)")
_RESERVED: Final = ("at", "documents", "format", "home", "lang", "row")


def _header(path: Path, sparql: str) -> _Header:
    lines = []
    for line in sparql.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line[1:].strip())
    if not lines or not lines[0] or _TRANSLATION.fullmatch(lines[0]):
        raise BadSource(f"{path}, line 1: the file must begin with the question in English, as `# Which …?`.")
    header = _Header({"en": lines[0]}, [])
    for number, line in enumerate(lines[1:], start=2):
        if line and not _add(header, line, number):
            raise BadSource(
                f"{path}, line {number}: the header holds translations (`# fr: …`), parameters (`# name (kind): …`) "
                f"and their translations (`# name.fr: …`), not {line[:60]!r}. Put remarks below the first empty line."
            )
    for parameter in header.parameters:
        _check_declaration(path, parameter)
    return header


def _add(header: _Header, line: str, number: int) -> bool:
    """Read one line into the header; say whether it was of a known form."""
    if match := _DECLARATION.fullmatch(line):
        header.parameters.append(_Declaration(match[1], expand(match[2]), {"en": match[3]}, number))
        return True
    if match := _MEANING.fullmatch(line):
        declared = [parameter for parameter in header.parameters if parameter.name == match[1]]
        for parameter in declared:
            parameter.meaning[match[2]] = match[3]
        return bool(declared)
    if (match := _TRANSLATION.fullmatch(line)) and not header.parameters:
        header.text[match[1]] = match[2]
        return True
    return False


def _check_declaration(path: Path, parameter: _Declaration) -> None:
    where = f"{path}, line {parameter.line}: the parameter {parameter.name}"
    if parameter.name in _RESERVED:
        raise BadSource(f"{where} has the name of an option of `ask` or `explain`. Give it another name.")
    if parameter.kind.startswith(PREFIXES["xsd"]) and parameter.kind not in _DATATYPES:
        known = ", ".join(map(compact, _DATATYPES))
        raise BadSource(f"{where} is of {compact(parameter.kind)}, which is not supported. Use one of {known}.")
    if "://" not in parameter.kind:
        raise BadSource(
            f"{where} is of {parameter.kind}, which has no known prefix. Use a class such as terril:Cluster."
        )


def _examples(path: Path, sparql: str, header: _Header) -> dict[str, Term]:
    """The first term in the VALUES block of each parameter."""
    found = list(tokens(sparql))
    form = next(i for i, token in enumerate(found) if token.text.upper() in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
    _check_first_variable(path, sparql, found[form:])
    declared = {parameter.name for parameter in header.parameters}
    examples: dict[str, Term] = {}
    for block in parameter_blocks(found):
        name, line = block.variables[0], sparql.count("\n", 0, block.opening) + 1
        if name not in declared:
            raise BadSource(
                f"{path}, line {line}: the header does not say what ?{name} is. Add `# {name} (kind): meaning`, or "
                f"write VALUES (?{name}) {{ (…) }} if its values are not a user's to choose."
            )
        examples.setdefault(name, _example(path, line, sparql[: found[form].start], sparql, block))
    for parameter in header.parameters:
        if parameter.name not in examples:
            hint = f"Add VALUES ?{parameter.name} {{ … }} with an example."
            raise BadSource(f"{path}, line {parameter.line}: no VALUES block holds ?{parameter.name}. {hint}")
    return examples


def parameter_blocks(found: Sequence[Token]) -> list[DataBlock]:
    """The blocks `VALUES ?x { … }` of a query; a block `VALUES (?x) { (…) }` is a constant of the query."""
    return [block for block in data_blocks(found) if len(block.variables) == 1 and not block.bracketed]


def _example(path: Path, line: int, prologue: str, sparql: str, block: DataBlock) -> Term:
    data = sparql[block.opening : block.closing + 1]
    answer = Embedded(ox.Store()).query(f"{prologue}SELECT ?x {{ VALUES ?x {data} }}")
    for (term,) in answer.rows if isinstance(answer, Solutions) else ():
        if term is not None:
            return term
    raise BadSource(f"{path}, line {line}: the VALUES block of ?{block.variables[0]} holds no example. Put one in.")


def _check_first_variable(path: Path, sparql: str, found: Sequence[Token]) -> None:
    if found[0].text.upper() == "SELECT" and found[1].text == "*":
        line = sparql.count("\n", 0, found[0].start) + 1
        raise BadSource(
            f"{path}, line {line}: SELECT * does not say what the answer is. Name the answer's variable first."
        )


# Values of parameters


def resolve(value: object, parameter: Parameter, store: Store) -> Term:
    """The term that a value means, checked to be of the parameter's class or datatype.

    For a class: an IRI, a CURIE, the end of an IRI, or a label in any language whatever its case and accents.
    Raises `BadValue` for anything that is unknown, ambiguous or of another class, with what would be right.
    """
    text = _text(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValue(f"{parameter.name}: {text[:60]!r} is no UTF-8 text. Type the value anew.") from None
    if parameter.kind in _DATATYPES:
        return _literal(text, parameter)
    return things.resolve(text, store, kind=parameter.kind, what=parameter.name)


def _text(value: object) -> str:
    match value:
        case ox.NamedNode():
            return f"<{value.value}>"
        case ox.Literal():
            return value.value
        case bool():
            return str(value).lower()
    return str(value)


def _literal(text: str, parameter: Parameter) -> ox.Literal:
    pattern, canonical, example = _DATATYPES[parameter.kind]
    canonical_text = canonical(text) if re.fullmatch(pattern, text, re.ASCII | re.DOTALL) else None
    if canonical_text is None:
        raise BadValue(f"{parameter.name}: {text[:60]!r} is no {compact(parameter.kind)}. Write it as {example}.")
    return ox.Literal(canonical_text, datatype=ox.NamedNode(parameter.kind))


def _number(text: str) -> str:
    """The canonical form of XSD 1.1, which stores keep: +05.50 is 5.5."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    digits = (
        f"{whole.lstrip('0') or '0'}.{fraction}".rstrip("0").rstrip(".") if "." in text else whole.lstrip("0") or "0"
    )
    return f"-{digits}" if text.startswith("-") and digits != "0" else digits


def _truth(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _day(text: str) -> str | None:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return None
    return text


_ZONE: Final = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATATYPES: Final[dict[str, tuple[str, Callable[[str], str | None], str]]] = {
    expand("xsd:string"): (r".*", str, "text"),
    expand("xsd:integer"): (r"[+-]?\d+", _number, "42"),
    expand("xsd:decimal"): (r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", _number, "4.2"),
    expand("xsd:boolean"): (r"true|false|0|1", _truth, "true or false"),
    expand("xsd:gYear"): (rf"-?(?:[1-9]\d{{3,}}|0\d{{3}}){_ZONE}", str, "2024"),
    expand("xsd:date"): (rf"\d{{4}}-\d\d-\d\d{_ZONE}", _day, "2024-06-30"),
}
"""By datatype: its lexical forms, what makes a form canonical (None: no such value), and an example."""
