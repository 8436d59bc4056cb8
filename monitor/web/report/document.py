"""A brief as one HTML file: everything in it, nothing asked of any host, fit to mail and to print."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from monitor import __version__
from monitor.archive import Reader
from monitor.archive.briefs import Finding, Scope
from monitor.archive.rows import to_text
from monitor.web.articles.citation import HASH
from monitor.web.charts.axis import long
from monitor.web.charts.bars import Bar, bars
from monitor.web.report.brief import Brief, Found, compose
from monitor.wording import languages
from monitor.wording.clean import one_line, safe_url
from monitor.wording.counts import count
from monitor.wording.coverage import coverage
from monitor.wording.times import when

MOST = 40  # stories told in full: some fifteen pages
SAMPLES = 5  # of what was passed over
_TITLE, _OUTLET, _QUERY = 300, 80, 2_000  # characters
_HERE = Path(__file__).parents[1]


def read(
    reader: Reader,
    scope: Scope,
    now: datetime,
    zone: ZoneInfo,
    *,
    working: str,
    order: str = "weight",
    most: int = MOST,
) -> Brief:
    """What the archive says of a topic in a span of time. The topic has to be one that the archive knows.

    `order` is weight or newest; `working`: code of the language that translations are in.
    """
    briefs = reader.briefs
    findings = briefs.findings(scope)
    passed_over, samples = briefs.passed_over(scope, SAMPLES)
    query, description = briefs.topic(scope.topic)
    found = Found(
        findings=findings,
        leads=briefs.leads({finding.story_id for finding in findings if finding.story_id is not None}),
        passed_over=passed_over,
        samples=samples,
        query=query,
        description=description,
        coverage=coverage(reader.ledger.coverage(scope.since)),
    )
    return compose(found, scope, now, zone, working=working, order=order, most=most)


def render(brief: Brief, zone: ZoneInfo, working: str) -> str:
    """The brief as a document."""
    css = Markup(_css())  # noqa: S704  # our own two sheets
    title = f"{one_line(brief.scope.topic, _TITLE)}: {count(brief.stories, 'story')} in brief"
    return (
        _environment()
        .get_template("report/brief.html")
        .render(
            brief=brief,
            title=title,
            css=css,
            policy=policy(css),
            chart=bars(brief.bars, title=title, days=brief.labels, printed=True),
            table=_table(brief),
            zone=zone.key,
            working=working,
            query=one_line(brief.query, _QUERY),
            version=__version__,
            when=lambda moment: when(moment, zone),
            published=lambda finding: _published(finding, zone),
        )
    )


def policy(css: str) -> str:
    """Forbids all but this very sheet: no script, no picture, no font, no form, no frame, no request."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def _css() -> str:
    sheets = (_HERE / "static" / "site.css", _HERE / "templates" / "report" / "report.css")
    return "\n".join(sheet.read_text(encoding="utf-8").strip() for sheet in sheets)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        count=count,
        direction=languages.direction,
        iso=to_text,
        language=languages.called,
        line=lambda text: one_line(text, _TITLE),
        named=lambda text: one_line(text, _OUTLET) or "unnamed outlet",
        long=long,
        safe_url=safe_url,
        tag=languages.tag,
        hash_length=HASH,
    )
    return environment


def _published(finding: Finding, zone: ZoneInfo) -> str:
    """The day as the publisher states it, in words."""
    if finding.published is None:
        return "undated"
    return long(f"{finding.published.astimezone(zone):%Y-%m-%d}")


def _table(brief: Brief) -> tuple[tuple[str, ...], list[tuple[str, list[int], int]]]:
    """The chart's numbers: groups, and for each label its words, its numbers by group, their sum."""
    groups = tuple(dict.fromkeys(bar.group for bar in sorted(brief.bars, key=lambda bar: -_total(brief, bar))))
    counted = {(bar.day, bar.group): int(bar.articles) for bar in brief.bars}
    rows = [(label, [counted.get((label, group), 0) for group in groups]) for label in brief.labels]
    return groups, [(long(label), numbers, sum(numbers)) for label, numbers in rows]


def _total(brief: Brief, of: Bar) -> float:
    return sum(bar.articles for bar in brief.bars if bar.group == of.group)
