"""`config.toml` shows every key at its default under its explanation, and all its examples are true."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from monitor.config_accounts import KEYS as ACCOUNT_KEYS
from monitor.config_channels import KEYS as CHANNEL_KEYS
from monitor.config_channels import KINDS
from monitor.config_file import FEED_KEYS, TOPIC_KEYS, check, line_of
from monitor.config_settings import TABLES

PATH = Path(__file__).parents[1] / "config.toml"
TEXT = PATH.read_text(encoding="utf-8")
LINES = TEXT.splitlines()
SETTINGS = [(table, field) for table, kind in TABLES.items() for field in dataclasses.fields(kind)]


def test_it_loads_without_a_problem() -> None:
    """Neither a mistake nor a warning, with nothing in the environment."""
    config, problems = check(TEXT, PATH, {})
    assert problems == ()
    assert config is not None
    assert [(topic.name, topic.query) for topic in config.topics] == [
        ("Libya–Russia relations", 'relation("libya", "russia")')
    ]
    assert [channel.kind for channel in config.channels] == ["console"]
    assert len(config.feeds) >= 50


@pytest.mark.parametrize(("table", "field"), SETTINGS, ids=lambda part: getattr(part, "name", part))
def test_every_key_is_there_at_its_default(table: str, field: dataclasses.Field[object]) -> None:
    """The key has the default of its dataclass, and the line above is the explanation of its dataclass."""
    value = tomllib.loads(TEXT)[table][field.name]
    default = field.default
    plain = str(default) if isinstance(default, Path) else list(default) if isinstance(default, tuple) else default
    assert (type(value), value) == (type(plain), plain)
    line = line_of(TEXT, table, field.name)
    assert line is not None
    assert LINES[line - 2] == f"# {field.metadata['doc']}"


@pytest.mark.parametrize("key", sorted({*FEED_KEYS, *TOPIC_KEYS, *CHANNEL_KEYS, *ACCOUNT_KEYS, "packs", "glossary"}))
def test_the_other_keys_are_shown(key: str) -> None:
    """Keys of feeds, topics and channels stand there at least as an example or in an explanation."""
    assert re.search(rf"^(# )?{key} = |^#.*\b{key}\b", TEXT, re.MULTILINE)


def examples() -> list[str]:
    """The channels that stand in comments."""
    blocks = re.findall(r"(?m)^# \[\[channels\]\]\n(?:# .*\n)+", TEXT)
    return [re.sub(r"(?m)^# ", "", block) for block in blocks]


def test_every_kind_of_channel_has_an_example() -> None:
    """An operator finds the kind they need, and copies it."""
    kinds = {tomllib.loads(example)["channels"][0]["kind"] for example in examples()}
    assert kinds | {"console"} == set(KINDS)


@pytest.mark.parametrize("example", examples())
def test_the_examples_are_right(example: str) -> None:
    """Once the secret is where the example says, nothing is wrong with it."""
    example = re.sub(r'secret_file = ".*"', 'secret_env = "MONITOR_KEY"', example)
    environ = dict.fromkeys(re.findall(r'secret_env = "(.*)"', example), "x")
    example += '\n[[topics]]\nname = "Libya–Russia relations"\nquery = "x"\n'
    assert check(example, PATH, environ)[1] == ()
