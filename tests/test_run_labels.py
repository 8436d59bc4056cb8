"""Labels: kept whoever holds the archive; what a topic's quality and what to exclude are learnt from."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from newsrooms import NOW
from small_archives import Line, opened, scored, write

from monitor.archive import Archive, Reader
from monitor.errors import MonitorError
from monitor.models import Label, Topic
from monitor.run import labels, orders
from monitor.run.lab.labelled import labelled
from monitor.run.lab.proposals import Proposals, propose
from monitor.run.lab.quality import measure
from monitor.run.lab.words import likelihood_ratio
from monitor.topics.packs import Pack

pytestmark = pytest.mark.usefixtures("scored")
__all__ = ["scored"]

WHEAT = Topic(name="Wheat", query="wheat")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.db", [Line(title="Wheat one"), Line(title="Wheat two"), Line(title="Oil")])


def label(path: Path, *sources: str, accepted: bool = True, note: str = "") -> bool:
    with Reader.open(path) as reader:
        articles = labels.articles(reader, sources)
    return labels.put(path, "Wheat", articles, accepted=accepted, note=note, at=NOW)


def kept(path: Path) -> list[tuple[int, bool, str]]:
    with Reader.open(path) as reader:
        return [(one.article_id, one.accepted, one.note) for one in reader.labels.of_topic("Wheat")]


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────


def test_a_label_is_kept_and_replaced(path: Path) -> None:
    """By id or address; the later verdict stands; taken back, it is gone."""
    assert label(path, "1", "https://a.example/2", note="harvest")
    assert kept(path) == [(1, True, "harvest"), (2, True, "harvest")]
    assert label(path, "2", accepted=False)
    assert kept(path) == [(1, True, "harvest"), (2, False, "")]
    with Reader.open(path) as reader:
        assert [(one.article, one.verdict, one.title) for one in labelled(reader, ["Wheat"])] == [
            (1, "accept", "Wheat one"),
            (2, "reject", "Wheat two"),
        ]
        assert reader.labels.topics() == {"Wheat": 2}
        labels_of_two = labels.articles(reader, ["2"])
    assert labels.remove(path, "Wheat", labels_of_two, at=NOW)
    assert [number for number, _, _ in kept(path)] == [1]


@pytest.mark.parametrize("source", ["99", "https://nowhere.example/"])
def test_an_unknown_article(path: Path, source: str) -> None:
    """The error names it and what shows ids."""
    with Reader.open(path) as reader, pytest.raises(MonitorError, match=r"none of that (id|address).*topics test"):
        labels.articles(reader, ["1", source])


def test_labels_beside_a_running_daemon(path: Path) -> None:
    """While another process writes, the order is left for it, and carried out by it in order."""
    daemon = Archive.open(path)
    assert not label(path, "1")
    assert not label(path, "1", accepted=False)
    assert kept(path) == []
    assert orders.carry_out(daemon, path, NOW) == 2
    daemon.close()
    assert kept(path) == [(1, False, "")]


def test_whoever_finds_an_order_knows_it(path: Path) -> None:
    """A process that has imported nothing but orders carries out a label."""
    folder = path.with_name(path.name + ".orders")
    folder.mkdir()
    values = {"topic": "Wheat", "articles": [1], "accepted": True, "note": "", "at": "2026-11-24T12:00:00Z"}
    (folder / "0.json").write_text(json.dumps({"kind": "label", "values": values}))
    program = (
        "import sys; from pathlib import Path; from monitor.archive import Archive\n"
        "from monitor.models import SystemClock\n"
        "from monitor.run import orders\n"
        "path = Path(sys.argv[1]); archive = Archive.open(path); "
        "assert orders.carry_out(archive, path, SystemClock().now()) == 0"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=60)
    assert kept(path) == [(1, True, "")]


def test_an_article_that_is_gone_has_no_label(path: Path) -> None:
    """An order for it does no harm, and is carried out as often as it comes."""
    with Archive.open(path) as archive:
        handler = orders._handler("label")
        for _ in range(2):
            handler(archive, {"topic": "Wheat", "articles": [1, 99], "accepted": True, "note": "", "at": "2026-11-24"})
    assert kept(path) == [(1, True, "")]


# ── quality ──────────────────────────────────────────────────────────────────────────────────────


def labelled_as(accepted: Sequence[int], rejected: Sequence[int]) -> list[Label]:
    return [
        Label(topic="Wheat", article_id=number, accepted=good, at=NOW)
        for numbers, good in ((accepted, True), (rejected, False))
        for number in numbers
    ]


def test_precision_and_recall(tmp_path: Path) -> None:
    """Each label is judged: found or not, relevant or not; mistakes say why."""
    lines = [
        Line(title="Wheat", text="score 80"),
        Line(title="Wheat", text="score 20"),
        Line(title="Barley"),
        Line(title="Wheat", text="score 70"),
        Line(title="Wheat", text="score 10"),
    ]
    with opened(write(tmp_path / "a.db", lines), WHEAT) as bench:
        found = measure(bench.reader, bench.topics[0], labelled_as([1, 2, 3], [4, 5]))
    assert (found.accepted, found.rejected, found.found, found.kept_out) == (3, 2, 1, 1)
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert [(v.label.article_id, v.sample.verdict) for v in found.wrong] == [
        (2, "score 20 is below 40"),
        (3, "it lacks wheat"),
        (4, ""),
    ]


def test_nothing_to_measure_on(path: Path) -> None:
    """Without labels there is neither precision nor recall."""
    with opened(path, WHEAT) as bench:
        found = measure(bench.reader, bench.topics[0], [])
    assert (found.precision, found.recall) == (None, None)


# ── what to exclude ──────────────────────────────────────────────────────────────────────────────

GOOD = [
    "Wheat harvest in the north was better",
    "The price of wheat rose in the port",
    "Wheat came to the port of Odesa",
    "In the south the wheat was sown",
]
BAD = [
    "The Wheat Kings won the hockey final",
    "Wheat Kings lose the hockey game in the snow",
    "A hockey trade: the Wheat Kings sign a goalie",
    "Hockey: the Wheat Kings in the port city",
]


def proposals(
    folder: Path, good: Sequence[str], bad: Sequence[str], *, language: str = "en", **packs: Pack
) -> Proposals:
    others = [f"The minister was in the city, and the snow fell on day {number}" for number in range(30)]
    lines = [Line(title=title, language=language) for title in (*good, *bad, *others)]
    numbers = range(1, len(good) + len(bad) + 1)
    with opened(write(folder / "a.db", lines), WHEAT) as bench:
        known = labelled_as(numbers[: len(good)], numbers[len(good) :])
        return propose(bench.reader, bench.topics[0], known, packs)


def test_a_noise_term_is_found(tmp_path: Path) -> None:
    """The word that only rejected articles have is proposed, alone, with what it would do: not the stop words."""
    found = proposals(tmp_path, GOOD, BAD).words
    assert found is not None
    assert (found.paste, found.dropped, found.lost) == ("NOT hockey", 4, ())
    assert [(hint.name, hint.rejected, hint.accepted) for hint in found.hints] == [("hockey", 4, ())]
    assert (found.after.precision, found.after.recall) == (1.0, 1.0)


def test_a_word_that_costs_is_not_proposed(tmp_path: Path) -> None:
    """It is told apart, with the accepted article that would be lost."""
    good = [*(f"{title} {number}" for title in GOOD for number in range(3)), "Wheat at a hockey ground"]
    bad = [title.replace("Kings", "") for title in BAD]
    found = proposals(tmp_path, good, bad)
    assert found.words is None
    assert [(hint.name, hint.rejected, hint.accepted) for hint in found.costly] == [("hockey", 4, (13,))]


def test_a_stop_word_is_no_noise(tmp_path: Path) -> None:
    """A word that all rejected articles have and no accepted one is left alone when the archive is full of it."""
    bad = [f"Snow on wheat fields {number}" for number in ("one", "two", "three", "four")]
    found = proposals(tmp_path, GOOD, bad).words
    assert found is not None
    assert [hint.name for hint in found.hints] == ["fields"]


def test_words_without_spaces(tmp_path: Path) -> None:
    """Chinese is told by two characters, which can be pasted as they are."""
    good = ["wheat 小麦丰收", "wheat 小麦出口", "wheat 港口小麦", "wheat 小麦播种"]
    bad = ["wheat 足球比赛", "wheat 中国足球", "wheat 足球教练", "wheat 看足球"]
    found = proposals(tmp_path, good, bad, language="zh").words
    assert found is not None
    assert (found.paste, found.dropped) == ('NOT "足球"', 4)


def test_a_noise_pack_is_proposed(tmp_path: Path) -> None:
    """A pack whose words stand in the rejected articles, if leaving it out drops them."""
    sport = Pack(name="hockey", title="Hockey", written={"en": {"names": ("hockey",)}}, noise=True)
    plain = Pack(name="kings", title="Kings", written={"en": {"names": ("kings",)}})
    with_text = [f"{title} hockey" for title in BAD]
    lines = [Line(title=title, text="plain words") for title in GOOD]
    lines += [Line(title=title, text="hockey tonight") for title in with_text]
    with opened(write(tmp_path / "a.db", lines), WHEAT) as bench:
        known = labelled_as([1, 2, 3, 4], [5, 6, 7, 8])
        found = propose(bench.reader, bench.topics[0], known, {"hockey": sport, "kings": plain})
    assert [(effect.paste, effect.dropped, effect.lost) for effect in found.packs] == [('exclude = ["hockey"]', 4, ())]


def test_too_little_to_learn_from(tmp_path: Path) -> None:
    """Nothing is told from two rejected articles, nor without accepted ones."""
    assert proposals(tmp_path / "a", GOOD, BAD[:2]).words is None
    assert proposals(tmp_path / "b", [], BAD).words is None


def test_the_likelihood_ratio() -> None:
    """Dunning's G² of 4 of 4 against 0 of 4 is 2 · 8 · ln 2; of equal shares it is 0."""
    assert likelihood_ratio(4, 4, 0, 4) == pytest.approx(11.09, abs=0.01)
    assert likelihood_ratio(1, 2, 2, 4) == pytest.approx(0)
