"""Faults put into good translations, to measure what the checks catch.

The good ones are human: NTREX-128 (`parallel-ntrex.tar.xz`: newstest2019 in English beside 25 translations of it,
line by line) and FLORES-200 dev (`parallel-flores-dev-fr.tsv`). Even lines are for tuning the checks, odd ones for
measuring.

An injector takes an example and returns a spoilt one, or None where the example has nothing to spoil in that way. What
it takes for spoilable is said in its docstring and never depends on the checks. All chance comes from a seed.
"""

from __future__ import annotations

import calendar
import hashlib
import os
import random
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
NTREX = SHARED / "data" / "parallel-ntrex.tar.xz"
FLORES = SHARED / "data" / "parallel-flores-dev-fr.tsv"

LATIN = frozenset(("cs", "de", "es", "fr", "hu", "id", "it", "nl", "pl", "pt", "ro", "sv", "tr", "vi"))
UNPARTED = frozenset({"ja", "zh"})
MONTHS = [*calendar.month_name[1:]]
DAYS = [*calendar.day_name]


@dataclass(frozen=True)
class Example:
    """A sentence, its human translation into English, and what the corpus knows beside."""

    language: str
    line: int
    source: str
    target: str
    names: tuple[str, ...] = ()  # words of the target that most translators left as they are
    after: str = ""  # the English of the next lines
    foreign: tuple[str, ...] = ()  # the same sentence in other scripts than Latin
    known: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1)
def ntrex() -> dict[str, list[Example]]:
    """Examples by language, in the order of the lines."""
    rows = dict(_files())
    english = [target for _, target in rows["fr"]]
    names = [_names(line, [rows[code][at][0] for code in sorted(LATIN)]) for at, line in enumerate(english)]
    foreign = {code: [source for source, _ in rows[code]] for code in ("ar", "el", "hi", "ja", "ru", "zh")}
    return {
        language: [
            Example(
                language=language,
                line=at,
                source=source,
                target=target,
                names=names[at],
                after=" ".join(english[at + 1 : at + 5]),
                foreign=tuple(lines[at] for lines in foreign.values()),
            )
            for at, (source, target) in enumerate(pairs)
        ]
        for language, pairs in sorted(rows.items())
    }


def flores() -> list[Example]:
    """French and English; a name is a capitalised word that both have."""
    pairs = [line.split("\t")[:2] for line in FLORES.read_text("utf-8").splitlines()]
    return [
        Example(
            language="fr",
            line=at,
            source=source,
            target=target,
            names=_names(target, [source]),
            after=" ".join(english for _, english in pairs[at + 1 : at + 5]),
        )
        for at, (source, target) in enumerate(pairs)
    ]


def digest(examples: list[Example]) -> str:
    return hashlib.sha256("\n".join(f"{one.source}\t{one.target}" for one in examples).encode()).hexdigest()


def _files() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    with tarfile.open(NTREX) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.endswith("-en.tsv"):
                lines = file.read().decode().splitlines()
                pairs = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
                yield Path(member.name).name.removesuffix("-en.tsv"), pairs


_NAME = re.compile(r"(?<=[\w,;:)'\"] )[A-Z][a-z]{3,}\b|(?<=[\w,;:)] )[A-Z][a-z]+[A-Z][a-z]{2,}\b")


def _names(line: str, others: list[str]) -> tuple[str, ...]:
    """Words with a capital, of four letters or more, not first, that two thirds of the other lines have, too."""
    return tuple(
        name
        for name in dict.fromkeys(_NAME.findall(line))
        if sum(re.search(rf"\b{name}", other) is not None for other in others) >= 2 * len(others) / 3
    )


Injector = Callable[[Example, random.Random], Example | None]


def _spoilt(example: Example, target: str) -> Example | None:
    target = re.sub(r"\s+", " ", target)
    return replace(example, target=target) if target.strip() != example.target.strip() else None


def empty(example: Example, chance: random.Random) -> Example | None:
    """Nothing, or blanks."""
    return replace(example, target=" " * chance.randrange(3))


def looped_word(example: Example, chance: random.Random) -> Example | None:
    """A word of the target comes four to forty times in a row."""
    return _looped(example, chance, 1)


def looped_phrase(example: Example, chance: random.Random) -> Example | None:
    """Two to eight words of the target come four to twenty times in a row; the rest follows or is lost."""
    return _looped(example, chance, chance.randint(2, 8))


def _looped(example: Example, chance: random.Random, size: int) -> Example | None:
    words = example.target.split()
    if len(words) < size:
        return None
    at = chance.randrange(len(words) - size + 1)
    phrase = words[at : at + size]
    if not any(character.isalpha() for character in "".join(phrase)):
        return None
    times = chance.randint(4, 40 if size == 1 else 20)
    rest = words[at + size :] if chance.random() < 0.5 else []
    return _spoilt(example, " ".join(words[:at] + phrase * times + rest))


def stutter(example: Example, chance: random.Random) -> Example | None:
    """One to four letters of a word come ten to sixty times in a row, twenty letters or more."""
    words = list(re.finditer(r"[A-Za-z]{5,}", example.target))
    if not words:
        return None
    word = chance.choice(words)
    size = chance.randint(1, 4)
    piece = word[0][1 : 1 + size]
    times = chance.randint(max(10, 20 // size), 60)
    return _spoilt(example, example.target[: word.start() + 1] + piece * times + example.target[word.end() :])


def applause(example: Example, chance: random.Random) -> Example | None:
    """A remark that is not in the source, fifty times: "(Applause)" (as in argos-translate#197)."""
    return _spoilt(example, f"{example.target} " + chance.choice(["(Applause)", "(Laughter) ", "- ♪ oh ", "ha"]) * 50)


def doubled(example: Example, chance: random.Random) -> Example | None:
    """The whole translation twice."""
    return _spoilt(example, f"{example.target} {example.target}") if len(example.target.split()) >= 6 else None


def echoed(example: Example, chance: random.Random) -> Example | None:
    """The source as it is, of four words in small letters or more (a line of names is the same in every language)."""
    return _spoilt(example, example.source) if len(_own(example)) >= 4 and not _english(example.source) else None


def partly_echoed(example: Example, chance: random.Random) -> Example | None:
    """Five to eight words in a row of the source, three or more of them in small letters, in place of as many words."""
    words = example.source.split()
    target = example.target.split()
    size = chance.randint(5, 8)
    if example.language in UNPARTED:
        words = [example.source[at : at + 3] for at in range(0, len(example.source) - 2, 3)]
    if len(words) < size + 2 or len(target) < size + 4:
        return None
    at, place = chance.randrange(len(words) - size), chance.randrange(len(target) - size)
    run = words[at : at + size]
    kept = [word for word in run if word.isalpha() and word == word.lower() and word not in target]
    if len(kept) < 3 or _english(" ".join(run)):
        return None
    joint = "" if example.language in UNPARTED else " "
    return _spoilt(example, " ".join([*target[:place], joint.join(run), *target[place + size :]]))


def _own(example: Example) -> list[str]:
    if example.language in UNPARTED:
        return re.findall(r"[\u3041-\u30ff\u3400-\u9fff]", example.source)
    return [word for word in re.findall(r"[^\W\d_]+", example.source) if word == word.lower()]


def _english(text: str) -> bool:
    return len(re.findall(r"\b(?:the|of|and|to|in|is|for|with)\b", text)) > 1


def other_script(example: Example, chance: random.Random) -> Example | None:
    """The sentence in a third language, of another script."""
    return _spoilt(example, chance.choice(example.foreign)) if example.foreign else None


def part_in_other_script(example: Example, chance: random.Random) -> Example | None:
    """One word of another script (four letters or more) in place of one word."""
    words = [word for text in example.foreign for word in re.findall(r"[^\W\d_A-Za-z]{4,}", text)]
    target = example.target.split()
    if not words or len(target) < 4:
        return None
    target[chance.randrange(len(target))] = chance.choice(words)
    return _spoilt(example, " ".join(target))


def unknown_pieces(example: Example, chance: random.Random) -> Example | None:
    """A word becomes what SentencePiece writes for a piece it does not know."""
    target = example.target.split()
    target[chance.randrange(len(target))] = "⁇"
    return _spoilt(example, " ".join(target))


def _numbers(example: Example) -> list[re.Match[str]]:
    """Numbers in digits that stand once in the target and, in any digits, in the source; 0 and 1 are left out."""
    source = "".join(str(int(one)) if one.isdecimal() else one for one in example.source)
    there = Counter(re.findall(r"\d+", source))
    here = Counter(re.findall(r"\d+", example.target))
    return [
        match
        for match in re.finditer(r"(?<![\w.,:-])\d+(?![\w:]|[.,]\d)", example.target)
        if there[match[0]] == 1 and here[match[0]] == 1 and int(match[0]) > 1
    ]


def lost_number(example: Example, chance: random.Random) -> Example | None:
    """A number that both texts have once in digits is left out."""
    return _changed(example, chance, _numbers(example), lambda number: "")


def changed_number(example: Example, chance: random.Random) -> Example | None:
    """A number that both texts have once in digits becomes another one of as many digits, which neither text has."""
    return _changed(example, chance, _numbers(example), lambda number: _other(number, example, chance))


def invented_number(example: Example, chance: random.Random) -> Example | None:
    """Before a word within the target, a number of two to five digits that neither text has."""
    words = list(re.finditer(r"(?<=[a-z] )[a-z]{2,}", example.target))
    if not words:
        return None
    number = _other("9" * chance.randint(2, 5), example, chance)
    at = chance.choice(words).start()
    return _spoilt(example, f"{example.target[:at]}{number} {example.target[at:]}")


def _other(number: str, example: Example, chance: random.Random) -> str:
    taken = set(re.findall(r"\d+", example.source + " " + example.target))
    size = len(number)
    while True:
        other = str(chance.randint(max(2, 10 ** (size - 1)), 10**size - 1))
        if other not in taken and other != number:
            return other


def _changed(
    example: Example, chance: random.Random, spots: list[re.Match[str]], new: Callable[[str], str]
) -> Example | None:
    if not spots:
        return None
    spot = chance.choice(spots)
    return _spoilt(example, example.target[: spot.start()] + new(spot[0]) + example.target[spot.end() :])


_MONTH = re.compile(rf"\b(?:{'|'.join(name for name in MONTHS if name not in ('March', 'May'))})\b")
_DAY = re.compile(rf"\b(?:{'|'.join(DAYS)})\b")


def lost_month(example: Example, chance: random.Random) -> Example | None:
    """The only month of the target, by its full name and not March or May, is left out."""
    spots = list(_MONTH.finditer(example.target))
    return _changed(example, chance, spots, lambda name: "") if len(spots) == 1 else None


def changed_month(example: Example, chance: random.Random) -> Example | None:
    """A month of the target, by its full name and not March or May, becomes another one that the target has not."""
    others = [name for name in MONTHS if name not in example.target]
    return _changed(example, chance, list(_MONTH.finditer(example.target)), lambda name: chance.choice(others))


def changed_day(example: Example, chance: random.Random) -> Example | None:
    """The only day of the week in the target becomes another one."""
    spots = list(_DAY.finditer(example.target))
    others = [name for name in DAYS if name not in example.target]
    return _changed(example, chance, spots, lambda name: chance.choice(others)) if len(spots) == 1 else None


_LINKS = (
    "https://www.newsroom.example/2024/09/26/grain-deal?id=7", "http://agency.example/a_b", "www.ministry-press.com",
    "press@agency.example", "desk.north@news-agency.org", "https://t.co/Ab3dEf9",
)  # fmt: skip


def lost_link(example: Example, chance: random.Random) -> Example | None:
    """Both texts, which have it not, are given an address at the end; the target loses it."""
    link = chance.choice(_LINKS)
    return replace(example, source=f"{example.source} {link}") if link not in example.source else None


def mangled_link(example: Example, chance: random.Random) -> Example | None:
    """As in `lost_link`; but in the target a letter of the address is lost or doubled, or a blank comes in."""
    link = chance.choice(_LINKS)
    if link in example.source:
        return None
    at = chance.randrange(3, len(link) - 2)
    mangled = link[:at] + chance.choice(["", link[at] * 2, " " + link[at]]) + link[at + 1 :]
    return replace(example, source=f"{example.source} {link}", target=f"{example.target} {mangled}")


def _own_names(example: Example) -> list[re.Match[str]]:
    """Names that stand once in the target; in a language of Latin letters the source has them as they are."""
    text = example.target
    return [
        match
        for name in example.names
        if text.count(name) == 1
        and (example.language not in LATIN or name in example.source)
        and (match := re.search(rf"\b{name}\b(?:['’]s\b)?", text))
    ]


def lost_name(example: Example, chance: random.Random) -> Example | None:
    """A name is left out. See `Example.names`: two thirds of fourteen translators left the word as it is.

    Not in Chinese and Japanese, where nothing tells a name from other words.
    """
    if example.language in UNPARTED:
        return None
    return _changed(example, chance, _own_names(example), lambda name: "")


_STRANGERS = (
    "Kowalski",
    "Brandt",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Castellano",
    "Hoang",
    "Zhdanov",
    "Yamada",
    "Ochoa",
)


def replaced_name(example: Example, chance: random.Random) -> Example | None:
    """A name, as in `lost_name`, becomes that of a stranger."""
    if example.language in UNPARTED:
        return None
    return _changed(example, chance, _own_names(example), lambda name: chance.choice(_STRANGERS))


def lost_term(example: Example, chance: random.Random) -> Example | None:
    """A name is pinned (glossary), and left out; in all languages."""
    spots = _own_names(example)
    if not spots:
        return None
    spot = chance.choice(spots)
    name = re.sub(r"['’]s$", "", spot[0])
    spoilt = _spoilt(example, example.target[: spot.start()] + example.target[spot.end() :])
    return spoilt and replace(spoilt, known=((name, name),))


def cut_off(example: Example, chance: random.Random) -> Example | None:
    """The target, of ten words or more, breaks off after 30 to 70 % of its words, within a sentence."""
    words = example.target.split()
    if len(words) < 10 or example.source.rstrip()[-1:] not in ".!?。！？।؟":
        return None
    kept = words[: round(len(words) * chance.uniform(0.3, 0.7))]
    return _spoilt(example, " ".join(kept)) if kept[-1][-1].isalnum() else None


def half(example: Example, chance: random.Random) -> Example | None:
    """The second half of the words of the target, twelve or more, is dropped and a full stop put."""
    words = example.target.split()
    if len(words) < 12:
        return None
    return _spoilt(example, " ".join(words[: len(words) // 2]).rstrip(",;:-'\" ") + ".")


def far_too_short(example: Example, chance: random.Random) -> Example | None:
    """A fifth of the words of the target, ten or more, and a full stop."""
    words = example.target.split()
    if len(words) < 10:
        return None
    return _spoilt(example, " ".join(words[: len(words) // 5]).rstrip(",;:-'\" ") + ".")


def dropped_sentence(example: Example, chance: random.Random) -> Example | None:
    """One sentence of a target of two or more, each of six words or more, is dropped."""
    sentences = re.split(r"(?<=[a-z\d][.!?])[\"”]?\s+(?=[\"“A-Z])", example.target)
    if len(sentences) < 2 or min(len(sentence.split()) for sentence in sentences) < 6:
        return None
    sentences.pop(chance.randrange(len(sentences)))
    return _spoilt(example, " ".join(sentences))


def far_too_long(example: Example, chance: random.Random) -> Example | None:
    """What follows in the text is added, up to two and a half times the length."""
    wanted = round(1.5 * len(example.target.split()))
    more = example.after.split()[:wanted]
    return _spoilt(example, f"{example.target} {' '.join(more)}") if len(more) == wanted and wanted >= 6 else None


FAULTS: dict[str, Injector] = {
    "empty": empty,
    "looped word": looped_word,
    "looped phrase": looped_phrase,
    "stutter": stutter,
    "applause": applause,
    "doubled": doubled,
    "echo": echoed,
    "partial echo": partly_echoed,
    "other script": other_script,
    "word in other script": part_in_other_script,
    "unknown piece": unknown_pieces,
    "lost number": lost_number,
    "changed number": changed_number,
    "invented number": invented_number,
    "lost month": lost_month,
    "changed month": changed_month,
    "changed weekday": changed_day,
    "lost link": lost_link,
    "mangled link": mangled_link,
    "lost name": lost_name,
    "replaced name": replaced_name,
    "lost term": lost_term,
    "cut off": cut_off,
    "half dropped": half,
    "far too short": far_too_short,
    "dropped sentence": dropped_sentence,
    "far too long": far_too_long,
}
