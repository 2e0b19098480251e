"""Commands for whoever trusts nobody."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from folkmoot.cli.shared import READABLE, cli, progress_line, reading


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
