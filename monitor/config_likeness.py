"""A channel like another: what it does not say itself is taken over from that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.config_lines import Part
from monitor.config_problems import Report, suggestion
from monitor.config_secrets import CHANNEL as SECRET
from monitor.config_table import Table

# What a channel can take over from one of another kind.
_OF_ANY_KIND = ("cadence", "zone", "max_articles", "topics", "quiet")


class _OwnOnly(Report):
    """Passes on what is wrong with a channel's own keys; what it took over is looked at where it stands.

    `taken`: keys that were; None: nothing could be, so what is missing may be there once the name is right.
    """

    def __init__(self, report: Report, own: frozenset[str], taken: frozenset[str] | None) -> None:
        self._report = report
        self._own = own
        self._taken = taken

    def add(self, where: tuple[Part, ...], message: str, remedy: str = "", *, fatal: bool = True) -> None:
        silent = where[2:3] and (where[2] in self._taken if self._taken is not None else where[2] not in self._own)
        if not silent:
            self._report.add(where, message, remedy, fatal=fatal)

    def line(self, where: tuple[Part, ...]) -> int | None:
        return self._report.line(where)


def filled(tables: Sequence[Table]) -> list[Table]:
    """The channels with what they take over. An unknown name or a circle is noted, and nothing taken over."""
    by_name = {table.values["name"]: table for table in tables if isinstance(table.values.get("name"), str)}
    return [_filled(table, by_name) for table in tables]


def _filled(table: Table, by_name: Mapping[str, Table]) -> Table:
    values, last, seen = dict(table.values), table, [table]
    broken = False
    while "like" in last.values:
        model = by_name.get(str(last.values["like"]))
        if model is None or model in seen:
            if model is None and last is table:
                name = table.text("like")
                table.problem("like", f'there is no channel "{name}".', suggestion(name, by_name))
            elif model is table:
                table.problem("like", "leads back to this channel.", "Write out one of the channels.")
            broken = True
            break
        values = _taken_over(model.values, values) | values
        last = model
        seen.append(model)
    if "like" not in table.values:
        return table
    own = frozenset(table.values)
    report = _OwnOnly(table.report, own, None if broken else frozenset(values) - own)
    return replace(table, values=values, report=report)


def _taken_over(model: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What `own` lacks of `model`; of a channel of another kind only what every kind has, and never half a secret."""
    same_kind = own.get("kind", model.get("kind")) == model.get("kind")
    secret = bool(own.keys() & set(SECRET))
    return {
        key: value
        for key, value in model.items()
        if key not in ("name", "like") and (same_kind or key in _OF_ANY_KIND) and not (secret and key in SECRET)
    }
