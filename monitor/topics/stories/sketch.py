"""Is one text a copy of another? A sketch of its runs of words answers without keeping the text.

Bottom-k sketches (Broder, "On the resemblance and containment of documents", 1997): of all runs of RUN words, the
SIZE with the smallest hashes. The share that two sketches have in common estimates the Jaccard similarity of the
texts within about 1/√SIZE.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from monitor.script import tokens

RUN = 4  # words: shorter runs are shared by texts that only speak of the same, longer ones lost to small edits
SIZE = 64
KEYS = 12  # smallest hashes under which a text is filed; two texts half alike miss each other once in 4,000

Sketch = tuple[int, ...]


def sketch(text: str) -> Sketch:
    """The SIZE smallest hashes of a text's runs of words, rising; () for a text too short to be told from others."""
    words = [token.text for token in tokens(text)]
    if len(words) < 3 * RUN:
        return ()
    hashes = {zlib.crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    return tuple(sorted(hashes)[:SIZE])


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimated Jaccard similarity of two texts, 0 … 1."""
    if not one or not other:
        return 0.0
    smallest = sorted({*one, *other})[: min(len(one), len(other), SIZE)]
    both = set(one) & set(other)
    return sum(value in both for value in smallest) / len(smallest)
