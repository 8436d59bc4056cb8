"""An export: the selected articles, in one of the formats, to a file or down a pipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from monitor.archive import Reader
from monitor.archive.exporting.files import Tallied, whole
from monitor.archive.exporting.lines import Csv, JsonLines
from monitor.archive.exporting.reading import records
from monitor.archive.exporting.record import Record
from monitor.archive.exporting.selection import Selection, chosen

# Format → ends of names that imply it.
FORMATS = {
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "parquet": (".parquet",),
    "warc": (".warc.gz", ".warc"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    articles: int
    bytes: int
    sha256: str  # of the whole file
    without_page: int = 0  # selected, but left out of a WARC for want of a stored page
    damaged: int = 0  # left out of a WARC because the stored page is not what was fetched


class Writer(Protocol):
    """One format. Writes to the file it was made with; `close` finishes the format and leaves that file open."""

    def write(self, lot: Sequence[Record]) -> None: ...
    def close(self) -> None: ...


def implied(name: str) -> str | None:
    """The format that a file's name ends in; None when it ends in none of ours."""
    lower = name.lower()
    return next((form for form, ends in FORMATS.items() if lower.endswith(ends)), None)


def export(
    reader: Reader,
    selection: Selection,
    form: str,
    target: Path | IO[bytes],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Write the selected articles as `form`, one of FORMATS, to a file or an open stream.

    `progress` is told how many articles are done, of how many. Memory does not grow with their number, but for 8 bytes
    an article. Raises QueryError, ExportError.
    """
    if not isinstance(target, Path):
        return _export(reader, selection, form, target, "", progress)
    with whole(target) as file:
        return _export(reader, selection, form, file, target.name, progress)


def _export(
    reader: Reader,
    selection: Selection,
    form: str,
    file: IO[bytes],
    name: str,
    progress: Callable[[int, int], None],
) -> Exported:
    ids = chosen(reader.connection, selection)
    out = Tallied(file)
    writer = _writer(form, out, reader, selection, name)
    done = 0
    try:
        for lot in records(reader.connection, ids):
            writer.write(lot)
            done += len(lot)
            progress(done, len(ids))
    except BaseException:
        with suppress(Exception):  # pyarrow complains of a file that is closed before its writer is
            writer.close()
        raise
    writer.close()
    file.flush()
    without, damaged = getattr(writer, "without_page", 0), getattr(writer, "damaged", 0)
    return Exported(
        articles=done - without - damaged,
        bytes=out.tell(),
        sha256=out.sha256,
        without_page=without,
        damaged=damaged,
    )


def _writer(form: str, out: Tallied, reader: Reader, selection: Selection, name: str) -> Writer:
    # pyarrow takes 0.3 s and 60 MB, warcio 0.05 s: only who asks for their format pays.
    match form:
        case "parquet":
            from monitor.archive.exporting.parquet import Parquet

            return Parquet(out, selection.words())
        case "warc":
            from monitor.archive.exporting.warc import Warc

            plain = name.lower().endswith(".warc")
            return Warc(out, reader.pages, selection.words(), name=name, gzip=not plain)
    return Csv(out) if form == "csv" else JsonLines(out)
