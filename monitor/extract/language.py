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

_ADDRESS = re.compile(r"(https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w+|[@#]\w+")
_IN_ADDRESS = re.compile(r"[@#]|://|www\.")

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
    code, confidence = _classified(read[:LONGEST])
    if declared and len(read) < SHORT and confidence < SURE:
        shares = _shares(read)
        for known in map(_name, declared):
            if known != code and shares.get(known, 0.0) >= PLAUSIBLE:
                return Language(code=known, confidence=shares[known], method="declared")
    return Language(code=code, confidence=confidence, method="text" if body else "title")


def _name(declared: str | None) -> str:
    code = (declared or "").replace("_", "-").split("-")[0].strip().lower()
    return _NAMES.get(code, code)


def _readable(text: str) -> str:
    """The lines in the script most of the text is in, without addresses; "" when no letter is left.

    Furniture in another script must not mislead: a Cyrillic menu below a French article goes.
    """
    text = text[:SCANNED]
    if _IN_ADDRESS.search(text):
        text = _ADDRESS.sub(" ", text)
    lines = [clean(line) for line in text.splitlines()]
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


def _classified(text: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(text)
    if code in ("hr", "bs", "sr") and len(text) >= YAT_LENGTH and _script(next(filter(str.isalpha, text))) == "LATIN":
        return _part_serbian(text)
    return _NAMES.get(code, code), float(confidence)


def _shares(text: str) -> dict[str, float]:
    return {_NAMES.get(code, code): float(share) for code, share in _identifier().rank(text)}


def _part_serbian(text: str) -> tuple[str, float]:
    """What the three languages have together goes to Serbian, or to the likelier of the others, by their vowels."""
    shares = _shares(text)
    together = shares["hr"] + shares["bs"] + shares["sr"]
    is_serbian = len(_YAT.findall(text.lower())) < YAT_RATE * len(text)
    return "sr" if is_serbian else max(("hr", "bs"), key=lambda one: shares[one]), together
