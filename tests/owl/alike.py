"""Read ontologies with the OWL API and tell how the others differ from the first.

Run as a script with files of any syntax; prints one JSON object for each: its number of axioms, whether its name and
version are those of the first, and the axioms that only one of the two has.
"""

import json
import sys
from pathlib import Path
from typing import Any

from reason import jars


def read(path: str) -> Any:
    from java.io import File
    from org.semanticweb.owlapi.apibinding import OWLManager

    return OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(File(path))


def told(ontology: Any) -> set[str]:
    """The axioms, and the annotations of the header, of which readers of RDF make axioms."""
    iri = ontology.getOntologyID().getOntologyIRI()
    make = ontology.getOWLOntologyManager().getOWLDataFactory().getOWLAnnotationAssertionAxiom
    return {str(axiom) for axiom in [*ontology.getAxioms(), *(make(iri, each) for each in ontology.getAnnotations())]}


def compared(first: Any, other: Any) -> dict[str, Any]:
    is_same = first.getOntologyID().equals(other.getOntologyID())
    return {"axioms": len(told(other)), "same name": bool(is_same), "differ": sorted(told(first) ^ told(other))}


def main(paths: list[str]) -> None:
    import jpype
    import jpype.imports

    jpype.startJVM("-Xmx1g", classpath=jars())
    ontologies = [read(str(Path(path).resolve())) for path in paths]
    json.dump([compared(ontologies[0], each) for each in ontologies], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
