"""What a site repeats on every page: paragraphs recognised by having been seen before.

The archive counts on how many pages of a host each fingerprint was seen; here the counts are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from monitor.config import ExtractSettings
from monitor.extract.text import key
from monitor.models import Extracted

FINGERPRINT_BYTES = 8  # a million paragraphs of one host: one chance in 37 million that any two collide


def fingerprints(text: str) -> tuple[str, ...]:
    """One short hash for each paragraph (line) of a text, in order; case, spaces and signs do not count."""
    return tuple(_fingerprint(line) for line in text.split("\n"))


def _fingerprint(paragraph: str) -> str:
    return blake2b((key(paragraph) or paragraph).encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


def drop_repeated(extracted: Extracted, counts: Mapping[str, int], settings: ExtractSettings) -> Extracted:
    """Move paragraphs seen on `boilerplate_pages` pages of the host or more to `dropped`.

    `counts`: pages of the host by fingerprint, this one included. Never drops the whole article: where
    everything was seen before, it is the article itself that was published more than once.
    """
    kept: list[str] = []
    dropped: list[str] = []
    for line, mark in zip(extracted.text.split("\n"), fingerprints(extracted.text), strict=True):
        (dropped if counts.get(mark, 0) >= settings.boilerplate_pages else kept).append(line)
    if not dropped or not any(kept):
        return extracted
    return replace(extracted, text="\n".join(kept), dropped=(*extracted.dropped, *dropped))
