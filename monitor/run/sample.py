"""A sample alert, for `monitor test-alert`: shows what a channel will look like."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.alerts.channels import deliverer
from monitor.alerts.compose import compose
from monitor.models import Alert, AlertItem, Channel, Coverage, Evidence, Receipt, Span, TranslationState

_SENTENCE = "Ceci est une alerte d'essai : la Libye et la Russie n'ont rien annoncé."
_TRANSLATION = "This is a test alert: Libya and Russia have announced nothing."


def _spans(text: str, *terms: str) -> tuple[Span, ...]:
    starts = ((text.index(term), term) for term in terms)
    return tuple(Span(start=start, end=start + len(term)) for start, term in starts)


def sample_alert(channel: Channel, now: datetime) -> Alert:
    """An alert about an article that does not exist and says so."""
    evidence = Evidence(
        sentence=_SENTENCE,
        spans=_spans(_SENTENCE, "Libye", "Russie"),
        translation=_TRANSLATION,
        translation_spans=_spans(_TRANSLATION, "Libya", "Russia"),
    )
    item = AlertItem(
        article_id=0,
        title="Alerte d'essai",
        translated_title="Test alert",
        outlet="monitor test-alert",
        language="fr",
        published=now,
        first_seen=now,
        url="https://example.org/test-alert",
        evidence=evidence,
        translation_state=TranslationState.TRANSLATED,
    )
    return Alert(
        alert_id="test-" + secrets.token_hex(8),
        topic="Test",
        channel=channel.name,
        items=(item,),
        coverage=Coverage(feeds=0),
        created=now,
    )


async def send_sample(channel: Channel) -> Receipt:
    """Send it now, past the outbox. Raises DeliveryError with the channel's own words."""
    alert = sample_alert(channel, datetime.now(UTC))
    return await deliverer(channel.kind).send(compose(alert, channel, zone=ZoneInfo(channel.zone)), channel)
