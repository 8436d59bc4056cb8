"""What each path of a site answers."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from monitor.demo.feeds import feed_document
from monitor.demo.pages import PHOTO, article_page, front_page
from monitor.demo.sites import NEWSROOM, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a path answers."""

    body: bytes
    content_type: str
    modified: datetime
    status: int = 200
    delay: float = 0.0  # seconds
    retry_after: int | None = None  # seconds

    @property
    def etag(self) -> str:
        # Weak, since the same tag stands for the body with and without gzip (RFC 9110, 8.8.1).
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    def unchanged(self, headers: Message) -> bool:
        """Whether a conditional GET is answered with 304 (RFC 9110, 13.2.2: the ETag decides if sent)."""
        if (tags := headers.get("If-None-Match")) is not None:
            return self.etag in (tag.strip() for tag in tags.split(","))
        with contextlib.suppress(TypeError, ValueError):
            return parsedate_to_datetime(headers["If-Modified-Since"]) >= self.modified
        return False


def resources(site: Site, base: str) -> dict[str, Resource]:
    """Everything a site serves, by path. `base` is its address, e.g. "http://127.0.0.2:4100"."""
    modified = site.articles[0].published
    html = f"text/html; charset={site.charset}"
    robots = "\n".join(["User-agent: *", *site.robots, ""]).encode()
    photo = (NEWSROOM / "photo.svg").read_bytes()
    found = {
        "/": Resource(body=front_page(site, base), content_type=html, modified=modified),
        "/robots.txt": Resource(body=robots, content_type="text/plain; charset=utf-8", modified=modified),
        PHOTO: Resource(body=photo, content_type="image/svg+xml", modified=modified),
    }
    for article in site.articles:
        body = article_page(site, article, base)
        found[article.path] = Resource(body=body, content_type=html, modified=article.published)
    for feed in site.feeds:
        found[feed.path] = Resource(
            body=feed_document(site, feed, base),
            content_type=feed.content_type,
            modified=modified,
            status=feed.status,
            delay=feed.delay,
            retry_after=feed.retry_after,
        )
    return found
