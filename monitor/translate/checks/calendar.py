"""Names of months and days in the languages of the press."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# Beginnings of the twelve names, "|" between several for one month, "_" for a space. "!" ends the word; "~" marks a
# word that means something else as well, and a month only beside a number.
_MONTHS = {
    "ar": (
        "يناير|كانون_الثاني فبراير|شباط ~مارس!|آذار|اذار أبريل|ابريل|نيسان مايو!|أيار|ايار "
        "يونيو|يونيه|حزيران يوليو|يوليه|تموز أغسطس|اغسطس|~آب! سبتمبر|أيلول|ايلول "
        "أكتوبر|اكتوبر|تشرين_الأول نوفمبر|تشرين_الثاني ديسمبر|كانون_الأول"
    ),
    "bg": "януари февруари март(?:и|а)?! април май! юни! юли! август септември октомври ноември декември",
    "cs": (
        "led(?:en|n[aueí]) únor březen|březn dub(?:en|n[aeu]) květ(?:en|n[aeu]) červ(?:en|n[aeu])! "
        "červen(?:ec|c) srp(?:en|n[aeu]) září! říj(?:en|n) listopad prosin(?:ec|c)"
    ),
    "de": "januar|jänner februar märz april mai! juni! juli! august september oktober november dezember",
    "el": (
        "ιανου φεβρου μ[άα]ρτι?[οί][ςυ]? απρ[ίι]λ μ[άα][ιΐϊ]ο|μαΐ ιο[ύυ]ν[ιί] ιο[ύυ]λ[ιί] α[ύυ]γο[υύ]στ "
        "σεπτ[έε]μβρ οκτ[ώω]βρ νο[έε]μβρ δεκ[έε]μβρ"
    ),
    "en": (
        "jan(?:uary)?! feb(?:ruary)?! march!|mar! apr(?:il)?! may! june?! july?! aug(?:ust)?! "
        "sept?(?:ember)?! oct(?:ober)?! nov(?:ember)?! dec(?:ember)?!"
    ),
    "es": (
        "enero! febrero! marzo! abril! mayo! junio! julio! agosto! septiembre|setiembre octubre "
        "noviembre diciembre"
    ),
    "fa": (
        "ژانویه فوریه ~مارس! آوریل ~می!|~مه! ژوئن|ژوان ژوئیه|جولای|~جون اوت!|آگوست|اگوست سپتامبر اکتبر "
        "نوامبر دسامبر"
    ),
    "fr": "janvier février ~mars! avril mai! juin! juillet août! septembre octobre novembre décembre",
    "he": "ינואר פברואר מרץ!|מרס! אפריל מאי! יוני! יולי! אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": (
        "जनवरी फ़रवरी|फरवरी ~मार्च अप्रैल ~मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर "
        "नवंबर|नवम्बर|नंवबर दिसंबर|दिसम्बर"
    ),
    "hu": "januá februá márci áprili május júni júli auguszt szeptemb októb novemb decemb",
    "id": "januari februari maret! april mei! juni! juli! agustus september oktober november desember",
    "it": "gennaio febbraio ~marzo! aprile! maggio! giugno luglio agosto! settembre ottobre novembre dicembre",
    "nl": "januari februari ~maart! april ~mei! juni! juli! augustus september oktober november december",
    "pl": (
        "stycz(?:eń|ni) lut(?:y|ego|ym)! mar(?:zec|ca|cu) kwie(?:cień|tni) maj[aeu]?! czerw(?:iec|ca|cu) "
        "lip(?:iec|ca|cu) sierp(?:ień|ni) wrze(?:sień|śni) październik listopad grud(?:zień|ni)"
    ),
    "pt": "janeiro fevereiro março! abril! maio! junho julho agosto! setembro outubro novembro dezembro",
    "ro": (
        "ianuarie februarie martie! aprilie ~mai! iunie iulie august septembrie octombrie noiembrie "
        "decembrie"
    ),
    "ru": "январ|янв! феврал март[аеу]?! апрел ма[йяею]!|маем! июн июл август сентябр октябр ноябр декабр",
    "sv": "januari februari ~mars! april maj! juni! juli! augusti september oktober november december",
    "tr": "~ocak şubat ~mart!|martt?a! nisan mayıs haziran temmuz ağustos eylül ~ekim kasım ~aralık",
    "uk": (
        "січ(?:ень|н) ~лют(?:ий|ого|ому)!|лютнев берез(?:ень|н[іяею]) квіт(?:ень|н[іяею]) "
        "трав(?:ень|н[іяею]) черв(?:ень|н[іяею]) лип(?:ень|н[іяею]) серп(?:ень|н[іяею]) "
        "верес(?:ень|н[іяею]) жовт(?:ень|н[іяею]) листопад груд(?:ень|н[іяею])"
    ),
    "vi": (
        "tháng_giêng!|tháng_một! tháng_hai! tháng_ba! tháng_tư! tháng_năm! tháng_sáu! tháng_bảy! "
        "tháng_tám! tháng_chín! tháng_mười! tháng_mười_một! tháng_mười_hai!|tháng_chạp!"
    ),
}  # fmt: skip
_CHINESE = " ".join(f"[周週]{day}|星期{day}" for day in ("一", "二", "三", "四", "五", "六", "[日天末]"))
# The same of the seven days, Monday first.
_DAYS = {
    "ar": "ال[اإ]ثنين الثلاثاء ال[أا]ربعاء الخميس الجمعة السبت ال[أا]حد!",
    "bg": "понедел вторни|вторник сряда! четвърт петък!|петъч събот недел[яен]",
    "cs": (
        "pondělí|pondělk úter(?:ý|ní|k) střed[auyo]! čtvrt(?:ek|eční|ka) pát(?:ek|eční|ku) sobot "
        "neděl[eínoi]"
    ),
    "de": "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
    "el": "δευτέρα! τρίτη! τετάρτη! πέμπτη! παρασκευή σάββατο|σαββάτου κυριακή|κυριακάτικ",
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes! martes! miércoles jueves! viernes! sábados?! domingos?!",
    "fa": "دوشنبه|دو[‌_]شنبه سه[‌_]?شنبه چهارشنبه|چهار[‌_]شنبه پنج[‌_]?شنبه جمعه شنبه یکشنبه|یک[‌_]شنبه",
    "fr": "lundis?! mardis?! mercredi jeudis?! vendredi samedi dimanche",
    "he": (
        "יום_שני|בשני!|יום_ב['‘’׳] יום_שלישי|בשלישי!|יום_ג['‘’׳] יום_רביעי|ברביעי!|יום_ד['‘’׳] "
        "יום_חמישי|בחמישי!|יום_ה['‘’׳] יום_שישי|בשישי!|יום_ו['‘’׳] שבת! יום_ראשון|בראשון!|יום_א['‘’׳]"
    ),
    "hi": "सोमवार मंगलवार बुधवार गुरुवार|गुरूवार|बृहस्पतिवार शुक्रवार शनिवार रविवार|इतवार",
    "hu": "hétfő kedd szerd[aá] csütörtök péntek szombat vasárnap",
    "id": "senin! selasa! rabu! kamis! jumat!|jum'at! sabtu! hari_minggu!|minggu!",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato! domenic[ah]",
    "ja": "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
    "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": (
        "poniedziałk|poniedziałek wtor(?:ek|k) środ[aęyoz] czwart(?:ek|ku|kow) piąt(?:ek|ku|kow) sobot "
        "niedziel"
    ),
    "pt": "segunda! terça! quarta! quinta! sexta! sábado domingo",
    "ro": "luni!|lunea! marți! miercuri joi! vineri! sâmbăt duminic",
    "ru": "понедельник вторник! сред[ауы]! четверг пятни[цч] суббот воскрес",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "tr": (
        "pazartesi salı(?:sı|nın|ya)?! çarşamba perşembe cuma!|cumadan!|cumada|cumay|cuman cumartesi "
        "pazar!|pazar_günü"
    ),
    "uk": "понеділ вівтор серед[ауи]! четвер! п['’ʼ]?ятни[цч] субот неділ",
    "vi": "thứ_hai! thứ_ba! thứ_tư! thứ_năm! thứ_sáu! thứ_bảy! chủ_nhật!",
    "zh": (
        "[周週]一|星期一 [周週]二|星期二 [周週]三|星期三 [周週]四|星期四 [周週]五|星期五 [周週]六|星期六 "
        "[周週][日天末]|星期[日天]"
    ),
    "zt": (
        "[周週]一|星期一 [周週]二|星期二 [周週]三|星期三 [周週]四|星期四 [周週]五|星期五 [周週]六|星期六 "
        "[周週][日天末]|星期[日天]"
    ),
}  # fmt: skip
_CLITICS = {"ar": "[وفبلك]?(?:ال|لل)?", "he": "[ובלמהשכ]{0,3}"}  # written as one with the word
_ANYWHERE = frozenset({"zh", "zt", "ja", "ko"})  # where words are not parted, or particles follow


def months(text: str, language: str) -> Iterator[tuple[int, re.Match[str], bool]]:
    """Months named in folded text: 1 … 12, where, and whether the name may mean something else."""
    return _find(text, language, _MONTHS.get(language, ""), 1)


def days(text: str, language: str) -> Iterator[tuple[int, re.Match[str], bool]]:
    """Days of the week named in folded text, 1 … 7."""
    return _find(text, language, _DAYS.get(language, ""), 1)


def _find(text: str, language: str, names: str, first: int) -> Iterator[tuple[int, re.Match[str], bool]]:
    if names:
        pattern, meanings = _pattern(language, names)
        for match in pattern.finditer(text):
            number, doubtful = meanings[(match.lastindex or 1) - 1]
            yield number, match, doubtful


@lru_cache(maxsize=128)
def _pattern(language: str, names: str) -> tuple[re.Pattern[str], list[tuple[int, bool]]]:
    """One group for each name, longest first; with it the name's number and whether it is marked "~"."""
    each = [(name, number) for number, several in enumerate(_separate(names), 1) for name in several]
    each.sort(key=lambda one: -len(one[0]))
    start = "" if language in _ANYWHERE else rf"(?<!\w){_CLITICS.get(language, '')}"
    groups = "|".join(f"({_name(name)})" for name, _ in each)
    return re.compile(f"{start}(?:{groups})"), [(number, name.startswith("~")) for name, number in each]


def _separate(names: str) -> list[list[str]]:
    """Names of each month or day; a "|" within brackets is the pattern's own."""
    return [re.split(r"\|(?![^(]*\))", one) for one in names.split()]


def _name(name: str) -> str:
    return name.removeprefix("~").replace("_", r"\s?").replace("!", r"(?!\w)")
