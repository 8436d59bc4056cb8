"""Is one text a copy of another? A sketch of its runs of words answers without keeping the text.

Bottom-k sketches (Broder, "On the resemblance and containment of documents", 1997): of all runs of RUN words, the
SIZE with the smallest hashes. The share that two sketches have in common estimates the Jaccard similarity of the
texts within about 1/√SIZE.
"""

from __future__ import annotations

import struct
import zlib

from monitor import script

RUN = 4  # words: shorter runs are shared by texts that only speak of the same, longer ones lost to small edits
SIZE = 64
KEYS = 12  # smallest hashes under which a text is filed; two texts half alike miss each other once in 4,000

Sketch = bytes
"""SIZE hashes at most, four bytes each, the smallest first. b"" of a text too short to be told from others."""


def sketch(text: str) -> Sketch:
    """The SIZE smallest hashes of a text's runs of words."""
    words = script.words(text)
    if len(words) < 3 * RUN:
        return b""
    hashes = {zlib.crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    smallest = sorted(hashes)[:SIZE]
    return struct.pack(f"<{len(smallest)}I", *smallest)


def hashes(of: Sketch, most: int = SIZE) -> tuple[int, ...]:
    """The smallest hashes of a sketch."""
    some = of[: 4 * most]
    return struct.unpack(f"<{len(some) // 4}I", some)


def likeness(one: Sketch, other: Sketch) -> float:
    """Estimated Jaccard similarity of two texts, 0 … 1."""
    if not one or not other:
        return 0.0
    mine, theirs = set(hashes(one)), set(hashes(other))
    smallest = sorted(mine | theirs)[: min(len(mine), len(theirs))]
    return sum(value in mine and value in theirs for value in smallest) / len(smallest)
