"""The verb `validate`: everything that is wrong with the sources, said at once."""

from collections.abc import Iterator
from pathlib import Path

from . import contradictions, files, passages, rules, shapes, vocabulary
from .documents import Corpus, merge, survey
from .errors import BadOntology, BadSource
from .home import Home, find_home
from .reports import Finding, Report, report


def validate(
    corpus: Corpus | None = None,
    *,
    documents: str | Path | None = None,
    home: Home | str | Path | None = None,
) -> Report:
    """Check a corpus, or the project's: shapes (SHACL), words, passages, contradictions; with `documents`, a folder
    with the source texts, also that every passage is where and what it says, names what its facts are about, and
    leaves no gap.

    Contradictions are looked for when all else is right; while a file cannot be read, in the others only what each of
    them can be told by itself. Raises `NotFound` for a project or folder that is not there.
    """
    project = find_home(home)
    corpus, broken = survey(project) if corpus is None else (corpus, [])
    if broken:
        return report(_remains(corpus, broken, project))
    found = report(check(corpus, project, documents))
    if not found.conforms:
        return found
    try:
        rulebook = rules.of(corpus)
    except BadOntology as error:
        return report([*found.findings, *contradictions.without_rule(corpus, error)])
    inference = rules.infer(merge(corpus.quads()), rulebook)
    return report([*found.findings, *contradictions.check(corpus, inference)])


def check(corpus: Corpus, project: Home, texts: str | Path | None) -> Iterator[Finding]:
    """Yield what is wrong with a corpus before anything is inferred from it."""
    yield from files.strays(project)
    yield from files.check(corpus)
    words = list(vocabulary.spell(corpus))
    yield from words
    yield from passages.check(corpus)
    if any(finding.code == vocabulary.UNDECLARED and finding.path in project.ontology for finding in words):
        return  # an ontology that misspells its own axioms would make what is right look wrong
    yield from vocabulary.relate(corpus)
    if texts is not None:
        yield from _read(passages.compare(corpus, Path(texts)), project)
    yield from _read(shapes.check(corpus, project.shapes), project)


def _read(findings: Iterator[Finding], project: Home) -> Iterator[Finding]:
    """Findings; should a file not be readable that they need, this as the last."""
    try:
        yield from findings
    except BadSource as error:
        yield files.unread(error, project)


def _remains(corpus: Corpus, broken: list[BadSource], project: Home) -> Iterator[Finding]:
    """What can be said of a project with broken files: nothing that they might gainsay if they could be read."""
    yield from (files.unread(error, project) for error in broken)
    yield from files.strays(project)
    if all(error.path not in project.ontology for error in broken):
        yield from files.check(corpus)
        yield from vocabulary.spell(corpus)
        yield from passages.check(corpus)
