"""Which numbers a source may say in words, language by language.

A rough reading: it finds the beginnings of number words and allows every sum and product of them, since it only has to
know where a number in the target may come from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.translate.checks.numerals import english, han

_NUMBERS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000)
# The beginning of the word for each of `_NUMBERS`; several with "|", "-" for none.
_WORDS = {
    "ar": (
        "اثن|ثان|ثنائ ثلاث|ثالث أربع|رابع|اربع خمس|خامس ست|سادس سبع|سابع ثمان|ثامن تسع|تاسع "
        "عشر|عاشر|عقد|عقود حادي|أحد اثنا|اثني عشرين|عشرون|عشرين ثلاثين|ثلاثون أربعين|أربعون|أربعيني "
        "خمسين|خمسون ستين|ستون سبعين|سبعون ثمانين|ثمانون تسعين|تسعون مائ|مئ ألف|آلاف|الف"
    ),
    "bg": (
        "два|две|дву|двой|втор три|трет|трой четири|четвърт|четв пет шест сед осем|осм девет десет "
        "единадес дванадес двадес|двайс тридес|трийс четиридес|четирийс петдес шестдес|шейс седемдес "
        "осемдес деветдес сто|двест|трист|стотин хилядa|хиляд"
    ),
    "cs": (
        "dva|dvě|dvo|druh tři|tře|troj čtyř|čtvrt pět|pát šest sed osm dev|devát deset|desát jedenáct "
        "dvanáct|tucet dvacet|dvacát|dvacít třicet|třicát čtyřicet|čtyřicát padesát šedesát sedmdesát "
        "osmdesát devadesát sto|stý|set tisíc"
    ),
    "de": (
        "zwei|zweit|beid drei|dritt vier|viert fünf sechs sieben|siebt acht neun zehn|zehnt|jahrzehnt "
        "elf|elft zwölf|dutzend zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert "
        "tausend"
    ),
    "el": (
        "δύο|δυο|δεύτ|διπλ τρ[ιίε]|τρίτ τέσσερ|τέταρτ|τετρ πέντε|πέμπτ|πεντ έξι|έκτ|εξά "
        "επτά|εφτά|έβδομ|επτ οκτ|οχτ|όγδο ενν|ένατ δέκα|δεκ ένδεκα|έντεκα|ενδέκ δώδεκα|δωδεκ|ντουζίν "
        "είκοσι|εικοσ τριάντα|τριακοσ|τριαντ σαράντα|σαραντ|τεσσαρακοσ πενήντα|πενηντ|πεντηκοσ "
        "εξήντα|εξηντ εβδομήντα|εβδομηντ ογδόντα|ογδοντ ενενήντα|ενενηντ εκατό|εκατοντ χίλι|χιλι"
    ),
    "es": (
        "dos|segund|doble tres|tercer|tercio|tripl cuatro|cuart cinco|quint seis|sext siete|séptim "
        "ocho|octav nueve|noven diez|décim|década|decen once|undécim doce|duodécim|docen veint|vigésim "
        "treint|trigésim cuarent|cuadragésim cincuent|quincuagésim sesent|sexagésim setent|septuagésim "
        "ochent noven cien|centen mil"
    ),
    "fa": (
        "دو سه|سوم چهار پنج شش|ششم هفت هشت نه|نهم ده|دهه یازده دوازده بیست سی|سی‌ چهل پنجاه شصت هفتاد "
        "هشتاد نود صد هزار"
    ),
    "fr": (
        "deux|second|double trois|tiers|trip quatre|quart|quatr cinq six|sixi sept|septi huit neuf|neuv "
        "dix|dizain|décenni onze|onzi douz vingt trent quarant cinquant soixant soixante-dix|septant "
        "quatre-vingt|octogén quatre-vingt-dix|nonagén cent|centain|siècle mill"
    ),
    "he": (
        "שני|שתי|שנ שלוש|שליש ארבע|רביע חמש|חמיש|חמי שש|שיש שבע|שביע שמונ|שמינ תשע|תשיע עשר|עשיר|עשור "
        "אחד.עשר|אחת.עשרה שנים.עשר|שתים.עשרה|תריסר עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים "
        "מאה|מאות|מאתיים אלף|אלפי"
    ),
    "hi": (
        "दो|दूसर|दोनों|दोगु तीन|तीसर चार|चौथ पांच|पाँच छह|छः|छठ|छठे सात आठ नौ|नव दस|दशक ग्यारह बारह बीस "
        "तीस चालीस पचास साठ सत्तर अस्सी नब्बे सौ हज़ार|हजार"
    ),
    "hu": (
        "két|kettő|más három|harmad|hárm négy|negyed öt|ötöd hat|hatod hét|heted nyolc kilenc "
        "tíz|tized|évtized tizenegy tizenkett húsz|husz harminc negyven ötven hatvan hetven nyolcvan "
        "kilencven száz|század ezer|ezr|ezres"
    ),
    "id": (
        "dua|kedua tiga|ketiga empat|keempat lima|kelima enam|keenam tujuh|ketujuh delapan|kedelapan "
        "sembilan|kesembilan sepuluh|dekade sebelas dua.belas|selusin dua.puluh tiga.puluh empat.puluh "
        "lima.puluh enam.puluh tujuh.puluh delapan.puluh sembilan.puluh seratus|ratus|abad seribu|ribu"
    ),
    "it": (
        "due|second|doppi tre|terz|tripl quattr|quart cinque|quint sei|sest sette|settim otto|ottav "
        "nove|nono|nona dieci|decim|decenn|decin undic dodic|dozzin vent trent quarant cinquant sessant "
        "settant ottant novant cent|secol mill|mila"
    ),
    "ko": (
        "두|둘|쌍 세|셋 네|넷 다섯 여섯 일곱 여덟 아홉 열|십 열한 열두 스무|스물|이십 서른|삼십 "
        "마흔|사십 쉰|오십 예순|육십 칠십 팔십 구십 백|수백 천|수천"
    ),
    "nl": (
        "twee|tweed|beid|dubbel drie|derde vier|kwart vijf zes|zesd zeven acht|achtst negen tien|decenni "
        "elf|elfd twaalf|twaalfd|dozijn twintig dertig veertig vijftig zestig zeventig tachtig negentig "
        "honderd|eeuw duizend"
    ),
    "pl": (
        "dw|drug|oba|obie trz|trzec|troj czter|czwart pięć|pięci|piąt sześ|szóst siedem|siedmi|siódm "
        "osiem|ośmi|ósm dziewięć|dziewięci|dziewiąt dziesię|dziesiąt|dekad jedenaś|jedenast "
        "dwanaś|dwunast|tuzin dwadzieś|dwudziest trzydzieś|trzydziest czterdzieś|czterdziest pięćdziesi "
        "sześćdziesi siedemdziesi osiemdziesi dziewięćdziesi sto|stu|setk|dwieście|dwust tysi"
    ),
    "pt": (
        "dois|duas|segund|dobr|dupl|ambos tr[êe]s|terceir|terço|tripl quatro|quart cinco|quint seis|sext "
        "sete|sétim oito|oitav nove|non dez|décim|década|dezena onze doze|dúzia vint|vigésim "
        "trint|trigésim quarent|quadragésim cinquent|quinquagésim sessent|sexagésim setent oitent novent "
        "cem|cent|século mil"
    ),
    "ro": (
        "doi|două|doua|ambel|dubl trei|treia|trip patru|patra|sfert cinci|cincea șase|şase|șasea "
        "șapte|şapte opt|opta nouă|noua zece|zecea|decen unsprezece doisprezece|douăsprezece|duzin "
        "douăzeci treizeci patruzeci cincizeci șaizeci|şaizeci șaptezeci|şaptezeci optzeci nouăzeci "
        "sut|secol mi[ei]"
    ),
    "ru": (
        "два|две|дву|двое|двой|втор|оба|обе|пар три|тре|трое|трой четыр|четвер|четырё пят шест "
        "сем|седьм|семь восем|восьм девят|девять десят одиннадцат двенадцат|дюжин двадцат тридцат сорок "
        "пятьдес|пятидес шестьдес|шестидес семьдес|семидес восемьдес|восьмидес девяност "
        "сто|двести|трист|сотн|двухсот тысяч"
    ),
    "sv": (
        "två|andr|båda|dubb tre|tredj fyra|fjärd|fyr fem sex|sjätt sju|sjund åtta|åttond nio|niond "
        "tio|tiond|årtionde|decenni elva|elft tolv|dussin tjugo|tjugu tretti|trettio fyrti|fyrtio "
        "femti|femtio sexti|sextio sjutti|sjuttio åtti|åttio nitti|nittio hundra|sekel tusen"
    ),
    "tr": (
        "iki|ikinci|çift|her.iki üç|üçüncü dört|dördüncü|çeyrek beş altı yedi sekiz dokuz on\\b|onun|on. "
        "on.bir on.iki yirmi otuz kırk elli altmış yetmiş seksen doksan yüz bin|bin\\b"
    ),
    "uk": (
        "два|дві|дво|друг|обидв|пар три|тре|трьо чотир|четвер п.ят шіст|шест сім|сьом|сем "
        "вісім|восьм|вось дев.ят десят одинадцят дванадцят двадцят тридцят сорок п.ятдес шістдес|шістде "
        "сімдес вісімдес дев.яност сто|двісті|трист|сотн|двохсот тисяч"
    ),
    "vi": (
        "hai|nhì|đôi|cặp ba|tam bốn|tư năm sáu bảy tám chín mười|thập|chục mười.một mười.hai|tá hai.mươi "
        "ba.mươi bốn.mươi năm.mươi sáu.mươi bảy.mươi tám.mươi chín.mươi trăm|thế.kỷ nghìn|ngàn"
    ),
}  # fmt: skip
# What a word for one of 13 … 19 has in it.
_TEENS = {
    "ar": "عشر", "bg": "надес|найс", "cs": "náct", "de": "zehn", "el": "δεκα", "es": "trece|catorc|quinc|dieci",
    "fa": "زده|فده|جده",
    "fr": "treiz|quatorz|quinz|seiz|dix-", "he": "עשר", "hi": "तेरह|चौदह|पंद्रह|सोलह|सत्रह|अठारह|उन्नीस",
    "hu": "tizen", "id": "belas", "it": "dici", "ko": "열", "nl": "tien", "pl": "naśc|nast",
    "pt": "treze|cat?orz|quinz|dezas|dezes|dezoi|dezan|dezen", "ro": "prezece", "ru": "надцат",
    "sv": "tton|rton|mton|xton",
    "tr": "\\bon ", "uk": "надцят", "vi": "mười",
}  # fmt: skip


def spelled(text: str, language: str) -> set[str]:
    """Digits of the numbers that words of the text may stand for."""
    if language in {"zh", "zt", "ja"}:
        values = {value for run in han(text) for value in run}
    elif language == "en":
        values = english(text)
    else:
        values = _beginnings(text.casefold(), language)
    return {str(value) for value in values | _together(values)}


def read_words(text: str, language: str) -> set[str]:
    """Digits of the numbers in words, in the languages that are read well: English, Chinese, Japanese."""
    values = english(text) if language == "en" else set()
    if language in {"zh", "zt", "ja"}:
        values = {value for run in han(text) for value in run}
    return {str(value) for value in values}


def _beginnings(text: str, language: str) -> set[int]:
    found: set[int] = set()
    for pattern, numbers in _patterns(language):
        for match in pattern.finditer(text):
            found.add(numbers[(match.lastindex or 1) - 1])
    teen = _TEENS.get(language)
    return found | set(range(13, 20)) if teen and re.search(teen, text) else found


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], tuple[int, ...]], ...]:
    """Twenty and more stand anywhere in a word (ventitreenne), what is less at its beginning or after a ten."""
    words = _WORDS.get(language, "").split()
    if not words:
        return ()
    start = rf"\b{_CLITICS.get(language, '')}"
    tens = _alternatives(words[11:])
    after = rf"(?:{start}|(?<=[^\W\d_]{{4}})(?:y|e|en|und|a|i|és)?)" if language in _COMPOUND else start
    return (
        (re.compile(tens), tuple(reversed(_NUMBERS[11:]))),
        (re.compile(f"{after}(?:{_alternatives(words[:11])})"), tuple(reversed(_NUMBERS[:11]))),
    )


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(f"({word})" for word in reversed(words))


# What may stand before a number in the same word: articles and prepositions.
_CLITICS = {"ar": "[وفبلك]?(?:ال|لل)?", "he": "[והבלמשכ]{0,2}", "id": "(?:ke)?", "hi": "", "fr": "(?:[dl]['’])?"}
_COMPOUND = frozenset({"it", "de", "nl", "hu", "sv", "bg"})


def _together(values: set[int]) -> set[int]:
    """Sums and products that the parts of one number may make: 40 and 1 are 41, 2 and 1000 are 2000; decades, too."""
    small = {value for value in values if value < 10} | {1}
    tens = {value for value in values if 10 <= value < 100 and value % 10 == 0}
    sums = {ten + one for ten in tens for one in small}
    below = small | tens | sums
    return (
        sums
        | {one * scale for one in below for scale in values & {10, 100, 1000, 10**4, 10**6}}
        | {century + ten for ten in tens for century in (1800, 1900, 2000)}
    )
