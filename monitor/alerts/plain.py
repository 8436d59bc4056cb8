"""An alert as plain text: the mail's first part, the console, and whatever knows nothing better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.alerts.clean import isolate
from monitor.alerts.marks import Piece
from monitor.alerts.wording import Card, Sheet


def plain(sheet: Sheet) -> str:
    """The text; terms stand in [brackets], right-to-left text in Unicode isolates."""
    return "\n\n".join("\n".join(block) for block in _blocks(sheet)) + "\n"


def _blocks(sheet: Sheet) -> Iterator[list[str]]:
    if sheet.repeat:
        yield [sheet.repeat]
    yield [sheet.topic]
    for number, card in enumerate(sheet.cards, 1):
        head = f"{number}. " if len(sheet.cards) > 1 else ""
        first, *rest = _card(card)
        yield [head + first, *(f"{' ' * len(head)}{line}" for line in rest)]
    if sheet.omitted:
        yield [sheet.omitted]
    yield ["-- ", *filter(None, (sheet.coverage, sheet.footer))]  # "-- ": mail programs grey out what follows


def _card(card: Card) -> Iterator[str]:
    yield isolate(card.headline)
    if card.original_title:
        yield isolate(card.original_title)
    yield " · ".join(filter(None, (isolate(card.outlet), card.details)))
    if card.url:
        yield card.url
    for quote in filter(None, (card.translation, card.original)):
        yield f"> {sentence(quote)}"
    if card.note:
        yield isolate(card.note)


def sentence(pieces: Sequence[Piece]) -> str:
    """A sentence with its terms in brackets."""
    return isolate("".join(f"[{piece.text}]" if piece.term else piece.text for piece in pieces))
