"""An archive of many articles to try topics on: real sentences of 25 languages, with countries named in some.

Each article is a title and 8 to 22 sentences drawn from NTREX-128 (`../shared/data`, or $MONITOR_SHARED), or made up
where that is missing, with the translation beside it. One article in fifty names Libya and Russia in the words of
their packs, half of these in one sentence; one in ten names one of them. Three
articles that follow one another are a story.
"""

from __future__ import annotations

import os
import random
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.archive import Archive
from monitor.archive.rows import to_text
from monitor.archive.search import reindex
from monitor.topics.packs import Pack, load_packs

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MONITOR_SHARED", ROOT.parent / "shared"))
END = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAYS = 30
SENTENCES = (8, 22)
ENGLISH = 0.4  # share of articles that need no translation
BOTH, ONE = 0.02, 0.10  # share that names both countries, one of them
WORDS = "budget council election harbour minister court match team goal market price school road water law talks"

Pairs = list[tuple[str, str]]


def build(path: Path, articles: int, seed: int) -> None:
    """Write the archive. Takes a few minutes for 100,000 articles."""
    pairs, packs, chance = read_pairs(), load_packs(), random.Random(seed)
    archive = Archive.open(path)
    db = archive.connection
    db.execute("PRAGMA synchronous = OFF")
    with archive.writing():
        for number in range(1, articles + 1):
            language = "en" if chance.random() < ENGLISH else chance.choice(sorted(pairs))
            chosen = _with_countries(_drawn(pairs, language, chance), language, packs, chance)
            seen = END - timedelta(days=DAYS) * (1 - number / articles)
            _insert(archive, number, language, chosen, seen, chance)
            if number % 10_000 == 0:
                print(f"{number} of {articles} articles", flush=True)
    archive.close()


def read_pairs() -> Mapping[str, Pairs]:
    """Language → sentences beside their English."""
    path = SHARED / "data" / "parallel-ntrex.tar.xz"
    if not path.exists():
        print(f"{path} is missing: sentences are made up")
        chance = random.Random(0)
        made = [(" ".join(chance.choices(WORDS.split(), k=18)),) * 2 for _ in range(2000)]
        return {"fr": made, "de": made}
    with tarfile.open(path) as tar:
        members = [(Path(member.name).name.split("-")[0], tar.extractfile(member)) for member in tar if member.isfile()]
        return {language: _read(file.read().decode("utf-8")) for language, file in members if file}


def _read(text: str) -> Pairs:
    lines = (line.split("\t") for line in text.splitlines())
    return [(line[0], line[1]) for line in lines if len(line) > 1]


def _drawn(pairs: Mapping[str, Pairs], language: str, chance: random.Random) -> Pairs:
    source = pairs["fr"] if language == "en" else pairs[language]
    drawn = chance.sample(source, chance.randint(*SENTENCES))
    return [(english, "") for _, english in drawn] if language == "en" else drawn


def _with_countries(drawn: Pairs, language: str, packs: Mapping[str, Pack], chance: random.Random) -> Pairs:
    """Names of the countries put at the end of sentences, in both languages."""
    luck = chance.random()
    if luck >= BOTH + ONE:
        return drawn
    countries = ["libya", "russia"] if luck < BOTH else [chance.choice(["libya", "russia"])]
    places = chance.sample(range(len(drawn)), len(countries))
    if chance.random() < 0.5:
        places = [places[0]] * len(countries)
    for place, country in zip(places, countries, strict=True):
        source, target = drawn[place]
        named = f"{source} {_term(packs[country], language, chance)}"
        drawn[place] = (named, f"{target} {_term(packs[country], 'en', chance)}" if target else "")
    return drawn


def _term(pack: Pack, language: str, chance: random.Random) -> str:
    terms = pack.terms.get(language) or pack.terms["en"]
    return chance.choice(terms).rstrip("*")


def _insert(archive: Archive, number: int, language: str, chosen: Pairs, seen: datetime, chance: random.Random) -> None:
    title, english_title = chosen[0]
    text, english_text = ("\n".join(pair[side] for pair in chosen[1:]) for side in (0, 1))
    english_text = english_text if language != "en" else ""
    db, outlet = archive.connection, f"Outlet {int(chance.paretovariate(1.2)) % 200}"
    db.execute(
        """INSERT INTO articles (id, outlet, title, translated_title, language, first_seen, url, canonical_url, text,
            translated_text, translation_state, extractor, stage)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'trafilatura', 'done')""",
        (number, outlet, title, english_title, language, to_text(seen), f"https://a.example/{number}",
         f"a.example/{number}", text, english_text, "not needed" if language == "en" else "translated"),
    )  # fmt: skip
    reindex(db, number, None, (title, text, english_title, english_text))
    if language != "en":
        db.executemany(
            "INSERT INTO sentences (article_id, position, paragraph, source, target) VALUES (?, ?, ?, ?, ?)",
            ((number, at, at, source, target) for at, (source, target) in enumerate(chosen)),
        )
    _story(archive, number, to_text(seen))


def _story(archive: Archive, number: int, seen: str | None) -> None:
    story = number // 3 + 1
    db = archive.connection
    db.execute("INSERT OR IGNORE INTO stories (id, first_seen, last_seen) VALUES (?, ?, ?)", (story, seen, seen))
    db.execute(
        "INSERT INTO story_articles (article_id, story_id, joined_at, seen_at, similarity, reason) "
        "VALUES (?, ?, ?, ?, 1, 'same')",
        (number, story, seen, seen),
    )
