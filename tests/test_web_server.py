"""What keeps a server from starting is told in a sentence."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

import terril
from conftest import require
from terril.errors import BadGraph, BadValue, NotFound, NotServed


@pytest.mark.parametrize("missing", ["httptools", "jinja2", "python_multipart", "starlette", "uvicorn"])
def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; from terril.cli import main; main(['serve', '--port', '0'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert missing in done.stderr
    assert "pip install 'terril[server]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"at": "http://127.0.0.1/sparql"}, "is a server already"),
        ({"empty": True}, "writable"),
        ({"store": ""}, "has no name"),
        ({"writable": True, "empty": True, "at": "graph.nq"}, "not both"),
        ({"writable": True}, "TERRIL_TOKEN"),
        ({"base": "nonsense"}, "is no address"),
    ],
)
def test_settings_that_do_not_fit_are_told(monkeypatch, settings, sentence):
    require("server", find_spec("uvicorn") is not None)
    monkeypatch.delenv("TERRIL_TOKEN", raising=False)
    with pytest.raises(BadValue, match=sentence):
        terril.serve(**settings)


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_told(host):
    require("server", find_spec("uvicorn") is not None)
    with pytest.raises(NotServed, match=r"Name another --host or --port"):
        terril.serve(host=host, port=0)


def test_a_graph_that_is_not_there_is_told(tmp_path):
    require("server", find_spec("uvicorn") is not None)
    with pytest.raises(NotFound, match="no graph file"):
        terril.serve(at=tmp_path / "nowhere.nq", port=0)
    with pytest.raises(BadGraph, match="is a folder"):
        terril.serve(at=tmp_path, port=0)
