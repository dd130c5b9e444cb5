"""What checks found, and the forms in which it is handed on: text, JSON, SARIF 2.1.0, and a SHACL report in Turtle."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import pyoxigraph as ox

from .errors import UnknownFormat, Violations
from .languages import choose, in_language
from .names import compact, expand
from .results import Triples, plain
from .results import write as write_result

Severity = Literal["violation", "warning", "info"]
Text = Mapping[str, str]
"""A sentence by language tag; `en` is always there."""

FORMATS: Final = ("text", "json", "sarif", "turtle")
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")

_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"violation": "error", "warning": "warning", "info": "note"}
_COUNTED: Final[Mapping[str, Mapping[Severity, tuple[str, str]]]] = {
    "en": {"violation": ("violation", "violations"), "warning": ("warning", "warnings"), "info": ("note", "notes")},
    "fr": {"violation": ("violation", "violations"), "warning": ("avertissement", "avertissements"),
           "info": ("remarque", "remarques")},
}  # fmt: skip
_NOTHING: Final = {"en": "Nothing to report.", "fr": "Rien à signaler."}


@dataclass(frozen=True)
class Finding:
    """One thing that a check has to say.

    `code` names the check, `focus` the thing that breaks it, `graph` the passage, reading or file graph whose triple
    does, `path` and `line` (from 1) the place to mend. `component` is the SHACL constraint component, `property` and
    `value` what it looked at; all three are None where a check is no SHACL constraint.
    """

    severity: Severity
    code: str
    focus: ox.NamedNode
    message: Text = field(hash=False)
    path: Path
    line: int
    graph: ox.NamedNode | None = None
    component: ox.NamedNode | None = None
    property: ox.NamedNode | None = None
    value: ox.NamedNode | ox.Literal | ox.BlankNode | None = None

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """The finding in one line: place, severity, sentence, code."""
        severity = _words(lang)[self.severity][0]
        return f"{_shown(self.path)}:{self.line}: {severity}: {plain(self.sentence(lang))} [{self.code}]"

    def sentence(self, lang: str) -> str:
        """The message in a language, in English where it has none."""
        return in_language(self.message, lang)


@dataclass(frozen=True)
class Check:
    """A rule that is no SHACL shape: its code, its severity, what it says in English and French, names left open."""

    code: str
    severity: Severity
    en: str
    fr: str

    def text(self, **names: object) -> Text:
        """What the check says, with the names filled in."""
        return {"en": self.en.format(**names), "fr": self.fr.format(**names)}


@dataclass(frozen=True)
class Report:
    """Everything that was found, in the order of files and lines."""

    findings: tuple[Finding, ...]

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that stop a build."""
        return tuple(finding for finding in self.findings if finding.severity == "violation")

    @property
    def conforms(self) -> bool:
        """Whether there is no violation. (SHACL's sh:conforms, in the Turtle form, is false for a warning too.)"""
        return not self.violations

    def raise_for_violations(self) -> "Report":
        """Return the report, or raise `Violations`, which carries it."""
        if self.violations:
            raise Violations(self)
        return self

    def __str__(self) -> str:
        return write(self)


def report(findings: Iterable[Finding]) -> Report:
    """Put findings in order: by file, line, severity and code; what is found twice, once."""
    return Report(tuple(finding for _, finding in sorted({_key(finding): finding for finding in findings}.items())))


def write(report: Report, format: str = "text", *, lang: str = "en") -> str:
    """Write a report as `text`, `json`, `sarif` (Static Analysis Results Interchange Format 2.1.0) or `turtle` (a
    sh:ValidationReport), its sentences in a language.

    Raises `UnknownFormat`.
    """
    match format:
        case "text":
            return _text(report, lang)
        case "json":
            return _json({"conforms": report.conforms, "findings": [_record(f, lang) for f in report.findings]})
        case "sarif":
            return _json(_sarif(report, lang))
        case "turtle":
            return write_result(Triples(tuple(_triples(report))), "turtle")
    raise UnknownFormat(f"There is no report format {format!r}. Choose one of {', '.join(FORMATS)}.")


def _key(finding: Finding) -> tuple[str, int, int, str, str, str]:
    place = finding.path.as_posix(), finding.line, SEVERITIES.index(finding.severity)
    return *place, finding.code, str(finding.focus), finding.sentence("en")


def _shown(path: Path) -> str:
    """A path as a reader in the working folder would write it."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


def _words(lang: str) -> Mapping[Severity, tuple[str, str]]:
    return _COUNTED[choose(_COUNTED, lang)]


def _text(report: Report, lang: str) -> str:
    lines = [finding.text(lang) for finding in report.findings]
    return "\n".join([*lines, _summary(report, lang)]) + "\n"


def _summary(report: Report, lang: str) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    parts = [f"{counts[kind]} {_words(lang)[kind][counts[kind] != 1]}" for kind in SEVERITIES if counts[kind]]
    return f"{', '.join(parts)}." if parts else in_language(_NOTHING, lang)


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _record(finding: Finding, lang: str) -> dict[str, object]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "focus": finding.focus.value,
        "graph": finding.graph.value if finding.graph else None,
        "path": _shown(finding.path),
        "line": finding.line,
        "message": finding.sentence(lang),
        "component": compact(finding.component.value) if finding.component else None,
    }


# SARIF, which code hosts and editors show beside the line


def _sarif(report: Report, lang: str) -> dict[str, object]:
    codes = sorted({finding.code for finding in report.findings})
    driver = {"name": "terril", "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, codes.index(finding.code), lang) for finding in report.findings],
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _sarif_result(finding: Finding, rule: int, lang: str) -> dict[str, object]:
    place = {
        "artifactLocation": {"uri": quote(_shown(finding.path))},
        "region": {"startLine": finding.line},
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.sentence(lang)},
        "locations": [
            {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": compact(finding.focus.value)}]}
        ],
    }


# The validation report of the W3C recommendation SHACL


def _triples(report: Report) -> Iterator[ox.Triple]:
    root = ox.BlankNode("report")
    conforms = ox.Literal(not report.findings)
    yield ox.Triple(root, _node("rdf:type"), _node("sh:ValidationReport"))
    yield ox.Triple(root, _node("sh:conforms"), conforms)
    width = len(str(len(report.findings)))
    for number, finding in enumerate(report.findings, 1):
        result = ox.BlankNode(f"result{number:0{width}}")
        yield ox.Triple(root, _node("sh:result"), result)
        for predicate, value in _result(finding):
            yield ox.Triple(result, _node(predicate), value)


def _result(finding: Finding) -> Iterator[tuple[str, ox.NamedNode | ox.Literal | ox.BlankNode]]:
    yield "rdf:type", _node("sh:ValidationResult")
    yield "sh:focusNode", finding.focus
    yield "sh:resultSeverity", _node(f"sh:{finding.severity.capitalize()}")
    # A check that is no shape is a constraint component of its own.
    yield "sh:sourceConstraintComponent", finding.component or _node(f"shape:{finding.code}")
    if finding.component:
        yield "sh:sourceShape", _node(f"shape:{finding.code.removeprefix('shape/')}")
    for lang, sentence in finding.message.items():
        yield "sh:resultMessage", ox.Literal(sentence, language=lang)
    if finding.property:
        yield "sh:resultPath", finding.property
    if finding.value is not None:
        yield "sh:value", finding.value
    if finding.graph:
        yield "dcterms:source", finding.graph


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))
