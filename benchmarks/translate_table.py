"""What `translate.py` prints of what it measured: rates, ratios, memory, and whether the targets are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

# Targets of the program, as ratios from one run.
FASTER_THAN_ARGOS, SHARE_OF_CEILING, CHRF_WITHIN = 15.0, 0.85, 0.5
MEMORY_MB, MEMORY_OF_PACKAGE = 250.0, 1.6
BEAM_LOSES = 0.5  # chrF, less than which the default beam may lose against the largest


@dataclass(slots=True)
class Row:
    """One side. `rates` are its rounds, in the order of the rounds; `size` is CTranslate2's batch in tokens."""

    name: str
    kind: str  # argos | daemon | first | ceiling
    beam: int = 4
    size: int = 0
    rates: list[float] = field(default_factory=list)
    chrf: float | None = None
    peak_kib: int = 0
    unverified: str = ""
    otherwise: int = 0  # articles in which Argos said something else than with one thread

    @property
    def rate(self) -> float:
        return median(self.rates) if self.rates else 0.0

    @property
    def peak_mb(self) -> float:
        return self.peak_kib * 1024 / 1e6


def ratio(row: Row, base: Row | None) -> float | None:
    """Median of the rounds' ratios: what disturbs the machine for a while disturbs both."""
    if base is None or not row.rates or len(row.rates) != len(base.rates):
        return None
    return median(one / other for one, other in zip(row.rates, base.rates, strict=True))


def limit_mb(package_bytes: int) -> float:
    """What the child that translates may use, in MB of 1,000,000 bytes."""
    return MEMORY_MB + MEMORY_OF_PACKAGE * package_bytes / 1e6


def best(rows: Sequence[Row], kind: str, beam: int | None = None) -> Row | None:
    """The fastest of a kind."""
    some = [row for row in rows if row.kind == kind and row.rates and (beam is None or row.beam == beam)]
    return max(some, key=lambda row: row.rate, default=None)


def show(rows: Sequence[Row], package_bytes: int) -> None:
    """A Markdown table, one side a line."""
    default, fastest = rows[0], best(rows, "argos")
    print("| | sentences/s | range of rounds | × Argos's default | × Argos's best | of the ceiling | chrF | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        ceiling = best(rows, "ceiling", row.beam) if row.kind in ("first", "daemon") else None
        spread = f"{min(row.rates):.1f}–{max(row.rates):.1f}" if row.rates else "–"
        cells = (
            row.name,
            f"{row.rate:.1f}" if row.rates else "–",
            spread,
            _number(ratio(row, default), ".1f"),
            _number(ratio(row, fastest), ".1f"),
            _number(ratio(row, ceiling), ".2f"),
            _number(row.chrf, ".2f"),
            f"{row.peak_mb:.0f}",
        )
        print("| " + " | ".join(cells) + " |")
    print(f"\nMemory limit for ours: {MEMORY_MB:g} + {MEMORY_OF_PACKAGE} × {package_bytes / 1e6:.1f}", end="")
    print(f" = {limit_mb(package_bytes):.0f} MB.")


def verdicts(rows: Sequence[Row], beam: int, package_bytes: int) -> list[tuple[str, float, bool]]:
    """(target, what was measured, met?) for the engine's default `beam`, memory for the worst of them."""
    ours = best(rows, "daemon", beam) or best(rows, "first", beam)
    assert ours is not None
    found = [
        (f"≥ {FASTER_THAN_ARGOS:g} × {base.name} ({ours.name})", value, value >= FASTER_THAN_ARGOS)
        for base in (rows[0], best(rows, "argos"))
        if base is not None and (value := ratio(ours, base)) is not None
    ]
    for row in rows:
        if row.kind == "first" and (value := ratio(row, best(rows, "ceiling", row.beam))) is not None:
            found.append((f"≥ {SHARE_OF_CEILING} of the ceiling, beam {row.beam}", value, value >= SHARE_OF_CEILING))
    if ours.chrf is not None and rows[0].chrf is not None:
        lost = rows[0].chrf - ours.chrf
        found.append((f"chrF at most {CHRF_WITHIN} below Argos's (beam {beam})", -lost, lost <= CHRF_WITHIN))
    peak, limit = max(row.peak_mb for row in rows if row.kind == "daemon"), limit_mb(package_bytes)
    found.append((f"peak memory of the child within {limit:.0f} MB, any beam", peak, peak <= limit))
    return found


def show_verdicts(found: Sequence[tuple[str, float, bool]]) -> None:
    print()
    for target, value, met in found:
        print(f"- {target}: {value:.2f}, {'met' if met else 'MISSED'}")


def default_beam(chrfs: Mapping[int, float]) -> int:
    """The smallest beam that loses less than BEAM_LOSES against the largest."""
    most = chrfs[max(chrfs)]
    return min(beam for beam, value in chrfs.items() if most - value < BEAM_LOSES)


def show_beams(rows: Sequence[Row], planned: int, lines: int) -> None:
    """chrF by beam, whole pipeline, and which beam that makes the default."""
    chrfs = {row.beam: row.chrf for row in rows if row.kind == "daemon" and row.chrf is not None}
    found = default_beam(chrfs)
    print(f"\n| beam | chrF ({lines} lines) | lost against beam {max(chrfs)} | unverified |\n|---|---|---|---|")
    for row in (row for row in rows if row.kind == "daemon"):
        print(f"| {row.beam} | {chrfs[row.beam]:.2f} | {chrfs[max(chrfs)] - chrfs[row.beam]:.2f} | {row.unverified} |")
    same = "as it is" if found == planned else f"but it is {planned}"
    print(f"\nThe smallest that loses less than {BEAM_LOSES}: {found}, which should be the default, {same}.")


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
