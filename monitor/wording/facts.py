"""The facts in a text that can be news: names, figures and dates. Pure.

A text told in other words has the same facts; a story moves on when one is there that was not told. Names are
read from the capitals of the working language, so an article without a translation has figures and dates alone.

What counts as told is all that the articles told say, to their last paragraph; what can be news is only what
stands in the title, the first sentence and the sentence that the alert rests on, since that is where the press
puts what is new. So the background that each outlet adds in its own way further down makes no follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from monitor import script
from monitor.wording.figures import Day, Fact, figures

MAX_FACTS = 1500  # kept of one story; a long article has about 150

_SENTENCE = re.compile(r"(?<=[.!?。！？؟])[\"”’»)]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# Words with a capital that are no part of a name, or part it from the next.
_ROLE_WORDS = """
    president vice prime deputy acting former minister ministry ministers premier chancellor king queen prince
    general marshal colonel admiral commander chief army navy forces force government parliament senate council
    committee party court governor mayor ambassador embassy secretary spokesman spokeswoman spokesperson foreign
    defence defense interior finance state national united republic federal city province region district north
    south east west northern southern eastern western university airport port hospital company group bank agency
    mr mrs ms dr sir lord the a an and of for in on at to by from with but as it its he she they his her we our
    this that these those there when while after before if is are was were be has have had not no new more some all
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december today yesterday breaking update live video photos exclusive"""
_ROLES = frozenset(_ROLE_WORDS.split())
# They report; that they do is no fact of the story.
_AGENCY_WORDS = """
    reuters afp ap tass ria interfax xinhua dpa ansa efe bloomberg associated press agence france-presse novosti"""
_AGENCIES = frozenset(_AGENCY_WORDS.split())
_SMALL_WORDS = """
    and the for off via per with from into over after before amid
    against upon than that near when under between"""
_SMALL = frozenset(_SMALL_WORDS.split())
_ALIKE = str.maketrans("ckqzgjv", "kkksggf")
_FIRST = 2000  # characters in which the first sentence ends
_COUNTS = frozenset(("n", "u", "dead", "hurt", "held", "missing"))  # kinds of figures that are counts
_LEAST = 3  # letters of a name; consonants of its skeleton


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article as its facts are read: on the side of the working language where there is one."""

    title: str
    body: str
    sentence: str  # the one that the alert rests on
    readable: bool  # it is in the working language
    outlet: str = ""
    published: datetime | None = None


def told_by(text: Text) -> frozenset[str]:
    """The keys of all that a reader of the article knows."""
    whole = f"{text.title}\n{text.sentence}\n{text.body}"
    keys = {fact.key for fact in _figures(whole, text)}
    if text.readable:
        for sentence in _sentences(whole):
            keys |= {f"w:{_key(word)}" for name in names(sentence, firsts=True) for word in _parts(name)}
    return frozenset(keys)


def news_in(text: Text, ignore: Iterable[str] = ()) -> tuple[Fact, ...]:
    """What can be news in it, figures first. `ignore`: names of outlets, which are no part of the event."""
    first = next(iter(_sentences(text.body[:_FIRST])), "")
    found = list(_figures("\n".join((text.title, text.sentence, first)), text))
    counted = {fact.key.partition(":")[2] for fact in found if fact.key[:2] not in ("n:", "d:")}
    found = [fact for fact in found if not (fact.key.startswith("n:") and fact.key[2:] in counted)]
    if text.readable:
        dull = _words_of((text.outlet,)) | _words_of(tuple(ignore))
        for sentence in dict.fromkeys(_sentences(f"{text.title}\n{text.sentence}\n{first}")):
            for name in names(sentence):
                if not dull & {_key(part) for part in _parts(name)}:
                    found.append(Fact(f"w:{_key(_parts(name)[-1])}", name))
    return tuple({fact.key: fact for fact in reversed(found)}.values())[::-1]


@lru_cache(maxsize=64)  # the articles of a story have the same outlets to ignore
def _words_of(outlets: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_key(part) for outlet in outlets for part in _parts(outlet))


def _figures(part: str, text: Text) -> Iterator[Fact]:
    """Where the words cannot be read, whom a figure counts is unknown: kind u, which is the same as every kind."""
    for fact in figures(part, _own_days(text)):
        unknown = not text.readable and fact.key.startswith("n:")
        yield replace(fact, key=f"u:{fact.key[2:]}") if unknown else fact


def fresh(found: Iterable[Fact], told: Collection[str]) -> tuple[Fact, ...]:
    """Those of `found` that were not told, as told or in effect."""
    known = Told(told)
    return tuple(fact for fact in found if not known.has(fact))


class Told:
    """What was told, ready for the question whether something is as good as told. It grows as more is told."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._figures: dict[str, set[float]] = {}
        self._days: set[str] = set()
        self._words: set[str] = set()
        self._skeletons: set[str] = set()
        self._stems: set[str] = set()
        self.add(keys)

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            kind, _, value = key.partition(":")
            if kind == "d":
                self._days.add(value)
            elif kind == "w":
                self._add_word(value)
            else:
                self._figures.setdefault(kind, set()).add(float(value))

    def _add_word(self, word: str) -> None:
        if word in self._words:
            return
        self._words.add(word)
        if skeleton := _skeleton(word):
            self._skeletons.add(skeleton)
        if len(word) >= 5:
            self._stems.add(word[:5])

    def has(self, fact: Fact) -> bool:
        kind, _, value = fact.key.partition(":")
        if kind == "d":
            return value in self._days
        if kind == "w":
            return value in self._words or _skeleton(value) in self._skeletons or value[:5] in self._stems
        return self._figure(kind, float(value), fact.about)

    def _figure(self, kind: str, value: float, about: bool) -> bool:
        """A bare figure may be one of people told before; a toll is never told by a bare figure."""
        kinds = {"n": _COUNTS, "u": _COUNTS}.get(kind, {kind, "u"})
        room = value / 10 if about else 0
        return any(abs(known - value) <= room for one in kinds for known in self._figures.get(one, ()))


def names(sentence: str, *, firsts: bool = False) -> Iterator[str]:
    """Names in a sentence of the working language; none where all words have capitals.

    The first word of a sentence may have its capital for that; alone it is a name only if `firsts`.
    """
    words = list(_WORD.finditer(sentence))
    if not words or _headlinese([word[0] for word in words]):
        return
    run: list[re.Match[str]] = []
    for word in [*words, None]:
        joined = word is not None and run and sentence[run[-1].end() : word.start()] in (" ", "")
        if word is not None and _capital(word[0]) and (joined or not run):
            run.append(word)
            continue
        yield from _name(run, sentence, firsts)
        run = [word] if word is not None and _capital(word[0]) else []


def _name(run: list[re.Match[str]], sentence: str, firsts: bool) -> Iterator[str]:
    if not run or (len(run) == 1 and not firsts and not sentence[: run[0].start()].strip(" \"'“‘«(")):
        return
    yield sentence[run[0].start() : run[-1].end()].removesuffix("'s").removesuffix("’s")


def _capital(word: str) -> bool:
    if not word[0].isupper():
        return False
    plain = _plain(word)
    return len(plain) >= 2 and plain not in _ROLES and plain not in _AGENCIES


def _headlinese(words: list[str]) -> bool:
    """Only small words lack a capital: a headline in title case, or in capitals."""
    return not any(word[0].islower() and len(word) >= 3 and word not in _SMALL for word in words)


def _parts(name: str) -> list[str]:
    return [word for word in re.split(r"[\s-]+", name) if len(_plain(word)) >= _LEAST] or [name]


def _key(word: str) -> str:
    return _plain(word).replace(":", "")


@lru_cache(maxsize=10_000)  # words with a capital come again and again
def _plain(word: str) -> str:
    return script.fold(word.removesuffix("'s").removesuffix("’s")).strip().lower()


def _skeleton(word: str) -> str:
    """The consonants of a name, those alike made the same: Haftar, Hifter and Khaftar are told apart by none of it."""
    letters = re.sub(r"kh", "h", word).replace("ph", "f").translate(_ALIKE)
    letters = re.sub(r"[aeiouyw'’-]", "", letters)
    letters = re.sub(r"(.)\1+", r"\1", letters)
    return letters if len(letters) >= _LEAST else ""


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def _own_days(text: Text) -> frozenset[Day]:
    """The day of the article itself, and those beside it: what its dateline says."""
    if text.published is None:
        return frozenset()
    days = (text.published + timedelta(days=step) for step in (-1, 0, 1))
    return frozenset((day.month, day.day) for day in days)
