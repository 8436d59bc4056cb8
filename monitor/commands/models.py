"""`monitor models`: translation packages on this machine."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from monitor.commands.common import as_json, counted, err, out, pass_path, print_json, read_config, run_async
from monitor.errors import MonitorError
from monitor.models import SystemClock


@click.group()
def models() -> None:
    """List, install, verify and remove translation packages."""


@models.command("list")
@click.option("--available", "remote", is_flag=True, help="Ask the index what could be installed (network).")
@as_json
@pass_path
def list_(path: Path, remote: bool, json_: bool) -> None:
    """The installed packages, and the languages that articles wait for."""
    from monitor.run.installing import available
    from monitor.translate.packages import installed

    config = read_config(path)
    if remote:
        offers = run_async(available(config, SystemClock()))
        _show_available([o for o in offers if config.translation.language in (o.source, o.target)], json_)
        return
    packages = installed(config.translation.packages)
    if json_:
        print_json(packages)
        return
    if not packages:
        out.print(f"No packages in {config.translation.packages}. Articles are kept and matched in the original.")
    else:
        out.print(_table([(p.name, p.source, p.target, f"{p.size_bytes / 1e6:.0f} MB") for p in packages]))
    _show_waiting(config.archive.path)


def _show_available(offers: list[object], json_: bool) -> None:
    if json_:
        print_json(offers)
        return
    rows = [(o.name, o.source, o.target, "") for o in offers]  # type: ignore[attr-defined]
    out.print(_table(sorted(rows)))


def _table(rows: list[tuple[str, ...]]) -> Table:
    table = Table("package", "from", "to", "size", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table


def _show_waiting(archive: Path) -> None:
    from monitor.archive import Reader

    if not archive.exists():
        return
    with Reader.open(archive) as reader:
        for language, count in reader.translations.waiting_languages().items():
            out.print(
                f"{counted(count, 'article')} in {language} waiting for a model: `monitor models install {language}`."
            )


@models.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--sha256", help="Refuse the file unless it has this hash.")
@pass_path
def install(path: Path, what: tuple[str, ...], sha256: str | None) -> None:
    """Install packages: language codes (fr ar ru) from the index, or .argosmodel files.

    A running daemon translates what waited within seconds; nothing needs a restart.
    """
    from monitor.run.installing import download
    from monitor.translate.install import install as install_file

    config = read_config(path)
    files = [Path(item) for item in what if item.endswith(".argosmodel")]
    codes = [item for item in what if not item.endswith(".argosmodel")]
    packages = [install_file(file, config.translation.packages, sha256=sha256) for file in files]
    if codes:
        packages += run_async(download(config, SystemClock(), codes, lambda line: err.print(line, markup=False)))
    for package in packages:
        out.print(f"{package.name}: installed, {package.source} → {package.target}.")


@models.command()
@click.argument("name")
@pass_path
def remove(path: Path, name: str) -> None:
    """Remove a package by its name or its pair (fr_en)."""
    from monitor.translate.packages import remove as remove_package

    for gone in remove_package(read_config(path).translation.packages, name):
        out.print(f"{gone}: removed.")


@models.command()
@pass_path
def verify(path: Path) -> None:
    """Compare every file of every package with the hashes noted when it was installed."""
    from monitor.translate.packages import installed
    from monitor.translate.packages import verify as verify_packages

    folder = read_config(path).translation.packages
    problems = verify_packages(folder)
    for problem in problems:
        out.print(str(problem), markup=False)
    if problems:
        raise MonitorError("Remove the damaged packages and install them again.")
    out.print(f"{counted(len(installed(folder)), 'package')}, all as installed.")
