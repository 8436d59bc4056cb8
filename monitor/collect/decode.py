"""Bytes → Unicode, for feeds, feed lists and pages whose declarations may lie.

A feed parser left to itself reads a whole feed as windows-1252 when one byte of it is broken, and every
topic match in it is lost without a word. So we decide first, in this order:

    byte order mark → strict UTF-8 → UTF-8 with a few broken bytes → declared charset, if it is plausible
    → detection on the first 64 KB → UTF-8 with replacements
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

HEAD = 64 * 1024
"""Bytes that detection looks at."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins like UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first four bytes of "<?" or "<r" without a mark (XML 1.0, appendix F).
_WIDE = re.compile(rb"(<\x00\x00\x00)|(\x00\x00\x00<)|(<\x00[^\x00]\x00)|(\x00<\x00[^\x00])", re.DOTALL)
_WIDE_NAMES = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")

# Labels we believe → the codec we use: the superset that browsers use for the label (WHATWG Encoding).
# Everything else (utf-7, rot13, hex, zlib, …) is ignored.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "cp936"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "cp949"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("windows-874", "tis-620", "iso-8859-11", "cp874"), "cp874"),
    **dict.fromkeys(("x-mac-cyrillic", "mac-cyrillic"), "mac-cyrillic"),
    **dict.fromkeys(("ibm866", "cp866"), "cp866"),
    "euc-jp": "euc-jp",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"cp{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}
_LATIN = {"cp1250", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "iso8859-16", "mac-roman"}

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_ROWS = re.compile(rb"[\x80-\xff]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text and how it was reached. `warning` is "" when the bytes were what they said they were."""

    text: str
    encoding: str
    warning: str = ""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Unicode of `body`, whatever it or the `Content-Type` header claims. Never raises.

    Broken bytes become U+FFFD, one for each; the text has no byte order mark.
    """
    marked = _by_mark(body)
    if marked:
        return marked
    strict = _strictly(body, "utf-8")
    if strict is not None:
        return Decoded(text=strict, encoding="utf-8")
    mended = _nearly_utf8(body)
    if mended is not None:
        return Decoded(text=mended, encoding="utf-8", warning="some bytes were not UTF-8 and were replaced")
    declared = _declared(body, content_type)
    return _as_declared(body, declared) or _detected(body, declared)


def _by_mark(body: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(encoding, "replace"), encoding=encoding)
    wide = _WIDE.match(body)
    if wide is None or wide.lastindex is None:
        return None
    encoding = _WIDE_NAMES[wide.lastindex - 1]
    return Decoded(text=body.decode(encoding, "replace"), encoding=encoding)


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with U+FFFD for what is broken, if little enough is: under 5 % of the non-ASCII characters,
    or up to three when at least as many are right (three letters in a row that happen to be valid UTF-8
    are rare in any other charset)."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    characters = len(text) - len(_HIGH.sub(b"", body))  # that are not ASCII
    sound = characters - broken
    if broken < 0.05 * characters or (broken <= 3 and sound >= broken):
        return text
    return None


def _declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Codecs that header and document name, header first; unknown labels left out.

    A header that says ISO-8859-1 comes last: it is the default of many a server and knows nothing.
    """
    header = _HEADER.search(content_type or "")
    inside = _PROLOG.search(body, 0, 1024) or _META.search(body, 0, 4096)
    labels = [header.group(1) if header else "", inside.group(1).decode("ascii", "ignore") if inside else ""]
    found = [_CODECS[label.lower()] for label in labels if label.lower() in _CODECS]
    found.sort(key=lambda codec: codec == "cp1252")
    return tuple(dict.fromkeys(found))


def _as_declared(body: bytes, declared: tuple[str, ...]) -> Decoded | None:
    readings = [(codec, text) for codec in declared if (text := _read(body, codec)) is not None]
    if not readings:
        return None
    if len(readings) > 1:  # header and document disagree, and the bytes allow both: let them speak
        guess = _guess(body)
        readings.sort(key=lambda reading: codecs.lookup(reading[0]).name != guess)
    codec, text = readings[0]
    return Decoded(text=text, encoding=codec)


def _read(body: bytes, codec: str) -> str | None:
    if codec in _LATIN and not _looks_latin(body):
        return None
    if codec == "cp1252":  # five bytes it leaves undefined are C1 controls on the web
        return body.decode("cp1252", "replace")
    return _strictly(body, codec)


def _looks_latin(body: bytes) -> bool:
    """False when the letters above ASCII stand in rows, as those of another script do.

    In French, German or Polish few accented letters touch; in Cyrillic, Greek or Arabic nearly all do.
    """
    head = body[:HEAD]
    rows = sum(map(len, _ROWS.findall(head)))
    return 2 * rows <= sum(map(len, _HIGH.findall(head)))


def _guess(body: bytes) -> str | None:
    best = from_bytes(body[:HEAD]).best()
    return codecs.lookup(best.encoding).name if best else None


def _detected(body: bytes, declared: tuple[str, ...]) -> Decoded:
    # Western and Central European charsets cannot be told apart by few accents; the web's default is Western.
    guess = "cp1252" if _looks_latin(body) else _guess(body) or "utf-8"
    said = f"declared as {declared[0]}" if declared else "not declared"
    return Decoded(text=body.decode(guess, "replace"), encoding=guess, warning=f"charset {said}, read as {guess}")
