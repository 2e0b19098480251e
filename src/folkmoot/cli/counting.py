"""Counting ballots and drawing lots: files in, a sheet out. No database, no Django."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from folkmoot.cli.shared import READABLE, check_targets, cli, is_file, progress_line, reading, write_all
from folkmoot.methods import InputError

SHEETS = (".html", ".pdf", ".txt")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@cli.command()
@click.argument("ballots_file", metavar="BALLOTS", type=READABLE)
@click.option("--rule", "rule_name", metavar="RULE", required=True, help="See `folkmoot rules`.")
@click.option("--seats", type=int, metavar="N", help="How many to elect; else the file says.")
@click.option("--lot", "seed", metavar="SEED", help="The seed of the lot that breaks ties.")
@click.option("--contest", metavar="TEXT", help="What the lot is for, as announced; else the file's title.")
@click.option(
    "--order", "names", metavar="NAMES", help="Or an order drawn by hand: numbers or ids, with commas."
)
@click.option(
    "--candidates",
    "stand",
    metavar="NAMES|FILE",
    help="Who stands, where a .csv holds rankings: nobody else is taken.",
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
    contest: str | None,
    names: str | None,
    stand: str | None,
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
    Where votes are equal and a lot is needed, --lot gives the seed of one that was drawn in public, and
    --contest says which of several lots from that seed. NAMES are parted by commas; a FILE has one a line.
    """
    from folkmoot.methods.counting import count as count_ballots
    from folkmoot.methods.counting import find_rule, read_ballots

    rule = find_rule(rule_name, folder)
    check_outputs(rule, sheet_file, blt_file, json_file)
    candidates = None if stand is None else names_of(stand)
    with reading(ballots_file):
        profile = read_ballots(ballots_file.read_bytes(), ballots_file.name, rule.ballots, candidates)
        found = count_ballots(
            profile,
            rule,
            seats=seats,
            ties=order_for_ties(seed, names, profile.title if contest is None else contest),
            options=options_of(settings, majority=majority, quorum=quorum, entitled=entitled),
        )
    write_count(found, sheet_file, blt_file, json_file)
    for note in getattr(profile, "notes", ()):
        click.echo(f"folkmoot: {ballots_file}: {note}", err=True)


def names_of(given: str) -> list[str]:
    """Who stands: names parted by commas, or from a file with one a line. Raises InputError for none, or one twice."""
    from folkmoot.methods.text_files import decode, numbered_lines

    path = Path(given)
    if is_file(path):
        with reading(path):
            return distinct("line", numbered_lines(decode(path.read_bytes())))
    if given.endswith((".txt", ".csv")):
        raise InputError(
            f"there is no file {given}", remedy="Give names parted by commas, or a file of them."
        )
    with reading(Path("--candidates")):
        return distinct("name", list(enumerate(given.split(","), 1)))


def distinct(place: str, names: list[tuple[int, str]]) -> list[str]:
    """The names in order; raises InputError, with the number of the place, for one that is empty or there twice."""
    found: dict[str, int] = {}
    for number, name in names or [(1, "")]:
        name = " ".join(name.split())
        where = f"{place} {number}"
        if not name:
            raise InputError("there is no name", where=where, remedy="Give the names of all who stand.")
        if name in found:
            raise InputError(f"“{name}” stands there twice", where=where, remedy="Keep one of them.")
        found[name] = number
    return list(found)


def order_for_ties(seed: str | None, names: str | None, contest: str) -> Any:
    from folkmoot.methods.counting import FixedOrder, LotOrder
    from folkmoot.methods.lots import Lot

    if seed is not None and names is not None:
        raise InputError("ties go by a lot or by an order, not both", remedy="Give --lot or --order.")
    if names is not None:
        names.encode()  # bytes that are no text would break off the writing of the result
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


def check_outputs(rule: Any, sheet_file: str | None, blt_file: str | None, json_file: str | None) -> None:
    """Raise InputError, before the count, for results that could not be written."""
    from folkmoot.methods.counting import Rankings

    check_targets(sheet_file, blt_file, json_file)
    if sheet_file is not None and Path(sheet_file).suffix.lower() not in SHEETS:
        ending = Path(sheet_file).suffix.lower()
        raise InputError(
            f"a sheet is not written as “{ending}”", remedy=f"End its name in {', '.join(SHEETS)}."
        )
    if blt_file is not None and rule.ballots is not Rankings:
        raise InputError("BLT files hold rankings only", remedy="Leave out --blt.")


def write_count(found: Any, sheet_file: str | None, blt_file: str | None, json_file: str | None) -> None:
    """Everything that was asked for; the readable sheet where nothing else goes to standard output."""
    from folkmoot.methods.counting import to_blt, to_html, to_json, to_text

    forms: list[tuple[str | bytes, str]] = []
    if sheet_file is not None:
        writers = dict(zip(SHEETS, (to_html, to_pdf, to_text), strict=True))
        forms.append((writers[Path(sheet_file).suffix.lower()](found, command=again()), sheet_file))
    if blt_file is not None:
        forms.append((to_blt(found.profile, seats=found.seats), blt_file))
    if json_file is not None:
        forms.append((to_json(found), json_file))
    if json_file is None and blt_file != "-":
        forms.append((to_text(found, command=again()), "-"))
    write_all(forms)


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
            # Bytes that are no text stand in file names at most.
            kept.append(word.encode(errors="surrogateescape").decode(errors="backslashreplace"))
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

    check_targets(json_file)
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
    show = progress_line("draw")
    search: dict[str, Any] = {"fairness": fairness, "most_searches": searches, "progress": show}
    if panel_file is not None and gone is not None:
        left = {id.strip() for id in gone.split(",") if id.strip()}
        if size not in (None, len(left)):
            raise InputError(f"{len(left)} dropped out, and --size is {size}", remedy="Leave out --size.")
        with reading(panel_file):
            before = sortition.read_draw(panel_file.read_bytes())
            sortition.check_gone(pool, before.panel, left, before.gone)
        with reading(targets_file):
            found = sortition.replace_members(
                pool, targets, before.panel, left, earlier=before.gone, lot=lot, **search
            )
    elif size is None:
        raise InputError("the size of the panel is not known", remedy="Give it (--size N).")
    else:
        with reading(pool_file):
            sortition.check_size(pool, size)
        with reading(targets_file):
            found = sortition.draw(pool, targets, size, lot=lot, **search)
    form = sortition.summary(found) if json_file is None else sortition.to_json(found)
    write_all([(form, "-" if json_file is None else json_file)])
