"""An article's page: aligned, marked, labelled, traceable, safe."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import reading_archive as reading
import web_archive as sample
from newsrooms import NOW, FakeClock

from monitor.archive import Archive
from monitor.config import WebSettings
from monitor.models import Sentence
from monitor.web import server
from monitor.web.articles.aligned import MOST, aligned, sentences_of
from monitor.web.articles.marking import Bit, Marker
from monitor.web.articles.trust import missing
from monitor.wording.languages import direction, tag


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    path = reading.build(tmp_path_factory.mktemp("reading") / "archive.db")
    datasette = server.application(sample.settings(path), clock=FakeClock(NOW))
    return lambda address: asyncio.run(datasette.client.get(address))


def shown(visit: Callable[..., Any], address: str) -> str:
    answer = visit(address)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def text_of(html: str) -> str:
    """What a reader sees, spaces and all made one."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_every_sentence_stands_beside_its_translation_in_order(visit: Callable[..., Any]) -> None:
    """The pairs of a translated article come in the order of the text, paragraphs kept, each with its partner."""
    page = visit(f"/articles/{sample.FRENCH}.json").json()
    pairs = [
        (
            paragraph["number"],
            "".join(bit["text"] for bit in pair["source"]),
            "".join(b["text"] for b in pair["target"]),
        )
        for paragraph in page["text"]["paragraphs"]
        for pair in paragraph["pairs"]
    ]
    assert pairs == [
        (1, "La Libye et la Russie ont signé un accord portuaire.", "Libya and Russia signed a port agreement."),
        (1, "Le chantier doit durer 18 mois.", "The work should last 80 months."),
        (2, "Benghazi attend les premières grues.", "Benghazi awaits the first cranes."),
    ]
    html = shown(visit, f"/articles/{sample.FRENCH}")
    assert len(re.findall(r'<div class="pair[ "]', html)) == 4  # the title, too
    assert html.count('<div class="paragraph') == 3


def test_headline_is_in_english_with_the_original_under_it(visit: Callable[..., Any]) -> None:
    """One h1, the translation; then the original in its language."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [sample.ENGLISH_TITLE]
    assert f'<p class="original" lang="fr" dir="ltr">{sample.FRENCH_TITLE}</p>' in html


def test_an_unverified_sentence_says_so_with_the_reason(visit: Callable[..., Any]) -> None:
    """The doubt is in words, within the pair that it is about."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    pair = re.search(r'<div class="pair" id="s2">(.*?)</div>', html, re.S)
    assert pair is not None
    assert "Unverified: 18 is missing" in text_of(pair[1])
    assert html.count("Unverified:") == 1
    assert "1 of 4 sentences are unverified" in html


def test_topic_terms_are_marked_on_both_sides_and_can_be_hidden(visit: Callable[..., Any]) -> None:
    """Terms of the topic's query, in French and in English; not when marks are off."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    for term in ("Libye", "Russie", "Libya", "Russia"):
        assert f'<mark class="topic">{term}</mark>' in html
    assert "<mark" not in shown(visit, f"/articles/{sample.FRENCH}?marks=off")


@pytest.mark.parametrize(
    ("number", "query", "marked"),
    [
        (sample.FRENCH, "accord", ["accord"]),
        (sample.FRENCH, "cranes", ["cranes"]),
        (sample.FRENCH, '"port agreement" OR grues', ["grues", "port agreement"]),
        (sample.ARABIC, "علاقات", ["العلاقات"]),
        (sample.CHINESE, "利比亚", ["利比亚", "利比亚"]),
    ],
)
def test_what_was_searched_for_is_marked(visit: Callable[..., Any], number: int, query: str, marked: list[str]) -> None:
    """In every script, in title and text, in original and translation, and apart from the topics' terms."""
    found = re.findall(r'<mark class="search">(.*?)</mark>', shown(visit, f"/articles/{number}?q={query}"))
    assert sorted(set(found) - {"sought"}) == sorted(set(marked))
    assert len(found) >= len(marked)


def test_a_search_that_cannot_be_read_is_explained(visit: Callable[..., Any]) -> None:
    """The page is there all the same, and says at which character the search went wrong."""
    text = text_of(shown(visit, f"/articles/{sample.FRENCH}?q=(accord"))
    assert "could not be read" in text
    assert "At character" in text


def test_right_to_left_and_the_language_are_stated(visit: Callable[..., Any]) -> None:
    """Arabic runs from the right, in headline and sentences, and is named for screen readers."""
    html = shown(visit, f"/articles/{sample.ARABIC}")
    assert re.search(r'<h1 lang="ar" dir="rtl">', html)
    assert html.count('<p class="source" lang="ar" dir="rtl">') == 3


@pytest.mark.parametrize(
    ("code", "runs", "named"),
    [
        ("ar", "rtl", "ar"), ("fa", "rtl", "fa"), ("he", "rtl", "he"), ("ur", "rtl", "ur"), ("fr", "ltr", "fr"),
        ("zh", "ltr", "zh"), ("zt", "ltr", "zh-Hant"), ("ku", "auto", "ku"), ("und", "auto", "und"),
        (None, "auto", "und"), ('x" onload="', "auto", "und"),
    ],
)  # fmt: skip
def test_direction_and_tag_of_a_language(code: str | None, runs: str, named: str) -> None:
    """Scripts that run from the right do; what may be either is left to the text; no code breaks an attribute."""
    assert (direction(code), tag(code)) == (runs, named)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"translation_state": "waiting for a model"}, "no translation package for Arabic"),
        ({"translation_state": "pending"}, "Not translated yet"),
        ({"translation_state": "pending", "lead_translated": 1}, "the rest is waiting"),
        ({"translation_state": "failed", "error": "the model fell over"}, "the model fell over"),
        ({"translation_state": "unknown"}, "has not been identified"),
        ({"translation_state": "translated", "translated_text": "one\ntwo\nthree"}, "the original stands alone"),
        ({"translation_state": "translated", "translated_text": "all of it"}, "paragraphs stand side by side"),
    ],
)
def test_what_is_not_translated_says_why(tmp_path: Path, columns: dict[str, object], says: str) -> None:
    """Each state has its sentence, and the original is there whatever the state."""
    path = sample.build(tmp_path / "archive.db")
    with Archive.open(path) as archive:
        with archive.writing():
            archive.articles.update(sample.ARABIC, columns)
        article = archive.articles.get(sample.ARABIC)
    assert article is not None
    assert says in missing(article, sentences=False)
    text = aligned(sentences_of(article, ()), Marker())
    assert "طرابلس" in "".join(bit.text for pair in text.paragraphs[0].pairs for bit in pair.source)


def test_a_very_long_article_is_cut_and_says_so() -> None:
    """No more pairs than MOST are made, and how many there are is known."""
    sentences = [Sentence(position=at, paragraph=1 + at // 5, source="a", target="b") for at in range(MOST + 5)]
    text = aligned(sentences, Marker())
    assert (text.shown, text.sentences) == (MOST, MOST + 5)
    assert sum(len(paragraph.pairs) for paragraph in text.paragraphs) == MOST


def test_marks_never_change_the_words(visit: Callable[..., Any]) -> None:
    """The bits of a sentence, joined, are the sentence."""
    page = visit(f"/articles/{sample.CHINESE}.json?q=利比亚 OR 油田").json()
    text = "".join(
        bit["text"] for paragraph in page["text"]["paragraphs"] for pair in paragraph["pairs"] for bit in pair["source"]
    )
    assert text == "中国代表团昨日抵达利比亚首都的黎波里。双方讨论了油田的重建。"
    assert Marker().bits("plain") == (Bit("plain"),)
    assert Marker().bits("") == ()


def test_a_duplicate_says_of_which(visit: Callable[..., Any]) -> None:
    """It links to the article that it is, and that one names it."""
    assert f'href="/articles/{sample.FRENCH}"' in shown(visit, f"/articles/{reading.DUPLICATE}")
    assert "This is the same article as" in shown(visit, f"/articles/{reading.DUPLICATE}")
    assert f'href="/articles/{reading.DUPLICATE}"' in shown(visit, f"/articles/{sample.FRENCH}")


def test_where_it_comes_from_is_told(visit: Callable[..., Any]) -> None:
    """Feed, page hash, extractor, language, packages, content hash, row and source are on the page."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    page = visit(f"/articles/{sample.FRENCH}.json").json()["provenance"]["page"]
    for said in ("Le Phare", page["sha256"], "trafilatura", "French, 99 % sure", "translate-fr_en-1.9", "hash 1"):
        assert said in html
    assert f'href="/archive/articles/{sample.FRENCH}"' in html
    assert 'href="https://news.example/1" rel="noopener noreferrer nofollow"' in html
    assert 'href="/sources/1"' in html


def test_topics_notes_and_story_are_told(visit: Callable[..., Any]) -> None:
    """Score and reasons, the verdict of a person, notes with their author, the story's other articles."""
    text = text_of(shown(visit, f"/articles/{sample.FRENCH}"))
    for said in ("score 88 of 100", "+30: both sides in the headline", "Accepted by a person", "mira", "Ask the port."):
        assert said in text
    assert "Libya and Russia sign" in text
    assert "repeats article 7" in text


def test_the_way_to_the_next_article(visit: Callable[..., Any]) -> None:
    """In the story and in the topic; the first has none before it."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    assert f'<a href="/articles/{reading.ENGLISH}" rel="next">' in html
    assert f'<a href="/articles/{reading.LATE}?topic=' in html
    assert 'rel="prev"' not in html


def test_forms_that_write_are_not_offered_to_who_may_not(visit: Callable[..., Any]) -> None:
    """Without leave to write there is no form but the search box."""
    html = shown(visit, f"/articles/{sample.FRENCH}")
    assert re.findall(r'<form[^>]*action="([^"]*)"', html) == ["/search"]


def test_who_may_write_is_offered_verdict_and_note(tmp_path: Path) -> None:
    """Where writing needs no sign-in: a verdict for each topic, a note, and all forms carry their token."""
    config = sample.settings(reading.build(tmp_path / "archive.db"), web=WebSettings(write_without_sign_in=True))
    datasette = server.application(config, clock=FakeClock(NOW))
    for address, buttons in ((f"/articles/{sample.FRENCH}", {"accept", "reject", "note"}), ("/stories/1", {"snooze"})):
        html = asyncio.run(datasette.client.get(address)).text
        assert buttons <= set(re.findall(r'name="do" value="(\w+)"', html))
        assert html.count('action="/act"') == html.count('name="csrftoken"')


def test_hostile_text_stays_text(visit: Callable[..., Any]) -> None:
    """Markup, templates and bidi controls in outlet, title, sentence, doubt, glossary, package and note are words."""
    plain = shown(visit, f"/articles/{sample.CHINESE}")
    for number in (sample.RUSSIAN, sample.FRENCH, sample.ARABIC):
        html = shown(visit, f"/articles/{number}?q={reading.HOSTILE}")
        assert html.count("<script") == plain.count("<script")
        assert not re.search(r"<[^>]+\sonmouseover=", html)
        assert "alert(1)" in html
    assert "{{ 7*7 }}" in shown(visit, f"/articles/{sample.RUSSIAN}")
    for number in (sample.RUSSIAN, sample.FRENCH, sample.ARABIC):
        assert "\u202e" not in shown(visit, f"/articles/{number}")  # it would turn gnp.exe into exe.png


@pytest.mark.parametrize("address", ["/articles/999999", "/articles/999999999999999999", "/articles/3/versions/9"])
def test_what_is_not_there_is_said(visit: Callable[..., Any], address: str) -> None:
    """A number that no article or version has is a 404 with words, in JSON as well."""
    for form in ("", ".json"):
        answer = visit(f"{address}{form}")
        assert answer.status_code == 404
        assert "in this archive" in answer.text


def test_an_edit_is_shown_word_by_word(visit: Callable[..., Any]) -> None:
    """What went and what came, with words for those who hear it, in the direction of the text."""
    assert f"/articles/{sample.ARABIC}/versions/2" in shown(visit, f"/articles/{sample.ARABIC}")
    html = shown(visit, f"/articles/{sample.ARABIC}/versions/2")
    assert '<div class="edits" lang="ar" dir="rtl">' in html
    assert re.search(r'<del><span class="unseen" lang="en">removed: </span>بنغازي<', html)
    assert re.search(r'<ins><span class="unseen" lang="en">added: </span>طرابلس<', html)


def test_datasettes_row_and_our_page_lead_to_one_another(visit: Callable[..., Any]) -> None:
    """Whoever lands on the data finds the page."""
    assert f'href="/articles/{sample.FRENCH}"' in shown(visit, f"/archive/articles/{sample.FRENCH}")


def test_the_csv_has_the_sentences(visit: Callable[..., Any]) -> None:
    """A line a sentence, both languages, with the doubt."""
    lines = shown(visit, f"/articles/{sample.FRENCH}.csv").splitlines()
    assert lines[0].startswith("position,paragraph,source,target,unverified")
    assert "18 is missing" in lines[3]
