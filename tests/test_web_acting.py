"""What people do on the pages: checked, queued, recorded by whoever holds the archive, shown as pending till then."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import web_archive as sample
from newsrooms import NOW, FakeClock
from web_visitor import Visitor

from monitor.archive import Archive, Reader
from monitor.archive import orders as queueing
from monitor.archive.orders import Order, Orders
from monitor.config import Account, WebSettings
from monitor.models import Note
from monitor.run import orders
from monitor.web import pending, server
from monitor.web.access.passwords import NOBODY
from monitor.web.acting import KEPT, TAKEN
from monitor.web.paths import safe_back

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sample.build(tmp_path_factory.mktemp("web") / "archive.db").read_bytes()


@pytest.fixture
def path(tmp_path: Path, built: bytes) -> Path:
    """An archive with one story, of the French article."""
    path = tmp_path / "archive.db"
    path.write_bytes(built)
    with Archive.open(path) as archive:
        archive.connection.execute(
            "INSERT INTO stories (id, headline, first_seen, last_seen, first_article_id) VALUES (7, 'x', ?, ?, 1)",
            ("2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z"),
        )
    return path


@pytest.fixture
def ada(path: Path) -> Visitor:
    """A program with a token, the shortest way to be somebody."""
    return Visitor(datasette(path), authorization=f"Bearer {TOKEN}")


def datasette(path: Path, **web: Any) -> Any:
    config = sample.settings(
        path, accounts=(Account(name="ada", token=TOKEN, password_hash=NOBODY),), web=WebSettings(**web)
    )
    return server.application(config, clock=FakeClock())


def applied(path: Path) -> Archive:
    """The archive after the daemon has taken what waits."""
    archive = Archive.open(path)
    orders.carry_out(archive, path, NOW)
    return archive


def act(visitor: Visitor, **fields: str) -> Any:
    return visitor.ask("POST", "/act", data=fields)


def test_a_verdict_is_queued_then_recorded(path: Path, ada: Visitor) -> None:
    """Accept, then reject, then take back; each goes back to its page, and is recorded under its author's name."""
    answer = act(ada, do="accept", topic=sample.TOPIC, article="1", note="about ports", back="/topics/x?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/topics/x?page=2")
    with Reader.open(path) as reader:
        assert reader.labels.of_topic(sample.TOPIC) == []
    with applied(path) as archive:
        (label,) = archive.labels.of_topic(sample.TOPIC)
        assert (label.accepted, label.author, label.note, label.at) == (True, "ada", "about ports", NOW)
    act(ada, do="reject", topic=sample.TOPIC, article="1")
    with applied(path) as archive:
        assert [one.accepted for one in archive.labels.of_topic(sample.TOPIC)] == [False]
    act(ada, do="unlabel", topic=sample.TOPIC, article="1")
    with applied(path) as archive:
        assert archive.labels.of_topic(sample.TOPIC) == []


def test_mutes(path: Path, ada: Visitor) -> None:
    """A story is snoozed for eight hours in one topic, a source muted for good in all, and heard of again."""
    act(ada, do="snooze", story="7", topic=sample.TOPIC)
    act(ada, do="mute", source="Le Phare", topic="")
    with applied(path) as archive:
        assert [(m.kind, m.subject, m.topic, m.until, m.author) for m in archive.mutes.all()] == [
            ("source", "Le Phare", "", None, "ada"),
            ("story", "7", sample.TOPIC, NOW + timedelta(hours=8), "ada"),
        ]
    act(ada, do="unmute", source="Le Phare")
    with applied(path) as archive:
        assert [mute.kind for mute in archive.mutes.all()] == ["story"]


def test_a_muted_story_that_was_merged_is_heard_of_again_under_its_new_number(path: Path, ada: Visitor) -> None:
    """The page of the story that took it in shows the mute, and ends it."""
    act(ada, do="mute", story="7", topic=sample.TOPIC)
    with applied(path) as archive:
        larger = archive.stories.open(NOW)
        archive.stories.merge(larger, 7, "one event", NOW)
    page = ada.get(f"/stories/{larger}.json").json()
    assert [(mute["subject"], mute["topic"]) for mute in page["mutes"]] == [(str(larger), sample.TOPIC)]
    act(ada, do="unmute", story=str(larger), topic=sample.TOPIC)
    with applied(path) as archive:
        assert archive.mutes.all() == []


def test_notes(path: Path, ada: Visitor) -> None:
    """A note is kept as written, in lines, without controls; its author deletes it, nobody else does."""
    act(ada, do="note", article="2", note="Two lines:\r\nالثاني\u202e <b>")
    with applied(path) as archive:
        (note,) = archive.notes.of_article(2)
        assert (note.text, note.author) == ("Two lines:\nالثاني <b>", "ada")
        archive.notes.add(Note(article_id=2, text="another's", author="bob", at=NOW, key="b"))
        (_, theirs) = archive.notes.of_article(2)
    refused = act(ada, do="unnote", note_id=str(theirs.id))
    assert refused.status_code == 400
    assert "only bob can delete it" in refused.text
    act(ada, do="unnote", note_id=str(note.id))
    with applied(path) as archive:
        assert [one.author for one in archive.notes.of_article(2)] == ["bob"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"do": ""}, 400, "do: is nothing"),
        ({"do": "drop"}, 400, "do: is nothing"),
        ({"do": "accept", "topic": "Mali", "article": "1"}, 404, "is not declared"),
        ({"do": "accept", "topic": sample.TOPIC}, 400, "article: is no number"),
        ({"do": "accept", "topic": sample.TOPIC, "article": "99"}, 404, "Article 99"),
        ({"do": "accept", "topic": sample.TOPIC, "article": "1 OR 1"}, 400, "article: is no number"),
        ({"do": "accept", "topic": sample.TOPIC, "article": "9" * 40}, 400, "article: is no number"),
        ({"do": "accept", "topic": sample.TOPIC, "article": "١"}, 400, "article: is no number"),
        ({"do": "accept", "topic": "x" * 301, "article": "1"}, 400, "topic: is longer"),
        ({"do": "reject", "topic": sample.TOPIC, "article": "1", "note": "x" * 501}, 400, "note: is longer"),
        ({"do": "mute", "story": "8"}, 404, "Story 8"),
        ({"do": "mute"}, 400, "story: is no number"),
        ({"do": "mute", "story": "7", "topic": "Mali"}, 404, "is not declared"),
        ({"do": "mute", "source": "x" * 301}, 400, "source: is longer"),
        ({"do": "note", "article": "1", "note": "  \n "}, 400, "note: is empty"),
        ({"do": "note", "article": "1", "note": "x" * 4001}, 400, "note: is longer"),
        ({"do": "note", "article": "99", "note": "x"}, 404, "Article 99"),
        ({"do": "note", "article": "1", "note": "x" * 70_000}, 413, "too long"),
        ({"do": "unnote", "note_id": "5"}, 404, "Note 5"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_queued(
    path: Path, ada: Visitor, fields: dict[str, str], status: int, words: str
) -> None:
    """Every field is checked before anything waits for the daemon."""
    answer = act(ada, **fields)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert Orders(path).pending() == []


def test_who_is_nobody_writes_nothing(path: Path) -> None:
    """No account, a wrong token, a cookie beside a wrong token: 401, and nothing is queued."""
    application = datasette(path)
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer " + "x" * 32}):
        answer = Visitor(application, **headers).ask("POST", "/act", data={"do": "mute", "source": "x"})
        assert answer.status_code == (401 if headers else 403)
    guest = Visitor(application)
    assert guest.post("/act", do="mute", source="x").status_code == 401
    assert Orders(path).pending() == []


def test_a_program_gets_json(path: Path, ada: Visitor) -> None:
    """/act.json says what became of it, mistakes too."""
    answer = ada.ask("POST", "/act.json", data={"do": "mute", "source": "x"})
    assert (answer.status_code, answer.json()) == (202, {"ok": True, "message": KEPT})
    answer = ada.ask("POST", "/act.json", data={"do": "mute", "story": "8"})
    assert (answer.status_code, answer.json()["ok"]) == (404, False)


def test_whoever_asked_learns_when(path: Path, ada: Visitor) -> None:
    """Within seconds while a process holds the archive; otherwise when it next starts. Looking takes no lock."""
    answer = ada.ask("POST", "/act.json", data={"do": "mute", "source": "x"})
    assert answer.json()["message"] == KEPT
    with Archive.open(path):
        answer = ada.ask("POST", "/act.json", data={"do": "mute", "source": "x"})
        assert answer.json()["message"] == TAKEN
    act(ada, do="mute", source="x", back="/")
    assert "it is applied when `monitor run` next starts" in ada.get("/", headers={"cookie": _cookies(ada)}).text


def _cookies(visitor: Visitor) -> str:
    visitor.headers.pop("authorization")  # beside a token, cookies count for nothing
    return f"ds_messages={visitor.cookies['ds_messages']}"


def test_a_full_queue_is_told(path: Path, ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with the remedy, and the page says so."""
    monkeypatch.setattr(queueing, "MOST", 1)
    assert act(ada, do="mute", source="x").status_code == 303
    answer = act(ada, do="mute", source="y")
    assert (answer.status_code, "Start `monitor run`" in answer.text) == (503, True)


def test_pending() -> None:
    """The latest order that speaks of a thing says what waits for it."""

    def order(kind: str, /, **values: Any) -> Order:
        return Order(kind=kind, values=values, author="ada", at=NOW)

    mute = {"kind": "story", "subject": "7", "topic": "", "until": None}
    waiting = pending.Pending(
        orders=(
            order("label", topic="T", articles=[1, 2], accepted=True),
            order("label", topic="T", articles=[2], accepted=False),
            order("label", topic="T", articles=[3], accepted=True),
            order("unlabel", topic="T", articles=[3]),
            order("mute", **mute),
            order("mute", **{**mute, "subject": "8", "until": "2026-11-25"}),
            order("note", article=1, text="hello", at="2026-11-24T12:00:00Z", key="k"),
            order("unnote", note=5),
            order("", articles=None),
        )
    )
    assert [waiting.verdict("T", number) for number in (1, 2, 3, 4)] == ["accepted", "rejected", "taken back", ""]
    assert waiting.verdict("U", 1) == ""
    assert [waiting.mute("story", number) for number in (7, 8, 9)] == ["muted", "snoozed", ""]
    assert [(note.text, note.author, note.at) for note in waiting.notes(1)] == [("hello", "ada", NOW)]
    assert (waiting.unnoted(5), waiting.unnoted(6), waiting.notes(2)) == (True, False, ())


def test_pages_know_what_waits(path: Path, ada: Visitor) -> None:
    """What was queued is there for the next page, and gone once it is recorded."""
    act(ada, do="accept", topic=sample.TOPIC, article="1")
    assert asyncio.run(pending.pending(ada.datasette)).verdict(sample.TOPIC, 1) == "accepted"
    applied(path).close()
    assert asyncio.run(pending.pending(ada.datasette)).verdict(sample.TOPIC, 1) == ""
    Orders(path).path.write_bytes(b"damaged" * 100)
    assert asyncio.run(pending.pending(ada.datasette)).orders == ()


@pytest.mark.parametrize(
    ("back", "ours"),
    [
        ("/", True),
        ("/topics/Libya~E2~80~93Russia~20relations?page=2#a", True),
        ("/search?q=%E5%88%A9&back=//evil", True),
        ("", False),
        ("topics", False),
        ("//evil.example", False),
        ("///evil.example", False),
        ("/\\evil.example", False),
        ("/%5cevil.example", False),
        ("/%2fevil.example", False),
        ("/%252fevil.example", False),
        ("%2f%2fevil.example", False),
        ("/topics\\evil", False),
        ("/\tevil", False),
        ("/a\r\nset-cookie: x=1", False),
        (" /topics", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/" + "x" * 3000, False),
        ("/é", False),
    ],
)
def test_the_way_back_stays_here(back: str, ours: bool) -> None:
    """Only a path of this server; what a browser would take for another host leads to the front page."""
    assert safe_back(back) == (back if ours else "/")
