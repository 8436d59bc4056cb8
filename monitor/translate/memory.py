"""The key under which the translation of a sentence is remembered.

Wire copy, edited articles and standing phrases come by again and again. A sentence is translated once for
each way of translating it: another package, another version of one, other terms pinned, other checks make
another key.
"""

from __future__ import annotations

import hashlib
import json

from monitor.models import Wanted

# Raised whenever the same package would now make or judge something else of the same sentence.
ENGINE_VERSION = 1
_BYTES = 16  # 128 bits: a chance of 1e-26 that two of a million sentences share a key


def key(wanted: Wanted, way: str) -> bytes:
    """16 bytes. `way` says how it is translated: packages with their versions, beam, working language."""
    # Everything that decides how the sentence is made and judged; where a term comes from does not.
    pinned = [(term.start, term.end, term.target, term.also, term.firm) for term in wanted.pinned]
    plain = json.dumps([ENGINE_VERSION, way, wanted.source, pinned], ensure_ascii=False)
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
