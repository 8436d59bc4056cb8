"""A batch that kills its child: the sentence to blame is found, the rest goes on, and a broken child is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import worker_jobs

from monitor.config import WorkerSettings
from monitor.errors import WorkerError
from monitor.run.halving import MOST_DEATHS, Halving
from monitor.run.workers import Workers

TEXTS = [f"sentence {number}" for number in range(100)]


class Child:
    """Dies of the texts it is told to, so many times each; counts how often it was asked."""

    def __init__(self, **deaths: int) -> None:
        self.deaths = deaths
        self.asked: list[tuple[int, float]] = []

    async def __call__(self, texts: Sequence[str], share: float) -> Sequence[str]:
        self.asked.append((len(texts), share))
        for text in texts:
            if self.deaths.get(text.replace(" ", "_"), 0) > 0:
                self.deaths[text.replace(" ", "_")] -= 1
                raise WorkerError("was ended by SIGSEGV")
        return [text.upper() for text in texts]


def halved(child: Child, texts: Sequence[str] = TEXTS) -> list[str]:
    return asyncio.run(Halving(child, lambda text, error: f"blamed: {text}").run(texts))


def test_the_one_to_blame_is_found() -> None:
    """One of a hundred sentences kills the child whenever it is asked: it alone is marked, in about 2·log2(n) calls."""
    child = Child(sentence_42=1000)
    expected = [text.upper() for text in TEXTS]
    expected[42] = "blamed: sentence 42"
    assert halved(child) == expected
    assert len(child.asked) <= 17
    assert min(share for _, share in child.asked) == 0.1


def test_two_to_blame_are_found() -> None:
    """Each bad sentence is found by itself."""
    found = halved(Child(sentence_0=1000, sentence_99=1000))
    assert [text for text in found if text.startswith("blamed")] == ["blamed: sentence 0", "blamed: sentence 99"]


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1]])
def test_a_child_that_died_of_something_else_blames_nobody(texts: list[str]) -> None:
    """One death, from a full machine say, costs a second try and marks nothing."""
    assert halved(Child(sentence_0=1), texts) == [text.upper() for text in texts]


def test_when_everything_kills_the_child_the_batch_fails() -> None:
    """A child that cannot work at all must not mark a day's press as poisoned."""
    child = Child(**{text.replace(" ", "_"): 1000 for text in TEXTS})
    with pytest.raises(WorkerError, match="SIGSEGV"):
        halved(child)
    assert len(child.asked) <= 2 * MOST_DEATHS


def test_a_short_batch_of_which_nothing_comes_through_is_not_to_blame() -> None:
    """Title and lead of one article while no child can live: owed still, not marked as deadly sentences."""
    child = Child(sentence_0=1000, sentence_1=1000, sentence_2=1000)
    with pytest.raises(WorkerError, match="SIGSEGV"):
        halved(child, TEXTS[:3])


def test_real_children_are_killed_and_replaced() -> None:
    """A sentence that ends the process by SIGSEGV is marked; its neighbours come from children started anew."""

    async def work() -> list[str]:
        async with Workers(WorkerSettings(processes=1), packages=("monitor", "worker_jobs")) as workers:

            async def ask(texts: Sequence[str], share: float) -> Sequence[str]:
                return await workers.run_within(share, "translate", worker_jobs.upper_or_die, tuple(texts))

            return await Halving(ask, lambda text, error: str(error)).run(["one", "poison", "three", "four"])

    one, blamed, three, four = asyncio.run(work())
    assert (one, three, four) == ("ONE", "THREE", "FOUR")
    assert "SIGSEGV" in blamed
