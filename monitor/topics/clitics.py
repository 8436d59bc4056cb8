"""Little words that Arabic and Hebrew write together with the word after them.

"And in Libya" is one word in both languages, so a search for whole words has to try each of the joined
forms. The lists hold what precedes nouns and names. Of what follows them they hold the Persian plural ها and
its ezafe, which are written joined, with a half-space or apart; other suffixes (pronouns) are left to `*`.
"""

from __future__ import annotations

import re

_ARABIC = re.compile("[\u0621-\u064a]+")
_PERSIAN = re.compile("[\u0621-\u06d3]+")  # with پ چ ژ گ
_HAMZA = re.compile("[\u0622\u0623\u0625]")  # أل begins a word, ال is the article
_HEBREW = re.compile("[\u05d0-\u05ea]+")
_SHORTEST = 3  # letters; shorter words joined to a clitic are too often another word

_ARABIC_AND = ("", "و", "ف")
_ARABIC_BEFORE_NAME = ("", "ب", "ك", "ل")
_ARABIC_BEFORE_NOUN = (*_ARABIC_BEFORE_NAME, "س", "ال", "بال", "كال", "لل")
_ARABIC_BEFORE_DEFINITE = ("ال", "بال", "كال", "لل")  # instead of the word's own ال

_HEBREW_AND = ("", "ו")
_HEBREW_BEFORE_NOUN = ("", "ה", "ב", "כ", "ל", "מ", "ש", "שה", "שב", "של", "שמ", "מה", "כש", "כשה")
# Before three letters ש and כ make new words: with לוב (Libya) they would read "integrated" and "cage".
_HEBREW_BEFORE_SHORT = ("", "ה", "ב", "ל", "מ", "שה", "מה", "כשה")

_HALF_SPACE = "\u200c"
_PERSIAN_PLURALS = ("ها", "هاي", "هايي")


def with_clitics(words: tuple[str, ...], written: str) -> tuple[tuple[str, ...], ...]:
    """The phrase and its forms with a clitic joined to its first word; at most 28. `words` are folded; `written` is the
    phrase as it was typed."""
    first, rest = words[0], words[1:]
    if len(first) < _SHORTEST:
        return (words,)
    if _ARABIC.fullmatch(first):
        forms = _arabic(first, alone=not rest, may_be_definite=not _HAMZA.match(written.strip()))
    elif _HEBREW.fullmatch(first):
        forms = _hebrew(first)
    else:
        return (words,)
    return tuple((form, *rest) for form in forms)


def _arabic(word: str, *, alone: bool, may_be_definite: bool) -> list[str]:
    if may_be_definite and word.startswith("ال") and len(word) > _SHORTEST + 1:
        return [a + _definite(b, word[2:]) for a in _ARABIC_AND for b in _ARABIC_BEFORE_DEFINITE]
    # The first word of a longer name (مجلس النواب) never takes the article.
    before = _ARABIC_BEFORE_NOUN if alone else _ARABIC_BEFORE_NAME
    return [a + _definite(b, word) for a in _ARABIC_AND for b in before]


def _definite(before: str, word: str) -> str:
    """Joined; of three lams in a row two are written (ل + الليبي = لليبي)."""
    return "ل" + word if before == "لل" and word.startswith("ل") else before + word


def with_persian_plurals(words: tuple[str, ...], written: str) -> tuple[tuple[str, ...], ...]:
    """The phrase, its forms with a Persian plural on the last word, and its parts joined or with a half-space as
    `written` has them not. Every form is folded; for words of another script there is only the phrase."""
    last = words[-1]
    if not _PERSIAN.fullmatch(last):
        return (words,)
    forms = [words]
    if len(last) >= _SHORTEST:
        forms += [(*words[:-1], last + plural) for plural in _PERSIAN_PLURALS]
    if last[-1] in "او":
        forms.append((*words[:-1], last + "ي"))  # ezafe after a vowel: اروپای
    plural = next((p for p in reversed(_PERSIAN_PLURALS) if last.endswith(p) and len(last) > len(p) + 1), None)
    if plural:
        forms.append((*words[:-1], last.removesuffix(plural), plural))
    if _HALF_SPACE in written and len(words) == written.count(_HALF_SPACE) + 1:
        forms.append(("".join(words),))
    return tuple(forms)


def _hebrew(word: str) -> list[str]:
    before = _HEBREW_BEFORE_NOUN if len(word) > _SHORTEST else _HEBREW_BEFORE_SHORT
    return [a + b + word for a in _HEBREW_AND for b in before]
