"""What the lake promises: versions, atomic replacement, survival of a killed process."""

from __future__ import annotations

import multiprocessing
import signal
import time
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from dataro.data.lake.lake import Lake
from dataro.vocabulary.problem import Problem


def table(version: int, rows: int = 3) -> pa.Table:
    return pa.table({"row": list(range(rows)), "version": [version] * rows})


def test_every_version_of_a_table_can_be_read_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = lake.write("people", table(1), "the first delivery")
    second = lake.write("people", table(2, rows=5))
    with lake.session() as session:
        assert session.read("people", first).count().execute() == 3
        assert session.read("people", second).version.max().execute() == 2
    assert [one.id for one in lake.snapshots("people")] == [first, second]
    assert lake.snapshots("people")[0].message == "the first delivery"
    lake.close()


def test_other_engines_read_the_files(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("people", table(7))
    lake.close()
    (file,) = (tmp_path / "files").rglob("*.parquet")
    assert pl.read_parquet(file)["version"].to_list() == [7, 7, 7]


def test_the_lake_opens_where_it_was_moved_to(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "here")
    snapshot = lake.write("people", table(1))
    lake.close()
    (tmp_path / "here").rename(tmp_path / "there")
    lake = Lake(tmp_path / "there")
    with lake.session() as session:
        assert session.read("people", snapshot).count().execute() == 3
    lake.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Problem) as caught:
        Lake(tmp_path / "file" / "lake")
    assert "쓸 수 없습니다" in caught.value.text.ko


def test_a_catalogue_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"not a catalogue" * 999)
    with pytest.raises(Problem) as caught:
        Lake(tmp_path).write("people", table(1))
    assert "쓸 수 없습니다" in caught.value.text.ko


def write_forever(folder: Path) -> None:
    lake, version = Lake(folder), 0
    while True:
        version += 1
        lake.write("people", table(version, rows=100_000))


@pytest.mark.slow
def test_a_killed_writer_leaves_the_last_good_version_and_a_reader_never_sees_half(
    tmp_path: Path,
) -> None:
    spawn = multiprocessing.get_context("spawn")
    lake = Lake(tmp_path)
    lake.write("people", table(0, rows=100_000))
    for _ in range(3):
        writer = spawn.Process(target=write_forever, args=(tmp_path,))
        writer.start()
        before = len(lake.snapshots("people"))
        deadline = time.monotonic() + 30
        while len(lake.snapshots("people")) < before + 3 and time.monotonic() < deadline:
            newest = lake.snapshots("people")[-1].id
            with lake.session() as session:
                rows = session.read("people", newest).to_polars()
            assert rows.height == 100_000
            assert rows["version"].n_unique() == 1
        assert writer.pid is not None
        writer.kill()
        writer.join()
        assert writer.exitcode == -signal.SIGKILL
    newest = lake.snapshots("people")[-1].id
    with lake.session() as session:
        assert session.read("people", newest).count().execute() == 100_000
    assert lake.write("people", table(99)) > newest
    lake.close()
