"""Articles written from word statistics: a batch of them at a time, with what topics find in them.

An article is a title and 4 to 30 sentences of 8 to 30 words, most of them with an English translation of as many
sentences (words of its own: it says something else). Where a topic matches, one sentence names both its actors in the
words of their packs, on both sides; one match in ten has them in two sentences instead, and is not relevant.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from newsroom_plan import MATCHED, SHARES, Plan, text
from newsroom_words import Words

from monitor.script import fold
from monitor.topics.packs import Pack

Row = tuple[object, ...]

DUPLICATES = 0.03  # addresses that led to a page known already
SENTENCES, WORDS = (2.25, 0.45), (8, 30)  # of an article: mu and sigma of the logarithm; of a sentence: from, to
REFUSES = 40  # one feed in so many leads to pages that are not given
ALIGNED_LAST, ALIGNED_EVERY = 0.03, 20  # articles that keep their sentences: the latest, and each twentieth
PAGE = "<html><body><p>kept as evidence</p></body></html>"


@dataclass(slots=True)
class Side:
    """An article in one language."""

    title: str
    sentences: list[str]

    def text(self, paragraphs: Sequence[int]) -> str:
        lines: list[list[str]] = [[] for _ in range(paragraphs[-1])]
        for sentence, paragraph in zip(self.sentences, paragraphs, strict=True):
            lines[paragraph - 1].append(sentence)
        return "\n".join(" ".join(line) for line in lines)


@dataclass(slots=True, kw_only=True)
class Batch:
    """Rows for the tables, in the order of their columns in newsroom_archive.py."""

    articles: list[Row] = field(default_factory=list)
    index: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    sentences: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    matches: list[Row] = field(default_factory=list)
    told: list[Row] = field(default_factory=list)  # (article, seen, outlet, language, country, headline, topic | None)


class Writer:
    """Writes batches; one per process."""

    def __init__(self, plan: Plan, words: Mapping[str, Words]) -> None:
        self._plan = plan
        self._words = words
        self._topics = range(len(plan.topics))
        self._aligned_from = plan.articles - max(200, int(plan.articles * ALIGNED_LAST))

    def batch(self, first: int, number: int) -> Batch:
        """Articles number `first` and on; the same whatever came before."""
        chance = random.Random(self._plan.seed * 1_000_003 + first)
        dice = np.random.default_rng(self._plan.seed * 1_000_003 + first)
        languages = chance.choices(list(SHARES), list(SHARES.values()), k=number)
        lengths = [min(30, max(4, round(chance.lognormvariate(*SENTENCES)))) for _ in range(number)]
        originals = self._sides(languages, lengths, chance, dice)
        foreign = [at for at, language in enumerate(languages) if language != "en"]
        english = self._sides(["en"] * len(foreign), [lengths[at] for at in foreign], chance, dice)
        translations: dict[int, Side] = dict(zip(foreign, english, strict=True))
        batch = Batch()
        for at, (language, side) in enumerate(zip(languages, originals, strict=True)):
            self._article(batch, first + at, language, side, translations.get(at), chance)
        return batch

    def _sides(
        self, languages: Sequence[str], lengths: Sequence[int], chance: random.Random, dice: np.random.Generator
    ) -> list[Side]:
        sides: list[Side | None] = [None] * len(languages)
        for language in dict.fromkeys(languages):
            words, mine = self._words[language], [at for at, each in enumerate(languages) if each == language]
            more = 1.6 if words.alone else 1
            wanted = [
                int(more * chance.randint(*(WORDS if place else (6, 11))))
                for at in mine
                for place in range(lengths[at] + 1)
            ]
            drawn = iter(words.sentences(wanted, dice))
            for at in mine:
                title = next(drawn)
                sides[at] = Side(title, [next(drawn) + words.stop for _ in range(lengths[at])])
        return [side for side in sides if side is not None]

    # ── one article ─────────────────────────────────────────────────────────────────────────────

    def _article(
        self, batch: Batch, number: int, language: str, side: Side, english: Side | None, chance: random.Random
    ) -> None:
        seen = int(self._plan.seen[number - 1])
        numbers, weights = self._plan.feeds_of[language]
        feed_id = chance.choices(numbers, cum_weights=weights)[0]
        if english and chance.random() < 0.05:
            english = None  # no model for it, when it came
        if number > 100 and chance.random() < DUPLICATES:
            self._duplicate(batch, number, language, side, feed_id, seen, chance)
            return
        paragraphs = _paragraphs(len(side.sentences), chance)
        topics = self._met(number, side, english, language, seen, batch, chance)
        body, translated = side.text(paragraphs), english.text(paragraphs) if english else ""
        self._rows(batch, number, language, side, english, (body, translated), feed_id, seen, chance)
        if english and (number > self._aligned_from or number % ALIGNED_EVERY == 0):
            batch.sentences += _aligned(number, side, english, paragraphs, chance)
        if chance.random() < 0.01:
            batch.versions.append((number, text(seen + 3600), side.title, body[: len(body) // 2], _hash(number, "v")))
        feed = self._plan.feeds[feed_id - 1]
        headline = english.title if english else side.title
        batch.told.append((number, seen, feed.title, language, feed.country, headline, topics))

    def _rows(
        self, batch: Batch, number: int, language: str, side: Side, english: Side | None, texts: tuple[str, str],
        feed_id: int, seen: int, chance: random.Random,
    ) -> None:  # fmt: skip
        title, translated = side.title, english.title if english else ""
        state = "not needed" if language == "en" else "translated" if english else "waiting for a model"
        refusing = feed_id % REFUSES == 0  # sites refuse all the time, or never
        outcome = "refused" if refusing else chance.choices(("fetched", "failed"), (97, 3))[0]
        batch.articles.append(
            (*self._common(number, feed_id, title, translated, language, seen, chance), *texts, state,
             '["translate-xx_en-1.9"]' if english else "[]", 62.5 if english else None,
             "trafilatura" if outcome == "fetched" else "feed-content", None, outcome, "done")
        )  # fmt: skip
        batch.index.append((number, fold(title), fold(texts[0]), fold(translated), fold(texts[1])))
        self._address(batch, number, feed_id, language)
        if outcome == "fetched":
            url = self._url(number, feed_id, language)
            batch.pages.append(
                (number, url, text(seen + 60), "text/html", _hash(number, "page") * 2, 48_000 + number % 9_000, None)
            )

    def _duplicate(
        self, batch: Batch, number: int, language: str, side: Side, feed_id: int, seen: int, chance: random.Random
    ) -> None:
        original = number - chance.randint(1, 99)
        batch.articles.append(
            (*self._common(number, feed_id, side.title, "", language, seen, chance), "", "", "not needed", "[]", None,
             None, original, "fetched", "done")
        )  # fmt: skip
        batch.index.append((number, fold(side.title), "", "", ""))
        self._address(batch, number, feed_id, language)

    def _common(
        self, number: int, feed_id: int, title: str, translated: str, language: str, seen: int, chance: random.Random
    ) -> Row:
        url = self._url(number, feed_id, language)
        published = text(seen - chance.randint(60, 7200)) if chance.random() < 0.9 else None
        entry = {"guid": url, "link": url, "title": title, "summary": title, "published": published}
        return (
            number, feed_id, self._plan.feeds[feed_id - 1].title, title, translated, language, published, text(seen),
            url, url.removeprefix("https://"), f'["Writer {number % 977}"]', 0.99, "text", language,
            _hash(number, "text"), json.dumps(entry, ensure_ascii=False), _hash(number, "entry"),
            int(chance.random() > 0.05),
        )  # fmt: skip

    def _url(self, number: int, feed_id: int, language: str) -> str:
        return f"https://outlet{feed_id}.example/{language}/{number}/{_hash(number, 'slug')[:12]}"

    def _address(self, batch: Batch, number: int, feed_id: int, language: str) -> None:
        url = self._url(number, feed_id, language)
        feed = self._plan.feeds[feed_id - 1].url
        batch.aliases += [(f"url:{url}", number), (f"guid:{feed}|{url}", number)]

    # ── what topics find ────────────────────────────────────────────────────────────────────────

    def _met(
        self,
        number: int,
        side: Side,
        english: Side | None,
        language: str,
        seen: int,
        batch: Batch,
        chance: random.Random,
    ) -> list[int]:
        """Topics that find it; its sentences are made to say so."""
        if chance.random() >= MATCHED:
            return []
        two = chance.random() < 0.1
        topics = sorted({chance.choices(self._topics, self._plan.weights)[0] for _ in range(2 if two else 1)})
        last = len(side.sentences) - 2
        place = min(int(chance.expovariate(0.5)), last)
        places = [place, *(each for each in (place + 2, place - 2) if 0 <= each <= last)]  # a sentence for each topic
        for topic, at in zip(topics, places, strict=False):
            batch.matches.append(self._match(number, topic, at, side, english, language, seen, chance))
        return topics[: len(places)]

    def _match(
        self,
        number: int,
        topic: int,
        place: int,
        side: Side,
        english: Side | None,
        language: str,
        seen: int,
        chance: random.Random,
    ) -> Row:
        relevant, score = chance.random() >= 0.1, chance.randint(40, 100)
        packs = [self._plan.packs[name] for name in self._plan.actors[topic]]
        spans = _named(side, place, packs, language, self._words[language].alone, chance, together=relevant)
        others = _named(english, place, packs, "en", False, chance, together=relevant) if english else []
        reasons = [
            {"kind": "lead", "points": 25, "words": f"{packs[0].title} and {packs[1].title} meet in the lead"},
            {"kind": "share", "points": 15, "words": "2 of 11 sentences are about it"},
        ]  # fmt: skip
        return (
            self._plan.topics[topic].name, number, text(seen + 120), "both" if english else "original",
            side.sentences[place], english.sentences[place] if english else "",
            "a number is missing" if english and chance.random() < 0.03 else None, json.dumps(spans),
            json.dumps(others), score if relevant else 15, json.dumps(reasons), int(relevant),
        )  # fmt: skip


def _named(
    side: Side, place: int, packs: Sequence[Pack], language: str, alone: bool, chance: random.Random, *, together: bool
) -> list[list[int]]:
    """Name the actors in the sentence at `place`, the second in the next where not together. Returns spans there."""
    first, second = (chance.choice(pack.terms.get(language) or pack.terms["en"]).rstrip("*") for pack in packs)
    gap = "" if alone else " "
    head, tail = side.sentences[place][: len(side.sentences[place]) // 2], side.sentences[place]
    cut = len(head) if alone else head.rfind(" ") if " " in head else len(head)
    start, rest = tail[:cut], tail[cut:].lstrip()
    spans = [[0, len(first)]]
    text = first + gap + start
    if together:
        text += gap
        spans.append([len(text), len(text) + len(second)])
        text += second
    else:
        side.sentences[place + 1] = second + gap + side.sentences[place + 1]
    side.sentences[place] = text + gap + rest
    if chance.random() < 0.3:
        side.title = f"{first}{gap}{side.title}"
    return spans


def _paragraphs(sentences: int, chance: random.Random) -> list[int]:
    """The paragraph of each sentence, from 1."""
    found, paragraph = [1], 1
    for _ in range(sentences - 1):
        paragraph += chance.random() < 0.4
        found.append(paragraph)
    return found


def _aligned(number: int, side: Side, english: Side, paragraphs: Sequence[int], chance: random.Random) -> list[Row]:
    pairs = zip([side.title, *side.sentences], [english.title, *english.sentences], [0, *paragraphs], strict=True)
    return [
        (number, at, paragraph, source, target, "a number is missing" if chance.random() < 0.03 else None, 0.72)
        for at, (source, target, paragraph) in enumerate(pairs)
    ]


def _hash(number: int, kind: str) -> str:
    return hashlib.blake2b(f"{kind} {number}".encode(), digest_size=16).hexdigest()
