"""The verb `validate`: everything that is wrong with the sources, said at once."""

from collections.abc import Iterator
from pathlib import Path

from . import passages, shapes, vocabulary
from .documents import Corpus, read
from .home import Home, find_home
from .reports import Finding, Report, report


def validate(
    corpus: Corpus | None = None,
    *,
    documents: str | Path | None = None,
    home: Home | str | Path | None = None,
) -> Report:
    """Check a corpus, or the project's: shapes (SHACL), words, passages; with `documents`, a folder with the source
    texts, also that every passage is where and what it says, names what its facts are about, and leaves no gap.

    Raises `BadSource` for a file that cannot be read, `NotFound` for a project or folder that is not there.
    """
    project = find_home(home)
    return report(_findings(read(project) if corpus is None else corpus, project, documents))


def _findings(corpus: Corpus, project: Home, texts: str | Path | None) -> Iterator[Finding]:
    yield from vocabulary.check(corpus)
    yield from passages.check(corpus)
    if texts is not None:
        yield from passages.compare(corpus, Path(texts))
    yield from shapes.check(corpus, project.shapes)
