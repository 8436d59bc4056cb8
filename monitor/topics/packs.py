"""Term packs: what a country or an actor is called, language by language. `packs/` holds the shipped ones.

A pack is a TOML file named after it. Every key but `title` is optional:

    title = "Libya"
    territory = "LY"                  # adds the country's name in every language without a table below
    aliases = ["jamahiriya"]          # other names of the pack in queries: @jamahiriya is @libya
    avoid = ["..."]                   # names to leave out of what `territory` brings
    unless = ["..."]                  # longer names with ours in them that mean another: "South Sudan" in @sudan
    common = ["Putin"]                # terms that are a common word in some language, and stay nevertheless
    noise = true                      # not a country or an actor but a kind of article: sport, markets, quizzes

    [fr]                              # a language by its ISO 639 code, or `mul` for names the same in many
    names = ["Libye"]
    adjectives = ["libyen*"]          # what belongs to it, and its people; * at the end: any word that begins so
    capitals = ["Tripoli"]            # the seat of government, and cities that the press names for the state
    people = ["Haftar"]               # heads of state and government, ministers, commanders
    institutions = ["Kremlin"]        # ministries, parliaments, palaces, agencies and companies of the state
    forces = ["Armée nationale libyenne"]   # armies, navies, guards, armed groups

    [english.LNA]                     # what terms are in English, for translations: language → how it is written
    fr = ["ANL"]
    ru = ["ЛНА"]
    en = ["Libyan National Army"]     # other English that may stand for it in a translation

How to write terms. The index folds case and accents, so `us` is `US` and a word that is common in any language
must not stand in a pack, least of all under `mul`, however it is written: no UN, WHO, EU. A language whose words
change at the end takes a stem with `*` of four letters or more ("ливийск*"), or each form by itself where the stem
begins other words too ("Мали" alone, never "мали*"). Not a word twice in a language, nor one that a stem of the
same language covers. Each language in its own script, `mul` in Latin. Arabic and Hebrew words stand without the
little words joined to their front (وليبيا is found by ليبيا). A surname that is a word, a first name or a
well-known other person's takes the first name too ("Aguila Saleh").

A folder of your own packs (`packs = "..."` in config.toml) adds to these; a file of the same name replaces one.
States without a file are there under CLDR's names alone: see `world`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from monitor.errors import ConfigError
from monitor.topics import world
from monitor.topics.pack import KINDS, Pack
from monitor.topics.pack_file import read_head, read_pack

__all__ = ("KINDS", "SHIPPED", "Pack", "Packs", "load_packs", "read_pack")

SHIPPED = Path(__file__).parent / "packs"


class Packs(Mapping[str, Pack]):
    """Name → pack. A shipped file is parsed when it is asked for: all of them take ten times as long as their heads.

    Names are tried in this order, capitals and `-` for `_` allowed: files, `aliases` of files, then states by
    CLDR's English name (`cote_d_ivoire`), the other names of `states.toml` (`ivory_coast`) and the ISO 3166 code
    (`ci`). A state that a file names as its `territory` is that file, whatever the file is called. Iterating
    gives the files and then the states without one, each under its main name.
    """

    def __init__(self, heads: Mapping[str, Pack], paths: Mapping[str, Path], read: Mapping[str, Pack]) -> None:
        """`heads`: files by name; `paths`: where to find those that are not in `read` yet."""
        self._heads = heads
        self._paths = paths
        self._read = dict(read)
        self._aliases = {alias: head.name for head in heads.values() for alias in head.aliases}
        self._by_territory = {head.territory: head.name for head in heads.values() if head.territory}

    def __getitem__(self, name: str) -> Pack:
        key = name.lower().replace("-", "_")
        key = key if key in self._heads else self._aliases.get(key, key)
        if key not in self._heads:
            code = world.code(key)
            if code is None:
                raise KeyError(name)
            key = self._by_territory.get(code, world.slug(code))
        if key not in self._read:
            self._read[key] = _shipped(self._paths[key]) if key in self._heads else _bare(key)
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._heads
        for code in world.codes():
            if code not in self._by_territory and world.slug(code) not in self._heads:
                yield world.slug(code)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def heads(self) -> Mapping[str, Pack]:
        """The packs that have a file, without their terms: title, territory, noise; cheap."""
        return self._heads


def load_packs(user_folder: Path | None = None) -> Packs:
    """Every pack. Raises ConfigError with the file and key of a mistake, in the user's files at once."""
    shipped = {path.stem: path for path in _files(SHIPPED)}
    users = {path.stem: read_pack(path) for path in _files(user_folder)} if user_folder else {}
    heads = {name: _head(path) for name, path in shipped.items() if name not in users} | users
    return Packs(heads, shipped, users)


# Files of ours do not change while the program runs: each of their packs is one object, so that what is made of
# packs (a gazetteer, a glossary) can be kept as long as the packs are the same.


@cache
def _head(path: Path) -> Pack:
    return read_head(path)


@cache
def _shipped(path: Path) -> Pack:
    return read_pack(path)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder} to read packs from. Create it, or correct `packs`.")
    return sorted(folder.glob("*.toml"))


@cache
def _bare(slug: str) -> Pack:
    code = world.code(slug) or ""
    short = world.notes(code).names
    written = {"mul": {"names": short}} if short else {}
    return Pack(name=slug, title=world.title(code), territory=code, written=written, bare=True)
