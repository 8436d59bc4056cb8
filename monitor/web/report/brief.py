"""What a brief says: findings of a topic put together as stories, weighed, counted, their sources numbered. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.archive.briefs import Finding, Lead, PassedOver, Scope
from monitor.archive.headlines import Key, key_of
from monitor.web.charts.bars import Bar
from monitor.wording import languages
from monitor.wording.marks import Piece, mark

CITED = 6  # sources of one story that are cited; the rest are counted
_HOURLY = timedelta(hours=48)  # periods up to this are drawn by the hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source, numbered as the stories refer to it."""

    number: int
    source: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One story, as far as the topic found it in the period."""

    head: Finding  # gives the headline and the sentence that matters
    original: tuple[Piece, ...]
    translation: tuple[Piece, ...]
    lead: Lead  # who had it first, in the archive as a whole
    articles: int
    copies: int  # of these, repeats of another's text
    outlets: tuple[str, ...]  # in the order they came
    languages: tuple[str, ...]  # codes, in the order they came
    last_seen: datetime
    cited: tuple[int, ...]
    story_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All of it."""

    scope: Scope
    query: str
    description: str
    made: datetime
    coverage: str
    articles: int
    outlets: int
    languages: tuple[tuple[str, int], ...]  # (code, articles), most first
    stories: int
    told: tuple[Told, ...]
    bars: tuple[Bar, ...]
    labels: tuple[str, ...]  # every day (or hour) of the period, those without articles too
    citations: tuple[Citation, ...]
    passed_over: int
    samples: tuple[PassedOver, ...]
    order: str  # weight | newest

    @property
    def untold(self) -> int:
        """Stories for which there was no room."""
        return self.stories - len(self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the archive holds for a brief."""

    findings: Sequence[Finding]
    leads: Mapping[int, Lead]
    passed_over: int
    samples: tuple[PassedOver, ...]
    query: str = ""
    description: str = ""
    coverage: str = ""


def compose(
    found: Found, scope: Scope, made: datetime, zone: ZoneInfo, *, working: str, order: str, most: int
) -> Brief:
    """The brief, with at most `most` stories told. `order`: weight (outlets, then articles, then score) or newest;
    `working`: code of the language it is read in.
    """
    groups = _stories(found.findings)
    ranked = sorted(groups, key=_newest if order == "newest" else _weight, reverse=True)
    told, citations = _tell(ranked[:most], found.leads, working)
    tally = Counter(finding.language for finding in found.findings)
    return Brief(
        scope=scope,
        query=found.query,
        description=found.description,
        made=made,
        coverage=found.coverage,
        articles=len(found.findings),
        outlets=len({finding.outlet for finding in found.findings}),
        languages=tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0]))),
        stories=len(groups),
        told=told,
        bars=_bars(found.findings, scope, zone),
        labels=_labels(scope, zone),
        citations=citations,
        passed_over=found.passed_over,
        samples=found.samples,
        order=order,
    )


def _stories(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one story together, in the order they were first seen; one that is in none is by itself."""
    groups: dict[Key, list[Finding]] = {}
    for one in findings:
        groups.setdefault(key_of(one.article_id, one.story_id), []).append(one)
    return list(groups.values())


def _weight(group: Sequence[Finding]) -> tuple[object, ...]:
    score = max(finding.score for finding in group)
    return len({finding.outlet for finding in group}), len(group), score, group[-1].first_seen


def _newest(group: Sequence[Finding]) -> tuple[object, ...]:
    return group[-1].first_seen, len(group)


def _tell(
    groups: Iterable[Sequence[Finding]], leads: Mapping[int, Lead], working: str
) -> tuple[tuple[Told, ...], tuple[Citation, ...]]:
    told: list[Told] = []
    citations: list[Citation] = []
    for group in groups:
        head = max(group, key=lambda finding: _fitness(finding, working))
        sources = _worth_citing(group, head)
        numbers = range(len(citations) + 1, len(citations) + 1 + len(sources))
        citations += [Citation(number=number, source=source) for number, source in zip(numbers, sources, strict=True)]
        told.append(_told(group, head, leads, tuple(numbers)))
    return tuple(told), tuple(citations)


def _fitness(finding: Finding, working: str) -> tuple[object, ...]:
    """The more of this, the better it stands for its story: can be read, verified, to the point, no copy, early."""
    readable = bool(finding.translated_title) or finding.language == working
    verified = finding.title_unverified is None and finding.evidence.unverified is None
    return readable, verified, finding.score, finding.copy_of is None, -finding.first_seen.timestamp()


def _worth_citing(group: Sequence[Finding], head: Finding) -> list[Finding]:
    """The one that is quoted, then those that wrote for themselves, one an outlet before a second of the same."""
    seen = {head.outlet}
    firsts: list[Finding] = [head]
    seconds: list[Finding] = []
    for finding in sorted(group, key=lambda one: one.copy_of is not None):
        if finding is head:
            continue
        (seconds if finding.outlet in seen else firsts).append(finding)
        seen.add(finding.outlet)
    return (firsts + seconds)[:CITED]


def _told(group: Sequence[Finding], head: Finding, leads: Mapping[int, Lead], cited: tuple[int, ...]) -> Told:
    first = group[0]
    own = Lead(outlet=first.outlet, language=first.language, first_seen=first.first_seen)
    evidence = head.evidence
    return Told(
        story_id=head.story_id,
        head=head,
        original=mark(evidence.sentence, evidence.spans),
        translation=mark(evidence.translation, evidence.translation_spans),
        lead=leads.get(head.story_id or 0, own),
        articles=len(group),
        copies=sum(finding.copy_of is not None for finding in group),
        outlets=tuple(dict.fromkeys(finding.outlet for finding in group)),
        languages=tuple(dict.fromkeys(finding.language for finding in group)),
        last_seen=group[-1].first_seen,
        cited=cited,
    )


# ── the chart ───────────────────────────────────────────────────────────────────────────────────


def _bars(findings: Iterable[Finding], scope: Scope, zone: ZoneInfo) -> tuple[Bar, ...]:
    """Articles by day (or hour) and language on the reader's clock, the earliest first."""
    tally = Counter((_label(one.first_seen, scope, zone), one.language) for one in findings)
    return tuple(
        Bar(day=label, group=languages.called(language), articles=articles)
        for (label, language), articles in sorted(tally.items())
    )


def _label(moment: datetime, scope: Scope, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%dT%H}" if _hourly(scope) else f"{local:%Y-%m-%d}"


def _hourly(scope: Scope) -> bool:
    return scope.until - scope.since <= _HOURLY


def _labels(scope: Scope, zone: ZoneInfo) -> tuple[str, ...]:
    """In the order of the clock. Hours are walked in UTC, days on the calendar: neither has 24 of the other always."""
    last = scope.until - timedelta(seconds=1)
    if _hourly(scope):
        hours = int((last - scope.since) / timedelta(hours=1)) + 2
        walked = (scope.since + timedelta(hours=number) for number in range(hours))
        return tuple(dict.fromkeys(_label(min(moment, last), scope, zone) for moment in walked))
    first, final = (moment.astimezone(zone).date() for moment in (scope.since, last))
    return tuple(_days(first, final))


def _days(first: date, last: date) -> Iterable[str]:
    return ((first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1))
