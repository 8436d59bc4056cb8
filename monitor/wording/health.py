"""How a feed does, in words: what is the matter, what is being done, what a person can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.models import Feed, FeedState, Notice
from monitor.wording.times import every, span

# What a feed can be, the worst first, and how it is called.
STATES = {
    "gone": "gone",
    "failing": "failing",
    "silent": "silent",
    "undated": "without dates",
    "new": "not asked yet",
    "ok": "well",
}
_SILENT = ("feed silent", "feed frozen")  # kinds of notices, see `collect/trouble.py`
_REMEDIES = {
    "status 401": "ask",
    "status 402": "ask",
    "status 403": "ask",
    "status 451": "ask",
    "blocked": "ask",
    "botwall": "ask",
    "name": "name",
    "parse html": "find",
    "status 404": "find",
    "status 410": "find",
}

When = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`state` is a key of STATES."""

    state: str
    since: datetime | None  # None: from the start, or nothing is the matter
    words: str  # what is the matter, without a time
    doing: str  # what the monitor does about it
    remedy: str  # what a person can do; "": nothing needs doing


def health(feed: Feed, state: FeedState, notice: Notice | None, now: datetime, when: When) -> Health:
    """`notice`: the open one about the feed. Failures come before silence: who cannot be asked cannot speak."""
    doing = _doing(state, now, when)
    if state.status == "gone" or state.failures:
        kind = "gone" if state.status == "gone" else "failing"
        words = "It says that it is gone for good (410)." if kind == "gone" else _sentence(state.error or "No answer")
        return Health(
            state=kind, since=state.last_success_at, words=words, doing=doing, remedy=_remedy(feed, state, notice)
        )
    if notice:
        kind = "silent" if notice.kind in _SILENT else "undated" if notice.kind == "feed undated" else "failing"
        words, _, remedy = notice.text.rpartition("\n")
        since = state.last_entry_at if kind == "silent" else notice.raised_at
        return Health(state=kind, since=since, words=words or notice.title, doing=doing, remedy=remedy)
    if state.last_poll_at is None:
        return Health(state="new", since=None, words="It has not been asked yet.", doing=doing, remedy=_START)
    return Health(state="ok", since=None, words="It answers.", doing=doing, remedy="")


_START = "Nothing, while `monitor run` is running."


def _doing(state: FeedState, now: datetime, when: When) -> str:
    at = state.next_poll_at
    if at is None:
        return "It is asked at the next round."
    soon = f"in {span(at - now)}" if at > now else "at the next round"
    rarely = " Waits between two attempts grow up to a day, then a week." if state.failures else ""
    return f"Asked again {soon} ({when(at)}).{rarely}"


def _remedy(feed: Feed, state: FeedState, notice: Notice | None) -> str:
    """The words of the notice where one was told; before that, those of the error."""
    if notice and "\n" in notice.text:
        return notice.text.rpartition("\n")[2]
    parts = urlsplit(feed.url)
    site = f"{parts.scheme}://{parts.netloc}/"
    match _REMEDIES.get(state.error_kind or ""):
        case "ask":
            return f"If it goes on: ask the site to let the monitor in, or find another feed with `monitor add {site}`."
        case "name":
            return "If it goes on: check the spelling of the address and the name servers of this machine."
        case "find":
            return f"If it goes on: `monitor add {site}` finds the feeds of the site."
    return "Nothing yet: most feeds come back by themselves."


def rhythm(gap: timedelta | None) -> str:
    """How often something comes: `about every 3 hours`."""
    return f"about every {every(gap)}" if gap else "too few to tell"


def visit(outcome: str, status: int | None, entries: int, new: int, notes: str | None) -> str:
    """One visit to a feed, as a line of a log that people read."""
    match outcome:
        case "new":
            return f"{new:,} new of {entries:,} entries"
        case "nothing new":
            return f"Nothing new among {entries:,} entries" if entries else "Answered, the same as before"
        case "not modified":
            return "Not changed since the last visit"
        case "host paused":
            return "Not asked: its host had asked for a pause"
    return f"Failed: {notes or 'no answer'}" + (f" (status {status})" if status else "")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
