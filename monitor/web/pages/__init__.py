"""Pages for people, one file each: what it reads, and the values its template and its data are made from."""

from __future__ import annotations

from monitor.web.pages import article, feeds, home, search, story, topic, topic_draft, version

ROUTES = (
    *home.ROUTES,
    *topic.ROUTES,
    *feeds.ROUTES,
    *article.ROUTES,
    *version.ROUTES,
    *story.ROUTES,
    *search.ROUTES,
    *topic_draft.ROUTES,
)
