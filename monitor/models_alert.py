"""The frozen values of alerts: what a channel is told, and how it took it. Import them from `monitor.models`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor.models_topic import Evidence, Reason
from monitor.models_translation import TranslationState

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another article of a story, named in an alert."""

    outlet: str
    language: str
    title: str  # in the working language where there is a translation
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryNote:
    """What an alert says of the story that an article stands for."""

    story_id: int
    articles: int
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    first_outlet: str
    first_language: str
    first_seen: datetime
    news: tuple[str, ...] = ()  # what is new in a follow-up, in words; () the first time
    others: tuple[Other, ...] = ()  # some of its other articles


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertItem:
    """One article in an alert, and the story it stands for."""

    article_id: int
    title: str
    translated_title: str
    outlet: str
    language: str
    published: datetime | None
    first_seen: datetime
    url: str
    evidence: Evidence
    translation_state: TranslationState
    translation_score: float | None = None  # 0 … 100 for the whole article; None: not translated
    title_unverified: str | None = None  # why the translated title cannot be trusted
    score: int | None = None  # 0 … 100: how much it is about the topic; None: not judged
    reasons: tuple[Reason, ...] = ()
    story: StoryNote | None = None  # the story it stands for; None: it is in none


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was and was not read in the time an alert speaks for."""

    feeds: int
    feeds_failing: int = 0
    articles: int = 0
    untranslated: int = 0
    languages_without_model: tuple[str, ...] = ()
    failing_feeds: tuple[str, ...] = ()  # titles of some of them, worst first
    hours: int = 24  # the time it speaks for
    silent_feeds: tuple[str, ...] = ()  # titles of feeds that fell silent against their own rhythm
    refusing_sites: tuple[str, ...] = ()  # hosts that refuse us (401, 403, 451, robots.txt, a bot wall)
    waiting: tuple[tuple[str, int], ...] = ()  # (language, articles waiting for a model), most first


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A small chart: a value a period, the oldest first, with what was to be expected."""

    title: str
    values: tuple[float, ...]
    expected: tuple[float, ...] = ()  # as long as `values`, or ()
    labels: tuple[str, ...] = ()  # as long as `values`, or ()
    unit: str = "articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told that is no article: a feed that fell silent, a spike, a silence."""

    kind: str  # feed silent | feed html | feed frozen | feed undated | … | spike | silence
    subject: str  # what it is about, stable: "feed 12", "Libya–Russia relations/ar/LY"
    title: str
    text: str
    raised_at: datetime
    healed_at: datetime | None = None  # None: not (yet)
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What one channel is told: one topic, one or more articles."""

    alert_id: str  # stable, unique; carried by every copy of the message
    topic: str
    channel: str
    items: tuple[AlertItem, ...]
    omitted: int = 0  # matched articles beyond the cap
    coverage: Coverage | None = None
    digest: bool = False
    created: datetime = NEVER
    thread: str | None = None  # id of the first message about this story to this channel; None: this is the first
    thread_subject: str = ""  # subject of that message, which the later ones keep
    thread_started: datetime | None = None  # when that message was made
    notice: Notice | None = None  # what the message says when it is not about articles; `items` is then ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert as worded for a channel. `data` is the machine-readable form (JSON-ready)."""

    message_id: str  # = alert_id
    subject: str
    text: str
    html: str = ""
    data: dict[str, object] = field(default_factory=dict)
    repeat: bool = False  # True: an earlier copy may have arrived; the wording says so
    thread: str | None = None  # id of the message that this one answers
    handle: str | None = None  # what the channel calls that message, where it gives one


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel took a message, for all its recipients but these."""

    detail: str = ""
    refused: tuple[str, ...] = ()  # refused for good
    deferred: tuple[str, ...] = ()  # refused for now: send to these again, and to nobody else
    handle: str = ""  # what the channel calls the message (a Slack time stamp), where it gives it a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What one channel has been told of a story under one topic."""

    message_id: str  # of the first message about it
    started_at: datetime
    last_at: datetime  # of the latest message about it
    subject: str = ""  # of the first message; "" when that was a digest, which nothing answers
    messages: int = 1
    articles: int = 0
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tier: int = 2  # best so far, 1 to 3
    facts: tuple[str, ...] = ()  # keys of the names, figures and dates told, see `wording/facts.py`
    day: str = ""  # the day of its latest follow-up where the channel is read: 2026-03-03
    day_messages: int = 0  # follow-ups on that day


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A story or a source that nobody wants to hear of."""

    kind: str  # story | source
    subject: str  # number of the story; name of the outlet, or its host
    topic: str = ""  # "": every topic
    at: datetime = NEVER
    until: datetime | None = None  # None: for good
    author: str = ""  # who asked for it, signed in; "": from the command line

    def holds(self, now: datetime) -> bool:
        """Whether it has not ended."""
        return self.until is None or self.until > now

    def covers(self, outlet: str, url: str) -> bool:
        """Whether an article is of the source that it silences, named as outlet or as host."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        wanted = self.subject.casefold()
        return self.kind == "source" and (wanted in (outlet.casefold(), host) or host.endswith(f".{wanted}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person wrote about an article."""

    article_id: int
    text: str
    author: str = ""  # "": nobody was signed in
    at: datetime = NEVER
    id: int = 0  # 0: not in the archive yet
    key: str = ""  # of whoever asks for it to be kept: the same one is kept once
