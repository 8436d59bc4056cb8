"""Is this translation sane? Pure questions about one sentence and its translation.

Each check finds faults of one kind, in words fit for an analyst. They are built to be quiet: a good translation must
pass. What they cannot see is a fluent sentence that says something else.

    empty      nothing came out                          loops      the same words again and again
    echoes     left in the original language             lengths    far too short or long, cut off, a sentence missing
    scripts    letters of another script, unknown pieces figures    numbers lost or invented
    dates      months lost or changed                    links      addresses lost or mangled
    names      names and pinned terms lost
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.models import Doubt
from monitor.translate.checks.dates import dates
from monitor.translate.checks.echoes import echo
from monitor.translate.checks.figures import figures
from monitor.translate.checks.lengths import length
from monitor.translate.checks.links import links
from monitor.translate.checks.loops import loop
from monitor.translate.checks.names import names, terms
from monitor.translate.checks.pair import Check, pair
from monitor.translate.checks.scripts import script, unknown

CHECKS: Sequence[Check] = (echo, loop, length, script, unknown, figures, dates, links, names, terms)

_EMPTY = Doubt(check="empty", words="nothing came out")


def examine(
    source: str, target: str, source_language: str, target_language: str, *, known: Sequence[tuple[str, str]] = ()
) -> tuple[Doubt, ...]:
    """Everything that is wrong with `target` as a translation of `source`; () when nothing was found.

    Languages are Argos codes ("fr", "zh"). `known` pairs a term as the source writes it with what it must read
    in the target. Never raises, whatever the texts.
    """
    if not target.strip():
        return (_EMPTY,)
    facts = pair(source, target, source_language, target_language, known)
    return tuple(doubt for check in CHECKS for doubt in check(facts))
