"""Checks of passages: addresses and blocks of document files, and both against the source texts.

Positions count code points of a text from 0, the end exclusive, as in Python's slices.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .documents import Corpus, SourceFile
from .errors import BadSource, NotFound
from .names import AUTH, ID, compact, expand
from .positions import Positions
from .reports import Check, Finding
from .vocabulary import Lexicon

_RANGE: Final = Check(
    "passage/range",
    "violation",
    "its range {start}–{end} does not lie in its document of {characters} characters; correct its start or end.",
    "son étendue {start}–{end} ne se trouve pas dans son document de {characters} caractères ; "
    "corrigez-en le début ou la fin.",
)
_ADDRESS: Final = Check(
    "passage/name",
    "violation",
    "its name does not say where it is; call it {right}.",
    "son nom ne dit pas où il se trouve ; appelez-le {right}.",
)
_OVERLAP: Final = Check(
    "passage/overlap",
    "violation",
    "it overlaps {other}; let one end where the other starts.",
    "il recouvre {other} ; faites finir l’un où l’autre commence.",
)
_OUTSIDE: Final = Check(
    "passage/outside-block",
    "violation",
    "a fact stands outside any passage block ({property}); move it into the block of the passage that supports it.",
    "un fait se trouve hors de tout bloc de passage ({property}) ; placez-le dans le bloc du passage qui l’appuie.",
)
_STRANGER: Final = Check(
    "passage/undeclared-block",
    "violation",
    "the block is named by nothing that this file declares as a passage or reading; declare it, or correct the name.",
    "le bloc ne porte le nom d’aucun passage ni lecture que ce fichier déclare ; déclarez-le ou corrigez le nom.",
)
_EMPTY: Final = Check(
    "passage/empty",
    "warning",
    "the passage supports no fact; write its block, or make it a terril:NoClaim with the reason.",
    "le passage n’appuie aucun fait ; écrivez son bloc ou faites-en un terril:NoClaim avec le motif.",
)
_HOLLOW: Final = Check(
    "passage/empty-reading",
    "violation",
    "the reading concludes nothing; write its block, or remove it.",
    "la lecture ne conclut rien ; écrivez son bloc ou supprimez-la.",
)
_MISREAD: Final = Check(
    "passage/reading-name",
    "violation",
    "its name is not that of the passage it reads with -reading behind; call it {right}.",
    "son nom n’est pas celui du passage qu’elle lit suivi de -reading ; appelez-la {right}.",
)
_INSIDE: Final = Check(
    "passage/address-in-block",
    "violation",
    "what describes a passage ({property}) stands inside a block; move it out, before the block.",
    "ce qui décrit un passage ({property}) se trouve dans un bloc ; sortez-le, avant le bloc.",
)
_MISSING: Final = Check(
    "text/missing",
    "violation",
    "no file in {folder} has its SHA-256, {hash}; add the text as {file}.",
    "aucun fichier de {folder} n’a son SHA-256, {hash} ; ajoutez le texte sous le nom {file}.",
)
_CHANGED: Final = Check(
    "text/changed",
    "violation",
    "its text {file} has changed: SHA-256 {found} instead of {hash}; restore the text, or encode the document anew.",
    "son texte {file} a changé : SHA-256 {found} au lieu de {hash} ; rétablissez le texte ou encodez-le à nouveau.",
)
_LENGTH: Final = Check(
    "text/length",
    "violation",
    "its text has {found} characters, not {characters}; correct terril:characters.",
    "son texte compte {found} caractères, non {characters} ; corrigez terril:characters.",
)
_UNKNOWN: Final = Check(
    "text/unencoded",
    "warning",
    "no document file encodes {file} (SHA-256 {hash}); encode it, or take it out of the folder.",
    "aucun fichier de document n’encode {file} (SHA-256 {hash}) ; encodez-le ou retirez-le du dossier.",
)
_HASH: Final = Check(
    "passage/hash",
    "violation",
    "the text has other words there: SHA-256 {found} instead of {hash}; correct the range or the hash.",
    "le texte a là d’autres mots : SHA-256 {found} au lieu de {hash} ; corrigez l’étendue ou le hachage.",
)
_UNNAMED: Final = Check(
    "passage/unnamed",
    "violation",
    "no label of {thing} stands in the words of the passage; add the words as skos:altLabel, "
    "or list the thing with terril:refersTo and say how in terril:coreferenceNote.",
    "aucun libellé de {chose} ne figure dans les mots du passage ; ajoutez ces mots en skos:altLabel, "
    "ou citez la chose avec terril:refersTo et dites comment dans terril:coreferenceNote.",
)
_WORDING: Final = Check(
    "passage/wording",
    "violation",
    "“{wording}” does not stand in the words of the passage; copy terril:wording from there.",
    "« {wording} » ne figure pas dans les mots du passage ; copiez-y terril:wording.",
)
_GAP: Final = Check(
    "text/uncovered",
    "violation",
    "nothing accounts for characters {start}–{end} (“{words}”); "
    "encode them, or list them as a terril:NoClaim with the reason.",
    "rien ne rend compte des caractères {start}–{end} (« {words} ») ; "
    "encodez-les ou citez-les comme terril:NoClaim avec le motif.",
)
_APART: Final = Check(
    "passage/document",
    "violation",
    "it belongs to {other}, which this file does not declare; move it to the file that does, or correct the name.",
    "il fait partie de {other}, que ce fichier ne déclare pas ; placez-le dans celui qui le fait ou corrigez le nom.",
)
CHECKS: Final = (
    _APART, _RANGE, _ADDRESS, _OVERLAP, _OUTSIDE, _STRANGER, _EMPTY, _HOLLOW, _MISREAD, _INSIDE,
    _MISSING, _CHANGED, _LENGTH, _UNKNOWN, _HASH, _UNNAMED, _WORDING, _GAP,
)  # fmt: skip

_PASSAGE, _READING, _NO_CLAIM, _DOCUMENT = (
    expand(f"terril:{name}") for name in ("Passage", "Reading", "NoClaim", "Document")
)
_NAMES: Final = tuple(expand(f"skos:{name}") for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))
_FIGURE_WORDING: Final = expand("terril:wording")
_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"[^\W_]+")
_POSITION: Final = re.compile(r"[0-9]{1,12}")
_BEGINNING: Final = 30


@dataclass(frozen=True)
class Stretch:
    """A passage or a stretch without claim: its range in code points, the SHA-256 of its words."""

    node: ox.NamedNode
    document: ox.NamedNode
    start: int
    end: int
    sha256: str
    is_claim: bool


@dataclass(frozen=True)
class File:
    """A document file, its statements outside blocks and its blocks sorted out."""

    source: SourceFile
    lexicon: Lexicon

    @cached_property
    def header(self) -> Mapping[ox.NamedNode, Mapping[str, list[ox.NamedNode | ox.Literal]]]:
        """What stands outside blocks: values by thing and property."""
        found: dict[ox.NamedNode, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        for quad in self.source.quads:
            if quad.graph_name != self.source.graph or not isinstance(quad.subject, ox.NamedNode):
                continue
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                found.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
        return found

    @cached_property
    def blocks(self) -> Mapping[ox.NamedNode, list[ox.Quad]]:
        found = defaultdict[ox.NamedNode, list[ox.Quad]](list)
        for quad in self.source.quads:
            if quad.graph_name != self.source.graph and isinstance(quad.graph_name, ox.NamedNode):
                found[quad.graph_name].append(quad)
        return found

    def is_a(self, node: ox.NamedNode, kind: str) -> bool:
        """Whether the file itself, outside blocks, declares a thing to be of a class."""
        types = self.header.get(node, {}).get(expand("rdf:type"), ())
        return any(kind in self.lexicon.above(own.value) for own in types)

    def of(self, kind: str) -> list[ox.NamedNode]:
        return [node for node in self.header if self.is_a(node, kind)]

    def value(self, node: ox.NamedNode, name: str) -> str | None:
        """The first value that a thing has outside blocks for a property, given by its short name."""
        return next((value.value for value in self.header.get(node, {}).get(expand(name), ())), None)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The stretches with a complete address, in the order of the text."""
        nodes = dict.fromkeys(self.of(_PASSAGE), True) | dict.fromkeys(self.of(_NO_CLAIM), False)
        found = (self._stretch(node, is_claim) for node, is_claim in nodes.items())
        return sorted((stretch for stretch in found if stretch), key=lambda stretch: (stretch.start, stretch.end))

    def _stretch(self, node: ox.NamedNode, is_claim: bool) -> Stretch | None:
        start, end = self.number(node, "terril:start"), self.number(node, "terril:end")
        documents = self.header[node].get(expand("terril:inDocument"), ())
        document = next((value for value in documents if isinstance(value, ox.NamedNode)), None)
        if start is None or end is None or document is None:
            return None
        return Stretch(node, document, start, end, self.value(node, "terril:sha256") or "", is_claim)

    def number(self, node: ox.NamedNode, name: str) -> int | None:
        """The first value that a thing has outside blocks for a property, if it can be a position in a text."""
        value = self.value(node, name) or ""
        return int(value) if _POSITION.fullmatch(value) else None


def check(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with the addresses and blocks of the document files, without looking at the texts."""
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    for source in corpus.sources:
        yield from _apart(File(source, lexicon), positions)
    for source in corpus.of("document"):
        file = File(source, lexicon)
        yield from _addresses(file, positions)
        yield from _overlaps(file, positions)
        yield from _blocks(file, positions)
        yield from _loose(file, positions)


def _apart(file: File, positions: Positions) -> Iterator[Finding]:
    """Stretches and readings that are parted from what they are of; looked for in every kind of file."""
    documents, passages = file.of(_DOCUMENT), file.of(_PASSAGE)
    parts = [(node, "terril:inDocument", documents) for kind in (_PASSAGE, _NO_CLAIM) for node in file.of(kind)]
    parts += [(node, "terril:ofPassage", passages) for node in file.of(_READING)]
    for node, relation, wholes in parts:
        for whole in file.header[node].get(expand(relation), ()):
            if isinstance(whole, ox.NamedNode) and whole not in wholes:
                names, token = {"other": compact(whole.value)}, ox.NamedNode(expand(relation))
                yield positions.failure(_APART, node, (file.source, file.source.graph), names, token=token)


def _addresses(file: File, positions: Positions) -> Iterator[Finding]:
    at = (file.source, file.source.graph)
    for stretch in file.stretches:
        characters = file.number(stretch.document, "terril:characters")
        last = stretch.end if characters is None else characters
        if not stretch.start < stretch.end <= last:
            names = {"start": stretch.start, "end": stretch.end, "characters": last}
            yield positions.failure(_RANGE, stretch.node, at, names)
        name = stretch.document.value.removeprefix(f"{ID}document/")
        right = f"{ID}passage/{name}/{stretch.start}-{stretch.end}"
        if stretch.node.value != right:
            yield positions.failure(_ADDRESS, stretch.node, at, {"right": compact(right)})
    for reading in file.of(_READING):
        passage = file.value(reading, "terril:ofPassage")
        if passage and reading.value != f"{passage}-reading":
            yield positions.failure(_MISREAD, reading, at, {"right": compact(f"{passage}-reading")})


def _overlaps(file: File, positions: Positions) -> Iterator[Finding]:
    furthest: dict[ox.NamedNode, Stretch] = {}
    for stretch in file.stretches:
        before = furthest.get(stretch.document, stretch)
        if before is not stretch and stretch.start < before.end:
            names = {"other": compact(before.node.value)}
            yield positions.failure(_OVERLAP, stretch.node, (file.source, file.source.graph), names)
        furthest[stretch.document] = max(before, stretch, key=lambda each: each.end)


def _blocks(file: File, positions: Positions) -> Iterator[Finding]:
    at = (file.source, file.source.graph)
    for block, quads in file.blocks.items():
        if not (file.is_a(block, _PASSAGE) or file.is_a(block, _READING)):
            yield positions.failure(_STRANGER, block, (file.source, block))
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode) and _is_address(quad.subject, file):
                names = {"property": compact(quad.predicate.value)}
                yield positions.failure(_INSIDE, quad.subject, (file.source, block), names)
    read = {file.value(reading, "terril:ofPassage") for reading in file.of(_READING)}
    for passage in file.of(_PASSAGE):
        if passage not in file.blocks and passage.value not in read:
            yield positions.failure(_EMPTY, passage, at)
    for reading in file.of(_READING):
        if reading not in file.blocks:
            yield positions.failure(_HOLLOW, reading, at)


def _is_address(node: ox.NamedNode, file: File) -> bool:
    return any(file.is_a(node, kind) for kind in (_PASSAGE, _READING, _NO_CLAIM))


def _loose(file: File, positions: Positions) -> Iterator[Finding]:
    """Facts about the world that no passage supports."""
    for node, values in file.header.items():
        if not _is_address(node, file) and not file.is_a(node, _DOCUMENT):
            for predicate in values:
                names, token = {"property": compact(predicate)}, ox.NamedNode(predicate)
                yield positions.failure(_OUTSIDE, node, (file.source, file.source.graph), names, token=token)


# Against the texts


def compare(corpus: Corpus, folder: Path) -> Iterator[Finding]:
    """Yield where document files and the source texts in a folder disagree.

    Texts are found by their SHA-256, whatever their file is called. Raises `NotFound` if there is no such folder, and
    `BadSource` if a file in it cannot be read.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder} with the source texts.")
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    texts = {_sha256(_bytes(path)): path for path in sorted(folder.iterdir()) if path.is_file()}
    used = set()
    labels = _labels(corpus)
    for source in corpus.of("document"):
        file = File(source, lexicon)
        for document in file.of(_DOCUMENT):
            path, problem = _text_of(document, file, texts, folder, positions)
            yield from problem
            if path:
                used.add(path)
                yield from _compared(document, file, path, positions, labels)
    for digest, path in texts.items():
        if path not in used and path.suffix == ".txt":
            yield _stray(path, digest, corpus, positions)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        told = {
            "en": f"the file cannot be read ({error.strerror}); mend its permissions, or move it away.",
            "fr": f"le fichier ne peut être lu ({error.strerror}) ; corrigez-en les droits ou déplacez-le.",
        }
        raise BadSource(f"{path}: {told['en']}", path, 1, told) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text_of(
    document: ox.NamedNode, file: File, texts: Mapping[str, Path], folder: Path, positions: Positions
) -> tuple[Path | None, list[Finding]]:
    """The text of a document; what is called like it, if no text has its hash; and what there is to say about that."""
    wanted = file.value(document, "terril:sha256") or ""
    if wanted in texts:
        return texts[wanted], []
    name = file.value(document, "dcterms:identifier") or ""
    at = (file.source, file.source.graph)
    for digest, path in texts.items():
        if path.name == name:
            names = {"file": name, "found": digest, "hash": wanted}
            return path, [positions.failure(_CHANGED, document, at, names)]
    names = {"folder": folder.as_posix(), "hash": wanted, "file": name}
    return None, [positions.failure(_MISSING, document, at, names)]


def _stray(path: Path, digest: str, corpus: Corpus, positions: Positions) -> Finding:
    source = corpus.of("document")[0]
    names = {"file": path.name, "hash": digest}
    return positions.failure(_UNKNOWN, source.graph, (source, source.graph), names, path=path, line=1)


def _compared(
    document: ox.NamedNode, file: File, path: Path, positions: Positions, labels: Mapping[str, set[str]]
) -> Iterator[Finding]:
    text = _bytes(path).decode(errors="replace")  # a text that is no UTF-8 has another hash, which is said already
    at = (file.source, file.source.graph)
    characters = file.number(document, "terril:characters")
    if characters != len(text):
        yield positions.failure(_LENGTH, document, at, {"found": len(text), "characters": characters})
    stretches = [stretch for stretch in file.stretches if stretch.document == document]
    for stretch in stretches:
        words = text[stretch.start : stretch.end]
        found = _sha256(words.encode())
        if found != stretch.sha256:
            yield positions.failure(_HASH, stretch.node, at, {"found": found, "hash": stretch.sha256})
        if stretch.is_claim:
            yield from _unnamed(stretch, words, file, positions, labels)
            yield from _wordings(stretch, words, file, positions)
    for start, end in _gaps(text, stretches):
        beginning = _SPACE.sub(" ", text[start:end])[:_BEGINNING]
        names = {"start": start, "end": end, "words": beginning}
        line = text.count("\n", 0, start) + 1
        yield positions.failure(_GAP, document, at, names, path=path, line=line)


def _gaps(text: str, stretches: Iterable[Stretch]) -> Iterator[tuple[int, int]]:
    """The ranges of a text that no stretch covers, without the white space around them."""
    end = 0
    edges = [*((stretch.start, stretch.end) for stretch in stretches), (len(text), len(text))]
    for start, stop in sorted(edges):
        gap = text[end:start]
        if gap.strip():
            yield end + len(gap) - len(gap.lstrip()), end + len(gap.rstrip())
        end = max(end, stop)


def _unnamed(
    stretch: Stretch, words: str, file: File, positions: Positions, labels: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """Things that a block speaks of and its passage does not name."""
    haystacks = (_folded(words), _folded(_SEAM.sub(" ", words)))
    listed = {value.value for value in file.header[stretch.node].get(expand("terril:refersTo"), ())}
    for thing in _things(file.blocks.get(stretch.node, ())):
        if thing.value in listed or _is_nameless(thing.value, file.lexicon):
            continue
        if not any(label in haystack for label in labels.get(thing.value, ()) for haystack in haystacks):
            names = {"thing": positions.name(thing, "en"), "chose": positions.name(thing, "fr")}
            yield positions.failure(_UNNAMED, thing, (file.source, stretch.node), names)


def _things(quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
    nodes = (node for quad in quads for node in (quad.subject, quad.object) if isinstance(node, ox.NamedNode))
    return sorted({node for node in nodes if node.value.startswith(ID)}, key=str)


def _is_nameless(thing: str, lexicon: Lexicon) -> bool:
    """Whether a text cannot be expected to name a thing: an editor words its label, or it is part of the evidence.

    What has no class at all is reported for that.
    """
    if thing.startswith((AUTH, f"{ID}document/", f"{ID}passage/")) or thing not in lexicon.types:
        return True
    return any(lexicon.named_by_editor & lexicon.above(kind) for kind in lexicon.types.get(thing, ()))


def _labels(corpus: Corpus) -> Mapping[str, set[str]]:
    """All labels of all things, folded."""
    found = defaultdict[str, set[str]](set)
    for quad in corpus.quads():
        if quad.predicate.value not in _NAMES or not isinstance(quad.subject, ox.NamedNode):
            continue
        if isinstance(quad.object, ox.Literal):
            found[quad.subject.value].add(_folded(quad.object.value))
    return found


_SEAM: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where a text may have lost the space between two names."""


def _folded(text: str) -> str:
    """A text as words between single spaces, without case, accents and punctuation.

    >>> _folded("Université\\u00a0de Liège’s")
    ' universite de liege s '
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return f" {' '.join(_WORD.findall(plain.casefold()))} "


def _wordings(stretch: Stretch, words: str, file: File, positions: Positions) -> Iterator[Finding]:
    """Wordings of figures that are not word for word in their passage."""
    spaced = _SPACE.sub(" ", words)
    for block in (stretch.node, ox.NamedNode(f"{stretch.node.value}-reading")):
        for quad in file.blocks.get(block, ()):
            if quad.predicate.value != _FIGURE_WORDING or not isinstance(quad.object, ox.Literal):
                continue
            if _SPACE.sub(" ", quad.object.value) not in spaced and isinstance(quad.subject, ox.NamedNode):
                names = {"wording": quad.object.value}
                yield positions.failure(_WORDING, quad.subject, (file.source, block), names)
