"""Which of several texts is the article: the first that is good enough, and why the better ones are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.config import ExtractSettings
from monitor.errors import ExtractError
from monitor.extract import lines
from monitor.extract.text import Paragraph, join
from monitor.models import Extracted, Refusal

# A text is taken for cut short when a later one has this many times as much.
CLEARLY_LONGER = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the article, and where it comes from."""

    extractor: str
    paragraphs: tuple[Paragraph, ...]
    dropped: tuple[str, ...] = ()
    failure: str = ""  # why there is no text at all

    @property
    def text(self) -> str:
        return join(self.paragraphs)


def choose(candidates: Sequence[Candidate], settings: ExtractSettings, refusals: tuple[Refusal, ...] = ()) -> Extracted:
    """The first candidate with nothing against it; if there is something against each, the longest.

    Raises ExtractError when there is no text, or none but that of a cookie wall or an error page.
    """
    refused = list(refusals)
    for at, candidate in enumerate(candidates):
        reason = _objection(candidate, candidates[at + 1 :], settings)
        if reason is None:
            return _extracted(candidate, refused)
        refused.append(Refusal(extractor=candidate.extractor, reason=reason))
    best = max(candidates, key=lambda one: 0 if _is_wall(one) else len(one.text))
    if not best.text or _is_wall(best):
        raise ExtractError(_nothing(refused))
    return _extracted(best, [one for one in refused if one.extractor != best.extractor])


def _objection(candidate: Candidate, others: Sequence[Candidate], settings: ExtractSettings) -> str | None:
    """Why another text should be used; None when this one is good."""
    length = len(candidate.text)
    if not length:
        return candidate.failure or "empty: no text found"
    longest = max(others, key=lambda one: len(one.text), default=None)
    if _is_wall(candidate):
        return "looks like a cookie wall, a log-in or an error page"
    if longest is None or len(longest.text) <= length:
        return None
    if length < settings.min_characters:
        return f"too short: {length} characters, {longest.extractor} has {len(longest.text)}"
    if len(longest.text) >= CLEARLY_LONGER * length and longest.extractor != "feed-summary":
        return f"cut short: {length} characters, {longest.extractor} has {len(longest.text)}"
    return None


def _is_wall(candidate: Candidate) -> bool:
    """Feeds have no walls; a summary may well be about one."""
    return not candidate.extractor.startswith("feed-") and lines.is_wall(candidate.text)


def _nothing(refused: Sequence[Refusal]) -> str:
    reasons = "; ".join(f"{one.extractor}: {one.reason}" for one in refused)
    return f"no article text in page or feed ({reasons})"


def _extracted(candidate: Candidate, refused: Sequence[Refusal]) -> Extracted:
    return Extracted(
        text=candidate.text,
        extractor=candidate.extractor,
        refusals=tuple(refused),
        dropped=candidate.dropped,
    )
