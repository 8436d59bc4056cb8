"""The headers that every answer carries: what a browser may load, run, frame and tell."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from importlib.resources import files

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
STRICT = _POLICY.format(scripts="'self'", styles="'self'")
HEADERS = {
    # No framing, no sniffing; other sites need not learn who reads them here, while forms of ours carry an Origin
    # (under no-referrer it would be "null").
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_INLINE = re.compile(r"<script>(.*?)</script>", re.S)
_FACETS = "DATASETTE_ALLOW_FACET = {{ datasette_allow_facet }};"


def for_datasette() -> str:
    """The policy of Datasette's own pages: the scripts that stand in its templates, by their hashes, and no other.

    Its styles stand in `style` attributes with colours that it computes from names, and in sheets with a rule for
    each column: those can be neither hashed nor moved to a file, so inline style, and style alone, is allowed there.
    """
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in sorted(inline_scripts()))
    return _POLICY.format(scripts=f"'self' {hashes}", styles="'self' 'unsafe-inline'")


def inline_scripts() -> set[str]:
    """What stands between script tags in the templates of the Datasette that is installed, as it reaches a browser."""
    found: set[str] = set()
    for template in (files("datasette") / "templates").iterdir():
        if template.name.endswith(".html"):
            found.update(_rendered(_INLINE.findall(template.read_text(encoding="utf-8"))))
    return found


def _rendered(scripts: Iterable[str]) -> Iterable[str]:
    for script in scripts:
        if script == _FACETS:
            yield from (script.replace("{{ datasette_allow_facet }}", word) for word in ("true", "false"))
        elif "{{" not in script and "{%" not in script:
            yield script


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
