"""monitor.collect.decode: bytes → Unicode, whatever header and document claim."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.decode import decode

TEXT = "Ливия и Россия обсудили поставки нефти в Триполи. Министр прибыл с официальным визитом."
FRENCH = "La Libye et la Russie ont évoqué les livraisons de pétrole à Tripoli, où le ministre a été reçu."
UKRAINIAN = "Лівія та Росія обговорили постачання нафти. Міністр прибув із візитом до Триполі."


def feed(text: str, declared: str | None = None, prolog: bool = True) -> str:
    encoding = f' encoding="{declared}"' if declared else ""
    head = f'<?xml version="1.0"{encoding}?>\n' if prolog else ""
    return f"{head}<rss version='2.0'><channel><title>{text}</title></channel></rss>"


# name, bytes, Content-Type: Russian feeds that can all be read exactly
RUSSIAN = [
    ("utf-8", feed(TEXT, "utf-8").encode(), None),
    ("utf-8 without prolog", feed(TEXT, prolog=False).encode(), None),
    ("utf-8 with mark", codecs.BOM_UTF8 + feed(TEXT).encode(), None),
    ("utf-8 with mark, cp1251 declared", codecs.BOM_UTF8 + feed(TEXT, "windows-1251").encode(), None),
    ("utf-8, header says latin-1", feed(TEXT).encode(), "text/xml; charset=ISO-8859-1"),
    ("utf-8, cp1251 declared", feed(TEXT, "windows-1251").encode(), None),
    ("utf-8, us-ascii declared", feed(TEXT, "us-ascii").encode(), "text/xml"),
    ("utf-8, utf-7 declared", feed(TEXT, "utf-7").encode(), "text/xml; charset=utf-7"),
    ("utf-8, rot13 declared", feed(TEXT, "rot13").encode(), None),
    ("utf-8, hex declared", feed(TEXT, "hex").encode(), "application/xml; charset=hex"),
    ("utf-8, x-klingon declared", feed(TEXT, "x-klingon").encode(), None),
    ("utf-16-le with mark", codecs.BOM_UTF16_LE + feed(TEXT, "utf-16").encode("utf-16-le"), None),
    ("utf-16-be with mark, no prolog", codecs.BOM_UTF16_BE + feed(TEXT, prolog=False).encode("utf-16-be"), None),
    ("utf-16-le with mark, utf-8 declared", codecs.BOM_UTF16_LE + feed(TEXT, "utf-8").encode("utf-16-le"), None),
    ("utf-16-le without mark", feed(TEXT, "utf-16").encode("utf-16-le"), None),
    ("utf-16-be without mark", feed(TEXT, "utf-16").encode("utf-16-be"), None),
    ("utf-32-le with mark", codecs.BOM_UTF32_LE + feed(TEXT).encode("utf-32-le"), None),
    ("utf-32-be with mark", codecs.BOM_UTF32_BE + feed(TEXT).encode("utf-32-be"), None),
    ("utf-32-le without mark", feed(TEXT).encode("utf-32-le"), None),
    ("cp1251 declared", feed(TEXT, "windows-1251").encode("cp1251"), None),
    ("cp1251 in the header", feed(TEXT).encode("cp1251"), 'text/xml; charset="Windows-1251"'),
    ("cp1251, undeclared", feed(TEXT).encode("cp1251"), None),
    ("cp1251, utf-8 declared", feed(TEXT, "utf-8").encode("cp1251"), "text/xml; charset=utf-8"),
    ("cp1251, latin-1 declared", feed(TEXT, "iso-8859-1").encode("cp1251"), None),
    ("cp1251, header says latin-1", feed(TEXT, "windows-1251").encode("cp1251"), "text/xml; charset=iso-8859-1"),
    ("cp1251, header says koi8-r", feed(TEXT, "windows-1251").encode("cp1251"), "text/xml; charset=koi8-r"),
    ("koi8-r declared", feed(TEXT, "koi8-r").encode("koi8-r"), None),
    ("koi8-r, undeclared", feed(TEXT, prolog=False).encode("koi8-r"), None),
    ("koi8-r, document says cp1251", feed(TEXT, "windows-1251").encode("koi8-r"), "text/xml; charset=koi8-r"),
    ("iso-8859-5 declared", feed(TEXT, "iso-8859-5").encode("iso8859-5"), None),
    ("ibm866 declared", feed(TEXT, "ibm866").encode("cp866"), None),
    ("mac-cyrillic declared", feed(TEXT, "x-mac-cyrillic").encode("mac-cyrillic"), None),
    ("gb2312 declared", feed(TEXT, "gb2312").encode("gb18030"), None),
]


@pytest.mark.parametrize(("body", "content_type"), [row[1:] for row in RUSSIAN], ids=[row[0] for row in RUSSIAN])
def test_russian_in_every_byte_form(body: bytes, content_type: str | None) -> None:
    """However a Russian feed is encoded and whatever it declares, its text is read exactly."""
    decoded = decode(body, content_type)
    assert TEXT in decoded.text
    assert not decoded.text.startswith("\ufeff")
    assert "\ufffd" not in decoded.text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (FRENCH, "iso8859-1", "iso-8859-1"),
        (FRENCH, "cp1252", None),
        ("« Prix : 5 € » – l’œuvre", "cp1252", "iso-8859-1"),
        (UKRAINIAN, "koi8-u", "koi8-u"),
        (UKRAINIAN, "cp1251", None),
        ("利比亚和俄罗斯讨论了石油供应问题。外长抵达的黎波里。", "gbk", "gb2312"),
        ("利比亚和俄罗斯讨论了石油供应问题。外长抵达的黎波里。", "gb18030", None),
        ("リビアとロシアは石油の供給について協議した。", "cp932", "Shift_JIS"),
        ("リビアとロシアは石油の供給について協議した。外相がトリポリに到着した。", "euc-jp", None),
        ("리비아와 러시아가 석유 공급을 논의했다.", "euc-kr", "euc-kr"),
        ("بحثت ليبيا وروسيا التعاون في مجال الطاقة", "cp1256", "windows-1256"),
        ("بحثت ليبيا وروسيا التعاون في مجال الطاقة خلال زيارة رسمية", "cp1256", None),
        ("Libia i Rosja omówiły dostawy ropy, żeby współpracować", "iso8859-2", "ISO-8859-2"),
        ("Libya ve Rusya görüştü; değişiklik yok, şu anda", "cp1254", "iso-8859-9"),
        ("Η Λιβύη και η Ρωσία συζήτησαν για το πετρέλαιο", "cp1253", None),
        ("לוב ורוסיה דנו באספקת נפט. שר החוץ הגיע לביקור", "cp1255", None),
        ("ลิเบียและรัสเซียหารือเรื่องน้ำมัน", "cp874", "tis-620"),
    ],
)
def test_other_languages(text: str, encoding: str, declared: str | None) -> None:
    """Feeds of sixteen other charsets are read exactly, from their declaration or without one."""
    assert text in decode(feed(text, declared).encode(encoding)).text


@pytest.mark.parametrize("language", [TEXT, FRENCH], ids=["Russian", "French"])
def test_one_bad_byte_costs_one_character(language: str) -> None:
    """One invalid byte in 100 KB of UTF-8 gives one U+FFFD and is mentioned; the rest is untouched."""
    whole = feed(language * (100_000 // len(language.encode()))).encode()
    for at in (len(whole) // 3, len(whole) - 2000):
        while whole[at] & 0xC0 == 0x80:  # not inside a character
            at += 1
        decoded = decode(whole[:at] + b"\xff" + whole[at:])
        assert decoded.text == whole[:at].decode() + "\ufffd" + whole[at:].decode()
        assert "not UTF-8" in decoded.warning


def test_a_bad_byte_among_few_accents() -> None:
    """Three curly quotes and one bad byte are still UTF-8: the quotes survive."""
    body = feed("It’s “here”").encode().replace(b"</title>", b"\xe9</title>")
    assert "It’s “here”\ufffd" in decode(body).text


def test_a_character_cut_in_half_costs_itself() -> None:
    """A feed that breaks off in the middle of a character loses only that one."""
    body = feed(TEXT).encode()
    cut = body[: body.index("визитом".encode()) + 3]
    assert decode(cut).text == cut[:-1].decode() + "\ufffd"


@pytest.mark.parametrize(
    ("body", "content_type", "warning"),
    [
        (feed(TEXT, "utf-8").encode("cp1251"), None, "charset declared as utf-8, read as cp1251"),
        (feed(TEXT).encode("koi8-r"), None, "charset not declared, read as koi8-r"),
        (feed(TEXT, "windows-1251").encode("cp1251"), None, ""),
        (feed(TEXT).encode(), None, ""),
    ],
)
def test_a_false_declaration_is_mentioned(body: bytes, content_type: str | None, warning: str) -> None:
    """What a feed declared and what it was read as stand in the warning; a true declaration gives none."""
    assert decode(body, content_type).warning == warning


def test_a_page_declares_its_charset_in_a_meta_element() -> None:
    """The meta element of an HTML page counts as its declaration."""
    for meta in ('<meta charset="windows-1250">', '<meta http-equiv="x" content="text/html; charset=windows-1250">'):
        page = f"<html><head>{meta}</head><body>Zażółć gęślą jaźń, źle</body></html>"
        assert decode(page.encode("cp1250")).encoding == "cp1250"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_never_raises(body: bytes, content_type: str | None) -> None:
    """Any bytes under any header give text."""
    assert isinstance(decode(body, content_type).text, str)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_utf8_is_always_read_back(text: str) -> None:
    """Valid UTF-8 behind a mark comes back as it was, whatever it says."""
    assert decode(codecs.BOM_UTF8 + text.encode(), "text/xml; charset=koi8-r").text == text
