"""The same actions and methods from the command line.

Exit 0 on success, 2 on bad usage or bad input with one message on standard error. Heavy imports stand
inside the commands, so that `--help` answers at once and the methods work without Django.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from folkmoot.cli import checking, counting, installation, methods
from folkmoot.cli.shared import cli, write_every_letter
from folkmoot.methods import InputError

__all__ = ["checking", "cli", "counting", "installation", "main", "methods"]


def main() -> Any:
    write_every_letter()
    try:
        return cli(standalone_mode=True)
    except InputError as error:
        click.echo(f"folkmoot: {error}", err=True)
        sys.exit(2)
    except UnicodeEncodeError as error:
        # An argument with bytes that are no text: nothing that holds it can be written.
        click.echo(f"folkmoot: {error.object!a:.60} is no text. Write it in UTF-8.", err=True)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        what = error.strerror or str(error)
        click.echo(f"folkmoot: {where}{what}. Check that it is there and can be written.", err=True)
        sys.exit(2)
