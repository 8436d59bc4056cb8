"""Slack's blocks: limits, escapes, links."""

from __future__ import annotations

import re
from typing import Any

import pytest
from alert_cases import URLS, UTC_ZONE, alert, channel, hostile, item
from hypothesis import given, settings

from monitor.alerts import compose
from monitor.models import Alert, Evidence, Span


def blocks_of(one: Alert, **more: Any) -> list[dict[str, Any]]:
    blocks = compose(one, channel("slack", **more), zone=UTC_ZONE).data["blocks"]
    assert isinstance(blocks, list)
    return blocks


def texts(blocks: list[dict[str, Any]]) -> list[str]:
    """Every string that Slack would show."""
    shown = []
    for block in blocks:
        shown += [block["text"]["text"]] if "text" in block else []
        shown += [element["text"] for element in block.get("elements", [])]
    return shown


@given(hostile, hostile, hostile)
@settings(max_examples=150, deadline=None)
def test_hostile_text_is_literal_in_slack(title: str, outlet: str, sentence: str) -> None:
    """The only angle brackets are those of our own links, & only begins an entity, and limits hold."""
    evidence = Evidence(sentence=sentence, spans=(Span(start=0, end=3),), translation=title)
    blocks = blocks_of(alert(item(title=title, translated_title="", outlet=outlet, evidence=evidence)))
    for text in texts(blocks[1:]):
        rest = text.replace("*<https://courrier.example/a/1|", "", 1).replace(">*\n", "\n", 1)
        rest = re.sub(r"(?m)^> ", "", rest)
        assert "<" not in rest
        assert ">" not in rest
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert all(len(text) <= 3000 for text in texts(blocks))


def test_slack_limits_hold_for_the_largest_alert() -> None:
    """60 articles of 45,000 characters of ampersands stay within 50 blocks and 3,000 characters each."""
    flood = "&<>" * 15_000
    spans = tuple(Span(start=n, end=n + 1) for n in range(0, 3000, 2))
    evidence = Evidence(sentence=flood, spans=spans, translation=flood, translation_spans=spans, unverified=flood)
    big = item(
        title=flood + "a",
        translated_title=flood,
        outlet=flood,
        evidence=evidence,
        url="https://news.example/?" + "a&" * 300,
    )
    blocks = blocks_of(alert(*[big] * 60, topic=flood), max_articles=100)
    assert len(blocks) <= 50
    assert max(map(len, texts(blocks))) <= 3000
    assert len(blocks[0]["text"]["text"]) <= 150
    assert any("46 more articles" in text for text in texts(blocks))


def test_overlong_address_is_left_out_of_slack() -> None:
    """Slack drops links that are too long: the headline then stands alone."""
    blocks = blocks_of(alert(item(url="https://news.example/" + "a" * 3000)))
    assert blocks[1]["text"]["text"].startswith("*A Libyan delegation in Moscow*\n")


@pytest.mark.parametrize("url", URLS)
def test_dangerous_address_is_no_link(url: str) -> None:
    """An address that is not plainly http(s) leaves the headline without a link."""
    assert not any("<" in text for text in texts(blocks_of(alert(item(url=url)))))


def test_terms_are_bold() -> None:
    """The words that matched are bold in both languages, set apart from what touches them."""
    section = texts(blocks_of(alert()))[1]
    assert "*Libyan*" in section
    assert "*libyenne*" in section
