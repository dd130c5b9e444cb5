"""The command line and the Python functions are one vocabulary."""

import inspect

import pytest

import terril
from terril.cli import main

OUTPUT_ONLY = {"format", "lang", "target", "to", "explain_reading"}
"""What a command needs to print what its function returns."""

OUTPUT_OF = {"diff": {"limit"}}
"""The same, of one command: elsewhere a limit is what the function keeps to."""

PAIRS = {"values"}
"""NAME=VALUE arguments of a command are keyword arguments of its function."""

PLACE = {"user", "token", "timeout", "max_rows"}
"""What a command needs to turn the address of an endpoint into the one place that its function asks."""

IN_MEMORY = {"corpus", "progress", "ready"}
"""What only a function can be given: a value that was read before, a function to call."""


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_a_command_has_the_parameters_of_the_function_of_its_name(verb):
    output = OUTPUT_ONLY | OUTPUT_OF.get(verb, set())
    options = {option.name for option in main.commands[verb].params} - output - PAIRS - PLACE
    function = inspect.signature(getattr(terril, verb)).parameters
    assert options == set(function) - PAIRS - OUTPUT_ONLY - IN_MEMORY


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_a_command_and_its_function_say_what_they_do(verb):
    assert main.commands[verb].help
    assert inspect.getdoc(getattr(terril, verb))


def test_everything_exported_exists_and_says_what_it_is():
    assert len(set(terril.__all__)) == len(terril.__all__)
    assert all(inspect.getdoc(getattr(terril, name)) for name in terril.__all__)
