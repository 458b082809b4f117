"""Files attached to cases: what is taken, what is not, and who gets it back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_office
import xlsxwriter
from small_office import PARKS, Office

from dataro.cases import attachments, engine
from dataro.vocabulary.problem import Problem

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


@pytest.fixture
def number(office: Office) -> str:
    return engine.open_case(
        office.records, office.citizen, "data_request", office.request, department=PARKS
    ).case.number


def workbook(*, macros: bool = False) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write(0, 0, "의자")
    if macros:
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("의자.xlsx", workbook(), "spreadsheetml"),
        ("의자.csv", "번호,좌석\n1,2\n".encode("cp949"), "text/csv"),
        ("사진.PNG", PNG, "image/png"),
        ("안내.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("점.geojson", b'{"type": "Point"}', "geo+json"),
    ],
)
def test_documents_pictures_and_data_are_taken_by_what_they_are(
    office: Office, number: str, name: str, content: bytes, kind: str
) -> None:
    kept = attachments.attach(office.records, office.citizen, number, name, content)
    assert kind in kept.media_type
    assert kept.name == name
    _, path = attachments.read_attachment(office.records, office.steward, number, kept.id)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("그림.png", b"MZ\x90\x00 a program", "no .png file"),
        ("의자.xlsx", workbook(macros=True), "holds macros"),
        ("의자.xlsx", workbook()[:200], "no .xlsx file"),
        ("page.txt", b"  <!DOCTYPE html><script>", "no .txt file"),
        ("run.exe", b"MZ", "cannot be attached"),
        ("noname", b"text", "cannot be attached"),
        ("empty.txt", b"", "empty"),
        ("big.txt", b"a" * (attachments.LARGEST + 1), "over 20 MB"),
        ("broken.json", b"{", "no .json file"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing more", "no .xls file"),
    ],
    ids=range(10),
)
def test_what_is_not_what_its_name_says_is_refused(
    office: Office, number: str, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Problem, match=said):
        attachments.attach(office.records, office.citizen, number, name, content)
    assert not office.records.attachments.exists()


def test_the_same_content_is_kept_once_and_a_path_in_the_name_leads_nowhere(
    office: Office, number: str
) -> None:
    for name in ("a.png", "../../etc/b.png", "C:\\x\\c.png"):
        attachments.attach(office.records, office.citizen, number, name, PNG)
    kept = [one for one in office.records.attachments.rglob("*") if one.is_file()]
    assert len(kept) == 1
    names = [
        attachments.read_attachment(office.records, office.citizen, number, id)[0].name
        for id in (1, 2, 3)
    ]
    assert names == ["a.png", "b.png", "c.png"]


def test_files_are_seen_by_requester_and_officials_only_unless_public(
    office: Office, number: str
) -> None:
    records = office.records
    mine = attachments.attach(records, office.citizen, number, "a.png", PNG)
    inside = attachments.attach(
        records, office.officer, number, "b.png", PNG, visibility="department"
    )
    shown = attachments.attach(records, office.officer, number, "c.png", PNG, visibility="public")
    attachments.read_attachment(records, None, number, shown.id)
    for person, hidden in ((None, mine), (office.neighbour, mine), (office.citizen, inside)):
        with pytest.raises(Problem, match="no file number"):
            attachments.read_attachment(records, person, number, hidden.id)
    with pytest.raises(Problem):
        attachments.attach(records, office.neighbour, number, "d.png", PNG)


def test_a_case_holds_thirty_files(office: Office, number: str) -> None:
    for _ in range(attachments.MOST):
        attachments.attach(office.records, office.citizen, number, "a.png", PNG)
    with pytest.raises(Problem, match="30 files"):
        attachments.attach(office.records, office.citizen, number, "a.png", PNG)
