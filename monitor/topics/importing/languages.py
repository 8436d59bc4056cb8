"""Languages as other tools name them: by code (`fr`, `zh-cn`) or in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale


def codes_of(values: Iterable[str]) -> tuple[str, ...]:
    """ISO 639 codes of those that are languages, each once."""
    found = (_code(value.strip().lower()) for value in values)
    return tuple(dict.fromkeys(code for code in found if code))


def _code(value: str) -> str | None:
    code = re.split(r"[-_]", value)[0]
    by_name = _by_name()
    return by_name.get(value) or (code if code in by_name.values() else None)


@cache
def _by_name() -> dict[str, str]:
    """English name → code, for languages with a code of two or three letters."""
    names = Locale("en").languages
    return {str(name).lower(): str(code) for code, name in names.items() if re.fullmatch("[a-z]{2,3}", str(code))}
