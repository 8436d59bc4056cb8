"""What an edit of an article changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.versions import Version
from monitor.errors import MissingPageError
from monitor.models import Article
from monitor.web.articles.differences import Changed, differences
from monitor.web.page import FORMATS, Page, respond
from monitor.web.reading import read


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """An earlier text beside the one that replaced it."""

    article_id: int
    number: int  # of the earlier text, 1 is the oldest
    versions: int  # how many there are
    title: str  # of the article as it is now
    translated_title: str
    language: str
    outlet: str
    replaced_at: datetime
    current: bool  # what it is compared with is the text as it is now
    headline: tuple[Changed, ...]
    text: tuple[Changed, ...]
    changed: bool  # anything but spacing and case


async def version(datasette: Any, request: Any) -> Response:
    article_id, number = int(request.url_vars["id"]), int(request.url_vars["n"])
    value = await read(datasette, lambda reader: _page(reader, article_id, number))
    title = f"Edit {number} of article {article_id}"
    page = Page(template="version.html", title=title, value=value, rows=value.headline + value.text)
    return await respond(datasette, request, page)


def _page(reader: Reader, article_id: int, number: int) -> VersionPage:
    article, old = reader.articles.get(article_id), reader.versions.get(article_id, number)
    if article is None or old is None:
        raise MissingPageError(
            f"There is no version {number} of article {article_id} in this archive. "
            "The article's own page lists the versions that there are."
        )
    new = reader.versions.get(article_id, number + 1)
    headline, text = _compared(old, new or article)
    return VersionPage(
        article_id=article_id,
        number=number,
        versions=max((each.number for each in reader.versions.of_article(article_id)), default=0),
        title=article.title,
        translated_title=article.translated_title,
        language=article.language or "und",
        outlet=article.outlet,
        replaced_at=old.replaced_at,
        current=new is None,
        headline=headline,
        text=text,
        changed=not all(part.same for part in headline + text),
    )


def _compared(old: Version, new: Version | Article) -> tuple[tuple[Changed, ...], tuple[Changed, ...]]:
    return differences(old.title, new.title), differences(old.text, new.text)


ROUTES = ((rf"^/articles/(?P<id>\d{{1,18}})/versions/(?P<n>\d{{1,9}}){FORMATS}$", version),)
