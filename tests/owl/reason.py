"""Judge ontologies with the OWL API and HermiT, both from the jars that the package owlready2 brings.

Run as a script with RDF/XML files; prints one JSON object for each: its violations of the OWL 2 DL and RL profiles
and, if it is in OWL 2 DL, whether it is consistent and which classes are unsatisfiable. A process of its own, because
a Java machine cannot be stopped within Python and takes memory that later tests need.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def jars() -> list[str]:
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent
    return [str(path) for path in [*folder.glob("pellet/owlapi-*.jar"), *folder.glob("hermit/HermiT.jar")]]


def judge(path: Path) -> dict[str, Any]:
    from java.io import File
    from org.semanticweb.HermiT import Reasoner
    from org.semanticweb.owlapi.apibinding import OWLManager
    from org.semanticweb.owlapi.profiles import OWL2DLProfile, OWL2RLProfile

    ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(File(str(path)))
    profiles = {"dl": OWL2DLProfile(), "rl": OWL2RLProfile()}
    report: dict[str, Any] = {
        name: sorted(str(violation) for violation in profile.checkOntology(ontology).getViolations())
        for name, profile in profiles.items()
    }
    report["axioms"] = int(ontology.getLogicalAxiomCount())
    if report["dl"]:
        return report
    reasoner = Reasoner(ontology)
    report["consistent"] = bool(reasoner.isConsistent())
    if report["consistent"]:
        unsatisfiable = reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
        report["unsatisfiable"] = sorted(str(one.getIRI()) for one in unsatisfiable)
    return report


def main(paths: list[str]) -> None:
    import jpype
    import jpype.imports

    jpype.startJVM("-Xmx1g", classpath=jars())
    json.dump([judge(Path(path)) for path in paths], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
