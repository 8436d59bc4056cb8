"""Kilometres that became miles: a translator may convert, and the number is then another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_METRIC = re.compile(
    r"\d[ \u00a0-]?[mc]\b|\b(?:kg|km|cm|mm|km/h|kph|ha|m²|kil[oó]|quil|chil|kilom|mét|met[er]|met[rř]|cent[ií]|zenti|sant|sent[iy]|hect|hekt|ettar|cel[sc]|gra[dmu]|stup|stop[nń]|fok\b|đ[oộ]\b|derec"
    r"|км|метр|метар|кг|см\b|санти|гект|кило|кіло|градус)|[°º℃]"
    r"|χιλιόμ|μέτρ|κιλ|εκατοστ|εκτ[αά]ρ|βαθμ|كيلو|كم\b|متر|سم\b|سنتي|درج|کیلو|سانت|ק[\"״”“]מ|קילו|מטר|[סמ][\"״”“]מ|מעלות|ס״מ|דונם|हेक्ट|किलो|किमी|किग्रा|मीटर|सेमी|डिग्री|सेंटी"
    r"|公里|千米|米|公斤|厘米|公分|摄氏|度|平方|メートル|キロ|センチ|グラム|ヘクタ|セ氏|미터|킬로|센티|그램|섭씨|도\b|헥타르",
    re.IGNORECASE,
)  # fmt: skip
_IMPERIAL = re.compile(
    r"\b(?:miles?|mph|feet|foot|ft|inch(?:es)?|pounds?|lbs?|acres?|gallons?|ounces?|oz|yards?|stone|degrees?|fahrenheit"
    r"|pints?)\b|°?F\b|\d['′]|\b\d0s\b",
    re.IGNORECASE,
)
# One of the right in the left: centimetres in an inch, metres in a foot, kilometres in a mile, kilograms in a pound,
# hectares in an acre, metres in a yard, kilograms in a stone, millimetres in an inch, centimetres in a foot, litres in a
# gallon, and the same number of Fahrenheit's degrees as a difference.
_FACTORS = (2.54, 0.3048, 1.609, 0.4536, 0.4047, 0.9144, 6.35, 25.4, 30.48, 3.785, 0.5556, 0.568)
_NEAR = 0.15  # rounded as people do: 2 to 4 inches are "5 to 10 cm"


def both(source: str, target: str) -> bool:
    """Does the source measure in metric units and the target in imperial ones?"""
    return _IMPERIAL.search(target) is not None and _METRIC.search(source) is not None


def converted(metric: float, imperial: Iterable[float]) -> bool:
    """Is one of the imperial quantities about the metric one?"""
    return any(_same(metric, other) for other in imperial)


def _same(metric: float, other: float) -> bool:
    if abs(metric * 1.8 + 32 - other) <= 3:
        return True
    return other > 0 and any(abs(metric / other / factor - 1) <= _NEAR for factor in _FACTORS)
