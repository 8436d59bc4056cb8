"""What a site repeats on every page is recognised by having been seen before."""

from __future__ import annotations

from monitor.config import ExtractSettings
from monitor.extract import drop_repeated, fingerprints
from monitor.models import Extracted

SETTINGS = ExtractSettings(boilerplate_pages=3)
ARTICLE = Extracted(
    text="The ferry was late.\nSupport local journalism today.\nNobody was hurt.",
    extractor="trafilatura",
    dropped=("Share",),
)


def test_there_is_one_fingerprint_for_each_paragraph() -> None:
    """Fingerprints stand in the order of the lines and ignore case, spaces and punctuation."""
    marks = fingerprints(ARTICLE.text)
    assert len(marks) == len(set(marks)) == 3
    assert fingerprints("SUPPORT local  journalism — today!") == marks[1:2]


def test_fingerprints_do_not_change_between_runs() -> None:
    """They are kept in the archive, so they may not depend on the process."""
    assert fingerprints("The ferry was late.") == ("6391aa4f164e70e7",)


def test_paragraphs_of_signs_alone_are_told_apart() -> None:
    """Lines without letters or digits do not all share one fingerprint."""
    assert len(set(fingerprints("***\n---\n•"))) == 3


def test_a_paragraph_seen_often_enough_moves_to_dropped() -> None:
    """From `boilerplate_pages` on it is furniture; one page fewer and it stays."""
    mark = fingerprints(ARTICLE.text)[1]
    found = drop_repeated(ARTICLE, {mark: 3}, SETTINGS)
    assert found.text == "The ferry was late.\nNobody was hurt."
    assert found.dropped == ("Share", "Support local journalism today.")
    assert drop_repeated(ARTICLE, {mark: 2}, SETTINGS) == ARTICLE


def test_never_the_whole_article_is_dropped() -> None:
    """Where every paragraph was seen before, the article was published more than once."""
    counts = dict.fromkeys(fingerprints(ARTICLE.text), 9)
    assert drop_repeated(ARTICLE, counts, SETTINGS) == ARTICLE
