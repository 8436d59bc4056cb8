"""How a package is run on this machine: device, arithmetic, threads, batch and beam, where the settings leave it open.

The constants were measured with `benchmarks/translate.py`; that page of results says on what.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import ctranslate2

from monitor.config import TranslationSettings

# The smallest beam that loses less than half a point of chrF against beam 4 on FLORES-200 dev: beam 1 loses
# 1.3 with the small package, beam 2 0.3. A GPU decodes beam 4 at nearly the same speed.
BEAM_CPU, BEAM_CUDA = 2, 4
# Source tokens in a batch at the beam above, padding counted. With a package of the usual size and two cores, 512 take
# a fifth more CPU time than 1024, and 2048 a twentieth less but twice the memory.
TOKENS_CPU, TOKENS_CUDA = 1024, 8192
# A package that fits the processor's caches is a tenth faster with small batches; the usual ones have 60 MB and more.
TOKENS_SMALL, SMALL_BYTES = 512, 32_000_000
# Each thread keeps the work space of its batch, about 90 MB at 1024 tokens with a package of the usual size: on more
# cores than two the batches are smaller, so that the child stays within 250 MB + 1.6 × the package.
TOKENS_AT_ONCE, TOKENS_LEAST = 2048, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What CTranslate2 is asked for. `threads` batches run side by side, each on one core."""

    device: str  # cpu | cuda
    compute_type: str  # of CTranslate2; "auto" is the fastest that this machine has
    threads: int
    batch_tokens: int
    beam: int

    def tokens(self, beam: int) -> int:
        """Tokens of a batch that is searched with `beam`: what CTranslate2 keeps of a sentence grows with it."""
        return scaled(self.batch_tokens, self.beam, beam)

    def __str__(self) -> str:
        return (
            f"{self.device}, {self.compute_type} arithmetic, {self.threads} thread{'s' * (self.threads > 1)}, "
            f"beam {self.beam}, {self.batch_tokens} tokens a batch"
        )


def plan(settings: TranslationSettings, *, cores: int, gpus: int, package_bytes: int = SMALL_BYTES) -> Plan:
    """What the settings say, and this machine's best for a package of that size where they say nothing."""
    device = settings.device if settings.device != "auto" else ("cuda" if gpus else "cpu")
    cuda = device == "cuda"
    beam = settings.beam or (BEAM_CUDA if cuda else BEAM_CPU)
    # One thread for each of several batches: on two shared cores four times as fast as two threads for one batch.
    threads = settings.threads or (1 if cuda else cores)
    most = TOKENS_SMALL if package_bytes < SMALL_BYTES else TOKENS_CPU
    at_once = TOKENS_CUDA if cuda else max(TOKENS_LEAST, min(most, TOKENS_AT_ONCE // threads))
    tokens = scaled(at_once, BEAM_CUDA if cuda else BEAM_CPU, beam)
    return Plan(
        device=device,
        compute_type=settings.compute_type,
        threads=threads,
        batch_tokens=settings.batch_tokens or tokens,
        beam=beam,
    )


def scaled(tokens: int, beam: int, wider: int) -> int:
    """So many tokens at `beam` take about the memory of how many at a wider one? Never more than at `beam`."""
    return max(1, tokens * beam // max(beam, wider))


def here(settings: TranslationSettings, package_bytes: int = SMALL_BYTES) -> Plan:
    """The plan for a package on this machine and the cores this process may use."""
    return plan(settings, cores=len(os.sched_getaffinity(0)), gpus=_gpus(), package_bytes=package_bytes)


def _gpus() -> int:
    try:
        return int(ctranslate2.get_cuda_device_count())
    except RuntimeError:  # a driver that is there and does not work
        return 0
