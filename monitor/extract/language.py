"""Which language an article is in. The only file that knows py3langid.

py3langid knows 140 languages and dialects. Left to itself it takes short news for Extremaduran, Wu Chinese or
Nigerian Pidgin; so it chooses among the languages that have a press (`LANGUAGES`), with their dialects folded
in. On NTREX news this took the languages Argos translates from 94.1 % to 95.5 % of six-word titles
(`benchmarks/language.py`); rules by letters of single languages gained nothing and are not here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from monitor.extract.text import clean
from monitor.models import Language

_PRESS = (
    "af am ar as az ba be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gd gl gu ha he hi hr hu hy id ig "
    "is it ja ka kk km kn ko ku ky lo lt lv mg mk ml mn mr ms mt my ne nl no or pa pl ps pt ro ru rw si sk sl sn "
    "so sq sr sv sw ta te tg th tk tl tr tt ug uk ur uz vi xh yo zh zu"
)
LANGUAGES = tuple(_PRESS.split())

# Names that Argos Translate and the press use, where the model says otherwise.
_NAMES = {"no": "nb", "nn": "nb", "fil": "tl", "in": "id", "iw": "he", "prs": "fa", "cmn": "zh"}

LONGEST = 2_000  # characters: more changes no answer and costs time
SCANNED = 20_000  # characters looked at to find the main script
LINE = 40  # letters in a line from which it is no label
SHORT = 200  # characters below which title and declarations are asked too
SURE = 0.9  # confidence from which a declaration is not asked
PLAUSIBLE = 0.02  # probability a declared language must have by itself to be believed

_ADDRESS = re.compile(r"(https?://|www\.)\S+|\S+@\S+\.\w+|[@#]\w+")

# Serbian in Latin letters, Croatian and Bosnian are one language to the model. They part at the old vowel
# yat: Serbian writes mleko, vreme where the others write mlijeko, vrijeme. On texts of eight NTREX sentences
# the most in Serbian was 1.7 such syllables in 1,000 characters, the least in the others 2.6.
_YAT = re.compile("[bdmptvsz]je|[bčdlmnprstvz]ije[bcčćdgklmnpsštvz]")
YAT_RATE = 2.2 / 1000
YAT_LENGTH = 400


def identify(text: str, *, title: str = "", declared: Sequence[str | None] = ()) -> Language:
    """The language of an article by its text, with the title as support.

    `declared`: what feed, page and entry say, most trusted first; a tie-breaker for short texts only, since
    declarations are often wrong. `und` when there is nothing to read: no letters, or addresses only. Never
    raises, whatever the text.
    """
    body = _readable(text)
    read = f"{_readable(title)}\n{body}".strip() if len(body) < SHORT else body
    if not read:
        return Language(code="und", confidence=0.0, method="none")
    ranked = _ranked(read[:LONGEST])
    code = max(ranked, key=lambda one: ranked[one])
    if len(read) < SHORT and ranked[code] < SURE:
        for name in declared:
            known = _name(name)
            if known != code and ranked.get(known, 0.0) >= PLAUSIBLE:
                return Language(code=known, confidence=ranked[known], method="declared")
    return Language(code=code, confidence=ranked[code], method="text" if body else "title")


def _name(declared: str | None) -> str:
    code = (declared or "").replace("_", "-").split("-")[0].strip().lower()
    return _NAMES.get(code, code)


def _readable(text: str) -> str:
    """The lines in the script most of the text is in, without addresses; "" when no letter is left.

    Furniture in another script must not mislead: a Cyrillic menu below a French article goes.
    """
    lines = [clean(line) for line in _ADDRESS.sub(" ", text[:SCANNED]).splitlines()]
    if len(lines) == 1:
        return lines[0][:LONGEST] if any(map(str.isalpha, lines[0])) else ""
    scripts = [_scripts(line) for line in lines]
    long = [found for found in scripts if found.total() >= LINE]
    total = sum(long or scripts, Counter[str]())
    if not total:
        return ""
    main = total.most_common(1)[0][0]
    kept = (line for line, found in zip(lines, scripts, strict=True) if found and found[main] * 2 >= found.total())
    return "\n".join(kept)[:LONGEST]


def _scripts(line: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for letter, times in Counter(line).items():
        if letter.isalpha():
            found[_script(letter)] += times
    return found


@cache
def _script(letter: str) -> str:
    """The script of a letter, from its Unicode name. Japanese mixes three scripts, so they count as one."""
    name = unicodedata.name(letter, "NONE").split(" ", 1)[0].split("-", 1)[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA") else name


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def _ranked(text: str) -> dict[str, float]:
    ranked = {_NAMES.get(code, code): float(share) for code, share in _identifier().rank(text)}
    if max(ranked, key=lambda one: ranked[one]) in ("hr", "bs", "sr") and len(text) >= YAT_LENGTH:
        _part_serbian(ranked, text.lower())
    return ranked


def _part_serbian(ranked: dict[str, float], text: str) -> None:
    """Give what the three languages have together to Serbian, or to the other two, by their vowels."""
    if _script(next(letter for letter in text if letter.isalpha())) != "LATIN":
        return
    together = ranked["hr"] + ranked["bs"] + ranked["sr"]
    if len(_YAT.findall(text)) < YAT_RATE * len(text):
        ranked |= {"sr": together, "hr": 0.0, "bs": 0.0}
    else:
        others = ranked["hr"] + ranked["bs"] or 1.0
        ranked |= {"sr": 0.0} | {code: together * ranked[code] / others for code in ("hr", "bs")}
