"""From a page to an article. The only file that knows trafilatura.

Four places can hold the text, best first; the first one that is good enough is used, and the article records
why each better one was refused:

    trafilatura    what it finds on the page, less furniture, plus the standfirst
    json-ld        the `articleBody` the page hands to search engines
    feed-content   the full text in the feed
    feed-summary   the summary in the feed

trafilatura by itself returns nothing for eight different reasons without a word (empty, too short, a tree it
could not parse …); here every refusal carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from configparser import ConfigParser
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import trafilatura
from lxml import html
from lxml.etree import LxmlError
from trafilatura.metadata import extract_metadata
from trafilatura.settings import DEFAULT_CONFIG

from monitor.config import ExtractSettings
from monitor.errors import ExtractError
from monitor.extract import body, jsonld, lines, metadata, opening, outline
from monitor.extract.choice import Candidate, choose
from monitor.extract.metadata import Metadata
from monitor.extract.page import decode, is_plain_text, limited, parse
from monitor.extract.pasted import from_text
from monitor.extract.text import Paragraph, key, size, split
from monitor.models import Entry, Extracted, Refusal

# A filter that would take more than this share of the text has misread the page and is not applied.
MOST_DROPPED = 0.4
# Share of the text that must also be in `articleBody` before that decides about the rest, and the length of
# the pieces of a paragraph that are looked up there when it is not there whole.
BODY_SHARE = 0.7
PIECE = 25
STATED_LENGTH = 200_000  # characters; looking pieces up in more takes seconds
PARTED_SHARE = 0.8  # of a dump that its paragraphs must make up to stand for it
# Characters from which trafilatura trusts what it found; below, it dumps the whole page. Its own 250 is much
# for a news item: at 150 the annotated pages score the same or better. Chinese says as much in a third.
LEAST = 150
LEAST_DENSE = 60
# Captions that make up more than this of a page are the article: a picture gallery.
GALLERY_SHARE = 0.5

# What trafilatura lets through on broken pages: it says something about the page, not about our program.
_FAILURES = (RecursionError, ValueError, TypeError, AttributeError, LookupError, LxmlError)

_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, Hangul

_Filter = Callable[[Sequence[Paragraph]], Sequence[Paragraph]]


def extract(
    page: bytes,
    *,
    url: str,
    content_type: str | None = None,
    entry: Entry | None = None,
    settings: ExtractSettings,
) -> Extracted:
    """The article on the page found at `url`.

    `entry` is what the feed said about it: the text of last resort, and what fills gaps in the metadata.
    Raises ExtractError when neither page nor entry has any text. Costs CPU and memory that a hostile page
    chooses, so run it in a child process with limits.
    """
    try:
        if is_plain_text(content_type):
            return _completed(from_text(decode(limited(page, settings), content_type)), entry)
        tree = parse(page, content_type, settings)
    except ExtractError as error:
        if entry is None:
            raise
        return from_entry(entry, settings, refusals=(Refusal(extractor="trafilatura", reason=str(error)),))
    return _from_tree(tree, url, entry, settings)


def from_entry(entry: Entry, settings: ExtractSettings, *, refusals: tuple[Refusal, ...] = ()) -> Extracted:
    """The article as far as the feed tells it. `refusals`: why there is no better text, e.g. no page.

    Raises ExtractError when the entry has neither content nor summary.
    """
    return _completed(choose(_in_feed(entry), settings, refusals), entry)


def _from_tree(tree: html.HtmlElement, url: str, entry: Entry | None, settings: ExtractSettings) -> Extracted:
    articles = jsonld.articles(tree)
    said = metadata.read(tree, url, articles)
    stated = jsonld.body(articles)
    candidates = [_found(tree, url, said, stated), Candidate("json-ld", split(stated))]
    chosen = choose([*candidates, *(_in_feed(entry) if entry else ())], settings)
    said = _with_trafilatura(tree, url, said, entry)
    return _completed(_described(chosen, said), entry)


def _in_feed(entry: Entry) -> list[Candidate]:
    content, summary = split(entry.content), split(entry.summary)
    return [Candidate("feed-content", content), Candidate("feed-summary", summary)]


def _found(tree: html.HtmlElement, url: str, said: Metadata, stated: str) -> Candidate:
    """What trafilatura finds, less what is furniture, plus the standfirst."""
    plan = outline.blocks(tree)
    config = _config(_least(plan))
    tree = _without_captions(tree)
    try:
        document = trafilatura.bare_extraction(tree, url=url, include_comments=False, config=config)
    except _FAILURES as error:
        return Candidate("trafilatura", (), failure=f"failed on this page: {type(error).__name__}")
    found = _parted(body.paragraphs(document.body) if document is not None else (), plan)
    if len(found) == 1 and key(found[0].text) in key(stated):
        return Candidate("trafilatura", (), failure="empty: the page itself shows no text")
    kept = lines.without_repeats(opening.without_title(found, said.titles))
    kept = _filtered(kept, _filters(plan, said, stated))
    lead = opening.standfirst(plan, kept, said.titles, said.description) if kept else ()
    dropped = {key(one.text) for one in (*kept, *lead)} | said.titles
    return Candidate("trafilatura", (*lead, *kept), tuple(one.text for one in found if key(one.text) not in dropped))


def _least(plan: list[outline.Block]) -> int:
    """The least length that trafilatura shall trust, for the script the page is in."""
    text = "".join(one.text for one in plan)
    return LEAST_DENSE if 2 * len(_DENSE.findall(text)) > len(text) else LEAST


@cache
def _config(least: int) -> ConfigParser:
    config: ConfigParser = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(least)
    return config


def _parted(found: tuple[Paragraph, ...], plan: list[outline.Block]) -> tuple[Paragraph, ...]:
    """Where trafilatura falls back to a dump of the page in one piece, its paragraphs again, from the outline."""
    if len(found) != 1:
        return found
    dump = key(found[0].text)
    parts = [Paragraph(one.text, "head" if one.is_heading else "text") for one in plan if one.key and one.key in dump]
    return tuple(parts) if size(parts) >= PARTED_SHARE * len(found[0].text) else found


def _without_captions(tree: html.HtmlElement) -> html.HtmlElement:
    captions = list(tree.iter("figcaption"))
    length = sum(len(one.text_content()) for one in captions)
    if length <= GALLERY_SHARE * sum(len(one.text_content()) for one in tree.iter("p")):
        for one in captions:
            one.drop_tree()
    return tree


def _filters(plan: list[outline.Block], said: Metadata, stated: str) -> list[_Filter]:
    return [
        lambda found: _without(found, outline.links(plan)),
        lambda found: _without(found, outline.captions(plan)),
        lambda found: _stated(found, stated),
        lambda found: lines.without_furniture(found, said.authors),
        lines.without_closing,
    ]


def _filtered(found: Sequence[Paragraph], filters: Iterable[_Filter]) -> tuple[Paragraph, ...]:
    for step in filters:
        fewer = step(found)
        if size(fewer) >= (1 - MOST_DROPPED) * size(found):
            found = fewer
    return tuple(found)


def _without(found: Sequence[Paragraph], keys: frozenset[str]) -> tuple[Paragraph, ...]:
    return tuple(one for one in found if key(one.text) not in keys)


def _stated(found: Sequence[Paragraph], stated: str) -> tuple[Paragraph, ...]:
    """What is also in `articleBody`, if that holds most of the text; headings are often left out there."""
    if not stated or len(stated) > STATED_LENGTH:
        return tuple(found)
    known = key(stated)
    within = tuple(one for one in found if one.kind == "head" or _is_in(key(one.text), known))
    return within if size(one for one in within if one.kind != "head") >= BODY_SHARE * size(found) else tuple(found)


def _is_in(said: str, known: str) -> bool:
    if said in known:
        return True
    pieces = [said[at : at + PIECE] for at in range(0, len(said) - PIECE + 1, PIECE)]
    return len(pieces) > 1 and sum(piece in known for piece in pieces) >= len(pieces) / 2


def _described(extracted: Extracted, said: Metadata) -> Extracted:
    return replace(
        extracted,
        title=said.title,
        authors=said.authors,
        published=said.published,
        site=said.site,
        language_hint=said.language,
        image=said.image,
        canonical_url=said.canonical_url,
    )


def _completed(extracted: Extracted, entry: Entry | None) -> Extracted:
    """Gaps in what the page says about itself, filled from what the feed said."""
    if entry is None:
        return extracted
    return replace(
        extracted,
        title=extracted.title or entry.title,
        authors=extracted.authors or entry.authors,
        published=extracted.published or (None if entry.date_suspect else entry.published),
        language_hint=extracted.language_hint or entry.language,
        image=extracted.image or entry.image,
    )


def _with_trafilatura(tree: html.HtmlElement, url: str, said: Metadata, entry: Entry | None) -> Metadata:
    """Title, authors and date that only trafilatura's search of the visible page finds.

    It costs as much as all the rest, so it is asked only for what neither page nor feed states.
    """
    has_title = said.title or (entry and entry.title)
    has_date = said.published or (entry and entry.published)
    if has_title and has_date:
        return said
    try:
        found = extract_metadata(tree, url, extensive=False)
    except _FAILURES:
        return said
    return replace(
        said,
        title=said.title or (found.title or ""),
        authors=said.authors or tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
        published=said.published or _day(found.date),
    )


def _day(date: str | None) -> datetime | None:
    return datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
