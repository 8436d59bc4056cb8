"""Pages for people, one file each: what it reads, and the values its template and its data are made from."""

from __future__ import annotations

from monitor.web.pages import (
    article,
    coverage,
    feeds,
    home,
    radar,
    search,
    source,
    sources,
    story,
    topic,
    topic_draft,
    version,
)

ROUTES = (
    *home.ROUTES,
    *topic.ROUTES,
    *feeds.ROUTES,
    *article.ROUTES,
    *version.ROUTES,
    *story.ROUTES,
    *search.ROUTES,
    *topic_draft.ROUTES,
    *sources.ROUTES,
    *source.ROUTES,
    *coverage.ROUTES,
    *radar.ROUTES,
)
