"""What README and deploy/ say is there, is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DEPLOY = (ROOT / "deploy" / "README.md").read_text("utf-8")


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and subcommand with the words that call it."""
    for name in cli.COMMANDS:
        command = cli.monitor.get_command(click.Context(cli.monitor), name)
        assert command is not None
        yield (name,), command
        if isinstance(command, click.Group):
            yield from (((name, sub), inner) for sub, inner in command.commands.items())


def rows() -> list[str]:
    """The lines of README's table of commands."""
    return [line for line in README.splitlines() if line.startswith("| `monitor ")]


@pytest.mark.parametrize(
    ("words", "command"), list(commands()), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_is_documented(words: tuple[str, ...], command: click.Command) -> None:
    """A row of README's table names it, and its help text is a sentence or more."""
    found = [line for line in rows() if line.startswith(f"| `monitor {words[0]}")]
    named = [line for line in found if all(re.search(rf"\b{re.escape(word)}\b", line) for word in words)]
    assert named, f"README's table has no row for `monitor {' '.join(words)}`"
    assert command.help
    assert command.help.split("\n\n")[0].rstrip().endswith((".", "?"))


def test_every_documented_command_exists() -> None:
    """README and deploy/README call no command that is not there."""
    known = {words[0] for words, _ in commands()}
    named = set(re.findall(r"`monitor ([a-z][a-z-]*)", README + DEPLOY)) | set(
        re.findall(r"^(?:uv run )?monitor ([a-z][a-z-]*)", README + DEPLOY, re.MULTILINE)
    )
    assert len(named) > 10
    assert named - known == set()


@pytest.mark.parametrize("name", [name for name, _ in cli.COMMANDS.values()])
def test_every_line_of_help_is_a_sentence(name: str) -> None:
    """Each command's line in `monitor --help` ends with a full stop or a question mark."""
    assert [text for module, text in cli.COMMANDS.values() if module == name and text[-1] not in ".?"] == []


@pytest.mark.parametrize("command", ["pip install uv && uv run monitor demo", "uv run pytest"])
def test_the_two_commands(command: str) -> None:
    """README's two set-up commands stand there word for word, alone in their blocks."""
    assert f"```sh\n{command}\n```" in README


def test_files_that_are_named_exist() -> None:
    """Every path to a file of the repository that README or deploy/README names is there."""
    named = set(
        re.findall(r"(?<![\w/])(?:deploy|benchmarks|monitor)/[\w./-]*\.(?:md|py|yaml|service|toml)", README + DEPLOY)
    )
    assert len(named) >= 3
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_units_start_commands_that_exist() -> None:
    """deploy/README installs deploy/*.service; each starts a command of ours with options it has."""
    assert "deploy/*.service" in DEPLOY
    units = sorted((ROOT / "deploy").glob("*.service"))
    starts = [re.search(r"^ExecStart=\S+/monitor --config \S+ (\w+)$", u.read_text("utf-8"), re.M) for u in units]
    assert [start and start[1] for start in starts] == ["serve", "run"]


def test_the_image_has_what_it_copies() -> None:
    """Every file the Dockerfile copies is in its build context, which compose sets to the repository."""
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    sources = [part for line in re.findall(r"^COPY (.+)$", dockerfile, re.M) for part in line.split()[:-1]]
    assert sources
    assert [name for name in sources if not (ROOT / name).exists() and not (ROOT / "deploy" / name).exists()] == []


def test_the_archive_is_published_on_loopback_only() -> None:
    """Every port of the compose file is bound to 127.0.0.1: a published port goes around the firewall."""
    compose = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    ports = re.findall(r"^\s*ports:\s*\[(.*)\]$", compose, re.M)
    assert compose.count("ports:") == len(ports) == 1
    published = [port.strip().strip("\"'") for line in ports for port in line.split(",")]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []
    assert "network_mode" not in compose
