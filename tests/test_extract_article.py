"""Pages to articles: each page in `data/pages` carries its own expectation."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import ExtractSettings
from monitor.errors import ExtractError
from monitor.extract import extract, from_entry, from_text
from monitor.models import Entry, Extracted, Refusal

PAGES = Path(__file__).parent / "data" / "pages"
SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SEED = SHARED / "data" / "seed"
SETTINGS = ExtractSettings()
URL = "https://news.example/a"
SUMMARY = "The summary in the feed says in one sentence what the article is about."
PARAGRAPH = "<p>The council voted on Monday to repair the old theatre, and to open it again before winter.</p>"


def cases() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("*.toml"))


def extracted(name: str) -> tuple[Extracted, dict[str, Any]]:
    expected = tomllib.loads((PAGES / f"{name}.toml").read_text("utf-8"))
    entry = Entry(**expected["entry"]) if "entry" in expected else None
    page = (PAGES / f"{name}.html").read_bytes()
    return extract(page, url=expected["url"], entry=entry, settings=SETTINGS), expected


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("name", cases())
def test_a_page_yields_its_paragraphs_and_nothing_else(name: str) -> None:
    """Every expected paragraph comes out as a line of its own, no furniture does."""
    found, expected = extracted(name)
    lines = found.text.split("\n")
    assert [line for line in expected["with"] if line not in lines] == []
    assert [part for part in expected["without"] if part in found.text] == []
    assert len(lines) == expected["lines"]


@pytest.mark.parametrize("name", cases())
def test_a_page_yields_what_it_says_about_itself(name: str) -> None:
    """Title, authors, date, site, language, picture and canonical address are those of the expectation."""
    found, expected = extracted(name)
    told = {
        "title": found.title,
        "authors": list(found.authors),
        "published": found.published,
        "site": found.site,
        "language": found.language_hint,
        "image": found.image,
        "canonical": found.canonical_url,
    }
    assert {field: told[field] for field in told if field in expected} == {
        field: expected[field] for field in told if field in expected
    }


@pytest.mark.parametrize("name", cases())
def test_the_extractor_used_is_recorded_with_why_better_ones_were_refused(name: str) -> None:
    """Which text was used, and one refusal with a reason for each better one."""
    found, expected = extracted(name)
    assert found.extractor == expected["extractor"]
    assert [refusal.extractor for refusal in found.refusals] == expected.get("refused", [])
    assert all(refusal.reason for refusal in found.refusals)


def test_dropped_paragraphs_can_be_shown() -> None:
    """What trafilatura took for text and our rules did not is kept apart, so that `explain` can show it."""
    found, _ = extracted("bridge-ru")
    assert "Фото: Анна Белова" in found.dropped


@pytest.mark.parametrize(
    ("document", "content_type", "reason"),
    [
        (b"", None, "empty page"),
        (b"%PDF-1.7 1 0 obj", None, "not an HTML page: application/pdf"),
        (b"GIF89a", "image/gif", "not an HTML page: image/gif"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", None, "binary data"),
        (page("<p>x</p>" * 50_001), None, "page too large: more than 50,000 elements"),
        (b"x" * 5_000_001, None, "page too large: 5.0 MB"),
        (page("<div>" * 300 + PARAGRAPH), None, "empty"),
        (page("<div id=app></div>"), None, "empty"),
        (b"<html><frameset><frame src=a></frameset></html>", None, "empty"),
    ],
)
def test_a_page_that_cannot_be_read_gives_way_to_the_feed(
    document: bytes, content_type: str | None, reason: str
) -> None:
    """The summary is used and the refusal says why; without a feed the same reason is the error."""
    entry = Entry(title="The title", summary=SUMMARY)
    found = extract(document, url=URL, content_type=content_type, entry=entry, settings=SETTINGS)
    assert (found.extractor, found.text, found.title) == ("feed-summary", SUMMARY, found.title)
    assert reason in found.refusals[0].reason
    with pytest.raises(ExtractError, match=reason):
        extract(document, url=URL, content_type=content_type, settings=SETTINGS)


def test_a_wall_alone_is_no_article() -> None:
    """A cookie wall without a feed behind it is an error, not an article about cookies."""
    with pytest.raises(ExtractError, match="cookie wall"):
        extract((PAGES / "wall-en.html").read_bytes(), url=URL, settings=SETTINGS)


def test_what_page_and_feed_leave_out_is_an_error() -> None:
    """Neither page nor entry has text: the error lists every refusal."""
    with pytest.raises(ExtractError, match=r"trafilatura: .*feed-summary: "):
        extract(page(""), url=URL, entry=Entry(title="Only a title"), settings=SETTINGS)


def test_the_feed_alone_makes_an_article() -> None:
    """Without a page, the entry's content comes before its summary and the given refusal is kept."""
    refusal = Refusal(extractor="trafilatura", reason="robots.txt keeps us from the page")
    entry = Entry(title="T", summary=SUMMARY, content="First of two paragraphs.\nSecond of two.", language="en")
    found = from_entry(entry, SETTINGS, refusals=(refusal,))
    assert found.extractor == "feed-summary"  # the content is shorter than the summary and than 200 characters
    assert found.refusals[0] == refusal
    longer = from_entry(replace(entry, content="A long text in the feed. " * 20), SETTINGS)
    assert (longer.extractor, longer.refusals, longer.language_hint) == ("feed-content", (), "en")


def test_gaps_in_the_metadata_are_filled_from_the_feed() -> None:
    """The page's word comes first; a date the feed stated but nobody can believe is not used."""
    date = datetime(2024, 5, 1, tzinfo=UTC)
    entry = Entry(title="From the feed", authors=("Ann Lee",), published=date, image="https://news.example/i.jpg")
    document = f"<html><body><article>{PARAGRAPH * 3}</article></body></html>".encode()
    found = extract(document, url=URL, entry=entry, settings=SETTINGS)
    assert (found.title, found.authors, found.published) == ("From the feed", ("Ann Lee",), date)
    suspect = extract(document, url=URL, entry=replace(entry, date_suspect=True), settings=SETTINGS)
    assert suspect.published is None


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("windows-1251", "windows-1251"),
        ("iso-8859-1", "utf-8"),  # declared wrongly
        ("koi8-r", "koi8-r"),
    ],
)
def test_pages_are_decoded_by_what_fits(declared: str, encoding: str) -> None:
    """UTF-8 where it fits whatever is declared, else the charset of the HTTP header."""
    sentence = "Городской совет решил отремонтировать старый театр до зимы."
    body = f"<html><body><article><p>{sentence}</p><p>{sentence[::-1]}</p></article></body></html>"
    found = extract(body.encode(encoding), url=URL, content_type=f"text/html; charset={declared}", settings=SETTINGS)
    assert sentence in found.text


def test_one_bad_byte_costs_one_character() -> None:
    """A stray byte does not turn the page into mojibake."""
    sentence = "Городской совет решил отремонтировать старый театр до зимы, сообщили в мэрии."
    body = page(f"<article><p>{sentence}</p><p>Второй абзац статьи тоже на месте.</p></article>")
    found = extract(body.replace("зимы".encode(), b"\xff" + "зимы".encode()), url=URL, settings=SETTINGS)
    assert "Городской совет решил отремонтировать старый театр" in found.text


def test_plain_text_pages_are_read_as_pasted() -> None:
    """`text/plain` has no markup: the first line is the title."""
    text = b"The headline\nThe first and only paragraph of this text has a sentence in it.\n"
    found = extract(text, url=URL, content_type="text/plain; charset=utf-8", settings=SETTINGS)
    assert (found.extractor, found.title) == ("text", "The headline")


def test_another_sites_canonical_address_is_not_believed() -> None:
    """rel=canonical counts only within the site."""
    link = '<link rel="canonical" href="{}">'
    for address, expected in [
        ("https://www.news.example/b", "https://www.news.example/b"),
        ("https://evil.example.org/b", None),
        ("javascript:alert(1)", None),
    ]:
        found = extract(page(f"<article>{PARAGRAPH * 2}</article>", link.format(address)), url=URL, settings=SETTINGS)
        assert found.canonical_url == expected


def test_pasted_text_loses_its_furniture() -> None:
    """Credit, caption with its size, button, counter, log-in prompt and a line in another script go."""
    pasted = """Le port de Sarenne rouvre après la grève
© Gazette . Jean Doré / Photothèque
Les grues du terminal nord - Gazette du Littoral, 1920, 11.03.2024
S'abonner
Les premières grues se sont remises à tourner peu après cinq heures du matin.
Une semaine pour résorber le retard
La chambre de commerce estime les pertes à onze millions d'euros.
12
Identifiez-vous pour commenter
Открыть окно
En direct
"""
    found = from_text(pasted)
    assert found.title == "Le port de Sarenne rouvre après la grève"
    assert found.text.split("\n") == [
        "Les premières grues se sont remises à tourner peu après cinq heures du matin.",
        "Une semaine pour résorber le retard",
        "La chambre de commerce estime les pertes à onze millions d'euros.",
    ]
    assert len(found.dropped) == 7


def test_empty_text_is_an_error() -> None:
    """Nothing but white space is no article."""
    with pytest.raises(ExtractError, match="empty"):
        from_text(" \n\u200b\n")


@pytest.mark.skipif(not SEED.is_dir(), reason=f"the seed article is not at {SEED}")
def test_the_seed_page_and_its_pasted_text_come_out_whole() -> None:
    """Each `with` paragraph is a line, no `without` string is left, and the metadata is equal."""
    expected = tomllib.loads((SEED / "expected.toml").read_text("utf-8"))
    found = extract((SEED / "page.html").read_bytes(), url="http://127.0.0.1/page.html", settings=SETTINGS)
    told = (found.title, found.site, found.language_hint, found.published)
    date = datetime.fromisoformat(expected["published"])
    assert told == (expected["title"], expected["site"], expected["language"], date)
    for text in (found.text, from_text((SEED / "article.txt").read_text("utf-8")).text):
        assert [line for line in expected["with"] if line not in text.split("\n")] == []
        assert [part for part in expected["without"] if part in text] == []


ARTICLE_SCRIPT = '<script type=application/ld+json>{"@type":"Article","articleBody":'
TAGS = ("<p>", "</p>", "<div>", "<a href=x>", "</a>", "<table><tr><td>", "<h1>", "<br>", "<!--", "<![CDATA[")
MARKUP = st.sampled_from([*TAGS, "&#55296;", "<meta charset=x>", ARTICLE_SCRIPT, "</script>"])


@settings(max_examples=60, deadline=None)
@given(st.lists(MARKUP | st.text(max_size=40), max_size=40))
def test_no_page_raises_anything_but_extract_error(parts: list[str]) -> None:
    """Whatever the bytes: an article with storable text, or an ExtractError."""
    document = "".join(parts).encode("utf-8", "surrogatepass")
    try:
        found = extract(document, url=URL, settings=SETTINGS)
    except ExtractError:
        return
    found.text.encode()
    assert "\n\n" not in found.text
