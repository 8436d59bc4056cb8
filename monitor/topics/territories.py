"""What countries are called in seventy languages: CLDR's names, kept in `territories.tsv` beside this file.

The table is taken from Babel by `python -m monitor.topics.territories` and a test holds the two equal. Asking
Babel at run time would load everything it knows of seventy languages: 70 MB and 0.15 s for the names alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from monitor.script import words

TABLE = Path(__file__).with_suffix(".tsv")

# Languages with press and a usable list. Left out: Albanian (Siri, Rusi, Kinë are other words elsewhere),
# Mongolian (Russia is Орос, Germany Герман, a first name) and Zulu (i-Russia).
_CODES = (
    "af am ar az be bg bn bs ca cs da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko "
    "ky lo lt lv mk ml mr ms my ne nl no pa pl ps pt ro ru si sk sl sr sv sw ta te th tr uk ur uz vi zh zh_Hant"
)
LANGUAGES = tuple(_CODES.split())

# Territories of other states, and codes of CLDR's own: their names are rare in the news, and some are words
# (Jersey is a verb in Korean).
_NOT_STATES = (
    "AC AI AQ AS AW AX BL BM BQ BV CC CK CP CQ CW CX DG EA EH EU EZ FK FO GF GG GI GL GP GS GU HK HM IC IM IO JE KY "
    "MF MO MP MQ MS NC NF NU PF PM PN PR QO RE SH SJ SX TA TC TF TK UM UN VG VI WF XA XB YT ZZ"
)
_NO_STATES = frozenset(_NOT_STATES.split())

# A Latin name of four letters or fewer is too often a word of another language once its accents are gone:
# Nga, Mỹ, Đức (Vietnamese), Çad, Çin, Fas (Turkish), Irã (Portuguese), USA ("he uses" in Spanish).
_SHORTEST_LATIN = 5


@cache
def names(territory: str) -> Mapping[str, str]:
    """Language → name of a country given by its ISO 3166 code; names too short to search for left out."""
    return MappingProxyType({language: name for language, name in every_name(territory).items() if _usable(name)})


def name_in(territory: str, language: str) -> str | None:
    """One of `names`, without looking at the rest."""
    name = every_name(territory).get(language, "")
    return name if _usable(name) else None


def in_language(language: str) -> Mapping[str, str]:
    """ISO 3166 code → name of every state in one language, the short ones too; empty for languages not in the table."""
    return {code: _table()[code][language] for code in countries()} if language in LANGUAGES else {}


def countries() -> tuple[str, ...]:
    """ISO 3166 codes of the states of the world, without territories that belong to one."""
    return tuple(sorted(set(_table()) - _NO_STATES))


def every_name(territory: str) -> Mapping[str, str]:
    """Language → name, those too short to search for and empty ones included."""
    return _table()[territory]


def english(territory: str) -> str:
    """CLDR's English name, however short."""
    return every_name(territory)["en"]


def exists(territory: str) -> bool:
    return territory in _table()


def from_cldr() -> str:
    """The table as Babel has it: a line of languages, then a line per territory, parted by tabs."""
    from babel import localedata  # here, since nothing else in the program needs its 70 MB

    lists = [localedata.load(language, merge_inherited=False)["territories"] for language in LANGUAGES]
    codes = sorted(code for code in lists[LANGUAGES.index("en")] if re.fullmatch("[A-Z]{2}", code))
    rows = [["code", *LANGUAGES], *([code, *(names.get(code, "") for names in lists)] for code in codes)]
    return "".join("\t".join(row) + "\n" for row in rows)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    header, *rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}


def _usable(name: str) -> bool:
    found = words(name)
    if not found:
        return False
    latin = len(found) == 1 and found[0].isascii()
    return not latin or len(found[0]) >= _SHORTEST_LATIN


if __name__ == "__main__":
    TABLE.write_text(from_cldr(), encoding="utf-8")
