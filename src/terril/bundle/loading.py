"""Scripts that load a bundle, one for each store. Each says whether it was tested with the store."""

from dataclasses import dataclass
from typing import Final

from ..names import ID


@dataclass(frozen=True)
class Loader:
    """A script for a store: the file it loads, its text, and what tests run it against."""

    store: str
    script: str
    file: str
    text: str
    tested: str = ""

    @property
    def content(self) -> bytes:
        """The script as a file, runnable from any folder."""
        tested = f"Tested with {self.tested}" if self.tested else _UNTESTED
        sign = "//" if self.script.endswith(".cypher") else "#"
        head = f"{sign} Loads this bundle into {self.store}. {tested}.\n"
        start = "" if sign == "//" else "#!/bin/sh\n"
        body = "" if sign == "//" else 'set -eu\ncd "$(dirname "$0")/.."\n'
        return f"{start}{head}{body}{self.text}".encode()


_ITSELF: Final = "the store itself"
_UNTESTED: Final = "Not tested with the store itself: written from its manual, look at it before you run it"
_QUADS: Final = "graph.nq.gz"
_UNION: Final = "graph-union.nq.gz"
_REST: Final = f"{ID}graph/rest"
"""Where Virtuoso puts what no named graph says; the built graph has nothing of that sort."""

LOADERS: Final = (
    Loader(
        "Apache Jena Fuseki", "fuseki.sh", _QUADS,
        "# usage: fuseki.sh [DATASET], an address such as http://localhost:3030/terril, without a union default graph\n"
        f"gzip -dc {_QUADS} | curl --fail --silent --show-error -X POST \\\n"
        "    -H 'Content-Type: application/n-quads' --data-binary @- \"${1:-http://localhost:3030/terril}/data\"\n",
        tested=_ITSELF,
    ),
    Loader(
        "GraphDB", "graphdb.sh", _UNION,
        "# usage: graphdb.sh [REPOSITORY], an address such as http://localhost:7200/repositories/terril, no ruleset\n"
        f"gzip -dc {_UNION} | curl --fail --silent --show-error -X POST \\\n"
        "    -H 'Content-Type: application/n-quads' --data-binary @- \\\n"
        '    "${1:-http://localhost:7200/repositories/terril}/statements"\n',
        tested="its engine, in the server of RDF4J",
    ),
    Loader(
        "Eclipse RDF4J", "rdf4j.sh", _UNION,
        "# usage: rdf4j.sh [REPOSITORY], an address such as http://localhost:8080/rdf4j-server/repositories/terril\n"
        f"gzip -dc {_UNION} | curl --fail --silent --show-error -X POST \\\n"
        "    -H 'Content-Type: application/n-quads' --data-binary @- \\\n"
        '    "${1:-http://localhost:8080/rdf4j-server/repositories/terril}/statements"\n',
        tested=_ITSELF,
    ),
    Loader(
        "Virtuoso", "virtuoso.sh", _UNION,
        "# usage: VIRTUOSO_PASSWORD=... virtuoso.sh [PORT]; this folder must stand in DirsAllowed of virtuoso.ini\n"
        "# N-Quads and not TriG, in which the bulk loader loses the names of graphs. It loads a file only once,\n"
        "# so that the file is taken off its list first.\n"
        'told="$("${ISQL:-isql}" "${1:-1111}" dba "${VIRTUOSO_PASSWORD:?the password of dba}" ERRORS=STDOUT <<END\n'
        f"DELETE FROM DB.DBA.LOAD_LIST WHERE ll_file = '$(pwd)/{_UNION}';\n"
        f"ld_dir('$(pwd)', '{_UNION}', '{_REST}');\n"
        "rdf_loader_run();\n"
        "checkpoint;\n"
        f"SELECT ll_file FROM DB.DBA.LOAD_LIST WHERE ll_file = '$(pwd)/{_UNION}' AND ll_state = 2\n"
        "    AND ll_error IS NULL;\n"
        "END\n"
        ')"\n'
        'case "$told" in *"1 Rows."*) ;; *) echo "$told" >&2; exit 1 ;; esac\n',
        tested=_ITSELF,
    ),
    Loader(
        "Oxigraph", "oxigraph.sh", _QUADS,
        "# usage: oxigraph.sh [FOLDER], where the database is or will be; then: oxigraph serve --location FOLDER\n"
        f'"${{OXIGRAPH:-oxigraph}}" load --location "${{1:-oxigraph-data}}" --file {_QUADS}\n',
        tested=_ITSELF,
    ),
    Loader(
        "QLever", "qlever.sh", _UNION,
        "# usage: qlever.sh [FOLDER], where the index will be; needs the command `qlever` (pip install qlever)\n"
        'bundle="$(pwd)"\nmkdir -p "${1:-qlever-index}"\ncd "${1:-qlever-index}"\n'
        "cat > Qleverfile <<END\n"
        "[data]\nNAME = terril\nFORMAT = nq\n\n"
        f"[index]\nINPUT_FILES = {_UNION}\nCAT_INPUT_FILES = gzip -dc {_UNION}\n"
        'SETTINGS_JSON = { "num-triples-per-batch": 100000 }\n\n'
        "[server]\nPORT = 7001\nACCESS_TOKEN = terril\n\n"
        "[runtime]\nSYSTEM = docker\nIMAGE = docker.io/adfreiburg/qlever:latest\n"
        "END\n"
        f'cp "$bundle/{_UNION}" .\nqlever index\nqlever start\n',
    ),
    Loader(
        "Blazegraph", "blazegraph.sh", _UNION,
        "# usage: blazegraph.sh [SERVER], an address such as http://localhost:9999/blazegraph\n"
        'server="${1:-http://localhost:9999/blazegraph}"\n'
        "# Only a namespace with quads keeps who says what.\n"
        "curl --fail --silent --show-error -X POST -H 'Content-Type: text/plain' --data-binary @- \\\n"
        '    "$server/namespace" <<END\n'
        "com.bigdata.rdf.sail.namespace=terril\n"
        "com.bigdata.rdf.store.AbstractTripleStore.quads=true\n"
        "com.bigdata.rdf.store.AbstractTripleStore.axiomsClass=com.bigdata.rdf.axioms.NoAxioms\n"
        "com.bigdata.rdf.sail.truthMaintenance=false\n"
        "END\n"
        f"gzip -dc {_UNION} | curl --fail --silent --show-error -X POST -H 'Content-Type: text/x-nquads' \\\n"
        '    --data-binary @- "$server/namespace/terril/sparql"\n',
    ),
    Loader(
        "Stardog", "stardog.sh", _QUADS,
        "# usage: stardog.sh [NAME], the database to create\n"
        f'stardog-admin db create --copy-server-side -n "${{1:-terril}}" {_QUADS}\n',
    ),
    Loader(
        "Amazon Neptune", "neptune.sh", _UNION,
        "# usage: neptune.sh ENDPOINT S3-FOLDER IAM-ROLE REGION, such as\n"
        "#   neptune.sh https://HOST:8182 s3://BUCKET/terril arn:aws:iam::ACCOUNT:role/ROLE eu-west-1\n"
        f'aws s3 cp {_UNION} "$2/{_UNION}"\n'
        "curl --fail --silent --show-error -X POST -H 'Content-Type: application/json' \"$1/loader\" -d @- <<END\n"
        f'{{"source": "$2/{_UNION}", "format": "nquads", "iamRoleArn": "$3", "region": "$4", "failOnError": "TRUE"}}\n'
        "END\n",
    ),
    Loader(
        "Neo4j", "neo4j.cypher", "nodes.csv, edges.csv",
        "// Put nodes.csv and edges.csv into Neo4j's import folder, then: cypher-shell --file load/neo4j.cypher\n"
        "CREATE CONSTRAINT thing IF NOT EXISTS FOR (t:Thing) REQUIRE t.id IS UNIQUE;\n"
        "LOAD CSV WITH HEADERS FROM 'file:///nodes.csv' AS row\n"
        "MERGE (t:Thing {id: row.Id})\n"
        "SET t.label = row.Label, t.labelFr = row.LabelFr, t.kinds = split(row.Kinds, ';');\n"
        "LOAD CSV WITH HEADERS FROM 'file:///edges.csv' AS row\n"
        "MATCH (a:Thing {id: row.Source}), (b:Thing {id: row.Target})\n"
        "MERGE (a)-[r:RELATED {property: row.Property}]->(b)\n"
        "SET r.label = row.Label, r.basis = row.Basis, r.evidence = split(row.Evidence, ';');\n",
    ),
)  # fmt: skip
