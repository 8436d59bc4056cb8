"""The topic lab on small archives: counts, estimates, forecasts, differences. Scores are what each text says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from small_archives import Line, days_ago, opened, scored, write

from monitor.errors import QueryError
from monitor.models import Topic
from monitor.run.lab.bench import units
from monitor.run.lab.diff import Diff, compare
from monitor.run.lab.estimate import Estimate, Stratum, total
from monitor.run.lab.trial import Trial, try_topic

pytestmark = pytest.mark.usefixtures("scored")
__all__ = ["scored"]

WHEAT = Topic(name="Wheat", query="wheat")
MANY = 400


def tried(path: Path, topic: Topic = WHEAT, *, seconds: float | None = None, processes: int = 1) -> Trial:
    with opened(path, topic, seconds=seconds, processes=processes) as bench:
        return try_topic(bench, since=None, limit=10)


def compared(path: Path, old: Topic, new: Topic, *, seconds: float | None = None) -> Diff:
    with opened(path, old, new, seconds=seconds) as bench:
        return compare(bench, [], since=None, limit=10)


def many(share: float = 0.25) -> list[Line]:
    """Articles on wheat in stories of one to three, so large a share of them relevant."""
    chance = random.Random(7)
    return [
        Line(
            title=f"Wheat {number}",
            text=f"score {90 if chance.random() < share else 10}",
            language=chance.choice(["fr", "ar"]),
            days_ago=number % 10,
            story=number // 3 + 1 if number % 2 else None,
        )
        for number in range(MANY)
    ]


# ── estimates ────────────────────────────────────────────────────────────────────────────────────


def test_what_was_looked_at_whole_is_counted() -> None:
    """Without a remainder there is no margin."""
    assert total([Stratum(2, 3, [(1, 1), (1, 2)]), Stratum(1, 4, [(4, 4)])]) == Estimate(value=6, margin=0)


def test_a_margin_is_the_formula_s() -> None:
    """10 of 100 looked at, 5 wanted: 50 ± 1.96 · √(100 · 90 · (10 · ¼ / 9) / 10), worked out by hand."""
    found = total([Stratum(100, 100, [(1, 1)] * 5 + [(0, 1)] * 5)])
    assert (found.value, round(found.margin, 2)) == (50, 30.99)


def test_nothing_found_in_a_sample_proves_no_absence() -> None:
    """Ten misses leave a margin; and what was not looked at at all may be anything."""
    assert total([Stratum(100, 100, [(0, 1)] * 10)]).margin > 10
    assert total([Stratum(5, 8, [])], guess=0.5) == Estimate(value=4, margin=4)


def test_how_numbers_are_printed() -> None:
    """A count is bare; an estimate says that it is one, and how far it may be off."""
    numbers = [(4.66, 0), (1234, 0), (4.66, 0.33), (38510.4, 1519.2)]
    assert [str(Estimate(value=v, margin=m)) for v, m in numbers] == ["4.7", "1,234", "~4.7 ± 0.3", "~38,510 ± 1,520"]


def test_true_totals_lie_within_the_margin() -> None:
    """Of 300 samples of one population of stories, nine in ten or more hold the truth (they say 19 in 20)."""
    chance = random.Random(3)
    groups = [(sum(chance.random() < 0.2 for _ in range(size)), size) for size in chance.choices((1, 2, 5), k=1000)]
    truth, things = sum(wanted for wanted, _ in groups), sum(size for _, size in groups)
    estimates = [total([Stratum(1000, things, chance.sample(groups, 150))]) for _ in range(300)]
    assert sum(abs(found.value - truth) <= found.margin for found in estimates) >= 270


# ── trial ────────────────────────────────────────────────────────────────────────────────────────


def test_hits_are_counted_and_judged(tmp_path: Path) -> None:
    """Found by the query, relevant by score, by day with its gap, by language and outlet; the rest passed over."""
    path = write(
        tmp_path / "a.db",
        [
            Line(title="Wheat prices", text="score 70", outlet="A", days_ago=3),
            Line(title="Le blé", text="score 60", translation="The wheat", language="fr", outlet="B", days_ago=1),
            Line(title="Wheat again", text="score 39", outlet="A"),
            Line(title="Oil", days_ago=1),
        ],
    )
    trial = tried(path)
    assert (trial.articles, trial.hits, trial.judged, trial.relevant) == (4, 3, 3, Estimate(value=2))
    assert [(d.key, d.articles, d.hits, d.relevant.value) for d in trial.by_day] == [
        ("2026-11-21", 1, 1, 1),
        ("2026-11-22", 0, 0, 0),
        ("2026-11-23", 2, 1, 1),
        ("2026-11-24", 1, 1, 0),
    ]
    assert [(t.key, t.hits, t.relevant.value) for t in trial.by_language] == [("en", 2, 1), ("fr", 1, 1)]
    assert [(t.key, t.hits, t.relevant.value) for t in trial.by_outlet] == [("A", 2, 1), ("B", 1, 1)]
    assert [(s.article_id, s.score) for s in trial.samples] == [(2, 60), (1, 70)]
    assert [(s.article_id, s.verdict) for s in trial.passed_over] == [(3, "score 39 is below 40")]
    assert trial.samples[0].reasons[0].words == "as its text says"


def test_an_article_counts_once(tmp_path: Path) -> None:
    """Met in original and translation it is one hit; a duplicate is none."""
    lines = [Line(title="Wheat", translation="Wheat", language="de"), Line(title="Wheat", duplicate=True)]
    trial = tried(write(tmp_path / "a.db", lines))
    assert (trial.articles, trial.hits) == (1, 1)


def test_languages_and_days_of_a_topic(tmp_path: Path) -> None:
    """Only the topic's languages, only articles first seen since the moment asked for."""
    lines = [Line(title="Wheat"), Line(title="Wheat", language="fr"), Line(title="Wheat", language="fr", days_ago=9)]
    topic = Topic(name="Wheat", query="wheat", languages=("fr",))
    with opened(write(tmp_path / "a.db", lines), topic) as bench:
        trial = try_topic(bench, since=days_ago(5), limit=10)
    assert (trial.articles, [sample.article_id for sample in trial.samples]) == (2, [2])


def test_alerts_to_expect_are_stories(tmp_path: Path) -> None:
    """Three articles of one story and one of none, in two days with articles: two alerts, so seven a week."""
    lines = [Line(title="Wheat", days_ago=d, story=s) for d, s in ((2, 1), (1, 1), (1, 1), (0.0, None))]
    found = tried(write(tmp_path / "a.db", lines)).forecast
    assert found is not None
    assert (found.a_week.value, found.of, found.days) == (7, "stories", 2)


def test_alerts_to_expect_without_stories(tmp_path: Path) -> None:
    """Articles are counted where none is in a story; an outage is not taken for days without hits."""
    lines = [Line(title="Wheat", days_ago=20), Line(title="Wheat"), Line(title="Oil", days_ago=19)]
    found = tried(write(tmp_path / "a.db", lines)).forecast
    assert found is not None
    assert (found.of, found.days, round(found.a_week.value, 2)) == ("articles", 3, 4.67)


def test_less_than_a_day_tells_nothing(tmp_path: Path) -> None:
    """No week is told from hours."""
    assert tried(write(tmp_path / "a.db", [Line(title="Wheat"), Line(title="Wheat", days_ago=0.4)])).forecast is None


def test_parts_of_a_query_that_finds_nothing(tmp_path: Path) -> None:
    """Each part's own hits show which is at fault."""
    path = write(tmp_path / "a.db", [Line(title="Wheat"), Line(title="Oil")])
    trial = tried(path, Topic(name="x", query="wheat AND barley"))
    assert [(part.label, part.hits) for part in trial.parts] == [("wheat", 1), ("barley", 0)]


def test_a_mistake_in_a_query(tmp_path: Path) -> None:
    """It is named with its place."""
    path = write(tmp_path / "a.db", [Line(title="Wheat")])
    with pytest.raises(QueryError), opened(path, Topic(name="x", query="wheat AND")):
        pass


def test_an_empty_archive(tmp_path: Path) -> None:
    """Nothing to find, and nothing breaks."""
    trial = tried(write(tmp_path / "a.db", []))
    assert (trial.articles, trial.latest, trial.by_day, trial.relevant) == (0, None, (), Estimate(value=0))


# ── many hits ────────────────────────────────────────────────────────────────────────────────────


def test_when_time_is_up_the_rest_is_estimated(tmp_path: Path) -> None:
    """Few seconds: not all judged, hits still counted, and the truth within each margin; unlimited: counted."""
    path = write(tmp_path / "a.db", many())
    whole, part = tried(path), tried(path, seconds=8)
    assert (whole.judged, whole.relevant.margin) == (MANY, 0)
    assert part.judged < MANY
    assert part.hits == MANY
    assert 0 < abs(part.relevant.value - whole.relevant.value) <= part.relevant.margin
    assert whole.forecast is not None
    assert part.forecast is not None
    assert abs(part.forecast.a_week.value - whole.forecast.a_week.value) <= part.forecast.a_week.margin
    for counted, estimated in zip(whole.by_day, part.by_day, strict=True):
        assert estimated.relevant.margin > 0 or estimated.relevant == counted.relevant


def test_no_time_at_all_still_judges_some(tmp_path: Path) -> None:
    """An estimate rests on something."""
    assert 0 < tried(write(tmp_path / "a.db", many()), seconds=0).judged < MANY


def test_child_processes_say_the_same(tmp_path: Path) -> None:
    """Two processes judge as one does."""
    path = write(tmp_path / "a.db", many())
    alone, together = tried(path), tried(path, processes=2)
    assert (alone.relevant, alone.by_day, alone.samples) == (together.relevant, together.by_day, together.samples)


def test_the_draw_is_the_same_each_time(tmp_path: Path) -> None:
    """The same hits in the same order, stories kept together."""
    with opened(write(tmp_path / "a.db", many()), WHEAT) as bench:
        found = bench.reader.hits.find("wheat")
    assert units(found) == units(reversed(found))
    assert all(len({hit.story_id for hit in unit}) == 1 for unit in units(found))


# ── diff ─────────────────────────────────────────────────────────────────────────────────────────


def test_gained_and_lost(tmp_path: Path) -> None:
    """What only one of two queries finds, with the sentence and what kept the other from it."""
    lines = [Line(title="Wheat and oil"), Line(title="Wheat"), Line(title="Barley"), Line(title="Barley oil")]
    path = write(tmp_path / "a.db", lines)
    diff = compared(path, WHEAT, Topic(name="new", query="(wheat OR barley) AND NOT oil"))
    assert (diff.unchanged.value, diff.gained.value, diff.lost.value) == (1, 1, 1)
    assert [(c.sample.article_id, c.sample.sentence, c.why) for c in diff.gained_samples] == [
        (3, "Barley", "it lacks wheat")
    ]
    assert [(c.sample.article_id, c.why) for c in diff.lost_samples] == [(1, "it has oil, which the query takes away")]


def test_a_raised_threshold(tmp_path: Path) -> None:
    """The same query, more asked: what is lost says its score."""
    path = write(tmp_path / "a.db", [Line(title="Wheat", text="score 50"), Line(title="Wheat", text="score 80")])
    diff = compared(path, WHEAT, Topic(name="new", query="wheat", min_score=60))
    assert [(c.sample.article_id, c.why) for c in diff.lost_samples] == [(1, "score 50 is below 60")]
    assert (diff.old.relevant.value, diff.new.relevant.value, diff.gained.value) == (2, 1, 0)


def test_a_topic_is_no_different_from_itself(tmp_path: Path) -> None:
    """Nothing gained, nothing lost."""
    diff = compared(write(tmp_path / "a.db", many()), WHEAT, WHEAT)
    assert (diff.gained, diff.lost) == (Estimate(value=0), Estimate(value=0))


def test_a_diff_of_many_is_estimated(tmp_path: Path) -> None:
    """Both what one query finds alone and what both find is drawn from; the truth lies within the margins."""
    path = write(tmp_path / "a.db", many())
    new = Topic(name="new", query="wheat NOT (title:3* OR title:2*)")
    whole, part = compared(path, WHEAT, new), compared(path, WHEAT, new, seconds=8)
    assert part.judged < part.found == MANY
    for name in ("unchanged", "gained", "lost"):
        counted, estimated = getattr(whole, name), getattr(part, name)
        assert abs(estimated.value - counted.value) <= estimated.margin, name
    assert whole.lost.value > 0
