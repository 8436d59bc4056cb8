"""An alert in words: every phrase is chosen here, once; the forms (text, HTML, Slack) only lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts import storylines
from monitor.alerts.storylines import Also
from monitor.models import Alert, AlertItem, Channel, TranslationState
from monitor.wording import languages
from monitor.wording.clean import host, one_line, safe_url
from monitor.wording.counts import count, plural
from monitor.wording.coverage import coverage
from monitor.wording.marks import Piece, mark
from monitor.wording.times import MONTHS, when

_TITLE, _NAME, _REASON = 300, 100, 200  # most characters of a title, of an outlet or feed, of a reason
_SUBJECT = 150  # mail programs show about 70; Slack's header block takes 150

REPEAT = (
    "You may have had this alert before: we could not tell whether an earlier copy arrived. "
    "A second copy carries the same number at the end."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One article in words."""

    headline: str  # in the working language where there is a translation
    original_title: str = ""  # "" when the headline is the original
    language: str = ""  # code of the original's language
    outlet: str = ""
    details: str = ""  # language, time, and that the link is withheld
    url: str = ""  # "" when the address is not fit to be followed
    host: str = ""
    translation: tuple[Piece, ...] = ()
    original: tuple[Piece, ...] = ()
    note: str = ""  # what the reader must know of the translation
    news: str = ""  # what is new since the story was last told; "" the first time
    relevance: str = ""  # how much it is about the topic, and why
    story: str = ""  # the story it stands for
    others: tuple[Also, ...] = ()  # other articles of the story
    more: str = ""  # how many there are beyond those


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole alert in words."""

    subject: str
    topic: str
    cards: tuple[Card, ...]
    repeat: str = ""
    update: str = ""  # when the story was first told, in a follow-up
    omitted: str = ""
    coverage: str = ""
    footer: str = ""
    mute: str = ""  # how to hear no more of it


def word(alert: Alert, channel: Channel, zone: ZoneInfo, *, repeat: bool = False) -> Sheet:
    """The alert in words, times in `zone`. The alert has at most `channel.max_articles` items already."""
    return Sheet(
        subject=reply(alert) if channel.kind == "email" and alert.thread_subject else subject(alert),
        topic=one_line(alert.topic, _NAME),
        cards=tuple(card(item, zone, alert.created) for item in alert.items),
        repeat=REPEAT if repeat else "",
        update=f"First told {when(alert.thread_started, zone)}." if alert.thread_started else "",
        omitted=omitted(alert.omitted, _noun(alert)),
        coverage=coverage(alert.coverage) if alert.coverage else "",
        footer=footer(alert, channel, zone),
        mute=storylines.how_to_mute(alert.items),
    )


def subject(alert: Alert) -> str:
    """`Topic: title`, `Topic: 3 articles – title of the first`, or `Topic: update – title`."""
    number = len(alert.items) + alert.omitted
    titles = [_headline(item) for item in alert.items[:1]]
    updated = number == 1 and any(item.story and item.story.news for item in alert.items)
    kind = ["update"] if updated else [] if number == 1 else [count(number, _noun(alert))]
    return one_line(f"{one_line(alert.topic, 80)}: {' – '.join(kind + titles)}", _SUBJECT)


def reply(alert: Alert) -> str:
    """The subject of a follow-up by mail: that of the first message, for programs that thread by it."""
    return f"Re: {one_line(alert.thread_subject, _SUBJECT)}"


def _noun(alert: Alert) -> str:
    return "story" if alert.items and all(item.story for item in alert.items) else "article"


def card(item: AlertItem, zone: ZoneInfo, now: datetime) -> Card:
    """One article in words, `now` being the time of the alert."""
    url = safe_url(item.url)
    evidence = item.evidence
    details = (languages.name(item.language), _published(item, zone), _score(item), "" if url else "no safe link")
    return Card(
        headline=_headline(item),
        original_title=one_line(item.title, _TITLE) if _shows_both(item) else "",
        language=item.language,
        outlet=one_line(item.outlet, _NAME) or host(url),
        details=" · ".join(filter(None, details)),
        url=url,
        host=host(url),
        translation=mark(evidence.translation, evidence.translation_spans),
        original=mark(evidence.sentence, evidence.spans),
        note=note(item),
        news=storylines.news(item.story),
        relevance=storylines.relevance(item),
        story=storylines.story(item.story, _clock(item.story.first_seen, zone, now) if item.story else ""),
        others=storylines.others(item.story),
        more=storylines.more(item.story),
    )


def _clock(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The time of day, with the date unless it is today's."""
    local = moment.astimezone(zone)
    today = now.year > 1 and local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if today else f"{local.day} {MONTHS[local.month - 1]}, {local:%H:%M}"


def _headline(item: AlertItem) -> str:
    translated = one_line(item.translated_title, _TITLE)
    if translated:
        return f"{translated} (unverified)" if item.title_unverified else translated
    return one_line(item.title, _TITLE) or "(no title)"


def _score(item: AlertItem) -> str:
    return "" if item.translation_score is None else f"translation score {item.translation_score:.0f} of 100"


def _shows_both(item: AlertItem) -> bool:
    return bool(one_line(item.translated_title, _TITLE)) and item.translated_title != item.title


def _published(item: AlertItem, zone: ZoneInfo) -> str:
    if item.published is None:
        return f"first seen {when(item.first_seen, zone)}"
    return when(item.published, zone)


def note(item: AlertItem) -> str:
    """What the reader must know of the translation; "" when all is well."""
    notes = [_doubt("Unverified headline", item.title_unverified), _state_note(item)]
    return " ".join(filter(None, notes))


def _doubt(what: str, unverified: str | None) -> str:
    reason = one_line(unverified or "", _REASON).rstrip(".")
    return f"{what}: {reason}. Trust the original." if reason else ""


def _state_note(item: AlertItem) -> str:
    language = languages.name(item.language) or "this language"
    if item.evidence.translation:
        return _doubt("Unverified translation", item.evidence.unverified)
    match item.translation_state:
        case TranslationState.WAITING:
            return f"Not translated: waiting for a model for {language}."
        case TranslationState.PENDING:
            return "Translation pending."
        case TranslationState.FAILED:
            return "Translation failed. Only the original is shown."
        case TranslationState.UNKNOWN:
            return "Not translated: the language is not known yet."
        case TranslationState.TRANSLATED if item.evidence.sentence:
            return "This sentence was not translated."
    return ""


def omitted(number: int, noun: str = "article") -> str:
    """How many articles (or stories) matched that the message does not list; "" when none."""
    return f"And {number:,} more {plural(number, noun)} that matched, in the archive." if number else ""


def footer(alert: Alert, channel: Channel, zone: ZoneInfo) -> str:
    """The alert's number, its time when it has one, and its channel."""
    made = f" of {when(alert.created, zone)}" if alert.created.year > 1 else ""
    return f"Alert {one_line(alert.alert_id, _NAME)}{made}, for channel {one_line(channel.name, _NAME)}."
