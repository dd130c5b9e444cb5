"""Answers to SPARQL queries: what a store gives back, its labels, and the formats it is written in.

A result is `Solutions` (SELECT), `Truth` (ASK) or `Triples` (CONSTRUCT, DESCRIBE); `write` puts it into a format.
Rows and yes/no answers follow the W3C recommendations SPARQL 1.1 Query Results JSON, CSV/TSV and XML; `table` and `md`
are for people. Graphs are written sorted, so the same graph gives the same text.
"""

import json
import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pyoxigraph as ox

from .errors import BadQuery, UnknownFormat
from .languages import distance, speaks
from .names import PREFIXES, compact, expand
from .notebooks import Displayed

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    import rdflib
    from rdflib.query import Result as RdflibResult

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_RDF_TYPE: Final = expand("rdf:type")
_STRING: Final = ox.NamedNode(expand("xsd:string"))
NUMERIC: Final = frozenset(expand(f"xsd:{name}") for name in ("integer", "decimal", "double", "float"))
LABELS: Final = tuple(
    expand(name)
    for name in (
        "skos:prefLabel",
        "rdfs:label",
        "dcterms:title",
        "foaf:name",
        "terril:gist",
        "terril:interpretationNote",
    )
)
"""Properties whose values are what a thing is called, the best first."""
_BATCH: Final = 1000


def is_true(term: Term | None) -> bool:
    """Whether a term is the truth that a query computed, which to some engines is a number.

    >>> is_true(ox.Literal(True)), is_true(ox.Literal(1)), is_true(ox.Literal(False)), is_true(None)
    (True, True, False, False)
    """
    return isinstance(term, ox.Literal) and term.value in ("true", "1")


class Row:
    """One solution: `row.cluster`, `row["cluster"]` or `row[0]` is a term, or None where the query left it unbound.

    >>> row = Row(("cluster", "size"), (ox.NamedNode("https://example.org/c"), None))
    >>> row.cluster.value, row["size"]
    ('https://example.org/c', None)
    """

    __slots__ = ("_terms", "_variables")

    def __init__(self, variables: tuple[str, ...], terms: tuple[Term | None, ...]) -> None:
        self._variables = variables
        self._terms = terms

    def __getitem__(self, key: str | int) -> Term | None:
        if isinstance(key, int):
            return self._terms[key]
        if key not in self._variables:
            raise KeyError(f"the result has no column {key!r}; it has: {', '.join(self._variables)}")
        return self._terms[self._variables.index(key)]

    def __getattr__(self, name: str) -> Term | None:
        if name.startswith("__") or name not in self._variables:
            raise AttributeError(f"the result has no column {name!r}; it has: {', '.join(self._variables)}")
        return self[name]

    def __iter__(self) -> Iterator[Term | None]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.asdict() == other.asdict()

    def __hash__(self) -> int:
        return hash((self._variables, self._terms))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={term}' for name, term in self.asdict().items())})"

    def asdict(self) -> dict[str, Term | None]:
        """The row as a dictionary, in the order of the columns."""
        return dict(zip(self._variables, self._terms, strict=True))


class Table(Protocol):
    """Columns and rows of terms."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows, None where nothing is bound."""
        ...


class Tabular(Displayed):
    """What has columns and rows of terms: it turns into Python values and data frames, and notebooks show it."""

    def to_dicts(self: Table) -> list[dict[str, object]]:
        """The rows as dictionaries of Python values: numbers, dates, text, as `terril.frames.value` says."""
        from . import frames

        return frames.to_dicts(self.variables, self.rows)

    def to_pandas(self: Table) -> "pandas.DataFrame":
        """The rows as a pandas data frame with a type per column. Raises `NotInstalled` without the extra `frames`."""
        from . import frames

        return frames.to_pandas(self.variables, self.rows)

    def to_polars(self: Table) -> "polars.DataFrame":
        """The rows as a polars data frame with a type per column. Raises `NotInstalled` without the extra `frames`."""
        from . import frames

        return frames.to_polars(self.variables, self.rows)

    def to_arrow(self: Table) -> "pyarrow.Table":
        """The rows as an Arrow table with a type per column. Raises `NotInstalled` without the extra `frames`."""
        from . import frames

        return frames.to_arrow(self.variables, self.rows)


@dataclass(frozen=True)
class Solutions(Tabular):
    """What a SELECT gives: rows in the query's order, None where a variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.variables, row) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_rdflib(self) -> "RdflibResult":
        """The same rows as an `rdflib.query.Result`."""
        from rdflib.query import Result as RdflibResult
        from rdflib.term import Variable

        result = RdflibResult("SELECT")
        result.vars = [Variable(name) for name in self.variables]
        result.bindings = [
            {Variable(name): to_rdflib(term) for name, term in row.asdict().items() if term is not None} for row in self
        ]
        return result


@dataclass(frozen=True)
class Truth(Tabular):
    """What an ASK gives; as a table it has one row."""

    value: bool

    @property
    def variables(self) -> tuple[str, ...]:
        return ("answer",)

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        return ((ox.Literal(self.value),),)

    def __bool__(self) -> bool:
        return self.value

    def to_rdflib(self) -> "RdflibResult":
        """The same answer as an `rdflib.query.Result`."""
        from rdflib.query import Result as RdflibResult

        result = RdflibResult("ASK")
        result.askAnswer = self.value
        return result


@dataclass(frozen=True)
class Triples(Tabular):
    """What a CONSTRUCT or DESCRIBE gives: a set of triples, each once; as a table it has a row for each."""

    triples: tuple[ox.Triple, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        return ("subject", "predicate", "object")

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        return tuple(map(tuple, self.triples))

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def to_rdflib(self) -> "rdflib.Graph":
        """The same triples as an `rdflib.Graph`, with the project's prefixes bound."""
        from rdflib import Graph

        graph = Graph(bind_namespaces="none")
        for prefix, space in PREFIXES.items():
            graph.bind(prefix, space)
        for triple in self:
            graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
        return graph


Result = Solutions | Truth | Triples


class Store(Protocol):
    """Anything that answers SPARQL: a graph in this process or an endpoint elsewhere."""

    def query(self, sparql: str) -> Result:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE."""
        ...


def to_rdflib(term: Term) -> "rdflib.term.IdentifiedNode | rdflib.Literal":
    """The same term for rdflib, its lexical form unchanged. Raises `BadQuery` for what rdflib has no term for."""
    from rdflib import BNode, Literal, URIRef

    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal() if term.direction is None:
            datatype = None if term.language or term.datatype == _STRING else URIRef(term.datatype.value)
            with _unlogged():
                return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    raise BadQuery(f"rdflib cannot hold {term}, which is RDF 1.2. Leave its variable out of the query.")


@contextmanager
def _unlogged() -> Iterator[None]:
    """rdflib logs a traceback for a literal such as "2021-3-19"^^xsd:date; the literal itself says that it is none."""
    log = logging.getLogger("rdflib.term")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def labelled(solutions: Solutions, store: Store, lang: str = "en") -> Solutions:
    """Put a column `?xLabel` after every column `?x` that holds IRIs.

    The label is the thing's skos:prefLabel, rdfs:label, dcterms:title or foaf:name, a passage's gist, or a reading's
    note: in the language `lang` (a BCP 47 tag such as "fr-BE") or a wider one ("fr") if there is one, else in English,
    else the first in any language; it keeps its language tag. A column that the query itself calls `?xLabel` is left
    alone. Which columns hold IRIs only the rows can show, so an empty answer has none of these columns. Asks the store
    once per 1,000 IRIs.
    """
    added = _iri_columns(solutions)
    named = labels({row[i] for row in solutions.rows for i in added}, store, lang)
    variables: list[str] = []
    for i, name in enumerate(solutions.variables):
        variables += [name, f"{name}Label"] if i in added else [name]
    rows = tuple(
        tuple(cell for i, term in enumerate(row) for cell in ((term, _label(term, named)) if i in added else (term,)))
        for row in solutions.rows
    )
    return Solutions(tuple(variables), rows)


def _iri_columns(solutions: Solutions) -> set[int]:
    names = solutions.variables
    return {
        i
        for i, name in enumerate(names)
        if f"{name}Label" not in names and any(isinstance(row[i], ox.NamedNode) for row in solutions.rows)
    }


def _label(term: Term | None, named: Mapping[ox.NamedNode, ox.Literal]) -> ox.Literal | None:
    return named.get(term) if isinstance(term, ox.NamedNode) else None


def labels(things: Iterable[Term | None], store: Store, lang: str = "en") -> dict[ox.NamedNode, ox.Literal]:
    """The labels of those terms that are IRIs and have one, chosen as `labelled` chooses them."""
    best: dict[ox.NamedNode, tuple[tuple[int, int, str, str], ox.Literal]] = {}
    iris = sorted({str(thing) for thing in things if isinstance(thing, ox.NamedNode)})
    for start in range(0, len(iris), _BATCH):
        answer = store.query(_label_query(iris[start : start + _BATCH]))
        for thing, label_property, label in answer.rows if isinstance(answer, Solutions) else ():
            name = label_property.value if isinstance(label_property, ox.NamedNode) else ""
            if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal) and name in LABELS:
                rank = _preference(label, name, lang)
                if thing not in best or rank < best[thing][0]:
                    best[thing] = rank, label
    return {thing: label for thing, (_, label) in best.items()}


def _label_query(iris: list[str]) -> str:
    # A branch for each property, not VALUES or a filter: Oxigraph then looks up each thing's labels and nothing else.
    branches = " UNION ".join(f"{{ ?thing <{iri}> ?label BIND(<{iri}> AS ?property) }}" for iri in LABELS)
    return f"SELECT DISTINCT ?thing ?property ?label WHERE {{ VALUES ?thing {{ {' '.join(iris)} }} {branches} }}"


def _preference(label: ox.Literal, label_property: str, lang: str) -> tuple[int, int, str, str]:
    return distance(label.language, lang), LABELS.index(label_property), label.language or "", label.value


def write(result: Result, format: str | None = None, *, lang: str = "en") -> str:
    """Write a result as text.

    Rows and yes/no: `table` (the default), `csv`, `tsv`, `json`, `xml`, `md`. Graphs: `turtle` (the default), `nt`,
    `nq`, `trig`, `jsonld`. Tables mark a text that is not in the language `lang`: `MecaTech [en]`.
    Raises `UnknownFormat` for a format that is none of these or does not suit the result.

    >>> print(write(Solutions(("n",), ((ox.Literal(4),), (None,))), "csv").replace("\\r", ""), end="")
    n
    4
    <BLANKLINE>
    """
    writers: Mapping[str, Callable[[], str]]
    match result:
        case Solutions():
            writers = _row_writers(result, lang)
        case Truth():
            writers = _truth_writers(result)
        case Triples():
            writers = {name: lambda name=name: _graph(result, name) for name in GRAPH_FORMATS}  # type: ignore[misc]
    format = format or next(iter(writers))
    if format not in writers:
        raise UnknownFormat(_unsuitable(format, result))
    return writers[format]()


def formats(result: Result) -> tuple[str, ...]:
    """The formats that suit a result, the default one first."""
    return GRAPH_FORMATS if isinstance(result, Triples) else ROW_FORMATS


ROW_FORMATS: Final = ("table", "csv", "tsv", "json", "xml", "md")
"""How rows and yes/no answers can be written."""

_RDF_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
GRAPH_FORMATS: Final = tuple(_RDF_FORMATS)
"""How graphs can be written."""

_KINDS: Final = {Solutions: "a SELECT gives rows", Truth: "an ASK gives yes or no", Triples: "the query gives a graph"}


def _unsuitable(format: str, result: Result) -> str:
    known = ", ".join(formats(result))
    if format in ROW_FORMATS + GRAPH_FORMATS:
        return f"{format} does not suit this result: {_KINDS[type(result)]}. Choose one of {known}."
    return f"There is no format {format!r}. Choose one of {known}."


# Rows and yes/no answers in the W3C formats


def _row_writers(solutions: Solutions, lang: str) -> dict[str, Callable[[], str]]:
    w3c = ox.QueryResultsFormat
    return {
        "table": lambda: _table(solutions, lang),
        "csv": lambda: _serialise(solutions, w3c.CSV),
        "tsv": lambda: _serialise(solutions, w3c.TSV),
        "json": lambda: _json(_json_solutions(solutions)),
        "xml": lambda: _serialise(solutions, w3c.XML) + "\n",
        "md": lambda: _markdown(solutions, lang),
    }


def _truth_writers(truth: Truth) -> dict[str, Callable[[], str]]:
    yes, boolean = ("yes", "true") if truth else ("no", "false")
    xml = f'<?xml version="1.0"?><sparql xmlns="{_RESULTS}"><head></head><boolean>{boolean}</boolean></sparql>\n'
    return {
        "table": lambda: f"{yes}\n",
        "csv": lambda: f"{boolean}\r\n",
        "tsv": lambda: f"{boolean}\n",
        "json": lambda: _json({"head": {}, "boolean": truth.value}),
        "xml": lambda: xml,
        "md": lambda: f"{yes}\n",
    }


_RESULTS: Final = "http://www.w3.org/2005/sparql-results#"


def _serialise(solutions: Solutions, format: ox.QueryResultsFormat) -> str:
    # The engine serialises only results of its own, and reads them from JSON.
    own = ox.parse_query_results(json.dumps(_json_solutions(solutions)), ox.QueryResultsFormat.JSON)
    text = own.serialize(format=format)
    assert text is not None
    return text.decode()


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_solutions(solutions: Solutions) -> dict[str, object]:
    bindings = [
        {name: _json_term(term) for name, term in zip(solutions.variables, row, strict=True) if term is not None}
        for row in solutions.rows
    ]
    return {"head": {"vars": list(solutions.variables)}, "results": {"bindings": bindings}}


def _json_term(term: Term) -> dict[str, object]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Triple():
            parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
            return {"type": "triple", "value": {name: _json_term(part) for name, part in parts}}
    literal: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language is not None:
        literal["xml:lang"] = term.language
        return literal | ({"its:dir": str(term.direction)} if term.direction else {})
    return literal if term.datatype == _STRING else literal | {"datatype": term.datatype.value}


# Tables for people


def _table(solutions: Solutions, lang: str) -> str:
    cells = [[plain(_shown(term, lang)) for term in row] for row in solutions.rows]
    widths = [max(map(_width, column)) for column in zip(solutions.variables, *cells, strict=True)]
    right = [_is_numeric(solutions, i) for i in range(len(widths))]
    lines = [list(solutions.variables), ["─" * width for width in widths], *cells]
    return "".join(
        "  ".join(_padded(*cell) for cell in zip(line, widths, right, strict=True)).rstrip() + "\n" for line in lines
    )


def _markdown(solutions: Solutions, lang: str) -> str:
    rules = ["---:" if _is_numeric(solutions, i) else "---" for i in range(len(solutions.variables))]
    cells = [[_escaped(plain(_shown(term, lang))) for term in row] for row in solutions.rows]
    lines = [[_escaped(name) for name in solutions.variables], rules, *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(term: Term | None, lang: str) -> str:
    match term:
        case None:
            return ""
        case ox.NamedNode():
            return compact(term.value)
        case ox.Literal() if term.language and not speaks(term.language, lang):
            return f"{term.value} [{term.language}]"
        case ox.Literal():
            return term.value
    return str(term)


def plain(text: str) -> str:
    """Return a text as one line without what could steer a terminal: control characters, and those that reorder what
    stands around them (UAX 9).
    """
    if text.isprintable():  # no control, mark of direction or other space than the plain one is
        return text
    return "".join(" " if char.isspace() else "�" if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") or unicodedata.bidirectional(char) in _REORDERING


_REORDERING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\|<>*`" else char for char in text)


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: two for wide characters (UAX 11), none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _is_numeric(solutions: Solutions, column: int) -> bool:
    terms = [row[column] for row in solutions.rows if row[column] is not None]
    return bool(terms) and all(isinstance(t, ox.Literal) and t.datatype.value in NUMERIC for t in terms)


# Graphs


def _graph(triples: Triples, format: str) -> str:
    ordered = sorted(set(triples), key=_order)
    prefixes = _used_prefixes(ordered)
    if format == "jsonld":
        return _json(_json_ld(ordered, prefixes))
    text = ox.serialize(ordered, format=_RDF_FORMATS[format], prefixes=prefixes)
    assert text is not None
    return text.decode()


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Subjects together, their types first, as a reader of Turtle expects."""
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _RDF_TYPE, predicate, str(triple.object)


def _used_prefixes(triples: list[ox.Triple]) -> dict[str, str]:
    iris = {iri for triple in triples for iri in _iris(triple)}
    return {p: space for p, space in sorted(PREFIXES.items()) if any(iri.startswith(space) for iri in iris)}


def _iris(term: Term) -> Iterator[str]:
    match term:
        case ox.NamedNode():
            yield term.value
        case ox.Literal():
            yield term.datatype.value
        case ox.Triple():
            for part in (term.subject, term.predicate, term.object):
                yield from _iris(part)


def _json_ld(triples: list[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, object]:
    """One object per subject, every value a list, keys as CURIEs: JSON-LD 1.1, compacted with prefixes only.

    Where an IRI begins as if with a prefix, such as <foaf:name>, that prefix is not used: it would be read as another.
    """
    schemes = {iri.partition(":")[0] for triple in triples for iri in _iris(triple)}
    context = {prefix: space for prefix, space in prefixes.items() if prefix not in schemes}
    nodes: dict[str, dict[str, list[object]]] = {}
    for triple in triples:
        node = nodes.setdefault(_json_ld_name(triple.subject, context), {})
        if triple.predicate.value == _RDF_TYPE and not isinstance(triple.object, ox.Literal):
            node.setdefault("@type", []).append(_json_ld_name(triple.object, context))
        else:
            node.setdefault(_short(triple.predicate.value, context), []).append(_json_ld_value(triple.object, context))
    return {"@context": context, "@graph": [{"@id": name, **node} for name, node in nodes.items()]}


def _short(iri: str, context: Mapping[str, str]) -> str:
    name = compact(iri)
    return name if name.partition(":")[0] in context else iri


def _json_ld_name(term: Term, context: Mapping[str, str]) -> str:
    if isinstance(term, ox.Triple):
        raise UnknownFormat("jsonld cannot hold a triple term, which is RDF 1.2. Choose turtle, nt, nq or trig.")
    return _short(term.value, context) if isinstance(term, ox.NamedNode) else str(term)


def _json_ld_value(term: Term, context: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        return {"@id": _json_ld_name(term, context)}
    if term.language is not None:
        direction = {"@direction": str(term.direction)} if term.direction else {}
        return {"@value": term.value, "@language": term.language, **direction}
    datatype = _short(term.datatype.value, context)
    return {"@value": term.value} | ({} if term.datatype == _STRING else {"@type": datatype})
