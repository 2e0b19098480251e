"""Make the pages that only say what the code says: python docs/generate.py, or --check to see if they hold.

docs/command-line.md comes from the commands themselves, docs/environment.md from the settings' fields, and the table
in docs/methods/counting.md, between its two marks, from the counting rules.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from pydantic.fields import FieldInfo

from folkmoot.cli import cli
from folkmoot.methods.counting import Rule, find_rules
from folkmoot.site.environment import Environment

HERE = Path(__file__).resolve().parent
NOTE = "<!-- Made by docs/generate.py. Change the code, not this page. -->"


def commands(group: click.Group, above: str = "folkmoot") -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, those of groups included."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def command_line() -> str:
    sections = "\n".join(_command(name, command) for name, command in commands(cli))
    return (
        f"{NOTE}\n\n# The command line\n\n{(cli.help or '').strip()}\n\n"
        "In a clone it is `.venv/bin/folkmoot`. Every command exits 0 when it succeeds and 2 for wrong use or "
        "wrong input, with one message on standard error; `folkmoot verify` exits 1 for a bundle that does not "
        "verify. `folkmoot --version` says the version; `-h` or `--help` after any command says what is here.\n\n"
        "`opinions`, `themes` and `verify` need no database. The others use the installation that "
        f"[`FOLKMOOT_DATA` and its fellows](environment.md) name.\n\n{sections}"
    )


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    rows = [
        record
        for each in command.params
        # Arguments stand in the usage, and the command's own words say what they are.
        if isinstance(each, click.Option)
        and (record := each.get_help_record(context))
        and "--help" not in record[0]
    ]
    table = "".join(f"| `{option.replace('|', '&#124;')}` | {_cell(words)} |\n" for option, words in rows)
    options = f"\n| option | what it does |\n|---|---|\n{table}" if rows else ""
    words = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    return f"## {name}\n\n```\n{usage}\n```\n\n{words}\n{options}"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "&#124;") or "—"


def environment() -> str:
    rows = "".join(
        f"| `FOLKMOOT_{name.upper()}` | {_default(field)} | {_cell(field.description or '')} |\n"
        for name, field in Environment.model_fields.items()
    )
    return (
        f"{NOTE}\n\n# Settings\n\nEverything that an installation may set is an environment variable. None is needed "
        "to start. A value that cannot be used stops the program with a message that names it.\n\n"
        f"| variable | default | what it is for |\n|---|---|---|\n{rows}\n"
        "Secrets are no settings: they are made when first needed, readable by their owner alone, in `secrets/` "
        "in the data directory.\n"
    )


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`$XDG_DATA_HOME/folkmoot`, else `~/.local/share/folkmoot`"
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    return f"`{field.default}`" if field.default != "" else "empty"


TABLE_BEGINS, TABLE_ENDS = "<!-- Made by docs/generate.py from the rules. -->\n", "<!-- Here it ends. -->"


def counting() -> str:
    """The page as it stands, with the table of rules made anew."""
    before, begins, rest = _stands("methods/counting.md").partition(TABLE_BEGINS)
    _, ends, after = rest.partition(TABLE_ENDS)
    return f"{before}{begins}{rules_table(find_rules().values())}{ends}{after}"


def rules_table(rules: Iterable[Rule]) -> str:
    heads = ("rule", "ballots", "equal places", "seats", "options", "promises", "source")
    above = f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    return above + "".join(f"| {' | '.join(_rule(rule))} |\n" for rule in rules)


def _rule(rule: Rule) -> tuple[str, ...]:
    options = "; ".join(
        f"`{option.name}` ({', '.join(option.choices) or 'a number'}; {option.default})"
        for option in rule.options
    )
    ballots = rule.ballots.__name__.lower()
    return (
        f"`{rule.name}`",
        ballots,
        rule.equal_places if ballots == "rankings" else "–",
        rule.seats,
        options or "–",
        ", ".join(sorted(rule.promises)) or "–",
        _cell(rule.source),
    )


PAGES = {"command-line.md": command_line, "environment.md": environment, "methods/counting.md": counting}


def main(arguments: list[str]) -> int:
    old = [name for name, make in PAGES.items() if _stands(name) != make()]
    if arguments == ["--check"]:
        for name in old:
            sys.stderr.write(f"docs/{name} is out of date: run python docs/generate.py\n")
        return 1 if old else 0
    for name in old:
        (HERE / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _stands(name: str) -> str:
    path = HERE / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
