"""How far the translation of an article can be trusted, in one sentence for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """`score` is 0 … 100 or None; of `sentences`, so many are `unverified`."""

    score: float | None
    sentences: int
    unverified: int


async def translation_worth(database: Any, article_id: int) -> Worth:
    """What the archive says of an article's translation. `database` is Datasette's."""
    found = await database.execute(
        """SELECT translation_score, count(source), count(unverified) FROM articles
        LEFT JOIN sentences ON article_id = id WHERE id = ?""",
        (article_id,),
    )
    score, sentences, unverified = found.rows[0]
    return Worth(score=score, sentences=sentences, unverified=unverified)


def trust(worth: Worth) -> str:
    """ "Translation score 62 of 100; 3 of 24 sentences are unverified." """
    if not worth.sentences:
        return ""
    score = "" if worth.score is None else f"Translation score {worth.score:.0f} of 100; "
    if not worth.unverified:
        return f"{score}every sentence passed the checks.".capitalize()
    return f"{score}{worth.unverified} of {worth.sentences} sentences are unverified.".capitalize()
