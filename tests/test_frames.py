"""Rows become Python values and typed columns; what does not fit a type stays the text that it was."""

import copy
import importlib.util
import pickle
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf, isnan

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import terril
from conftest import require
from terril.errors import NotInstalled
from terril.frames import Text, value
from terril.names import PREFIXES
from terril.results import Solutions, Triples, Truth

XSD = PREFIXES["xsd"]
NODE = ox.NamedNode("https://example.org/thing")


@pytest.fixture(autouse=True)
def _libraries():
    require("frames", all(importlib.util.find_spec(name) for name in ("pandas", "polars", "pyarrow")))


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def column(*cells: ox.Literal | None) -> Solutions:
    return Solutions(("x",), tuple((cell,) for cell in cells))


def arrow_type(*cells: ox.Literal | None) -> str:
    return str(column(*cells).to_arrow().schema.field("x").type)


# Values


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (None, None),
        (NODE, "https://example.org/thing"),
        (ox.BlankNode("b0"), "_:b0"),
        (ox.Literal("pôle", language="fr"), Text("pôle", "fr")),
        (ox.Literal("plain"), "plain"),
        (literal("007", "integer"), 7),
        (literal("-5", "long"), -5),
        (literal("200", "unsignedByte"), 200),
        (literal("1.50", "decimal"), Decimal("1.50")),
        (literal("2.5e3", "double"), 2500.0),
        (literal("-INF", "float"), -inf),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("2021-03-19", "date"), date(2021, 3, 19)),
        (literal("2021-03-19T10:00:00", "dateTime"), datetime(2021, 3, 19, 10)),
        (literal("2021-03-19T10:00:00Z", "dateTime"), datetime(2021, 3, 19, 10, tzinfo=UTC)),
    ],
)
def test_a_term_has_the_python_value_of_its_datatype(term, expected):
    assert value(term) == expected
    assert type(value(term)) is type(expected)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2024", "gYear"),
        ("--03-19", "gMonthDay"),
        ("2024-05", "gYearMonth"),
        ("2021-03-19Z", "date"),
        ("20210319", "date"),
        ("2021-3-19", "date"),
        ("-0044-03-15", "date"),
        ("2021-02-30", "date"),
        ("12021-03-19T10:00:00", "dateTime"),
        ("2021-03-19T24:00:00", "dateTime"),
        ("five", "integer"),
        ("300", "byte"),
        ("1,5", "decimal"),
        ("yes", "boolean"),
        ("P1Y", "duration"),
        ("9" * 5000, "integer"),
    ],
)
def test_a_partial_or_ill_typed_value_stays_the_text_that_it_was(text, datatype):
    assert value(literal(text, datatype)) == text


def test_not_a_number_is_a_number_of_python():
    assert isnan(value(literal("NaN", "double")))


def test_a_text_keeps_its_language_when_copied():
    text = Text("pôle", "fr")
    assert (copy.deepcopy(text).language, pickle.loads(pickle.dumps(text)).language) == ("fr", "fr")


@given(st.integers())
def test_every_integer_comes_back(number):
    assert value(literal(str(number), "integer")) == number


@given(st.dates())
def test_every_date_comes_back(day):
    assert value(literal(day.isoformat(), "date")) == day


# Columns


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([ox.Literal(1), None], "int64"),
        ([literal("1.5", "decimal"), literal("100.25", "decimal")], "decimal128(5, 2)"),
        ([ox.Literal(1), literal("1.5", "decimal")], "decimal128(2, 1)"),
        ([ox.Literal(1), literal("1.5", "double")], "double"),
        ([literal("1.5", "decimal"), literal("1.5", "float")], "double"),
        ([literal("9" * 30, "integer")], "decimal128(30, 0)"),
        ([literal("9" * 50, "integer")], "decimal256(50, 0)"),
        ([literal("9" * 80, "integer")], "string"),
        ([literal("0.001", "decimal")], "decimal128(3, 3)"),
        ([ox.Literal(True), None], "bool"),
        ([literal("2021-03-19", "date"), None], "date32[day]"),
        ([literal("2021-03-19T10:00:00", "dateTime")], "timestamp[us]"),
        ([literal("2021-03-19T10:00:00+02:00", "dateTime")], "timestamp[us, tz=UTC]"),
        ([literal("2021-03-19T10:00:00Z", "dateTime"), literal("2021-03-19T10:00:00", "dateTime")], "string"),
        ([literal("2024", "gYear"), literal("2021-03-19", "date")], "string"),
        ([ox.Literal(1), ox.Literal("one")], "string"),
        ([ox.Literal(True), ox.Literal(1)], "string"),
        ([None, None], "string"),
        ([], "string"),
    ],
)
def test_a_column_has_the_type_that_its_cells_share(cells, expected):
    assert arrow_type(*cells) == expected


def test_mixed_cells_become_their_own_text():
    mixed = column(ox.Literal(1), literal("01.50", "decimal"), ox.Literal("one", language="en"), None)
    assert mixed.to_arrow()["x"].to_pylist() == ["1", "01.50", "one", None]


def test_numbers_keep_their_value():
    cells = [literal(text, "decimal") for text in ("1.10", "-300", "0.005")]
    assert column(*cells).to_arrow()["x"].to_pylist() == [Decimal("1.100"), Decimal(-300), Decimal("0.005")]
    assert column(ox.Literal(2), None, literal("0.5", "double")).to_arrow()["x"].to_pylist() == [2.0, None, 0.5]


def test_a_number_too_large_for_a_double_is_infinite_as_in_sparql():
    assert column(literal("9" * 400, "integer"), literal("1", "double")).to_arrow()["x"].to_pylist() == [inf, 1.0]


def test_moments_are_told_in_one_time_zone():
    (moment,) = column(literal("2021-03-19T10:00:00+02:00", "dateTime")).to_arrow()["x"].to_pylist()
    assert moment == datetime(2021, 3, 19, 8, tzinfo=UTC)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-(2**70), 2**70) | st.decimals(allow_nan=False, allow_infinity=False)))
def test_no_number_is_changed_by_its_column(numbers):
    cells = [None if n is None else literal(format(Decimal(n), "f"), "decimal") for n in numbers]
    table = column(*cells).to_arrow()["x"].to_pylist()
    assert [n if n is None else Decimal(n) for n in table] == numbers


# Frames


def test_the_three_libraries_hold_the_same_cells():
    solutions = Solutions(
        ("thing", "size", "day"),
        ((NODE, ox.Literal(1), literal("2021-03-19", "date")), (NODE, None, None)),
    )
    rows = solutions.to_dicts()
    assert rows == [
        {"thing": "https://example.org/thing", "size": 1, "day": date(2021, 3, 19)},
        {"thing": "https://example.org/thing", "size": None, "day": None},
    ]
    assert solutions.to_arrow().to_pylist() == rows
    assert solutions.to_polars().to_dicts() == rows
    assert solutions.to_pandas().astype(object).where(solutions.to_pandas().notna(), None).to_dict("records") == rows


def test_integers_stay_integers_in_pandas_beside_an_empty_cell():
    import pandas

    frame = column(ox.Literal(2**60 + 1), None).to_pandas()
    assert pandas.api.types.is_integer_dtype(frame["x"])
    assert frame["x"].sum() == 2**60 + 1


def test_an_empty_result_keeps_its_columns():
    empty = Solutions(("a", "b"), ())
    assert list(empty.to_pandas().columns) == empty.to_polars().columns == empty.to_arrow().column_names == ["a", "b"]
    assert empty.to_dicts() == []


def test_a_result_without_columns_is_a_table_without_columns():
    assert Solutions((), ((),)).to_arrow().column_names == []


def test_yes_or_no_is_a_table_of_one_cell():
    assert Truth(True).to_pandas().to_dict("records") == [{"answer": True}]


def test_a_graph_is_a_table_of_triples():
    triples = Triples((ox.Triple(NODE, NODE, ox.Literal(1)),))
    assert triples.to_dicts() == [{"subject": NODE.value, "predicate": NODE.value, "object": 1}]


def test_an_answer_turns_into_frames_as_its_result_does(home):
    answer = terril.ask("coverage", home=home)
    assert answer.to_dicts() == answer.result.to_dicts()
    assert answer.to_pandas().equals(answer.result.to_pandas())
    assert (answer.to_polars()["characters"] >= answer.to_polars()["covered"]).all()


@pytest.mark.parametrize(
    ("missing", "method"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")]
)
def test_a_missing_library_is_named_with_its_extra(monkeypatch, missing, method):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NotInstalled, match=rf"{missing} is not installed.*terril\[frames\]"):
        getattr(column(ox.Literal(1)), method)()


def test_a_hundred_thousand_rows_take_about_a_second():
    import time

    rows = tuple((NODE, ox.Literal(i), ox.Literal(f"name {i}", language="en")) for i in range(100_000))
    start = time.perf_counter()
    assert Solutions(("thing", "number", "name"), rows).to_arrow().num_rows == 100_000
    assert time.perf_counter() - start < 5
