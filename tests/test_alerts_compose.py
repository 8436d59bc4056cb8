"""Wording: an alert as subject, text, HTML, JSON and Block Kit.

`python tests/test_alerts_compose.py` writes the expected files anew; read the difference before committing it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from alert_cases import FOLDER, NOON, UTC_ZONE, Case, alert, cases, channel, item

from monitor.alerts import compose
from monitor.models import Coverage, Evidence, TranslationState
from monitor.wording.coverage import coverage
from monitor.wording.times import when


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
    assert words in str(compose(one, channel("slack"), zone=UTC_ZONE).data["blocks"])


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
        (Coverage(feeds=212), "All 212 feeds read; nothing is waiting."),
        (Coverage(feeds=1), "1 feed read; nothing is waiting."),
        (
            Coverage(
                feeds=212,
                untranslated=14,
                silent_feeds=("A", "B\n", "C"),
                waiting=(("tr", 14),),
                languages_without_model=("tr",),
                refusing_sites=("x.example", "y.example"),
            ),
            "3 of 212 feeds silent, 14 articles waiting for a model (Turkish), 2 sites refuse us. "
            "Silent: A, B, C. Refusing: x.example, y.example.",
        ),
        (
            Coverage(
                feeds=1200, feeds_failing=6, failing_feeds=("A", "B"), untranslated=3, waiting=(("ar", 1), ("qqq", 1))
            ),
            "6 of 1,200 feeds failing, 2 articles waiting for a model (Arabic, qqq), 1 article not translated yet. "
            "Failing: A, B and 4 more.",
        ),
        (
            Coverage(feeds=9, feeds_failing=1, silent_feeds=tuple("ABCDEFG"), refusing_sites=("x.example",)),
            "7 of 9 feeds silent, 1 failing, 1 site refuses us. Silent: A, B, C, D, E and 2 more. Refusing: x.example.",
        ),
        (Coverage(feeds=3, languages_without_model=("ar", "qqq")), "No model for Arabic, qqq."),
    ],
)
def test_coverage_line(seen: Coverage, words: str) -> None:
    """The coverage line names what was read and every kind of gap, and none that is not there."""
    assert coverage(seen) == words


def test_terms_are_marked_in_every_form() -> None:
    """The words that matched stand out in both languages: [brackets], <mark>, spans."""
    message = compose(alert(), channel("email"), zone=UTC_ZONE)
    assert "> A [Libyan] delegation" in message.text
    assert "> Une délégation [libyenne] est" in message.text
    marks = lxml.html.document_fromstring(message.html).xpath("//mark/text()")
    assert marks == ["Libyan", "libyenne"]
    form: Any = message.data
    evidence = form["articles"][0]["evidence"]
    assert [evidence["sentence"][start:end] for start, end in evidence["spans"]] == ["libyenne"]
    assert [evidence["translation"][start:end] for start, end in evidence["translation_spans"]] == ["Libyan"]


def test_json_times_and_keys_are_stable() -> None:
    """The JSON form has the keys that its description lists, times in UTC, and survives a round trip."""
    form = compose(alert(coverage=Coverage(feeds=1)), channel("webhook"), zone=ZoneInfo("Asia/Kathmandu")).data
    assert json.loads(json.dumps(form)) == form
    assert set(form) == {
        *("schema", "id", "topic", "channel", "subject", "digest", "repeat", "created", "thread"),
        *("articles", "omitted", "coverage"),
    }
    assert form["created"] == "2026-03-03T12:05:00Z"
    assert form["articles"][0]["published"] == "2026-03-03T12:05:00Z"  # type: ignore[index]


def write_expected() -> None:
    """Writes what the program says now beside each case."""
    for case in cases():
        for form, text in expected_files(case).items():
            (FOLDER / f"{case.name}.{form}").write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    write_expected()
