"""Precision and recall of a topic on its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.archive import Reader
from monitor.models import Label
from monitor.run.lab.samples import Sample, seen_by
from monitor.topics.matcher import CompiledTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A labelled article, and what the topic makes of it."""

    label: Label
    sample: Sample

    @property
    def right(self) -> bool:
        return self.label.accepted == self.sample.relevant


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well a topic does on articles that a person accepted or rejected."""

    accepted: int
    rejected: int
    found: int  # of the accepted
    kept_out: int  # of the rejected
    precision: float | None  # accepted ones among those it tells of, 0 … 1; None when it tells of none
    recall: float | None  # those it tells of among the accepted ones; None when none was accepted
    wrong: tuple[Verdict, ...]


def measure(reader: Reader, compiled: CompiledTopic, labels: Sequence[Label]) -> Quality:
    """Judge every labelled article. Those that are gone count for nothing."""
    verdicts = judge_labels(reader, compiled, labels)
    accepted = [verdict for verdict in verdicts if verdict.label.accepted]
    told = [verdict for verdict in verdicts if verdict.sample.relevant]
    found = sum(verdict.right for verdict in accepted)
    rejected = len(verdicts) - len(accepted)
    return Quality(
        accepted=len(accepted),
        rejected=rejected,
        found=found,
        kept_out=rejected - (len(told) - found),
        precision=found / len(told) if told else None,
        recall=found / len(accepted) if accepted else None,
        wrong=tuple(verdict for verdict in verdicts if not verdict.right),
    )


def judge_labels(reader: Reader, compiled: CompiledTopic, labels: Sequence[Label]) -> list[Verdict]:
    """What the topic makes of each labelled article, the accepted ones first."""
    articles = {article.id: article for article in reader.hits.articles(label.article_id for label in labels)}
    ordered = sorted(labels, key=lambda label: (not label.accepted, label.article_id))
    return [
        Verdict(label=label, sample=seen_by(reader, compiled, articles[label.article_id]))
        for label in ordered
        if label.article_id in articles
    ]
