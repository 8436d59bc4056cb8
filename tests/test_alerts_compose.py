"""Wording: an alert as subject, text, HTML, JSON and Block Kit.

`python tests/test_alerts_compose.py` writes the expected files anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from alert_cases import FOLDER, NOON, Case, alert, cases, channel, item
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import compose
from monitor.alerts.clean import host, isolate, many_lines, one_line, safe_url, token
from monitor.alerts.marks import mark, merge
from monitor.alerts.wording import coverage, when
from monitor.models import Alert, Coverage, Evidence, Span, TranslationState

UTC_ZONE = ZoneInfo("UTC")

XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script xlink:href='data:,alert(1)'></script></svg>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" style="background:url(https://evil.example/x)',
    "</title><script>alert(1)</script>",
    "</p></div><h1>Your password has expired</h1>",
    "<!--><img src=x onerror=alert(1)>",
    "--><iframe src=//evil.example></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=//evil.example><input name=p>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x/>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\x0cimg\x0csrc=x\x0conerror=alert(1)>",
    "\u2028<script>alert(1)</script>\u2029",
    "{{7*7}}${7*7}<%= 7*7 %>",
)

URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/",
    "https:evil.example",
    "https://",
    "https://bank.example@evil.example/",
    "https://user:password@evil.example/",
    "https://bank.example\\@evil.example/",
    "https://evil.example/ bank.example",
    "https://evil.example/\u202egpj.exe",
    "https://evil.example:port/",
    "https://[::1/",
    "https://e<vil.example/",
    "https://evil.example/" + "a" * 5000,
)

hostile = st.one_of(
    st.sampled_from(XSS),
    st.text(max_size=60),
    st.text(alphabet="<>&\"'=/ abc\n\r\x00\u202e\u2028*`|", max_size=40),
)


def html_of(one: Alert) -> lxml.html.HtmlElement:
    message = compose(one, channel("email"), zone=UTC_ZONE)
    return lxml.html.document_fromstring(message.html)


def shape(root: lxml.html.HtmlElement) -> list[tuple[str, tuple[str, ...]]]:
    """Elements with their attributes' names, in order."""
    return [(str(node.tag), tuple(sorted(node.attrib))) for node in root.iter()]


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


def expected_files(case: Case) -> dict[str, str]:
    mail = compose(case.alert, channel("email"), zone=case.zone, repeat=case.repeat)
    slack = compose(case.alert, channel("slack"), zone=case.zone, repeat=case.repeat)
    return {
        "txt": f"{mail.subject}\n\n{mail.text}",
        "html": mail.html,
        "json": json.dumps(mail.data, ensure_ascii=False, indent=1) + "\n",
        "slack.json": json.dumps(slack.data["blocks"], ensure_ascii=False, indent=1) + "\n",
    }


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.parametrize("form", ["txt", "html", "json", "slack.json"])
def test_case_is_worded_as_written_down(case: Case, form: str) -> None:
    """Each sample alert gives, to the byte, the text, page, JSON and blocks that stand beside it."""
    expected = (FOLDER / f"{case.name}.{form}").read_bytes().decode("utf-8")
    assert expected_files(case)[form] == expected


def test_subject_of_one_article_is_topic_and_title() -> None:
    """One article: its English title follows the topic."""
    assert compose(alert(), channel(), zone=UTC_ZONE).subject == (
        "Libya–Russia relations: A Libyan delegation in Moscow"
    )


def test_subject_counts_articles_beyond_the_cap() -> None:
    """Several articles: the number includes those that the message does not list."""
    message = compose(alert(item(), item(), omitted=3), channel(), zone=UTC_ZONE)
    assert message.subject == "Libya–Russia relations: 5 articles – A Libyan delegation in Moscow"


def test_long_title_is_cut_between_words() -> None:
    """A subject keeps within 150 characters and ends in a whole word and an ellipsis."""
    long = compose(alert(item(translated_title="committee " * 60)), channel(), zone=UTC_ZONE).subject
    assert len(long) <= 150
    assert long.endswith("committee…")


def test_cap_moves_articles_into_omitted() -> None:
    """A channel's `max_articles` limits the list; the rest are counted in text and JSON."""
    message = compose(alert(item(), item(), item()), channel(max_articles=1), zone=UTC_ZONE)
    assert message.data["omitted"] == 2
    assert "And 2 more articles that matched" in message.text
    assert message.subject.startswith("Libya–Russia relations: 3 articles")


def test_repeat_keeps_id_and_subject_and_says_so() -> None:
    """A second copy differs from the first by its sentence and its mark alone."""
    first = compose(alert(), channel("email"), zone=UTC_ZONE)
    second = compose(alert(), channel("email"), zone=UTC_ZONE, repeat=True)
    assert (first.message_id, first.subject) == (second.message_id, second.subject)
    assert "You may have had this alert before" in second.text
    assert second.text.endswith(first.text)
    assert (first.repeat, second.repeat, second.data["repeat"]) == (False, True, True)
    assert "You may have had this alert before" in second.html
    assert "You may have had this alert before" not in first.text + first.html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TranslationState.WAITING, "Not translated: waiting for a model for French."),
        (TranslationState.PENDING, "Translation pending."),
        (TranslationState.FAILED, "Translation failed. Only the original is shown."),
        (TranslationState.UNKNOWN, "Not translated: the language is not known yet."),
        (TranslationState.TRANSLATED, "This sentence was not translated."),
    ],
)
def test_missing_translation_is_explained(state: TranslationState, words: str) -> None:
    """Every state in which the sentence has no translation has its words, in text, page and blocks."""
    one = alert(item(evidence=Evidence(sentence="Moscou."), translated_title="", translation_state=state))
    message = compose(one, channel("email"), zone=UTC_ZONE)
    assert words in message.text
    assert words in message.html
    assert any(words in text for text in texts(blocks_of(one)))


def test_article_in_the_working_language_is_shown_once() -> None:
    """Where nothing needs translating there is one title, one sentence and no remark."""
    english = item(
        title="Delegation in Moscow",
        translated_title="",
        language="en",
        evidence=Evidence(sentence="It arrived."),
        translation_state=TranslationState.NOT_NEEDED,
    )
    text = compose(alert(english), channel(), zone=UTC_ZONE).text
    assert text.count("Delegation in Moscow") == 1
    assert text.count(">") == 1
    assert "ranslat" not in text


def test_unknown_date_is_replaced_by_first_seen() -> None:
    """Without a date of publication the reader learns when we first saw the article, in the reader's zone."""
    text = compose(alert(item(published=None)), channel(), zone=ZoneInfo("Europe/Paris")).text
    assert "first seen Tue 3 March 2026, 13:05 CET" in text


def test_alert_without_a_time_of_its_own_is_worded() -> None:
    """The model's default for `created` is before any zone's calendar; the footer leaves it out."""
    bare = replace(alert(), created=datetime.min.replace(tzinfo=UTC))
    text = compose(bare, channel(), zone=ZoneInfo("America/New_York")).text
    assert "Alert 4f2a9c, for channel desk." in text


def test_zone_without_letters_is_written_as_offset() -> None:
    """Zones that the time zone database abbreviates as +0545 read UTC+05:45."""
    assert when(NOON, ZoneInfo("Asia/Kathmandu")) == "Tue 3 March 2026, 17:50 UTC+05:45"


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Coverage(feeds=1, articles=1), "Read: 1 of 1 feed, 1 article in the last 24 h. No gaps are known."),
        (
            Coverage(feeds=43, feeds_failing=2, articles=512, untranslated=14, failing_feeds=("A", "B")),
            "Read: 41 of 43 feeds, 512 articles in the last 24 h. "
            "Not covered: 2 feeds failing (A, B), 14 articles untranslated.",
        ),
        (
            Coverage(feeds=1200, feeds_failing=5, articles=12345, failing_feeds=("A", "B\n")),
            "Read: 1,195 of 1,200 feeds, 12,345 articles in the last 24 h. "
            "Not covered: 5 feeds failing (A, B and 3 more).",
        ),
        (
            Coverage(feeds=3, articles=9, languages_without_model=("ar", "qqq"), hours=1),
            "Read: 3 of 3 feeds, 9 articles in the last 1 h. Not covered: no model for Arabic, qqq.",
        ),
    ],
)
def test_coverage_line(seen: Coverage, words: str) -> None:
    """The coverage line names what was read and every kind of gap, and none that is not there."""
    assert coverage(seen) == words


def test_right_to_left_text_is_isolated() -> None:
    """Arabic stands between FSI and PDI in text, and in an element with dir=auto or bdi in HTML."""
    case = next(case for case in cases() if case.name == "arabic_unverified")
    message = compose(case.alert, channel("email"), zone=case.zone)
    title = case.alert.items[0].title
    assert f"\u2068{title}\u2069" in message.text
    assert message.text.count("\u2068") == message.text.count("\u2069") == 3
    root = lxml.html.document_fromstring(message.html)
    for node in root.iter("p", "bdi", "h2"):
        own = node.text_content() if node.tag != "p" or not node.xpath(".//bdi") else ""
        if isolate(own) != own:
            assert node.tag == "bdi" or node.get("dir") == "auto"


def test_terms_are_marked_in_every_form() -> None:
    """The words that matched stand out in both languages: [brackets], <mark>, *bold*, spans."""
    message = compose(alert(), channel("email"), zone=UTC_ZONE)
    assert "> A [Libyan] delegation" in message.text
    assert "> Une délégation [libyenne] est" in message.text
    marks = lxml.html.document_fromstring(message.html).xpath("//mark/text()")
    assert marks == ["Libyan", "libyenne"]
    assert any("*Libyan*" in text and "*libyenne*" in text for text in texts(blocks_of(alert())))
    [article] = message.data["articles"]  # type: ignore[misc]
    evidence = article["evidence"]  # type: ignore[index]
    assert [evidence["sentence"][start:end] for start, end in evidence["spans"]] == ["libyenne"]
    assert [evidence["translation"][start:end] for start, end in evidence["translation_spans"]] == ["Libyan"]


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6),
    st.integers(10, 100),
)
@settings(max_examples=150, deadline=None)
def test_marks_cover_exactly_the_spans(sentence: str, pairs: list[tuple[int, int]], limit: int) -> None:
    """Whatever the spans, pieces in order give back the scrubbed sentence, and each marked one lies in a span."""
    spans = [Span(start=start, end=end) for start, end in pairs]
    pieces = mark(sentence, spans, limit=1000)
    assert one_line("".join(piece.text for piece in pieces), 1000) == one_line(sentence, 1000)
    covered = "".join(sentence[span.start : span.end] for span in merge(spans, len(sentence)))
    assert one_line("".join(piece.text for piece in pieces if piece.term), 1000) == one_line(covered, 1000)
    assert sum(len(piece.text) for piece in mark(sentence, spans, limit)) <= limit + 2


def test_long_sentence_is_cut_around_its_first_term() -> None:
    """A sentence of 5,000 characters shows a window with the term in it, and ellipses where it was cut."""
    sentence = "word " * 500 + "Libya" + " word" * 500
    pieces = mark(sentence, (Span(start=2500, end=2505),))
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("…word ")
    assert shown.endswith(" word…")
    assert len(shown) <= 602
    assert [piece.text for piece in pieces if piece.term] == ["Libya"]


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
    assert not any("<" in text for text in texts(blocks_of(one)))


@pytest.mark.parametrize(
    ("url", "safe", "shown"),
    [
        ("https://www.news.example/a", "https://www.news.example/a", "news.example"),
        ("HTTP://News.Example:8080/a", "http://news.example:8080/a", "news.example"),
        ("https://пример.example/б?в=1#г", None, "xn--e1afmkfd.example"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a", "2001:db8::1"),
        ("https://news.example/a\"|<b>'", "https://news.example/a%22%7C%3Cb%3E'", "news.example"),
        ("https://news.example/50%25?a=b&c=d+e", "https://news.example/50%25?a=b&c=d+e", "news.example"),
    ],
)
def test_good_address_is_kept_in_ascii(url: str, safe: str | None, shown: str) -> None:
    """An address keeps its meaning; what could break out of a link or look like another host is encoded."""
    found = safe_url(url)
    assert found.isascii()
    assert safe is None or found == safe
    assert host(found) == shown


def test_look_alike_host_is_shown_in_ascii() -> None:
    """A host in Cyrillic look-alikes is shown by its real name beside the outlet's."""
    page = html_of(alert(item(url="https://аррӏе.example/", outlet="apple.example")))
    assert "xn--" in page.text_content()


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
    assert any("38 more articles" in text for text in texts(blocks))


def test_overlong_address_is_left_out_of_slack() -> None:
    """Slack drops links that are too long: the headline then stands alone."""
    blocks = blocks_of(alert(item(url="https://news.example/" + "a" * 3000)))
    assert blocks[1]["text"]["text"].startswith("*A Libyan delegation in Moscow*\n")


def test_json_times_and_keys_are_stable() -> None:
    """The JSON form has the keys that its description lists, times in UTC, and survives a round trip."""
    form = compose(alert(coverage=Coverage(feeds=1)), channel("webhook"), zone=ZoneInfo("Asia/Kathmandu")).data
    assert json.loads(json.dumps(form)) == form
    assert set(form) == {
        *("schema", "id", "topic", "channel", "subject", "digest", "repeat", "created"),
        *("articles", "omitted", "coverage"),
    }
    assert form["created"] == "2026-03-03T12:05:00Z"
    assert form["articles"][0]["published"] == "2026-03-03T12:05:00Z"  # type: ignore[index]


@given(st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_one_line_has_nothing_that_moves_a_cursor(text: str) -> None:
    """A scrubbed line is one line, without controls, bidi controls or lone surrogates, and stays as it is."""
    line = one_line(text, 60)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)
    assert len(line) <= 60
    assert one_line(line, 60) == line
    line.encode("utf-8")


def test_many_lines_keeps_paired_isolates_only() -> None:
    """Our own isolates pass; an unpaired one, which would leak into the next line, does not."""
    assert many_lines("a \u2068ب\u2069\r\nb\u2069\rc\x1b[2J") == "a \u2068ب\u2069\nb\nc[2J"


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_token_fits_a_header(text: str) -> None:
    """Any id becomes a short run of letters, digits, dots, hyphens and underscores, always the same one."""
    plain = set(string.ascii_letters + string.digits + "._-")
    assert set(token(text)) <= plain
    assert 0 < len(token(text)) <= 64
    assert token(text) == token(text)


def test_plain_ids_keep_themselves_and_others_stay_apart() -> None:
    """A plain id is its own token; two strange ones do not collide."""
    assert token("01J8Z4-libya_russia.1") == "01J8Z4-libya_russia.1"
    assert token("a b") != token("a c")


def write_expected() -> None:
    """Writes what the program says now beside each case."""
    for case in cases():
        for form, text in expected_files(case).items():
            (FOLDER / f"{case.name}.{form}").write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    write_expected()
