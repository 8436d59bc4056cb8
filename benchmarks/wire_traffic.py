"""A week of wire traffic that does not exist, for `wire.py`: events, who reports them, when, in which words.

Everything comes from a seed. An event has a place, people, figures and, as the days go by, updates: more dead, a
new name, a new sum, a date. Outlets in six languages report it, agencies first, the rest in a burst and a tail.
A report is written anew, or copied from an agency; it says what its author knew, and has a background of its own
(names and figures that have nothing to do with what is new). Beside it runs what is not about the topic at all.
The generator knows which event and which state of it each article reports.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)
LANGUAGES = ("en", "ar", "ru", "fr", "tr", "es")
NAMES = {
    "en": ("Libya", "Russia"),
    "ar": ("ليبيا", "روسيا"),
    "ru": ("Ливия", "Россия"),
    "fr": ("Libye", "Russie"),
    "tr": ("Libya", "Rusya"),
    "es": ("Libia", "Rusia"),
}
_PLACES = """
    Benghazi Tobruk Sirte Misrata Sabha Derna Zawiya Ajdabiya Kufra Brak Jufra Zuwara Ghat
    Bayda Marj"""
PLACES = _PLACES.split()
_FIRST = """
    Anton Boris Viktor Dmitri Salem Omar Yusuf Tarek Hassan Nikolai Pavel Ruslan Idris Majid
    Faraj"""
FIRST = _FIRST.split()
_ROOTS = """
    Vol Kar Mer Sab Tur Bel Zor Han Dov Lur Gath Nef Qad Rim Shak Tom Ush Wal Yar
    Fez"""
ROOTS = _ROOTS.split()
_ENDS = """
    anov inski ati awi enko aria ubi oush ekov adin orri ami elsi
    othy"""
ENDS = _ENDS.split()
GOODS = ("wheat", "diesel", "cement", "rice", "steel", "medicine", "cable", "timber", "fertiliser", "barley")
# kind → what happened, in three ways of saying it. {a} and {b} are the two countries.
EVENTS = {
    "attack": (
        "A drone attack near {place} in {a} killed {dead} people, and {b} blamed militants.",
        "{dead} people were killed in a drone attack close to {place}, {a}; {b} pointed to militants.",
        "Militants were blamed by {b} after drones killed {dead} people near {place} in {a}.",
    ),
    "visit": (
        "{who} of {b} arrived in {place}, {a}, with a delegation of {n} officials.",
        "A delegation of {n} officials led by {who} has come from {b} to {place} in {a}.",
        "{b} sent {who} and {n} officials to {place} in {a}.",
    ),
    "deal": (
        "{a} will buy {n} tonnes of {goods} from {b}, under a contract signed in {place} by {who}.",
        "A contract for {n} tonnes of {goods} between {a} and {b} was signed in {place} by {who}.",
        "{b} is to ship {n} tonnes of {goods} to {a}, {who} said as the contract was signed in {place}.",
    ),
    "troops": (
        "{b} has moved {n} fighters to the base at {place} in {a}, {who} said.",
        "The base at {place} in {a} has taken in {n} fighters from {b}, according to {who}.",
        "{who} said that {n} fighters had come from {b} to the base at {place}, {a}.",
    ),
}
UPDATES = {
    "dead": (
        "The death toll in {place} rose to {dead}.",
        "{dead} people are now known to have been killed in {place}.",
    ),
    "name": ("{new} has taken over the talks in {place}.", "In {place}, {new} now leads the talks."),
    "sum": ("The bill in {place} comes to {sum} million dollars.", "{sum} million dollars are at stake in {place}."),
    "date": ("A second round in {place} is set for {date}.", "They will meet again in {place} on {date}."),
}
# What a reader of the original sees; the figures are the same, the rest is not read by anybody here.
ORIGINAL = {
    "ar": "{a} و{b}: {numbers} في المنطقة، بحسب مصادر محلية.",
    "ru": "{a} и {b}: {numbers}, сообщили местные источники.",
    "fr": "La {a} et la {b} : {numbers}, selon des sources locales.",
    "tr": "{a} ve {b}: {numbers}, yerel kaynaklar söyledi.",
    "es": "{a} y {b}: {numbers}, según fuentes locales.",
}
NOISE = (
    "The striker scored twice before the break and the visitors never recovered.",
    "Shares of the carmaker fell by 3 percent after its forecast disappointed investors.",
    "Residents complained about the closure of the tram line through the old town.",
    "The museum shows 140 drawings that had never left their archive before.",
)
MONTHS = ("January", "February", "March", "April", "May", "June")


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    language: str
    tier: int

    @property
    def url(self) -> str:
        return f"https://{self.name.lower().replace(' ', '-')}.example/feed"


@dataclass(frozen=True, slots=True)
class Report:
    """An article. `event` is -1 for noise; `version` counts the updates that its author knew of."""

    number: int
    at: datetime
    outlet: Outlet
    event: int
    version: int
    copy: bool
    title: str  # in English
    sentences: tuple[str, ...]  # in English, one a paragraph
    original: tuple[str, ...]  # title and sentences in the outlet's language; () for English


def outlets(number: int, dice: random.Random) -> list[Outlet]:
    """One in eight an agency, one in eight an aggregator."""
    names = dice.sample([f"{root}{end}" for root in ROOTS for end in ENDS], number)
    tiers = [1 if n % 8 == 0 else 3 if n % 8 == 7 else 2 for n in range(number)]
    return [
        Outlet(f"{name.title()} News", LANGUAGES[n % len(LANGUAGES)], tier)
        for n, (name, tier) in enumerate(zip(names, tiers, strict=True))
    ]


def week(events: int, press: list[Outlet], dice: random.Random) -> list[Report]:
    """The traffic of a week in the order of its arrival."""
    drafts = [draft for event in range(events) for draft in _event(event, press, dice)]
    drafts += [_noise(press, dice) for _ in range(len(drafts) // 3)]
    drafts.sort(key=lambda draft: draft.at)
    return [Report(n, *_fields(draft)) for n, draft in enumerate(drafts)]


def _fields(report: Report) -> tuple[object, ...]:
    names = ("at", "outlet", "event", "version", "copy", "title", "sentences", "original")
    return tuple(getattr(report, name) for name in names)


def _event(event: int, press: list[Outlet], dice: random.Random) -> Iterator[Report]:
    """Its reports: each outlet that takes it up writes once, some again after an update."""
    values = _values(dice)
    kind = dice.choice(list(EVENTS))
    begun = START + timedelta(days=dice.randrange(7), hours=min(23.9, max(0.0, dice.gauss(12, 4))))
    kinds = dice.sample(list(UPDATES) if kind == "attack" else [k for k in UPDATES if k != "dead"], dice.randint(0, 3))
    updates = sorted((begun + timedelta(hours=dice.uniform(2, 40)), name) for name in kinds)
    share = dice.betavariate(2, 2.2)
    writers = [one for one in press if dice.random() < share] or [dice.choice(press)]
    writers.sort(key=lambda one: (one.tier, dice.random()))
    agency: dict[tuple[str, int], tuple[str, tuple[str, ...]]] = {}
    for outlet in writers:
        moments = [begun + _delay(outlet, dice)] + [
            at + _delay(outlet, dice) for at, _ in updates if dice.random() < 0.45
        ]
        for at in moments:
            known = sum(when <= at - timedelta(minutes=dice.uniform(0, 40)) for when, _ in updates)
            key = (outlet.language, known)
            copy = key in agency and dice.random() < 0.5
            told = agency[key] if copy else _written(kind, [name for _, name in updates[:known]], values, dice)
            agency.setdefault(key, told)
            yield _report(at, outlet, event, known, copy, told, dice)


def _values(dice: random.Random) -> dict[str, str]:
    def person() -> str:
        return f"{dice.choice(FIRST)} {dice.choice(ROOTS)}{dice.choice(ROOTS).lower()}{dice.choice(ENDS)}"

    dead = dice.randint(3, 60)
    return {
        "a": "Libya",
        "b": "Russia",
        "place": dice.choice(PLACES),
        "who": person(),
        "new": person(),
        "n": f"{dice.randint(15, 9000):,}",
        "dead": str(dead),
        "more": str(dead + dice.randint(2, 30)),
        "sum": str(dice.randint(11, 990)),
        "date": f"{dice.randint(1, 28)} {dice.choice(MONTHS)}",
        "goods": dice.choice(GOODS),
    }


def _delay(outlet: Outlet, dice: random.Random) -> timedelta:
    """Most within two hours, agencies sooner; one in five in a tail of two days."""
    if dice.random() < 0.2:
        return timedelta(hours=math.exp(dice.uniform(0, math.log(48))))
    return timedelta(hours=dice.expovariate(1 / (0.3 if outlet.tier == 1 else 1.2)))


def _written(kind: str, updates: list[str], values: dict[str, str], dice: random.Random) -> tuple[str, tuple[str, ...]]:
    """A title and paragraphs: what is new first, then what happened, then a background of the author's own."""
    now = values | {"dead": values["more"]} if "dead" in updates else values
    news = [dice.choice(UPDATES[name]).format(**now) for name in reversed(updates)]
    lead = [*news[:1], dice.choice(EVENTS[kind]).format(**now), *news[1:]]
    other = _values(dice)
    background = [
        f"In an earlier case, {other['who']} spoke of {other['n']} tonnes in a report on {other['place']}.",
        f"The region has seen {other['dead']} such cases, and {other['sum']} million dollars were lost, Libya says.",
        f"Analyst {other['new']} said that relations with Russia had changed since then.",
    ]
    title = lead[0].rstrip(".")
    return title, (*lead, *dice.sample(background, dice.randint(1, 3)))


def _report(
    at: datetime,
    outlet: Outlet,
    event: int,
    version: int,
    copy: bool,
    told: tuple[str, tuple[str, ...]],
    dice: random.Random,
) -> Report:
    title, sentences = told
    original = () if outlet.language == "en" else tuple(_foreign(outlet.language, text) for text in (title, *sentences))
    return Report(0, at, outlet, event, version, copy, title, sentences, original)


def _foreign(language: str, english: str) -> str:
    numbers = " ".join(word.strip(".,;") for word in english.split() if word[0].isdigit()) or "…"
    first, second = NAMES[language]
    return ORIGINAL[language].format(a=first, b=second, numbers=numbers)


def _noise(press: list[Outlet], dice: random.Random) -> Report:
    outlet = dice.choice([one for one in press if one.language == "en"])
    text = dice.sample(NOISE, 3)
    at = START + timedelta(seconds=dice.uniform(0, WEEK.total_seconds()))
    return Report(0, at, outlet, -1, 0, False, text[0].rstrip("."), tuple(text), ())
