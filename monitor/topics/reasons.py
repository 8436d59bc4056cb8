"""What raises a score, each with its points and in words for an analyst. Pure functions of a standing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.models import Reason
from monitor.topics.standing import Line, Standing

TITLE, PART_OF_TITLE = 40, 36  # all sides; one of two gets half of the second
LEAD, ACROSS_LEAD, PART_OF_LEAD = 25, 12, 6
ALONE = 8  # more for lead and body where there is but one side: a single word was chosen to be rare
MEETINGS = (12, 8, 6, 4)  # the first sentence of the body in which the sides meet, the second …
PARAGRAPH = 6  # they meet in a paragraph, but in no sentence
MENTIONS = (0, 0, 3, 8, 12, 15)  # by mentions; the last is for more, too
IN_PASSING = 8  # lost by a side that is named once, and neither in title nor lead
SHARE, FULL_SHARE = 20, 0.3  # three sentences in ten: what is left over is background
PLAINLY = 0.3  # from here on a mention is more than an item of a long list
UNNAMED = 90
LONG = 80  # words; a text so long that is about a state names it, or somebody of it


def title(stood: Standing) -> Reason | None:
    """How many of the sides the title names."""
    met, there = _sides(stood.title), len(stood.way.sides)
    if met == there:
        plainly = max(line.plainly for line in stood.title)
        return _reason("title", TITLE * plainly, f"{_all(stood)} in the title{_listed(plainly)}")
    if met:
        return _reason("title", PART_OF_TITLE * met / there, f"{_named(stood, stood.title)} in the title")
    return None


def lead(stood: Standing) -> Reason | None:
    """Whether the sides meet in the lead."""
    meeting = _meeting(stood.lead)
    if meeting:
        plainly = max(line.plainly for line in meeting)
        where = "one sentence of the lead" if len(stood.way.sides) > 1 else "the lead"
        return _reason("lead", (LEAD + _alone(stood)) * plainly, f"{_meet(stood)} {where}{_listed(plainly)}")
    met = _sides(stood.lead)
    if met == len(stood.way.sides):
        return _reason("lead", ACROSS_LEAD, f"{_all(stood)} in the lead, in different sentences")
    return _reason("lead", PART_OF_LEAD * met / len(stood.way.sides), f"{_named(stood, stood.lead)} in the lead")


def body(stood: Standing) -> Iterator[Reason | None]:
    """Sentences of the body in which the sides meet; else a paragraph that holds them all."""
    meeting = sorted((line.plainly for line in _meeting(stood.body)), reverse=True)[: len(MEETINGS)]
    if meeting:
        points = _alone(stood) + sum(worth * plainly for worth, plainly in zip(MEETINGS, meeting, strict=False))
        count = "one sentence" if len(meeting) == 1 else f"{len(meeting)} sentences"
        count = f"{count} or more" if len(meeting) == len(MEETINGS) else count
        yield _reason("sentence", points, f"{_meet(stood)} {count} of the body{_listed(meeting[0])}")
    elif not _meeting(stood.lead) and (plainly := _paragraph(stood.text)):
        yield _reason("paragraph", PARAGRAPH * plainly, f"{_meet(stood)} one paragraph, in different sentences")


def density(stood: Standing) -> Reason | None:
    """How often the side that the article names least is named in the passage; once in passing is a loss."""
    at = _rarest(stood)
    passage = [line for line in _passage(stood.lines) if line.plainly >= PLAINLY]
    if not passage:
        return None
    side, count = stood.way.sides[at].label, sum(line.counts[at] for line in passage)
    if count == 1 and not _alone(stood) and not any(line.counts[at] for line in stood.title + stood.lead):
        return _reason("density", -IN_PASSING, f"{side} is named once, in passing")
    return _reason("density", MENTIONS[min(count, len(MENTIONS) - 1)], f"{side} is named {count} times{_there(stood)}")


def share(stood: Standing) -> Reason | None:
    """How much of title and text names that side in the passage."""
    lines, at = stood.lines, _rarest(stood)
    passage = [line for line in _passage(lines) if line.counts[at]]
    if not passage:
        return None
    words = f"{len(passage)} of {len(lines)} sentences are about it" if stood.text else "a title without a text"
    about = sum(line.plainly for line in passage) / len(lines)
    return _reason("share", SHARE * min(1.0, about / FULL_SHARE), words)


def named(stood: Standing) -> Reason | None:
    """A long text that never names one of the sides nor anybody of it: its capital is another town of that name."""
    if stood.length < LONG:
        return None
    for at, side in enumerate(stood.way.sides):
        known = side.languages & stood.languages  # elsewhere we may not know the name as it is inflected
        if side.naming and known and not any(line.naming[at] for line in stood.lines):
            return _reason("named", -UNNAMED, f"of {side.label}, only the capital's name")
    return None


def _rarest(stood: Standing) -> int:
    """The side that the fewest sentences name."""
    lines = [sum(map(bool, counts)) for counts in zip(*(line.counts for line in stood.lines), strict=True)]
    return lines.index(min(lines))


def _alone(stood: Standing) -> int:
    return ALONE if len(stood.way.sides) == 1 else 0


def _there(stood: Standing) -> str:
    return " where they meet" if len(stood.way.sides) > 1 else ""


def _passage(lines: Sequence[Line]) -> list[Line]:
    """The sentences that are about all sides: those in which they meet, and neighbours that complete one another."""
    return [line for at, line in enumerate(lines) if line.meets or _completed(lines, at)]


def _completed(lines: Sequence[Line], at: int) -> bool:
    counts = lines[at].counts
    if not any(counts):
        return False
    around = lines[max(0, at - 1) : at + 2]
    return all(map(any, zip(*(line.counts for line in around), strict=True)))


def _meeting(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.meets]


def _paragraph(lines: Sequence[Line]) -> float:
    """How plainly the sides stand in the paragraph that holds them all; 0 when there is none."""
    by_number: dict[int, list[Line]] = {}
    for line in lines:
        if any(line.counts):
            by_number.setdefault(line.paragraph, []).append(line)
    found = (group for group in by_number.values() if _sides(group) == len(group[0].counts))
    return max((min(line.plainly for line in group) for group in found), default=0.0)


def _sides(lines: Sequence[Line]) -> int:
    """How many sides are named in any of the lines."""
    return sum(map(any, zip(*(line.counts for line in lines), strict=True)))


def _named(stood: Standing, lines: Sequence[Line]) -> str:
    each = zip(stood.way.sides, zip(*(line.counts for line in lines), strict=True), strict=True) if lines else ()
    return " and ".join(side.label for side, counts in each if any(counts))


def _all(stood: Standing) -> str:
    return " and ".join(side.label for side in stood.way.sides)


def _meet(stood: Standing) -> str:
    return f"{_all(stood)} {'meet in' if len(stood.way.sides) > 1 else 'in'}"


def _listed(plainly: float) -> str:
    return "" if plainly > 0.5 else ", but among many countries"


def _reason(kind: str, points: float, words: str) -> Reason:
    return Reason(kind=kind, points=round(points), words=words)
