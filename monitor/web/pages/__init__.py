"""Pages for people, one file each: what it reads, and the values its template and its data are made from."""

from __future__ import annotations

from monitor.web.pages import feeds, home, search, topic_draft

ROUTES = (*home.ROUTES, *feeds.ROUTES, *search.ROUTES, *topic_draft.ROUTES)
