"""What sets one query language apart from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_SITE = "a topic reads every source; to follow one site alone, declare only its feeds"
NO_AUTHOR = "authors are not searched"
NO_DATE = "a topic has no dates; `monitor search --days` has"
NO_SOCIAL = "reach, engagement and the like are not known of news articles"
NO_COUNTRY = "the country of a source is not asked in a query; declare the feeds of that country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A query language. Names of fields are in small letters."""

    name: str
    places: Mapping[str, str]  # field → our place
    refused: Mapping[str, str]  # field → why it cannot be carried over
    broader: Mapping[str, str] = field(default_factory=dict)  # field of `places` that meant less → what it meant
    languages: frozenset[str] = frozenset()  # fields that name a language
    or_binds_first: bool = False  # `a b OR c` is a AND (b OR c)
    small_operators: bool = False  # and, or, not work as well as AND, OR, NOT
    single_quotes: bool = False
    regexes: bool = False
    hashtags: bool = False  # #word asks for a tag of the feed, not for the word
    bang: bool = False  # !word is NOT word
    distance: int = 10  # words between two, where NEAR states no number
