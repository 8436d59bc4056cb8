"""An article cited, in the forms that papers and reference managers take. Pure.

Each names author, title, outlet, date, address, when it was archived and the page's hash, and says which words are
a machine's translation. BibTeX is written for biblatex (`@online`, ISO 8601 dates), RIS after the specification of
Research Information Systems, 2011 (`TY  - NEWS`), CSL-JSON after the schema of CSL 1.0.2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from monitor.wording import languages
from monitor.wording.clean import one_line
from monitor.wording.times import MONTHS, day_name

HASH = 16  # hex digits of the page's SHA-256 that are cited: by chance, one in 10^19 has the same
_LINE = 2_000  # characters of a title or a passage in a citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence that is quoted."""

    position: int
    source: str
    target: str = ""
    unverified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation is made of. `archived`: when its page was fetched, else when it was first seen."""

    article_id: int
    title: str
    outlet: str
    url: str
    permanent: str  # its address in this archive
    archived: datetime
    language: str = "und"
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    translated_title: str = ""  # by machine; "" when there is none
    working: str = "English"  # the language of that title
    sha256: str = ""  # of the page; "" when none was fetched
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One form of it, to be copied."""

    key: str
    name: str
    text: str


def citations(cited: Cited) -> tuple[Citation, ...]:
    """Every form, the plainest first."""
    return (
        Citation("sentence", "Sentence", _sentence(cited)),
        Citation("chicago", "Chicago", _chicago(cited)),
        Citation("bibtex", "BibTeX", _bibtex(cited)),
        Citation("ris", "RIS", _ris(cited)),
        Citation("csl", "CSL-JSON", _csl(cited)),
    )


# ── prose ───────────────────────────────────────────────────────────────────────────────────────


def _sentence(cited: Cited) -> str:
    parts = (_and(cited.authors), _titled(cited), _line(cited.outlet), _day(cited.published), cited.url)
    sentence = f"{', '.join(filter(None, parts))}. {_archived(cited)} {cited.permanent}"
    return "\n".join(filter(None, (_quoted(cited.passage), sentence)))


def _chicago(cited: Cited) -> str:
    """A bibliography entry after The Chicago Manual of Style, 17th edition, 14.191 and 14.207; names as bylines have
    them, since which part is the family's is not known in every language."""
    head = _and(cited.authors)
    english = f" [“{_line(cited.translated_title)}”; machine translation]" if cited.translated_title else ""
    when = f", {_american(cited.published)}" if cited.published else ""
    parts = (
        f"{head.rstrip('.')}." if head else "",
        f"“{_line(cited.title)}.”{english}",
        f"{_line(cited.outlet)}{when}.",
    )
    entry = " ".join(filter(None, (*parts, f"{cited.url}.", _archived(cited), f"{cited.permanent}.")))
    return "\n".join(filter(None, (_quoted(cited.passage), entry)))


def _titled(cited: Cited) -> str:
    english = f" (“{_line(cited.translated_title)}”, machine translation)" if cited.translated_title else ""
    return f"“{_line(cited.title)}”{english}"


def _quoted(passage: Passage | None) -> str:
    """The sentence in both languages; "" when none is quoted."""
    if passage is None:
        return ""
    if not passage.target:
        return f"“{_line(passage.source)}”"
    doubt = f", unverified: {_line(passage.unverified)}" if passage.unverified else ""
    return f"“{_line(passage.source)}” (machine translation: “{_line(passage.target)}”{doubt})"


def _archived(cited: Cited) -> str:
    """ "Archived 25 November 2026, 03:37 UTC, page SHA-256 begins 0123456789abcdef."."""
    at = cited.archived.astimezone(UTC)
    page = f"page SHA-256 begins {cited.sha256[:HASH]}" if cited.sha256 else "from the feed alone, without its page"
    return f"Archived {_day(at)}, {at:%H:%M} UTC, {page}."


def _notes(cited: Cited) -> str:
    """What no field holds, in one line."""
    title = f"{cited.working} title by machine translation: {_line(cited.translated_title)}."
    translated = title if cited.translated_title else ""
    quoted = f"Sentence {cited.passage.position}: {_quoted(cited.passage)}." if cited.passage else ""
    return " ".join(filter(None, (_archived(cited), translated, quoted)))


# ── for reference managers ──────────────────────────────────────────────────────────────────────


def _bibtex(cited: Cited) -> str:
    day = cited.published.date().isoformat() if cited.published else ""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "titleaddon": f"{cited.working} by machine translation: {_tex(cited.translated_title)}"
        if cited.translated_title
        else "",
        "organization": _tex(cited.outlet),
        "date": day,
        "url": _tex_url(cited.url),
        "urldate": cited.archived.astimezone(UTC).date().isoformat(),
        "language": _tex(languages.name(cited.language)),
        "addendum": _tex(_notes(cited)),
        "note": _tex(cited.permanent),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{monitor{cited.article_id},", *lines, "}"))


def _ris(cited: Cited) -> str:
    at = cited.archived.astimezone(UTC)
    fields = [
        ("TY", "NEWS"),
        *(("AU", name) for name in cited.authors),
        ("TI", cited.title),
        ("TT", f"{cited.translated_title} [machine translation]" if cited.translated_title else ""),
        ("T2", cited.outlet),
        ("PY", f"{cited.published:%Y}" if cited.published else ""),
        ("DA", f"{cited.published:%Y/%m/%d}" if cited.published else ""),
        ("LA", languages.tag(cited.language)),
        ("UR", cited.url),
        ("Y2", f"{at:%Y/%m/%d}"),
        ("AN", cited.permanent),
        ("N1", _notes(cited)),
    ]
    return "\n".join([*(f"{tag}  - {_line(value)}" for tag, value in fields if value), "ER  - "])


def _csl(cited: Cited) -> str:
    item: dict[str, Any] = {
        "id": f"monitor{cited.article_id}",
        "type": "article-newspaper",
        "title": _line(cited.title),
        "author": [{"literal": _line(name)} for name in cited.authors],
        "container-title": _line(cited.outlet),
        "issued": _parts(cited.published.date()) if cited.published else None,
        "accessed": _parts(cited.archived.astimezone(UTC).date()),
        "language": languages.tag(cited.language),
        "URL": cited.url,
        "archive": "monitor",
        "archive_location": cited.permanent,
        "note": _notes(cited),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


# ── pieces ──────────────────────────────────────────────────────────────────────────────────────


def _line(text: str) -> str:
    return one_line(text, _LINE)


def _day(moment: datetime | None) -> str:
    return day_name(moment) if moment else ""


def _american(moment: datetime) -> str:
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def _parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _and(names: tuple[str, ...]) -> str:
    """ "A", "A and B", "A, B and C"; of many, the first "et al."."""
    lines = [_line(name) for name in names]
    if len(lines) > 3:
        return f"{lines[0]} et al."
    return " and ".join(filter(None, (", ".join(lines[:-1]), *lines[-1:])))


_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _tex_url(url: str) -> str:
    """biblatex sets addresses verbatim: only what would end the field has to go."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
