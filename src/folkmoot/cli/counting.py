"""Counting ballots and drawing lots: files in, a sheet out. No database, no Django."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from folkmoot.cli.shared import READABLE, cli, progress_line, reading, write_json
from folkmoot.methods import InputError

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@cli.command()
@click.argument("ballots_file", metavar="BALLOTS", type=READABLE)
@click.option("--rule", "rule_name", metavar="RULE", required=True, help="See `folkmoot rules`.")
@click.option("--seats", type=int, metavar="N", help="How many to elect; else the file says.")
@click.option("--lot", "seed", metavar="SEED", help="The seed of the lot that breaks ties.")
@click.option(
    "--order", "names", metavar="NAMES", help="Or an order drawn by hand: numbers or ids, with commas."
)
@click.option("--majority", help="Of a motion: simple, absolute or two-thirds.")
@click.option("--quorum", type=int, metavar="N", help="Of a motion: how many must vote.")
@click.option("--entitled", type=int, metavar="N", help="Of a motion: how many may vote.")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="Any other option of the rule.")
@click.option(
    "--rules-from", "folder", metavar="DIRECTORY", type=FOLDER, help="Rules of your own, a file each."
)
@click.option("--sheet", "sheet_file", metavar="FILE", help="Write the sheet, as .html, .pdf or .txt.")
@click.option("--blt", "blt_file", metavar="FILE", help="Write the ballots as BLT, alike ones together.")
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def count(
    ballots_file: Path,
    rule_name: str,
    seats: int | None,
    seed: str | None,
    names: str | None,
    majority: str | None,
    quorum: int | None,
    entitled: int | None,
    settings: tuple[str, ...],
    folder: Path | None,
    sheet_file: str | None,
    blt_file: str | None,
    json_file: str | None,
) -> None:
    """Count ballots by a rule, and show the whole working.

    BALLOTS is a .blt file, a .csv with a paper a row, a Pabulib .pb or one of PrefLib's .soc .soi .toc .toi.
    Where votes are equal and a lot is needed, --lot gives the seed of one that was drawn in public.
    """
    from folkmoot.methods.counting import count as count_ballots
    from folkmoot.methods.counting import find_rule, read_ballots

    rule = find_rule(rule_name, folder)
    with reading(ballots_file):
        profile = read_ballots(ballots_file.read_bytes(), ballots_file.name, rule.ballots)
        found = count_ballots(
            profile,
            rule,
            seats=seats,
            ties=order_for_ties(seed, names, profile.title),
            options=options_of(settings, majority=majority, quorum=quorum, entitled=entitled),
        )
    write_count(found, sheet_file, blt_file, json_file)


def order_for_ties(seed: str | None, names: str | None, contest: str) -> Any:
    from folkmoot.methods.counting import FixedOrder, LotOrder
    from folkmoot.methods.lots import Lot

    if seed is not None and names is not None:
        raise InputError("ties go by a lot or by an order, not both", remedy="Give --lot or --order.")
    if names is not None:
        return FixedOrder([name.strip() for name in names.split(",") if name.strip()])
    return None if seed is None else LotOrder(Lot(seed, contest))


def options_of(settings: tuple[str, ...], **named: str | int | None) -> dict[str, str | int]:
    """The rule's options as they were given, by --set or by a name of their own."""
    given: dict[str, str | int] = {name: value for name, value in named.items() if value is not None}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InputError(f"“{setting}” sets nothing", where="--set", remedy="Write --set NAME=VALUE.")
        given[name.strip()] = value.strip()
    return given


def write_count(found: Any, sheet_file: str | None, blt_file: str | None, json_file: str | None) -> None:
    """Everything that was asked for; the readable sheet where nothing else goes to standard output."""
    from folkmoot.methods.counting import Rankings, to_blt, to_html, to_json, to_text

    forms: list[tuple[str | bytes, str]] = []
    if sheet_file is not None:
        writers = {".html": to_html, ".txt": to_text, ".pdf": to_pdf}
        ending = Path(sheet_file).suffix.lower()
        if ending not in writers:
            raise InputError(
                f"a sheet is not written as “{ending}”", remedy=f"End its name in {', '.join(writers)}."
            )
        forms.append((writers[ending](found, command=again()), sheet_file))
    if blt_file is not None:
        if not isinstance(found.profile, Rankings):
            raise InputError("BLT files hold rankings only", remedy="Leave out --blt.")
        forms.append((to_blt(found.profile, seats=found.seats), blt_file))
    if json_file is not None:
        forms.append((to_json(found), json_file))
    if json_file is None:
        forms.append((to_text(found, command=again()), "-"))
    for form, target in forms:
        if isinstance(form, bytes):
            write_whole(form, Path(target))
        else:
            write_json(form, target)


def to_pdf(found: Any, *, command: str) -> bytes:
    """The sheet on paper, the same bytes every time."""
    from folkmoot.methods.counting.sheet_print import TEMPLATE, content

    try:
        import typst
    except ImportError as error:
        remedy = "Install folkmoot[site], or write .html and print it."
        raise InputError("PDF needs the package typst", remedy=remedy) from error
    pressed: bytes = typst.compile(  # type: ignore[call-overload]  # its stub asks for None with bytes in
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": content(found, command=command)},
        ignore_system_fonts=True,
        timestamp=0,
    )
    return pressed


def write_whole(data: bytes, path: Path) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


def again() -> str:
    """The command that was given, but for where results were written."""
    import sys

    words, kept, skip = sys.argv[1:], ["folkmoot"], False
    for word in words:
        if skip:
            skip = False
        elif word in ("--sheet", "--json", "--blt"):
            skip = True
        elif not word.startswith(("--sheet=", "--json=", "--blt=")):
            kept.append(word)
    return shlex.join(kept)


@cli.command()
@click.option(
    "--rules-from", "folder", metavar="DIRECTORY", type=FOLDER, help="Rules of your own, a file each."
)
def rules(folder: Path | None) -> None:
    """List the counting rules, with their sources and options."""
    from folkmoot.methods.counting import find_rules

    for rule in find_rules(folder).values():
        click.echo(f"{rule.name}\n  {rule.title}. {rule.help}")
        click.echo(f"  Ballots: {rule.ballots.__name__.lower()}. Seats: {rule.seats}.")
        for option in rule.options:
            choices = f" ({', '.join(option.choices)})" if option.choices else ""
            click.echo(f"  Option {option.name}={option.default}: {option.help}{choices}.")
        click.echo(f"  Source: {rule.source}.\n")


@cli.command("draw")
@click.argument("pool_file", metavar="POOL.csv", type=READABLE)
@click.option(
    "--targets", "targets_file", metavar="TARGETS.csv", type=READABLE, required=True, help="Who it needs."
)
@click.option(
    "--size", type=int, metavar="N", help="How many a panel has; with --gone as many as dropped out."
)
@click.option("--lot", "seed", metavar="SEED", help="The seed of the lot that picks the panel.")
@click.option("--contest", default="", metavar="TEXT", help="What the lot is for, as it was announced.")
@click.option("--list-only", is_flag=True, help="Make the list of panels, to publish before the lot.")
@click.option(
    "--fairness", type=click.Choice(["leximin", "maximin"]), default="leximin", show_default=True,
    help="Raise all chances in turn, or the lowest alone.",
)  # fmt: skip
@click.option("--searches", type=click.IntRange(1), default=3000, show_default=True, help="Then it stops.")
@click.option("--panel", "panel_file", metavar="DRAW.json", type=READABLE, help="A panel drawn before.")
@click.option("--gone", metavar="IDS", help="Members of it who dropped out, with commas: replace them.")
@click.option("--json", "json_file", metavar="FILE", help="Write the machine's form; - for standard output.")
def draw_panel(
    pool_file: Path,
    targets_file: Path,
    size: int | None,
    seed: str | None,
    contest: str,
    list_only: bool,
    fairness: str,
    searches: int,
    panel_file: Path | None,
    gone: str | None,
    json_file: str | None,
) -> None:
    """Draw a panel from a pool of volunteers, to targets, as fairly as can be.

    POOL.csv has the columns id and one a category; TARGETS.csv has category, value, min, max. First publish
    the list of panels (--list-only), then draw with a seed that nobody could know before.
    """
    from folkmoot.methods import sortition

    with reading(pool_file):
        pool = sortition.read_pool(pool_file.read_bytes())
    with reading(targets_file):
        targets = sortition.read_targets(targets_file.read_bytes())
    if seed is None and not list_only:
        raise InputError(
            "a lot is needed to draw a panel",
            remedy="Give its seed (--lot SEED), or make the list of panels alone (--list-only).",
        )
    lot = None if seed is None or list_only else sortition.Lot(seed, contest)
    if (panel_file is None) != (gone is None):
        raise InputError("a replacement needs the panel and who is gone", remedy="Give --panel and --gone.")
    if panel_file is not None and gone is not None:
        with reading(panel_file):
            panel = drawn_before(panel_file)
        left = {id.strip() for id in gone.split(",") if id.strip()}
        found = sortition.replace_members(pool, targets, panel, left, lot=lot)
    elif size is None:
        raise InputError("the size of the panel is not known", remedy="Give it (--size N).")
    else:
        show = progress_line("draw")
        found = sortition.draw(
            pool, targets, size, lot=lot, fairness=fairness, most_searches=searches, progress=show
        )
    write_json(sortition.to_json(found) if json_file else sortition.summary(found), json_file or "-")


def drawn_before(path: Path) -> tuple[str, ...]:
    """The members of a panel in a folkmoot.draw/1 file."""
    import json

    try:
        form = json.loads(path.read_bytes())
        return tuple(str(id) for id in form["drawn"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            "this is not a draw", remedy="Give what `folkmoot draw --json FILE` wrote."
        ) from error
