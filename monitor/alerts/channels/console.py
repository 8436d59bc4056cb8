"""The console: the message's text, written to a stream."""

from __future__ import annotations

import sys
from typing import TextIO

from monitor.errors import DeliveryError
from monitor.models import Channel, Message, Receipt
from monitor.wording.clean import many_lines


class ConsoleDeliverer:
    """Writes to `stream`, or to standard output as it is when the message is sent."""

    min_interval = 0.0

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, message: Message, channel: Channel) -> Receipt:
        stream = self._stream or sys.stdout
        encoding = getattr(stream, "encoding", None) or "utf-8"
        # Scrubbed once more: an escape sequence in a message must not reach a terminal.
        text = f"{many_lines(message.text).rstrip()}\n\n".encode(encoding, "replace").decode(encoding)
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as error:  # a pipe whose reader has gone, a closed file
            raise DeliveryError(f"Channel {channel.name!r}: the output cannot be written ({error}).") from error
        return Receipt(detail="written")
