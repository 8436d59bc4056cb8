"""Which requests are not answered, and why: decided from the head of a request, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from monitor.web.access.accounts import Access
from monitor.web.guard.faults import Fault
from monitor.web.metadata import LONG
from monitor.web.paths import elsewhere

LONGEST_QUERY = 8_000  # characters after the ?
LONGEST_BODY = 64_000  # bytes of a form
MOST_FACETS = 8  # each may take facet_time_limit_ms
_FORM = "application/x-www-form-urlencoded"
MISSING = Fault(status=404, title="Not found", message="There is nothing at this address.")
_METHOD = Fault(status=405, title="Not possible", message="The archive is read-only.")
_STALE = Fault(
    status=403,
    title="Not done",
    message="This form has expired, or was sent from elsewhere. Reload its page and try again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A request without its body. Names of headers are lower case."""

    method: str
    path: str  # as it came, percent-encoded
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def bearer(self) -> bool:
        return self.headers.get("authorization", "").startswith("Bearer ")

    @property
    def posts(self) -> bool:
        return self.method == "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What there is: `known`, addresses; `writable`, those that take a POST."""

    access: Access
    known: re.Pattern[str]
    writable: frozenset[str]


def refusal(head: Head, rules: Rules) -> Fault | None:
    """Why a request is not answered; None when it is."""
    if not rules.access.reached_as(head.headers.get("host", "")):
        return Fault(
            status=421,
            title="Not here",
            message="This server does not know itself by that name. Add it to hosts in [web] if it is meant.",
        )
    if head.method not in ("GET", "HEAD", "POST") or (head.posts and head.path not in rules.writable):
        return _METHOD
    if len(head.query) > LONGEST_QUERY or len(head.path) > LONGEST_QUERY:
        return Fault(status=414, title="Not possible", message="This address is too long.")
    if elsewhere(head.path) or not rules.known.fullmatch(head.path):
        return MISSING
    if found := _facets(head.query):
        return found
    if head.headers.get("authorization", "").isascii() is False:
        return Fault(status=400, title="Not possible", message="The Authorization header holds no token of ours.")
    return _forged(head) if head.posts else None


def _facets(query: str) -> Fault | None:
    """Each takes its time, and one of whole texts their memory."""
    columns = [value for name, value in parse_qsl(query) if name.startswith("_facet") and name != "_facet_size"]
    if len(columns) > MOST_FACETS:
        return Fault(status=400, title="Not possible", message=f"At most {MOST_FACETS} facets can be counted at once.")
    if long := LONG.intersection(columns):
        return Fault(
            status=400, title="Not possible", message=f"{min(long)}: the values of whole texts are not counted."
        )
    return None


def _forged(head: Head) -> Fault | None:
    """A form that another page may have sent. Tokens are added by programs alone, never by a browser on its own."""
    if head.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return Fault(status=415, title="Not done", message=f"Send the fields of the form as {_FORM}.")
    if head.bearer:
        return None
    site, origin = head.headers.get("sec-fetch-site", ""), head.headers.get("origin", "")
    if site not in ("", "same-origin"):
        return _STALE
    if origin not in ("", "null") and urlsplit(origin).netloc.lower() != head.headers.get("host", "").lower():
        return _STALE
    if origin == "null" and site != "same-origin":
        return _STALE
    # Without a cookie Datasette's check would not be made at all, and who writes without sign-in need have none.
    return None if "ds_csrftoken=" in head.headers.get("cookie", "") else _STALE


def unfit(body: bytes) -> Fault | None:
    """A body that the parsers behind us would trip over."""
    if not body.isascii():
        return Fault(status=400, title="Not done", message="The form is not percent-encoded.")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return Fault(status=400, title="Not done", message="The form is no UTF-8, or has too many fields.")
    return next((_STALE for name, value in fields if name == "csrftoken" and not value.isascii()), None)
