"""The result sheet as one page that needs nothing else: on a screen, on a phone, in print."""

from __future__ import annotations

from html import escape

from folkmoot.methods.counting import sheet, transfers_chart
from folkmoot.methods.counting.result import Count

STYLE = """
:root{--paper:#fbf7ef;--surface:#f2ebdd;--ink:#26211c;--muted:#5f564b;--rule:#d9cfbe;--accent:#1d5c57;--out:#9a5b13}
@media(prefers-color-scheme:dark){:root{--paper:#1b1815;--surface:#26221d;--ink:#f1eadd;--muted:#b9ae9e;
--rule:#453e36;--accent:#8ccfc4;--out:#e5b465}}
body{margin:0;padding:16px;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1,h2{font-family:Charter,Cambria,Georgia,serif;line-height:1.2}
.result{font-size:1.15rem;max-width:64ch}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;max-width:80ch}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto;border-block:1px solid var(--rule)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:4px 8px;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top;white-space:nowrap}
thead th{vertical-align:bottom;white-space:normal;min-width:7.5rem;font-weight:600}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper);text-align:left;max-width:42vw;
white-space:normal;overflow-wrap:anywhere}
small{display:block;color:var(--muted)}
.elected,.funded{background:var(--surface)}
.elected b,.funded b{color:var(--accent)}.excluded b{color:var(--out)}
td b{display:block;font-size:.85em}
code{overflow-wrap:anywhere}
a:focus-visible,.wide:focus-visible{outline:3px solid var(--accent)}
@media print{body{padding:0;font-size:9pt}.wide{overflow:visible}}
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
        table(found),
        *chart(found),
        *listed("Ties", [sheet.tie_sentence(found, tie) for tie in found.ties]),
        *listed("Notes", [line for stage in found.stages for line in sheet.stage_sentences(stage)]),
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


def table(found: Count) -> str:
    """Candidates down, stages across; the names stay in sight while the stages scroll."""
    heads = "".join(
        f'<th scope="col">Stage {stage.number}<small>{escape(stage.action)}</small></th>'
        for stage in found.stages
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(line.name)}<small>{escape(line.outcome)}</small></th>'
        + "".join(cell(each) for each in line.cells)
        + "</tr>"
        for line in sheet.lines(found)
    )
    return (
        '<h2>Stages</h2><div class="wide" tabindex="0" role="region" aria-label="Stages of the count"><table>'
        f'<thead><tr><th scope="col">Name</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def cell(each: sheet.Cell) -> str:
    change = f"<small>{escape(each.change)}</small>" if each.change else ""
    happened = f"<b>{escape(each.event)}</b>" if each.event else ""
    marked = f' class="{each.event}"' if each.event else ""
    return f"<td{marked}>{change}{escape(each.total)}{happened}</td>"


def chart(found: Count) -> list[str]:
    picture = transfers_chart.to_svg(found)
    if not picture:
        return []
    label = 'tabindex="0" role="region" aria-label="Picture of the transfers"'
    return [f'<h2>How votes passed on</h2><div class="wide" {label}>{picture}</div>']


def listed(name: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    return [f"<h2>{name}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"]


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
