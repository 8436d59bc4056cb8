"""POST /act: what people ask for on a page, checked and queued. The daemon records it; nothing here writes the archive.

Fields: `do` says what, `back` where the browser goes then, and
    accept, reject, unlabel    topic, article; accept and reject: note (why)
    mute, snooze, unmute       story (its number) or source (outlet or host); topic, or none for every one
    note                       article, note (the text)
    unnote                     note_id (one's own)
/act.json answers a program, which comes with a token, in JSON.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.connection import is_held
from monitor.archive.orders import Order, Orders
from monitor.archive.rows import to_text
from monitor.errors import ActError, MissingPageError, SignedOutError
from monitor.web.paths import safe_back
from monitor.web.reading import read
from monitor.wording.clean import many_lines, one_line

SNOOZE = timedelta(hours=8)
LONGEST_NOTE, LONGEST_WHY, LONGEST_NAME = 4_000, 500, 300  # characters
TAKEN = "Noted; the monitor applies it within seconds."
KEPT = "Noted; it is applied when `monitor run` next starts."
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was posted, by whom and when."""

    form: Mapping[str, str]
    author: str
    at: datetime

    def text(self, name: str, longest: int) -> str:
        value = self.form.get(name, "").strip()
        if len(value) > longest:
            raise ActError(f"{name}: is longer than {longest} characters. Shorten it.")
        return value

    def number(self, name: str) -> int:
        value = self.form.get(name, "")
        if not _NUMBER.fullmatch(value):
            raise ActError(f"{name}: is no number. Go back and use the buttons of the page.")
        return int(value)


async def act(datasette: Any, request: Any) -> Response:
    """Queue it and go back, with a word on when it will be recorded."""
    desk = datasette.desk
    if not desk.access.may_write(request.actor):
        raise SignedOutError
    asked = Asked(form=await request.post_vars(), author=desk.access.name(request.actor), at=desk.clock.now())
    make = DEEDS.get(asked.form.get("do", ""))
    if make is None:
        raise ActError("do: is nothing that can be done here. Go back and use the buttons of the page.")
    order: Order = await read(datasette, lambda reader: make(asked, reader))
    await asyncio.to_thread(Orders(desk.archive).put, order)
    message = TAKEN if is_held(desk.archive) else KEPT
    if request.url_vars.get("format") == "json":
        return Response.json({"ok": True, "message": message}, status=202)
    datasette.add_message(request, message)
    return Response.redirect(safe_back(asked.form.get("back", "/")), status=303)


def _order(asked: Asked, kind: str, /, **values: Any) -> Order:
    return Order(kind=kind, values=values, author=asked.author, at=asked.at)


def _label(asked: Asked, reader: Reader) -> Order:
    return _order(
        asked,
        "label",
        topic=_topic(asked, reader),
        articles=[_article(asked, reader)],
        accepted=asked.form["do"] == "accept",
        note=one_line(asked.text("note", LONGEST_WHY), LONGEST_WHY),
        at=to_text(asked.at),
        author=asked.author,
    )


def _unlabel(asked: Asked, reader: Reader) -> Order:
    return _order(asked, "unlabel", topic=_topic(asked, reader), articles=[_article(asked, reader)])


def _mute(asked: Asked, reader: Reader) -> Order:
    """Muting, until `do` says otherwise: snooze for a while, unmute."""
    kind, subject = _subject(asked, reader)
    until = asked.at + SNOOZE if asked.form["do"] == "snooze" else None
    return _order(
        asked,
        "unmute" if asked.form["do"] == "unmute" else "mute",
        kind=kind,
        subject=subject,
        topic=_topic(asked, reader) if asked.form.get("topic") else "",
        at=asked.at.isoformat(),
        until=until.isoformat() if until else None,
        author=asked.author,
    )


def _note(asked: Asked, reader: Reader) -> Order:
    text = many_lines(asked.text("note", LONGEST_NOTE))
    if not text.strip():
        raise ActError("note: is empty. Write something.")
    # The key keeps an order that is carried out twice from being kept twice.
    key, at = secrets.token_hex(16), to_text(asked.at)
    return _order(asked, "note", article=_article(asked, reader), text=text, author=asked.author, at=at, key=key)


def _unnote(asked: Asked, reader: Reader) -> Order:
    number = asked.number("note_id")
    note = reader.notes.get(number)
    if note is None:
        raise MissingPageError(f"Note {number}: there is none of that number. It may be deleted already.")
    if note.author != asked.author:
        raise ActError(f"Note {number}: only {note.author or 'whoever is not signed in'} can delete it.")
    return _order(asked, "unnote", note=number, author=asked.author)


DEEDS = {
    **dict.fromkeys(("accept", "reject"), _label),
    "unlabel": _unlabel,
    **dict.fromkeys(("mute", "snooze", "unmute"), _mute),
    "note": _note,
    "unnote": _unnote,
}


def _topic(asked: Asked, reader: Reader) -> str:
    name = asked.text("topic", LONGEST_NAME)
    if not reader.matches.is_declared(name):
        raise MissingPageError(
            f'Topic "{one_line(name, 80)}": is not declared. `monitor topics list` shows those that are.'
        )
    return name


def _article(asked: Asked, reader: Reader) -> int:
    number = asked.number("article")
    if not reader.articles.exists(number):
        raise MissingPageError(f"Article {number}: there is none of that number.")
    return number


def _subject(asked: Asked, reader: Reader) -> tuple[str, str]:
    """What is muted: a story that is there, as what it was merged into, or a source by its name."""
    if source := one_line(asked.text("source", LONGEST_NAME), LONGEST_NAME):
        return "source", source
    story = reader.stories.get(number := asked.number("story"))
    if story is None:
        raise MissingPageError(f"Story {number}: there is none of that number.")
    return "story", str(story.id)


ROUTES = ((r"^/act(?:\.(?P<format>json))?$", act),)
