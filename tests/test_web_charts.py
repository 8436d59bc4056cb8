"""Charts: every number drawn and linked, groups told apart without colour, nothing in the SVG that we did not write."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from monitor.models import Chart
from monitor.web.charts.axis import in_order, labelled, short, steps
from monitor.web.charts.bars import OTHER, Bar, against, bars, expected, sparkline
from monitor.web.charts.textures import TEXTURES

_ALLOWED = {"svg", "defs", "pattern", "rect", "path", "circle", "a", "title", "g", "text", "ul", "li", "bdi", "b"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }} {0} %s",
    "]]></svg><iframe src=javascript:alert(1)>",
    "\x00\x07\ufffe\ud800 controls",
    "\u202etxt.exe",
    "a" * 5000,
)


def parsed(markup: str) -> ElementTree.Element:
    """The chart and its legend under one root, without the namespace."""
    return ElementTree.fromstring(f"<chart>{markup}</chart>".replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def days(*numbers: int, group: str = "Arabic", articles: int = 2) -> list[Bar]:
    return [
        Bar(day=f"2026-11-{number:02}", group=group, articles=articles, url=f"/topics/x?day=2026-11-{number:02}")
        for number in numbers
    ]


def heights(root: ElementTree.Element, words: str) -> list[float]:
    """Of the columns whose name begins so."""
    return [
        float(rect.get("height", ""))
        for link in root.iter("a")
        if link.get("aria-label", "").startswith(words)
        for rect in link.iter("rect")
    ]


def test_each_column_is_a_link_with_a_name_and_a_height_by_its_number() -> None:
    """What a column shows, says and leads to is the number it was given."""
    counts = [*days(1), *days(2, articles=4), *days(2, group="Russian", articles=2)]
    root = parsed(bars(counts, title="Articles a day"))
    links = {link.get("href"): link.get("aria-label") for link in root.iter("a")}
    assert links["/topics/x?day=2026-11-01"] == "Arabic, 1 November 2026: 2 articles"
    assert [len(heights(root, name)) for name in ("Arabic", "Russian")] == [2, 1]
    one, two = heights(root, "Arabic")
    assert two == pytest.approx(2 * one, rel=1e-3)
    assert heights(root, "Russian") == pytest.approx([one], rel=1e-3)


def test_days_without_articles_are_gaps() -> None:
    """A column stands where its day is: the third of three days, with nothing on the second."""
    root = parsed(bars(days(1, 3), title="t"))
    first, last = (float(rect.get("x", "")) for link in root.iter("a") for rect in link.iter("rect"))
    three = parsed(bars(days(1, 2, 3), title="t"))
    places = [float(rect.get("x", "")) for link in three.iter("a") for rect in link.iter("rect")]
    assert [first, last] == [places[0], places[2]]
    assert in_order(days(30, 27)) == ("2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30")


def test_hours_and_any_other_labels_keep_their_order() -> None:
    """Hours are filled in across midnight; labels that are no dates stand as they came, and bear their own words."""
    hours = [Bar(day=day, group="a", articles=1) for day in ("2026-11-24T01", "2026-11-23T23")]
    assert in_order(hours) == ("2026-11-23T23", "2026-11-24T00", "2026-11-24T01")
    weeks = [Bar(day=day, group="a", articles=1) for day in ("week 9", "week 10")]
    texts = [text.text for text in parsed(bars(weeks, title="t")).iter("text")]
    assert texts[-3:-1] == ["week 10", "week 9"]
    assert "Day" not in texts
    assert (short("2026-11-03"), short("2026-11-03T07")) == ("3 Nov", "07:00")


def test_groups_differ_by_texture_and_are_named_with_their_sums() -> None:
    """Columns of two groups are filled with different patterns, which the legend shows beside the names."""
    root = parsed(bars([*days(1), *days(1, group="Russian", articles=1)], title="t"))
    patterns = {pattern.get("id"): ElementTree.tostring(pattern[0]) for pattern in root.iter("pattern")}
    assert len(set(patterns.values())) == 2
    fills = [rect.get("fill", "")[5:-1] for link in root.iter("a") for rect in link.iter("rect")]
    assert set(fills) == set(patterns)
    entries = [("".join(item.itertext()).split(), item.find("svg/rect")) for item in root.iter("li")]
    assert [words for words, _ in entries] == [["Arabic", "2"], ["Russian", "1"]]
    assert [rect is not None and rect.get("fill", "")[5:-1] for _, rect in entries] == fills


def test_many_groups_become_the_largest_and_the_rest() -> None:
    """No more groups than textures; what is beyond is one group, and no article is lost."""
    counts = [bar for number in range(1, 10) for bar in days(1, group=f"language {number}", articles=number)]
    root = parsed(bars(counts, title="t"))
    legend = [("".join(item.find("bdi").itertext()), int(item.find("b").text)) for item in root.iter("li")]  # type: ignore[union-attr, arg-type]
    assert len(legend) == len(TEXTURES)
    assert legend[0] == ("language 9", 9)
    assert legend[-1] == (OTHER, 1 + 2 + 3 + 4)
    assert sum(number for _, number in legend) == sum(bar.articles for bar in counts)


@pytest.mark.parametrize("name", HOSTILE)
def test_strangers_names_stay_text(name: str) -> None:
    """A group, a day, a title or an address of a stranger's adds no element and no attribute of its own."""
    counts = [Bar(day=name, group=name, articles=1, url=f"/topics/{name}")]
    markup = bars(counts, title=name, y_title=name, x_title=name) + sparkline((1.0, 2.0), label=name)
    root = parsed(re.sub("[\x00-\x08\ud800-\udfff\ufffe]", "", markup))  # which HTML takes and XML does not
    assert {node.tag for node in root.iter()} - {"chart"} <= _ALLOWED
    attributes = {attribute for node in root.iter() for attribute in node.attrib}
    assert not {attribute for attribute in attributes if attribute.startswith("on") or attribute == "style"}
    assert len(list(root.iter("a"))) == 1


def test_nothing_of_a_style_or_script_is_in_it() -> None:
    """The strict policy has nothing to refuse: no script, style, event or address of another host."""
    markup = bars(days(1, 2), title="t")
    assert not re.search(r"<(script|style|image|use|foreignObject)|style=|\son\w+=|href=\"(?!/topics)", markup)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", markup)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:text/html,x"])
def test_a_column_leads_nowhere_unsafe(url: str) -> None:
    """An address that is neither a page of ours nor fit to be followed makes no link."""
    assert not list(parsed(bars([Bar(day="a", group="b", articles=1, url=url)], title="t")).iter("a"))


def test_what_holds_links_is_no_image() -> None:
    """Links within an image are out of reach for a screen reader: with links a group, without them an image."""
    linked = parsed(bars(days(1), title="Articles"))[0]
    plain = parsed(bars([Bar(day="2026-11-01", group="a", articles=1)], title="Articles"))[0]
    assert (linked.get("role"), plain.get("role")) == ("group", "img")
    assert linked.get("aria-label") == plain.get("aria-label") == "Articles"


@pytest.mark.parametrize("top", [0, 1, 3, 7, 12, 99, 100, 101, 4_321, 1_000_000])
def test_the_upright_axis_counts_in_whole_round_numbers(top: int) -> None:
    """From zero to at least the largest, in two to six whole numbers equally far apart."""
    marks = steps(top)
    assert marks[0] == 0
    assert marks[-1] >= max(1, top)
    assert 2 <= len(marks) <= 6
    assert len({later - earlier for earlier, later in pairwise(marks)}) == 1


@pytest.mark.parametrize("number", [1, 2, 7, 8, 9, 30, 90, 365])
def test_labels_below_never_crowd(number: int) -> None:
    """At most eight, half of them on a phone, and the last day always bears one."""
    places = labelled(number)
    assert places[number - 1]
    assert len(places) <= 8
    assert sum(places.values()) <= max(1, (len(places) + 1) // 2)


def test_a_sparkline_draws_its_values_and_says_what_they_are() -> None:
    """One column for each value above zero, the last set off; an empty one is a line on the ground."""
    root = parsed(sparkline((1.0, 0.0, 2.0), label="Articles in 3 days: 1, 0, 2"))[0]
    assert (root.get("role"), root.get("aria-label")) == ("img", "Articles in 3 days: 1, 0, 2")
    columns = [(rect.get("class"), float(rect.get("height", ""))) for rect in root.iter("rect")]
    assert [kind for kind, _ in columns] == ["ink", "last"]
    assert columns[1][1] == pytest.approx(2 * columns[0][1], rel=1e-2)
    assert not list(parsed(sparkline((0.0, 0.0), label="none")).iter("rect"))


def test_a_notice_shows_what_came_beside_what_was_expected() -> None:
    """The chart of a spike has a column for each number, and the same numbers for its table."""
    chart = Chart(title="Libya", values=(2.0, 9.0), expected=(2.5, 3.0), labels=("Mon", "Tue"), unit="articles")
    said = [title.text for title in parsed(expected(chart)).iter("title")]
    assert said == ["came, Mon: 2 articles", "came, Tue: 9 articles",
                    "expected, Mon: 2.5 articles", "expected, Tue: 3 articles"]  # fmt: skip
    assert [bar.articles for bar in against(chart)] == [2.0, 9.0, 2.5, 3.0]


def test_nothing_to_count_is_nothing_to_draw() -> None:
    """Without articles there is no chart; the page says so in words."""
    assert bars([], title="t") == ""
