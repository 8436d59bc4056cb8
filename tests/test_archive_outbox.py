"""The outbox: alerts are never lost between a match and its message, nor said twice unmarked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.archive.alert_json import dump, load
from monitor.models import Alert, Coverage, Evidence, Match, Span, Topic

SOON = NOW + timedelta(minutes=10)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.matches.declare([Topic(name="T", query="t"), Topic(name="U", query="u")])
        archive.articles.take([candidate(f"guid:{n}", title=f"Title {n}") for n in range(1, 6)], NOW)
        yield archive


def match(article_id: int, topic: str = "T", sentence: str = "One sentence.") -> Match:
    evidence = Evidence(sentence=sentence, spans=(Span(start=0, end=3),))
    return Match(topic=topic, article_id=article_id, side="original", evidence=evidence)


def record(archive: Archive, found: Match, **due: datetime) -> bool:
    with archive.writing():
        return archive.matches.record(found, due, NOW)


def owe(archive: Archive, now: datetime = NOW) -> list[str]:
    """Bundle everything due, as the delivery does; returns the ids of the messages."""
    ids = []
    for due in archive.outbox.due(now):
        alert = Alert(
            alert_id=f"{due.channel}-{due.alert_ids[0]}",
            topic=due.topic,
            channel=due.channel,
            items=due.items,
            coverage=Coverage(feeds=3, failing_feeds=("F",), languages_without_model=("ar",)),
            created=now,
        )
        archive.outbox.owe(alert, due.alert_ids, "Subject", now)
        ids.append(alert.alert_id)
    return ids


def test_a_match_and_its_alerts_are_one_transaction(archive: Archive) -> None:
    """When the transaction around a match fails, neither the match nor an alert is left."""

    def interrupted() -> None:
        with archive.writing():
            archive.matches.record(match(1), {"mail": NOW}, NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert archive.matches.of_article(1) == []
    assert archive.outbox.due(NOW) == []


def test_a_match_found_again_alerts_once(archive: Archive) -> None:
    """The second time a topic meets an article, only its evidence is brought up to date."""
    assert record(archive, match(1), mail=NOW)
    assert not record(archive, match(1, sentence="Better."), mail=NOW)
    (found,) = archive.matches.of_article(1)
    assert found.evidence.sentence == "Better."
    assert len(owe(archive)) == 1
    assert not record(archive, match(1), mail=NOW)
    assert owe(archive) == []


def test_a_translation_brings_an_alert_forward(archive: Archive) -> None:
    """An alert that waited for its translation is due as soon as that has come, and never later."""
    record(archive, match(1), mail=SOON)
    assert archive.outbox.due(NOW) == []
    record(archive, match(1), mail=NOW)
    assert [due.channel for due in archive.outbox.due(NOW)] == ["mail"]
    record(archive, match(1), mail=SOON)
    assert len(archive.outbox.due(NOW)) == 1


def test_alerts_of_one_topic_share_a_message(archive: Archive) -> None:
    """What is due together for one channel and topic is one message; other channels and topics have their own."""
    for number in (1, 2, 3):
        record(archive, match(number), mail=NOW, slack=NOW)
    record(archive, match(1, "U"), mail=NOW)
    bundles = [(due.channel, due.topic, len(due.items)) for due in archive.outbox.due(NOW)]
    assert sorted(bundles) == [("mail", "T", 3), ("mail", "U", 1), ("slack", "T", 3)]
    assert len(owe(archive)) == 3
    assert archive.outbox.due(NOW) == []


def test_a_claimed_message_is_a_possible_repeat(archive: Archive) -> None:
    """A process that dies after the claim finds the message again, marked, under the same id."""
    record(archive, match(1), mail=NOW)
    (message_id,) = owe(archive)
    first = archive.outbox.next_owed("mail", NOW)
    assert first is not None
    assert not first.interrupted
    archive.outbox.claim(message_id)
    again = archive.outbox.next_owed("mail", NOW)
    assert again is not None
    assert (again.message_id, again.interrupted, again.attempts) == (message_id, True, 1)
    assert again.alert == first.alert


def test_a_sent_message_never_leaves_again(archive: Archive) -> None:
    """Once the channel's acceptance is recorded, nothing is owed."""
    record(archive, match(1), mail=NOW)
    (message_id,) = owe(archive)
    archive.outbox.claim(message_id)
    archive.outbox.sent(message_id, ("gone@example.org",), NOW)
    assert archive.outbox.next_owed("mail", SOON) is None
    assert archive.ledger.outbox_counts() == {"sent": 1}


def test_a_failed_message_waits_and_is_no_repeat(archive: Archive) -> None:
    """A message that certainly did not arrive is owed again at its time, unmarked; an uncertain one is marked."""
    record(archive, match(1), mail=NOW)
    (message_id,) = owe(archive)
    for later, marked in ((archive.outbox.retry, False), (archive.outbox.uncertain, True)):
        archive.outbox.claim(message_id)
        later(message_id, "421 try later", SOON)
        assert archive.outbox.next_owed("mail", NOW) is None
        owed = archive.outbox.next_owed("mail", SOON)
        assert owed is not None
        assert owed.interrupted is marked


def test_order_is_kept_within_a_topic(archive: Archive) -> None:
    """A later message of a topic waits behind an earlier one that failed; other topics go on."""
    record(archive, match(1), mail=NOW)
    (first,) = owe(archive)
    archive.outbox.claim(first)
    archive.outbox.retry(first, "451", SOON)
    record(archive, match(2), mail=NOW)
    record(archive, match(2, "U"), mail=NOW)
    _, other = owe(archive)
    owed = archive.outbox.next_owed("mail", NOW)
    assert owed is not None
    assert owed.message_id == other
    archive.outbox.sent(other, (), NOW)
    assert archive.outbox.next_owed("mail", NOW) is None
    late = archive.outbox.next_owed("mail", SOON)
    assert late is not None
    assert late.message_id == first


def test_dead_letters_are_kept_and_can_be_revived(archive: Archive) -> None:
    """A message refused for good is shown with its reason, blocks nothing, and is owed again on request."""
    record(archive, match(1), mail=NOW)
    (message_id,) = owe(archive)
    archive.outbox.bury(message_id, "550 no such user")
    (letter,) = archive.ledger.letters()
    assert (letter.state, letter.error) == ("dead", "550 no such user")
    record(archive, match(2), mail=NOW)
    owe(archive)
    owed = archive.outbox.next_owed("mail", NOW)
    assert owed is not None
    assert owed.message_id != message_id
    assert archive.outbox.revive("mail", NOW) == 1
    owed = archive.outbox.next_owed("mail", NOW)
    assert owed is not None
    assert owed.message_id == message_id


def test_an_alert_survives_the_outbox(archive: Archive) -> None:
    """An alert read back from JSON is the alert that was written."""
    record(archive, match(1), mail=NOW)
    owe(archive)
    owed = archive.outbox.next_owed("mail", NOW)
    assert owed is not None
    assert load(dump(owed.alert)) == owed.alert
    assert owed.alert.items[0].evidence.spans == (Span(start=0, end=3),)


def test_where_an_alert_stands_is_told(archive: Archive) -> None:
    """`monitor explain` can say of each alert whether it waits, is owed or was sent."""
    record(archive, match(1), mail=NOW, slack=SOON)
    (message_id,) = owe(archive)
    archive.outbox.sent(message_id, (), NOW)
    assert [(told.channel, told.state) for told in archive.outbox.of_article(1)] == [
        ("mail", "sent"),
        ("slack", "waiting"),
    ]
