"""The README shows real commands with their real output."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import terril
from conftest import ROOT, oxigraph_store

README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\$ (.+)\n((?:(?!```).*\n)*)```", README, re.MULTILINE)
SETUP, TEST = re.findall(r"```sh\n(.+)\n```", README)


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=lambda text: text[:60])
def test_a_command_prints_what_the_readme_shows(command, output, home):
    with ExitStack() as stack:
        if STORE in command:
            url = stack.enter_context(loaded_store(command))
            command, output = command.replace(STORE, url), output.replace(STORE, url)
        assert printed(command, home) == output


def printed(command: str, home: terril.Home) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(command),
        cwd=home.path,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.replace("\r\n", "\n")


STORE = "http://localhost:7878"
"""A triplestore of whoever reads this; here it is one of the test's own."""


@contextmanager
def loaded_store(command: str) -> Iterator[str]:
    """A store, which holds the graph unless the command is the one that loads it."""
    with oxigraph_store() as url:
        if not command.startswith("terril push"):
            terril.push(url)
        yield url


def test_the_readme_has_examples():
    assert len(EXAMPLES) >= 6


def test_the_python_example_runs(home, monkeypatch, capsys):
    monkeypatch.chdir(home.path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("materials and surfaces of the future\n")


def test_the_readme_speaks_of_every_verb():
    from terril.cli import main

    assert [verb for verb in main.commands if f"terril {verb}" not in README] == []


@pytest.mark.parametrize("place", [".ci/run"])
def test_continuous_integration_types_the_test_command_of_the_readme(place):
    assert TEST in (ROOT / place).read_text("utf-8").splitlines()


def test_the_setup_command_installs_this_project_and_asks_a_real_question(home):
    assert '--editable ".[test]"' in SETUP
    question = SETUP.rpartition("terril explain ")[2]
    assert list((ROOT / "queries").glob(f"*/{question}.rq"))
