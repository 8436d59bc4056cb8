"""Recall and precision in each script against brute force: which words are looked for, in what, and where they stand.

A group is a language or a trait. Its documents are real news sentences (NTREX-128) and, where one corpus cannot hold
every form of a word, sentences made of each form. Its truths are queries beside a regular expression that finds the
same in plain normalised text: hand-made paradigms and clitics, substrings, words without their accents. Nothing here
uses the code that is measured.
"""

from __future__ import annotations

import gzip
import io
import itertools
import lzma
import re
import tarfile
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

DATA = Path(__file__).parent / "data"
PARADIGMS = tomllib.loads((DATA / "inflections.toml").read_text("utf-8"))["class"]
WORDS = tomllib.loads((DATA / "script_words.toml").read_text("utf-8"))
SENTENCES = 2_000
LOOKED_FOR = 60  # words a group, where they are taken from the text


@dataclass(frozen=True)
class Group:
    """Documents, and query → pattern of what it should find in them (after `plain`)."""

    name: str
    documents: list[str]
    truths: dict[str, str]
    plain: Callable[[str], str]

    @cached_property
    def normal(self) -> list[str]:
        """The documents as patterns are looked for in them."""
        return list(map(self.plain, self.documents))

    def expected(self, query: str) -> set[int]:
        pattern = re.compile(self.truths[query])
        return {at for at, text in enumerate(self.normal) if pattern.search(text)}


def groups(shared: Path) -> Iterator[Group]:
    """Every group. Raises FileNotFoundError when the corpora are not there."""
    read = _reader(shared)
    for language in ("ru", "uk", "pl", "tr"):
        yield _inflected(language, read(language))
    yield _arabic(read("ar"))
    yield _persian(read("fa"))
    yield _hebrew(read("he"))
    for language, length in (("zh", 2), ("ja", 2), ("th", 4)):
        yield _runs(language, read(language), length)
    yield _korean(read("ko"))
    yield _compounds(read("de"))
    yield _latin([line for one in ("fr", "es", "de", "cs", "ro", "vi") for line in read(one)[:500]])
    yield _lookalikes(read("ru")[:500] + read("fr")[:500])


def _reader(shared: Path) -> Callable[[str], list[str]]:
    corpus = lzma.decompress((shared / "data" / "parallel-ntrex.tar.xz").read_bytes())

    @cache
    def read(language: str) -> list[str]:
        if language == "th":
            with gzip.open(shared / "data" / "langid-ntrex.tsv.gz", "rt", encoding="utf-8") as file:
                return [line.rstrip("\n").split("\t")[1] for line in file if line.startswith("tha\t")]
        with tarfile.open(fileobj=io.BytesIO(corpus)) as archive:
            file = archive.extractfile(f"ntrex/{language}-en.tsv")
            assert file is not None
            return [line.split("\t")[0] for line in file.read().decode().splitlines()][:SENTENCES]

    return read


def whole(pattern: str) -> str:
    return rf"(?<![^\W_])(?:{pattern})(?![^\W_])"


def lowered(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("İ", "i").lower().replace("ё", "е"))


def bare(text: str) -> str:
    """Without accents, as a search for whole Latin words should see it."""
    apart = unicodedata.normalize("NFD", lowered(text).replace("ß", "ss").replace("ı", "i").replace("ł", "l"))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d").replace("œ", "oe")


def _inflected(language: str, lines: list[str]) -> Group:
    truths, made = {}, []
    plain = bare if language in ("pl", "tr") else lowered
    for one in (one for one in PARADIGMS if one["language"] == language):
        for stem in one["stems"].split():
            typed = (stem + one["typed"].replace("_", "")) + one.get("mark", "")
            forms = [stem + ending.replace("_", "") for ending in one["endings"].split()]
            truths[typed] = whole("|".join(map(plain, forms)))
            made += [f"… {form}, 2026." for form in forms]
    return Group(language, lines + made, truths, plain)


def _arabic(lines: list[str]) -> Group:
    truths, made = {}, []
    for name in WORDS["arabic"]:
        stem, definite = name.removeprefix("ال"), name.startswith("ال")
        joined = ["ال", "بال", "كال", "لل"] if definite else ["", "ب", "ك", "ل", "ال", "بال", "كال", "لل", "س"]
        forms = [a + (b[:-1] if b == "لل" and stem[0] == "ل" else b) + stem for a in ("", "و", "ف") for b in joined]
        truths[name] = whole("|".join(map(_arabic_plain, forms)))
        made += [f"قال {form} اليوم." for form in forms]
        made += [
            f"قال {spelling} اليوم."
            for spelling in (name.replace("أ", "ا"), name + "\u064b", name[:2] + "ـ" + name[2:])
        ]
    return Group("ar", lines + made, truths, _arabic_plain)


def _arabic_plain(text: str) -> str:
    text = re.sub("[\u064b-\u0652\u0640\u0670]", "", unicodedata.normalize("NFKC", text))
    return re.sub("[أإآٱ]", "ا", text).translate(str.maketrans("ىیکةؤئ", "ييكهوي"))


def _persian(lines: list[str]) -> Group:
    words = _frequent(lines, "[\u0621-\u06cc]{4,}", avoid=re.compile("(?:ها|های|هایی|ی)$|^می"))
    truths, made = {}, []
    for number, word in enumerate(words):
        typed = word.translate(str.maketrans("یک", "يك")) if number % 2 else word
        forms = [word + ending for ending in ("", "ها", "های", "هایی")]
        forms += [word + "ی"] if word[-1] in "او" else []
        truths[typed] = whole("|".join(map(_arabic_plain, forms)))
        made += [f"این {form} بود" for form in (*forms, word + "\u200cها", word + "\u200cهای", word + " های")]
    return Group("fa", lines + made, truths, lambda text: _arabic_plain(text).replace("\u200c", " "))


def _hebrew(lines: list[str]) -> Group:
    before = [a + b for a in ("", "ו") for b in ("", "ה", "ב", "כ", "ל", "מ", "ש", "שה", "כש")]
    truths, made = {}, []
    for name in WORDS["hebrew"]:
        truths[name] = whole(f"(?:{'|'.join(before)}){name}")
        made += [f"אמר {form}{name} היום." for form in before]
    return Group("he", lines + made, truths, lambda text: re.sub("[\u0591-\u05c7]", "", text))


def _runs(language: str, lines: list[str], length: int) -> Group:
    """Frequent runs of so many characters: words or not, they must be found wherever they stand, and nowhere else."""
    letters = {"zh": "[\u4e00-\u9fff]", "ja": "[\u30a1-\u30fa\u4e00-\u9fff]", "th": "[\u0e01-\u0e4e]"}[language]
    counts = Counter(
        run
        for line in lines
        for found in re.findall(f"{letters}+", line)
        for run in (found[at : at + length] for at in range(len(found) - length + 1))
        if not unicodedata.category(run[0]).startswith("M")
    )
    truths = {run: re.escape(run) for run, _ in counts.most_common(LOOKED_FOR)}
    return Group(language, lines, truths, lambda text: unicodedata.normalize("NFC", text))


def _korean(lines: list[str]) -> Group:
    particles = re.compile("(?:은|는|이|가|을|를|의|에|에서|와|과|로|으로|도)$")
    words = Counter(particles.sub("", word) for line in lines for word in re.findall("[가-힣]{3,6}", line))
    common = [word for word, _ in words.most_common(LOOKED_FOR * 2) if len(word) >= 2][:LOOKED_FOR]
    return Group("ko", lines, {word: word for word in common}, lambda text: unicodedata.normalize("NFC", text))


def _compounds(lines: list[str]) -> Group:
    truths = {f"*{word}": f"{bare(word)}(?![^\\W_])" for word in WORDS["german"]}
    truths |= {f"*{word}*": bare(word) for word in WORDS["german"]}
    made = [f"Die {word} und der Grenz{word.lower()}s und Welt{word.lower()}." for word in WORDS["german"]]
    return Group("de *compounds*", lines + made, truths, bare)


def _latin(lines: list[str]) -> Group:
    words = _frequent(lines, r"[^\W\d_]{3,}", several=LOOKED_FOR * 3)
    accented = [word for word in words if bare(word) != word][:LOOKED_FOR]
    truths = {bare(word).capitalize(): whole(bare(word)) for word in [*accented, *words[:LOOKED_FOR]]}
    return Group("latin", lines, truths, bare)


def _lookalikes(lines: list[str]) -> Group:
    pairs = dict(zip("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ", strict=True))
    back = {cyrillic: latin for latin, cyrillic in pairs.items()}
    truths, made = {}, []
    for name in WORDS["names"]:
        swaps = pairs if name.isascii() else back
        truths[f'"{name}"'] = whole("|".join([lowered(name)]))
        places = [at for at, letter in enumerate(name) if letter in swaps]
        for some in itertools.chain(itertools.combinations(places, 1), itertools.combinations(places, 2)):
            if len(some) * 2 < len(name):
                mixed = "".join(swaps[c] if at in some else c for at, c in enumerate(name))
                made.append(f"{mixed}|{name}")
    disguised = {line.split("|")[0]: line.split("|")[1] for line in made}
    documents = lines + [f"… {mixed}, 2026" for mixed in disguised]
    reveal = re.compile("|".join(sorted(map(re.escape, disguised), key=len, reverse=True)))
    return Group("look-alikes", documents, truths, lambda text: lowered(reveal.sub(lambda m: disguised[m[0]], text)))


def _frequent(
    lines: Iterable[str], pattern: str, avoid: re.Pattern[str] | None = None, several: int = LOOKED_FOR
) -> list[str]:
    counts = Counter(word for line in lines for word in re.findall(pattern, lowered(line)))
    return [word for word, _ in counts.most_common() if avoid is None or not avoid.search(word)][:several]
