"""How far an article's translation can be trusted, as one number."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.models import Sentence


def score(sentences: Iterable[Sentence]) -> float | None:
    """0 … 100: the share of the text whose translation passed every check, weighed by the model's confidence.

    Each sentence counts by its length; an unverified one counts as nothing, a verified one as the model's own
    probability per token (1 where no model was asked). None when there is no sentence with a translation.
    """
    judged = [sentence for sentence in sentences if sentence.target]
    weight = sum(len(sentence.source) for sentence in judged)
    if not weight:
        return None
    trusted = sum(
        len(sentence.source) * (1.0 if sentence.score is None else sentence.score)
        for sentence in judged
        if sentence.unverified is None
    )
    return round(100 * trusted / weight, 1)
