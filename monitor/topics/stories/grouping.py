"""Where a new article belongs: the story it repeats, the story it is most like, or a new one.

    fingerprint ──shared hashes──▶ a copy of ──┐
         │                                     ├──▶ Placement: story, similarity, reason in words
         └──rare features──▶ candidates ──likeness─┘

Only what is in the window already is looked at, so a placement never rests on what came later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from heapq import nsmallest

from monitor.topics.stories.fingerprint import FEATURES, Fingerprint, headline
from monitor.topics.stories.likeness import Likeness, likeness
from monitor.topics.stories.sketch import KEYS, hashes
from monitor.topics.stories.sketch import likeness as alike
from monitor.topics.stories.window import LEAST_ARTICLES, Window

COPY = 0.55  # a text this much the same is a copy: wire copy with a headline and a paragraph changed has 0.6 and more
COPIES = 8  # likely originals that are looked at
# A copy has most of its original's names and figures. A form filled in anew (a bulletin on an earthquake, the results
# of a court, of a league) is as much the same text, and has its own.
SAME = 0.5
ASKED = 40  # features that may name candidates, the most telling
# A feature in more articles names no candidate: a posting list that long costs more than it finds. That it is in many
# articles of a small window is no reason: a widely reported event has its own names in most of them.
MOST_COMMON = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When an article joins a story. Tuned on one half of `benchmarks/stories.py`, reported on the other."""

    join: float = 0.16  # likeness of an article to a story of its side
    across: float = 0.16  # by names and figures alone
    tellers: int = 1  # rare names or figures that must be shared, across languages
    thin: int = 5  # with fewer rare words, names and figures in common, the likeness must be `sure`
    sure: float = 0.30
    odds: float = 0.45  # when the headlines are about other names and figures: two attacks told in the same words
    gap: timedelta = timedelta(hours=48)  # after its latest article a story is closed
    longest: timedelta = timedelta(days=7)  # from its first article: a war is not one event
    stricter: float = 0.06  # added over `longest`: the older a story, the nearer an article must be
    early: float = 0.08  # added while the window holds too few articles to know what is rare, less as it fills
    candidates: int = 10  # stories compared in full
    merge: float = 0.20  # likeness of two stories that become one: more than lets an article in
    leave: float = 0.06  # likeness to the rest of its story below which an article leaves it: less than let it in


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`story_id` None: the article opens a story of its own. `also`: other stories it could have joined."""

    story_id: int | None
    similarity: float
    reason: str
    copy_of: int | None = None
    also: tuple[int, ...] = ()


ALONE = Placement(story_id=None, similarity=1.0, reason="first of its story")


def place(window: Window, print_: Fingerprint, rules: Rules) -> Placement:
    """Where an article belongs among the stories of the window. The article itself must not be in it."""
    return _copied(window, print_, rules) or _nearest(window, print_, rules)


def _copied(window: Window, print_: Fingerprint, rules: Rules) -> Placement | None:
    hits = Counter(number for value in hashes(print_.sketch, KEYS) for number in window.with_hash(value))
    likeliest = sorted(hits, key=lambda number: (-hits[number], number))[:COPIES]
    texts = {number: window.articles[number].print for number in likeliest}
    shares = {number: alike(text.sketch, print_.sketch) for number, text in texts.items() if _of_one(text, print_)}
    best = max(shares, key=lambda number: (shares[number], -number), default=None)
    if best is None or shares[best] < COPY:
        return None
    original = window.articles[best]
    if not _in_time(window, original.story_id, print_, rules):
        return None  # printed again when its story is over
    return Placement(
        story_id=original.story_id,
        similarity=round(shares[best], 3),
        reason=f"{shares[best]:.0%} the same text as {original.print.outlet or 'another outlet'}'s",
        copy_of=original.copy_of or best,
    )


def _of_one(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts have most of their names, figures and dates in common; also where that cannot be told."""
    mine, theirs = ({feature for feature in each.features if feature[0] in "nfd"} for each in (one, other))
    fewest = min(len(mine), len(theirs))
    return one.side != other.side or not fewest or len(mine & theirs) >= SAME * fewest


def _nearest(window: Window, print_: Fingerprint, rules: Rules) -> Placement:
    fitting = []
    for story in candidates(window, print_, rules):
        if _in_time(window, story, print_, rules):
            found = likeness(window, print_, window.voices(story))
            least = needed(window, story, print_, found, rules)
            if print_.side == window.working and at_odds(print_, window.voices(story)):
                least = max(least, rules.odds)
            spare = found.score - least
            if spare >= 0:
                fitting.append((-spare, story, found))
    if not fitting:
        return ALONE
    (_, story, found), *others = sorted(fitting, key=lambda item: item[:2])
    return Placement(
        story_id=story,
        similarity=round(found.score, 3),
        reason=in_words(found),
        also=tuple(other for _, other, _ in others),
    )


def candidates(window: Window, print_: Fingerprint, rules: Rules) -> list[int]:
    """Stories that share the most telling features with an article, the likeliest first."""
    worth = window.vector(print_, dict.fromkeys(FEATURES, 1.0))
    telling = [feature for feature in worth if 0 < window.frequency(feature) <= MOST_COMMON]
    votes: dict[int, float] = {}
    for feature in nsmallest(ASKED, telling, key=lambda feature: (-worth[feature], feature)):
        for story in window.stories_with(feature):
            votes[story] = votes.get(story, 0.0) + worth[feature]
    return nsmallest(rules.candidates, votes, key=lambda story: (-votes[story], story))


def at_odds(print_: Fingerprint, voices: Iterable[Fingerprint]) -> bool:
    """Whether an article and most of a story's members have headlines on names and figures that the other lacks."""
    mine, texts = headline(print_), frozenset(print_.features)
    own = [voice for voice in voices if voice.side == print_.side and headline(voice)]
    apart = sum(not mine & set(voice.features) and not headline(voice) & texts for voice in own)
    return bool(mine and own) and 2 * apart > len(own)


def _in_time(window: Window, story: int, print_: Fingerprint, rules: Rules) -> bool:
    first, last = window.stories[story][0][0], window.stories[story][-1][0]
    near = print_.when - last <= rules.gap and first - print_.when <= rules.gap
    return near and abs(print_.when - first) <= rules.longest


def needed(window: Window, story: int, print_: Fingerprint, found: Likeness, rules: Rules) -> float:
    """The likeness that would let the article in; more than there can be when it shares no telling name."""
    if found.across and found.tellers < rules.tellers:
        return 2.0
    untold = max(0.0, 1 - len(window.articles) / LEAST_ARTICLES)
    thin = not found.across and found.tellers < rules.thin
    least = rules.sure if thin else rules.across if found.across else rules.join
    age = abs(print_.when - window.stories[story][0][0]) / rules.longest
    return least + rules.stricter * age + rules.early * untold


def in_words(found: Likeness) -> str:
    """What an article and a story have in common, fit for an analyst."""
    parts = [words for kind, label in _LABELS if (words := _some(found, kind, label))]
    return "; ".join(parts[:4]) or "names that sound the same"


_LABELS = (("n", "names"), ("p", "places"), ("f", "figures"), ("d", "dates"), ("w", "words"))


def _some(found: Likeness, kind: str, label: str) -> str:
    some = [feature.rpartition(":")[2] for feature in found.shared if feature[0] == kind][:4]
    shown = [name.title() for name in some] if kind in "np" else some
    return f"same {label}: {', '.join(shown)}" if shown else ""
