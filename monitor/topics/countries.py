"""Which countries a sentence names, and which of them stand in a list: "China, Russia, Algeria and Libya"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.script import words
from monitor.topics import territories
from monitor.topics.clitics import with_clitics
from monitor.topics.occurrences import Finder, Hit
from monitor.topics.packs import Pack
from monitor.topics.plan import Term

# Words that join the items of a list: "and", "or", "as well as", and the articles before a country's name. Commas
# are no words. In Arabic and Hebrew "and" is written with the next word.
_ITEMS = (
    "and or the et ou la le les l y e o el los las und oder die der das den og och ja ve ile veya ya و أو او "
    "и или а также та і й або oraz i lub a nebo os as ed il lo gli en of de het 和 与 與 及 以及 と や"
)
_JOINING = frozenset(words(_ITEMS))
# Languages that decline names: what CLDR gives is the nominative, so the end of the word is left open.
_CASES = "az be bg bs cs el et fi hr hu hy ka kk ky lt lv mk pl ro ru sk sl sr tr uk uz"
_DECLINED = frozenset(_CASES.split())
_SHORTEST_STEM = 4
_CLITICS = ("ar", "he")
_KINDS = ("names", "adjectives", "capitals")


@dataclass(frozen=True, slots=True)
class Listed:
    """A country at words [start, end) of a sentence; `together`: how many countries its list has, itself included."""

    code: str
    start: int
    end: int
    together: int


class Countries:
    """Finds countries by CLDR's names and those of the packs. Each language is made ready when it is first asked."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._finders: dict[str, Finder] = {}

    def named(self, sentence: Sequence[str], language: str) -> tuple[Listed, ...]:
        """Every country named, in order; of names within one another ("South Sudan") the longest."""
        if language not in self._finders:
            self._finders[language] = Finder(self._terms(language))
        hits = _longest(self._finders[language].find(sentence))
        return tuple(listed for run in _runs(hits, sentence) for listed in _counted(run))

    def _terms(self, language: str) -> Iterator[Term]:
        for code, name in territories.in_language(language).items():
            yield from _cldr_terms(code, name, language)
        for pack in self._packs.values():
            if not pack.territory or pack.noise:
                continue
            own, anywhere = pack.in_language(language), pack.in_language("mul")
            for kind in _KINDS:
                for term in (*own.get(kind, ()), *anywhere.get(kind, ())):
                    yield from _joined(term, term.endswith("*"), pack.territory or "", language)


def _cldr_terms(code: str, name: str, language: str) -> Iterator[Term]:
    found = tuple(words(name))
    if language in _DECLINED and len(found) == 1 and len(found[0]) > _SHORTEST_STEM:
        stem = found[0][: max(_SHORTEST_STEM, len(found[0]) - 2)]
        yield Term((stem,), True, code)
    elif found:
        yield from _joined(name, False, code, language)


def _joined(written: str, prefix: bool, code: str, language: str) -> Iterator[Term]:
    found = tuple(words(written))
    for form in with_clitics(found, written) if language in _CLITICS else (found,):
        yield Term(form, prefix, code)


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that lie in no longer one, each place once."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _runs(hits: Sequence[Hit], sentence: Sequence[str]) -> Iterator[list[Hit]]:
    run: list[Hit] = []
    for hit in hits:
        if run and not all(word in _JOINING for word in sentence[run[-1].end : hit.start]):
            yield run
            run = []
        run.append(hit)
    if run:
        yield run


def _counted(run: Sequence[Hit]) -> Iterator[Listed]:
    together = len({hit.term.group for hit in run})
    for hit in run:
        yield Listed(hit.term.group, hit.start, hit.end, together)
