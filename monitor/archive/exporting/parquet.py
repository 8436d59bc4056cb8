"""Parquet: typed columns, compressed. pyarrow is imported only when one is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BufferedIOBase
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.archive.exporting.record import MET_NAMES, NAMES, Column, Met, Record, columns

# A row group is held in memory until it is whole: so many articles, or so much text.
_GROUP_ROWS = 5_000
_GROUP_CHARACTERS = 32_000_000

_TIME = pa.timestamp("ms", tz="UTC")  # Parquet knows no seconds
_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "real": pa.float64(),
    "yes/no": pa.bool_(),
    "time": _TIME,
    "texts": pa.list_(pa.string()),
}


def _field(column: Column, kind: pa.DataType) -> pa.Field:
    return pa.field(column.name, kind, metadata={"description": column.doc})


def schema(asked: Mapping[str, object] | None = None) -> pa.Schema:
    """The columns of `record.py`; each carries its description, the file what was asked for."""
    met = pa.struct([_field(column, _TYPES[column.kind]) for column in columns(Met)])
    types = {**_TYPES, "topics": pa.list_(met)}
    about = {"monitor": json.dumps(dict(asked or {}), ensure_ascii=False)}
    return pa.schema([_field(column, types[column.kind]) for column in columns()], metadata=about)


class Parquet:
    """Row groups of some thousand articles, zstd."""

    def __init__(self, out: BufferedIOBase, asked: Mapping[str, object]) -> None:
        self._schema = schema(asked)
        self._file = pq.ParquetWriter(out, self._schema, compression="zstd")
        self._group: list[Record] = []
        self._characters = 0

    def write(self, lot: Sequence[Record]) -> None:
        self._group += lot
        self._characters += sum(len(record.text) + len(record.translated_text) for record in lot)
        if len(self._group) >= _GROUP_ROWS or self._characters >= _GROUP_CHARACTERS:
            self._write_group()

    def close(self) -> None:
        if self._group:
            self._write_group()
        self._file.close()

    def _write_group(self) -> None:
        arrays = [
            pa.array([_value(getattr(record, name)) for record in self._group], type=self._schema.field(name).type)
            for name in NAMES
        ]
        self._group, self._characters = [], 0
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


def _value(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], Met):
        return [{name: getattr(met, name) for name in MET_NAMES} for met in value]
    return value
