"""Where the sides of a query stand in an article: sentence by sentence, how often and how plainly each is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.topics.compile import Side, Way
from monitor.topics.countries import Countries, Listed
from monitor.topics.occurrences import Hit
from monitor.topics.readings import Reading, Text

LEAD_WORDS = 60  # the paragraph an agency opens with has 25 to 60
LEAD_SENTENCES = (2, 3)  # at least, at most: in Chinese every character is a word, and some sentences are short
LONGEST = 1000  # sentences that are looked at; more than any article, less than a book

# What a side named only as an item of a list of so many countries is worth.
_IN_LIST = {1: 1.0, 2: 1.0, 3: 0.4}
_IN_LONG_LIST = 0.1
# And what a sentence that names so many countries in all is worth.
_CROWDED = {5: 0.5, 6: 0.35}
_MOST_CROWDED = 0.25


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. `counts`: how often each side is named, the better of both languages."""

    paragraph: int
    counts: tuple[int, ...]
    plainly: float  # 0 … 1: 1 when no side of those named is a mere item of a list of countries
    countries: int  # named in the sentence
    naming: tuple[bool, ...]  # whether each side is named by more than its capital

    @property
    def meets(self) -> bool:
        return all(self.counts)


@dataclass(frozen=True, slots=True)
class Standing:
    """A way to meet the query, and the article's lines for it: title, lead, body. Repeated sentences are left out."""

    way: Way
    title: tuple[Line, ...]
    lead: tuple[Line, ...]
    body: tuple[Line, ...]
    length: int  # words of lead and body
    languages: frozenset[str]  # it is in: its own, and English once it is translated

    @property
    def text(self) -> tuple[Line, ...]:
        return self.lead + self.body

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.title + self.text


def standing(way: Way, readings: Sequence[Reading], countries: Countries, language: str) -> Standing:
    """How the sides of `way` stand in an article in `language`, translated into English or not."""
    kept = list(_once(readings[:LONGEST]))
    lines = [_line(way, reading, countries, language) for reading in kept]
    title = [line for line in lines if line.paragraph == 0]
    text = [line for line in lines if line.paragraph]
    lengths = [len(reading.source.words) for reading in kept if reading.sentence.paragraph]
    until = _lead(lengths)
    languages = {language, "en"} if any(reading.target.words for reading in kept) else {language}
    return Standing(way, tuple(title), tuple(text[:until]), tuple(text[until:]), sum(lengths), frozenset(languages))


def _once(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Without what was said before word for word: titles repeated in the text, leads printed twice."""
    seen: set[tuple[str, ...]] = set()
    for reading in readings:
        if reading.source.words and reading.source.words not in seen:
            seen.add(reading.source.words)
            yield reading


def _lead(lengths: Sequence[int]) -> int:
    """How many sentences the lead has."""
    least, most = LEAD_SENTENCES
    read = 0
    for count, length in enumerate(lengths[:most]):
        if count >= least and read + length > LEAD_WORDS:
            return count
        read += length
    return min(most, len(lengths))


def _line(way: Way, reading: Reading, countries: Countries, language: str) -> Line:
    if not (reading.source.hits or reading.target.hits):
        nothing = len(way.sides)
        return Line(reading.sentence.paragraph, (0,) * nothing, 1.0, 0, (False,) * nothing)
    found = (_found(way, reading.source, countries, language), _found(way, reading.target, countries, "en"))
    counts = tuple(max(pair) for pair in zip(*(each.counts for each in found), strict=True))
    naming = tuple(any(pair) for pair in zip(*(each.naming for each in found), strict=True))
    # Where only one language names them all, that one says how.
    best = max(found, key=lambda each: (sum(map(bool, each.counts)), -each.countries))
    return Line(reading.sentence.paragraph, counts, best.plainly, best.countries, naming)


@dataclass(frozen=True, slots=True)
class _Found:
    counts: tuple[int, ...]
    plainly: float
    countries: int
    naming: tuple[bool, ...]


def _found(way: Way, text: Text, countries: Countries, language: str) -> _Found:
    if not text.hits:
        nothing = len(way.sides)
        return _Found((0,) * nothing, 1.0, 0, (False,) * nothing)
    listed = countries.named(text.words, language)
    places = [_places(side, way, text.hits, listed) for side in way.sides]
    shares = [max((_share(hit, listed) for hit in hits), default=1.0) for hits in places]
    distinct = len({each.code for each in listed})
    return _Found(
        tuple(len(hits) for hits in places),
        min(shares) * (_CROWDED.get(distinct, 1.0) if distinct <= max(_CROWDED) else _MOST_CROWDED),
        distinct,
        tuple(any(hit.term in side.naming for hit in hits) for side, hits in zip(way.sides, places, strict=True)),
    )


def _places(side: Side, way: Way, hits: Sequence[Hit], listed: Sequence[Listed]) -> list[Hit]:
    """Where a side is named: not within the longer name of another side or of another country (Sudan in South
    Sudan), nor twice in one place (Libyan in Libyan National Army)."""
    others = [hit for hit in hits if hit.term not in side.terms and any(hit.term in one.terms for one in way.sides)]
    longer = [(hit.start, hit.end) for hit in others] + [(each.start, each.end) for each in listed]
    kept: list[Hit] = []
    for hit in sorted((hit for hit in hits if hit.term in side.terms), key=lambda hit: (hit.start, -hit.end)):
        inside = any(
            start <= hit.start and hit.end <= end and end - start > hit.end - hit.start for start, end in longer
        )
        if not inside and not (kept and hit.start < kept[-1].end):
            kept.append(hit)
    return kept


def _share(hit: Hit, listed: Sequence[Listed]) -> float:
    """What a mention is worth: less in a list of countries."""
    together = max((each.together for each in listed if each.start < hit.end and hit.start < each.end), default=1)
    return _IN_LIST.get(together, _IN_LONG_LIST)
