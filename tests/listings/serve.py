"""Let grlc serve a folder of query files, and ask its API; run with a Python that has grlc.

    python serve.py FOLDER < requests.json > answers.json

Requests are pairs of a path and its arguments. An answer is the API's description of the path and the response.
"""

import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path


def main(folder: str) -> list[object]:
    Path("config.ini").write_text(f"[local]\nlocal_sparql_dir = {folder}\n", encoding="utf-8")
    from grlc.server import app  # reads config.ini in the working folder

    client = app.test_client()
    paths = client.get("/api-local/swagger").get_json()["paths"]
    answers = []
    for path, arguments in json.load(sys.stdin):
        response = client.get(f"/api-local{path}", query_string=arguments, headers={"Accept": "text/csv"})
        answers.append((paths[path]["get"], response.status_code, response.get_data(as_text=True)))
    return answers


if __name__ == "__main__":
    served = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as working, redirect_stdout(sys.stderr):
        os.chdir(working)
        found = main(served)
    print(json.dumps(found))
