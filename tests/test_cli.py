"""The commands as people call them: what they print, their exit codes, and that no error shows a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from argos_packages import unpacked
from click.testing import CliRunner
from daemons import ARTICLE, TOPIC, config_text, publish, webhook, write_config
from newsrooms import MODEL
from rich.console import Console
from rich.progress import Progress
from servers import RawServer, response
from sinks import WebhookSink

from monitor import cli
from monitor.commands.downloads import Bars
from monitor.run import downloading

TITLE = "À Moscou, la Libye et la Russie préparent un accord sur le blé"
PLAIN = """Tripoli et Moscou parlent de blé

La Libye et la Russie ont ouvert mardi des pourparlers sur la livraison de céréales, selon un communiqué du
gouvernement libyen. Les premières cargaisons sont attendues à Benghazi avant la fin de l'hiver.

Une ligne maritime entre Novorossiisk et Misrata doit aussi être rouverte. Aucun montant n'a été rendu public.
"""
CONSOLE = '[[channels]]\nname = "screen"\nkind = "console"\n'


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls `monitor` as the console script does; fails if a traceback shows."""

    def invoke(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code=code, out=said.out, err=said.err)

    return invoke


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path, (), [CONSOLE])


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and subcommand."""
    for name in cli.COMMANDS:
        command = cli.monitor.get_command(click.Context(cli.monitor), name)
        assert command is not None
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, sub) for sub in command.commands)


# ── help ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    """`--help` ends well, begins with the usage and has a sentence that says what the command does."""
    result = CliRunner().invoke(cli.monitor, [*words, "--help"])
    assert result.exit_code == 0
    usage, _, rest = result.output.partition("\n\n")
    assert usage.startswith("Usage:")
    assert len(rest.strip().splitlines()[0]) > 15


def test_help_lists_every_command(call: Call) -> None:
    """`monitor --help` names all of them, each with its line."""
    said = call("--help")
    assert said.code == 0
    assert [name for name, (_, line) in cli.COMMANDS.items() if f"  {name}" not in said.out or not line] == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["frobnicate"], "frobnicate"),
        (["search"], "QUERY"),
        (["reprocess", "everything"], "everything"),
        (["run", "--twice"], "--twice"),
        (["search", "x", "--limit", "many"], "many"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ",
)
def test_a_wrong_command_line_is_named(call: Call, config: Path, words: list[str], named: str) -> None:
    """Exit code 2, and the word that is wrong or missing."""
    said = call("-c", config, *words)
    assert (said.code, named in said.err) == (2, True)


# ── check ────────────────────────────────────────────────────────────────────────────────────────


def test_check_passes_a_good_file(call: Call, config: Path) -> None:
    """Exit code 0 and what was declared."""
    said = call("-c", config, "check")
    assert said.code == 0
    assert "fine. 0 feeds, 1 topic, 1 channel" in said.out


def test_check_names_every_problem(call: Call, config: Path) -> None:
    """Exit code 2; each mistake with file, line, key and remedy, those of queries among them."""
    text = config.read_text("utf-8").replace("host_delay_seconds = 0", "host_delay_secs = 0")
    config.write_text(text.replace("libya", "lybia"), "utf-8")
    said = call("-c", config, "check")
    lines = text.splitlines()
    assert said.code == 2
    assert f"{config}:{lines.index('host_delay_secs = 0') + 1}: http.host_delay_secs:" in said.out
    query = next(number for number, line in enumerate(lines, 1) if line.startswith("query"))
    assert f"{config}:{query}: topics[1].query:" in said.out
    assert "2 problems" in said.err


def test_check_knows_what_can_be_excluded(call: Call, config: Path) -> None:
    """A name in `exclude` that is no noise pack is found with its line, and those there are named."""
    lines = config.read_text("utf-8").splitlines()
    query = next(number for number, line in enumerate(lines) if line.startswith("query"))
    lines.insert(query + 1, 'exclude = ["sports"]')
    config.write_text("\n".join(lines), "utf-8")
    said = call("-c", config, "check")
    assert said.code == 2
    assert f"{config}:{query + 2}: topics[1].exclude: There is no noise pack “sports”. There are digest" in said.out


@pytest.mark.parametrize("command", [["check"], ["status"], ["run", "--once"], ["search", "x"], ["topics", "list"]])
def test_a_missing_configuration(call: Call, tmp_path: Path, command: list[str]) -> None:
    """Exit code 2, the file's name, and the option that names another."""
    said = call("-c", tmp_path / "nowhere.toml", *command)
    assert said.code == 2
    assert "nowhere.toml" in said.err
    assert "--config" in said.err


def test_run_refuses_a_wrong_query(call: Call, config: Path) -> None:
    """A daemon with a mistake in a topic does not start: exit code 2 and the line."""
    config.write_text(config_text(query="@libya AND ("), "utf-8")
    said = call("-c", config, "run", "--once")
    assert said.code == 2
    assert "topics[1].query" in said.err


# ── before there is an archive ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [["status"], ["search", "x"], ["topics", "test", TOPIC], ["backup", "copy.db"]])
def test_no_archive_yet(call: Call, config: Path, command: list[str]) -> None:
    """Exit code 1, the file that is missing, and how one is made."""
    said = call("-c", config, *command)
    assert said.code == 1
    assert "archive.db" in said.err
    assert "monitor run --once" in said.err


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["topics", "test", "Weather"], 2, ("Weather", TOPIC)),
        (["packs", "show", "atlantis"], 2, ("atlantis", "monitor packs list")),
        (["packs", "show", "lybia"], 2, ("lybia", "@libya")),
        (["test-alert", "desk"], 2, ("desk", "screen")),
        (["resend", "desk"], 2, ("desk", "screen")),
        (["ingest", "/nowhere/page.html"], 1, ("/nowhere/page.html", "http(s)")),
        (["explain", "/nowhere/page.html"], 1, ("/nowhere/page.html", "http(s)")),
        (["explain", "77"], 1, ("77", "monitor search")),
        (["models", "remove", "xx_yy"], 1, ("xx_yy",)),
        (["models", "install", "/nowhere/x.argosmodel"], 1, ("/nowhere/x.argosmodel",)),
        (["models", "install", "fr", "--from", "/nowhere"], 1, ("/nowhere", "--from")),
        (["models", "install", "fr", "--sha256", "00"], 2, ("--sha256", "one file")),
        (["models", "adopt", "xx_yy"], 1, ("xx_yy", "Installed: none")),
        (["reprocess", "match", "--article", "77"], 1, ("77",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_name_thing_and_remedy(
    call: Call, config: Path, command: list[str], code: int, words: tuple[str, ...]
) -> None:
    """What was asked for is named, and so is what there is or what to do."""
    said = call("-c", config, *command)
    assert said.code == code
    assert [word for word in words if word not in said.err] == []


# ── one document, all the way ────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose archive holds a text and an HTML file, taken in by `ingest`."""
    folder = tmp_path_factory.mktemp("filled")
    config = write_config(folder, (), [CONSOLE])
    (folder / "note.txt").write_text(PLAIN, "utf-8")
    (folder / "page.html").write_text(ARTICLE.format(title=TITLE), "utf-8")
    result = CliRunner().invoke(
        cli.monitor, ["-c", str(config), "ingest", "--json", *(str(folder / n) for n in ("note.txt", "page.html"))]
    )
    assert result.exit_code == 0, result.output
    (folder / "ingested.json").write_text(result.stdout, "utf-8")
    return config


def test_ingest_reads_text_and_html(filled: Path) -> None:
    """Both are new articles with a title, French, and a match of the topic."""
    note, page = json.loads(filled.with_name("ingested.json").read_text("utf-8"))
    assert page["article"]["title"] == TITLE
    assert "quatre cent mille tonnes" in page["article"]["text"]
    assert "céréales" in note["article"]["text"]
    for found in (note, page):
        assert found["new"] is True
        assert found["article"]["language"] == "fr"
        assert [match["topic"] for match in found["matches"]] == [TOPIC]


def test_ingest_again_is_not_new(call: Call, filled: Path, tmp_path: Path) -> None:
    """The same file is the same article."""
    config = copy_of(filled, tmp_path)
    said = call("-c", config, "ingest", filled.with_name("note.txt"))
    assert said.code == 0
    assert "(read again)" in said.out


def copy_of(filled: Path, folder: Path) -> Path:
    """The filled archive once more, to be changed."""
    shutil.copy(filled, folder)
    with closing(sqlite3.connect(filled.with_name("archive.db"))) as source:
        source.execute("VACUUM INTO ?", (str(folder / "archive.db"),))
    return folder / filled.name


def test_search_finds_originals(call: Call, filled: Path) -> None:
    """By a term pack and by a phrase; an answer has its sentence; JSON has the same answers."""
    said = call("-c", filled, "search", '@libya AND "ligne maritime"')
    assert said.code == 0
    assert TITLE in said.out
    found = json.loads(call("-c", filled, "search", "--json", "Novorossiisk").out)
    assert {hit["language"] for hit in found} == {"fr"}
    assert len(found) == 2
    assert call("-c", filled, "search", "Samarcande").out == "Nothing found.\n"


def test_search_points_at_the_mistake(call: Call, filled: Path) -> None:
    """A query that cannot be compiled: exit code 2, and a mark under the character."""
    said = call("-c", filled, "search", 'Libye AND "blé')
    assert said.code == 2
    assert "^" in said.err


def test_status_counts(call: Call, filled: Path) -> None:
    """Articles, matches, backlog and what waits for a model; JSON says the same."""
    said = call("-c", filled, "status")
    assert said.code == 0
    assert "2 articles, 2 matches" in said.out
    assert "monitor models install fr" in said.out
    found = json.loads(call("-c", filled, "status", "--json").out)
    assert found["totals"]["articles"] == 2
    assert found["waiting"] == {"fr": 2}
    assert found["coverage_line"] in said.out
    assert found["funnel"]["waiting"] == [["fr", 2]]
    assert "2 waiting for a model" in said.out
    assert found["backlog"] == {}


def test_status_says_whether_a_person_is_needed(call: Call, filled: Path, tmp_path: Path) -> None:
    """0 while all is well, a spike and a message that is tried again among it; with --exit-code 1 for a dead letter."""
    config = copy_of(filled, tmp_path)
    with closing(sqlite3.connect(config.with_name("archive.db"))) as database, database:
        database.execute("DELETE FROM alerts")
        database.execute("DELETE FROM outbox")
        database.execute(
            "INSERT INTO notices (kind, subject, title, text, raised_at) VALUES ('spike', 's', 't', '', '2026-11-24')"
        )
        database.execute(
            """INSERT INTO outbox (message_id, channel, topic, created_at, next_attempt_at, subject, alert, error)
            VALUES ('m', 'screen', ?, '2026-11-24T00:00:00Z', '2026-11-24T00:00:00Z', 's', '{}', 'later')""",
            (TOPIC,),
        )
    assert call("-c", config, "status", "--exit-code").code == 0
    with closing(sqlite3.connect(config.with_name("archive.db"))) as database, database:
        database.execute("UPDATE outbox SET state = 'dead'")
    said = call("-c", config, "status", "--exit-code")
    assert (said.code, "Needs a person: 1 dead letter." in said.out) == (1, True)
    said = call("-c", config, "status", "--json")  # what a container's health check asks: does it run?
    assert (said.code, json.loads(said.out)["needs"]) == (0, ["1 dead letter"])


def test_status_starts_without_the_network(filled: Path) -> None:
    """It is asked every minute by health checks: neither the network client nor what translates is loaded."""
    script = (
        "import sys; from monitor.cli import monitor; monitor(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    )
    command = [sys.executable, "-c", script, "-c", str(filled), "status", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(said.stdout.splitlines()[-1].split())
    assert (
        loaded & {"aiohttp", "ctranslate2", "feedparser", "trafilatura", "datasette", "apscheduler", "rich.table"}
        == set()
    )
    assert "monitor.run.health" in loaded


def test_topics(call: Call, filled: Path) -> None:
    """`list` shows the query, `test` the articles it finds, also for a query that is only tried."""
    assert 'relation("libya", "russia")' in call("-c", filled, "topics", "list").out
    assert json.loads(call("-c", filled, "topics", "list", "--json").out)[0]["name"] == TOPIC
    assert "2 of 2 articles" in call("-c", filled, "topics", "test", TOPIC).out
    tried = json.loads(call("-c", filled, "topics", "test", "wheat", "--query", "blé", "--json").out)
    assert {sample["title"] for sample in tried["samples"]} >= {TITLE}


def test_packs(call: Call, config: Path) -> None:
    """`list` names the packs, `show` the terms in each language, with or without @, by alias and as JSON."""
    listed = call("-c", config, "packs", "list").out
    assert "@libya" in listed
    assert "@nato" in listed
    assert "more countries by their CLDR names" in listed
    assert "@brazil" in call("-c", config, "packs", "list", "--all").out
    assert "Libye" in call("-c", config, "packs", "show", "@libya").out
    assert "ليبيا" in call("-c", config, "packs", "show", "libya").out
    assert "Brésil" in call("-c", config, "packs", "show", "br").out
    shown = json.loads(call("-c", config, "packs", "show", "sudan", "--json").out)
    assert shown["terms"]["names"]["fr"] == ["Soudan"]
    assert "South Sudan" in shown["unless"]


def test_packs_check(call: Call, config: Path, tmp_path: Path) -> None:
    """What is wrong with a pack is told term by term and ends with 1; nothing wrong ends with 0."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "nile.toml").write_text('[en]\nnames = ["Nile", "and"]\n', encoding="utf-8")
    done = call("-c", config, "packs", "check", folder)
    assert done.code == 1
    assert "“and”" in done.out
    (folder / "nile.toml").write_text('[en]\nnames = ["Nile"]\n', encoding="utf-8")
    done = call("-c", config, "packs", "check", folder / "nile.toml")
    assert (done.code, done.out) == (0, "1 pack, 1 term: fine.\n")


def test_explain_an_article(call: Call, filled: Path) -> None:
    """An id is walked through every stage, in words and as JSON, and nothing is recorded."""
    before = json.loads(call("-c", filled, "status", "--json").out)["totals"]
    said = call("-c", filled, "explain", "2")
    assert said.code == 0
    for stage in ("source", "page", "extract", "language", "translate", "match"):
        assert f"\n{stage} " in f"\n{said.out}"
    found = json.loads(call("-c", filled, "explain", "2", "--json").out)
    assert found["archived"] is True
    assert found["language"]["code"] == "fr"
    assert [match["topic"] for match in found["matches"]] == [TOPIC]
    assert json.loads(call("-c", filled, "status", "--json").out)["totals"] == before


def test_explain_a_match_with_its_score(call: Call, config: Path, tmp_path: Path) -> None:
    """A match says how many points it has and what for; one that is passed over says that, too."""
    (tmp_path / "deal.txt").write_text(PLAIN, "utf-8")
    said = call("-c", config, "explain", tmp_path / "deal.txt").out
    assert "match " in said
    assert "Libya and Russia meet in one sentence of the lead" in said
    quiz = "Quiz : les capitales\n\nQuelle est la capitale de la Libye ? De la Russie ?\n\nTestez vos connaissances !"
    (tmp_path / "quiz.txt").write_text(quiz, "utf-8")
    said = call("-c", config, "explain", tmp_path / "quiz.txt").out
    assert "score 0 of 100; the query is met, but it alerts nobody (min_score 40)" in said
    assert "quizzes and anniversaries: " in said


def test_explain_a_file(call: Call, config: Path, tmp_path: Path) -> None:
    """A file that is in no archive is read now; a topic that is not met says what was lacking."""
    (tmp_path / "other.txt").write_text(PLAIN.replace("Russie", "Grèce").replace("Moscou", "Athènes"), "utf-8")
    said = call("-c", config, "explain", tmp_path / "other.txt")
    assert said.code == 0
    assert "not in the archive; read now" in said.out
    assert "has Libya; lacks Russia" in said.out
    assert not (tmp_path / "archive.db").exists()


def test_reprocess_match(call: Call, filled: Path, tmp_path: Path) -> None:
    """A topic that was added later finds what the archive holds, and announces none of it."""
    config = copy_of(filled, tmp_path)
    with config.open("a", encoding="utf-8") as file:
        file.write('\n[[topics]]\nname = "Wheat"\nquery = "blé"\n')
    said = call("-c", config, "reprocess", "match")
    assert said.code == 0
    assert "2 articles, match" in said.out
    assert "4 matches" in call("-c", config, "status").out
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        assert archive.execute("SELECT count(*) FROM alerts WHERE topic = 'Ports'").fetchone() == (0,)


def test_backup_can_be_restored(call: Call, filled: Path, tmp_path: Path) -> None:
    """The copy, put in the archive's place, answers the same; a second copy does not overwrite the first."""
    said = call("-c", filled, "backup", tmp_path / "archive.db")
    assert said.code == 0
    assert "checked" in said.out
    config = Path(shutil.copy(filled, tmp_path))
    assert "2 articles, 2 matches" in call("-c", config, "status").out
    again = call("-c", filled, "backup", tmp_path / "archive.db")
    assert again.code == 1
    assert "exists already" in again.err


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


def test_opml_round_trip(call: Call, tmp_path: Path) -> None:
    """What is exported and imported again is the same feeds, folders as tags; a second import adds nothing."""
    (tmp_path / "one").mkdir()
    feed = '[[feeds]]\nurl = "https://a.example/feed?x=1&y=2"\ntitle = "Ä & “B”"\ntags = ["Libya", "press"]\n'
    one = tmp_path / "one" / "config.toml"
    one.write_text(feed, "utf-8")
    two = tmp_path / "config.toml"
    two.write_text("# mine\n", "utf-8")
    assert call("-c", one, "opml", "export", tmp_path / "list.opml").code == 0
    said = call("-c", two, "opml", "import", tmp_path / "list.opml")
    assert "1 added" in said.out
    assert two.read_text("utf-8").startswith("# mine\n")
    assert (
        call("-c", two, "opml", "export").out.split("<body>")[1]
        == ((tmp_path / "list.opml").read_text("utf-8").split("<body>")[1])
    )
    assert "0 added, 1 known already" in call("-c", two, "opml", "import", tmp_path / "list.opml").out


def test_opml_says_what_is_wrong(call: Call, config: Path, tmp_path: Path) -> None:
    """A file that is no feed list is named; nothing changes."""
    (tmp_path / "list.opml").write_text("<html><p>no list", "utf-8")
    before = config.read_text("utf-8")
    said = call("-c", config, "opml", "import", tmp_path / "list.opml")
    assert said.code == 1
    assert "list.opml" in said.err
    assert config.read_text("utf-8") == before


def test_add_finds_the_feed_of_a_site(call: Call, config: Path) -> None:
    """The feed a page names is shown, then added with its tags, then known."""
    with RawServer() as server:
        url = publish(server, "feed.xml", TITLE)
        head = '<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml"></head>'
        server.route("/", response(200, {"Content-Type": "text/html"}, f"{head}<body>Welcome</body></html>"))
        shown = call("-c", config, "add", server.url("/"), "--dry-run")
        assert url in shown.out
        assert url not in config.read_text("utf-8")
        assert "1 added" in call("-c", config, "add", server.url("/"), "--tag", "Libya", "--language", "fr").out
        assert "0 added, 1 known already" in call("-c", config, "add", url).out
    assert f'url = "{url}"' in config.read_text("utf-8")
    assert 'tags = ["Libya"]\nlanguage = "fr"' in config.read_text("utf-8")


def test_add_says_that_there_is_no_feed(call: Call, config: Path) -> None:
    """A site without one: exit code 1, its address, what to give instead."""
    with RawServer() as server:
        server.route("/", response(200, {"Content-Type": "text/html"}, "<html><body>Welcome</body></html>"))
        said = call("-c", config, "add", server.url("/"))
        assert said.code == 1
        assert server.url("/") in said.err
        assert "no feed found" in said.err


# ── models and channels ──────────────────────────────────────────────────────────────────────────


def test_models_come_and_go(call: Call, config: Path) -> None:
    """From an empty folder: install a file, list it, verify it, notice damage, remove it."""
    assert "No packages" in call("-c", config, "models", "list").out
    said = call("-c", config, "models", "install", MODEL)
    assert said.code == 0
    assert "fr → en" in said.out
    listed = json.loads(call("-c", config, "models", "list", "--json").out)
    (package,) = listed["installed"]
    assert (package["state"], package["foreign"]) == ("verified", False)
    assert (listed["wanted"], listed["available"]) == ([], None)
    assert re.search(rf"{package['name']} +fr +en +11 MB +verified +ours", call("-c", config, "models", "list").out)
    assert "unread" in call("-c", config, "models", "list", "--quick").out
    assert call("-c", config, "models", "verify").code == 0
    biggest = max((config.parent / "models").rglob("*.bin"), key=lambda path: path.stat().st_size)
    with biggest.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    damaged = call("-c", config, "models", "verify")
    assert damaged.code == 1
    assert biggest.name in damaged.out
    listing = call("-c", config, "models", "list").out
    assert "refused" in listing
    assert "model/model.bin has other contents (SHA-256 differs). Install it again" in listing
    assert "removed" in call("-c", config, "models", "remove", "fr_en").out
    assert "No packages" in call("-c", config, "models", "list").out


def test_models_wanted_and_available(call: Call, filled: Path, tmp_path: Path) -> None:
    """Languages of the archive by number of articles, with the command; what the index has, when it is asked."""
    config = copy_of(filled, tmp_path)
    assert re.search(r"fr +2 +monitor models install fr", call("-c", config, "models", "list").out)
    with RawServer() as index:
        entry = {"from_code": "ar", "from_name": "Arabic", "to_code": "en", "to_name": "English"}
        entries = [{**entry, "package_version": "1.0", "links": ["x.argosmodel"]}]
        index.route("/index.json", response(200, {}, json.dumps(entries)))
        text = config.read_text("utf-8").replace(
            "find_installed", f'index_url = "{index.url("/index.json")}"\nfind_installed'
        )
        config.write_text(text, "utf-8")
        quiet = call("-c", config, "models", "list").out
        assert "not asked" in quiet
        assert index.requests == []
        asked = call("-c", config, "models", "list", "--available").out
        assert re.search(r"translate-ar_en-1\.0 +ar Arabic +en English", asked)
        assert re.search(r"fr +2 +nothing: the index has no way", asked)
        found = json.loads(call("-c", config, "models", "list", "--available", "--json").out)
    assert found["wanted"] == [
        {"language": "fr", "articles": 2, "command": "monitor models install fr", "offered": False}
    ]
    assert [offer["name"] for offer in found["available"]] == ["translate-ar_en-1.0"]


def test_models_from_a_folder(call: Call, config: Path, tmp_path: Path) -> None:
    """A machine without network: --from a stick, by language, pair, name or file; or the folder as the index."""
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(MODEL, stick / "some.argosmodel")
    for name in ("fr", "fr_en", "translate-fr_en-0.1", "some.argosmodel"):
        said = call("-c", config, "models", "install", "--from", stick, name)
        assert (said.code, said.out) == (0, "translate-fr_en-0.1: installed, fr → en.\n")
    missing = call("-c", config, "models", "install", "--from", stick, "fr", "ar")
    assert missing.code == 1
    assert "ar: the index has no way" in missing.err
    config.write_text(
        config.read_text("utf-8").replace("find_installed", 'index_url = "stick"\nfind_installed'), "utf-8"
    )
    assert re.search(r"translate-fr_en-0\.1 .* installed", call("-c", config, "models", "list").out)
    shutil.rmtree(stick)
    listed = call("-c", config, "models", "list")
    assert listed.code == 0
    assert "verified" in listed.out
    assert "stick: cannot be read" in listed.out
    assert call("-c", config, "models", "list", "--available").code == 1


def test_models_of_other_programs(call: Call, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found where Argos keeps them, listed with their place, refused when they change, adopted, not removed."""
    place = tmp_path / "argos"
    package = unpacked(place / "translate-ar_en-1_0", from_code="ar")
    for path in (package, *package.rglob("*")):
        os.utime(path, (1, 1))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(place))
    monkeypatch.setenv("HOME", str(tmp_path))
    config.write_text(config.read_text("utf-8").replace("find_installed = false", ""), "utf-8")
    (found,) = json.loads(call("-c", config, "models", "list", "--json").out)["installed"]
    assert (found["path"], found["foreign"], found["state"]) == (str(package), True, "verified")
    (package / "model" / "model.bin").write_bytes(bytes(5000))
    assert "monitor models adopt translate-ar_en-1_0" in call("-c", config, "models", "list").out
    assert call("-c", config, "models", "verify").code == 1
    assert call("-c", config, "models", "adopt", "ar_en").code == 0
    assert "1 package, all as installed." in call("-c", config, "models", "verify").out
    refusal = call("-c", config, "models", "remove", "ar_en")
    assert refusal.code == 1
    assert "Another program installed" in refusal.err
    assert package.exists()


def test_progress_in_lines(call: Call, config: Path) -> None:
    """Away from a terminal a download is a line at its start, at each quarter, and when it is being installed."""
    with RawServer() as index:
        entry = {"from_code": "fr", "from_name": "French", "to_code": "en", "to_name": "English"}
        entries = [{**entry, "package_version": "0.1", "links": ["x.argosmodel"]}]
        index.route("/index.json", response(200, {}, json.dumps(entries)))
        index.route("/x.argosmodel", response(200, {}, MODEL.read_bytes()))
        text = config.read_text("utf-8").replace(
            "find_installed", f'index_url = "{index.url("/index.json")}"\nfind_installed'
        )
        config.write_text(text, "utf-8")
        said = call("-c", config, "models", "install", "fr")
        address = index.url("/x.argosmodel")
    assert said.code == 0
    size = f"{MODEL.stat().st_size / 1e6:.1f} MB"
    assert said.err.splitlines() == [
        f"translate-fr_en-0.1: downloading {address}",
        *(f"translate-fr_en-0.1: {percent} % of {size}" for percent in (25, 50, 75, 100)),
        f"translate-fr_en-0.1: installing {address}",
    ]


def test_progress_in_bars() -> None:
    """On a terminal each package has one bar, which starts over with its download and ends full."""
    bars = Progress(console=Console(file=io.StringIO(), force_terminal=True))
    report = Bars(bars)
    for done in (0, 60, 0, 100):
        report(downloading.Progress(package="a", source="x", done=done, total=100))
        assert bars.tasks[0].completed == done
    report(downloading.Progress(package="a", source="x", phase="installing"))
    report(downloading.Progress(package="b", source="y", phase="already installed"))
    assert [(task.description, task.completed) for task in bars.tasks] == [
        ("a: installing", 100),
        ("b: already installed", 0),
    ]


def test_a_model_with_another_hash_is_refused(call: Call, config: Path) -> None:
    """`--sha256` of something else: exit code 1, nothing installed."""
    said = call("-c", config, "models", "install", "--sha256", "0" * 64, MODEL)
    assert said.code == 1
    assert MODEL.name in said.err
    assert "No packages" in call("-c", config, "models", "list").out


def test_a_sample_alert_on_the_console(call: Call, config: Path) -> None:
    """The sample says that it is one, and which channel took it."""
    said = call("-c", config, "test-alert", "screen")
    assert said.code == 0
    assert "[Libya] and [Russia] have announced nothing" in said.out
    assert "screen: accepted" in said.out


def test_a_channel_that_refuses_is_named(call: Call, tmp_path: Path) -> None:
    """Nobody listens at the webhook's address: exit code 1 and the channel's name."""
    with WebhookSink() as hook:
        config = write_config(tmp_path, (), [webhook(hook.url)])
    said = call("-c", config, "test-alert", "hook")
    assert said.code == 1
    assert "hook" in said.err
