"""The index stays in few pieces, a little work at a time."""

from __future__ import annotations

from pathlib import Path

from newsrooms import NOW, candidate

from monitor.archive import Archive, search

PIECES = "SELECT count(DISTINCT segid) FROM articles_fts_idx"


def test_tidying_joins_pieces_and_loses_no_word(tmp_path: Path) -> None:
    """Fifteen writes leave fifteen pieces; tidied, there is one, in which every article is found."""
    with Archive.open(tmp_path / "archive.db") as archive:
        for number in range(15):
            archive.articles.take([candidate(f"guid:{number}", title=f"harbour {number}")], NOW)
        db = archive.connection
        assert db.execute(PIECES).fetchone()[0] == 15
        rounds = 0
        while search.tidy(db) and rounds < 10:
            rounds += 1
        assert db.execute(PIECES).fetchone()[0] == 1
        assert rounds > 0
        found = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'harbour'").fetchone()
        assert found[0] == 15
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
