"""The page of an e-mail: hostile articles add nothing to it, and it fetches nothing."""

from __future__ import annotations

from dataclasses import replace

import lxml.html
import pytest
from alert_cases import URLS, UTC_ZONE, XSS, alert, cases, channel, hostile, item
from hypothesis import given, settings

from monitor.alerts import compose
from monitor.models import Alert, Evidence, Span
from monitor.wording.clean import isolate, one_line, safe_url


def html_of(one: Alert) -> lxml.html.HtmlElement:
    message = compose(one, channel("email"), zone=UTC_ZONE)
    return lxml.html.document_fromstring(message.html)


def shape(root: lxml.html.HtmlElement) -> list[tuple[str, tuple[str, ...]]]:
    """Elements with their attributes' names, in order."""
    return [(str(node.tag), tuple(sorted(node.attrib))) for node in root.iter()]


def test_right_to_left_text_is_isolated() -> None:
    """Arabic stands between FSI and PDI in text, and in an element with dir=auto or bdi in HTML."""
    case = next(case for case in cases() if case.name == "arabic_unverified")
    message = compose(case.alert, channel("email"), zone=case.zone)
    title = case.alert.items[0].title
    assert f"\u2068{title}\u2069" in message.text
    assert message.text.count("\u2068") == message.text.count("\u2069") == 4
    root = lxml.html.document_fromstring(message.html)
    for node in root.iter("p", "bdi", "h2"):
        own = node.text_content() if node.tag != "p" or not node.xpath(".//bdi") else ""
        if isolate(own) != own:
            assert node.tag == "bdi" or node.get("dir") == "auto"


@given(hostile, hostile, hostile, hostile, hostile)
@settings(max_examples=150, deadline=None)
def test_hostile_text_adds_nothing_to_the_page(
    title: str, translated: str, outlet: str, sentence: str, reason: str
) -> None:
    """Whatever an article says, elements and attributes are those of the template, and all text is text."""
    spans = (Span(start=0, end=2),)
    evidence = Evidence(
        sentence="x " + sentence,
        spans=spans,
        translation="y " + sentence,
        translation_spans=spans,
        unverified="z" + reason,
    )
    tame = replace(
        item(title="a", translated_title="b", outlet="c"),
        evidence=Evidence(sentence="x d", spans=spans, translation="y d", translation_spans=spans, unverified="z"),
    )
    wild = replace(tame, title="a" + title, translated_title="b" + translated, outlet="c" + outlet)
    wild = replace(wild, evidence=evidence)
    template, found = html_of(alert(tame)), html_of(alert(wild))
    assert shape(found) == shape(template)
    assert found.xpath("//h2//text()") == ["b" + one_line("b" + translated, 300)[1:]]


@pytest.mark.parametrize("vector", XSS)
@pytest.mark.parametrize("field", ["title", "translated_title", "outlet", "language", "url"])
def test_attack_in_a_field_stays_text(vector: str, field: str) -> None:
    """Each attack in each field leaves only elements and attributes that the template has."""
    found = html_of(alert(item(**{field: vector})))
    allowed = {
        "html": {"lang"},
        "head": set(),
        "meta": {"charset", "name", "content"},
        "title": set(),
        "body": {"style"},
        "div": {"style"},
        "h1": {"style", "dir"},
        "h2": {"style", "dir", "lang"},
        "p": {"style", "dir", "lang"},
        "a": {"href", "rel", "style"},
        "bdi": set(),
        "mark": {"style"},
    }
    for node in found.iter():
        assert set(node.attrib) <= allowed[str(node.tag)]


def test_page_fetches_nothing() -> None:
    """The page has no images, scripts, style sheets or addresses but its links, which open no way back."""
    root = html_of(alert())
    assert not root.xpath("//img|//script|//link|//style|//iframe|//*[@src]")
    assert "url(" not in lxml.html.tostring(root, encoding="unicode")
    assert [link.get("rel") for link in root.iter("a")] == ["noopener noreferrer nofollow"]
    assert "courrier.example" in root.text_content()


@pytest.mark.parametrize("url", URLS)
def test_dangerous_address_is_no_link(url: str) -> None:
    """An address that is not plainly http(s) appears as a link in no form, and as null in the JSON."""
    one = alert(item(url=url))
    message = compose(one, channel("email"), zone=UTC_ZONE)
    assert safe_url(url) == ""
    assert not lxml.html.document_fromstring(message.html).xpath("//a")
    assert "://" not in message.text
    assert "evil" not in message.text
    assert message.data["articles"][0]["url"] is None  # type: ignore[index]


def test_look_alike_host_is_shown_in_ascii() -> None:
    """A host in Cyrillic look-alikes is shown by its real name beside the outlet's."""
    page = html_of(alert(item(url="https://аррӏе.example/", outlet="apple.example")))
    assert "xn--" in page.text_content()
