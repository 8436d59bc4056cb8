"""`monitor topics` as people call it: test, diff, accept, reject, unlabel, labels and score."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_archives import Line, scored, write

from monitor import cli
from monitor.archive import Archive
from monitor.commands.charts import Column, bar, columns

pytestmark = pytest.mark.usefixtures("scored")
__all__ = ["scored"]

CONFIG = """
[[topics]]
name = "Wheat"
query = "wheat"

[[topics]]
name = "Grain"
query = "wheat OR barley"
"""
LINES = [
    Line(title="Le blé", text="Le blé part. score 80", translation="The wheat leaves.", language="fr", days_ago=3),
    Line(title="Wheat Kings [bold]win the hockey final", text="score 70", outlet="B", days_ago=2),
    Line(title="Barley\x1b[2J", days_ago=1.5),
    Line(title="Wheat", text="score 20"),
]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls `monitor topics` as the console script does, on this folder's configuration; no traceback may show."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")

    def invoke(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["monitor", "-c", str(tmp_path / "config.toml"), "topics", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code, said.out, said.err)

    return invoke


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return write(tmp_path / "archive.db", LINES, datetime.now(UTC))


# ── test ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("filled")
def test_a_trial_in_words(call: Call) -> None:
    """Counts, chart, tables, alerts to expect, sentence with translation and score, what was passed over."""
    said = call("test", "Wheat")
    assert said.code == 0
    for part in (
        "Wheat\n  wheat · score 40 or more\n",
        "3 of 4 articles of the last 30 days met it; 2 are relevant.",
        "Relevant articles a day; most: 1 on",
        "Alerts to expect: 4.7 a week, one an article, as there are no stories yet; from 3 days of archive.",
        "Le blé part. score 80",
        "= The wheat leaves.",
        "score 80: as its text says (+80)",
        "Passed over, the best of them:",
        "score 20: as its text says (+20); score 20 is below 40",
        "Wheat Kings [bold]win",
    ):
        assert part in said.out
    assert re.search(r"^fr +1 +1  █", said.out, re.M)
    assert max(map(len, said.out.splitlines())) <= 100
    chart = said.out.partition("a day;")[2].partition("Alerts")[0]
    assert max(map(len, chart.splitlines())) <= 80


@pytest.mark.usefixtures("filled")
def test_a_trial_for_machines(call: Call) -> None:
    """JSON has the same numbers."""
    found = json.loads(call("test", "Wheat", "--json").out)
    assert (found["articles"], found["hits"], found["relevant"]) == (4, 3, {"value": 2.0, "margin": 0.0})
    assert [sample["article_id"] for sample in found["samples"]] == [2, 1]


@pytest.mark.usefixtures("filled")
def test_what_a_trial_can_be_asked(call: Call) -> None:
    """Another query, a higher score, a pack left out, the whole archive, fewer articles, every one judged."""
    assert "3 of 4 articles met it; 1 is relevant" in call("test", "Wheat", "--all", "--min-score", "75").out
    assert "1 of 4 articles of" in call("test", "new", "--query", "barley", "--exact").out
    assert "not about sport" in call("test", "Wheat", "--exclude", "sport", "--within", "sentence").out
    assert "1 of 1 article of the last day met" in call("test", "Wheat", "--days", "1").out
    assert "Le blé" not in call("test", "Wheat", "--limit", "1").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("test", "Rye"), r"Rye: no such topic.*Wheat, Grain.*--query"),
        (("test", "x", "--query", "wheat AND"), r"(?s)Error: .*\nwheat AND\n +\^"),
        (("diff", "Whaet", "Grain"), r"Did you mean “Wheat”"),
        (("diff", "Wheat", "wheat OR ("), r"(?s)\nwheat OR \(\n +\^"),
        (("accept", "Rye", "1"), r"Rye: no such topic"),
        (("score", "Rye"), r"Rye: no such topic"),
        (("score", "Wheat"), r"Wheat has no labels"),
        (("labels", "Rye"), r"Rye: no such topic"),
        (("unlabel", "Wheat", "1"), r"article 1 has no label"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_mistakes_are_named(call: Call, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, what is wrong and what to do."""
    answer = call(*words)
    assert answer.code == 2
    assert re.search(said, answer.err)


def test_nothing_to_look_at(call: Call, tmp_path: Path) -> None:
    """No archive, an empty one, one without news of late: each says so and what to do."""
    assert "no archive here yet" in call("test", "Wheat").err
    write(tmp_path / "archive.db", [])
    assert "holds no articles yet" in call("test", "Wheat").out
    write(tmp_path / "archive.db", [Line(title="Wheat", days_ago=90)], datetime.now(UTC))
    assert "--days or --all look further back" in call("test", "Wheat").out


@pytest.mark.usefixtures("filled")
def test_a_query_that_finds_nothing(call: Call) -> None:
    """Each part is counted alone."""
    said = call("test", "x", "--query", "wheat AND rye")
    assert "0 of 4 articles" in said.out
    assert "wheat alone: 3 articles" in said.out
    assert "rye alone: 0 articles" in said.out


def test_beside_a_running_daemon(call: Call, filled: Path) -> None:
    """Reading commands work while the archive is written to."""
    daemon = Archive.open(filled)
    assert "3 of 4 articles" in call("test", "Wheat").out
    assert "gained 1, lost 0" in call("diff", "Wheat", "Grain").out
    daemon.close()


# ── diff ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("filled")
def test_a_diff_in_words(call: Call) -> None:
    """Both sides, what changes, why, and what the labels say."""
    call("accept", "Wheat", "1")
    call("reject", "Wheat", "2")
    said = call("diff", "Wheat", "wheat NOT hockey", "--min-score", "10")
    assert said.code == 0
    for part in (
        "OLD  Wheat: wheat",
        "NEW  wheat NOT hockey",
        "3 met the query, 2 relevant; 4.7 articles a week",
        "Unchanged 1, gained 1, lost 1.",
        "On 2 labels: precision 0.50 → 1.00, recall 1.00 → 1.00.",
        "OLD: score 20 is below 40",
        "NEW: it has hockey, which the query takes away",
    ):
        assert part in said.out
    found = json.loads(call("diff", "Wheat", "Grain", "--json").out)
    assert (found["gained"]["value"], found["gained_samples"][0]["sample"]["article_id"]) == (1, 3)


@pytest.mark.usefixtures("filled")
def test_what_could_move_the_cursor_is_not_printed(call: Call) -> None:
    """A title's control characters come out as signs of replacement."""
    assert "\x1b" not in call("diff", "Wheat", "Grain").out


# ── labels ───────────────────────────────────────────────────────────────────────────────────────


def test_labels_are_recorded_and_listed(call: Call, filled: Path) -> None:
    """Said when done, or when left for the daemon; listed in words, JSON and CSV; taken back."""
    assert call("accept", "Wheat", "1", "4", "--note", "harvest, of course").out == (
        "2 articles accepted for Wheat: recorded.\n"
    )
    assert call("reject", "Wheat", "https://a.example/2").out == "1 article rejected for Wheat: recorded.\n"
    listed = call("labels", "Wheat").out
    assert "accept  1  A (fr): Le blé  (harvest, of course)" in listed
    assert "reject  2  B (en): Wheat Kings" in listed
    assert "Wheat: 3 labels" in call("labels").out
    assert sorted(one["verdict"] for one in json.loads(call("labels", "--json").out)) == ["accept", "accept", "reject"]
    rows = list(csv.DictReader(io.StringIO(call("labels", "Wheat", "--csv").out)))
    assert (rows[0]["article"], rows[0]["note"]) == ("1", "harvest, of course")
    assert call("unlabel", "Wheat", "4").out == "1 label taken back: recorded.\n"
    daemon = Archive.open(filled)
    assert "the daemon records it within seconds" in call("accept", "Wheat", "3").out
    daemon.close()


def test_an_unknown_article_leaves_no_order(call: Call, filled: Path) -> None:
    """Exit code 1, the id named, nothing recorded and nothing left for the daemon."""
    daemon = Archive.open(filled)
    said = call("accept", "Wheat", "1", "77")
    assert (said.code, "Article 77" in said.err) == (1, True)
    assert not filled.with_name("archive.db.orders").exists()
    daemon.close()


@pytest.mark.usefixtures("filled")
def test_no_labels_yet(call: Call) -> None:
    """It says how they are made."""
    assert "topics accept" in call("labels").out
    assert "topics accept" in call("labels", "Wheat").out


@pytest.mark.usefixtures("filled")
def test_a_score_in_words(call: Call) -> None:
    """Precision, recall, each mistake with score and note; a floor that is not reached makes the exit code 1."""
    call("accept", "Wheat", "1", "3")
    call("reject", "Wheat", "2", "--note", "ice hockey")
    said = call("score", "Wheat")
    assert said.code == 0
    for part in (
        "Wheat: 2 accepted, 1 rejected.",
        "Precision 0.50: of 2 articles it tells of, 1 accepted.",
        "Recall    0.50: of 2 accepted, it tells of 1.",
        "Told of, though rejected (1):",
        "score 70: as its text says (+70); note: ice hockey",
        "Not told of, though accepted (1):",
        "it lacks wheat",
        "from 3 rejected articles",
    ):
        assert part in said.out
    assert call("score", "Wheat", "--floor-precision", "0.5", "--floor-recall", "0.5").code == 0
    assert call("score", "Wheat", "--floor-precision", "0.6").code == 1
    assert "Recall    1.00" in call("score", "Wheat", "--query", "wheat OR barley").out
    assert json.loads(call("score", "Wheat", "--json").out)["before"]["precision"] == 0.5


def test_proposals_in_words(call: Call, tmp_path: Path) -> None:
    """What to paste, what it would do, and on which counts that rests."""
    good = [Line(title=f"Wheat harvest {word}") for word in ("north", "south", "port", "hill")]
    bad = [Line(title=f"Wheat Kings hockey {word}", text="score 90") for word in ("final", "game", "trade", "cup")]
    write(tmp_path / "archive.db", [*good, *bad, Line(title="Snow"), Line(title="The Kings of old")])
    call("accept", "Wheat", "1", "2", "3", "4")
    call("reject", "Wheat", "5", "6", "7", "8")
    said = call("score", "Wheat").out
    assert "  NOT hockey\n" in said
    assert "drops 4 of 4 wrongly told of, loses no accepted one: precision 0.50 → 1.00, recall 1.00 → 1.00" in said
    assert "hockey: in 4 of 4 rejected, 0 of 4 accepted" in said


# ── charts ───────────────────────────────────────────────────────────────────────────────────────


def test_columns_are_to_scale() -> None:
    """The highest fills its lines, half of it half; what is small is seen; days without collection are dotted."""
    values = [8, 4, 0.1, 0]
    shown = columns([Column(label=f"d{i}", value=v, collected=i != 3) for i, v in enumerate(values)], height=2)
    assert shown == ["█", "█ █ ▁", "──────··", "d0    d3"]


def test_many_days_fit() -> None:
    """A year is joined to fewer columns, and stays within 80 characters."""
    assert max(map(len, columns([Column(label=f"{n:010}", value=n % 7) for n in range(365)]))) <= 79
    assert columns([]) == []


def test_bars_are_to_scale() -> None:
    """Eighths of a character; never nothing for something, nothing for nothing."""
    assert [bar(v, 8, 4) for v in (8, 4, 1, 0.001, 0)] == ["████", "██", "▌", "▏", ""]
