"""Pages for people, one file each: what it reads, and the values its template and its data are made from."""

from __future__ import annotations

from monitor.web.pages import coverage, feeds, home, radar, source, sources, topic

ROUTES = (
    *home.ROUTES,
    *topic.ROUTES,
    *feeds.ROUTES,
    *sources.ROUTES,
    *source.ROUTES,
    *coverage.ROUTES,
    *radar.ROUTES,
)
