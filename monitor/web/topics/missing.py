"""What a page says of a topic that is not there."""

from __future__ import annotations

from monitor.archive import Reader
from monitor.errors import MissingPageError
from monitor.topics.nearest import nearest
from monitor.wording.clean import one_line

_NAME = 100  # characters of it


def no_such_topic(reader: Reader, name: str) -> MissingPageError:
    """With those that may have been meant."""
    near = nearest(name[:_NAME], [topic for topic, _ in reader.headlines.topics()])
    hint = f" Did you mean {' or '.join(f'“{one}”' for one in near)}?" if near else ""
    return MissingPageError(f"There is no topic “{one_line(name, _NAME)}”.{hint} The front page lists them all.")
