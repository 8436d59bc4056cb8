"""Notices as messages: text, page, blocks, JSON and the chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from alert_cases import UTC_ZONE, XSS, channel

from monitor.alerts import chart, compose
from monitor.alerts.notice import together
from monitor.archive import alert_json
from monitor.models import Alert, Chart, Coverage, Message, Notice

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CHART = Chart(
    title="Articles in 24 hours",
    values=(4, 5, 3, 4, 6, 4, 23),
    expected=(4.2, 4.4, 3.1, 3.9, 5.0, 4.1, 4.2),
    labels=("Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue"),
)
SPIKE = Notice(
    kind="spike",
    subject="Libya–Russia relations/*/*",
    title="spike: 23 articles in 24 hours, 4.2 expected",
    text="23 articles from 7 outlets.\nMost: Libya Observer 6, Tass 4.",
    raised_at=NOON,
    chart=CHART,
)
SILENT = Notice(
    kind="feed silent", subject="feed 3", title="Libya Observer is silent", text="Seen.\nDo.", raised_at=NOON
)


def message(notice: Notice, kind: str = "email", *, repeat: bool = False, topic: str = "Monitor") -> Message:
    alert = Alert(
        alert_id="4f2a9c",
        topic=topic,
        channel="desk",
        items=(),
        created=NOON,
        notice=notice,
        coverage=Coverage(feeds=2),
    )
    alert = alert_json.load(alert_json.dump(alert))  # as the outbox keeps it
    return compose(alert, channel(kind), zone=UTC_ZONE, repeat=repeat)


def test_a_spike_in_text() -> None:
    """Title, what was seen, the chart on one scale, coverage, footer."""
    said = message(SPIKE, topic="Libya–Russia relations")
    assert said.subject == "Libya–Russia relations: spike: 23 articles in 24 hours, 4.2 expected"
    assert said.text == (
        "Libya–Russia relations: spike: 23 articles in 24 hours, 4.2 expected\n\n"
        "23 articles from 7 outlets.\nMost: Libya Observer 6, Tass 4.\n\n"
        "Articles in 24 hours:\n▂▃▂▂▃▂█ articles, 23 in the last\n▂▂▂▂▃▂▂ expected, 4.2 in the last\nWed … Tue\n\n"
        "-- \nAll 2 feeds read; nothing is waiting.\n"
        "Alert 4f2a9c of Tue 3 March 2026, 12:00 UTC, for channel desk.\n"
    )


def test_the_page_has_the_chart_and_fetches_nothing() -> None:
    """A table with a column a value, its figures for whoever is read to; no picture, script or address."""
    page = lxml.html.fromstring(message(SPIKE).html)
    (table,) = page.xpath("//table[@role='img']")
    assert table.get("aria-label") == "Articles in 24 hours: 4, 5, 3, 4, 6, 4, 23"
    assert len(table.xpath("./tr[1]/td|./tbody/tr[1]/td")) == 7
    assert page.xpath("//img|//svg|//script|//link|//style|//@src|//@href") == []


def test_data_and_blocks() -> None:
    """JSON carries kind, times and figures; Slack gets header, text, chart, at most 50 blocks."""
    form = message(SPIKE, "slack").data
    notice = form["notice"]
    assert isinstance(notice, dict)
    assert (notice["kind"], notice["raised_at"], notice["healed_at"]) == ("spike", "2026-03-03T12:00:00Z", None)
    assert notice["chart"]["values"] == (4, 5, 3, 4, 6, 4, 23)
    assert form["articles"] == []
    many = together([replace(SILENT, subject=f"feed {n}") for n in range(200)])
    blocks = message(many, "slack").data["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) <= 50
    assert "And 160 more" in str(blocks)


def test_the_end_is_told_under_the_title_of_the_beginning() -> None:
    """Over, from when to when; what could have been done is past."""
    over = message(replace(SILENT, healed_at=NOON + timedelta(days=4)))
    assert over.subject == "Monitor: Over: Libya Observer is silent"
    assert "From Tue 3 March 2026, 12:00 UTC to Sat 7 March 2026, 12:00 UTC: 4 days." in over.text
    assert "Do." not in over.text


@pytest.mark.parametrize(
    ("ill", "well", "title"),
    [
        (4, 0, "4 feeds are in trouble"),
        (0, 2, "2 feeds are well again"),
        (1, 1, "1 feed is in trouble, 1 is well again"),
        (3, 2, "3 feeds are in trouble, 2 are well again"),
    ],
)
def test_several_are_summed_up(ill: int, well: int, title: str) -> None:
    """One title for all; the text names each."""
    notices = [SILENT] * ill + [replace(SILENT, healed_at=NOON)] * well
    assert together(notices).title == title


@pytest.mark.parametrize("hostile", XSS)
def test_what_a_feed_is_called_is_text(hostile: str) -> None:
    """A hostile title of a feed stays text in the page."""
    page = lxml.html.fromstring(message(replace(SILENT, title=hostile, text=f"{hostile}\n\n{hostile}")).html)
    assert page.xpath("//script|//img|//iframe|//svg|//math|//@onerror|//@onclick|//form|//base") == []


@pytest.mark.parametrize("values", [(), (0.0,), (0.0, 0.0), (1e9, 1.0)])
def test_a_chart_of_anything_is_drawn(values: tuple[float, ...]) -> None:
    """Nothing at all, zeros and giants have their columns."""
    one = Chart(title="T", values=values)
    assert len(chart.spark(values, max(values, default=0.0))) == len(values)
    assert chart.html(one).count("vertical-align:bottom") == len(values)
    assert chart.text(one).startswith("T:\n")
