"""The verbs as commands. A command parses, calls the function of its name, and prints what that returns.

Standard output is the answer, standard error the talk. The exit code is 0 for yes, 1 for no (violations, or an error in
a sentence), 2 for a command that was typed wrongly.
"""

import io
import logging
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import terril
from terril import results
from terril.errors import TerrilError, Violations


class Terril(click.Group):
    """A group whose commands end in a sentence, not in a traceback, when something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Violations as error:
            click.echo(error, err=True)
            ctx.exit(1)
        except TerrilError as error:
            raise click.ClickException(str(error)) from error


at = click.option("--at", metavar="WHERE", help="An endpoint's URL or a graph file; by default the built graph.")
home = click.option(
    "--home", metavar="DIR", type=click.Path(path_type=Path), help="The project; by default the working folder's."
)
lang = click.option("--lang", metavar="TAG", default="en", show_default=True, help="The language of labels.")
documents = click.option(
    "--documents", metavar="DIR", type=click.Path(path_type=Path), help="A folder with the source texts."
)


def format(choices: tuple[str, ...], default: str | None = None) -> Callable[..., Any]:
    """Make a --format option."""
    return click.option("--format", type=click.Choice(choices), default=default, help="How to print the answer.")


OPTIONS = {"at", "documents", "format", "home", "lang", "row"}
"""Words that cannot name a question's parameter."""


@click.group(cls=Terril, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="terril")
def main() -> None:
    """A region's innovation ecosystem as a graph: every fact with its passage, every inference with its proof."""
    # An engine at work in compiled code would not notice Python's own handling of Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # what a terminal cannot show must not cost the answer
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)


@main.command()
@documents
@home
def build(**options: Any) -> None:
    """Read, validate and infer; write the graph."""
    logging.getLogger("terril").setLevel(logging.INFO)
    built = terril.build(**options)
    say(f"{built.path}: {built.asserted} triples asserted, {built.inferred} inferred\n")


@main.command()
@documents
@home
@lang
@format(("text", "json", "sarif", "turtle"), "text")
def validate(format: str, lang: str, **options: Any) -> None:
    """Check the sources: shapes, passages, vocabulary; with --documents, against the texts."""
    tell_project(options["home"])
    report = terril.validate(**options)
    say(terril.reports.write(report, format, lang=lang))
    sys.exit(not report.conforms)


@main.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(["terril", "owlrl"]), default="terril", show_default=True)
@home
@format(results.GRAPH_FORMATS, "nt")
def infer(format: str, **options: Any) -> None:
    """Print what follows from the sources, or from a graph file, and is not said there."""
    logging.getLogger("terril").setLevel(logging.INFO)
    inference = terril.infer(**options)
    say(results.write(results.Triples(tuple(inference)), format))


@main.command()
@click.argument("sparql")
@at
@lang
@format((*results.ROW_FORMATS, *results.GRAPH_FORMATS))
def query(sparql: str, format: str | None, lang: str, **options: Any) -> None:
    """Run a query: SPARQL text, a file that holds it, or - for standard input."""
    result = terril.query(text(sparql), lang=lang, **options)
    say(results.write(result, format, lang=lang))


@main.command()
@click.argument("name")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@at
@lang
@home
@format(results.ROW_FORMATS)
def ask(name: str, values: tuple[str, ...], format: str | None, lang: str, **options: Any) -> None:
    """Ask a catalogued question; `terril questions` lists them."""
    answer = terril.ask(name, lang=lang, **options, **pairs(values))
    say(results.write(answer.result, format, lang=lang))


@main.command()
@click.argument("thing")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--row", type=int, metavar="N", help="Only row N of the answer, counted from 1.")
@at
@documents
@lang
@home
@format(("text", "json", "turtle"), "text")
def explain(thing: str, values: tuple[str, ...], format: str, lang: str, **options: Any) -> None:
    """Show what an answer rests on, down to the passages: THING is a catalogued question, or as for `query`."""
    explained = terril.explain(text(thing), lang=lang, **options, **pairs(values))
    say(terril.explanations.write(explained, format, lang=lang))


@main.command()
@click.option("--theme", help="Only the questions of this theme.")
@lang
@home
@format(("table", "json"), "table")
def questions(format: str, lang: str, **options: Any) -> None:
    """List the catalogued questions."""
    say(terril.catalogue.write(terril.questions(**options), format, lang=lang))


def tell_project(home: Path | None) -> None:
    """Say which project is worked on where the user has named none and stands in none."""
    found = terril.find_home(home)
    if home is None and found.path != Path():
        click.echo(f"Here is no project; this is about {found.path}.", err=True)


def say(answer: str) -> None:
    """Print an answer. That it cannot be printed is said in a sentence; of a reader that went away click takes care."""
    try:
        click.echo(answer, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python tries again at its end, and fails aloud
        raise click.ClickException(f"The answer could not be printed: {error.strerror}.") from error


def text(sparql: str) -> str:
    """Read a query from where the user says: standard input, a file, or the argument itself."""
    path = Path(sparql)
    try:
        if sparql == "-":
            found = standard_input()
        elif is_file(path):
            found = path.read_text(encoding="utf-8")
        elif FILE_NAME.fullmatch(sparql):
            raise click.ClickException(f"{path} is a folder." if path.is_dir() else f"There is no file {path}.")
        else:
            found = typed(sparql)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read as UTF-8 text: {error}.") from error
    return found.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


FILE_NAME = re.compile(r"[^\s{}<>?*]+\.(rq|sparql)|(?!\w+:)[^\s{}<>?*]*/[^\s{}<>?*]*|\.\.?")
"""What is meant to be the name of a file: no query, and no question, looks like this."""


def standard_input() -> str:
    if sys.stdin is None:
        raise click.ClickException("Standard input is closed. Write the query as an argument, or name a file.")
    return sys.stdin.read()


def typed(argument: str) -> str:
    """An argument whose bytes are UTF-8, also where the locale has another encoding."""
    escaped = re.compile("[\udc80-\udcff]+")
    return escaped.sub(lambda found: found[0].encode(errors="surrogateescape").decode(errors="replace"), argument)


def is_file(path: Path) -> bool:
    """A query may be longer than any file name, or hold what no file name may."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def pairs(values: tuple[str, ...]) -> dict[str, Any]:
    """Split NAME=VALUE arguments."""
    split = [value.partition("=") for value in values]
    for name, equals, _ in split:
        if not (equals and name.isidentifier()):
            raise click.UsageError(f"{name!r} is no NAME=VALUE.")
        if name in OPTIONS:
            raise click.UsageError(f"{name} is an option, not a parameter: write --{name}.")
        if [other for other, _, _ in split].count(name) > 1:
            raise click.UsageError(f"{name} is given more than once. Give it one value.")
    return {name: typed(value) for name, _, value in split}
