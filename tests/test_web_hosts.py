"""What other hosts are told: redirects from the graph's names, which lead where the pages are."""

import re

import pytest

from terril.web.hosts import w3id

BASE = "https://example.org/terril/"


def redirected(path: str) -> tuple[str, int]:
    """Where the rules lead a path, and with which status."""
    for line in w3id(BASE).splitlines():
        rule = re.fullmatch(r"RewriteRule (\S+) (\S+) \[R=(\d+),NE,L\]", line)
        if rule and (match := re.search(rule[1], path)):
            return re.sub(r"\$(\d)", lambda group: match[int(group[1])], rule[2]), int(rule[3])
    raise AssertionError(path)


@pytest.mark.parametrize(
    ("path", "address", "status"),
    [
        ("id/organisation/mecatech", "doc/organisation/mecatech", 303),
        ("auth/topic/mechatronics", "doc/topic/mechatronics", 303),
        ("id/passage/namur-clusters/502-698", "doc/passage/namur-clusters/502-698", 303),
        ("ns", "ns", 303),
        ("", "", 302),
        ("catalog", "catalog", 302),
        (".well-known/void", ".well-known/void", 302),
    ],
)
def test_names_lead_to_their_pages(path, address, status):
    assert redirected(path) == (BASE + address, status)


def test_the_rules_say_that_they_are_not_registered():
    assert w3id(BASE).startswith("# Not registered")
