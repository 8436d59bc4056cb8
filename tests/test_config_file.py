"""A good file is read whole; a bad one is told everything that is wrong with it, at the right lines."""

from __future__ import annotations

import dataclasses
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config_settings
from monitor.config import Config
from monitor.config_file import ConfigProblems, Problem, check, line_of, load
from monitor.errors import ConfigError
from monitor.models import Channel, Feed, Topic

DATA = Path(__file__).parent / "data" / "config"
BAD = sorted(path.stem for path in DATA.glob("*.problems"))
ENVIRON = {
    "MONITOR_SMTP_PASSWORD": "p1\n",
    "MONITOR_HOOK_KEY": "p2",
    "MONITOR_APPRISE": "tgram://p3",
}


def problems(text: str, environ: dict[str, str] | None = None) -> list[str]:
    return [str(problem) for problem in check(text, Path("config.toml"), environ or {})[1]]


@pytest.mark.parametrize("name", BAD)
def test_every_problem_at_once_with_line_and_remedy(name: str) -> None:
    """What is said about NAME.toml is what NAME.problems holds, line by line."""
    path = DATA / f"{name}.toml"
    said = [
        f"{problem}{'' if problem.fatal else ' (warning)'}"
        for problem in check(path.read_text(encoding="utf-8"), path, {})[1]
    ]
    assert said == (DATA / f"{name}.problems").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", BAD)
def test_no_problem_repeats_a_secret(name: str) -> None:
    """A password or token written into the file is not printed: check's output lands in tickets and logs."""
    assert "hunter2" not in (DATA / f"{name}.problems").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BAD)
def test_loading_a_bad_file_raises_all_of_it(name: str) -> None:
    """`load` raises one error that lists the fatal problems and holds them as values."""
    with pytest.raises(ConfigProblems) as caught:
        load(DATA / f"{name}.toml", {})
    fatal = [line for line in (DATA / f"{name}.problems").read_text().splitlines() if "(warning)" not in line]
    assert [str(problem) for problem in caught.value.problems] == fatal
    assert str(caught.value).splitlines()[1:] == [f"  {line}" for line in fatal]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A copy of good.toml in a folder with the files that it names."""
    (tmp_path / "packs").mkdir()
    secret = tmp_path / "slack.secret"
    secret.write_text("https://hooks.slack.com/services/p4\n")
    secret.chmod(0o600)
    path = tmp_path / "config.toml"
    path.write_text((DATA / "good.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_a_good_file_is_read_whole(good: Path) -> None:
    """Settings, feeds, topics and channels come out as values; paths are absolute, secrets filled in."""
    config = load(good, ENVIRON)
    folder = good.parent
    assert config.archive.path == folder / "news" / "archive.db"
    assert config.translation.packages == Path("/opt/models")
    assert config.packs == folder / "packs"
    assert config.http.timeout_seconds == 20.0
    assert config.http.allow_private == ("10.0.0.0/8", "127.0.0.1:8080", "[::1]:8080", "fd00::/8")
    assert config.feeds[0] == Feed(
        url="https://a.example/feed.xml",
        title="A",
        tags=("libya", "state media"),
        language="ar",
        interval=timedelta(minutes=15),
    )
    assert config.feeds[1] == Feed(url="https://b.example/feed.xml")
    assert config.topics[0] == Topic(
        name="Libya–Russia relations",
        query="@libya AND\n@russia",
        channels=("desk", "chat"),
        languages=("ar", "fr"),
        description="What the two say about each other.",
    )
    assert config.channels[0] == Channel(
        name="desk",
        kind="email",
        cadence="daily 07:30",
        zone="Africa/Tripoli",
        to=("desk@example.org", "Night Desk <night@example.org>"),
        sender="Monitor <monitor@example.org>",
        host="smtp.example.org",
        port=2525,
        security="tls",
        username="monitor",
        secret="p1",
    )
    assert [channel.secret for channel in config.channels[1:]] == [
        "https://hooks.slack.com/services/p4",
        "p2",
        "tgram://p3",
        "",
    ]
    assert [channel.zone for channel in config.channels[1:]] == ["Europe/Rome"] * 4


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    """Nothing is compulsory; only paths differ from the bare dataclasses, being absolute or this machine's."""
    path = tmp_path / "config.toml"
    path.write_text("")
    config = load(path, {})
    assert config.archive.path == tmp_path / "archive.db"
    plain = dataclasses.replace(
        config,
        archive=dataclasses.replace(config.archive, path=Path("archive.db")),
        translation=dataclasses.replace(config.translation, packages=Path("models")),
        package_folders=(),
    )
    assert plain == Config()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://mirror.example/index.json", "https://mirror.example/index.json"),
        ("stick", "{folder}/stick"),
        ("./a b/../stick", "{folder}/a b/../stick"),
        ("/srv/packages", "/srv/packages"),
        ("file:///srv/our%20packages", "/srv/our packages"),
        ("file://localhost/srv/packages/index.json", "/srv/packages/index.json"),
    ],
)
def test_the_index_is_an_address_or_a_folder(tmp_path: Path, value: str, expected: str) -> None:
    """Folders start at the file's own folder, as elsewhere; they need not be there yet."""
    config, found = check(f'[translation]\nindex_url = "{value}"', tmp_path / "config.toml", {})
    assert found == ()
    assert config is not None
    assert config.translation.index_url == expected.format(folder=tmp_path)


@pytest.mark.parametrize(
    "value", ["ftp://mirror.example/", "file://server/share", "https://", "https://a:b@c.example/"]
)
def test_an_index_that_is_neither_is_a_problem(value: str) -> None:
    """Another scheme, a folder of another machine, half an address or one with a password."""
    (problem,) = problems(f'[translation]\nindex_url = "{value}"')
    assert "translation.index_url" in problem


def test_packages_of_other_programs_can_be_left_out(tmp_path: Path) -> None:
    """find_installed = false: no folder is looked into; by default those of the environment are."""
    environ = {"HOME": str(tmp_path)}
    for text, count in (("", 2), ("[translation]\nfind_installed = false", 0)):
        config, _ = check(text, tmp_path / "config.toml", environ)
        assert config is not None
        assert len(config.package_folders) == count


def test_a_secret_file_open_to_others_is_a_warning(good: Path) -> None:
    """The configuration loads, and `check` says which chmod to run."""
    (good.parent / "slack.secret").chmod(0o644)
    config, found = check(good.read_text(encoding="utf-8"), good, ENVIRON)
    assert config is not None
    assert [(problem.fatal, problem.line) for problem in found] == [(False, 61)]
    assert found[0].remedy == f"Run: chmod 600 {good.parent / 'slack.secret'}"
    assert load(good, ENVIRON) == config


def test_the_key_of_the_translation_server(tmp_path: Path) -> None:
    """It comes from the environment or a file beside config.toml, and is not printed with the configuration."""
    secret = tmp_path / "lt.key"
    secret.write_text("hunter2\n")
    secret.chmod(0o600)
    path = tmp_path / "config.toml"
    for line, environ in (('api_key_env = "LT"', {"LT": "hunter2"}), ('api_key_file = "lt.key"\napi_key_env = ""', {})):
        path.write_text(f'[translation]\nbackend = "libretranslate"\nserver = "http://libretranslate:5000"\n{line}\n')
        config = load(path, environ)
        assert (config.translation.server, config.api_key) == ("http://libretranslate:5000", "hunter2")
        assert "hunter2" not in repr(config)


def test_a_missing_file_and_a_wrong_encoding_are_named(tmp_path: Path) -> None:
    """No file, a folder, or bytes that are no UTF-8: the path, the cause and the remedy."""
    latin = tmp_path / "latin.toml"
    latin.write_bytes("title = 'Père'".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin.toml is not UTF-8 \(byte 10\)"):
        load(latin, {})
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError, match=r"cannot be read: .* --config"):
            load(path, {})


def test_a_bad_file_keeps_its_topics_in_place() -> None:
    """The caller can check topic queries although other parts are wrong, and finds their lines."""
    text = '[[topics]]\nname = ""\nquery = "a"\n[[topics]]\nname = "two"\n\nquery = "b ("\n'
    config, found = check(text, Path("config.toml"), {})
    assert config is not None
    assert found[0].fatal
    assert [topic.query for topic in config.topics] == ["a", "b ("]
    assert line_of(text, "topics", 1, "query") == 7


@pytest.mark.parametrize("key", config_settings.RANGES)
def test_both_ends_of_every_range(key: str) -> None:
    """The ends are allowed, what lies beyond is not; a range that no key uses would be dead."""
    table = next(
        name
        for name, kind in config_settings.TABLES.items()
        if key in {field.name for field in dataclasses.fields(kind)}
    )
    low, high = config_settings.RANGES[key]
    for value, fits in ((low, True), (high, True), (low - 1, False), (high + 1, False)):
        said = problems(f"[{table}]\n{key} = {value}")
        assert any(f"{key}: {value} is out of range" in line for line in said) is not fits


def test_every_number_has_a_range() -> None:
    """A new key cannot be forgotten in the table of ranges, nor a choice outside the defaults."""
    for kind in config_settings.TABLES.values():
        for field in dataclasses.fields(kind):
            if type(field.default) in (int, float):
                low, high = config_settings.RANGES[field.name]
                assert low <= field.default <= high
            if field.name in config_settings.CHOICES:
                assert field.default in config_settings.CHOICES[field.name]


LINES = '''# [not] = a table
packs = "p" # line 2

[http]
robots = false
allow_private = [
  "a",  # ] not the end
  """b
[[topics]]""",
  'c' ]
"connect_seconds" = 1

[collect]
min_interval_minutes.unit = 'minutes'

[[feeds]]
url = "x = [1]"

[[feeds]]
tags = [ "a", [ 1,
  2 ] ]
inline = { url = "y", "deep key" = { "z.z" = 1 }, list = [ { a = 1 }, { a = 2 } ] }
[feeds.extra]
k = 1
when = 2026-03-01T07:30:00Z
  [[feeds.sub]]
  n = 1
  [[feeds.sub]]
  n = 2
[translation]
language.code."sub" = \'\'\'it\'s\'\'\'
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("packs",), 2),
        (("http",), 4),
        (("http", "robots"), 5),
        (("http", "allow_private"), 6),
        (("http", "allow_private", 0), 7),
        (("http", "allow_private", 1), 8),
        (("http", "allow_private", 2), 10),
        (("http", "connect_seconds"), 11),
        (("http", "absent"), 4),
        (("collect", "min_interval_minutes", "unit"), 14),
        (("feeds",), 16),
        (("feeds", 0), 16),
        (("feeds", 0, "url"), 17),
        (("feeds", 1), 19),
        (("feeds", 1, "tags", 1, 1), 21),
        (("feeds", 1, "inline", "deep key", "z.z"), 22),
        (("feeds", 1, "inline", "list", 1, "a"), 22),
        (("feeds", 1, "extra", "k"), 24),
        (("feeds", 1, "extra", "when"), 25),
        (("feeds", 1, "sub", 0, "n"), 27),
        (("feeds", 1, "sub", 1, "n"), 29),
        (("feeds", 2, "url"), 16),
        (("translation", "language", "code", "sub"), 31),
        (("nothing",), None),
    ],
)
def test_the_line_of_a_key(path: tuple[str | int, ...], line: int | None) -> None:
    """Headers, dotted and quoted keys, nested arrays and inline tables; an absent key stands with its table."""
    assert line_of(LINES, *path) == line


def test_a_text_that_is_no_toml_has_no_lines() -> None:
    """Asking for a line in broken text is no error."""
    assert line_of("[http\n", "http") is None


TOML_VALUES = st.sampled_from(
    ["1", "-2.5", "true", '"x"', "'y'", '"""a\nb"""', "[]", "[1, [2, 'z']]", "{ a = 1, b = [{}] }", "1979-05-27", "{}"]
)
KEYS = st.sampled_from(["url", "http", "feeds", "topics", "name", "query", '"k y"', "timeout_seconds", "a.b", "to"])
HEADERS = st.sampled_from(["[http]", "[[feeds]]", "[[topics]]", "[[channels]]", "[feeds.x]", "[ log ]", "", "# [x"])


@given(st.lists(st.tuples(HEADERS, KEYS, TOML_VALUES, st.sampled_from(["", " # c", "\n\n"])), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_toml_is_checked_without_an_exception(rows: list[tuple[str, str, str, str]]) -> None:
    """Whatever the shape of a file, the outcome is a list of problems, each on a line that exists."""
    text = "\n".join(f"{header}\n{key} = {value}{end}" for header, key, value, end in rows)
    for problem in check(text, Path("config.toml"), {})[1]:
        assert isinstance(problem, Problem)
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1


@given(st.lists(st.tuples(HEADERS, KEYS, TOML_VALUES), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_the_scanner_agrees_with_tomllib(rows: list[tuple[str, str, str]]) -> None:
    """Every top-level key that tomllib finds stands on the line on which we wrote it first."""
    text = "\n".join(f"{header}\n{key} = {value}" for header, key, value in rows)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for key, value in found.items():
        line = line_of(text, key)
        assert line is not None
        assert key.split(".")[0].strip('"') in text.splitlines()[line - 1]
        for index in range(len(value) if isinstance(value, list) else 0):
            assert line_of(text, key, index) >= line


@pytest.mark.parametrize("text", ["x = " + "[" * 3000, "a" + ".a" * 3000 + " = 1", "\x00", "x = '\ud800'"])
def test_hostile_text_is_a_problem_not_a_crash(text: str) -> None:
    """Deep nesting and odd characters end in one problem."""
    assert check(text, Path("config.toml"), {})[1]
