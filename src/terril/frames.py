"""Data frames: terms as Python values, and columns of them as tables of pandas, polars and Apache Arrow.

A column whose cells all have the same datatype gets a type of its own; integers beside decimals make it decimal, and
numbers beside doubles double, as SPARQL 1.1 promotes them (section 17.1). All else is text: IRIs, partial dates such as
"2024"^^xsd:gYear, and every cell of a column whose cells do not go together.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pyoxigraph as ox

from .datatypes import INTEGERS, XSD, contains
from .errors import NotInstalled

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Rows: TypeAlias = Sequence[Sequence[Term | None]]


class Text(str):
    """A text that knows its language, a BCP 47 tag; otherwise it is a string like any other.

    >>> Text("pôle", "fr") == "pôle", Text("pôle", "fr").language
    (True, 'fr')
    """

    language: str

    def __new__(cls, text: str, language: str) -> "Text":
        """Make a text in a language."""
        self = super().__new__(cls, text)
        self.language = language
        return self

    def __reduce__(self) -> tuple[type["Text"], tuple[str, str]]:
        """What a copy is made from."""
        return Text, (str(self), self.language)


def value(term: Term | None) -> object:
    """A term as a Python value.

    xsd:integer and its kin give `int`, xsd:decimal `Decimal`, xsd:double and xsd:float `float`, xsd:boolean `bool`,
    xsd:date `date`, xsd:dateTime `datetime`, a language-tagged string `Text`. Everything else is a `str`: an IRI in
    full, a literal by its lexical form (partial dates too, dates with a time zone, and what is not of the datatype it
    claims), a blank node or triple as in N-Triples. What is unbound is None.

    >>> value(ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal")))
    Decimal('1.50')
    >>> value(ox.Literal("2024", datatype=ox.NamedNode(XSD + "gYear")))
    '2024'
    """
    match term:
        case None:
            return None
        case ox.NamedNode():
            return term.value
        case ox.Literal():
            return Text(term.value, term.language) if term.language else _parsed(term)
    return str(term)


def to_dicts(variables: Sequence[str], rows: Rows) -> list[dict[str, object]]:
    """Rows as dictionaries of Python values, as `value` makes them."""
    return [dict(zip(variables, map(value, row), strict=True)) for row in rows]


def to_arrow(variables: Sequence[str], rows: Rows) -> "pyarrow.Table":
    """A table of Apache Arrow: int64, decimal, double, bool, date32, timestamp or string by column.

    A column that is empty throughout is of strings. Raises `NotInstalled`.
    """
    library = _library("pyarrow")
    columns = {name: _column(library, [row[i] for row in rows]) for i, name in enumerate(variables)}
    table: pyarrow.Table = library.table(columns)
    return table


def to_pandas(variables: Sequence[str], rows: Rows) -> "pandas.DataFrame":
    """A pandas data frame whose columns have Arrow's types, so that integers stay so beside empty cells.

    Raises `NotInstalled`.
    """
    library = _library("pandas")
    frame: pandas.DataFrame = to_arrow(variables, rows).to_pandas(types_mapper=library.ArrowDtype)
    return frame


def to_polars(variables: Sequence[str], rows: Rows) -> "polars.DataFrame":
    """A polars data frame. Raises `NotInstalled`."""
    library = _library("polars")
    frame: polars.DataFrame = library.from_arrow(to_arrow(variables, rows))
    return frame


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise NotInstalled(f"{name} is not installed. Install it with `pip install 'terril[frames]'`.") from None


# Values


def _date(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError("Python reads other forms of ISO 8601 too")
    return day


_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    **dict.fromkeys(INTEGERS, int),
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": _date,
    XSD + "dateTime": datetime.fromisoformat,
    XSD + "dateTimeStamp": datetime.fromisoformat,
}


def _parsed(literal: ox.Literal) -> object:
    parse = _PARSERS.get(literal.datatype.value)
    if parse is None or not contains(literal.datatype.value, literal):
        return literal.value
    try:
        return parse(literal.value)
    except ValueError:  # legal in XML Schema, and beyond Python: years after 9999, the time 24:00
        return literal.value


# Columns


def _column(library: Any, cells: Sequence[Term | None]) -> "pyarrow.Array":
    values = [value(cell) for cell in cells]
    bound = [each for each in values if each is not None]
    kinds = set(map(type, bound))
    if float in kinds and kinds <= _NUMBERS:
        return library.array([each if each is None else _float(each) for each in values], library.float64())
    found = _type(library, kinds, bound)
    return library.array([_text(cell) for cell in cells] if found is None else values, found or library.string())


_NUMBERS: Final = {int, Decimal, float}
_WIDEST: Final = 76
"""Digits of the widest decimal that Arrow has."""


def _type(library: Any, kinds: set[type], values: Sequence[Any]) -> Any:
    """The Arrow type that holds Python values of these kinds, or None if that is text."""
    if kinds == {bool}:
        return library.bool_()
    if kinds == {date}:
        return library.date32()
    if kinds == {datetime}:
        zoned = {moment.tzinfo is not None for moment in values}
        return library.timestamp("us", tz="UTC" if zoned == {True} else None) if len(zoned) == 1 else None
    if kinds == {int} and all(-(2**63) <= number < 2**63 for number in values):
        return library.int64()
    return _decimal_type(library, values) if kinds and kinds <= {int, Decimal} else None


def _decimal_type(library: Any, numbers: Sequence[int | Decimal]) -> Any:
    """The decimal type with as many digits before and after the point as any of the numbers has."""
    parts = [Decimal(number).as_tuple() for number in numbers]
    scale = max(-int(part.exponent) for part in parts)
    precision = scale + max(0, *(len(part.digits) + int(part.exponent) for part in parts))
    if precision > _WIDEST:
        return None
    return (library.decimal128 if precision <= _WIDEST // 2 else library.decimal256)(precision, scale)


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def _text(term: Term | None) -> str | None:
    return None if term is None else str(getattr(term, "value", term))
