"""The verbs as commands. A command parses, calls the function of its name, and prints what that returns.

Standard output is the answer, standard error the talk. The exit code is 0 for yes, 1 for no (violations, or an error in
a sentence), 2 for a command that was typed wrongly.
"""

import functools
import gc
import io
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import terril
from terril import results
from terril.errors import TerrilError, Violations
from terril.loads import records
from terril.loads.kinds import KINDS
from terril.store import is_address


class Terril(click.Group):
    """A group whose commands end in a sentence, not in a traceback, when something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Violations as error:
            click.echo(error, err=True)
            ctx.exit(1)
        except TerrilError as error:
            raise click.ClickException(harmless(str(error))) from error
        except click.UsageError as error:
            raise click.UsageError(harmless(error.format_message()), error.ctx) from error
        except click.ClickException as error:
            raise click.ClickException(harmless(error.message)) from error


def at(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --at, with all that an endpoint may need; its function gets them as one place, `at`."""

    @functools.wraps(command)
    def asked(at: str | None, user: str | None, token: str | None, **options: Any) -> Any:
        limits = {name: options.pop(name) for name in ("timeout", "max_rows")}
        return command(at=place(at, user, token, **limits), **options)

    for option in reversed(PLACE):
        asked = option(asked)
    return asked


PLACE = (
    click.option("--at", metavar="WHERE", help="An endpoint's URL or a graph file; by default the built graph."),
    click.option(
        "--user", metavar="NAME", envvar="TERRIL_USER", show_envvar=True,
        help="Who asks the endpoint; the password comes from TERRIL_PASSWORD or is asked for.",
    ),
    click.option(
        "--token", metavar="TOKEN", envvar="TERRIL_TOKEN", show_envvar=True, help="A bearer token for the endpoint."
    ),
    click.option(
        "--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True,
        help="How long the endpoint may take over one query.",
    ),
    click.option(
        "--max-rows", metavar="N", type=click.IntRange(min=1), default=200_000, show_default=True,
        help="How many rows the endpoint may give.",
    ),
)  # fmt: skip
FOR_ENDPOINTS = ("user", "token", "timeout", "max_rows")

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


OPTIONS = {"at", "documents", "explain_reading", "format", "home", "lang", "row", *FOR_ENDPOINTS}
"""Words that cannot name a question's parameter."""

_QUICK = {"ask", "find", "describe", "path"}
"""Commands that take a second at most, and little memory."""

_LEAVING_DRAFTS = {"release"}
"""Commands that must be told of their end, to take away what they have drafted."""

ON_ONE_SCREEN = 6
"""How many facts of a relation a reader takes in at a glance."""


@click.group(cls=Terril, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="terril")
@click.pass_context
def main(context: click.Context) -> None:
    """A region's innovation ecosystem as a graph: every fact with its passage, every inference with its proof."""
    # An engine at work in compiled code would not notice Python's own handling of Ctrl-C.
    if context.invoked_subcommand not in _LEAVING_DRAFTS:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if context.invoked_subcommand in _QUICK:
        gc.disable()  # they are over before there is much to collect, and looking costs a fifth of their time
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
@click.argument("question")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@at
@click.option("--lang", metavar="TAG", help="The language of labels; by default English, or that of your words.")
@home
@click.option("--explain-reading", is_flag=True, help="Show how your words were read, the query, other readings.")
@format(results.ROW_FORMATS)
def ask(
    question: str, values: tuple[str, ...], format: str | None, lang: str | None, explain_reading: bool, **options: Any
) -> None:
    """Ask a question: any in words, or a catalogued one by its name (`terril questions` lists them)."""
    answer = terril.ask(typed(question), lang=lang, **options, **pairs(values))
    if answer.reading:
        read = answer.reading
        click.echo(terril.understanding.write(read, answer.sparql) if explain_reading else read, err=True)
    say(results.write(answer.result, format, lang=lang or (answer.reading.lang if answer.reading else "en")))


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
@click.argument("thing")
@click.option(
    "--limit", type=int, metavar="N", help="At most N facts of a relation; by default 6 for people, else all."
)
@at
@documents
@lang
@home
@format(("text", "json", "jsonld", "turtle", "nt"), "text")
def describe(thing: str, limit: int | None, format: str, lang: str, **options: Any) -> None:
    """Describe one thing: what it is, its facts both ways, figures and sources."""
    if limit is None and format == "text":
        limit = ON_ONE_SCREEN
    description = terril.describe(typed(thing), limit=limit, lang=lang, **options)
    say(terril.descriptions.write(description, format, lang=lang))


@main.command()
@click.argument("text", metavar="NAME")
@click.option("--kind", metavar="KIND", help="Only things of this class, such as cluster or terril:Strategy.")
@click.option("--limit", type=int, metavar="N", default=10, show_default=True, help="At most so many things.")
@at
@lang
@home
@format(results.ROW_FORMATS)
def find(text: str, kind: str | None, format: str | None, lang: str, **options: Any) -> None:
    """Find things by NAME, in any language, also misspelt, abbreviated or in part."""
    found = terril.find(typed(text), kind=kind and typed(kind), lang=lang, **options)
    if not len(found):
        sys.exit(1)
    say(results.write(found, format, lang=lang))


@main.command()
@click.argument("start")
@click.argument("end")
@click.option("--max", type=int, metavar="N", default=4, show_default=True, help="Links of the longest path.")
@click.option("--via", metavar="NAMES", default="", help="Kinds or things that a path must pass, with commas between.")
@click.option("--avoid", metavar="NAMES", default="", help="Kinds, things or relations that it must not pass.")
@click.option("--count", type=int, metavar="K", default=3, show_default=True, help="At most so many paths.")
@at
@documents
@lang
@home
@format(("text", "json", "md", "turtle"), "text")
def path(start: str, end: str, via: str, avoid: str, format: str, lang: str, **options: Any) -> None:
    """Show how two things are connected: the shortest paths between them, each link with its passages."""
    found = terril.path(typed(start), typed(end), via=typed(via), avoid=typed(avoid), lang=lang, **options)
    say(terril.connections.write(found, format, lang=lang))
    sys.exit(not found.paths)


@main.command()
@click.option("--theme", help="Only the questions of this theme.")
@click.option("--about", metavar="WORDS", help="Only the questions that speak of all these words, or of this name.")
@click.option("--target", metavar="URL", help="The endpoint that is to answer, for turtle and grlc.")
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), help="A folder for the files of grlc.")
@lang
@home
@format(("table", "json", "turtle", "grlc"), "table")
def questions(format: str, lang: str, target: str | None, to: Path | None, **options: Any) -> None:
    """List the catalogued questions, or export them: as SPARQL examples in RDF, or for grlc."""
    if to is not None and format != "grlc":
        raise click.UsageError("--to is a folder for the files of grlc: add --format grlc.")
    found = terril.questions(**options)
    if to is None:
        say(terril.listings.write(found, format, lang=lang, target=target))
    else:
        say(f"{to}: {len(terril.listings.save(found, to, target))} query files\n")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--base", metavar="URL", help="Where the folder will be, for canonical addresses and a sitemap.")
@click.option("--lang", metavar="TAG", multiple=True, default=("en", "fr"), help="Only this language; may be repeated.")
@at
@home
def publish(**options: Any) -> None:
    """Write all pages of the graph into DIR, for any web host: with data, dumps and search that need no server."""
    with told_progress("Writing pages") as progress:
        site = terril.publish(options.pop("folder"), progress=progress, **options)
    say(f"{site.folder}: {site.things} things on {site.pages} pages\n")


@contextmanager
def told_progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell how much is done of how much, as a bar; nothing where no person looks on."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def tell(done: int, whole: int) -> None:
            bar.length = whole
            bar.update(done - bar.pos)

        yield tell


def to_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a store's URL, with all that the store may need; its function gets them as one place, `url`."""

    @functools.wraps(command)
    def loaded(url: str, user: str | None, token: str | None, timeout: float, **options: Any) -> Any:
        where = place(url, user, token, timeout=timeout) if is_address(url) else url
        return command(url=where, **options)

    for option in reversed(STORE):
        loaded = option(loaded)
    return loaded


STORE_TIME = click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=300, show_default=True,
    help="How long the store may take over one graph.",
)  # fmt: skip
STORE = (
    click.argument("url"),
    click.option("--at", metavar="FILE", help="A graph file; by default the built graph."),
    click.option(
        "--store", type=click.Choice(tuple(KINDS)), help="The kind of store; by default told from its answers."
    ),
    *PLACE[1:3],
    STORE_TIME,
    click.option(
        "--jobs", metavar="N", type=click.IntRange(1, 32), default=4, show_default=True, help="Graphs at a time."
    ),
    click.option(
        "--retries", metavar="N", type=click.IntRange(0, 32), default=3, show_default=True,
        help="How often a graph is tried again.",
    ),
    home,
)  # fmt: skip


@main.command()
@to_store
@click.option("--prune", is_flag=True, help="Remove graphs of Terril's name space that are no longer part.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@format(("text", "json"), "text")
def push(url: Any, format: str, **options: Any) -> None:
    """Load the graph into the triplestore at URL, and prove that it arrived."""
    with told_progress("Sending graphs") as progress:
        pushed = terril.push(url, progress=progress, **options)
    say(harmless(records.write(pushed, format)) + "\n")
    sys.exit(not pushed.is_whole)


@main.command()
@to_store
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
    help="At most N differences of a graph.",
)  # fmt: skip
@format(("text", "json"), "text")
def verify(url: Any, format: str, **options: Any) -> None:
    """Check that the triplestore at URL holds the graph, and nothing but the graph."""
    with told_progress("Reading graphs") as progress:
        verified = terril.verify(url, progress=progress, **options)
    say(harmless(records.write(verified, format)) + "\n")
    sys.exit(not verified.is_whole)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--at", metavar="FILE", help="A graph file; by default the built graph.")
@click.option("--base", metavar="URL", help="Where the folder will be on the web, for its descriptions.")
@click.option("--since", metavar="WHAT", help="A former release, or graph, of which the changes are told.")
@home
def release(**options: Any) -> None:
    """Write the graph into DIR in every format that stores and tools take, with scripts that load it."""
    with told_progress("Writing formats") as progress:
        done = terril.release(options.pop("folder"), progress=progress, **options)
    say(f"{done.folder}: {done.facts} facts in {done.formats} formats\n")


@main.command()
@click.argument("a")
@click.argument("b")
@PLACE[1]
@PLACE[2]
@STORE_TIME
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
    help="At most N changes of a section, for people.",
)  # fmt: skip
@lang
@home
@format(("markdown", "json", "turtle", "patch"), "markdown")
def diff(a: str, b: str, format: str, limit: int, **options: Any) -> None:
    """Say what changed from A to B: graph files, releases, projects or endpoints. Exit code 0 says that nothing did."""
    credentials = {name: options.pop(name) for name in ("user", "token", "timeout")}
    with told_progress("Comparing") as progress:
        found = terril.diff(*sides(a, b, **credentials), progress=progress, **options)
    say(terril.changes.write(found, format, lang=options["lang"], limit=limit))
    sys.exit(not found.is_same)


def sides(a: str, b: str, user: str | None, token: str | None, **limits: Any) -> "list[str | terril.Endpoint]":
    """The two sides, of which what is typed for an endpoint goes to the one that is one, or to both at one host."""
    from terril.transport import origin

    addresses = [each for each in (a, b) if is_address(each)]
    endpoint = place(addresses[0] if addresses else None, user, token, **limits)
    if not isinstance(endpoint, terril.Endpoint):
        return [a, b]
    if endpoint.access.shown() and origin(addresses[0]) != origin(addresses[-1]):
        raise click.UsageError("Two hosts do not get the same credentials. Compare with a copy of one, or from Python.")
    return [replace(endpoint, url=each) if is_address(each) else each for each in (a, b)]


@main.command()
@click.option("--http", is_flag=True, help="Listen at http://127.0.0.1:PORT/mcp instead of standard input.")
@click.option("--port", type=int, metavar="PORT", default=8787, show_default=True, help="0 takes one that is free.")
@click.option("--seconds", type=float, metavar="N", default=20.0, show_default=True, help="Time for one answer.")
@click.option("--memory", type=int, metavar="MB", default=2048, show_default=True, help="Memory for one answer.")
@at
@home
def mcp(**options: Any) -> None:
    """Serve the verbs to assistants with a language model, over the Model Context Protocol."""
    terril.mcp(**options)


@main.command()
@click.option("--at", metavar="FILE", help="A graph file; by default the built graph.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=7878, show_default=True, help="0 takes a free one.")
@click.option("--base", metavar="URL", help="The address under which others see the server, if that is another.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that answer; one per processor.")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=20.0, show_default=True, help="Time for one query.")
@click.option("--memory", type=click.IntRange(64), metavar="MB", default=1024, show_default=True, help="And for all.")
@click.option("--writable", is_flag=True, help="Let those write who bring the token in TERRIL_TOKEN.")
@click.option("--empty", is_flag=True, help="Begin with an empty graph, and let anything be written; needs --writable.")
@click.option(
    "--store",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where what is written, or a copy that opens at once, is kept.",
)
@home
def serve(**options: Any) -> None:
    """Serve the graph: a SPARQL endpoint, linked data, pages."""
    terril.serve(ready=tell_address, **options)


def tell_address(address: str) -> None:
    """Say where a server answers, and how it is stopped."""
    click.echo(f"Serving at {address} (SPARQL at {address}sparql). Stop with Ctrl-C.", err=True)


def place(at: str | None, user: str | None, token: str | None, **limits: Any) -> "str | terril.Endpoint | None":
    """Where to ask. What is typed goes before what the environment says, which is for endpoints alone."""
    source = click.get_current_context().get_parameter_source
    on_line = [name for name in FOR_ENDPOINTS if source(name) is ParameterSource.COMMANDLINE]
    if at is None or not is_address(at):
        if on_line:
            raise click.UsageError(f"--{on_line[0].replace('_', '-')} is for an endpoint, and none is named.")
        return at
    shown: dict[str, Any] = {name: value for name, value in (("user", user), ("token", token)) if value}
    shown = {name: value for name, value in shown.items() if name in on_line} or shown
    if len(shown) > 1:
        raise click.UsageError("Give a user or a token, not both (--user, --token, TERRIL_USER, TERRIL_TOKEN).")
    return terril.Endpoint(at, password=password(shown.get("user")), **shown, **limits)


def password(user: str | None) -> str | None:
    """The user's password: never an argument, which others on the machine may read."""
    if not user:
        return None
    if "TERRIL_PASSWORD" in os.environ:
        return os.environ["TERRIL_PASSWORD"]
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError("The user needs a password. Put it into TERRIL_PASSWORD.")
    return str(click.prompt(f"Password of {user}", hide_input=True, err=True))


def tell_project(home: Path | None) -> None:
    """Say which project is worked on where the user has named none and stands in none."""
    found = terril.find_home(home)
    if home is None and found.path != Path():
        click.echo(f"Here is no project; this is about {found.path}.", err=True)


def harmless(message: str) -> str:
    """A message without what could steer a terminal: it may quote an argument, a file's name or a server."""
    return "\n".join(map(results.plain, message.splitlines()))


def say(answer: str) -> None:
    """Print an answer. That it cannot be printed is said in a sentence; of a reader that went away click takes care."""
    if sys.stdout is None:
        raise click.ClickException("The answer could not be printed: standard output is closed.")
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
            raise click.UsageError(f"{name} is an option, not a parameter: write --{name.replace('_', '-')}.")
        if [other for other, _, _ in split].count(name) > 1:
            raise click.UsageError(f"{name} is given more than once. Give it one value.")
    return {name: typed(value) for name, _, value in split}
