"""Rows as Parquet, as a workbook, and as a package with their description and licence."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataro.publish.rows import SYNTHETIC
from dataro.publish.streams.source import RowSource, metadata
from dataro.publish.streams.text import csv
from dataro.publish.workbook import write_workbook
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.text import Language, both

_PIECE = 1 << 18


class Outlet(io.RawIOBase):
    """A file that is only ever written to; what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._written.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece, self._written = b"".join(self._written), []
        return piece


def parquet(source: RowSource) -> Iterator[bytes]:
    """One row group for some rows; what the file says of itself stands under the key ``dataro``."""
    outlet, writer = Outlet(), None
    for frame in source.frames():
        table = frame.to_arrow()
        if writer is None:
            schema = _described(table.schema, source)
            writer = pq.ParquetWriter(pa.PythonFile(outlet, "w"), schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        yield outlet.taken()
    if writer is None:
        fields = [pa.field(name, pa.string()) for name in source.columns]
        writer = pq.ParquetWriter(pa.PythonFile(outlet, "w"), _described(pa.schema(fields), source))
    writer.close()
    yield outlet.taken()


def xlsx(source: RowSource, language: Language) -> Iterator[bytes]:
    """A workbook; written beside first, as it is only whole at its end."""
    with tempfile.TemporaryDirectory(prefix="dataro-") as folder:
        made = Path(folder) / "rows.xlsx"
        write_workbook(source, language, made)
        yield from _pieces(made)


def package(source: RowSource, *, bom: bool) -> Iterator[bytes]:
    """A ZIP of the rows as CSV, what they are (``metadata.json``) and the licence in words."""
    outlet, id = Outlet(), source.about.id
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr("LICENCE.txt", licence_text(source))
        described = json.dumps(metadata(source), ensure_ascii=False, indent=1)
        archive.writestr(f"{id}.metadata.json", described)
        yield outlet.taken()
        with archive.open(f"{id}.csv", "w", force_zip64=True) as file:
            for piece in csv(source, bom=bom):
                file.write(piece)
                yield outlet.taken()
    yield outlet.taken()


def licence_text(source: RowSource) -> str:
    """Under which licence the rows may be used and how to name them, in both languages."""
    about, receipt = source.about, source.about.receipt
    licence = LICENCES.get(about.licence)
    allowed = (
        both(
            f"상업적 이용: {'가능' if licence.commercial else '불가'} · "
            f"변경: {'가능' if licence.derivatives else '불가'} · {licence.url}",
            f"Commercial use: {'yes' if licence.commercial else 'no'} · "
            f"changes: {'yes' if licence.derivatives else 'no'} · {licence.url}",
        )
        if licence
        else both("", "")
    )
    version = (
        f"{receipt.snapshot if receipt.snapshot is not None else '–'} ({receipt.made_at[:10]})"
    )
    lines = [
        *(
            f"{about.title[lang]}\n{(licence.text[lang] if licence else about.licence)}\n"
            f"{allowed[lang]}\n"
            for lang in ("ko", "en")
        ),
        f"출처: {about.source.ko}, “{about.title.ko}”, {version}",
        f"Source: {about.source.en}, “{about.title.en}”, {version}",
    ]
    if receipt.synthetic:
        lines += [SYNTHETIC.ko, SYNTHETIC.en]
    return "\n".join(lines) + "\n"


def _described(schema: pa.Schema, source: RowSource) -> pa.Schema:
    return schema.with_metadata({"dataro": json.dumps(metadata(source), ensure_ascii=False)})


def _pieces(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
