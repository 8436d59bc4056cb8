"""`monitor models`: translation packages on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from monitor.commands.common import as_json, counted, out, pass_path, print_json, read_config, run_async
from monitor.errors import MonitorError, PackageError
from monitor.models import SystemClock

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.run.inventory import Installed, Inventory
    from monitor.translate.packages import Package


@click.group()
def models() -> None:
    """List, install, verify and remove translation packages."""


@models.command("list")
@click.option("--available", "ask", is_flag=True, help="Ask the index what could be installed (network).")
@click.option("--quick", is_flag=True, help="Compare sizes only; without it every file is hashed (1 s for 1-2 GB).")
@as_json
@pass_path
def list_(path: Path, ask: bool, quick: bool, json_: bool) -> None:
    """Packages that are installed, languages of the archive that want one, and what can be had.

    What can be had is asked with --available only, unless the index is a folder on this machine.
    """
    from monitor.run.inventory import take
    from monitor.translate import machine

    config = read_config(path)
    inventory = run_async(take(config, SystemClock(), ask=ask, hashes=not quick))
    if json_:
        print_json(inventory)
        return
    _show_installed(inventory, config.translation.packages)
    out.print(f"Run here with: {machine.here(config.translation)}.\n")
    _show_wanted(inventory, config.translation.language)
    _show_available(inventory, config.translation.index_url)


def _show_installed(inventory: Inventory, folder: Path) -> None:
    out.print(f"[bold]Installed[/] in {folder}")
    if not inventory.installed:
        out.print(f"No packages in {folder}. Articles are kept and matched in the original.")
        return
    table = Table("package", "from", "to", "size", "state", box=None, pad_edge=False)
    table.add_column("where", overflow="fold")
    for one in inventory.installed:
        where = one.path if one.foreign else "ours"
        table.add_row(one.name, one.source, one.target, _size(one), one.state, where)
    out.print(table)
    for one in inventory.installed:
        if one.problem:
            out.print(f"{one.name}: {one.problem}. {_remedy(one)}".rstrip(), markup=False)


def _size(package: Installed) -> str:
    return f"{package.size_bytes / 1e6:.0f} MB"


def _remedy(package: Installed) -> str:
    """What to do about a package that is refused; "" where the problem says so itself."""
    from monitor.translate.foreign import UNSETTLED

    if "monitor models" in package.problem or package.problem == UNSETTLED:
        return ""
    if package.foreign:
        return f"If that was meant: monitor models adopt {package.name}. If not, install it again where it came from."
    return f"Install it again: monitor models install {package.source}_{package.target}."


def _show_wanted(inventory: Inventory, language: str) -> None:
    out.print(f"\n[bold]Wanted[/]: languages of articles from which no package leads to {language}")
    if not inventory.wanted:
        out.print("None.")
        return
    table = Table("language", "articles", "get it with", box=None, pad_edge=False)
    for want in inventory.wanted:
        command = "nothing: the index has no way" if want.offered is False else want.command
        table.add_row(want.language, str(want.articles), command)
    out.print(table)


def _show_available(inventory: Inventory, index: str) -> None:
    out.print()
    if inventory.available is not None:
        out.print(f"[bold]Available[/] from {index}")
        out.print(_offers(inventory))
    elif not inventory.problems:
        out.print(f"[bold]Available[/]: not asked. `monitor models list --available` asks {index}")
    for problem in inventory.problems:
        out.print(problem, markup=False)


def _offers(inventory: Inventory) -> Table:
    here = {package.name for package in inventory.installed}
    table = Table("package", "from", "to", "", box=None, pad_edge=False)
    for offer in inventory.available or ():
        source, target = f"{offer.source} {offer.source_name}", f"{offer.target} {offer.target_name}"
        table.add_row(offer.name, source, target, "installed" if offer.name in here else "")
    return table


@models.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--from", "folder", type=click.Path(path_type=Path), help="A folder of .argosmodel files to take from.")
@click.option("--sha256", help="Refuse the file unless it has this hash.")
@pass_path
def install(path: Path, what: tuple[str, ...], folder: Path | None, sha256: str | None) -> None:
    """Install packages: languages (fr ar ru), pairs (fr_en), packages (translate-fr_en-1.9) or .argosmodel files.

    Names are looked up in the folder after --from, or else in the index. A running daemon translates what
    waited within seconds; nothing needs a restart.
    """
    files = [item for item in what if item.endswith(".argosmodel")]
    names = [item for item in what if not item.endswith(".argosmodel")]
    if sha256 and (names or len(files) > 1):
        raise click.UsageError("--sha256 is the hash of one file; name that file alone.")
    config = read_config(path)
    for file in files:
        _install_file(config, file, folder, sha256)
    if names:
        _install_names(config, names, folder)


def _install_file(config: Config, name: str, folder: Path | None, sha256: str | None) -> None:
    from monitor.translate.install import install as install_file

    file = Path(name)
    if folder and not file.exists():
        file = folder / file
    _say_installed(install_file(file, config.translation.packages, sha256=sha256))


def _install_names(config: Config, names: list[str], folder: Path | None) -> None:
    from monitor.commands.downloads import shown
    from monitor.run.installing import download

    with shown() as report:
        packages = run_async(download(config, SystemClock(), names, report, folder=folder))
    for package in packages:
        _say_installed(package)


def _say_installed(package: Package) -> None:
    out.print(f"{package.name}: installed, {package.source} → {package.target}.")


@models.command()
@click.argument("name")
@pass_path
def remove(path: Path, name: str) -> None:
    """Remove a package by its name or its pair (fr_en). Those of other programs are theirs to remove."""
    from monitor.translate.packages import remove as remove_package

    config = read_config(path)
    try:
        gone = remove_package(config.translation.packages, name)
    except PackageError as error:
        raise PackageError(f"{error}{_foreign_note(config, name)}") from error
    for package in gone:
        out.print(f"{package}: removed.")


def _foreign_note(config: Config, name: str) -> str:
    theirs = [p.path for p in _foreign(config) if name in (p.name, f"{p.source}_{p.target}")]
    if not theirs:
        return ""
    return f" Another program installed {theirs[0]}: remove it there, or set [translation] find_installed = false."


@models.command()
@click.argument("name")
@pass_path
def adopt(path: Path, name: str) -> None:
    """Trust a package of another program as it is now, after its files have changed. NAME: as `list` shows it."""
    from monitor.translate.foreign import adopt as adopt_package

    config = read_config(path)
    for package in adopt_package(config.package_folders, config.translation.packages, name):
        out.print(f"{package.path}: recorded as it is now; it is verified against that before it is loaded.")


@models.command()
@pass_path
def verify(path: Path) -> None:
    """Compare every file of every package with the hashes noted when it was installed, or first seen."""
    from monitor.translate.packages import installed
    from monitor.translate.packages import verify as verify_packages

    config = read_config(path)
    folder, others = config.translation.packages, _foreign(config)
    problems = verify_packages(folder, others)
    for problem in problems:
        out.print(str(problem), markup=False)
    if problems:
        raise MonitorError(
            "Damaged packages are not used. Install them again; those of other programs: install them again there, "
            "or `monitor models adopt NAME` if the change was meant."
        )
    out.print(f"{counted(len(installed(folder)) + len(others), 'package')}, all as installed.")


def _foreign(config: Config) -> tuple[Package, ...]:
    from monitor.translate.foreign import found

    return found(config.package_folders, config.translation.packages, SystemClock().now())
