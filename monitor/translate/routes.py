"""Routes: which packages lead from one language to another, directly or through a third."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

PIVOT = "en"  # most packages of the Argos index lead from or into English, and those are the best ones

# Codes that language identification reports and Argos names otherwise, or has only under a sister's name.
# Norwegian is "nb" in the Argos index; Nynorsk is read tolerably by its model. "pb" is Argos's own code
# for Brazilian Portuguese, "tl" its code for Filipino.
_ALSO = {"no": ("nb",), "nn": ("nb", "no"), "nb": ("no",), "pt": ("pb",), "fil": ("tl",), "tl": ("fil",)}


# What ends the name of a package: "translate-fr_en-1.9", or "translate-fr_en-1_9" as Argos unpacks it.
_VERSION_OF_NAME = re.compile(r"[-_]\d[\d._]*$")


class Leg(Protocol):
    """What a route is made of: an installed or an available package."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def usable(self) -> bool: ...


L = TypeVar("L", bound=Leg)


def route(packages: Sequence[L], source: str, target: str) -> tuple[L, ...]:
    """The packages to apply one after another: one, two when pivoted, () when there is no way.

    A direct package wins over a pivot, English over other pivots, the highest version over older ones.
    Packages known to be damaged are passed over, so that an older one serves.
    """
    packages = [package for package in packages if package.usable]
    for code in (source, *_ALSO.get(source, ())):
        if found := _direct(packages, code, target) or _pivoted(packages, code, target):
            return found
    return ()


def ways(packages: Sequence[L], source: str, target: str) -> tuple[tuple[L, ...], ...]:
    """The route, and behind it the one that does without the pair the first begins with: by way of a third language.

    () when there is no way. An older version of the same package is no other way.
    """
    first = route(packages, source, target)
    if not first:
        return ()
    pair = (first[0].source, first[0].target)
    second = route([package for package in packages if (package.source, package.target) != pair], source, target)
    return (first, second) if second else (first,)


def translatable(packages: Sequence[L], target: str) -> frozenset[str]:
    """The source languages from which a route leads to `target`."""
    sources = {package.source for package in packages}
    sources |= {code for code, others in _ALSO.items() if sources.intersection(others)}
    return frozenset(code for code in sources - {target} if route(packages, code, target))


def is_step_back(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether packages (by name) are worth less than those that came before them: more of them, or an older version.

    So it is when the better one was refused or removed, and another serves in its place.
    """
    if len(old) != len(new):
        return len(old) < len(new)
    stems = [[_VERSION_OF_NAME.sub("", name) for name in names] for names in (old, new)]
    return stems[0] == stems[1] and [_version(name) for name in new] < [_version(name) for name in old]


def _direct(packages: Sequence[L], source: str, target: str) -> tuple[L, ...]:
    return _newest(package for package in packages if (package.source, package.target) == (source, target))


def _pivoted(packages: Sequence[L], source: str, target: str) -> tuple[L, ...]:
    middles = {package.target for package in packages if package.source == source} - {source, target}
    for middle in sorted(middles, key=lambda code: (code != PIVOT, code)):
        if last := _direct(packages, middle, target):
            return _direct(packages, source, middle) + last
    return ()


def _newest(packages: Iterable[L]) -> tuple[L, ...]:
    best = max(packages, key=lambda package: _version(package.version), default=None)
    return () if best is None else (best,)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", text))
