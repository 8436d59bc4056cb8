"""`monitor password`: what belongs into the file of an account's password."""

from __future__ import annotations

import sys

import click

from monitor.errors import ConfigError


@click.command()
def password() -> None:
    """Print the hash of a password, for the file that `password_hash_file` of [[accounts]] names.

    Asks twice, without showing what is typed; reads one line where the input is no terminal.
    """
    from monitor.web.access.passwords import LONGEST, SHORTEST, hashed

    if sys.stdin.isatty():
        typed = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST <= len(typed) <= LONGEST:
        raise ConfigError(f"The password has {len(typed)} characters. Choose one of {SHORTEST} to {LONGEST}.")
    click.echo(hashed(typed))
