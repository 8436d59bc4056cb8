"""A backlog of articles translated while the daemon and its children are killed at random.

    uv run benchmarks/drain.py [--articles 200] [--kills 12] [--seed N] [--json FILE]

Three in four articles are French, which has a model, the others German, which has none. The daemon works the
backlog off; at random moments it, or one of its child processes, gets SIGKILL and is started again. At the end
every French article has to be translated whole, sentence for sentence, every German one to wait for a model with
its text as it was, each match to have been told once, and no sentence to carry the blame for a kill.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from daemons import MonitorProcess, write_config  # noqa: E402
from newsrooms import MODEL, candidate  # noqa: E402

from monitor.archive import Archive, Reader  # noqa: E402
from monitor.models import Extracted, Language, TranslationState  # noqa: E402
from monitor.translate.install import install  # noqa: E402
from monitor.translate.sentences import split  # noqa: E402

FRENCH = (
    "Le ministre de l'Économie est arrivé à Moscou le {n} mars avec {m} conseillers.",
    "La Libye et la Russie ont signé {m} accords sur le blé et les ports.",
    "La situation reste difficile dans le nord du pays, selon le rapport numéro {n}.",
    "Les deux pays parleront aussi de la reprise de {m} lignes maritimes.",
    "Le président a parlé de la paix devant {m} députés.",
)
GERMAN = "Der Minister ist am {n}. März mit {m} Beratern in Moskau eingetroffen. Über den Hafen wurde gesprochen."
PATIENCE = 600.0  # seconds for a whole run
_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"  # as the archive writes times


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What a run left behind."""

    articles: int
    french: int
    german: int
    daemon_kills: int
    child_kills: int
    seconds: float
    translated: int
    whole: int  # translated articles with every sentence of their text, each with a target
    waiting: int  # German articles that wait for a model, text untouched
    blamed: int  # sentences marked as having killed the translator
    matches: int
    told_once: int  # matches with exactly one alert on the screen's outbox
    integrity: str

    @property
    def lost(self) -> int:
        """Articles that are not as they have to be."""
        return self.french - self.whole + self.german - self.waiting


def fill(path: Path, articles: int, dice: random.Random) -> dict[int, str]:
    """An archive with a backlog. Returns the text of each article by its id."""
    texts: dict[int, str] = {}
    with Archive.open(path) as archive:
        for number in range(articles):
            language = "de" if number % 4 == 3 else "fr"
            text = _text(language, dice)
            now = datetime.now(UTC)
            (article_id,) = archive.articles.take([candidate(f"{number}", title=f"Rapport {number}")], now).new
            article = archive.articles.get(article_id)
            assert article is not None
            archive.stages.extracted(article, Extracted(text=text, extractor="text"), f"{number}", "A", now)
            state = TranslationState.PENDING if language == "fr" else TranslationState.WAITING
            archive.stages.identified(article_id, Language(code=language, confidence=1, method="text"), state)
            texts[article_id] = text
    return texts


def _text(language: str, dice: random.Random) -> str:
    lines = dice.choices(FRENCH, k=6) if language == "fr" else [GERMAN] * 3
    return "\n".join(line.format(n=dice.randint(2, 28), m=dice.randint(30, 9999)) for line in lines)


def run(articles: int, kills: int, seed: int, longest: float = 4.0) -> Drained:
    """One backlog from full to drained. Raises TimeoutError when it does not get there."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="monitor-drain-") as name:
        folder = Path(name)
        install(MODEL, folder / "models")
        texts = fill(folder / "archive.db", articles, dice)
        config = write_config(folder, channels=['[[channels]]\nname = "screen"\nkind = "console"\n'])
        began = time.monotonic()
        killed = [0, 0]
        while not drained(folder):
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"not drained within {PATIENCE:g} s")
            with MonitorProcess(config) as daemon:
                _disturb(daemon, folder, kills - sum(killed), killed, dice, longest)
        return _outcome(folder, texts, killed, time.monotonic() - began)


def _disturb(
    daemon: MonitorProcess, folder: Path, left: int, killed: list[int], dice: random.Random, longest: float
) -> None:
    """Kill children, then the daemon, at random moments; once the kills are used up, let it finish."""
    end = time.monotonic() + dice.uniform(1.0, longest)
    while left > 0 and time.monotonic() < end and not drained(folder):
        time.sleep(dice.uniform(0.2, 1.0))
        if dice.random() < 0.4 and (children := daemon.children()):
            with suppress(ProcessLookupError):
                os.kill(dice.choice(children), signal.SIGKILL)
                killed[1] += 1
                left -= 1
    if left > 0 and not drained(folder):
        killed[0] += 1  # leaving the block kills it
        return
    while not drained(folder):
        assert daemon.process.poll() is None, daemon.log[-2000:]
        time.sleep(0.2)
    assert daemon.stop() == 0, "the daemon did not end in order"


def drained(folder: Path) -> bool:
    """Nothing is owed any more: no stage, no message, no alert but those that wait for their story's next message."""
    with Reader.open(folder / "archive.db") as reader:
        owed = reader.connection.execute(
            f"SELECT (SELECT count(*) FROM outbox WHERE state <> 'sent') + "
            f"(SELECT count(*) FROM alerts WHERE message_id IS NULL AND folded IS NULL AND due_at <= {_NOW})"
        ).fetchone()[0]
        return not (reader.articles.backlog() or owed)


def _outcome(folder: Path, texts: dict[int, str], killed: list[int], seconds: float) -> Drained:
    with Archive.open(folder / "archive.db") as archive:
        rows = archive.connection.execute(
            "SELECT id, title, text, language, translation_state FROM articles"
        ).fetchall()
        whole = [row for row in rows if row["language"] == "fr" and _is_whole(archive, row, texts[row["id"]])]
        waiting = [
            row
            for row in rows
            if row["translation_state"] == TranslationState.WAITING and row["text"] == texts[row["id"]]
        ]
        count = lambda sql: archive.connection.execute(sql).fetchone()[0]  # noqa: E731
        return Drained(
            articles=len(rows),
            french=sum(row["language"] == "fr" for row in rows),
            german=sum(row["language"] == "de" for row in rows),
            daemon_kills=killed[0],
            child_kills=killed[1],
            seconds=round(seconds, 1),
            translated=sum(row["translation_state"] == TranslationState.TRANSLATED for row in rows),
            whole=len(whole),
            waiting=len(waiting),
            blamed=count("SELECT count(*) FROM sentences WHERE checks LIKE '%crash%'"),
            matches=count("SELECT count(*) FROM matches WHERE relevant = 1"),
            # Sent, folded into a story already told, or put off until its story's next message.
            told_once=count(
                "SELECT count(*) FROM (SELECT 1 FROM alerts LEFT JOIN outbox USING (message_id) "
                f"WHERE state = 'sent' OR folded IS NOT NULL OR due_at > {_NOW} "
                "GROUP BY match_id HAVING count(*) = 1)"
            ),
            integrity=count("PRAGMA integrity_check"),
        )


def _is_whole(archive: Archive, row: object, text: str) -> bool:
    kept = archive.translations.sentences(row["id"])  # type: ignore[index]
    expected = [sentence.source for sentence in split(row["title"], text, "fr")]  # type: ignore[index]
    return [sentence.source for sentence in kept] == expected and all(sentence.target for sentence in kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = run(options.articles, options.kills, options.seed)
    for name, value in asdict(found).items():
        print(f"{name.replace('_', ' '):14}{value}")
    print(f"{'lost':14}{found.lost}")
    if options.json:
        options.json.write_text(json.dumps(asdict(found) | {"lost": found.lost}, indent=2))
    sys.exit(found.lost > 0 or found.blamed > 0 or found.told_once != found.matches)


if __name__ == "__main__":
    main()
