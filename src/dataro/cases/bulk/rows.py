"""The sheet of a bulk opening as rows: one for each dataset, one for each of its columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataro.vocabulary.text import Text, both

DATASETS_TAB, COLUMNS_TAB, HELP_TAB = "데이터셋", "열", "안내"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sheet: what it is called there, what goes into it, whether it must."""

    title: str
    text: Text
    needed: bool = True
    wide: int = 16


DATASET_HEADINGS: dict[str, Heading] = {
    "opens": Heading("개방", both("예: 개방합니다. 아니오: 이 줄은 건너뜁니다.", "예 to open it, 아니오 to skip the row."), wide=6),
    "file": Heading("파일", both("폴더 안의 파일 이름입니다. 고치지 마세요.", "The file in the folder; leave it."), wide=34),
    "id": Heading("식별자", both("영문 소문자, 숫자, 밑줄. 주소에 쓰이며 나중에 바꾸기 어렵습니다.", "Small letters, digits, underscores: part of the address."), wide=26),
    "title": Heading("제목", both("시민이 찾는 말로 짧게. 예: 공영주차장 현황", "Short, in the words that citizens look for."), wide=26),
    "title_en": Heading("영문 제목", both("예: Public car parks", "For example: Public car parks"), wide=26),
    "description": Heading("설명", both("무엇이 담겼고 무엇이 빠졌는지 한두 문장으로.", "What is in it and what is not, in a sentence or two."), wide=46),
    "row": Heading("한 행의 뜻", both("예: 한 행은 주차장 한 곳입니다.", "What one row is."), wide=26),
    "department": Heading("담당 부서", both("예: 교통지도과", "The department that owns it."), wide=16),
    "licence": Heading("이용 조건", both("공공누리 유형 등: kogl-1, kogl-2, kogl-3, kogl-4, kogl-0, cc-by-4.0 …", "The licence: kogl-1, kogl-2, …"), wide=10),
    "cadence": Heading("갱신 주기", both("한번, 수시, 매일, 매주, 매월, 분기, 매년, 부정기", "once, live, daily, weekly, monthly, quarterly, yearly, irregular"), wide=10),
    "theme": Heading("주제", both("주제의 식별자: transport, safety, environment, health, welfare, culture …", "The theme's id."), wide=14),
    "keywords": Heading("핵심어", both("쉼표로 나누어 적습니다.", "Separated by commas."), needed=False, wide=26),
    "rights": Heading("제3자 권리 확인", both("예: 제3자의 권리가 없거나 허락을 받았습니다.", "예 once nobody else's rights stand against it."), wide=12),
    "contact": Heading("담당 전화", both("예: 031-000-0000", "Telephone of the department."), needed=False, wide=14),
    "expires": Heading("이용 기한", both("날짜가 지나면 저절로 내려갑니다. 없으면 비워 둡니다.", "The last day on which it may be shown."), needed=False, wide=12),
    "total": Heading("합계 행", both("이 열에 합계·소계라고 적힌 행은 뺍니다.", "Rows that say 합계 or 소계 in this column are left out."), needed=False, wide=14),
    "remark": Heading("점검 결과", both("파일을 살펴본 결과입니다. 읽기만 합니다.", "What was found in the file; only to be read."), needed=False, wide=60),
}  # fmt: skip

COLUMN_HEADINGS: dict[str, Heading] = {
    "file": Heading("파일", both("고치지 마세요.", "Leave it."), wide=34),
    "heading": Heading("원본 열 이름", both("고치지 마세요.", "Leave it."), wide=24),
    "keep": Heading("담기", both("아니오를 적으면 개방하지 않습니다.", "아니오 leaves the column out."), wide=6),
    "name": Heading("열 식별자", both("영문 소문자, 숫자, 밑줄.", "Small letters, digits, underscores."), wide=22),
    "term": Heading("표준용어", both("공통표준용어의 이름입니다. 없으면 비워 두고 아래 칸을 적습니다.", "A term of the common standard, where there is one."), needed=False, wide=20),
    "title": Heading("한글 이름", both("시민에게 보일 이름입니다.", "The name that citizens see."), wide=20),
    "title_en": Heading("영문 이름", both("예: Spaces", "For example: Spaces"), wide=22),
    "kind": Heading("형식", both("값의 형식: text, code, integer, decimal, boolean, date, month, year, time, datetime", "The kind of its values."), needed=False, wide=10),
    "unit": Heading("단위", both("예: 면, 명, 원", "For example: 명"), needed=False, wide=8),
    "key": Heading("키", both("예: 이 열로 행을 구별합니다.", "예 where it tells rows apart."), needed=False, wide=6),
    "empty": Heading("빈 값 허용", both("예: 비어 있을 수 있습니다.", "예 where it may be empty."), needed=False, wide=10),
    "personal": Heading("개인정보", both("예로 표시된 열은 담기를 아니오로 두었습니다.", "Columns marked 예 were set not to be kept."), needed=False, wide=10),
    "sample": Heading("예시 값", both("파일에 든 값의 예입니다. 읽기만 합니다.", "A few of its values; only to be read."), needed=False, wide=36),
}  # fmt: skip

CADENCES = {
    "한번": "once", "수시": "live", "매일": "daily", "매주": "weekly", "매월": "monthly",
    "분기": "quarterly", "매년": "yearly", "부정기": "irregular",
}  # fmt: skip
YES, NO = "예", "아니오"


@dataclass(slots=True)
class ColumnRow:
    """One column as the sheet has it; ``line`` is its row there (0: not from a sheet)."""

    file: str
    heading: str
    name: str
    title: str
    title_en: str
    kind: str
    term: str = ""
    unit: str = ""
    keep: bool = True
    key: bool = False
    empty: bool = False
    personal: bool = False
    sample: str = ""
    line: int = 0


@dataclass(slots=True)
class DatasetRow:
    """One dataset as the sheet has it, with its columns; ``line`` is its row there."""

    file: str
    id: str
    title: str
    title_en: str
    description: str = ""
    row: str = ""
    department: str = ""
    licence: str = "kogl-1"
    cadence: str = "irregular"
    theme: str = "general"
    keywords: tuple[str, ...] = ()
    rights: bool = False
    contact: str = ""
    expires: str = ""
    opens: bool = True
    remark: str = ""
    total: str = ""
    columns: list[ColumnRow] = field(default_factory=list)
    line: int = 0
