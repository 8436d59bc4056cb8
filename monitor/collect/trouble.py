"""What is wrong with a feed, in words for the person who can do something about it. Pure.

One trouble a feed at a time, the first of: gone, web page, refused, failing, silent or frozen, undated. A feed
that nobody could reach because our own network was down is not in trouble; see `unreachable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.collect.silence import Silence
from monitor.models import Feed, FeedState

FAILING_AFTER = 3.0  # weighted failures, as in the coverage line
PATIENCE = timedelta(hours=6)  # sites go down for an hour now and then; that is nobody's work
WEB_PAGE_AFTER = 2.0  # once may be a deployment under way
MOSTLY = 0.5  # share of undated entries of a feed that has lost its dates
SELDOM = 0.2  # share up to which a feed counts as dated
LEAST_ENTRIES = 3
LEAST_FEEDS = 4  # fewer that fail together are a coincidence
REFUSALS = ("status 401", "status 402", "status 403", "status 451", "blocked")
NETWORK = ("name", "connect")
SILENT = ("feed silent", "feed frozen")

When = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a feed."""

    kind: str  # feed gone | feed html | feed refused | feed failing | feed silent | feed frozen | feed undated
    title: str
    text: str  # since when, what was seen; then, on a line of its own, what to do


def failing(feed: Feed, state: FeedState, now: datetime, trusted_since: datetime | None, when: When) -> Trouble | None:
    """What its errors say. `trusted_since`: errors of before were those of our own network."""
    if not state.failures or (trusted_since and (state.last_poll_at or now) < trusted_since):
        return None
    words = _Words(feed, state, when)
    if state.status == "gone":
        return words.trouble("feed gone", "is gone", "says that the feed is gone for good (410)", _ANOTHER)
    if state.error_kind == "parse html" and state.failures >= WEB_PAGE_AFTER:
        seen = "answers with a web page instead of a feed"
        return words.trouble("feed html", seen, seen, f"Open {state.poll_url}; {_FINDS}")
    if state.failures < FAILING_AFTER or (state.last_success_at and now - state.last_success_at < PATIENCE):
        return None
    if state.error_kind in REFUSALS:
        return words.trouble("feed refused", "refuses us", f"refuses us: {state.error}", _ASK)
    return words.trouble("feed failing", "fails", f"fails: {state.error}", f"Open {state.poll_url}; {_FINDS}")


_FINDS = "`monitor add {site}` finds the feeds of the site. Remove the feed from config.toml if it is not coming back."
_ANOTHER = f"We ask once a week. {_FINDS}"
_ASK = (
    "Ask the site to let the monitor in (the contact of [http] is sent with every request), or look for another feed: "
    "`monitor add {site}`."
)


class _Words:
    def __init__(self, feed: Feed, state: FeedState, when: When) -> None:
        self.name = feed.title or feed.url
        self.url, self.site = state.poll_url, _site(feed.url)
        self.since = f"Since {when(state.last_success_at)}" if state.last_success_at else "From the start"

    def trouble(self, kind: str, title: str, seen: str, remedy: str) -> Trouble:
        text = f"{self.since}, {self.url} {seen.rstrip('.')}.\n{remedy.replace('{site}', self.site)}"
        return Trouble(kind=kind, title=f"{self.name} {title}", text=text)


def silent(feed: Feed, state: FeedState, silence: Silence, when: When) -> Trouble:
    """The feed answers, and brings nothing."""
    name, span = feed.title or feed.url, _span(silence.hours)
    if silence.expected:
        usual = f"its own rhythm would have brought something about {_number(silence.expected)} times"
    else:
        usual = f"it has never been as quiet for {_span(max(silence.usual_hours, 1.0))} and more"
    state_of_it = (
        "Every answer since has been the very same document." if silence.frozen else "Its document still changes."
    )
    return Trouble(
        kind="feed frozen" if silence.frozen else "feed silent",
        title=f"{name} {'is frozen' if silence.frozen else 'is silent'}",
        text=(
            f"No new entry since {when(silence.since)} ({span}); {usual}. {state_of_it}\n"
            f"Open {state.poll_url} and the site beside it. If the site has news, its feed is broken: "
            f"`monitor add {_site(feed.url)}` finds its other feeds."
        ),
    )


def undated(feed: Feed, state: FeedState) -> Trouble:
    """Entries without dates."""
    return Trouble(
        kind="feed undated",
        title=f"{feed.title or feed.url} has lost its dates",
        text=(
            f"Most entries of {state.poll_url} bear no date that can be believed (none, or one in the future); they "
            "did before. They are kept and alert with the time we first saw them.\n"
            "Tell the site; old entries that it lists again may alert as if they were new."
        ),
    )


def lost_dates(documents: Sequence[tuple[int, int]], *, known: bool) -> bool:
    """From (entries, undated) of the documents read, the latest last. `known`: it had lost them already.

    Twice in a row, after a time in which nearly all were dated: a feed that never had dates has lost none.
    """
    shares = [undated / entries for entries, undated in documents if entries >= LEAST_ENTRIES]
    if known:
        return not shares or shares[-1] > MOSTLY
    before = shares[:-2]
    return len(shares) > 2 and min(shares[-2:]) > MOSTLY and sum(before) / len(before) <= SELDOM


def unreachable(states: Mapping[int, FeedState], asked: Mapping[int, str]) -> tuple[int, int] | None:
    """(feeds that could not be reached, feeds asked) when that looks like our own network; else None.

    `asked`: the latest outcome of each feed asked lately; all feeds as they stand when that says too little.
    """
    lately = [states[number] for number in asked if number in states]
    sample = lately if len(lately) >= LEAST_FEEDS else list(states.values())
    lost = sum(bool(state.failures) and state.error_kind in NETWORK for state in sample)
    return (lost, len(sample)) if len(sample) >= LEAST_FEEDS and lost * 2 > len(sample) else None


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _span(hours: float) -> str:
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 2 else f"{value:.1f}"
