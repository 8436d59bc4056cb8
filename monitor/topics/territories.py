"""What countries are called in sixty languages: CLDR's names, read through Babel's data files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from babel import localedata

from monitor.script import tokens

# Languages with press and a usable list. Left out: Albanian (Siri, Rusi, Kinë are other words elsewhere),
# Mongolian (Russia is Орос, Germany Герман, a first name) and Zulu (i-Russia).
_CODES = (
    "af am ar az be bg bn bs ca cs da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko "
    "ky lo lt lv mk ml mr ms my ne nl no pa pl ps pt ro ru si sk sl sr sv sw ta te th tr uk ur uz vi zh zh_Hant"
)
LANGUAGES = tuple(_CODES.split())

# A Latin name of four letters or fewer is too often a word of another language once its accents are gone:
# Nga, Mỹ, Đức (Vietnamese), Çad, Çin, Fas (Turkish), Irã (Portuguese), USA ("he uses" in Spanish).
_SHORTEST_LATIN = 5


@cache
def names(territory: str) -> Mapping[str, str]:
    """Language → name of a country given by its ISO 3166 code; names too short to search for left out."""
    found = {language: _every_name(language).get(territory, "") for language in LANGUAGES}
    return MappingProxyType({language: name for language, name in found.items() if _usable(name)})


def exists(territory: str) -> bool:
    return territory in _every_name("en")


@cache
def _every_name(language: str) -> Mapping[str, str]:
    data: Mapping[str, Mapping[str, str]] = localedata.load(language, merge_inherited=False)
    return dict(data.get("territories", {}))


def _usable(name: str) -> bool:
    words = tokens(name)
    if not words:
        return False
    latin = len(words) == 1 and words[0].text.isascii()
    return not latin or len(words[0].text) >= _SHORTEST_LATIN
