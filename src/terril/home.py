"""Where a project keeps its files. The only module that knows the folder names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import NotFound

_RDF: Final = (".jsonld", ".nq", ".nt", ".owl", ".rdf", ".trig", ".ttl")


@dataclass(frozen=True)
class Home:
    """A Terril project: a folder with `ontology`, `data` and `queries`."""

    path: Path

    @property
    def ontology(self) -> list[Path]:
        """The modules and concept schemes; not the alignments, which are never imported by default."""
        parts = ("modules", "schemes")
        files = (path for part in parts for path in self._files(f"ontology/{part}/*.ttl"))
        return [self.path / "ontology" / "terril.ttl", *sorted(files)]

    @property
    def shapes(self) -> list[Path]:
        return self._files("ontology/shapes/*.ttl")

    @property
    def alignments(self) -> list[Path]:
        return self._files("ontology/alignments/*.ttl")

    @property
    def reference(self) -> list[Path]:
        return self._files("data/reference/*.ttl")

    @property
    def documents(self) -> list[Path]:
        return [path for path in self._files("data/*/*.trig") if path.parent.name != "reference"]

    @property
    def questions(self) -> list[Path]:
        return self._files("queries/*/*.rq")

    @property
    def inputs(self) -> list[Path]:
        """Every file that the built graph depends on."""
        return [*self.ontology, *self.shapes, *self.reference, *self.documents]

    @property
    def indispensable(self) -> list[Path]:
        """The folders of Turtle files without which a project is not whole, and checks would have nothing to go by."""
        parts = ("ontology/modules", "ontology/schemes", "ontology/shapes", "data/reference")
        return [self.path / part for part in parts]

    @property
    def strays(self) -> list[Path]:
        """The files of RDF in `data` and `ontology` that nothing reads, because of where they lie or their names."""
        known = {*self.inputs, *self.alignments, self.turtle}
        found = (path for part in ("data", "ontology") for path in self._files(f"{part}/**/*"))
        return [path for path in found if path not in known and path.suffix.lower() in _RDF]

    def _files(self, pattern: str) -> list[Path]:
        """The files of a pattern, sorted; hidden ones are some other tool's."""
        found = (path for path in self.path.glob(pattern) if path.is_file() or path.suffix)
        return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(self.path).parts))

    @property
    def turtle(self) -> Path:
        """All facts as plain Turtle, for those who want one file."""
        return self.path / "data" / "wallonia.ttl"

    @property
    def graph(self) -> Path:
        """The built graph: the one file in which making and using meet."""
        return self.path / ".terril" / "graph.nq"

    @property
    def index(self) -> Path:
        """The names in the built graph, sorted for looking up."""
        return index_of(self.graph)

    @property
    def manifest(self) -> Path:
        """What the built graph was made from: a hash for every input, for the graph and for its index."""
        return self.path / ".terril" / "manifest.json"


def index_of(graph: Path) -> Path:
    """The index of names that lies beside a built graph."""
    return graph.with_name("index.sqlite")


def find_home(path: "Home | str | Path | None" = None) -> Home:
    """Find the project: `path`, else the working folder if it is one, else the one that came with the package.

    Raises `NotFound` if `path` is given and holds no project.
    """
    if isinstance(path, Home):
        return path
    if path is not None:
        if not is_home(Path(path)):
            named = str(path)[:200]
            raise NotFound(f"{named} is no Terril project: it has no ontology/terril.ttl. Name its top folder.")
        return Home(Path(path))
    here = Path(__file__).resolve()
    return Home(next(p for p in (Path(), here.parent / "home", here.parents[2]) if is_home(p)))


def is_home(path: Path) -> bool:
    """Whether a folder is a project."""
    try:
        return (path / "ontology" / "terril.ttl").is_file()
    except OSError:  # the name is longer than any can be, or the folder is closed to the reader
        return False
