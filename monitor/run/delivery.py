"""The last stage: messages that are owed leave.

    outbox (owed) ──claim──▶ sending ──deliver──▶ sent | owed again later | dead

A claim is durable before anything leaves. A process that dies after it leaves a message that is sent again
under the same id and says that it may be a repeat.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor import log
from monitor.alerts import cadence
from monitor.alerts.channels import deliverer
from monitor.alerts.compose import compose
from monitor.archive.outbox import Owed
from monitor.errors import DeliveryError
from monitor.models import Channel, Receipt
from monitor.run.context import Context, Tally

logger = log.get("deliver")


async def deliver(context: Context, name: str) -> Tally:
    """Send what a channel is owed, oldest first, at the channel's pace, until nothing may leave now."""
    channel = context.channel(name)
    tally = Tally()
    if channel is None:
        return tally
    pace = deliverer(channel.kind).min_interval
    while (owed := context.archive.outbox.next_owed(name, context.clock.now())) is not None:
        tally += await _send(context, channel, owed)
        if pace:
            await asyncio.sleep(pace)
    return tally


async def deliver_all(context: Context) -> Tally:
    """Every channel that is owed something, side by side: one channel's trouble never delays another."""
    names = context.archive.outbox.channels_owed(context.clock.now())
    tallies = await asyncio.gather(*(deliver(context, name) for name in names))
    return sum(tallies, Tally())


async def _send(context: Context, channel: Channel, owed: Owed) -> Tally:
    outbox = context.archive.outbox
    message = compose(owed.alert, channel, zone=ZoneInfo(channel.zone), repeat=owed.interrupted)
    message = replace(message, handle=owed.handle)
    if owed.recipients is not None:
        channel = replace(channel, to=owed.recipients)
    outbox.claim(owed.message_id)
    try:
        receipt = await deliverer(channel.kind).send(message, channel)
    except DeliveryError as error:
        return _not_sent(context, channel, owed, error)
    except Exception as error:  # a bug in a channel must neither lose the message nor send it every second
        logger.exception("bug in channel %s", channel.name)
        failure = DeliveryError(f"Internal error: {type(error).__name__}: {error}", uncertain=True)
        return _not_sent(context, channel, owed, failure)
    return _sent(context, owed, receipt)


def _sent(context: Context, owed: Owed, receipt: Receipt) -> Tally:
    """Done, unless some recipients were put off: those, and only those, are still owed."""
    outbox, now = context.archive.outbox, context.clock.now()
    refused = (*owed.refused, *receipt.refused)
    if receipt.deferred:
        error = DeliveryError(f"Put off by the server: {', '.join(receipt.deferred)}.")
        at = cadence.next_attempt(owed.attempts + 1, error, now)
        outbox.partly(owed.message_id, refused, receipt.deferred, str(error), at)
        log.event(logger, "warning", "message partly sent", channel=owed.channel, message=owed.message_id)
        return Tally(done=1)
    outbox.sent(owed.message_id, refused, now, receipt.handle)
    log.event(logger, "info", "message sent", channel=owed.channel, topic=owed.alert.topic, message=owed.message_id)
    return Tally(done=1, found=1)


def _not_sent(context: Context, channel: Channel, owed: Owed, error: DeliveryError) -> Tally:
    """Refused for good or too old: a dead letter. Anything else is tried again."""
    now = context.clock.now()
    expired = now - owed.created_at > timedelta(hours=context.config.alerts.keep_trying_hours)
    if error.permanent or expired:
        context.archive.outbox.bury(owed.message_id, str(error))
        log.event(logger, "error", "message refused", channel=owed.channel, message=owed.message_id, error=str(error))
        return Tally(failed=1)
    at = cadence.next_attempt(owed.attempts + 1, error, now)
    outbox = context.archive.outbox
    if error.refused and not error.uncertain:
        left = [address for address in channel.to if address not in error.refused]
        outbox.partly(owed.message_id, (*owed.refused, *error.refused), left, str(error), at)
    else:
        (outbox.uncertain if error.uncertain else outbox.retry)(owed.message_id, str(error), at)
    log.event(logger, "warning", "message delayed", channel=owed.channel, message=owed.message_id, error=str(error))
    return Tally(failed=1)
