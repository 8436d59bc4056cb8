"""Meltwater and Talkwalker, whose boolean searches differ little.

Sources: support.meltwater.com 360023166073 (How to Master Boolean Search: AND, OR, NOT, NEAR with 4 words, NEAR/n,
ONEAR/n, * and ?, title:, ingress:, ^9 for the sentence shown), talkwalker.com/syntax-alerts (AND NOT, -word, site:,
quotes, * and ? in a word), Talkwalker's query guide (title:, content:, lang:, sourcecountry:, sourcetype:,
domainurl:, author:, engagement:, sentiment:, ++ for capitals, NEAR/n, ONEAR/n, SENTENCE).
"""

from __future__ import annotations

from monitor.topics.importing.dialect import NO_AUTHOR, NO_COUNTRY, NO_DATE, NO_SITE, NO_SOCIAL, Dialect

_PLACES = {"title": "title", "headline": "title", "content": "text", "ingress": "text", "body": "text", "text": "text"}
_WHY = {
    "site url domainurl domain host rooturl parenturl source sourcename": NO_SITE,
    "sourcecountry country sourcecontinent continent region city location": NO_COUNTRY,
    "author authorname authorshort byline from": NO_AUTHOR,
    "sentiment engagement reach followers likes shares views image logo device gender age": NO_SOCIAL,
    "published date time indexed": NO_DATE,
    "sourcetype medium type posttype": "only news is read",
    "hashtag hashtags mention tag": "tags and mentions of social media are not read",
}
_REFUSED = {field: why for fields, why in _WHY.items() for field in fields.split()}

MELTWATER = Dialect(
    name="meltwater",
    places=_PLACES,
    broader={"ingress": "the lead alone; searched for in the whole text"},
    refused=_REFUSED,
    languages=frozenset(("lang", "language")),
    small_operators=True,
    distance=4,
)
TALKWALKER = Dialect(
    name="talkwalker",
    places=_PLACES,
    broader={"ingress": "the lead alone; searched for in the whole text"},
    refused=_REFUSED,
    languages=frozenset(("lang", "language")),
    small_operators=True,
)
