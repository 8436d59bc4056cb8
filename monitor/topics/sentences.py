"""A plain cut of a text into sentences, for articles that no translator has cut yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.models import Article, Sentence

LONGEST = 400  # characters shown of a text without punctuation

# Latin, Arabic and Indic stops end a sentence before a space; Chinese and Japanese ones wherever they stand.
_SENTENCE = re.compile(r".+?(?:[.!?…؟۔।]+[\"'”’»)\]]*(?=\s)|[。！？｡]+[”’」』）]*|$)")


def plain_sentences(article: Article) -> list[Sentence]:
    """Title (paragraph 0) and text of an article, sentence by sentence, without translation."""
    cuts = ((number, cut) for number, line in enumerate(_lines(article)) for cut in _cut(line))
    return [Sentence(position=at, paragraph=number, source=cut, target="") for at, (number, cut) in enumerate(cuts)]


def _lines(article: Article) -> list[str]:
    return [" ".join(article.title.split()), *article.text.splitlines()]


def _cut(line: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(line):
        sentence = match.group().strip()
        while len(sentence) > LONGEST:
            # Scripts without spaces are cut at the length; the others before it.
            end = sentence.rfind(" ", 1, LONGEST) if " " in sentence[1:LONGEST] else LONGEST
            yield sentence[:end]
            sentence = sentence[end:].strip()
        if sentence:
            yield sentence
