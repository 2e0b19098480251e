"""The same actions and methods from the command line.

Exit 0 on success, 2 on bad usage or bad input with one message on standard error. Heavy imports stand
inside the commands, so that `--help` answers at once and the methods work without Django.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

import folkmoot
from folkmoot.methods import InputError

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(folkmoot.__version__, prog_name="folkmoot")
def cli() -> None:
    """Hear a movement's members, understand what they said, publish it, and let anybody check it."""


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Put the file's name before what a reader says of the stream it was given."""
    try:
        yield
    except InputError as error:
        where = f"{path}, {error.where}" if error.where else str(path)
        raise InputError(error.what, where=where, remedy=error.remedy) from error


def write_json(form: str, target: str) -> None:
    """Write a form's canonical text to a file, or to standard output for `-`, in one piece."""
    if target == "-":
        sys.stdout.write(form)
        return
    path = Path(target)
    partial = path.with_name(path.name + ".part")
    partial.write_text(form, encoding="utf-8")
    partial.replace(path)


def progress_line(what: str) -> Callable[[str, float], None] | None:
    """Show progress on standard error when it is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(step: str, done: float) -> None:
        end = "\n" if done >= 1 else ""
        click.echo(f"\r{what}: {step} {done:4.0%}\033[K{end}", err=True, nl=False)

    return show


@cli.command()
@click.argument("votes_file", metavar="VOTES.csv", type=READABLE)
@click.option("--statements", "statements_file", metavar="COMMENTS.csv", type=READABLE, help="Their words.")
@click.option("--mode", type=click.Choice(["polis"]), default="polis", show_default=True, help="The method.")
@click.option(
    "--groups", type=click.IntRange(min=1), metavar="K", help="How many groups; else the votes say."
)
@click.option("--moderated-out", metavar="IDS|FILE", default="", help="Statements that are out.")
@click.option("--background", metavar="IDS|FILE", default="", help="Statements that tell of the person.")
@click.option("--include", metavar="IDS", default="", help="People who count though they voted on little.")
@click.option("--seed", type=int, default=0, show_default=True, help="Stands in the result.")
@click.option("--svg", "svg_file", metavar="FILE", help="Draw the map.")
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def opinions(
    votes_file: Path,
    statements_file: Path | None,
    mode: str,
    groups: int | None,
    moderated_out: str,
    background: str,
    include: str,
    seed: int,
    svg_file: str | None,
    json_file: str | None,
) -> None:
    """Find where people stand from their votes on statements.

    VOTES.csv is either form of Polis's export: a row a vote, or a row a participant. IDS are parted by
    commas; a FILE holds them parted by commas or lines.
    """
    import io

    from folkmoot.methods import opinions as method
    from folkmoot.methods.text_files import decode

    comments = None
    if statements_file is not None:
        with reading(statements_file):
            comments = method.read_comments(io.StringIO(decode(statements_file.read_bytes()), newline=""))
    with reading(votes_file):
        text = io.StringIO(decode(votes_file.read_bytes()), newline="")
        votes = method.read_votes(text, statements=None if comments is None else set(comments.ids))
    found = method.map_opinions(
        votes,
        mode=mode,
        groups=groups,
        moderated_out={*ids_of(moderated_out), *(comments.moderated_out if comments else ())},
        background=ids_of(background),
        include=ids_of(include),
        seed=seed,
        progress=progress_line("opinions"),
    )
    words = comments.text if comments else {}
    form = method.to_json(found) if json_file else method.summary(found, words)
    if svg_file:
        write_json(method.chart.to_svg(found, statement_text=words), svg_file)
    write_json(form, json_file or "-")


def ids_of(given: str) -> list[str]:
    """Read ids parted by commas, or from a file that holds them parted by commas or lines."""
    from folkmoot.methods.text_files import decode

    path = Path(given)
    if given and path.is_file():
        with reading(path):
            given = decode(path.read_bytes())
    elif "/" in given or given.endswith((".txt", ".csv")):
        raise InputError(f"there is no file {given}", remedy="Give ids parted by commas, or a file of them.")
    return [name.strip() for name in given.replace("\n", ",").split(",") if name.strip()]


def main() -> Any:
    try:
        return cli(standalone_mode=True)
    except InputError as error:
        click.echo(f"folkmoot: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"folkmoot: {error.filename}: {error.strerror}. Check that it can be written.", err=True)
        sys.exit(2)
