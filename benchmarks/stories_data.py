"""The set that `stories.py` measures on: articles that arrive in time order, each with the event it is about.

News documents of NTREX-128 (WMT newstest2019: 123 English news texts of September 2018, translated by people into
24 languages) are cut into articles. The file does not mark where documents begin: `STARTS` holds the lines of their
headlines, read by a person (lines without a full stop that open a new subject). `SAME` joins documents of different
outlets about one event, `LEFT_OUT` are those of which two readers could disagree (background, one speech on two
subjects).
What is left are also hard negatives: articles on the Kavanaugh hearing that are not about the same development, three
on the Ryder Cup, three about Trump on one day.

From each document come up to six articles:

    original     the headline and a part of the sentences, in English
    second       another headline (a sentence cut short) and other sentences, none of them shared
    overlap      another headline and half of its sentences shared
    copy         the original with small edits: another headline, a sentence dropped, an agency's line added
    translated   other sentences in another language; the English side is the human translation
    machine      half the original's sentences and others in French; the English side is what the small Argos model
                 makes of the French
    untranslated half the original's sentences and others in a language without a model: no English side at all

Between them arrive pages of html-fundus (258 pages of 43 countries; each its own event). Events fall into a half to
tune on and a half to report by turns.
"""

from __future__ import annotations

import json
import os
import random
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.models import Article, TranslationState

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MONITOR_SHARED", ROOT.parent / "shared"))
START = datetime(2018, 9, 28, tzinfo=UTC)
DAYS = 4

_STARTS = """
0 16 22 43 57 75 96 113 129 144 148 166 177 198 225 252 256 271 278 297 302 329 338 345 356 376 382 395 441 447 461
467 487 513 533 542 558 584 597 603 627 637 652 682 690 705 729 744 769 790 811 821 833 859 864 882 895 918 941 956
988 1005 1020 1026 1040 1054 1065 1084 1106 1118 1136 1162 1182 1206 1226 1253 1274 1293 1316 1326 1335 1356 1380
1395 1407 1418 1446 1460 1477 1501 1510 1522 1543 1555 1576 1582 1609 1624 1631 1652 1681 1689 1699 1709 1730 1744
1768 1785 1805 1826 1835 1854 1875 1884 1898 1940 1949 1959 1988
"""
STARTS = tuple(map(int, _STARTS.split()))
SAME = (
    (16, 487),
    (113, 144, 395, 1040, 1624),
    (198, 356),
    (256, 1689),
    (302, 790),
    (627, 744),
    (705, 729, 1182),
    (1005, 1681),
)
EVENTS = sorted({*STARTS} - {start for group in SAME for start in group[1:]})
LEFT_OUT = frozenset({690, 956, 1020, 1582, 1744, 1949})
SPACELESS = frozenset({"zh", "ja"})
WITHOUT_MODEL = ("ar", "ru", "uk", "de", "es", "el", "fa", "tr", "he", "zh")
TRANSLATED = ("ar", "ru", "de", "es", "pt", "it", "tr", "zh", "ja", "fa", "uk", "pl", "ko", "hi")
OUTLETS = tuple(f"Outlet {letter}" for letter in "ABCDEFGHIJKLMNOPQRST")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and the number of its event. `kind`: how it was made."""

    article: Article
    event: int
    kind: str
    half: str  # tune | report


def shared(name: str) -> Path:
    return SHARED / "data" / name


def ntrex() -> dict[str, list[str]]:
    """Language → its 1,997 lines; English under en."""
    found: dict[str, list[str]] = {}
    with tarfile.open(shared("parallel-ntrex.tar.xz")) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith("-en.tsv") else None
            if file is not None:
                rows = [line.split("\t") for line in file.read().decode().splitlines()]
                found[Path(member.name).name[:2]] = [row[0] for row in rows]
                found["en"] = [row[1] for row in rows]
    return found


def documents() -> list[tuple[int, range]]:
    """(event, lines) of each document; the first line is its headline."""
    ends = (*STARTS[1:], 1997)
    event = {start: group[0] for group in SAME for start in group}
    return [
        (event.get(start, start), range(start, end))
        for start, end in zip(STARTS, ends, strict=True)
        if start not in LEFT_OUT and end - start >= 4
    ]


def half(event: int) -> str:
    """Events fall into the halves by turns, in the order of the file, so that both have some of each day's themes."""
    at = EVENTS.index(event) if event in EVENTS else event
    return "tune" if at % 2 else "report"


class Maker:
    """Cuts a document into articles."""

    def __init__(self, lines: dict[str, list[str]], seed: int) -> None:
        self.lines = lines
        self.random = random.Random(seed)
        self.ids = 0

    def of(self, event: int, lines: range) -> Iterator[Labelled]:
        start = START + timedelta(hours=self.random.uniform(0, 24 * DAYS))
        first, *body = lines
        chosen = sorted(self.random.sample(body, max(2, (len(body) * 3) // 5)))
        rest = [n for n in body if n not in chosen]
        yield self._one(event, start, "original", "en", self.lines["en"][first], chosen)
        for kind in self.random.sample(("second", "overlap", "copy", "translated", "machine", "untranslated"), 4):
            at = start + timedelta(hours=self.random.expovariate(1 / 8))
            if made := self._more(kind, event, min(at, start + timedelta(hours=60)), first, chosen, rest):
                yield made

    def _more(
        self, kind: str, event: int, at: datetime, first: int, chosen: list[int], rest: list[int]
    ) -> Labelled | None:
        if kind == "copy":
            return self._one(event, at, kind, "en", "UPDATE 1-" + self.lines["en"][first], chosen[:-1] or chosen)
        if kind in ("overlap", "machine", "untranslated"):
            rest = sorted([*rest, *chosen[: len(chosen) // 2]])
        if len(rest) < 2:
            return None
        languages = {"translated": TRANSLATED, "untranslated": WITHOUT_MODEL, "machine": ("fr",)}
        language = self.random.choice(languages.get(kind, ("en",)))
        return self._one(event, at, kind, language, None, rest)

    def _one(
        self, event: int, at: datetime, kind: str, language: str, headline: str | None, body: Sequence[int]
    ) -> Labelled:
        self.ids += 1
        title, text = self._words(language, headline, body)
        english = ("", "")
        if kind == "translated":
            english = self._words("en", headline, body)
        state = {"translated": TranslationState.TRANSLATED, "untranslated": TranslationState.WAITING}
        article = Article(
            id=self.ids,
            feed_id=None,
            url=f"https://news.example/{self.ids}",
            canonical_url=f"news.example/{self.ids}",
            outlet=self.random.choice(OUTLETS),
            title=title,
            text=text,
            first_seen=at.replace(microsecond=0),
            language=language,
            translation_state=state.get(kind, TranslationState.NOT_NEEDED),
            translated_title=english[0],
            translated_text=english[1],
        )
        return Labelled(article, event, kind, half(event))

    def _words(self, language: str, headline: str | None, body: Sequence[int]) -> tuple[str, str]:
        lines = self.lines[language]
        title = headline or _headline(lines[max(body, key=lambda n: len(self.lines["en"][n]))], language)
        return title, "\n".join(lines[n] for n in body)


def _headline(sentence: str, language: str) -> str:
    """A sentence cut to what fits over an article."""
    if language in SPACELESS:
        return sentence[:24]
    return " ".join(sentence.split()[:11]).strip("\"'“”„«» .,")


def pages() -> Iterator[Labelled]:
    """News pages of 43 countries, each an event of its own; no English side unless they are in English."""
    rng, number = random.Random(7), 100_000
    with tarfile.open(shared("html-fundus.tar.xz")) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            if not (member.name.endswith(".json") and "/test_data/" in member.name):
                continue
            file = archive.extractfile(member)
            for page in json.loads(file.read()).values() if file else ():
                title, text = _page(page)
                if title and text:
                    number += 1
                    at = START + timedelta(hours=rng.uniform(0, 24 * DAYS))
                    yield Labelled(_plain(number, at, title, text), number, "page", half(number))


def _page(page: object) -> tuple[str, str]:
    fields = page if isinstance(page, dict) else {}
    body = fields.get("body") or {}
    parts = [*(body.get("summary") or ()), *(p for s in body.get("sections") or () for p in s.get("paragraphs") or ())]
    return str(fields.get("title") or ""), "\n".join(map(str, parts))


def _plain(number: int, at: datetime, title: str, text: str) -> Article:
    from monitor.extract.language import identify

    language = identify(text, title=title).code
    return Article(
        id=number,
        feed_id=None,
        url=f"https://pages.example/{number}",
        canonical_url=f"pages.example/{number}",
        outlet=f"Page {number}",
        title=title,
        text=text,
        first_seen=at.replace(microsecond=0),
        language=language,
        translation_state=TranslationState.NOT_NEEDED if language == "en" else TranslationState.WAITING,
    )


def machine_translated(articles: list[Labelled], folder: Path) -> list[Labelled]:
    """The French ones with the small model's English. `folder`: where the package is installed."""
    import sys

    sys.path.insert(0, str(ROOT / "tests"))
    from argos_packages import SMALL
    from translations import translate

    from monitor.config import TranslationSettings
    from monitor.models import Document
    from monitor.translate.install import install

    french = [a for a in articles if a.kind == "machine"]
    documents_ = tuple(
        Document(article_id=a.article.id, language="fr", title=a.article.title, text=a.article.text) for a in french
    )
    done = translate(documents_, (install(SMALL, folder),), "en", TranslationSettings(threads=2))
    english = {t.article_id: t for t in done}
    return [_with_english(a, english[a.article.id]) if a.article.id in english else a for a in articles]


def _with_english(item: Labelled, translation: object) -> Labelled:
    article = replace(
        item.article,
        translated_title=translation.title,  # type: ignore[attr-defined]
        translated_text=translation.text,  # type: ignore[attr-defined]
        translation_state=TranslationState.TRANSLATED,
    )
    return replace(item, article=article)


def build(seed: int = 1, folder: Path | None = None, *, with_pages: bool = True) -> list[Labelled]:
    """All articles in the order they arrive. Without `folder` the French ones stay untranslated."""
    maker = Maker(ntrex(), seed)
    made = [item for event, lines in documents() for item in maker.of(event, lines)]
    if folder is not None:
        made = machine_translated(made, folder)
    made += pages() if with_pages else ()
    return sorted(made, key=lambda item: (item.article.first_seen, item.article.id))
