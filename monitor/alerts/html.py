"""An alert as one self-contained HTML page for mail: inline styles, no images, nothing to fetch.

Every string passes `escape`; elements and attributes come from this file alone. Colours are left to the
mail program (`color-scheme: light dark`) but for the marks, which state both text and background.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from monitor.alerts.wording import Card, Sheet
from monitor.wording.marks import Piece

_BODY = (
    "margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;"
    "-webkit-text-size-adjust:100%;overflow-wrap:anywhere"
)
_COLUMN = "max-width:640px;margin:0 auto"
_TOPIC = "font-size:20px;line-height:1.3;margin:0 0 16px"
_ARTICLE = "margin:0 0 24px;padding:0 0 16px;border-bottom:1px solid rgba(128,128,128,.4)"
_HEADLINE = "font-size:18px;line-height:1.35;margin:0 0 4px"
_SMALL = "font-size:14px;opacity:.8;margin:0 0 8px"
_QUOTE = "margin:8px 0;padding:0 12px;border-inline-start:3px solid rgba(128,128,128,.6)"
_NOTE = "font-size:14px;font-weight:600;margin:8px 0 0"
_NEWS = "font-size:16px;font-weight:600;margin:0 0 8px"
_LIST = "font-size:14px;margin:8px 0 0;padding:0 0 0 18px"
_MARK = "background:#ffe58a;color:#111;padding:0 2px;border-radius:2px"
_LINK = "color:inherit;text-decoration:underline"
_REL = "noopener noreferrer nofollow"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def html(sheet: Sheet) -> str:
    """The page."""
    return "\n".join(_page(sheet)) + "\n"


def _page(sheet: Sheet) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(sheet.subject)}</title>\n</head>"
    yield f'<body style="{_BODY}">\n<div style="{_COLUMN}">'
    if sheet.repeat:
        yield _paragraph(_NOTE, escape(sheet.repeat))
    yield f'<h1 style="{_TOPIC}" dir="auto">{escape(sheet.topic)}</h1>'
    if sheet.update:
        yield _paragraph(_SMALL, escape(sheet.update))
    for card in sheet.cards:
        yield from _card(card)
    for line in filter(None, (sheet.omitted, sheet.coverage, sheet.mute, sheet.footer)):
        yield _paragraph(_SMALL, escape(line))
    yield "</div>\n</body>\n</html>"


def _card(card: Card) -> Iterator[str]:
    original = _foreign(card.language)
    yield f'<div style="{_ARTICLE}">'
    if card.news:
        yield _paragraph(_NEWS, f"<bdi>{escape(card.news)}</bdi>")
    yield f'<h2 style="{_HEADLINE}"{"" if card.original_title else original} dir="auto">{_title(card)}</h2>'
    if card.original_title:
        yield f'<p style="{_SMALL}"{original} dir="auto">{escape(card.original_title)}</p>'
    yield _paragraph(_SMALL, _byline(card))
    if card.translation:
        yield f'<p style="{_QUOTE}" dir="auto">{_sentence(card.translation)}</p>'
    if card.original:
        yield f'<p style="{_QUOTE}"{original} dir="auto">{_sentence(card.original)}</p>'
    if card.note:
        yield _paragraph(_NOTE, f"<bdi>{escape(card.note)}</bdi>")  # it may quote a name of the original
    for line in filter(None, (card.relevance, card.story)):
        yield _paragraph(_SMALL, f"<bdi>{escape(line)}</bdi>")
    if card.others:
        yield f'<ul style="{_LIST}">{"".join(_others(card))}</ul>'
    yield "</div>"


def _others(card: Card) -> Iterator[str]:
    for also in card.others:
        title = f"<bdi>{escape(also.title)}</bdi>"
        linked = f'<a href="{escape(also.url)}" rel="{_REL}" style="{_LINK}">{title}</a>' if also.url else title
        yield f"<li><bdi>{escape(also.source)}</bdi>: {linked}</li>"
    if card.more:
        yield f"<li>{escape(card.more)}</li>"


def _title(card: Card) -> str:
    if not card.url:
        return escape(card.headline)
    return f'<a href="{escape(card.url)}" rel="{_REL}" style="{_LINK}">{escape(card.headline)}</a>'


def _byline(card: Card) -> str:
    # The host of the link stands beside the outlet's name, which the outlet chooses itself.
    parts = [f"<bdi>{escape(card.outlet)}</bdi>", escape(card.details)]
    if card.host != card.outlet:
        parts.append(escape(card.host))
    return " · ".join(filter(None, parts))


def _sentence(pieces: Sequence[Piece]) -> str:
    return "".join(
        f'<mark style="{_MARK}">{escape(piece.text)}</mark>' if piece.term else escape(piece.text) for piece in pieces
    )


def _paragraph(style: str, content: str) -> str:
    return f'<p style="{style}">{content}</p>'


def _foreign(language: str) -> str:
    """A `lang` attribute, so that screen readers and fonts follow; "" for what is no language tag."""
    return f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
