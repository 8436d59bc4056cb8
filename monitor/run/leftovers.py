"""What waits for a channel that is no longer configured.

It stays for as long as any message is tried, so that a slip in the configuration costs nothing: whoever puts the
channel back gets what waits. Then it is let go with the reason, which `monitor explain` and the archive keep.
"""

from __future__ import annotations

from datetime import timedelta

from monitor import log
from monitor.run.context import Context

logger = log.get("leftovers")


def let_go(context: Context) -> int:
    """Fold alerts and bury messages whose time came too long ago. Returns how many there were."""
    settings, archive = context.config, context.archive
    before = context.clock.now() - timedelta(hours=settings.alerts.keep_trying_hours)
    names = {channel.name for channel in settings.channels}
    total = 0
    for name in archive.ledger.waiting_by_channel():
        if name not in names:
            number = archive.outbox.let_go(name, before, f"channel {name} is no longer in the configuration")
            if number:
                log.event(logger, "warning", "channel gone", channel=name, let_go=number)
            total += number
    return total
