"""The result sheet as one page that needs nothing else: on a screen, on a phone, in print."""

from __future__ import annotations

from html import escape

from folkmoot.methods.counting import sheet, transfers_chart
from folkmoot.methods.counting.result import Count

# Stages that stand beside each other on paper.
ACROSS = 8
STYLE = """
:root{--paper:#fbf7ef;--surface:#f2ebdd;--ink:#26211c;--muted:#5f564b;--rule:#d9cfbe;--accent:#1d5c57;--out:#9a5b13}
@media(prefers-color-scheme:dark){:root{--paper:#1b1815;--surface:#26221d;--ink:#f1eadd;--muted:#b9ae9e;
--rule:#453e36;--accent:#8ccfc4;--out:#e5b465}}
body{margin:0;padding:16px;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1,h2{font-family:Charter,Cambria,Georgia,serif;line-height:1.2}
.result{font-size:1.15rem;max-width:64ch}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;max-width:80ch}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow:auto;border-block:1px solid var(--rule);margin-block:8px}
.long{max-height:90vh}
table{border-collapse:separate;border-spacing:0;font-variant-numeric:tabular-nums}
th,td{padding:4px 8px;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top;white-space:nowrap}
thead th{vertical-align:bottom;white-space:normal;min-width:7.5rem;font-weight:600;position:sticky;top:0;z-index:1;
background:var(--paper)}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper);text-align:left;min-width:min(15rem,36vw);
max-width:36vw;white-space:normal;overflow-wrap:anywhere;font-weight:600}
thead th:first-child{z-index:2}
tbody th{border-right:1px solid var(--rule)}
small{display:block;color:var(--muted);font-weight:400}
.gone{color:var(--muted)}
svg{display:block}
.elected,.funded{background:var(--surface)}
.elected b,.funded b{color:var(--accent)}.excluded b{color:var(--out)}
td b{display:block;font-size:.85em}
code{overflow-wrap:anywhere}
.paper{display:none}
@media(max-width:40rem){dl{display:block}dd{margin-bottom:8px}}
a:focus-visible,.wide:focus-visible{outline:3px solid var(--accent)}
@media print{@page{size:A4 landscape;margin:1.5cm}:root{--paper:#fff;--surface:#eee;--ink:#000;--muted:#444;
--rule:#999;--accent:#000;--out:#000}body{padding:0;font-size:8pt}.wide{overflow:visible;max-height:none;border:0}
.screen{display:none}.paper{display:block}thead{display:table-header-group}thead th,tbody th{position:static}
tr,svg{break-inside:avoid}svg{max-width:100%;height:auto}table{width:100%;margin-bottom:12pt}
thead th,tbody th,thead th:first-child{min-width:0;max-width:none}tbody th{width:16%}td{padding:2px 4px}}
"""


def to_html(found: Count, *, command: str = "") -> str:
    """Write the sheet; `command` is the one that gives it again."""
    title = escape(found.profile.title or found.title)
    body = [
        f"<h1>{title}</h1>",
        *(f'<p class="result">{escape(line)}</p>' for line in sheet.headline(found)),
        "<dl>",
        *(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in sheet.facts(found)),
        "</dl>",
        tables(found),
        *chart(found),
        *(listed(name, lines) for name, lines in sheet.lists(found)),
        *comparisons(found),
        *check(found, command),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def tables(found: Count) -> str:
    """On a screen one table that scrolls; on paper, where nothing scrolls, so many stages at a time."""
    lines, everything = sheet.lines(found), range(len(sheet.heads(found)))
    what = "Projects" if found.projects else "Stages"
    label = f'tabindex="0" role="region" aria-label="{what} of the count"'
    made = [f'<h2>{what}</h2><div class="wide long screen" {label}>{table(found, lines, everything)}</div>']
    if len(everything) <= ACROSS:
        return made[0].replace(" screen", "")
    made.append('<div class="paper">')
    made += [table(found, lines, everything[at : at + ACROSS]) for at in range(0, len(everything), ACROSS)]
    return "".join([*made, "</div>"])


def table(found: Count, lines: list[sheet.Line], part: range) -> str:
    """Candidates down, stages across; names and stages stay in sight while the numbers scroll."""
    above = sheet.heads(found)
    heads = "".join(
        f'<th scope="col">{escape(above[at][0])}<small>{escape(above[at][1])}</small></th>' for at in part
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(line.name)}<small>{escape(line.outcome)}</small></th>'
        + "".join(cell(line.cells[at], gone=was_out(line, at)) for at in part)
        + "</tr>"
        for line in lines
    )
    return f'<table><thead><tr><th scope="col">Name</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def was_out(line: sheet.Line, at: int) -> bool:
    """Whether the candidate was excluded at an earlier stage."""
    return any(each.event == "excluded" for each in line.cells[:at])


def cell(each: sheet.Cell, *, gone: bool) -> str:
    change = f"<small>{escape(each.change)}</small>" if each.change else ""
    happened = f"<b>{escape(each.event)}</b>" if each.event else ""
    marked = each.event or ("gone" if gone else "")
    marked = f' class="{marked}"' if marked else ""
    return f"<td{marked}>{change}{escape(each.total)}{happened}</td>"


def chart(found: Count) -> list[str]:
    drawn = transfers_chart.pictures(found)
    if not drawn:
        return []
    label = 'tabindex="0" role="region" aria-label="Picture of the transfers"'
    return ["<h2>How votes passed on</h2>", *(f'<div class="wide" {label}>{each}</div>' for each in drawn)]


def listed(name: str, lines: list[str]) -> str:
    return f"<h2>{name}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def comparisons(found: Count) -> list[str]:
    """How many put the one down the side before the one across."""
    if found.pairwise is None:
        return []
    keys = list(found.pairwise)
    heads = "".join(f'<th scope="col">{escape(found.name_of(key))}</th>' for key in keys)
    rows = "".join(
        f'<tr><th scope="row">{escape(found.name_of(a))}</th>'
        + "".join(f"<td>{found.pairwise[a][b] if a != b else '–'}</td>" for b in keys)
        + "</tr>"
        for a in keys
    )
    return [
        '<h2>Comparisons</h2><p>How many put the one at the side before the one above.</p><div class="wide" '
        f'tabindex="0" role="region" aria-label="Comparisons"><table><thead><tr><th scope="col">Name</th>{heads}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    ]


def check(found: Count, command: str) -> list[str]:
    """How anybody gets the same sheet again."""
    again = f"<p>Count again:</p><p><code>{escape(command)}</code></p>" if command else ""
    return [f"<h2>Check it</h2>{again}<p>Digest: <code>{found.digest}</code></p>"]
