"""The command line. Each command lives in `commands/`, by noun, and is imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from monitor import __version__
from monitor.errors import ConfigError, MonitorError

# command → (module, one line for `monitor --help`); in the order a newcomer needs them.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("run", "See the whole pipeline at work on a sample newsroom, on this machine alone."),
    "check": ("run", "Check config.toml: every problem at once, with its line and remedy."),
    "run": ("run", "Poll, read, translate, match and alert until stopped."),
    "status": ("status", "Health of feeds, backlog, outbox, models; last errors."),
    "explain": ("status", "Walk one article through every stage: why (not) this alert?"),
    "add": ("feeds", "Find the feeds of a site and add them to config.toml."),
    "opml": ("feeds", "Import and export feed lists."),
    "topics": ("topics", "List topics; see what one would have matched."),
    "packs": ("packs", "List, show and check the term packs that topics can use."),
    "stories": ("stories", "List stories, articles about one event; tell one of them."),
    "search": ("archive", "Search originals and translations, in every script."),
    "ingest": ("archive", "Take in single documents, from files or addresses."),
    "reprocess": ("archive", "Rebuild what was derived: text, language, translation, matches, index."),
    "serve": ("archive", "Open the archive in the browser: read, search, cite."),
    "password": ("password", "Print what belongs into the file of an account's password."),
    "export": ("export", "Write articles to a file: JSON Lines, CSV, Parquet or WARC."),
    "report": ("report", "Write a brief on a topic: one HTML file to mail or print."),
    "backup": ("archive", "Copy the archive while it is in use."),
    "translate": ("translate", "Translate a text with the installed packages, doubtful sentences marked."),
    "models": ("models", "List, install, verify and remove translation packages."),
    "mute": ("mute", "Hear no more of a story or a source."),
    "snooze": ("mute", "Hear nothing of a story or a source for a while."),
    "unmute": ("mute", "Hear of it again."),
    "mutes": ("mute", "What is muted, and until when."),
    "test-alert": ("channels", "Send a sample alert to a channel."),
    "resend": ("channels", "Try the dead letters of a channel again."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called, so that `status` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"monitor.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "-c",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    envvar="MONITOR_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The configuration.",
)
@click.version_option(__version__, prog_name="monitor")
@click.pass_context
def monitor(ctx: click.Context, path: Path) -> None:
    """Watch news feeds in any language; be told, once, when a topic of yours comes up."""
    ctx.obj = path


def main() -> None:
    """Exit code 0: fine. 1: it failed. 2: the configuration or the command line is wrong."""
    try:
        monitor(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ConfigError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except MonitorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
