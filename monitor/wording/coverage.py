"""What was not read, in one line: the end of every alert, the head of every page."""

from __future__ import annotations

from monitor.models import Coverage
from monitor.wording import languages
from monitor.wording.clean import one_line
from monitor.wording.counts import count

_NAME = 100  # most characters of a feed's name
_NAMED = 5  # feeds or sites named of a kind


def coverage(seen: Coverage) -> str:
    """What was not read, in one line, then the names; "All 212 feeds read; nothing is waiting." when all is well."""
    names = (_names("Silent", seen.silent_feeds), _names("Failing", seen.failing_feeds, seen.feeds_failing))
    return " ".join(filter(None, (gaps(seen), *names, _names("Refusing", seen.refusing_sites))))


def gaps(seen: Coverage) -> str:
    """The line without the names."""
    found = ", ".join(
        filter(None, (_silent(seen), _failing(seen), _waiting(seen), _untranslated(seen), _refusing(seen)))
    )
    if not found:
        return f"{'All ' if seen.feeds > 1 else ''}{count(seen.feeds, 'feed')} read; nothing is waiting."
    return f"{found[0].upper()}{found[1:]}."


def _silent(seen: Coverage) -> str:
    silent = len(seen.silent_feeds)
    return f"{silent:,} of {count(seen.feeds, 'feed')} silent" if silent else ""


def _failing(seen: Coverage) -> str:
    if not seen.feeds_failing:
        return ""
    of = "" if seen.silent_feeds else f" of {count(seen.feeds, 'feed')}"
    return f"{seen.feeds_failing:,}{of} failing"


def _waiting(seen: Coverage) -> str:
    if not seen.waiting:
        codes = seen.languages_without_model
        return f"no model for {', '.join(map(languages.name, codes))}" if codes else ""
    names = ", ".join(languages.name(code) for code, _ in seen.waiting)
    return f"{count(sum(count for _, count in seen.waiting), 'article')} waiting for a model ({names})"


def _untranslated(seen: Coverage) -> str:
    rest = seen.untranslated - sum(count for _, count in seen.waiting)
    return f"{count(rest, 'article')} not translated yet" if rest > 0 else ""


def _refusing(seen: Coverage) -> str:
    sites = len(seen.refusing_sites)
    return f"{count(sites, 'site')} {'refuses' if sites == 1 else 'refuse'} us" if sites else ""


def _names(label: str, names: tuple[str, ...], number: int = 0) -> str:
    """`Silent: A, B and 3 more.`; "" without names. `number`: how many there are, when not all are named."""
    listed = [one_line(name, _NAME) for name in names[:_NAMED]]
    others = max(number, len(names)) - len(listed)
    more = f" and {others:,} more" if others > 0 else ""
    return f"{label}: {', '.join(listed)}{more}." if listed else ""
