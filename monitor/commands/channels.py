"""`monitor test-alert`, `monitor resend`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.common import newsroom, out, pass_path, read_config, run_async
from monitor.errors import ConfigError
from monitor.models import Channel


def _channel(path: Path, name: str) -> Channel:
    config = read_config(path)
    for channel in config.channels:
        if channel.name == name:
            return channel
    names = ", ".join(channel.name for channel in config.channels) or "none"
    raise ConfigError(f"{name}: no such channel. Declared in {path}: {names}.")


@click.command("test-alert")
@click.argument("channel")
@pass_path
def test_alert(path: Path, channel: str) -> None:
    """Send a sample alert to a channel, at once and only once."""
    from monitor.run.sample import send_sample

    receipt = run_async(send_sample(_channel(path, channel)))
    refused = f" Refused for good: {', '.join(receipt.refused)}." if receipt.refused else ""
    out.print(f"{channel}: accepted. {receipt.detail}{refused}".rstrip(), markup=False)


@click.command()
@click.argument("channel")
@pass_path
def resend(path: Path, channel: str) -> None:
    """Try the dead letters of a channel again, once what refused them is mended."""
    _channel(path, channel)
    count = run_async(_revive(path, channel))
    out.print(f"{channel}: {count} messages are owed again; `monitor run` sends them.")


async def _revive(path: Path, channel: str) -> int:
    async with newsroom(read_config(path)) as context:
        count: int = context.archive.outbox.revive(channel, context.clock.now())
        return count
