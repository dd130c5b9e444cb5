"""What a bundle says of itself: a README, a citation, descriptions for machines, and checksums."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from .. import datasets, portals
from ..datasets import Numbers
from ..metadata import NAMES, Dump, Itself
from ..names import PREFIXES
from .formats import Format
from .graph import Graph
from .loading import LOADERS

SUMS: Final = "SHA256SUMS"
_LICENCES: Final = {"https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0"}
"""Licences by the names that SPDX gives them, which a citation wants."""


class Sized(NamedTuple):
    """How many bytes a file has, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "Sized":
        return cls(len(content), hashlib.sha256(content).hexdigest())


def sized(folder: Path, name: str) -> Sized:
    """The size and the checksum of a file in a folder."""
    with (folder / name).open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Sized(file.tell(), digest)


def sums(files: Mapping[str, Sized]) -> bytes:
    """Checksums of files as `sha256sum --check` reads them."""
    return "".join(f"{file.sha256}  {name}\n" for name, file in sorted(files.items())).encode()


def dumps(formats: Iterable[Format], files: Mapping[str, Sized]) -> list[Dump]:
    """The files that hold the whole graph, as descriptions tell of them."""
    return [Dump(each.file, each.media_type, *files[each.file]) for each in formats if each.is_whole]


def descriptions(graph: Graph, base: str, whole: Sequence[Dump], numbers: Numbers | None) -> dict[str, bytes]:
    """The dataset in numbers (VoID) and for data portals (DCAT-AP 3), with its dumps under the address `base`."""
    return {
        "void.ttl": _turtle(datasets.void(graph.store, base, None, whole, counts=numbers)),
        "dcat.ttl": _turtle(portals.dcat(graph.store, base, None, whole)),
    }


def _turtle(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""


# For people


def citation(itself: Itself, base: str) -> bytes:
    """How to cite the dataset, in the Citation File Format 1.2 (https://citation-file-format.github.io/)."""
    creators = itself.iris("dcterms:creator") or itself.iris("dcterms:publisher")
    authors = [_first(itself.texts(*NAMES, of=iri.value)) or iri.value for iri in creators] or ["Unnamed editors"]
    licence = next((iri.value for iri in itself.iris("dcterms:license")), "")
    told: dict[str, str] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use this dataset, please cite it as below.",
        "title": title(itself),
        "abstract": _first(itself.texts("dcterms:description", "rdfs:comment")),
        "version": _first(itself.texts("dcat:version", "owl:versionInfo")),
        "url": base,
        "license" if licence in _LICENCES else "license-url": _LICENCES.get(licence, licence),
    }
    words = [word.value for word in itself.texts("dcat:keyword") if (word.language or "en") == "en"]
    lines = [f"{name}: {_quoted(value)}" for name, value in told.items() if value]
    lines += _listed("authors", [f"name: {_quoted(author)}" for author in authors])
    lines += _listed("keywords", map(_quoted, words))
    return ("\n".join(lines) + "\n").encode()


def _listed(name: str, values: Iterable[str]) -> list[str]:
    lines = [f"  - {value}" for value in values]
    return [f"{name}:", *lines] if lines else []


def _quoted(text: str) -> str:
    """Text for YAML, whose double-quoted strings include those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def title(itself: Itself) -> str:
    """What the dataset is called, in English if it has a name in English."""
    return _first(itself.texts("dcterms:title", "rdfs:label")) or "A graph that does not say what it is called"


def _first(texts: Sequence[ox.Literal]) -> str:
    english = [text.value for text in texts if text.language == "en"]
    return (english or [text.value for text in texts] or [""])[0]


def readme(
    graph: Graph,
    formats: Sequence[Format],
    sizes: Mapping[str, int],
    counts: Mapping[str, int],
    others: Sequence[str] = (),
) -> bytes:
    """What each file is for, and how to know that all has arrived in a store; `others` are files beside the graph."""
    itself = graph.itself
    licence = next((iri.value for iri in itself.iris("dcterms:license")), "")
    parts = [
        f"# {title(itself)}",
        _first(itself.texts("dcterms:description", "rdfs:comment")),
        f"Licence: <{licence}>" if licence else "The graph does not say under what licence it stands.",
        "## Files\n\n| file | bytes | what it is for |\n|---|--:|---|\n" + _rows(formats, sizes, others),
        "The same graph gives the same bytes. `sha256sum --check SHA256SUMS` shows that all files are whole.",
        "## Loading\n\n| store | script | loads | tested with |\n|---|---|---|---|\n" + _loaders(),
        _ARRIVED.format(**counts),
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _rows(formats: Sequence[Format], sizes: Mapping[str, int], others: Sequence[str]) -> str:
    files = [(each.file, f"{each.name}: {each.purpose}") for each in formats]
    rows = [f"| `{file}` | {sizes[file]} | {purpose} |" for file, purpose in files]
    rows += [f"| `{file}` | | {_BESIDE[file]} |" for file in others]
    rows += [f"| `{file}` | | {purpose} |" for file, purpose in _OTHERS.items()]
    return "\n".join(rows)


_BESIDE: Final = {
    "shapes.ttl": "what data must be like (SHACL)",
    "questions.ttl": "the catalogue of questions, as SPARQL examples",
    "changes.md": "what changed since the release before, for people",
    "changes.json": "the same, for programs",
    "changes.ttl": "the changes of the graph, as changesets",
    "changes.rdfp": "the changes of the graph as an RDF Patch, to bring a store up to date",
}
_OTHERS: Final = {
    "void.ttl": "the dataset in numbers (VoID)",
    "dcat.ttl": "the dataset for data portals (DCAT-AP 3)",
    "CITATION.cff": "how to cite it",
    SUMS: "SHA-256 of every other file",
    "load/": "a script for each store",
}


def _loaders() -> str:
    return "\n".join(
        f"| {each.store} | `load/{each.script}` | {each.file} | {each.tested or 'stand-ins at most'} |"
        for each in LOADERS
    )


_ARRIVED: Final = """Load into an empty store: a second load would add the ontology's nodes without names a second time.

A store that has it all answers these with {facts} and {named}:

```sparql
SELECT (COUNT(*) AS ?facts) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ ?s ?p ?o }} }}
SELECT (COUNT(*) AS ?said) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}
```"""
