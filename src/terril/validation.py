"""The verb `validate`: everything that is wrong with the sources, said at once."""

from collections.abc import Iterator
from pathlib import Path

from . import contradictions, passages, rules, shapes, vocabulary
from .documents import Corpus, merge, read
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

    Contradictions are looked for when all else is right. Raises `BadSource` for a file that cannot be read,
    `BadOntology` for an axiom without rules, `NotFound` for a project or folder that is not there.
    """
    project = find_home(home)
    corpus = read(project) if corpus is None else corpus
    found = report(check(corpus, project, documents))
    if not found.conforms:
        return found
    inference = rules.infer(merge(corpus.quads()), rules.of(corpus))
    return report([*found.findings, *contradictions.check(corpus, inference)])


def check(corpus: Corpus, project: Home, texts: str | Path | None) -> Iterator[Finding]:
    """Yield what is wrong with a corpus before anything is inferred from it."""
    yield from vocabulary.check(corpus)
    yield from passages.check(corpus)
    if texts is not None:
        yield from passages.compare(corpus, Path(texts))
    yield from shapes.check(corpus, project.shapes)
