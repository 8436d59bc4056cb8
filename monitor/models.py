"""The frozen values that cross a border between rooms. Standard library only.

Times are aware and in UTC. `None` means "not stated" unless a field says otherwise. Text is plain text,
never HTML; paragraphs are separated by one newline. In the order of the pipeline: what is declared, then
collect, extract, articles. Those of translation, topics, stories and alerts have files of their own
(`models_translation.py` …) and are handed on here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from monitor.models_alert import NEVER as NEVER
from monitor.models_alert import Alert as Alert
from monitor.models_alert import AlertItem as AlertItem
from monitor.models_alert import Chart as Chart
from monitor.models_alert import Coverage as Coverage
from monitor.models_alert import Message as Message
from monitor.models_alert import Mute as Mute
from monitor.models_alert import Note as Note
from monitor.models_alert import Notice as Notice
from monitor.models_alert import Other as Other
from monitor.models_alert import Receipt as Receipt
from monitor.models_alert import StoryNote as StoryNote
from monitor.models_alert import Thread as Thread
from monitor.models_backtest import BackTest as BackTest
from monitor.models_backtest import Counted as Counted
from monitor.models_backtest import Tried as Tried
from monitor.models_story import Member as Member
from monitor.models_story import Placed as Placed
from monitor.models_story import Story as Story
from monitor.models_story import StoryChange as StoryChange
from monitor.models_topic import Evidence as Evidence
from monitor.models_topic import Label as Label
from monitor.models_topic import Match as Match
from monitor.models_topic import Reason as Reason
from monitor.models_topic import Span as Span
from monitor.models_topic import Topic as Topic
from monitor.models_translation import Document as Document
from monitor.models_translation import Doubt as Doubt
from monitor.models_translation import Output as Output
from monitor.models_translation import Pinned as Pinned
from monitor.models_translation import Sentence as Sentence
from monitor.models_translation import Translation as Translation
from monitor.models_translation import TranslationState as TranslationState
from monitor.models_translation import Wanted as Wanted


class Clock(Protocol):
    """Where time comes from. Stages never look at a clock of their own."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A URL we poll, as declared."""

    url: str
    title: str = ""  # "" until the feed has told us
    tags: tuple[str, ...] = ()
    country: str | None = None  # ISO 3166 code of where it is published; None: told by its address, or not
    tier: int = 2  # 1: agencies and papers of record, 2: the rest, 3: aggregators, blogs, social media
    language: str | None = None  # declared language, a tie-breaker for short texts
    interval: timedelta | None = None  # None: adaptive


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where alerts go."""

    name: str
    kind: str  # email | slack | webhook | apprise | console
    cadence: str = "immediate"  # immediate | hourly | daily HH:MM | weekly Mon HH:MM
    zone: str = "UTC"  # IANA zone of the people who read it
    to: tuple[str, ...] = ()  # e-mail recipients
    sender: str = ""
    host: str = ""  # SMTP server
    port: int = 0  # 0: 587 for starttls, 465 for tls, 25 for none
    security: str = "starttls"  # starttls | tls | none
    username: str = ""
    secret: str = ""  # password, webhook URL, signing key or apprise URL; never printed
    url: str = ""  # webhook address when it is no secret
    max_articles: int = 20  # most articles in one message; the rest are counted
    topics: tuple[str, ...] = ()  # topics it is told about, whoever they name; () leaves it to the topics
    quiet: str = ""  # "22:00-07:00": hours of its zone in which nothing is sent; what is due then comes as one digest

    def __repr__(self) -> str:
        return f"Channel({self.name!r}, {self.kind!r})"  # a secret must not reach a log through a repr


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the server gave us to ask "changed since?", byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET we want made."""

    url: str
    validators: Validators = Validators()
    accept: str = "*/*"
    max_bytes: int | None = None  # None: the client's own cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One hop: the status (301, 302, 303, 307, 308) and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer worth having: 2xx, or 304 when we asked conditionally."""

    url: str  # the address that answered, after redirects
    status: int
    body: bytes = b""  # decoded; b"" on 304
    content_type: str | None = None  # the header as sent, charset included
    validators: Validators = Validators()
    redirects: tuple[Redirect, ...] = ()
    max_age: timedelta | None = None  # from Cache-Control or Expires
    retry_after: timedelta | None = None
    elapsed: float = 0.0  # seconds

    @property
    def not_modified(self) -> bool:
        return self.status == 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as the feed states it, reduced to plain values."""

    guid: str | None = None
    link: str | None = None  # absolute http(s) URL
    title: str = ""
    summary: str = ""  # plain text
    content: str = ""  # plain text of the full content element
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    date_suspect: bool = False  # a date was stated and could not be believed
    language: str | None = None
    categories: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed document said."""

    kind: str  # rss | atom | rdf | json | sitemap
    title: str = ""
    link: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    entries: tuple[Entry, ...] = ()
    dropped: int = 0  # entries beyond the limit
    warnings: tuple[str, ...] = ()  # e.g. "ill-formed XML: ...", "3 items without a link"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What we have learnt about a feed. One row of table `feeds`, apart from what is declared."""

    feed_id: int
    url: str  # as declared
    poll_url: str  # where we ask now: differs after repeated permanent redirects
    validators: Validators = Validators()
    body_hash: str | None = None  # of the last 200; spots "changed" answers with unchanged bytes
    interval: timedelta = timedelta(hours=1)
    next_poll_at: datetime | None = None  # None: at once
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None  # 200 parsed, or 304 after one
    last_entry_at: datetime | None = None  # when an entry we did not know last arrived
    last_full_at: datetime | None = None  # last unconditional GET
    failures: float = 0.0  # weighted count since the last success
    status: str = "new"  # new | ok | failing | gone
    error_kind: str | None = None
    error: str | None = None
    moved_to: str | None = None  # where permanent redirects have pointed lately
    moved_count: int = 0  # polls in a row that were redirected there


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an extractor better than the one used was passed over."""

    extractor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The article on a page."""

    text: str
    extractor: str  # trafilatura | json-ld | feed-content | feed-summary | text | title (there is no text)
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    site: str = ""
    language_hint: str | None = None
    image: str | None = None
    canonical_url: str | None = None  # rel=canonical, absolute, same site
    refusals: tuple[Refusal, ...] = ()
    dropped: tuple[str, ...] = ()  # paragraphs left out as boilerplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language and how sure we are. `code` is ISO 639-1 (or 639-3), `und` when there is nothing to read."""

    code: str
    confidence: float  # 0 … 1
    method: str  # text | title | declared | none


class Stage(StrEnum):
    """What an article is owed next. The archive is the queue; this column is what makes it one."""

    FETCH = "fetch"
    EXTRACT = "extract"
    IDENTIFY = "identify"
    MATCH = "match"
    TRANSLATE = "translate"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What we keep: entry + extracted text + what each stage found."""

    id: int
    feed_id: int | None  # None: handed in with `monitor ingest`
    url: str
    canonical_url: str
    outlet: str = ""  # site name, else feed title, else host
    title: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None  # as stated, else None
    first_seen: datetime = NEVER
    updated: datetime | None = None  # when the text last changed after we first kept it
    image: str | None = None
    extractor: str | None = None
    language: str | None = None
    language_confidence: float | None = None
    translation_state: TranslationState = TranslationState.UNKNOWN
    translated_title: str = ""
    translated_text: str = ""
    lead_translated: bool = False  # title and lead are; they go before the bodies
    translation_score: float | None = None  # 0 … 100, see `translate/score.py`
    stage: Stage = Stage.FETCH
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str | None = None
    alertable: bool = True  # False: backlog of a first poll, or older than the age gate
    quiet: bool = False  # it comes by again for a better translation: what it matches now is no news
    entry: Entry | None = None  # the feed's own words, for extraction and re-extraction
