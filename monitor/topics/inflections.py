"""Case endings: the forms in which a noun, a name or an adjective written in its dictionary form is met in print.

Rules by ending, no dictionary: of Хафтар come Хафтара, Хафтару, Хафтаром …; of Libia, Libii, Libię …. A form that
no text holds costs a look-up and finds nothing, so the lists are generous; what is not listed (хлебозавод for хлеб)
is not found. Words and endings are folded: no ё, no ą, no ı. Paradigms after Wade, A Comprehensive Russian Grammar;
Pugh and Press, Ukrainian; Swan, A Grammar of Contemporary Polish; Göksel and Kerslake, Turkish.

    Cyrillic    Russian and Ukrainian, without being asked for: the script tells
    Latin       Polish and Turkish, for `libia~`, and for words with a letter that only one of them has (Łódź, barış)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST_FORMS = 120
"""More than any word has (a test holds it)."""

_SHORTEST = 3  # letters of the part before the ending, where nothing follows it
_NO_PLURAL = frozenset(("куб", "газ", "kub", "gaz"))  # Куба and Газа have none, and these are other words
_CYRILLIC = re.compile("[\u0430-\u045f\u0491]+")
_LATIN = re.compile("[a-z]+")
_ONLY_RUSSIAN = re.compile("[ыэъё]|и[яеи]$")
_ONLY_UKRAINIAN = re.compile("[іїєґ]")
_CLOSED = re.compile("(.*)і([бвгґджзклмнпрстфхцчшщ]{1,2}ь?)")
_ONLY_POLISH = re.compile("[ąćęłńśźż]")
_ONLY_TURKISH = re.compile("[ğışİ]")

# Ending of the dictionary form → endings of the others, the longest that fits counts. "-" is no ending at all,
# for words long enough (война → войн).
_RUSSIAN = {
    "ский": "ский ского скому ским ском ская ской скую ское ские ских скими скою",
    "ий": "ий его ему им ем яя ей юю ее ие их ими ия ию ием ии иев иям иями иях ого ому ом ая ой ую ое",
    "ый": "ый ого ому ым ом ая ой ую ое ые ых ыми ою",
    "ой": "ой ого ому ым ом ая ую ое ые ых ыми оя ою оем ое ои оев оям оями оях",
    "й": "й я ю ем е и ев ям ями ях",
    "ая": "ая ой ую ою ый ий ого ому ым им ом ое ые ие ых их ыми ими",
    "яя": "яя ей юю ею ий его ему им ем ее ие их ими",
    "ое": "ое ого ому ым им ом ый ий ой ая ую ые ие ых их ыми ими",
    "ее": "ее его ему им ем ий яя ей юю ие их ими",
    "ые": "ые ых ым ыми ый ого ому ом ая ой ую ое",
    "ия": "ия ии ию ией ий иям иями иях иею",
    "ья": "ья ьи ье ью ьей ей ьям ьями ьях",
    "я": "я и е ю ей ею - ь й ям ями ях",
    "ка": "ка ки ке ку кой кою к ок ек кам ками ках",
    "а": "а ы и е у ой ою ей - ам ами ах",
    "ие": "ие ия ию ием ии ий иям иями иях их им ими",
    "ье": "ье ья ью ьем ьев ий ьям ьями ьях",
    "не": "не н нам нами нах ня ню нем ней ням нями нях",
    "е": "е а у ем - я ю ей ам ами ах ям ями ях",
    "о": "о а у ом е - ам ами ах",
    "ии": "ии ий иям иями иях",
    "ет": "ет ета ету етом ете еты етов етам етами етах та ту том те",
    "и": "и ей ев ов - ям ями ях",
    "ки": "ки ков кам ками ках ок ек",
    "ы": "ы ов ев - ам ами ах",
    "ень": "ень ня ню нем не ни ней ням нями нях еня еню енем ене ени еней еням енями енях",
    "онь": "онь ня ню нем не ни ней ням нями нях оня оню онем они оней оням онями онях",
    "овь": "овь ви овью вей вям вями вях ови овей овям овями овях вам вами вах",
    "ь": "ь я ю ем е и ей ев ям ями ях ью",
    "ля": "ля ли ле лю лей лею ель лям лями лях",
    "ня": "ня ни не ню ней нею нь ень ен ням нями нях",
    "мя": "мя мени менем мена мен менам менами менах",
    "анин": "анин анина анину анином анине ане ан анам анами анах",
    "янин": "янин янина янину янином яниным янине яне ян янам янами янах",
    "тер": "тер тра тру тром тре тры тров трам трами трах тера теру тером тере теры теров терам терами терах",
    "ец": "ец ца цу цом цем це цы цев цов цам цами цах еца ецу ецом еце ецы ецов ецам ецами ецах",
    "аец": "аец айца айцу айцем айце айцы айцев айцам айцами айцах",
    "оец": "оец ойца ойцу ойцом ойце ойцы ойцов ойцам ойцами ойцах",
    "еец": "еец ейца ейцу ейцем ейце ейцы ейцев ейцам ейцами ейцах",
    "ок": "ок ка ку ком ке ки ков кам ками ках ока оку оком оке оки оков окам оками оках",
    "ол": "ол ла лу лом ле лы лов лам лами лах ола олу олом оле олы олов олам олами олах",
    "ел": "ел ла лу лом ле лы лов лам лами лах ела елу елом еле елы елов елам елами елах",
    "": "- а у ом ем е ы ов ев ей ам ами ах ым ой ых ыми",
}
_UKRAINIAN = {
    "ий": "ий ого ому им ім а ої ій у ою е і их ими ія ію ієм ії",
    "ій": "ій ього ьому ім я ьої ю ьою є і іх іми ія ію ієві ієм ії їв ії",
    "й": "й я ю єві єм ї їв ям ями ях",
    "ія": "ія ії ію ією ій іям іями іях іє",
    "ея": "ея еї ею еєю ей еям еями еях",
    "я": "я і ї ю ею єю - ь й ям ями ях ем єм еві",
    "га": "га ги зі гу гою г гам гами гах",
    "ха": "ха хи сі ху хою х хам хами хах",
    "ка": "ка ки ці ку кою к ок кам ками ках",
    "а": "а и і у ою ею - ам ами ах о ої ій",
    "ння": "ння нню нням нні нь ннями ннях",
    "ття": "ття ттю ттям тті ть ттями ттях",
    "лля": "лля ллю ллям ллі ль ллями ллях",
    "е": "е а у ем і - ам ами ах я ю ям ями ях ів ого ому им ім их ими",
    "о": "о а у ові ом і - ам ами ах",
    "ії": "ії ій іям іями іях",
    "ї": "ї їв ям ями ях",
    "і": "і ів ь - ям ями ях их им ими",
    "и": "и ів - ам ами ах",
    "ість": "ість ості істю остей остям остями остях",
    "ля": "ля лі лю лею ль ель лям лями лях лем",
    "ня": "ня ні ню нею нь ень ням нями нях нем",
    "мя": "мя мені менем мям мена мен менам менами менах",
    "янин": "янин янина янину янином янині янинові яни ян янам янами янах",
    "анин": "анин анина анину анином анині анинові ани ан анам анами анах",
    "ень": "ень ня ню нем неві ні нів ням нями нях еня еню енем ені енів еням енями енях",
    "оєць": "оєць ійця ійцю ійцеві ійцем ійці ійців ійцям ійцями ійцях",
    "ць": "ць ця цю цеві цем ці ців цям цями цях",
    "ець": "ець ця цю цеві цем ці ців цям цями цях",
    "єць": "єць йця йцю йцеві йцем йці йців йцям йцями йцях",
    "ь": "ь я ю еві ем і ів ей ям ями ях ью",
    "ів": "ів ова ову овом ові ова ови овів ева еву евом еві іва іву івом іві",
    "їв": "їв єва єву євом єві",
    "ок": "ок ку ком кові ці ки ків кам ками ках ока оку оком окові оці оки оків окам оками оках ка",
    "к": "к ка ку ком кові ці ки ків кам ками ках",
    "г": "г га гу гом гові зі ги гів гам гами гах",
    "ін": "ін іна іну іном інові іні іни ені ену ена ином ина ину іним іних іними іною іної",
    "": "- а у ові еві ом ем і и ів ам ами ах е ою ій ої им их ими",
}
_POLISH = {
    "ski": "ski skiego skiemu skim ska skiej skie scy skich skimi sku",
    "cki": "cki ckiego ckiemu ckim cka ckiej ckie ccy ckich ckimi cku",
    "ska": "ska skiej ski skiego skiemu skim skie scy skich skimi sko",
    "i": "i iego iemu im a iej ie ich imi ow om ami ach",
    "y": "y ego emu ym a ej e i ych ymi ow - om ami ach iec",
    "ia": "ia ii i ie io iom iami iach",
    "ja": "ja ji je jo j jom jami jach i",
    "ka": "ka ki ce ke ko k ek kom kami kach",
    "ga": "ga gi dze ge go g gom gami gach",
    "ca": "ca cy ce co c cow com cami cach",
    "cha": "cha chy sze che cho ch chom chami chach",
    "ra": "ra ry rze re ro r rom rami rach",
    "ta": "ta ty cie te to t tom tami tach",
    "da": "da dy dzie de do d dom dami dach",
    "sta": "sta sty scie ste sto st stom stami stach",
    "a": "a y i e ie o - om ami ach ej",
    "nie": "nie nia niu niem n niom niami niach",
    "e": "e a u em - om ami ach ego emu ym ej ych ymi y",
    "to": "to ta tu tem cie t tom tami tach",
    "ko": "ko ka ku kiem k ek kom kami kach ki kowi",
    "o": "o a u em ie - om ami ach",
    "osc": "osc osci oscia osciom osciami osciach",
    "el": "el la lowi lem le lowie lu ly low lom lami lach ela elowi elem elu ele eli elow elom elami elach elowie",
    "mcy": "mcy mcow miec mcom mcami mcach",
    "egry": "egry egier egrom egrami egrach egrow",
    "asto": "asto asta astu astem escie ast astom astami astach",
    "wies": "wies wsi wsia wsie wsiom wsiami wsiach",
    "swiat": "swiat swiata swiatu swiatowi swiatem swiecie swiaty swiatow swiatom swiatami swiatach",
    "dzien": "dzien dnia dniowi dniem dniu dni dniom dniami dniach",
    "tydzien": "tydzien tygodnia tygodniowi tygodniem tygodniu tygodnie tygodni tygodniom tygodniami tygodniach",
    "ciec": "ciec ca cu cem cowie cow com cami cach cowi ciecu",
    "maz": "maz meza mezowi mezem mezu mezowie mezow mezom mezami mezach",
    "pieniadze": "pieniadze pieniedzy pieniadzom pieniedzmi pieniadzach",
    "um": "um a ow om ami ach",
    "niec": "niec nca ncowi ncem ncu ncy ncow ncom ncami ncach ncze",
    "iec": "iec ca cowi cem cu cy cow com cami cach cze iecia ieciem",
    "ek": "ek ku ka kowi kiem ki kow kom kami kach eka eku ekowi ekiem eki ekow ekom ekami ekach",
    "k": "k ka ku kowi kiem ki kow kom kami kach cy",
    "g": "g ga gu gowi giem gi gow gom gami gach dzy",
    "t": "t ta tu towi tem cie ty tow tom tami tach ci",
    "st": "st sta stu stowi stem scie sty stow stom stami stach sci",
    "d": "d da du dowi dem dzie dy dow dom dami dach dzi",
    "r": "r ra ru rowi rem rze ry row rom rami rach rzy rowie",
    "ch": "ch chu cha chowi chem chy chow chom chami chach si",
    "": "- a u owi em iem ie e y i ow om ami ach owie ia iu iowi iami iach ym ych ymi",
}


def with_endings(words: tuple[str, ...], written: str, *, asked: bool) -> tuple[tuple[str, ...], ...]:
    """The phrase and its forms with the last word in its other cases. `words` are folded; `written` is the phrase
    as it was typed; `asked`: Latin words too."""
    last = words[-1]
    return tuple((*words[:-1], form) for form in dict.fromkeys((last, *_forms(last, written, asked=asked))))


def _forms(word: str, written: str, *, asked: bool) -> Iterator[str]:
    if len(word) < _SHORTEST or (written.isupper() and word[-1] in "аеиоуюяіаeiouy" and not asked):
        return  # НАТО and США have no cases; МИД has: МИДа
    lowered = written.lower()
    if _CYRILLIC.fullmatch(word):
        if not _ONLY_UKRAINIAN.search(lowered):
            yield from _declined(word, _RUSSIAN)
        if not _ONLY_RUSSIAN.search(lowered):
            yield from _declined(word, _UKRAINIAN)
            if closed := _CLOSED.fullmatch(word):  # рік, року; вибір, вибору; осінь, осені
                for vowel in "ое":
                    yield from _declined(f"{closed[1]}{vowel}{closed[2]}", _UKRAINIAN)
    elif _LATIN.fullmatch(word):
        polish, turkish = bool(_ONLY_POLISH.search(lowered)), bool(_ONLY_TURKISH.search(written))
        if polish or (asked and not turkish):
            yield from _declined(word, _POLISH)
        if turkish or (asked and not polish):
            yield from _turkish(word)


def _declined(word: str, table: dict[str, str]) -> Iterator[str]:
    ending = next(ending for ending in (word[at:] for at in range(len(word) + 1)) if ending in table)
    stem = word[: len(word) - len(ending)]
    yield from _joined(stem, table[ending].split())


def _joined(stem: str, endings: Iterable[str]) -> Iterator[str]:
    for ending in endings:
        if ending != "-":
            yield stem + ending
        elif len(stem) >= _SHORTEST and stem not in _NO_PLURAL:
            yield stem


_VOWELS = "aeiou"
_VOICELESS = "fstkchp"  # ç and ş folded among them
_SOFTENED = {"k": "g", "p": "b", "t": "d"}
_DROPPING = frozenset(
    [
        "sehir",
        "isim",
        "resim",
        "ogul",
        "agiz",
        "burun",
        "fikir",
        "akil",
        "nehir",
        "vakit",
        "emir",
        "hukum",
        "izin",
        "beyin",
        "boyun",
        "metin",
        "nakit",
        "omur",
        "kisim",
    ]
)
_BOTH_HARMONIES = ("at", "al", "ol")  # loans that take front vowels after a back one: dikkate, petrole


def _turkish(word: str) -> Iterator[str]:
    """Cases, plural and possessive by vowel harmony. Folding took the dots (ı = i, ü = u), so that after i, o and u
    both kinds of ending are tried."""
    if word in _DROPPING:
        yield from _before_vowel(word[:-2] + word[-1])
    vowel = next((letter for letter in reversed(word) if letter in _VOWELS), "i")
    high = "u" if vowel in "ou" else "i"
    for a in "ae" if vowel in "iou" or word.endswith(_BOTH_HARMONIES) else vowel:
        yield from _singular(word, a, high)
        yield from _possessed(word, a, high)
        yield from _cases(f"{word}l{a}r", a, "i", "d")
        yield from _possessed(f"{word}l{a}r", a, "i")


def _before_vowel(stem: str) -> Iterator[str]:
    """Of a word that loses its last vowel before an ending with one: şehri, şehre, şehrin."""
    for a, high in (("a", "i"), ("e", "i"), ("a", "u"), ("e", "u")):
        yield from (stem + ending for ending in (high, a, f"{high}n", f"{high}n{high}", f"{high}n{a}", f"{high}nd{a}"))


def _singular(word: str, a: str, high: str) -> Iterator[str]:
    if word[-1] in _VOWELS:
        yield from (word + ending for ending in (f"y{high}", f"y{a}", f"n{high}n", f"yl{a}", f"d{a}", f"d{a}n"))
        # A compound is possessed already: cezaevi, cezaevini.
        yield from (word + ending for ending in (f"d{a}ki", f"n{high}", f"n{a}", f"nd{a}", f"nd{a}n"))
        return
    yield from _cases(word, a, high, "t" if word[-1] in _VOICELESS else "d")
    if soft := _SOFTENED.get(word[-1]):
        yield from (word[:-1] + soft + ending for ending in (high, a, f"{high}n"))


def _cases(word: str, a: str, high: str, d: str) -> Iterator[str]:
    """Of a word that ends in a consonant."""
    endings = ("", high, a, f"{high}n", f"{d}{a}", f"{d}{a}n", f"l{a}", f"{d}{a}ki")
    yield from (word + ending for ending in endings)


def _possessed(word: str, a: str, high: str) -> Iterator[str]:
    """Its, and the first part of a compound: hükümeti, hükümetinin, Libya hükümetine."""
    stem = word + ("s" if word[-1] in _VOWELS else "") + high
    stems = (stem, word[:-1] + _SOFTENED[word[-1]] + high) if word[-1] in _SOFTENED else (stem,)
    endings = ("", f"n{high}", f"n{a}", f"nd{a}", f"nd{a}n", f"n{high}n", f"yl{a}", f"nd{a}ki")
    yield from (one + ending for one in stems for ending in endings)
