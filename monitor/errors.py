"""Every error the program raises on purpose, in one tree.

    MonitorError
    ├── ConfigError            the configuration is wrong; says which key and what to write instead
    ├── CollectError           something on the way in
    │   ├── FetchError         no usable answer from the network
    │   │   ├── BlockedError   an address, scheme or port we never connect to; also robots.txt
    │   │   ├── BotWallError   a page that asks for proof of being human
    │   │   ├── NameError_     the host name did not resolve
    │   │   ├── ConnectError   refused, reset, TLS, time-out
    │   │   ├── StatusError    an HTTP status that is not an answer (carries it)
    │   │   └── BodyError      too large, truncated, encoded in a way we refuse
    │   └── ParseError         bytes that are not a feed (or not one we can read safely)
    ├── ExtractError           a page without an article in it
    ├── TranslateError         a package is missing, broken or refused the text
    │   └── PackageError       a model package that may not be installed
    ├── QueryError             a topic query; carries the position of the mistake
    ├── DeliveryError          a channel did not take a message
    ├── WorkerError            a child process died, hung or passed its limits
    ├── ExportError            a file of data or a report cannot be written
    ├── OrderError             something to record could not be put down for the process that records
    └── ArchiveError           the database cannot be used
        └── AsleepError        not as long as its writer, another user, is away

Each error says whether trying again can help (`permanent`), how long to wait first (`retry_after`),
and how much it weighs towards backing off (`weight`: hard 1, soft ½, temporary ¼; after Media Cloud's
rss-fetcher). Messages name the thing, the cause and the remedy, in that order. Anything raised that is
not in this tree is a bug.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any


class MonitorError(Exception):
    """Base of the tree. `str(error)` is fit to show to a person."""

    permanent: bool = False
    weight: float = 1.0

    def __init__(
        self,
        message: str,
        *,
        permanent: bool | None = None,
        retry_after: timedelta | None = None,
        weight: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        if permanent is not None:
            self.permanent = permanent
        if weight is not None:
            self.weight = weight

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come back from child processes: rebuild them with every attribute.
        return _rebuild, (type(self), dict(self.__dict__), self.message)

    @property
    def kind(self) -> str:
        """The class in the words of the tables: `BlockedError` → `blocked`."""
        return type(self).__name__.removesuffix("_").removesuffix("Error").lower()


def _rebuild(cls: type[MonitorError], attributes: dict[str, Any], message: str) -> MonitorError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(attributes)
    return error


class ConfigError(MonitorError):
    """The configuration cannot be used."""

    permanent = True


class CollectError(MonitorError):
    """Something went wrong between the network and an entry."""


class FetchError(CollectError):
    """No usable answer from the network."""


class BlockedError(FetchError):
    """An address we never connect to, or a page robots.txt keeps from us."""

    permanent = True


class BotWallError(FetchError):
    """Instead of the page, one that asks for proof of being human. Asking again would only confirm the suspicion."""

    permanent = True


class NameError_(FetchError):  # noqa: N801, N818 - `NameError` is Python's own
    """The host name did not resolve. Usually passes, hence the small weight."""

    weight = 0.25


class ConnectError(FetchError):
    """Refused, reset, TLS failure or time-out."""


class StatusError(FetchError):
    """An HTTP status that carries no content. `status` is the number.

    `body` is what came with it when it answered a POST and is short: servers explain themselves there.
    """

    body: bytes = b""

    def __init__(self, message: str, *, status: int, **more: Any) -> None:
        if status in (404, 429) and more.get("weight") is None:
            more["weight"] = 0.5
        super().__init__(message, **more)
        self.status = status


class BodyError(FetchError):
    """The body is too large, truncated, or encoded in a way we refuse."""


class ParseError(CollectError):
    """Bytes that are not a feed we can read. `reason` is a short class: empty, html, entities, ..."""

    def __init__(self, message: str, *, reason: str = "not a feed", **more: Any) -> None:
        super().__init__(message, **more)
        self.reason = reason


class ExtractError(MonitorError):
    """A page without an article in it. `reason` says what was there instead."""

    permanent = True


class TranslateError(MonitorError):
    """No translation came out."""


class PackageError(TranslateError):
    """A model package that is missing, damaged or unsafe. `package` names an installed one that must not be used."""

    permanent = True

    def __init__(self, message: str, *, package: str = "", **more: Any) -> None:
        super().__init__(message, **more)
        self.package = package


class QueryError(MonitorError):
    """A topic query that cannot be compiled. `position` counts characters from 0."""

    permanent = True

    def __init__(self, message: str, *, query: str = "", position: int = 0) -> None:
        super().__init__(message)
        self.query = query
        self.position = position

    def pointer(self) -> str:
        """The query with a caret under the mistake, on two lines."""
        return f"{self.query}\n{' ' * self.position}^"


class DeliveryError(MonitorError):
    """A channel did not take a message.

    `refused` lists recipients refused for good. `uncertain` says that the answer was lost after the message
    had left: it may have arrived, so the next attempt says that it may be a repeat.
    """

    def __init__(self, message: str, *, refused: tuple[str, ...] = (), uncertain: bool = False, **more: Any) -> None:
        super().__init__(message, **more)
        self.refused = refused
        self.uncertain = uncertain


class WorkerError(MonitorError):
    """A child process died, hung or passed its CPU or memory limit."""


class PageError(MonitorError):
    """A page for people cannot be shown."""


class MissingPageError(PageError):
    """It is about something that the archive does not hold. Permanent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class SlowPageError(PageError):
    """It would have to read for too long. Transient: narrower, it can be answered."""

    def __init__(self) -> None:
        super().__init__(
            "This would take too long to read. Choose a shorter time, another word, or ask on the command line.",
            permanent=False,
        )


class ExportError(MonitorError):
    """A file of data, or a report, cannot be written."""

    permanent = True


class OrderError(MonitorError):
    """The queue of orders beside the archive is full or cannot be used. The archive itself is not touched by that."""


class BusyPageError(PageError):
    """Others are being answered. Transient."""

    def __init__(self) -> None:
        super().__init__(
            "Too much is asked for at once. Try again in a second, or ask for fewer rows.", permanent=False
        )


class ActError(PageError):
    """What was posted cannot be done. Permanent."""

    permanent = True


class SignedOutError(PageError):
    """Only people who are signed in may do this."""

    permanent = True

    def __init__(self) -> None:
        super().__init__("Only people who are signed in can do this. Sign in, then try again.")


class ArchiveError(MonitorError):
    """The database cannot be used; the process ends and the supervisor restarts it."""


class AsleepError(ArchiveError):
    """The database cannot be read as long as nobody writes: another user's, in WAL mode, without the files that only
    a writer makes.
    """
