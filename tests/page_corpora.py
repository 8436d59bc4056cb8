"""Annotated pages and sentences outside the repository, and how an extraction is scored against them.

Two corpora of pages: `html-fundus.tar.xz` has the title and the paragraphs of each article, so the text can be
compared as a whole; `html-trafilatura.tar.xz` names strings that must and must not come out. One of sentences:
`langid-ntrex.tsv.gz`.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import os
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
FUNDUS = SHARED / "data" / "html-fundus.tar.xz"
ANNOTATED = SHARED / "data" / "html-trafilatura.tar.xz"
SENTENCES = SHARED / "data" / "langid-ntrex.tsv.gz"

# Words; one character where words are not parted by blanks (kana, Han, Hangul, Thai).
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|\w+")
_LONG_WORD = re.compile(r"\w{5,}")
SHINGLE = 4  # words; as in the article extraction benchmark of Scrapinghub


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with what is known of its article: `gold`, or strings `with` and `without` which it comes out."""

    name: str
    url: str
    body: bytes
    title: str = ""
    gold: str = ""
    expected: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """`first` or `second`, by name: rules are written from failures in the first half and measured on both."""
        odd = int(hashlib.md5(self.name.encode()).hexdigest(), 16) % 2
        return "second" if odd else "first"


def _files(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        members = ((one.name, archive.extractfile(one)) for one in archive if one.isfile())
        return {name: b"".join(iter(lambda file=file: file.read1(1 << 20), b"")) for name, file in members if file}


def fundus() -> list[Page]:
    """The 258 news pages with the full text of their articles."""
    files = _files(FUNDUS)
    found: list[Page] = []
    for name in sorted(files):
        if name.endswith("/meta.info"):
            found += _publishers(name.removesuffix("meta.info"), json.loads(files[name]), files)
    return found


def _publishers(folder: str, visits: dict[str, dict[str, str]], files: dict[str, bytes]) -> Iterator[Page]:
    """Pages of one country. A publisher's n-th oldest page belongs to the n-th version of its expectation."""
    pages: dict[str, list[str]] = defaultdict(list)
    for page in sorted(visits, key=lambda one: visits[one]["crawl_date"]):
        if folder + page in files:
            pages[re.sub(r"_\d{4}_\d\d_\d\d\.html\.gz$", "", page)].append(page)
    for publisher, names in pages.items():
        versions = json.loads(files[f"{folder}{publisher}.json"])
        ordered = sorted(versions, key=lambda one: [int(number) for number in re.findall(r"\d+", one)])
        for at, version in enumerate(ordered):
            gold = _gold(versions[version])
            bodies = {name: gzip.decompress(files[folder + name]) for name in names}
            name = names[at] if len(names) == len(ordered) else _closest(bodies, gold)
            title = versions[version]["title"] or ""
            yield Page(name=name, url=visits[name]["url"], body=bodies[name], title=title, gold=gold)


def _gold(version: dict[str, object]) -> str:
    article = version["body"]
    assert isinstance(article, dict)
    paragraphs = list(article["summary"])
    for section in article["sections"]:
        paragraphs += section["headline"] + section["paragraphs"]
    return "\n".join(paragraphs)


def _closest(bodies: dict[str, bytes], gold: str) -> str:
    words = set(_LONG_WORD.findall(gold))
    texts = {
        name: set(_LONG_WORD.findall(html.unescape(body.decode("utf8", "replace")))) for name, body in bodies.items()
    }
    return max(texts, key=lambda one: len(words & texts[one]))


def annotated() -> list[Page]:
    """The 990 annotated pages."""
    files = {Path(name).name: body for name, body in _files(ANNOTATED).items()}
    return [
        Page(
            name=one["file"],
            url=url,
            body=files[one["file"]],
            expected=tuple(map(flat, one["with"])),
            unwanted=tuple(map(flat, one["without"])),
        )
        for url, one in json.loads(files["evaldata.json"]).items()
    ]


def sentences() -> list[tuple[str, str]]:
    """(code, sentence) of every line, in NTREX's codes."""
    with gzip.open(SENTENCES, "rt", encoding="utf-8") as lines:
        return [(code, text) for code, text in (line.rstrip("\n").split("\t", 1) for line in lines)]


# NTREX's codes and the languages Argos Translate has packages for.
ARGOS = {
    "ar": "arb", "az": "aze-Latn", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu",
    "el": "ell", "en": "eng-GB eng-IN eng-US src.eng", "es": "spa-MX ref-2.spa", "et": "est", "eu": "eus",
    "fa": "fas prs", "fi": "fin", "fr": "fra fra-CA", "ga": "gle", "gl": "glg", "he": "heb", "hi": "hin", "hu": "hun",
    "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "ky": "kir", "lt": "lit", "lv": "lav", "ms": "msa",
    "nb": "nob", "nl": "nld", "pl": "pol", "pt": "por por-BR", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv",
    "sq": "sqi", "sr": "srp-Cyrl srp-Latn", "sv": "swe", "sw": "swa", "th": "tha", "tl": "fil", "tr": "tur",
    "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "zho-CN zho-TW",
}  # fmt: skip
NAMES = {code: language for language, codes in ARGOS.items() for code in codes.split()} | {"spa": "es"}


def translatable(cut: int | None = None) -> list[tuple[str, str]]:
    """(language, text): sentences in languages Argos can translate, whole or cut to `cut` words as titles are."""
    known = [(NAMES[code], text) for code, text in sentences() if code in NAMES]
    return known if cut is None else [(language, _cut(text, cut)) for language, text in known]


def _cut(text: str, words: int) -> str:
    parts = text.split()
    return " ".join(parts[:words]) if len(parts) >= 3 else text[: 2 * words]


def flat(text: str) -> str:
    """One line without soft hyphens: how text is broken is not what is measured."""
    return " ".join(text.replace("\u00ad", "").split())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words, each as often as it occurs."""
    words = _TOKEN.findall(text.replace("\u00ad", "").casefold())
    return (
        Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
        if words
        else Counter()
    )


def f1(text: str, gold: str) -> float:
    """Harmonic mean of precision and recall over shingles; 0 where nothing came out, or should not have."""
    found, wanted = shingles(text), shingles(gold)
    common = (found & wanted).total()
    return 2 * common / (found.total() + wanted.total()) if common else float(not found and not wanted)


def f1_texts(texts: dict[str, str], pages: list[Page]) -> float:
    """Mean F1 of the pages of `fundus`; `texts` is by page name."""
    return sum(f1(texts[page.name], page.gold) for page in pages) / len(pages)


def f1_strings(texts: dict[str, str], pages: list[Page]) -> float:
    """F1 over all strings of `annotated`, as trafilatura's own evaluation counts them."""
    found = missed = wrong = 0
    for page in pages:
        text = flat(texts[page.name])
        found += sum(one in text for one in page.expected)
        missed += sum(one not in text for one in page.expected)
        wrong += sum(one in text for one in page.unwanted)
    return 2 * found / (2 * found + missed + wrong)


def digest(pages: list[Page]) -> str:
    """Identifies a corpus, so that a floor is compared with what it was measured on."""
    parts = (f"{one.name} {hashlib.sha256(one.body).hexdigest()} {one.gold} {one.expected}" for one in pages)
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
