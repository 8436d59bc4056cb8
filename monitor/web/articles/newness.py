"""What is new in each article of a story: names, figures and dates that no earlier one had. Pure.

The rule is that of follow-ups (`wording/facts.py`): told is what an article says, news what its headline and its first
sentence say. Articles without a translation have figures and dates alone; so a name is news only once an article
that can be read went before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from monitor.models import Article
from monitor.wording.clean import one_line
from monitor.wording.facts import Text, Told, news_in, told_by
from monitor.wording.figures import Fact

MOST = 30_000  # characters of a story that are compared, 20 ms of work: some 25 articles of the usual length
BODY = 4_000  # characters of one article; nearly all are shorter
_NAMED = 12  # facts named of one article
_FACT = 80  # characters of a fact


def news(articles: Sequence[Article], outlets: Sequence[str], working: str) -> Mapping[int, tuple[str, ...]]:
    """Article → what is new in it, in words; articles in order of time. Left out are those beyond `MOST` characters.

    `outlets`: of the story; their names are no part of the event.
    """
    told, read, readable = Told(), 0, False
    found: dict[int, tuple[str, ...]] = {}
    for article in articles:
        text = _text(article, working)
        read += len(text.title) + len(text.body)
        if read > MOST:
            break
        known, facts = _facts(text, tuple(outlets))
        fresh = (fact for fact in facts if not told.has(fact) and (readable or not fact.key.startswith("w:")))
        found[article.id] = tuple(one_line(fact.words, _FACT) for fact in fresh)[:_NAMED]
        told.add(known)
        readable = readable or text.readable
    return found


@lru_cache(maxsize=1000)  # stories are looked at again and again; about 15 kB each
def _facts(text: Text, outlets: tuple[str, ...]) -> tuple[frozenset[str], tuple[Fact, ...]]:
    return told_by(text), news_in(text, outlets)


def _text(article: Article, working: str) -> Text:
    translated = bool(article.translated_title)
    return Text(
        title=article.translated_title if translated else article.title,
        body=(article.translated_text if translated else article.text)[:BODY],
        sentence="",
        readable=translated or article.language == working,
        outlet=article.outlet,
        published=article.published,
    )
