"""FreshRSS: searches, user queries and filter actions.

Source: freshrss.github.io/FreshRSS/en/users/10_filter.html (version of 2025): words side by side are all required,
OR binds after them, ! or - excludes, quotes of both kinds, \\( for a bracket, #tag, f: c: L: S: and the like, and
regular expressions between slashes. FreshRSS finds parts of words where we find whole words.
"""

from __future__ import annotations

from monitor.topics.importing.dialect import NO_AUTHOR, NO_DATE, NO_SITE, Dialect

_LABELS = "labels of a reader are not known here"

FRESHRSS = Dialect(
    name="freshrss",
    places={"intitle": "title", "intext": "text"},
    refused={
        "inurl": NO_SITE,
        "author": NO_AUTHOR,
        **dict.fromkeys(("date", "pubdate", "mdate", "userdate"), NO_DATE),
        **dict.fromkeys(("f", "c"), "feeds and categories have other numbers here; a topic reads every feed"),
        **dict.fromkeys(("l", "label", "labels"), _LABELS),
        "e": "numbers of articles are not known here",
        **dict.fromkeys(("s", "search"), "another saved search is meant; write its words in its place"),
    },
    single_quotes=True,
    regexes=True,
    hashtags=True,
    bang=True,
)
