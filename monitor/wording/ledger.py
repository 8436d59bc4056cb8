"""The ledger in words: what each row of each step of the funnel means (`archive/funnel.py` names them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.wording import languages
from monitor.wording.counts import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of some articles at one step."""

    name: str  # as the ledger has it
    label: str  # as people call it
    articles: int
    share: float  # 0 … 1 of the step
    meaning: str
    lost: bool  # something that could have been read or told was not


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, in which every article stands in exactly one row."""

    title: str
    words: str  # the step in a sentence
    articles: int
    rows: tuple[Row, ...]


# Of each row: label, meaning, whether something was lost.
_Meanings = Mapping[str, tuple[str, str, bool]]
_NOT_YET = ("Not yet", "It is still on its way.", False)
PAGES: _Meanings = {
    "fetched": ("Fetched", "The page is kept, and the text read from it.", False),
    "duplicate": ("Duplicate", "Another entry had brought the same article; only that one goes on.", False),
    "feed text only": ("Feed's own text", "The feed brought the whole text; no page was needed.", False),
    "not wanted": ("Not wanted", "The configuration or the feed's own text made a visit needless.", False),
    "refused": ("Refused", "The site answered 401, 403 or 451; the feed's own words are read instead.", True),
    "bot wall": ("Bot wall", "The site wanted proof of being human; the feed's own words are read instead.", True),
    "robots.txt": ("Ruled out by robots.txt", "The site asks robots to stay away from the page; we do.", True),
    "failed": ("Failed", "The page could not be had after several attempts; the feed's own words are read.", True),
    "not yet": _NOT_YET,
}
TEXTS: _Meanings = {
    "trafilatura": ("Whole text, from the page", "", False),
    "json-ld": ("Whole text, from data in the page", "The page carries its text for machines.", False),
    "feed-content": ("Whole text, from the feed", "", False),
    "text": ("Whole text, handed in", "", False),
    "feed-summary": ("Summary only", "The page gave no text; the feed's summary is what was read.", True),
    "title only": ("Title only", "Neither page nor feed gave a text; only the title was read.", True),
    "none": ("Nothing", "There was nothing to read.", True),
    "not yet": _NOT_YET,
}
TRANSLATIONS: _Meanings = {
    "translated": ("Translated", "", False),
    "not needed": ("Already in the working language", "", False),
    "pending": ("On its way", "It waits for its turn; the original is matched already.", False),
    "waiting for a model": ("Waiting for a model", "No model for the language is installed.", True),
    "failed": ("Failed", "The model gave nothing that passed the checks; the original is matched.", True),
    "nothing to translate": ("Nothing to translate", "There was no text, or no language.", False),
    "not yet": _NOT_YET,
}
MATCHES: _Meanings = {
    "relevant": ("Found by a topic", "", False),
    "met a query, not relevant": ("Met a query, and was set aside", "Its score is below what the topic asks.", False),
    "met no query": ("No topic's business", "", False),
    "not yet": _NOT_YET,
}
ALERTS: _Meanings = {
    "alerted": ("Told", "It is in a message.", False),
    "owed": ("Owed", "Its message is due, or waits for the hour of a digest.", False),
    "folded": ("Folded", "It brought nothing new to a story already told, or its story or source is muted.", False),
    "backlog or too old": ("Backlog or too old", "It came with a feed's first visit, or was old when it came.", False),
    "no channel": ("No channel", "The topic names no channel that would be told.", True),
}
_LANGUAGES: _Meanings = {
    "und": ("Not known", "The text is too short, or in no language we know.", True),
    "none": ("None", "There was nothing to read.", True),
    "not yet": _NOT_YET,
}


def step(title: str, words: str, rows: tuple[tuple[str, int], ...], meanings: _Meanings) -> Step:
    """`rows`: as the funnel counts them."""
    total = sum(number for _, number in rows)
    return Step(
        title=title,
        words=words,
        articles=total,
        rows=tuple(_row(name, number, total, meanings) for name, number in rows),
    )


def _row(name: str, number: int, total: int, meanings: _Meanings) -> Row:
    label, meaning, lost = meanings.get(name, (name, "", False))
    return Row(name=name, label=label, articles=number, share=number / total, meaning=meaning, lost=lost)


def language_meanings(rows: tuple[tuple[str, int], ...]) -> _Meanings:
    return {code: (languages.name(code) or code, "", False) for code, _ in rows} | dict(_LANGUAGES)


def entries(polls: int, failed: int, listed: int, known: int, new: int, handed_in: int) -> str:
    """The first step: from visits to new articles."""
    if not polls and not handed_in:
        return "No feed was visited, and nothing handed in."
    visits = f"{count(polls, 'visit')} to feeds, of which {failed:,} failed" if failed else count(polls, "visit")
    listed_ = f"The documents listed {listed:,} entries: {known:,} known already, {new:,} new."
    handed = f" {count(handed_in, 'article')} handed in by hand." if handed_in else ""
    return f"{visits}. {listed_}{handed}"
