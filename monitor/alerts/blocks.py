"""An alert in Slack's Block Kit.

Limits (api.slack.com/reference/block-kit/blocks): 50 blocks a message, 3,000 characters a section, 150 a
header. Slack reads `& < >` as its own markup, so they are escaped; the header, which is plain text and says
nothing of escapes, shows look-alikes. `|` and `>` in addresses are percent-encoded by `safe_url`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.alerts.wording import Card, Sheet, omitted
from monitor.wording.clean import isolate
from monitor.wording.marks import Piece

MAX_CARDS = 14  # header, repeat, update, 14 of three blocks, twice "and N more", coverage, mute, footer: 50 blocks
_URL, _TITLE, _LINE, _SENTENCE = 700, 300, 200, 500  # budgets that keep a section below 3,000
_SOURCE, _ALSO, _LINK = 80, 160, 250  # and those of the other articles named
# Slack's own formatting marks, replaced by look-alikes: a feed's asterisks must not pass for our marks.
_FORMATTING = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_ANGLES = str.maketrans({"<": "‹", ">": "›"})
_BREAK = "\u200b"  # bold needs a border of words beside it, which Chinese and Arabic clitics lack

Block = dict[str, object]


def blocks(sheet: Sheet) -> list[Block]:
    """The blocks of a message, at most 50."""
    return list(_blocks(sheet))


def _blocks(sheet: Sheet) -> Iterator[Block]:
    topic = sheet.topic.translate(_ANGLES)
    yield {"type": "header", "text": {"type": "plain_text", "text": topic, "emoji": False}}
    for line in filter(None, (sheet.repeat, sheet.update)):
        yield _context(line)
    for card in sheet.cards[:MAX_CARDS]:
        yield _section("\n".join(_card(card)))
        if about := "\n".join(_about(card)):
            yield _context(about, escaped=True)
        yield {"type": "divider"}
    if len(sheet.cards) > MAX_CARDS:
        yield _context(omitted(len(sheet.cards) - MAX_CARDS))
    for line in filter(None, (sheet.omitted, sheet.coverage, sheet.mute, sheet.footer)):
        yield _context(line)


def _card(card: Card) -> Iterator[str]:
    if card.news:
        yield f"*{escape(isolate(card.news), _LINE)}*"
    headline = escape(card.headline, _TITLE)
    if card.url and len(escape_url(card.url)) <= _URL:
        yield f"*<{escape_url(card.url)}|{headline}>*"
    else:
        yield f"*{headline}*"
    if card.original_title:
        yield escape(isolate(card.original_title), _TITLE)
    byline = (isolate(card.outlet), card.details, card.host if card.host != card.outlet else "")
    yield escape(" · ".join(filter(None, byline)), _LINE)
    for quote in filter(None, (card.translation, card.original)):
        yield "> " + _sentence(quote)
    if card.note:
        yield f"_{escape(isolate(card.note), _LINE)}_"


def _about(card: Card) -> Iterator[str]:
    """Why it counts, its story, and other articles of that."""
    for line in filter(None, (card.relevance, card.story)):
        yield escape(isolate(line), _LINE)
    for also in card.others:
        title, url = escape(also.title, _ALSO), escape_url(also.url)
        linked = f"<{url}|{title}>" if url and len(url) <= _LINK else title
        yield f"• {escape(isolate(also.source), _SOURCE)}: {isolate(linked)}"
    if card.more:
        yield f"• {card.more}"


def _sentence(pieces: Sequence[Piece]) -> str:
    """The sentence with its terms in bold, at most `_SENTENCE` characters of mrkdwn."""
    parts: list[str] = []
    left = _SENTENCE
    for piece in pieces:
        text = escape(piece.text, max(1, left))
        part = f"{_BREAK}*{text.strip()}*{_BREAK}" if piece.term and text.strip() else text
        parts.append(part)
        left -= len(part)
        if left <= 0:
            break
    return isolate("".join(parts))


def escape(text: str, limit: int) -> str:
    """`text` as Slack shows it literally, at most `limit` characters after escaping."""
    escaped = text.translate(_FORMATTING).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if len(escaped) <= limit:
        return escaped
    return re.sub(r"&[a-z]*$", "", escaped[: limit - 1]) + "…"


def escape_url(url: str) -> str:
    """A safe URL inside `<…|…>`."""
    return url.replace("&", "&amp;")


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str, *, escaped: bool = False) -> Block:
    mrkdwn = {"type": "mrkdwn", "text": text if escaped else escape(text, 1500), "verbatim": True}
    return {"type": "context", "elements": [mrkdwn]}
