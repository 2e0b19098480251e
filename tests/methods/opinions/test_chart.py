from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from folkmoot.methods import InputError
from folkmoot.methods.opinions.chart import ChartWords, convex_hull, to_svg

from .cast import map_as_polis, two_camps, votes_of

SVG = "{http://www.w3.org/2000/svg}"


def classes(svg: str, kind: str) -> list[str]:
    return [
        node.get("class", "").split()[1]
        for node in ElementTree.fromstring(svg).iter()
        if node.get("class", "").startswith(kind + " ")
    ]


def test_the_picture_is_named_and_described_for_those_who_cannot_see_it():
    root = ElementTree.fromstring(to_svg(map_as_polis(two_camps()), statement_text={"1": "Rents < wages."}))
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby", "").split()
    assert [node.get("id") for node in root.iter() if node.tag in (SVG + "title", SVG + "desc")] == ids
    told = root.findtext(SVG + "desc", "")
    assert "Group A: 30 people." in told
    assert "Agree: Rents < wages." in told


def test_groups_differ_in_shape_and_colour_and_carry_a_class():
    svg = to_svg(map_as_polis(two_camps()))
    assert classes(svg, "points") == ["group-a", "group-b"]
    assert classes(svg, "outline") == ["group-a", "group-b"]
    paths = {node.get("class"): node for node in ElementTree.fromstring(svg).iter(SVG + "path")}
    first, second = paths["points group-a"], paths["points group-b"]
    assert first.get("stroke") == "#1D5C57"
    assert first.get("stroke-linecap") == "round"
    assert second.get("stroke") == "#8C4A1F"
    assert second.get("stroke-linecap") == "square"
    assert "style=" not in svg
    assert "<script" not in svg


def test_a_group_of_fewer_than_ten_is_not_drawn_as_one():
    svg = to_svg(map_as_polis(two_camps((30, 6)), groups=2))
    assert classes(svg, "points") == ["ungrouped", "group-a"]
    assert classes(svg, "letter") == ["group-a"]
    assert "In no group that is shown: 6 people." in svg


def test_without_groups_the_picture_says_so():
    svg = to_svg(map_as_polis(two_camps(), groups=1))
    assert classes(svg, "points") == ["ungrouped"]
    assert "No groups are shown." in svg


def test_nobody_is_an_empty_picture():
    assert classes(to_svg(map_as_polis(votes_of({}))), "points") == []


def test_ones_own_position_is_marked():
    found = map_as_polis(two_camps())
    svg = to_svg(found, own="7", words=ChartWords(you="Du"))
    assert ">Du</text>" in svg
    assert "own" not in to_svg(found)
    with pytest.raises(InputError, match="nobody called stranger voted"):
        to_svg(found, own="stranger")


def test_every_point_lies_inside_the_picture():
    svg = to_svg(map_as_polis(two_camps((200, 150))))
    places = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)", svg)]
    assert len(places) > 100
    assert all(0 < x < 720 and 0 < y < 480 for x, y in places)


def test_fifteen_hundred_people_weigh_less_than_eight_kilobytes():
    svg = to_svg(map_as_polis(two_camps((900, 600), statements=30)))
    assert len(gzip.compress(svg.encode())) <= 8 * 1024


def test_five_groups_have_five_shapes_and_five_colours():
    svg = to_svg(map_as_polis(two_camps((150, 150)), groups=5))
    drawn = [
        node
        for node in ElementTree.fromstring(svg).iter(SVG + "path")
        if node.get("class", "").startswith("points group-")
    ]
    first_shape = [re.match(r"M\d+ \d+([^M]*)", node.get("d", "")) for node in drawn]
    shapes = [
        (shape and shape[1], node.get("stroke-linecap"))
        for shape, node in zip(first_shape, drawn, strict=True)
    ]
    colours = [node.get("stroke") or node.get("fill") for node in drawn]
    assert len(drawn) == len(set(shapes)) == len(set(colours)) == 5


def test_a_hull_has_the_corners_of_its_points():
    square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [2, 2], [2, 0]])
    assert convex_hull(square) == [(0, 0), (4, 0), (4, 4), (0, 4)]
    assert convex_hull(np.array([[1, 1], [1, 1]])) == [(1, 1)]
