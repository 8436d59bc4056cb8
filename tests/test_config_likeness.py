"""A channel like another takes over what it does not say itself; a Slack bot's channel needs a place."""

from __future__ import annotations

from pathlib import Path

from monitor.config import Config
from monitor.config_file import check

DESK = """
[[topics]]
name = "A"
query = "a"

[[channels]]
name = "desk"
kind = "email"
to = ["desk@example.org"]
from = "monitor@example.org"
host = "smtp.example.org"
username = "monitor"
secret_env = "PASSWORD"
cadence = "immediate"
zone = "Africa/Tripoli"
quiet = "22:00-07:00"
"""


def read(text: str, **environ: str) -> tuple[Config | None, list[str]]:
    config, problems = check(text, Path("config.toml"), {"PASSWORD": "p1"} | environ)
    return config, [str(problem) for problem in problems]


def test_a_channel_takes_over_what_it_does_not_say() -> None:
    """Server, sender, secret, zone and quiet hours come from the model, even through another channel."""
    more = """
    [[channels]]
    name = "night"
    like = "chief"
    to = ["night@example.org"]
    [[channels]]
    name = "chief"
    like = "desk"
    to = ["chief@example.org"]
    cadence = "weekly Mon 08:00"
    topics = ["A"]
    """
    config, problems = read(DESK + more)
    assert problems == []
    assert config is not None
    desk, night, chief = config.channels
    assert (chief.host, chief.sender, chief.secret, chief.zone) == (desk.host, desk.sender, "p1", "Africa/Tripoli")
    assert (chief.to, chief.cadence, chief.topics, chief.quiet) == (
        ("chief@example.org",),
        "weekly Mon 08:00",
        ("A",),
        "22:00-07:00",
    )
    assert (night.name, night.to, night.cadence, night.host) == (
        "night",
        ("night@example.org",),
        chief.cadence,
        desk.host,
    )


def test_a_channel_of_another_kind_takes_over_times_alone() -> None:
    """No mail server in a webhook, no warning about one, and no half of two secrets."""
    config, problems = read(
        DESK + '[[channels]]\nname = "hook"\nlike = "desk"\nkind = "webhook"\nurl = "https://h.example/"\n'
    )
    assert problems == []
    assert config is not None
    hook = config.channels[1]
    assert (hook.host, hook.secret, hook.zone, hook.quiet) == ("", "", "Africa/Tripoli", "22:00-07:00")


def test_a_mistake_in_the_model_is_told_once() -> None:
    """At its own line, not again for every channel like it."""
    _, problems = read(DESK.replace("Tripoli", "Tripolis") + '[[channels]]\nname = "b"\nlike = "desk"\n')
    assert len(problems) == 1


BOT = '[[channels]]\nname = "chat"\nkind = "slack"\nsecret_env = "TOKEN"\n'


def test_a_slack_bot_needs_one_place() -> None:
    """Its token is told from a webhook's address; it may have an address of the API."""
    assert read(BOT + 'to = ["#desk"]\nurl = "https://slack-gov.com/api"\n', TOKEN="xoxb-1")[1] == []
    assert "to: is missing" in read(BOT, TOKEN="xoxb-1")[1][0]
    assert "several Slack channels" in read(BOT + 'to = ["#a", "#b"]\n', TOKEN="xoxb-1")[1][0]
    assert "no Slack channel" in read(BOT + 'to = ["a b"]\n', TOKEN="xoxb-1")[1][0]
    assert read(BOT, TOKEN="https://hooks.slack.com/services/x")[1] == []
