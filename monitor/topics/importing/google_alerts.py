"""Google Search and Google Alerts.

Source: support.google.com/websearch/answer/2466433 (refine searches) and google.com/alerts, which takes the same:
words are all required, OR and | bind before them, - excludes, quotes keep a phrase, * stands for a word in a phrase,
intitle:, allintitle:, intext:, inurl:, site:, filetype:, before:, after:, AROUND(n).
"""

from __future__ import annotations

from monitor.topics.importing.dialect import NO_COUNTRY, NO_DATE, NO_SITE, Dialect

GOOGLE = Dialect(
    name="google-alerts",
    places={"intitle": "title", "allintitle": "title", "intext": "text", "allintext": "text"},
    refused={
        **dict.fromkeys(("site", "inurl", "allinurl", "source", "related", "cache", "link"), NO_SITE),
        **dict.fromkeys(("filetype", "ext"), "only articles are read, whatever their file"),
        **dict.fromkeys(("before", "after", "daterange"), NO_DATE),
        **dict.fromkeys(("location", "loc"), NO_COUNTRY),
        **dict.fromkeys(("inanchor", "allinanchor"), "the words of links are not searched"),
    },
    or_binds_first=True,
)
