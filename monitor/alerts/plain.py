"""An alert as plain text: the mail's first part, the console, and whatever knows nothing better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.alerts.wording import Card, Sheet
from monitor.wording.clean import isolate
from monitor.wording.marks import Piece


def plain(sheet: Sheet) -> str:
    """The text; terms stand in [brackets], right-to-left text in Unicode isolates."""
    return "\n\n".join("\n".join(block) for block in _blocks(sheet)) + "\n"


def _blocks(sheet: Sheet) -> Iterator[list[str]]:
    if sheet.repeat:
        yield [sheet.repeat]
    yield [sheet.topic, *filter(None, [sheet.update])]
    for number, card in enumerate(sheet.cards, 1):
        head = f"{number}. " if len(sheet.cards) > 1 else ""
        first, *rest = _card(card)
        yield [head + first, *(f"{' ' * len(head)}{line}" for line in rest)]
    if sheet.omitted:
        yield [sheet.omitted]
    # "-- ": mail programs grey out what follows
    yield ["-- ", *filter(None, (sheet.coverage, sheet.mute, sheet.footer))]


def _card(card: Card) -> Iterator[str]:
    if card.news:
        yield isolate(card.news)
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
    yield from map(isolate, filter(None, (card.relevance, card.story)))
    for also in card.others:
        yield f"+ {isolate(also.source)}: {isolate(also.title)}"
        if also.url:
            yield f"  {also.url}"
    if card.more:
        yield f"+ {card.more}"


def sentence(pieces: Sequence[Piece]) -> str:
    """A sentence with its terms in brackets."""
    return isolate("".join(f"[{piece.text}]" if piece.term else piece.text for piece in pieces))
