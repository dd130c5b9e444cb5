"""Literals and values, after XML Schema Definition Language 1.1 Part 2 and the OWL 2 datatype map."""

import pyoxigraph as ox
import pytest

from terril.datatypes import LITERAL, RDF, XSD, contains, value


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("text", "own", "datatype"),
    [
        ("1", "integer", "decimal"),
        ("5.0", "decimal", "integer"),
        ("127", "integer", "byte"),
        ("-1.50", "decimal", "decimal"),
        ("1E3", "double", "double"),
        ("INF", "float", "float"),
        ("true", "boolean", "boolean"),
        ("two words", "string", "token"),
        ("fr-BE", "string", "language"),
        ("2024-02-29T12:00:00Z", "dateTime", "dateTimeStamp"),
        ("", "anyURI", "anyURI"),
        ("00FF", "hexBinary", "hexBinary"),
        ("YQ==", "base64Binary", "base64Binary"),
    ],
)
def test_a_value_is_in_every_datatype_that_holds_it(text: str, own: str, datatype: str) -> None:
    assert contains(XSD + datatype, literal(text, own))
    assert contains(LITERAL, literal(text, own))


@pytest.mark.parametrize(
    ("text", "own", "datatype"),
    [
        ("1", "string", "decimal"),
        ("1.5", "decimal", "integer"),
        ("128", "integer", "byte"),
        ("-1", "integer", "nonNegativeInteger"),
        ("0", "integer", "positiveInteger"),
        ("1", "integer", "double"),
        ("1", "double", "decimal"),
        ("one", "integer", "integer"),
        ("1E3", "decimal", "decimal"),
        ("yes", "boolean", "boolean"),
        ("two  spaces", "string", "token"),
        ("2024-02-29T12:00:00", "dateTime", "dateTimeStamp"),
        ("2024-02-30", "date", "dateTime"),
        ("0FF", "hexBinary", "hexBinary"),
    ],
)
def test_a_value_is_not_in_a_datatype_that_does_not_hold_it(text: str, own: str, datatype: str) -> None:
    assert not contains(XSD + datatype, literal(text, own))


def test_a_text_with_a_language_is_plain_and_no_string() -> None:
    text = ox.Literal("clair", language="fr")
    assert contains(RDF + "PlainLiteral", text)
    assert contains(RDF + "langString", text)
    assert not contains(XSD + "string", text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (literal("01", "integer"), literal("1.0", "decimal")),
        (literal("+7", "byte"), literal("7", "unsignedInt")),
        (literal("1", "boolean"), literal("true", "boolean")),
        (literal("1E1", "double"), literal("10", "double")),
        (literal("2024-01-01T00:00:00Z", "dateTime"), literal("2024-01-01T01:00:00+01:00", "dateTime")),
    ],
)
def test_two_forms_of_one_value_are_equal(left: ox.Literal, right: ox.Literal) -> None:
    assert value(left) == value(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (literal("1", "integer"), literal("1", "string")),
        (literal("1", "decimal"), literal("1", "double")),
        (literal("1", "float"), literal("1", "double")),
        (ox.Literal("a", language="en"), ox.Literal("a", language="fr")),
        (literal("one", "integer"), literal("1", "integer")),
        (literal("2024-01-01T00:00:00", "dateTime"), literal("2024-01-01T00:00:00Z", "dateTime")),
    ],
)
def test_different_values_differ(left: ox.Literal, right: ox.Literal) -> None:
    assert value(left) != value(right)
