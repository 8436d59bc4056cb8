"""Numbers that are written as words, and the words that scale a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SMALL = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "thirds": 3, "fifths": 5,
    "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70,
    "eightieth": 80, "ninetieth": 90,
}  # fmt: skip
_BASIC = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{f"{word}th": value for value, word in enumerate(_SMALL)},
    **{f"{word}ths": value for value, word in enumerate(_SMALL)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **_ORDINALS,
}
_SCALES = {"hundred": 100, "hundreds": 100, "hundredth": 100, "thousand": 1000, "thousands": 1000, "thousandth": 1000}
_SCALES |= {"million": 10**6, "millions": 10**6, "millionth": 10**6, "billion": 10**9, "billions": 10**9}
_SCALES |= {"dozen": 12, "decade": 10, "decades": 10, "century": 100, "centuries": 100}
_SCALES |= {"trillion": 10**12, "trillions": 10**12}
# What else an English text may say for a number of the source.
_OTHERS: dict[str, tuple[int, ...]] = {
    "once": (1,), "single": (1,), "sole": (1,), "a": (1,), "an": (1,), "another": (1,), "only": (1,), "per": (1,),
    "noon": (12,), "midday": (12,), "midnight": (12, 0, 24),
    "twice": (2,), "double": (2,), "doubles": (2,), "doubled": (2,), "pair": (2,), "pairs": (2,), "couple": (2,),
    "couples": (2,), "both": (2,), "twins": (2,), "two-thirds": (2, 3), "brace": (2,), "bi": (2,), "duo": (2,),
    "triple": (3,), "trio": (3,), "thrice": (3,), "tripled": (3,), "triplets": (3,), "treble": (3,),
    "quarter": (4, 1, 3, 15, 25), "quarters": (4, 3, 75), "quarterly": (4,), "quadruple": (4,), "quartet": (4,),
    "half": (2, 1, 50, 30, 5), "halves": (2,), "halved": (2,), "quintuple": (5,), "dozens": (12,),
    "nil": (0,), "nought": (0,), "no": (0,), "none": (0,), "level": (0,), "square": (2,), "ten-year": (10,),
    "fortnight": (14, 2, 15), "fortnightly": (14, 2), "biannual": (2,),
    "biennial": (2,), "centenary": (100,), "weekly": (7,),
    "primary": (1,),
    "secondary": (2,), "nines": (9, 99), "twenties": (20,), "thirties": (30,), "forties": (40,),
    "fifties": (50,), "sixties": (60,), "seventies": (70,), "eighties": (80,), "nineties": (90,),
    "teen": (10,), "teens": (10,), "teenage": (10,), "teenager": (10,), "teenagers": (10,),
}  # fmt: skip
_ENGLISH = re.compile(
    r"\b(?:" + "|".join(sorted({*_BASIC, *_SCALES, *_OTHERS}, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_MOST = 10**15  # beyond it, "million million million" is no number
_GLUE = frozenset({"-", " ", " and ", "-and-", " a ", "‑"})


def english(text: str) -> set[int]:
    """All whole numbers that English words of the text may stand for: "twenty-six" is 20, 6 and 26."""
    found: set[int] = set()
    total = current = 0
    end = -1
    for match in _ENGLISH.finditer(text):
        word = match[0].lower()
        if text[end : match.start()] not in _GLUE or current > _MOST:
            total = current = 0
        end = match.end()
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            found.update((_SCALES[word], current, total + current))
            if current >= 1000:
                total, current = total + current, 0
        elif word in _BASIC:
            current += _BASIC[word]
            found.update((_BASIC[word], current, total + current))
        else:
            found.update(_OTHERS[word])
    return found


SCALE = re.compile(
    r"[\s\u00a0-]?(?:thous|hundred|mil+i|mill[oó]n|billi|trilli|mln|mio|mrd|mld|mil\b|mille\b|mile\b|mii\b|mila\b|tausend|tsd|duizend|tusen"
    r"|tis[ií]c|tys|miljo|miljard|milj|miliard|mili[oó]|milh|bilh|mrd|bin\b|milyon|milyar|ribu|juta|miliar|nghìn|ngàn"
    r"|triệu|tỷ|tỉ|ezer|m\b|bn\b|k\b|tn\b|тыс|тис|хил|млн|млрд|мили?[оа]р?|мільй?[оя]|мілья|χιλ|εκατ|δισ|δις"
    r"|ألف|آلاف|الف|مليون|ملايين|مليار|هزار|میلیون|میلیارد|אלף|אלפי|מיליון|מיליארד"
    r"|हज़ार|हजार|लाख|करोड़|मिलियन|बिलियन|अरब|[万萬億亿千百兆만억천백조])",
    re.IGNORECASE,
)
"""What follows a number to multiply it, in any of our languages."""

_HAN = {
    **{sign: value for value, sign in enumerate("〇一二三四五六七八九")},
    "零": 0,
    "两": 2,
    "兩": 2,
    "双": 2,
    "半": 2,
}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN_RUN = re.compile("[〇零一二两兩双半三四五六七八九十百千万萬亿億]{1,24}")


def han(text: str) -> Iterator[set[int]]:
    """Numbers in Chinese characters, as values: 二十六 is 26 and, since signs may stand alone, 2, 6 and 10."""
    for run in _HAN_RUN.findall(text):
        signs = {_HAN.get(sign, _HAN_SCALES.get(sign, 0)) for sign in run}
        if "半" in run:  # 五時半 is 5.30
            signs |= {30, 50}
        yield signs | {_han_value(run), int("".join(str(_HAN.get(sign, "")) for sign in run) or 0)}


def _han_value(run: str) -> int:
    total = section = digit = 0
    for sign in run:
        scale = _HAN_SCALES.get(sign)
        if scale is None:
            digit = _HAN[sign]
        elif scale < 10**4:
            section, digit = section + max(digit, 1) * scale, 0
        else:
            total, section, digit = (total + section + digit) * scale, 0, 0
    return total + section + digit


_ROMAN = re.compile(r"\b(?=[IVXLC]{2}|[VX]\b)(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?![A-Z]|[a-z]{3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman(text: str) -> set[int]:
    """Values of Roman numerals up to 399; a single letter only when V or X."""
    return {_roman(numeral) for numeral in _ROMAN.findall(text) if numeral}


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=False))
