"""Charts say what the numbers say, alone and on a page."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typst

from folkmoot.publish.charts import as_file, bars, by_group, stacked
from folkmoot.publish.drawing import WIDTH, text_width, wrap

SVG = "{http://www.w3.org/2000/svg}"
THEMES = [
    ("Insecure pay", 237.0, 214.0, 262.0, "237 (24 %)"),
    ("Rents & <homes>", 118.5, None, None, "118 (12 %)"),
    ("Council budgets", 0.0, 0.0, 12.0, "0"),
]
VOTES = [("Councils set land taxes", 312, 287, 66), ("Nobody voted", 0, 0, 0)]
GROUPS = [("Tax wealth above £5m", [92.0, 47.0, None])]
CHARTS = [
    bars(THEMES, title="Themes", description="Three themes.", unit="people", prefix="themes"),
    stacked(VOTES, title="Votes", description="Two statements.", prefix="votes"),
    by_group(GROUPS, groups="ABC", title="Groups", description="One statement.", prefix="groups"),
]


def parse(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)


def rectangles(chart: str, kind: str) -> list[ElementTree.Element]:
    drawn = [mark for mark in parse(chart) if mark.tag == f"{SVG}rect"]
    return [mark for mark in drawn if mark.get("class") == kind]


def texts(chart: str) -> list[str]:
    return ["".join(mark.itertext()) for mark in parse(chart).iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_names_itself_to_those_who_do_not_see_it(chart: str) -> None:
    svg = parse(chart)
    named = [mark.get("id") for mark in svg if mark.tag in (f"{SVG}title", f"{SVG}desc")]
    assert svg.get("role") == "img"
    assert str(svg.get("aria-labelledby")).split() == named
    assert svg.find(f"{SVG}title") is svg[0]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_stands_alone_as_a_file(chart: str) -> None:
    assert 'xmlns="http://www.w3.org/2000/svg"' in chart
    for forbidden in ("style", "<script", "foreignObject", "href", "font-face"):
        assert forbidden not in chart
    for mark in parse(chart).iter():
        if mark.tag.removeprefix(SVG) in {"rect", "path", "text"}:
            assert mark.get("fill"), ElementTree.tostring(mark)


@pytest.mark.parametrize("chart", CHARTS)
def test_every_reference_in_a_chart_leads_somewhere(chart: str) -> None:
    ids = {mark.get("id") for mark in parse(chart).iter()} - {None}
    assert set(re.findall(r"url\(#([^)]+)\)", chart)) <= ids


def test_two_charts_on_one_page_share_no_id() -> None:
    ids = [mark.get("id") for chart in CHARTS for mark in parse(chart).iter() if mark.get("id")]
    assert len(ids) == len(set(ids))


def test_bars_start_at_zero_and_are_as_long_as_their_numbers() -> None:
    first, second, empty = rectangles(CHARTS[0], "bar")
    assert {bar.get("x") for bar in (first, second, empty)} == {"0"}
    assert float(first.get("width", 0)) == pytest.approx(2 * float(second.get("width", 0)), abs=0.2)
    assert float(empty.get("width", 0)) <= 2


def test_a_given_maximum_sets_the_scale() -> None:
    half = bars([("Half", 50, None, None, "50")], title="t", description="d", maximum=100)
    whole = bars([("Whole", 100, None, None, "50")], title="t", description="d", maximum=100)
    widths = [float(rectangles(chart, "bar")[0].get("width", 0)) for chart in (half, whole)]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)


def test_the_whisker_spans_the_range_on_the_scale_of_the_bar() -> None:
    chart = bars([("One", 50, 25, 100, "50")], title="t", description="d")
    bar = float(rectangles(chart, "bar")[0].get("width", 0))
    whisker = next(mark for mark in parse(chart) if mark.get("class") == "whisker")
    low, high = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", whisker.get("d", ""))[0]
    assert float(low) == pytest.approx(bar / 2, abs=0.2)
    assert float(high) == pytest.approx(bar * 2, abs=0.2)


def test_only_rows_with_a_range_have_a_whisker() -> None:
    assert CHARTS[0].count('class="whisker"') == 2


def test_the_number_stands_at_the_end_within_the_picture() -> None:
    for mark in parse(CHARTS[0]).iter(f"{SVG}text"):
        if mark.get("font-weight"):
            words = "".join(mark.itertext())
            assert float(mark.get("x", 0)) + text_width(words, 16) <= WIDTH


def test_a_long_figure_goes_below_its_bar() -> None:
    figure = "417 of 1,018 people who ranked priorities (41 %)"
    chart = bars([("Pay", 417, None, None, figure)], title="t", description="d")
    assert figure in texts(chart)
    assert float(rectangles(chart, "bar")[0].get("width", 0)) > WIDTH * 0.9


def test_the_parts_of_a_statement_fill_the_bar_in_proportion() -> None:
    chart = stacked([("One", 60, 30, 10)], title="t", description="d")
    widths = [float(rectangles(chart, kind)[0].get("width", 0)) for kind in ("agree", "striped", "rule")]
    assert widths == pytest.approx([238, 118, 37], abs=0.1)


def test_agree_disagree_and_not_sure_differ_by_more_than_colour() -> None:
    fills = {str(mark.get("fill")) for mark in parse(CHARTS[1]) if mark.tag == f"{SVG}rect"}
    assert {"url(#votes-stripes)", "url(#votes-hatch)"} <= fills


def test_counts_are_written_beside_their_words() -> None:
    chart = stacked([("One", 1031, 2, 0)], title="t", description="d", words=("für", "gegen", "unsicher"))
    assert texts(chart)[1:] == ["1,031 für", "2 gegen", "0 unsicher"]


def test_a_statement_without_votes_has_an_empty_bar() -> None:
    chart = stacked([("One", 0, 0, 0)], title="t", description="d")
    assert rectangles(chart, "rule")[0].get("fill") == "none"


def test_groups_differ_in_shape_as_well_as_colour() -> None:
    chart = by_group([("One", [10.0, 20.0, 30.0])], groups="ABC", title="t", description="d")
    shapes = {mark.get("class"): mark.get("d", "") for mark in parse(chart) if mark.tag == f"{SVG}path"}
    endings = {re.sub(r"^M[\d.]+ [\d.]+", "", shapes[kind]) for kind in ("group-a", "group-b", "group-c")}
    assert len(endings) == 3


def test_a_group_that_is_too_small_is_named_but_not_placed() -> None:
    assert "too few" in texts(CHARTS[2])
    assert CHARTS[2].count('class="group-c"') == 1
    assert CHARTS[2].count('class="group-b"') == 2


def test_words_of_members_cannot_break_out_of_a_chart() -> None:
    chart = bars([('</text><script>x"&', 1, None, None, "<1>")], title="<t>", description='"d"', prefix="x")
    assert texts(chart) == ['</text><script>x"&', "<1>"]


def test_long_labels_wrap_within_the_width() -> None:
    label = "Care workers to earn at least what the best-paid supermarket pays, everywhere and at once"
    lines = wrap(label, 16)
    assert " ".join(lines) == label
    assert len(lines) > 1
    assert all(text_width(line, 16) <= WIDTH for line in lines)


def test_a_number_stays_on_the_line_of_its_sign() -> None:
    lines = wrap("In no group that is shown here (9\N{NO-BREAK SPACE}% of all)", 16, 280)
    assert len(lines) == 2
    assert any("9\N{NO-BREAK SPACE}%" in line for line in lines)
    assert wrap("  one\n two ", 16) == ["one two"]


def test_a_word_longer_than_a_line_is_broken_and_nothing_is_lost() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3
    lines = wrap(word, 16)
    assert "".join(lines) == word
    assert all(text_width(line, 16) <= WIDTH for line in lines)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0])
def test_a_number_that_no_bar_can_show_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="cannot show"):
        bars([("One", number, None, None, "?")], title="t", description="d")


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        stacked([], title="t", description="d")


@pytest.mark.parametrize("chart", CHARTS)
def test_a_picture_to_pass_on_says_what_it_shows_and_where_it_comes_from(chart: str) -> None:
    picture = as_file(chart, heading="What members wrote about", source="lantern.example, version 1")
    inside = parse(picture).find(f"{SVG}svg")
    assert texts(picture)[0] == "What members wrote about"
    assert texts(picture)[-1] == "lantern.example, version 1"
    assert inside is not None
    ids = [mark.get("id") for mark in parse(picture).iter() if mark.get("id")]
    assert len(ids) == len(set(ids))


def test_a_chart_goes_into_a_pdf(tmp_path: Path) -> None:
    for number, chart in enumerate(CHARTS):
        (tmp_path / f"{number}.svg").write_text(chart)
    page = tmp_path / "page.typ"
    page.write_text("".join(f'#image("{number}.svg", alt: "chart")\n' for number in range(len(CHARTS))))
    pdf = typst.compile(str(page), root=str(tmp_path))
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 5_000
