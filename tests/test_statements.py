"""Lines: what a parser finds in a text is found on a line, and on the right one."""

import pyoxigraph as ox
import pytest

from terril.documents import read
from terril.statements import lines

SPACES = {"": "urn:", "x": "urn:x:"}
HARD = r"""PREFIX : <urn:>
@prefix x: <urn:x:> . # a:b is no subject
<urn:a> :p "a \" . :no :p {" , '''
:neither :p ' . \''' } .
''' ; :q 1.5, true ,
  x:o\,o .
x:a.b :p (:c :d) , [ :e :f ; :g [] ] . :after :p .5 .
[] :p :o .
GRAPH :g { :one :p :two . :three :p
  :four } :plain{x:five :p "x"@en . }
{ x:six :p "y"^^x:t .}
"""


def test_strings_comments_brackets_and_blocks_do_not_mislead():
    assert lines(HARD, SPACES, "urn:file") == {
        ("urn:file", "urn:a"): 3,
        ("urn:file", "urn:x:a.b"): 7,
        ("urn:file", "urn:after"): 7,
        ("urn:g", "urn:g"): 9,
        ("urn:g", "urn:one"): 9,
        ("urn:g", "urn:three"): 9,
        ("urn:plain", "urn:plain"): 10,
        ("urn:plain", "urn:x:five"): 10,
        ("urn:file", "urn:x:six"): 11,
    }


def test_the_hard_text_says_to_a_parser_what_it_says_here():
    quads = list(ox.parse(HARD, format=ox.RdfFormat.TRIG))
    named = [quad for quad in quads if isinstance(quad.subject, ox.NamedNode)]
    places = {(getattr(quad.graph_name, "value", "urn:file"), quad.subject.value) for quad in named}
    assert places == {place for place in lines(HARD, SPACES, "urn:file") if len(set(place)) == 2}


def test_every_subject_of_the_project_is_found_in_its_graph_and_no_other(home):
    for source in read(home).sources:
        text = source.path.read_text("utf-8")
        found = set(lines(text, spaces(text), source.graph.value))
        quads = (quad for quad in source.quads if isinstance(quad.subject, ox.NamedNode))
        blocks = {(quad.graph_name.value, quad.graph_name.value) for quad in source.quads}
        assert found - blocks == {(quad.graph_name.value, quad.subject.value) for quad in quads} - blocks


def spaces(text: str) -> dict[str, str]:
    """The prefixes of a text, as its parser reads them."""
    parser = ox.parse(text, format=ox.RdfFormat.TRIG)
    list(parser)
    return parser.prefixes


@pytest.mark.parametrize("text", ["", "# nothing", "@prefix x: <urn:> ."])
def test_a_text_without_statements_has_no_lines(text):
    assert lines(text, SPACES, "urn:file") == {}
