"""Text from strangers, made fit for a line of a message, a header or a link."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote, urlsplit

# Controls, line separators and bidi controls: they break headers and lines, or reorder what surrounds them.
# ZWJ and ZWNJ stay, since Persian and emoji need them.
_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_GONE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_ISOLATE, _POP = "\u2068", "\u2069"  # FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE (Unicode UAX 9)
_MARKS = re.compile(f"([{_ISOLATE}{_POP}])")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_UNSAFE = re.compile(r"[\s\\]")
_NETLOC = re.compile(r"[A-Za-z0-9._:\[\]-]+")
_URL_MARKS = "%/:=&?~#+!$,;'@()*[]-._"  # left as they are; < > " | ` { } ^ are percent-encoded
_MAX_URL = 4096  # characters; longer ones are no address that a person is meant to follow


def scrub(text: str) -> str:
    """`text` without controls, bidi controls or lone surrogates; line ends become spaces.

    Spaces at either end stay, so a text cut in pieces can be scrubbed piece by piece.
    """
    return _SURROGATES.sub("\ufffd", _GONE.sub("", _SPACES.sub(" ", text)))


def one_line(text: str, limit: int) -> str:
    """`text` scrubbed, on one line, at most `limit` characters, cut between words where there are words."""
    return cut(" ".join(scrub(text).split()), limit)


def many_lines(text: str) -> str:
    """`text` scrubbed line by line; line ends become `\\n`."""
    return "\n".join(map(_scrub_isolated, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _scrub_isolated(line: str) -> str:
    # Our own isolates survive when they pair up on the line; strangers' were removed when the text was composed.
    if line.count(_ISOLATE) != line.count(_POP):
        return scrub(line)
    return "".join(part if part in (_ISOLATE, _POP) else scrub(part) for part in _MARKS.split(line))


def cut(text: str, limit: int) -> str:
    """`text`, or its beginning with an ellipsis when it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit * 2 // 3)
    return (head[:space] if space > 0 else head).rstrip(" ,;:–-") + "…"


def isolate(text: str) -> str:
    """Right-to-left text wrapped in FSI…PDI, so that it cannot reorder its line; other text as it is."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_POP}"
    return text


def safe_url(url: str) -> str:
    """`url` in ASCII if a person may be sent there, else "".

    Only http and https, with a host, without a user name (`https://bank.example@evil.example/`), without
    controls or backslashes, which programs read differently.
    """
    if len(url) > _MAX_URL or scrub(url) != url or _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
        netloc = _netloc(parts.hostname or "", parts.port)
    except ValueError:  # a port that is no number, brackets that do not pair, a name that IDNA refuses
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _NETLOC.fullmatch(netloc):
        return ""
    rest = url.split("//", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme}://{netloc}{quote(rest, safe=_URL_MARKS)}"


def _netloc(name: str, port: int | None) -> str:
    name = name if name.isascii() else name.encode("idna").decode()
    return (f"[{name}]" if ":" in name else name) + (f":{port}" if port else "")


def host(url: str) -> str:
    """The host of a safe URL, as readers should see it before they follow the link: `news.example`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def token(message_id: str) -> str:
    """An id fit for a header: itself if it is plain, else a hash of it. The same id gives the same token."""
    if _TOKEN.fullmatch(message_id):
        return message_id
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def redact(text: str, *secrets: str) -> str:
    """`text` with every secret replaced by `***`."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text
