"""Commands of an installation: they need its database."""

from __future__ import annotations

from pathlib import Path

import click

from folkmoot.cli.shared import READABLE, cli, progress_line, set_up, up_to_date
from folkmoot.methods import InputError


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
