"""What a person at a terminal sees: sentences, tables, JSON for scripts, and exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import small_city

from dataro.cli import app, language
from dataro.cli.language import chosen_language


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return small_city.make(tmp_path / "삼평 시").folder


@pytest.fixture
def dataro(city, capsys, monkeypatch):
    """Run a command line in the small city; its exit code, standard output and standard error."""
    monkeypatch.chdir(city)
    monkeypatch.setattr(language, "LANGUAGE", "en")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app.main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def terminal(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dataro", *arguments],
        env={**os.environ, "LC_ALL": "", "LANG": "", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "ko"),
        ({"LANG": "C.UTF-8"}, "ko"),
        ({"LANG": "POSIX"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.EUC-KR"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "DATARO_LANG": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "DATARO_LANG": "KO"}, "ko"),
        ({"LANG": "en_US.UTF-8", "DATARO_LANG": "klingon"}, "en"),
    ],
)
def test_korean_unless_the_settings_say_otherwise(environment, expected, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert chosen_language(environment) == expected


def test_help_speaks_korean_first_and_english_on_request():
    korean = terminal("--help", DATARO_LANG="ko")
    english = terminal("build", "--help", DATARO_LANG="en")
    assert korean.returncode == english.returncode == 0
    assert "사용법: dataro" in korean.stdout
    assert "이 도움말을 보여 줍니다." in korean.stdout
    assert not set(korean.stdout.split()) & {"Usage:", "Options:", "Commands:", "Show"}
    assert english.stdout.startswith("Usage: dataro build [OPTIONS]")
    assert english.stdout.isascii() or "→" in english.stdout


def test_help_answers_within_0_3_cpu_seconds():
    resource = pytest.importorskip("resource", reason="CPU time of children is a POSIX measure")
    terminal("--help")  # byte code is written once
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    terminal("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert spent < 0.3


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["buidl"], "There is no command “buidl”. Did you mean “build”?"),
        (["build", "--onli", "x"], "There is no option “--onli”. Did you mean “--only”?"),
        (["build", "--only"], "Option --only needs a value."),
        (["show"], "ID is missing."),
        (["trace", "a", "b"], "“b” is one argument too many."),
        (["serve", "--port", "eighty"], "--port takes a whole number."),
        (["demo", "--scale", "half"], "--scale takes a number."),
    ],
)
def test_a_mistyped_command_is_a_sentence_and_exit_code_2(dataro, typed, said):
    code, out, err = dataro(*typed)
    assert (code, out, err) == (2, "", f"dataro: {said}\n")


def test_outside_a_workspace_the_next_step_is_said(dataro, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = dataro("status")
    assert code == 1
    assert "dataro init" in err
    assert "Traceback" not in err


def test_from_a_folder_of_files_to_an_answer_and_home_again(dataro):
    code, out, err = dataro("build")
    assert code == 0, out + err
    assert "residents" in out
    assert "3 rows" in out

    code, out, _ = dataro("status", "--json")
    states = {one["id"]: one["state"] for one in json.loads(out)["things"]}
    assert code == 0
    assert states["residents"] == states["growth"] == "fresh"

    code, out, _ = dataro("show", "growth")
    assert "How much did we grow?" in out
    assert "Residents in March 2024: 10,250." in out
    assert "dataro trace growth" in out

    code, out, _ = dataro("show", "growth", "--set", "months=2", "--json")
    answer = json.loads(out)
    assert {
        "question", "settings", "findings", "tables", "figures", "method", "limits", "skill",
        "quality", "receipt",
    } <= set(answer)  # fmt: skip
    assert answer["settings"] == {"months": 2}
    assert answer["findings"][0]["numbers"] == {"month": "2024-03-01", "people": 10250}
    assert answer["findings"][0]["ko"] == "2024년 3월 인구는 1만 250명입니다."
    assert [row["change"] for row in answer["tables"]["result"]["rows"]] == [None, None, 250]

    code, out, _ = dataro("trace", "growth", "--json")
    (residents,) = json.loads(out)["inputs"]
    (file,) = residents["files"]
    assert file["path"] == "인구/2024.csv"
    assert len(file["sha256"]) == 64
    code, out, _ = dataro("trace", "growth")
    assert file["sha256"] in out


def test_a_second_build_has_nothing_to_do_and_says_so(dataro):
    dataro("build")
    code, out, _ = dataro("build", "--json")
    assert code == 0
    assert {one["result"] for one in json.loads(out)["steps"]} <= {"fresh", "absent"}


def test_show_of_a_dataset_lists_its_faults_with_file_row_and_value(dataro):
    dataro("build")
    code, out, _ = dataro("show", "benches")
    assert code == 0
    assert "Park benches" in out
    assert "셋" in out

    code, out, _ = dataro("show", "benches", "--json")
    document = json.loads(out)
    faults = document["quality"]["faults"]
    assert any(one["row"] == 5 and one["value"] == "셋" for one in faults)
    assert document["receipt"]["kind"] == "dataset"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["show", "growht"], "growth"),
        (["show", "growth", "--set", "month=2"], "months"),
        (["show", "growth", "--set", "months=soon"], "soon"),
        (["show", "growth", "--set", "months"], "name=value"),
        (["show", "benches", "--set", "months=2"], "benches"),
        (["trace", "benches"], "dataro build"),
        (["show", "benches"], "dataro build"),
        (["init", "elsewhere", "--city", "atlantis"], "atlantis"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_1(dataro, typed, expected):
    code, _, err = dataro(*typed)
    assert code == 1
    assert err.startswith("dataro: ")
    assert expected in err
    assert "Traceback" not in err


def test_a_broken_declaration_is_named_and_the_rest_is_built(dataro, city):
    (city / "datasets" / "broken.yml").write_text("title: [", encoding="utf-8")
    code, out, err = dataro("build")
    assert code == 1
    assert "broken.yml" in err
    assert "residents" in out


def test_add_knows_a_file_by_its_name_by_its_headings_or_not_at_all(dataro, city, tmp_path):
    named = tmp_path / "의자.csv"
    named.write_text("번호,좌석\nB01,2\n", encoding="cp949")
    headed = tmp_path / "자치행정과 제출.csv"
    headed.write_text("연월,인구수\n2024-04,10300\n", encoding="utf-8-sig")
    unknown = tmp_path / "가로등.csv"
    unknown.write_text("관리번호,와트\nL1,100\n", encoding="utf-8")

    code, out, _ = dataro("add", str(named), str(headed), str(unknown), "--json")
    told = {Path(one["file"]).name: one for one in json.loads(out)["files"]}

    assert code == 1
    assert told["의자.csv"]["datasets"] == ["benches"]
    assert told["자치행정과 제출.csv"]["datasets"] == ["residents"]
    assert (city / told["자치행정과 제출.csv"]["path"]).read_bytes() == headed.read_bytes()
    assert told["가로등.csv"]["path"] is None
    assert "와트" in told["가로등.csv"]["said"]["en"]

    code, out, _ = dataro("build", "--json")
    rows = {one["id"]: one["rows"] for one in json.loads(out)["steps"]}
    assert rows["residents"] == 4

    code, out, _ = dataro("add", str(unknown), "--dataset", "benchs")
    assert code == 1
    assert "benches" in out


def test_init_copies_the_declarations_of_a_shipped_city_and_keeps_what_was_edited(dataro, tmp_path):
    code, out, _ = dataro("init", str(tmp_path / "new"))
    declarations = sorted((tmp_path / "new" / "datasets").glob("*.yml"))
    assert code == 0
    assert declarations
    assert "dataro build" in out

    declarations[0].write_text("edited", encoding="utf-8")
    dataro("init", str(tmp_path / "new"))
    assert declarations[0].read_text(encoding="utf-8") == "edited"


def test_check_judges_any_table_without_a_workspace(dataro, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "시설.csv"
    file.write_text(
        "시설명,전화번호,데이터기준일자\n"
        + "".join(f"시설{n},031-123-{4000 + n},2024-01-{n:02}\n" for n in range(1, 29))
        + "마지막 시설,031-123-4567,2023-02-30\n",
        encoding="cp949",
    )
    code, out, _ = dataro("check", file.name)
    assert code == 1
    assert "29 rows × 3" in out
    assert "row 30 · 데이터기준일자 · “2023-02-30”" in out

    code, out, _ = dataro("check", file.name, "--json")
    document = json.loads(out)
    assert code == 1
    assert document["rows"] == 29
    assert document["encoding"] == "cp949"

    code, _, err = dataro("check", "없는 파일.csv")
    assert code == 1
    assert "없는 파일.csv" in err


@pytest.mark.slow
def test_the_demo_builds_a_synthetic_city_serves_it_and_says_that_it_is_synthetic(tmp_path):
    folder = tmp_path / "demo"
    made = terminal("demo", str(folder), "--no-serve", "--scale", "0.01", DATARO_LANG="en")
    assert made.returncode == 0, made.stderr
    assert "scale 0.01, seed 0" in made.stdout

    again = terminal("demo", str(folder), "--no-serve", "--scale", "0.01", DATARO_LANG="en")
    assert "residents (scale" not in again.stdout  # written already
    assert "unchanged" in again.stdout
    assert "built" not in again.stdout

    told = terminal("status", "--workspace", str(folder), "--json")
    things = json.loads(told.stdout)["things"]
    assert {one["state"] for one in things} <= {"fresh", "absent"}
    assert sum(one["synthetic"] for one in things) > 10

    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "dataro", "serve", "-w", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        assert "합성" in first_page(port)
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def first_page(port: int, patience: float = 30) -> str:
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                return page.read().decode("utf-8")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
