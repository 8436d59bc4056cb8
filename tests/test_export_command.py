"""`monitor export`: what is asked for on the command line is what is written, and mistakes are explained."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import web_archive as sample
from click.testing import CliRunner, Result
from newsrooms import NOW, FakeClock

from monitor import cli
from monitor.archive import Archive
from monitor.errors import ConfigError

CONFIG = """
[archive]
path = "archive.db"

[http]
contact = "desk@example.org"

[alerts]
zone = "Europe/Berlin"

[[feeds]]
url = "https://phare.example/feed"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration beside an archive of five articles."""
    folder = tmp_path_factory.mktemp("export")
    sample.build(folder / "archive.db")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.commands.export.SystemClock", lambda: FakeClock(NOW + timedelta(minutes=90)))


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.monitor, ["-c", str(folder / "config.toml"), "export", *words])


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ([], [1, 2, 3, 4, 5]),
        (["--topic", sample.TOPIC], [1]),
        (["--language", "ar", "--language", "zh"], [2, 3]),
        (["--query", "Libya OR 利比亚 OR ليبيا"], [1, 2, 3]),
        (["--source", "le phare"], [1]),
        (["--days", "1"], [1, 2, 3, 4, 5]),
        (["--since", "2026-11-24 14:00"], []),  # in Berlin: an hour after they came
        (["--since", "2026-11-24 13:00"], [1, 2, 3, 4, 5]),
        (["--until", "2026-11-24"], [1, 2, 3, 4, 5]),  # the day is taken whole
        (["--until", "2026-11-23"], []),
        (["--since", "2h", "--until", "1h"], [1, 2, 3, 4, 5]),
        (["--since", "1h"], []),
        (["--limit", "2"], [4, 5]),
        (["--relevant"], [1]),
    ],
    ids=str,
)
def test_what_is_asked_for_is_written(folder: Path, words: list[str], ids: list[int]) -> None:
    """Each option alone selects these articles."""
    done = run(folder, "--format", "jsonl", *words)
    assert done.exit_code == 0, done.output
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ids


def test_the_end_tells_what_was_written(folder: Path, tmp_path: Path) -> None:
    """Articles, bytes, and the hash of the very file; a WARC also what it could not hold."""
    target = tmp_path / "a.warc.gz"
    done = run(folder, str(target))
    data = target.read_bytes()
    assert f"1 article, {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}" in done.stderr
    assert "Left out: 4 articles without a stored page" in done.stderr
    assert "resource records" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["articles.xls"], "which format? Say --format jsonl|csv|parquet|warc"),
        ([], "which format?"),
        (["a.csv", "--topic", "Libya-Russia relations"], f"Did you mean “{sample.TOPIC}”?"),
        (["a.csv", "--query", "(port"], "never closed"),
        (["a.csv", "--since", "1d", "--days", "1"], "say the same thing"),
        (["a.csv", "--story", "7"], "there is none of that number"),
        (["a.csv", "--until", "soon"], '--until soon: is no time. Write "2026-12-01"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_explained(folder: Path, words: list[str], said: str) -> None:
    """What is wrong is named with its remedy, and no file is written."""
    failed = run(folder, *words)
    assert isinstance(failed.exception, ConfigError)
    assert said in str(failed.exception)
    assert not Path("a.csv").exists()


def test_no_bytes_for_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet to the screen is refused; what is no terminal gets it."""
    piped = run(folder, "--format", "parquet")
    assert piped.stdout_bytes.startswith(b"PAR1")
    monkeypatch.setattr("monitor.commands.export._is_terminal", lambda: True)
    assert "not for the screen" in str(run(folder, "--format", "parquet").exception)


def test_a_killed_export_leaves_no_half_file(folder: Path, tmp_path: Path) -> None:
    """Killed while it writes, nothing stands under the name; the next one takes its place."""
    large = tmp_path / "archive.db"
    sample.build(large)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    with Archive.open(large) as archive:
        columns = "outlet, title, first_seen, url, canonical_url, text, stage"
        archive.connection.execute(
            f"""WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
            INSERT INTO articles ({columns}) SELECT {columns.replace("text", "printf('%.*c', 3000, 'x')")}
            FROM articles, n WHERE id = 1"""
        )
    target = tmp_path / "all.jsonl"
    command = [sys.executable, "-m", "monitor", "-c", str(tmp_path / "config.toml"), "export", str(target)]
    part = target.with_name("all.jsonl.part")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 20
        while time.monotonic() < until and (not part.exists() or part.stat().st_size < 200_000):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert (target.exists(), part.exists()) == (False, True)
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    assert (target.exists(), part.exists()) == (True, False)
    assert sum(1 for _ in target.open("rb")) == 3_005


def test_a_reader_that_stops_is_no_error(folder: Path) -> None:
    """`monitor export | head -1` ends without a traceback."""
    command = f"{sys.executable} -m monitor -c {folder / 'config.toml'} export --format jsonl | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout == '{"id": 1, '
    assert "Traceback" not in done.stderr


def test_other_commands_do_not_pay(folder: Path) -> None:
    """pyarrow, warcio, pygal and Datasette are imported by those who need them; not by the help of these commands."""
    code = (
        "import sys\nfrom monitor import cli\n"
        "for words in (['export', '--help'], ['report', '--help'], ['status', '--help']):\n"
        "    cli.monitor(words, standalone_mode=False)\n"
        "print(sorted({'pyarrow', 'warcio', 'pygal', 'datasette', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
