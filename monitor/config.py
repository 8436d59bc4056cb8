"""The settings, one frozen dataclass per table of `config.toml`.

Field names are the keys, defaults are the defaults, `doc` is the comment that `config.toml` shows above
the key: `tests/test_docs.py` holds the three equal. Reading and checking a file is `config_file.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.models import Channel, Feed, Topic


def key(default: Any, doc: str) -> Any:
    """A setting with its default and the sentence that explains it."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """[archive]"""

    path: Path = key(Path("archive.db"), "The SQLite file, relative to this file's folder.")  # noqa: RUF009
    keep_pages_days: int = key(0, "Days the compressed raw pages are kept; 0 keeps them for ever.")
    keep_polls_days: int = key(90, "Days the log of polls is kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """[http]"""

    contact: str = key("", "Who to write to about our requests: a URL or an e-mail address, sent in the User-Agent.")
    timeout_seconds: float = key(30.0, "Longest time for one answer, redirects not counted.")
    connect_seconds: float = key(10.0, "Longest time to resolve and connect.")
    max_body_mb: float = key(10.0, "Largest answer accepted, decompressed.")
    max_redirects: int = key(5, "Most hops followed.")
    host_delay_seconds: float = key(2.0, "Pause between two requests to one host.")
    host_connections: int = key(1, "Requests to one host at the same time.")
    connections: int = key(32, "Requests at the same time in all.")
    allow_private: tuple[str, ...] = key(
        (), 'Addresses or networks inside your own network that may be fetched, e.g. ["10.0.0.5", "127.0.0.1:8080"].'
    )
    proxy: str = key("", 'HTTP proxy for all requests, e.g. "http://proxy.example:3128". Empty: none.')
    robots: bool = key(True, "Ask robots.txt before fetching article pages.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectSettings:
    """[collect]"""

    min_interval_minutes: int = key(10, "A feed is polled at most this often.")
    max_interval_minutes: int = key(1440, "A healthy feed is polled at least this often.")
    full_get_every_days: int = key(7, "Ask without validators this often, since some servers answer 304 for ever.")
    max_entries: int = key(1000, "Newest entries of one feed document that are kept.")
    max_age_days: int = key(30, "Entries dated further back are kept but do not alert; 0: no limit.")
    first_poll_max_age_hours: int = key(
        24, "On the first poll of a feed, only entries dated within this time alert; 0: no limit."
    )
    fetch_pages: bool = key(True, "Fetch the article's page. False: live on what the feeds contain.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings:
    """[extract]"""

    min_characters: int = key(200, "Text shorter than this is not taken for an article when the feed offers more.")
    boilerplate_pages: int = key(5, "A paragraph seen on this many pages of a host is furniture and left out.")
    max_page_mb: float = key(5.0, "Larger pages are not parsed; the feed's own text is used.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSettings:
    """[translation]"""

    language: str = key("en", "The working language: what everything is translated into.")
    packages: Path = key(  # noqa: RUF009
        Path("models"), "Folder of the installed Argos packages, relative to this file's folder."
    )
    index_url: str = key(
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json",
        "Index of packages: an address, or a folder of .argosmodel files. Only `monitor models` and auto_install ask.",
    )
    find_installed: bool = key(
        True, "Also use, in place, the packages that Argos Translate or LibreTranslate installed on this machine."
    )
    auto_install: bool = key(
        False, "Let the daemon download the packages that articles wait for; it looks every ten minutes."
    )
    backend: str = key("local", "local (the packages), or libretranslate: a LibreTranslate server of your own.")
    server: str = key("", 'Address of that server, e.g. "http://127.0.0.1:5000"; it may be inside your network.')
    api_key_env: str = key("", "Environment variable with the server's API key, if it wants one.")
    api_key_file: str = key("", "Or a file with that key (chmod 600), relative to this file's folder.")
    device: str = key("auto", "auto, cpu or cuda.")
    compute_type: str = key("auto", "CTranslate2 compute type; auto is the fastest that the machine has.")
    threads: int = key(0, "Batches translated side by side, each on one core; 0: one per core.")
    beam: int = key(0, "Beam size: 1 is fastest, 4 is what Argos uses; 0: 2 on a processor, 4 on a GPU.")
    batch_tokens: int = key(
        0,
        "Source tokens in one batch; 0: what the memory of the machine's threads allows, 1024 at most on a processor.",
    )
    memory_sentences: int = key(
        200_000, "Sentences whose translations are remembered, so that none is translated twice; 0: none."
    )
    retranslate: bool = key(
        False, "When a better package is installed, translate old articles again in the background, newest first."
    )
    max_sentences: int = key(400, "Sentences of one article that are translated; the rest stays in the original.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """[alerts]"""

    zone: str = key("UTC", "Time zone of channels that name none, and of the command line.")
    wait_for_translation_minutes: int = key(10, "How long an alert waits for the translation of its article.")
    max_messages_per_hour: int = key(30, "Messages to one channel in an hour; what is beyond waits for the next.")
    operators: tuple[str, ...] = key(
        (), "Channels told of feeds that fall silent or break, and of the network; empty: every channel."
    )
    max_messages_per_day: int = key(
        100, "Messages to one channel in a day; what is beyond comes as one digest a topic at its midnight."
    )
    digest_above: int = key(5, "More stories of a topic than this, due at one moment, come as one digest.")
    follow_up_outlets: int = key(5, "So many more outlets with a story are news by themselves.")
    follow_up_minutes: int = key(30, "Least time between two messages about a story; longer when no fact is new.")
    follow_ups_per_day: int = key(4, "Follow-ups about one story in a day; more news waits for the next day.")
    keep_trying_hours: int = key(120, "How long an undelivered message is tried again (mail customarily: 5 days).")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySettings:
    """[stories]"""

    window_hours: int = key(96, "How long after its publication an article may still be joined by others of its story.")
    max_articles: int = key(50_000, "Most articles that a new one is compared with; 6 MB of memory for each thousand.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarSettings:
    """[radar]"""

    enabled: bool = key(
        True, "Watch how much is written about each topic, and tell its channels of spikes and silences."
    )
    weeks: int = key(8, "Past weeks that say what is usual; it speaks once it has seen two.")
    min_sources: int = key(3, "Outlets that must take part in a spike; 2 at most where there are fewer than six.")
    cool_down_hours: int = key(24, "After a spike of a topic, this long passes before the next is told.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """[workers]"""

    processes: int = key(0, "Child processes for parsing and extraction; 0: one per core.")
    cpu_seconds: int = key(8, "CPU time of one document in a child.")
    wall_seconds: int = key(20, "Wall time of one document in a child.")
    memory_mb: int = key(768, "Memory of a child that parses.")
    translate_wall_seconds: int = key(300, "Wall time of one batch in the child that translates.")
    translate_memory_mb: int = key(4096, "Memory of the child that translates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """[web]"""

    host: str = key(
        "127.0.0.1", "Address `monitor serve` listens on. Anything else than loopback needs accounts and a TLS proxy."
    )
    port: int = key(8001, "Port `monitor serve` listens on.")
    hosts: tuple[str, ...] = key(
        (), 'Names under which it is reached, e.g. ["news.example.org"]; loopback and plain addresses always work.'
    )
    private: bool = key(False, "Only accounts may read. False: whoever reaches it.")
    write_without_sign_in: bool = key(
        False, "Whoever sits at this machine may accept, mute and write notes without signing in; on loopback only."
    )
    allow_sql: bool = key(False, "Let visitors type SQL of their own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of [[accounts]]: somebody who may sign in to the pages, or a program that comes with a token."""

    name: str
    password_hash: str = field(default="", repr=False)  # as `monitor password` prints it; "": no sign-in by password
    token: str = field(default="", repr=False)  # "": none


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """[log]"""

    level: str = key("info", "debug, info, warning or error.")
    format: str = key("auto", "auto (text on a terminal, JSON lines elsewhere), text or json.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of `config.toml`, checked, with secrets filled in and paths made absolute."""

    archive: ArchiveSettings = ArchiveSettings()
    http: HttpSettings = HttpSettings()
    collect: CollectSettings = CollectSettings()
    extract: ExtractSettings = ExtractSettings()
    translation: TranslationSettings = TranslationSettings()
    stories: StorySettings = StorySettings()
    alerts: AlertSettings = AlertSettings()
    radar: RadarSettings = RadarSettings()
    workers: WorkerSettings = WorkerSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    feeds: tuple[Feed, ...] = ()
    topics: tuple[Topic, ...] = ()
    channels: tuple[Channel, ...] = ()
    accounts: tuple[Account, ...] = ()
    package_folders: tuple[Path, ...] = ()  # where other programs keep Argos packages; () unless find_installed
    api_key: str = field(default="", repr=False)  # of the translation server; never printed
    packs: Path | None = None  # folder of the user's own term packs (`packs = "..."` at the top)
    glossary: Path | None = None  # the user's own terms (`glossary = "..."` at the top, else glossary.toml if there)
