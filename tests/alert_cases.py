"""Alerts for tests: the cases of tests/data/messages, and small ones made in code.

A case is `NAME.toml`: the zone, whether it is a repeat, and the alert. `terms` and `translation_terms` are the
words to mark; their spans are found here. Beside it stand the expected `NAME.txt`, `NAME.html`, `NAME.json` (the
JSON form) and `NAME.slack.json` (the blocks).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from monitor.models import (
    Alert,
    AlertItem,
    Channel,
    Coverage,
    Evidence,
    Message,
    Other,
    Reason,
    Span,
    StoryNote,
    TranslationState,
)

FOLDER = Path(__file__).parent / "data" / "messages"
UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 3, 3, 12, 5, tzinfo=UTC)

# What pages and feeds have been caught with.
XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script xlink:href='data:,alert(1)'></script></svg>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" style="background:url(https://evil.example/x)',
    "</title><script>alert(1)</script>",
    "</p></div><h1>Your password has expired</h1>",
    "<!--><img src=x onerror=alert(1)>",
    "--><iframe src=//evil.example></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=//evil.example><input name=p>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x/>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\x0cimg\x0csrc=x\x0conerror=alert(1)>",
    "\u2028<script>alert(1)</script>\u2029",
    "{{7*7}}${7*7}<%= 7*7 %>",
)

URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/",
    "https:evil.example",
    "https://",
    "https://bank.example@evil.example/",
    "https://user:password@evil.example/",
    "https://bank.example\\@evil.example/",
    "https://evil.example/ bank.example",
    "https://evil.example/\u202egpj.exe",
    "https://evil.example:port/",
    "https://[::1/",
    "https://e<vil.example/",
    "https://evil.example/" + "a" * 5000,
)

hostile = st.one_of(
    st.sampled_from(XSS),
    st.text(max_size=60),
    st.text(alphabet="<>&\"'=/ abc\n\r\x00\u202e\u2028*`|", max_size=40),
)

# Titles that have put headers into mails: encoded words with line breaks inside, and every kind of line end.
INJECTIONS = (
    "x =?utf-8?q?=0ABcc:_v@e?=",
    "x =?utf-8?q?=0D=0ABcc:_v@e?=",
    "x =?utf-8?b?CkJjYzogdkBl?=",
    "x =?iso-8859-1?q?=0ABcc:_v@e?= =?utf-8?q?=0ATo:_v@e?=",
    "x\nBcc: v@e",
    "x\r\nBcc: v@e",
    "x\rBcc: v@e",
    "x\n\nBcc: v@e",
    "x\u2028Bcc: v@e",
    "x\u2029Bcc: v@e",
    "x\x85Bcc: v@e",
    "x\x0bBcc: v@e\x0cCc: v@e\x1cTo: v@e\x1dX: y\x1eZ: y",
    "x\x00\nBcc: v@e",
    "x\r\n\r\n<html>body",
    "x" * 2000 + "\nBcc: v@e",
    "\u202ex\u2066\nBcc: v@e",
)

# All that a mail of ours has.
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"),
    *("Content-Type", "MIME-Version"),
]


class FixedClock:
    """A clock that stands still."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    zone: ZoneInfo
    repeat: bool
    alert: Alert


def cases() -> list[Case]:
    """Every case in the folder."""
    return [_case(path) for path in sorted(FOLDER.glob("*.toml"))]


def decoded(value: str) -> str:
    """A header's encoded words, decoded once and no deeper."""
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in decode_header(value)
    )


def channel(kind: str = "email", **more: Any) -> Channel:
    """A channel of a kind."""
    return Channel(name="desk", kind=kind, **more)


def item(**more: Any) -> AlertItem:
    """An article in French with its translation, or with what is given instead."""
    evidence = Evidence(
        sentence="Une délégation libyenne est arrivée à Moscou.",
        spans=(Span(start=15, end=23),),
        translation="A Libyan delegation has arrived in Moscow.",
        translation_spans=(Span(start=2, end=8),),
    )
    values: dict[str, Any] = {
        "article_id": 7,
        "title": "Une délégation libyenne à Moscou",
        "translated_title": "A Libyan delegation in Moscow",
        "outlet": "Le Courrier du Golfe",
        "language": "fr",
        "published": NOON,
        "first_seen": NOON,
        "url": "https://courrier.example/a/1",
        "evidence": evidence,
        "translation_state": TranslationState.TRANSLATED,
    }
    return AlertItem(**values | more)


def alert(*items: AlertItem, **more: Any) -> Alert:
    """An alert on some articles, by default on one."""
    values: dict[str, Any] = {
        "alert_id": "4f2a9c",
        "topic": "Libya–Russia relations",
        "channel": "desk",
        "items": items or (item(),),
        "created": NOON,
    }
    return Alert(**values | more)


def message(**more: Any) -> Message:
    """A message that is quick to read in a test."""
    values: dict[str, Any] = {"message_id": "4f2a9c", "subject": "Libya: one article", "text": "One article.\n"}
    return Message(**values | more)


def _case(path: Path) -> Case:
    table = tomllib.loads(path.read_text("utf-8"))
    return Case(
        name=path.stem,
        zone=ZoneInfo(table["zone"]),
        repeat=table.get("repeat", False),
        alert=_alert(table["alert"]),
    )


def _alert(table: dict[str, Any]) -> Alert:
    coverage = table.pop("coverage", None)
    items = tuple(_item(entry) for entry in table.pop("items"))
    return Alert(**table, items=items, coverage=_coverage(coverage) if coverage else None)


def _coverage(table: dict[str, Any]) -> Coverage:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    values["waiting"] = tuple((language, articles) for language, articles in values.get("waiting", ()))
    return Coverage(**values)


def _item(table: dict[str, Any]) -> AlertItem:
    sentence, translation = table.pop("sentence"), table.pop("translation", "")
    evidence = Evidence(
        sentence=sentence,
        spans=_spans(sentence, table.pop("terms", [])),
        translation=translation,
        translation_spans=_spans(translation, table.pop("translation_terms", [])),
        unverified=table.pop("unverified", None),
    )
    state = TranslationState(table.pop("translation_state"))
    reasons = tuple(Reason(**reason) for reason in table.pop("reasons", []))
    story = _story(table.pop("story")) if "story" in table else None
    defaults = {"translated_title": "", "published": None}
    return AlertItem(**defaults | table, evidence=evidence, translation_state=state, reasons=reasons, story=story)


def _story(table: dict[str, Any]) -> StoryNote:
    others = tuple(Other(**other) for other in table.pop("others", []))
    lists = {key: tuple(table.pop(key, [])) for key in ("outlets", "languages", "news")}
    return StoryNote(**table, **lists, others=others)


def _spans(text: str, terms: list[str]) -> tuple[Span, ...]:
    return tuple(Span(start=text.index(term), end=text.index(term) + len(term)) for term in terms)
