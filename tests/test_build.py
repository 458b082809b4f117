"""The promises of the build, kept for a small city."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
import small_city

from dataro.build.answers import answer
from dataro.build.context import opened
from dataro.build.run import StepResult, build
from dataro.build.status import status
from dataro.build.workspace import Workspace
from dataro.vocabulary.problem import Problem


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    return small_city.make(tmp_path)


def results(workspace: Workspace, **options: object) -> dict[str, StepResult]:
    return {one.id: one for one in build(workspace, **options)}  # type: ignore[arg-type]


def test_a_city_toml_and_two_csv_files_make_answers_with_receipts(city: Workspace) -> None:
    done = results(city)
    assert done["residents"].result == done["growth"].result == "built"
    with opened(city) as context:
        got = answer(context, "growth")
    assert got.tables["result"]["change"].to_list() == [None, 100, 150]
    assert got.findings[0].text.ko == "2024년 3월 인구는 1만 250명입니다."
    assert got.findings[0].numbers["people"] == 10_250
    file = got.receipt.inputs[0].files[0]
    assert file.path == "인구/2024.csv"
    assert len(file.sha256) == 64
    assert not got.receipt.synthetic


def test_bad_rows_are_listed_and_good_rows_go_on(city: Workspace) -> None:
    assert results(city)["benches"].rows == 2
    with opened(city) as context:
        verdict = context.state.current("benches").verdicts["benches"]  # type: ignore[union-attr]
    assert (verdict.rows_read, verdict.rows_kept) == (4, 2)
    faults = {(fault.row, fault.column, fault.value) for fault in verdict.faults}
    assert (5, "seats", "셋") in faults
    assert any(row == 4 for row, _, _ in faults)
    assert (city.raw / "의자.csv").read_text("utf-8") == small_city.BENCHES_CSV


def test_nothing_changed_means_nothing_is_built_and_one_change_rebuilds_its_users_only(
    city: Workspace,
) -> None:
    results(city)
    assert {one.result for one in build(city) if one.id in ("residents", "benches", "growth")} == {
        "fresh"
    }
    people = city.raw / "인구" / "2024.csv"
    people.write_text(small_city.PEOPLE_CSV + '2024-04,"10,300"\n', encoding="utf-8")
    done = results(city)
    assert done["residents"].result == done["growth"].result == "built"
    assert "2024.csv" in done["residents"].reason.en
    assert done["growth"].reason.en == "its inputs changed"
    assert done["benches"].result == "fresh"


def test_the_same_rows_in_another_file_do_not_rebuild_the_analysis(city: Workspace) -> None:
    results(city)
    people = city.raw / "인구" / "2024.csv"
    people.write_bytes(people.read_text("utf-8").encode("cp949"))
    done = results(city)
    assert done["residents"].result == "built"
    assert done["growth"].result == "fresh"


def test_one_new_file_is_a_dataset_everywhere_and_removed_it_is_gone(city: Workspace) -> None:
    results(city)
    added = city.datasets / "trees.yml"
    added.write_text(
        small_city.BENCHES.replace("공원 의자", "가로수").replace("의자.csv", "나무.csv"), "utf-8"
    )
    (city.raw / "나무.csv").write_text("번호,좌석\nT1,0\n", encoding="utf-8")
    assert results(city)["trees"].result == "built"
    with opened(city) as context:
        assert "trees" in context.registry.datasets
        assert "trees" in {one.id for one in status(context)}
        assert context.state.current("trees") is not None
    added.unlink()
    results(city)
    with opened(city) as context:
        assert "trees" not in context.registry.datasets
        assert context.state.current("trees") is None


def test_a_failing_analysis_fails_alone_is_explained_and_its_last_answer_stays(
    city: Workspace,
) -> None:
    results(city)
    code = city.analyses / "growth.py"
    code.write_text(small_city.GROWTH.replace("lag(months)", "lag(months) / nothing"), "utf-8")
    done = results(city, force=True)
    assert done["growth"].result == "failed"
    assert "growth.py" in done["growth"].problem.en  # type: ignore[union-attr]
    assert "nothing" in done["growth"].problem.en  # type: ignore[union-attr]
    assert done["residents"].result == done["benches"].result == "built"
    with opened(city) as context:
        assert context.state.current("growth") is not None


def test_a_delivery_without_one_usable_row_is_refused_and_the_last_good_one_stays(
    city: Workspace,
) -> None:
    results(city)
    (city.raw / "의자.csv").write_text("번호,좌석\n,셋\n", encoding="utf-8")
    done = results(city)
    assert done["benches"].result == "failed"
    with opened(city) as context:
        assert context.state.current("benches").receipt.rows == 2  # type: ignore[union-attr]
        standing = next(one for one in status(context) if one.id == "benches")
    assert standing.state == "failed"


def test_absent_data_is_said_and_nothing_crashes(city: Workspace) -> None:
    (city.raw / "인구" / "2024.csv").unlink()
    done = results(city)
    assert done["residents"].result == done["growth"].result == "absent"
    with opened(city) as context, pytest.raises(Problem) as caught:
        answer(context, "growth")
    assert "residents" in caught.value.text.ko


def test_settings_are_checked_and_run_on_the_published_snapshots(city: Workspace) -> None:
    results(city)
    with opened(city) as context:
        got = answer(context, "growth", {"months": "2"})
        assert got.tables["result"]["change"].to_list() == [None, None, 250]
        for given, said in (
            ({"monhts": "2"}, "Did you mean “months”?"),
            ({"months": "two"}, "Expected a whole number"),
        ):
            with pytest.raises(Problem, match=said):
                answer(context, "growth", given)


def test_what_the_twin_wrote_is_marked_synthetic_all_the_way(city: Workspace) -> None:
    (city.raw / "TWIN.json").write_text('{"digests": {"인구/2024.csv": ""}}', encoding="utf-8")
    results(city)
    with opened(city) as context:
        assert answer(context, "growth").receipt.synthetic
        assert not context.state.current("benches").receipt.synthetic  # type: ignore[union-attr]


@pytest.mark.slow
def test_two_builds_at_once_leave_one_whole_result(city: Workspace) -> None:
    spawn = multiprocessing.get_context("spawn")
    builds = [spawn.Process(target=build, args=(city,), kwargs={"force": True}) for _ in range(2)]
    for one in builds:
        one.start()
    for one in builds:
        one.join(120)
    assert [one.exitcode for one in builds] == [0, 0]
    with opened(city) as context:
        assert answer(context, "growth").tables["result"].height == 3


def test_an_analysis_with_too_little_data_is_absent_and_says_what_to_add(city: Workspace) -> None:
    done = results(city)
    assert done["reach_population"].result == "absent"
    assert "48" in done["reach_population"].reason.ko
    with opened(city) as context:
        standing = next(one for one in status(context) if one.id == "reach_population")
    assert standing.state == "absent"
    assert "48" in standing.reason.en
