"""How a package is run: the settings where they speak, the machine where they do not."""

from __future__ import annotations

import pytest

from monitor.config import TranslationSettings
from monitor.translate.machine import Plan, here, plan


@pytest.mark.parametrize(
    ("settings", "cores", "gpus", "expected"),
    [
        ({}, 2, 0, Plan(device="cpu", compute_type="auto", threads=2, batch_tokens=1024, beam=2)),
        ({}, 8, 1, Plan(device="cuda", compute_type="auto", threads=1, batch_tokens=8192, beam=4)),
        ({"device": "cpu"}, 8, 1, Plan(device="cpu", compute_type="auto", threads=8, batch_tokens=256, beam=2)),
        ({"device": "cuda"}, 8, 0, Plan(device="cuda", compute_type="auto", threads=1, batch_tokens=8192, beam=4)),
        (
            {"threads": 3, "beam": 1, "batch_tokens": 64, "compute_type": "int8"},
            8,
            0,
            Plan(device="cpu", compute_type="int8", threads=3, batch_tokens=64, beam=1),
        ),
    ],
)
def test_plan(settings: dict[str, object], cores: int, gpus: int, expected: Plan) -> None:
    """A GPU is used when there is one and nobody forbids it; what is set is obeyed, the rest is chosen."""
    assert plan(TranslationSettings(**settings), cores=cores, gpus=gpus) == expected  # type: ignore[arg-type]


def test_the_plan_is_said_in_words() -> None:
    """`monitor models list` shows it."""
    settings = TranslationSettings(device="cpu", threads=1)
    assert str(here(settings)) == "cpu, auto arithmetic, 1 thread, beam 2, 1024 tokens a batch"


def test_a_small_package_takes_small_batches() -> None:
    """One that fits the caches is faster so; what is set is obeyed all the same."""
    small = plan(TranslationSettings(), cores=2, gpus=0, package_bytes=10_000_000)
    assert small.batch_tokens == 512
    assert plan(TranslationSettings(batch_tokens=900), cores=2, gpus=0, package_bytes=10_000_000).batch_tokens == 900
