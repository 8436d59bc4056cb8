"""Kilometres that became miles: a translator may convert, and the number is then another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_METRIC = re.compile(
    r"\d[ \u00a0-]?[mc]\b|[°º℃]|(?<![^\W\d_])(?:kg|km|cm|mm|kph|ha|m²|kil[oó]|quil|chil|mét|met[erř]|cent[ií]|zenti"
    r"|sant|sent[iy]|hect|hekt|ettar|cel[sc]|gra[dmu]|stup|stop[nń]|fok\b|đ[oộ]\b|derec|км|метр|метар|кг|см\b|санти"
    r"|гект|кило|кіло|градус)|χιλιόμ|μέτρ|κιλ|εκατοστ|εκτ[αά]ρ|βαθμ|كيلو|كم\b|متر|سم\b|سنتي|درج|کیلو|سانت"
    r"|ק[\"״”“]מ|קילו|ק.ג|מטר|[סמ][\"״”“]מ|מעלות|דונם|हेक्ट|किलो|किमी|किग्रा|मीटर|सेमी|डिग्री|सेंटी"
    r"|公里|千米|米|公斤|厘米|公分|摄氏|度|平方|メートル|キロ|センチ|グラム|ヘクタ|セ氏"
    r"|미터|킬로|센티|그램|섭씨|도\b|헥타르",
    re.IGNORECASE,
)
# What the name of an imperial unit begins with, and how many of the metric units it may have been turned into make one.
_UNITS: dict[str, tuple[float, ...]] = {
    "mi": (1.609,), "mp": (1.609,), "fe": (0.3048, 30.48), "fo": (0.3048, 30.48), "ft": (0.3048, 30.48),
    "in": (2.54, 25.4), "po": (0.4536,), "lb": (0.4536,), "ac": (0.4047,), "ga": (3.785,), "ou": (28.35,),
    "oz": (28.35,), "ya": (0.9144,), "st": (6.35,), "pi": (0.568,), "de": (0.5556,), "fa": (0.5556,),
}  # fmt: skip
_IMPERIAL = re.compile(
    r"\b(miles?|mph|feet|foot|ft|inch(?:es)?|pounds?|lbs?|acres?|gallons?|ounces?|oz|yards?|stones?|degrees?|fahrenheit"
    r"|pints?)\b|\b\d0s\b",
    re.IGNORECASE,
)
_METRIC_TOO = re.compile(r"\b(?:kph|km|kilomet|cm|centimet|kg|kilogram|celsius)", re.IGNORECASE)
_NEAR = 0.15  # rounded as people do: 1 to 4 inches are "2 to 10 cm"
_FAHRENHEIT = ("de", "fa", "")


def both(source: str, target: str) -> frozenset[str]:
    """The imperial units of the target, by two letters, if the source measures in metric ones; "" is "the 80s"."""
    if not _METRIC.search(source):
        return frozenset()
    return frozenset(unit[:2].lower() for unit in _IMPERIAL.findall(target))


def unconverted(target: str) -> bool:
    """Does the target measure in metric units (too)? Then it has not replaced them."""
    return _METRIC_TOO.search(target) is not None


def converted(metric: float, imperial: Iterable[float], units: frozenset[str]) -> bool:
    """Is one of the quantities in these imperial units about the metric one?"""
    if not units:
        return False
    factors = [factor for unit in units for factor in _UNITS.get(unit, ())]
    fahrenheit = not units.isdisjoint(_FAHRENHEIT)
    return any(
        (fahrenheit and abs(metric * 1.8 + 32 - other) <= (10 if "" in units else 3))
        or any(abs(metric - other * factor) <= max(_NEAR * metric, 0.6) for factor in factors)
        for other in imperial
    )
