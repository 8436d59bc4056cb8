"""Names of languages, as a reader knows them."""

from __future__ import annotations

import re

from monitor.wording.clean import one_line

NAMES = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "ber": "Berber",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "eo": "Esperanto",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "gl": "Galician",
    "gu": "Gujarati",
    "ha": "Hausa",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "ko": "Korean",
    "ku": "Kurdish",
    "ky": "Kyrgyz",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "mn": "Mongolian",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Burmese",
    "nb": "Norwegian",
    "ne": "Nepali",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pb": "Portuguese (Brazil)",  # the code Argos gives its Brazilian packages
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "zt": "Chinese (traditional)",  # the code Argos gives its packages for traditional characters
}


def name(code: str) -> str:
    """English name of a language; the code itself where we have none, "" for `und` and ""."""
    return NAMES.get(code, "" if code == "und" else one_line(code, 20))


def called(code: str | None) -> str:
    """The same for a list or a chart, where something has to stand: "language unknown"."""
    return name(code or "") or "language unknown"


_RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))
_BOTH_WAYS = frozenset(("az", "ku", "kk", "ms", "pa", "und", "uz", ""))  # written in more than one script
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TAGS = {"pb": "pt-BR", "zt": "zh-Hant"}  # codes that are Argos's own


def direction(code: str | None) -> str:
    """How a text in a language runs, for HTML: `rtl`, `ltr`, or `auto` where the text itself has to tell."""
    if code in _RIGHT_TO_LEFT:
        return "rtl"
    return "ltr" if code in NAMES and code not in _BOTH_WAYS else "auto"


def tag(code: str | None) -> str:
    """The language as HTML and CSL want it (BCP 47); `und` when it is not known, or no code."""
    code = code or "und"
    return _TAGS.get(code) or (code if _TAG.fullmatch(code) else "und")
