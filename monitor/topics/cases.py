"""The cases of a country's name: CLDR has the nominative, the press writes "в Бразилии" and "Kanadas Regierung".

Regular endings of names of one word in Russian, Ukrainian, Polish, Greek and German. A form that the language does not
have costs nothing, since nobody writes it; names that do not decline (Перу, Чили, Конго) end in none of these letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# Language → ending of the nominative → the other endings. The first that fits is taken.
_ENDINGS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "ия": "ии ию ией",
        "уа": "",
        "га": "ги ге гу гой",
        "ка": "ки ке ку кой",
        "а": "ы е у ой",
        "я": "и е ю ей",
        "й": "я ю ем е",
        **{letter: f"{letter}а {letter}у {letter}ом {letter}е" for letter in "бвгдзклмнпрстфхш"},
    },
    "uk": {
        "ія": "ії ію ією",
        "уа": "",
        "ка": "ки ці ку кою",
        "га": "ги зі гу гою",
        "а": "и і у ою",
        "я": "ї ю єю",
        "й": "ю я єм ї",
        **{letter: f"{letter}у {letter}а {letter}ом {letter}і" for letter in "бвгдзклмнпрстфхш"},
    },
    "pl": {"ia": "ii ię ią", "ja": "ji ję ją", "yna": "yny ynie ynę yną", "ka": "ki ce kę ką"},
    "el": {"ος": "ου ο", "α": "ας", "ά": "άς", "η": "ης", "ές": "ών"},
    "de": {letter: f"{letter}s" for letter in "abdeiklmnoru"},
}


def cases(name: str, language: str) -> tuple[str, ...]:
    """The name and its other forms; the name alone where nothing is known of the language or it has two words."""
    return (name, *_forms(name, language)) if " " not in name else (name,)


def _forms(name: str, language: str) -> Iterator[str]:
    for ending, others in _ENDINGS.get(language, {}).items():
        if name.endswith(ending):
            yield from (name.removesuffix(ending) + other for other in others.split())
            return
