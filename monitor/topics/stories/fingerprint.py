"""What an article is recognised by: words, names, figures and dates of its English side, and a sketch for copies.

    article ──English side, or the original──▶ features ──▶ Fingerprint

A feature is a text that begins with its kind:

    w:earthquake   a word (its stem); in an article without English side, a word of its language: w:ar:زلزال
    n:haftar       a name, as the English side or the packs write it
    p:libya        a state, its people or its capital: what many events of one day have in common
    s:hftr         a name by its sound, for names that no pack knows in other alphabets
    f:450          a figure        d:09-28   a date

Their weights say how often and where they stand (headline, lead, body), not how rare they are: that is the
window's to say (`window.py`), from what has arrived before.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from monitor.models import Article, TranslationState
from monitor.script import fold
from monitor.topics.stories.names import ENGLISH, Gazetteer, capitalised
from monitor.topics.stories.skeleton import skeleton
from monitor.topics.stories.sketch import Sketch, sketch
from monitor.topics.stories.words import english_words, foreign_words

FEATURES = {"w": 48, "n": 24, "p": 10, "s": 24, "f": 12, "d": 4}  # most of each kind that are kept
WEIGHT = 40  # a weight of 1 + ln(count) reaches 6
TITLE, LEAD = 2.5, 1.6  # weight of a place; the body counts 1
_IN_TITLE = round(WEIGHT * (1 + math.log(TITLE)))
LEAD_CHARACTERS = 500
LONGEST = 8_000  # characters of an article that are read: what comes later is background

_FIGURE = re.compile(r"(?<![A-Za-z0-9.,])\d[\d.,\u00a0\u202f ]*\d")
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: at for at, name in enumerate(_NAMES.split(), 1)}
_DATE = re.compile(r"\b(?:(\d{1,2})\.? (?:of )?([A-Z][a-z]{2})[a-z]*\.?|([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}))\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """An article as grouping sees it. Features and weights are kept apart and small: there are 50,000 of these.

    `features`: at most as many of a kind as FEATURES says. `weights`: a byte each, in units of 1/WEIGHT.
    """

    article_id: int
    when: datetime  # when it was published, as far as that can be believed; else first seen
    outlet: str
    language: str
    side: str  # language of the text it was read in: the working language where there is a translation
    features: tuple[str, ...]
    weights: bytes
    sketch: Sketch = b""


def to_text(print_: Fingerprint) -> str:
    """As it is kept in the archive: JSON."""
    fields = {
        "outlet": print_.outlet,
        "language": print_.language,
        "side": print_.side,
        "features": print_.features,
        "weights": print_.weights.hex(),
        "sketch": print_.sketch.hex(),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_text(article_id: int, when: datetime, text: str) -> Fingerprint:
    """What `to_text` wrote."""
    fields = json.loads(text)
    return Fingerprint(
        article_id=article_id,
        when=when,
        outlet=fields["outlet"],
        language=fields["language"],
        side=fields["side"],
        features=tuple(map(sys.intern, fields["features"])),
        weights=bytes.fromhex(fields["weights"]),
        sketch=bytes.fromhex(fields["sketch"]),
    )


def fingerprint(article: Article, names: Gazetteer, working: str = ENGLISH) -> Fingerprint:
    """Read an article, in the `working` language if it is in it or translated; else in the original.

    Of a translation of the headline and the lead alone, these.
    """
    language = article.language or "und"
    translated = language != working and (
        article.translation_state is TranslationState.TRANSLATED or article.lead_translated
    )
    side = working if translated else language
    original, english = (article.title, article.text), (article.translated_title, article.translated_text)
    title, text = english if translated else original
    counts: dict[str, dict[str, float]] = {kind: {} for kind in FEATURES}
    for part, weight in _parts(title, text[:LONGEST]):
        for feature in _features(part, side, names):
            of_kind = counts[feature[0]]
            of_kind[feature] = of_kind.get(feature, 0.0) + weight
    found = [item for kind, most in FEATURES.items() for item in _top(counts[kind], most)]
    return Fingerprint(
        article_id=article.id,
        when=_when(article),
        outlet=article.outlet,
        language=language,
        side=side,
        features=tuple(sys.intern(feature) for feature, _ in found),
        weights=bytes(min(255, round(WEIGHT * (1 + math.log(count)))) for _, count in found),
        sketch=sketch(article.text[:LONGEST]),
    )


def headline(print_: Fingerprint) -> frozenset[str]:
    """The names and figures of an article's headline, or met as often as if they stood there; no states or capitals."""
    pairs = zip(print_.features, print_.weights, strict=True)
    return frozenset(feature for feature, weight in pairs if weight >= _IN_TITLE and feature[0] in "nf")


def _when(article: Article) -> datetime:
    """A date of publication after we saw it cannot be."""
    return min(article.published or article.first_seen, article.first_seen)


def _parts(title: str, text: str) -> Iterator[tuple[str, float]]:
    yield title, TITLE
    yield text[:LEAD_CHARACTERS], LEAD
    yield text[LEAD_CHARACTERS:], 1.0


def _top(counts: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    """The weightiest; equal ones in the order of the alphabet, so that a replay finds the same."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


def _features(text: str, language: str, names: Gazetteer) -> Iterator[str]:
    known = list(names.find(text, language))
    places = {word for name in known if name.place for word in name.words}
    words = english_words if language == ENGLISH else partial(foreign_words, language=language)
    yield from (f"w:{word}" for word in words(text, places))
    yield from (f"{'p' if name.place else 'n'}:{fold(name.english.casefold())}" for name in known)
    for name in known:
        if not name.place:
            yield from chain.from_iterable(_sound(part) for part in name.english.split())
    yield from _capitalised(text, language, places)
    if language == ENGLISH:
        yield from dates(text)
        text = _DATE.sub(" ", text)  # the 24th of a month is no figure
    yield from figures(text)


def _capitalised(text: str, language: str, places: Collection[str]) -> Iterator[str]:
    for word, times in capitalised(text, language).items():
        plain = fold(word.casefold())
        if plain not in places:
            for _ in range(times):
                yield f"n:{plain}"
                yield from _sound(word)


def _sound(word: str) -> Iterator[str]:
    if sound := skeleton(word):
        yield f"s:{sound}"


def figures(text: str) -> Iterator[str]:
    """Figures of two digits or more, whatever parts their thousands; 1 to 9 are in every text, years tell nothing."""
    for match in _FIGURE.finditer(text):
        plain = re.sub(r"\D", "", match.group())
        if 2 <= len(plain) <= 12 and not re.fullmatch(r"(19|20)\d\d", plain):
            yield f"f:{plain.lstrip('0') or '0'}"


def dates(text: str) -> Iterator[str]:
    for match in _DATE.finditer(text):
        day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        number = _MONTHS.get(month.lower())
        if number and 1 <= int(day) <= 31:
            yield f"d:{number:02}-{int(day):02}"
