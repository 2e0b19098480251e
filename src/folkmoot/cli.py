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
    from folkmoot.methods import opinions as method
    from folkmoot.methods.text_files import open_text

    comments = None
    if statements_file is not None:
        with reading(statements_file):
            comments = method.read_comments(open_text(statements_file.read_bytes()))
    with reading(votes_file):
        known = None if comments is None else set(comments.ids)
        votes = method.read_votes(open_text(votes_file.read_bytes()), statements=known)
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


@cli.command()
@click.argument("responses_file", metavar="RESPONSES.csv", type=READABLE)
@click.option("--text", "text_column", metavar="COLUMN", required=True, help="Where the words are.")
@click.option("--id", "id_column", metavar="COLUMN", help="Each response's own id; else its row's number.")
@click.option("--person", "person_column", metavar="COLUMN", help="Who wrote it; else each is a person.")
@click.option("--question", metavar="TEXT", default="", help="What was asked: kept out of the names.")
@click.option("--resolution", type=float, default=4.0, show_default=True, help="More makes more themes.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For all draws.")
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def themes(
    responses_file: Path,
    text_column: str,
    id_column: str | None,
    person_column: str | None,
    question: str,
    resolution: float,
    seed: int,
    json_file: str | None,
) -> None:
    """Find what people raised in their own words, and list what fits nowhere.

    RESPONSES.csv has a row a response and a header. Everything is read on this machine; the result says
    whether the language model was there or only shared words were compared.
    """
    from folkmoot.methods import themes as method

    with reading(responses_file):
        data = responses_file.read_bytes()
        responses = method.read_responses(data, text=text_column, id=id_column, person=person_column)
    show = progress_line("themes")
    found = method.find_themes(
        responses,
        question=question,
        resolution=resolution,
        seed=seed,
        progress=None if show is None else lambda step, done, total: show(step, done / max(total, 1)),
    )
    write_json(method.to_json(found) if json_file else method.summary(found), json_file or "-")


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


@cli.command()
@click.argument("bundle", metavar="BUNDLE.zip", type=READABLE)
def verify(bundle: Path) -> None:
    """Recompute a publication from its bundle and say what agrees, what does not, and what it cannot know.

    Exit 0: it verifies. Exit 1: it does not. Exit 2: it cannot be read.
    """
    from folkmoot.publish.verification import verify as check

    with reading(bundle), bundle.open("rb") as stream:
        report = check(stream, progress=progress_line("verify"))
    for sign, lines in (("agrees:", report.checked), ("WRONG:", report.wrong), ("outside:", report.outside)):
        for line in lines:
            click.echo(f"{sign} {line}")
    click.echo("This publication verifies." if report.verifies else "This publication does NOT verify.")
    if not report.verifies:
        sys.exit(1)


# -- from here on with a database


def set_up() -> None:
    """Start Django. Raises InputError where the environment holds a value that cannot be."""
    import os

    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "folkmoot.site.settings")
    try:
        django.setup()
    except (ValueError, ImproperlyConfigured) as problem:
        raise InputError(f"a setting cannot be used: {problem}", remedy="See docs/hosting.md.") from problem


def up_to_date() -> None:
    set_up()
    from folkmoot.site.upkeep import check_migrated

    check_migrated()


@cli.command()
def migrate() -> None:
    """Bring the database up to date with this version."""
    set_up()
    from folkmoot.site import upkeep

    upkeep.migrate()


@cli.command()
@click.option("--organisation", required=True, help="The organisation's name.")
@click.option("--name", required=True, help="Your name.")
@click.option("--email", required=True, help="Your address, to sign in with.")
def begin(organisation: str, name: str, email: str) -> None:
    """Set up your own installation: the organisation, and you as its administrator and organiser."""
    up_to_date()
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from folkmoot.members import actions

    try:
        validate_email(email)
    except ValidationError:
        raise InputError(
            f"“{email}” is not an email address", remedy="Give one such as you@union.org."
        ) from None
    member = actions.begin(organisation=organisation, name=name, email=email)
    click.echo(f"{organisation} is set up. {member.name} signs in as {member.email}. Next: folkmoot serve")


@cli.command()
def demo() -> None:
    """Fill an empty installation with the demonstration: a union that was asked, and one question still open."""
    up_to_date()
    from folkmoot.site.demonstration.load import describe, load

    load(progress_line("demonstration"))
    click.echo(describe())


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-worker", is_flag=True, help="The worker runs elsewhere (folkmoot work).")
def serve(host: str, port: int, no_worker: bool) -> None:
    """Serve the site, with the worker beside it."""
    up_to_date()
    from folkmoot.site import server, upkeep

    upkeep.collect_static()
    click.echo(f"Folkmoot is on http://{host}:{port}/ (stop with Ctrl-C)")
    server.serve(host, port, with_worker=not no_worker)


@cli.command()
def work() -> None:
    """Send mail and read answers, until stopped."""
    up_to_date()
    from folkmoot.site import worker

    worker.work()


@cli.command()
@click.argument("address")
def mailtest(address: str) -> None:
    """Send a mail to ADDRESS now, to see whether mail leaves this installation."""
    set_up()
    from django.conf import settings
    from django.core.mail import send_mail

    try:
        send_mail("Folkmoot", "Mail from this installation arrives.", None, [address])
    except (OSError, ValueError) as problem:
        raise InputError(
            f"the mail was not sent: {problem}", remedy="Check FOLKMOOT_MAIL_URL, see docs/hosting.md."
        ) from problem
    click.echo(
        f"Sent to {address} from {settings.DEFAULT_FROM_EMAIL} by {settings.EMAIL_BACKEND.split('.')[-2]}."
    )


@cli.group(name="import")
def import_() -> None:
    """Bring real conversations in, all of one or none of it."""


@import_.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--assembly", "title", required=True, help="What the assembly is to be called.")
def polis(directory: Path, title: str) -> None:
    """Bring in a Polis export: comments.csv with votes.csv or participants-votes.csv."""
    up_to_date()
    from folkmoot.site.imports import import_polis

    assembly = import_polis(directory, title=title)
    click.echo(f"{assembly.batches.get().people} people. The assembly is {assembly.uuid}")


@import_.command()
@click.argument("file", metavar="FILE.csv", type=READABLE)
@click.option("--assembly", "title", required=True, help="What the assembly is to be called.")
@click.option("--question", required=True, help="What was asked.")
@click.option("--text", required=True, metavar="COLUMN", help="The column of the answers.")
@click.option("--id", "id_column", metavar="COLUMN", help="The column of their ids; else rows are numbered.")
def responses(file: Path, title: str, question: str, text: str, id_column: str | None) -> None:
    """Bring in written answers, a row a person."""
    up_to_date()
    from folkmoot.site.imports import import_responses

    assembly = import_responses(file, title=title, question=question, text=text, id=id_column)
    click.echo(f"{assembly.batches.get().people} people. The assembly is {assembly.uuid}")


@cli.command()
@click.argument("assembly")
@click.option("--out", required=True, metavar="DIRECTORY", type=click.Path(file_okay=False, path_type=Path))
@click.option("--changed", default="", help="For a correction: what this version changes.")
def publish(assembly: str, out: Path, changed: str) -> None:
    """Publish an assembly's findings and write them to DIRECTORY. ASSEMBLY is an id or an exact title."""
    up_to_date()
    from django.core.exceptions import ValidationError

    from folkmoot.site.export import find_assembly, publish_to

    try:
        publication = publish_to(find_assembly(assembly), out, changed=changed, tell=progress_line("publish"))
    except ValidationError as problem:
        raise InputError(" ".join(problem.messages)) from problem
    click.echo(f"Version {publication.number} is in {out}: open {out / 'index.html'}")


def main() -> Any:
    try:
        return cli(standalone_mode=True)
    except InputError as error:
        click.echo(f"folkmoot: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"folkmoot: {error.filename}: {error.strerror}. Check that it can be written.", err=True)
        sys.exit(2)
