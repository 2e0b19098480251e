"""The same actions and methods from the command line.

Exit 0 on success, 2 on bad usage or bad input with one message on standard error. Heavy imports stand
inside the commands, so that `--help` answers at once and the methods work without Django.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
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


def main() -> Any:
    try:
        return cli(standalone_mode=True)
    except InputError as error:
        click.echo(f"folkmoot: {error}", err=True)
        sys.exit(2)
