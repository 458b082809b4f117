"""A file of a department looked at: what it may be called, what its columns mean and hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import polars as pl

from dataro.cases.bulk.rows import ColumnRow, DatasetRow
from dataro.cases.personal_scan import personal_data
from dataro.data.quality.diagnose import diagnose
from dataro.data.quality.report import ColumnResult, Diagnosis
from dataro.data.sources.files import read
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.data.standards.as_term import as_domain
from dataro.data.standards.cast import cast, says_nothing
from dataro.data.standards.edition import Edition, english_of
from dataro.data.standards.matching import clean, in_standard_words
from dataro.data.standards.naming import romanised
from dataro.data.standards.units import split_heading
from dataro.vocabulary import dictionary
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.terms import Domain, Kind, Term

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".geojson", ".zip", ".hwpx")
"""Files that are looked at; others in the folder are passed over."""
_READABLE = 0.9
_TOTALS = ("합계", "총계", "계", "소계", "총합", "합 계", "총 계")
_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "date": ("date", "datetime"), "month": ("month",), "year": ("year",), "time": ("time",),
    "yes_no": ("boolean",), "longitude": ("decimal",), "latitude": ("decimal",),
    "rate": ("integer", "decimal"), "age": ("integer",), "amount": ("integer", "decimal"),
    "area": ("integer", "decimal"), "quantity": ("integer", "decimal"),
    "number": ("integer", "decimal"), "birth_date": ("date",), "district_code": ("code",),
    "code": ("code",), "id": ("code",), "postcode": ("code",),
}  # fmt: skip
_TERMS = {
    "longitude": "longitude", "latitude": "latitude", "phone": "phone", "district_code": "district",
}  # fmt: skip
_THEMES: Mapping[str, str] = {
    "transport": "주차 버스 교통 자전거 신호 도로 횡단 차량 철도 지하차도 렌터카 대여업 반사경 방지턱 정류",
    "safety": "안전 CCTV 보호구역 소방 대피 제설 쉼터 재난 민방위 방범 보안등 화재",
    "environment": "공원 환경 폐기물 쓰레기 종량제 대기 미세먼지 수질 상수도 하수 태양광 화장실 재활용 수거 충전",
    "health": "병원 의료 약국 접종 보건 금연 동물 반려 감염",
    "welfare": "복지 경로당 노인 장애 아동 급식 어린이집 자원봉사 한부모 보훈",
    "culture": "도서관 체육 문화 축제 관광 사찰 서점 여행 강좌 학습 공연 박물관",
    "economy": "업소 공장 점포 산업 물가 시장 기업 일자리 농업 수리 상권 착한가격",
    "administration": "계약 예산 공사 허가 민원 신고 행정 세금 재정 인허가 택배",
    "population": "인구 세대 전입 전출 출생",
}
_CADENCES = (("일별", "daily"), ("주별", "weekly"), ("월별", "monthly"), ("분기", "quarterly"))
_NOISE = re.compile(
    r"\[[^\]]*\]|\(\d+\)|20\d{2}\s?년(?:도)?(?:\s?\d{1,2}\s?월)?|"
    r"(?<!\d)(?:19|20)?\d{2}[.\- ]\d{1,2}[.\- ]\d{1,2}(?!\d)|(?<!\d)(?:19|20)?\d{6}(?!\d)|"
    r"(?:진짜)*최종본?|수정본?|복?사본|제출용|송부용|공개용|배포용|개방용|원본|"
    r"(?:^|\s)(?:final|copy|v(?:er)?\.?\s?\d+(?:\.\d+)*)(?=\s|$)|(?:^|\s)\d{1,4}[.)]?(?=\s|$)",
    re.IGNORECASE,
)
"""What names of files say beside what they hold: attachments, days, versions, numbering."""


_OFFICE = r"([가-힣]{1,9}(?:과|팀|보건소|사업소|센터|담당관|담당 부서))"


def files_of(folder: Path) -> list[Path]:
    """Files in a folder and below that could be datasets, by name."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in ENDINGS
        and not path.name.startswith(("~", "."))
    )


def propose(path: Path, folder: Path, edition: Edition, city: City, taken: set[str]) -> DatasetRow:
    """What the sheet says of a file before anybody has looked at it.

    ``taken`` are identifiers that are in use; the one proposed is added. Raises ``Problem`` where
    the file cannot be read.
    """
    raw = read(Source(), [path], base=folder)
    frame = raw.frame.drop([n for n in (FILE, ROW) if n in raw.frame.columns])
    judged = diagnose(raw, city=city, edition=edition)
    title = title_of(path, city)
    total = _total(frame)
    rows = frame if total is None else frame.filter(~pl.col(total).str.strip_chars().is_in(_TOTALS))
    columns = _columns(path, folder, rows, judged, edition)
    _choose_key(columns, rows)
    words = tuple(word for word in in_standard_words(title, edition) if len(word) > 1)
    proposed = DatasetRow(
        file=path.relative_to(folder).as_posix(),
        id=_identifier(title, edition, taken),
        title=title,
        title_en=_in_english(title, edition),
        description=f"{title}입니다.",
        row=_row_sentence(columns),
        department=_department(path, folder),
        cadence=_cadence(path, columns),
        theme=_theme(title, frame.columns),
        keywords=tuple(dict.fromkeys(words))[:6],
        total=total or "",
        columns=columns,
    )
    proposed.remark = _remark(raw, judged, columns, total)
    return proposed


def title_of(path: Path, city: City) -> str:
    """A title from a file's name: dates, versions, numbering and the city's own name left out."""
    stem = re.sub(r"[_\-+]+", " ", unicodedata.normalize("NFC", path.stem))
    for _ in range(2):  # what is left out may part a number from its neighbour
        stem = _NOISE.sub(" ", stem)
    for name in (city.province.ko, f"{city.name.ko}청", city.name.ko, city.office.ko):
        stem = stem.replace(name, " ")
    stem = re.sub(rf"^\s*{_OFFICE}\s+(?=\S)", " ", stem)
    stem = re.sub(r"[()\[\]{}]", " ", stem)
    title = " ".join(stem.split())
    return title or unicodedata.normalize("NFC", path.stem)


def _columns(
    path: Path, folder: Path, frame: pl.DataFrame, judged: Diagnosis, edition: Edition
) -> list[ColumnRow]:
    personal = {one.column for one in personal_data(frame, {})}
    names: set[str] = set()
    made = []
    for told in judged.columns:
        cells = frame[told.name]
        filled = cells.filter(~says_nothing(cells))
        term = _term(told, filled, edition)
        kind = _kind(told, filled, term, edition)
        heading, unit = split_heading(unicodedata.normalize("NFC", told.name))
        column = ColumnRow(
            file=path.relative_to(folder).as_posix(),
            heading=told.name,
            name=_column_name(told, term, edition, names),
            title=" ".join(heading.split()) or told.name,
            title_en=_in_english(heading, edition),
            kind=kind,
            term=term,
            unit=unit.symbol if unit else "",
            empty=len(filled) < len(cells) * 0.995,
            personal=told.name in personal
            or told.meaning in ("resident_number", "birth_date", "person_name"),
            sample=", ".join(str(v)[:18] for v in filled.unique(maintain_order=True).head(3)),
        )
        if column.personal:
            column.keep, column.sample = False, ""
        made.append(column)
    return made


def _term(told: ColumnResult, filled: pl.Series, edition: Edition) -> str:
    """The standard term of a column: only where the heading says just that and the values fit."""
    if told.meaning in _TERMS and told.confidence >= 0.6:
        fixed = _dictionary()[_TERMS[told.meaning]]
        return _TERMS[told.meaning] if _reads(filled, fixed.domain) else ""
    heading = clean(told.name).replace(" ", "").replace("_", "")
    own = _korean().get(heading)
    if own is not None:
        return heading if _reads(filled, own.domain) else ""
    known = edition.term(heading)
    if known is None or not _reads(filled, as_domain(edition.domain(known.domain))):
        return ""
    return known.name


def _kind(told: ColumnResult, filled: pl.Series, term: str, edition: Edition) -> str:
    own = _dictionary().get(term) or _korean().get(term)
    if own is not None:
        return own.domain.kind
    known = edition.term(term) if term else None
    if known is not None:
        return as_domain(edition.domain(known.domain)).kind
    for kind in _KINDS.get(told.meaning, ()):
        if _reads(filled, Domain("", kind)):
            return kind
    return "text"


def _reads(filled: pl.Series, domain: Domain) -> bool:
    """Whether nine in ten of a sample of filled cells can be read as a domain's kind."""
    sample = filled.head(500)
    if sample.is_empty() or domain.kind in ("text", "geometry"):
        return domain.kind != "geometry"
    fits = sample.str.contains(f"^(?:{domain.pattern})$") if domain.pattern else None
    if domain.kind == "code":
        lengths = sample.str.len_chars() == domain.length if domain.length else None
        good = fits if fits is not None else lengths
        return True if good is None or domain.length == 0 else bool(good.mean() >= _READABLE)  # type: ignore[operator]
    return 1 - cast(sample, domain.kind).null_count() / len(sample) >= _READABLE


def _choose_key(columns: list[ColumnRow], frame: pl.DataFrame) -> None:
    """Mark what tells rows apart: one column, or the few that do so together."""
    height = frame.height
    kept = [one for one in columns if one.keep]
    named = [one for one in kept if re.search(r"번호|코드|연번|순번|ID$", one.heading)]
    dims = [o for o in kept if o.kind not in ("integer", "decimal") and not o.empty]
    for one in (*named, *dims):
        whole = height and not one.empty and one.term != "phone"
        if whole and frame[one.heading].drop_nulls().n_unique() >= 0.97 * height:
            one.key = True
            return
    for many in range(2, min(4, len(dims)) + 1):
        for chosen in combinations(dims[:6], many):
            if height and frame.select(o.heading for o in chosen).n_unique() >= 0.97 * height:
                for one in chosen:
                    one.key = True
                return


def _total(frame: pl.DataFrame) -> str | None:
    """The column in which a total row says so."""
    for name in frame.columns[:5]:
        if frame.schema[name] == pl.String and frame[name].str.strip_chars().is_in(_TOTALS).any():
            return name
    return None


def _column_name(told: ColumnResult, term: str, edition: Edition, names: set[str]) -> str:
    known = edition.term(term) if term and not term.isascii() else None
    if term.isascii() and term:
        stem = term
    elif known is not None:
        stem = _snake(english_of(known, edition))
    else:
        heading, _ = split_heading(unicodedata.normalize("NFC", told.name))
        stem = _snake(_in_english(heading, edition))
    return _unused(stem[:40].strip("_") or "column", names)


def _identifier(title: str, edition: Edition, taken: set[str]) -> str:
    stem = _snake(_in_english(re.sub(r"\s*현황$", "", title), edition))
    return _unused(stem[:50].strip("_") or "dataset", taken)


def _unused(stem: str, taken: set[str]) -> str:
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}_{n}"
    taken.add(name)
    return name


def _snake(text: str) -> str:
    snake = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return snake if snake and not snake[0].isdigit() else f"n_{snake}" if snake else ""


def _in_english(name: str, edition: Edition) -> str:
    """The words of a Korean name in English; a word that is not known in Latin letters."""
    said = []
    for word in in_standard_words(name, edition):
        known = edition.words.get(word)
        english = known.english if known is not None else ""
        said.append(english or romanised(re.sub(r"\W", "", word)))
    text = " ".join(said)
    return text[:1].upper() + text[1:].lower()


def _row_sentence(columns: Sequence[ColumnRow]) -> str:
    keys = [one.title for one in columns if one.key]
    if not keys:
        return "한 행은 한 건입니다."
    return f"한 행은 {', '.join(keys)}별 값 하나입니다."


def _department(path: Path, folder: Path) -> str:
    """The department that a folder or the beginning of a name tells of."""
    for part in path.relative_to(folder).parts[:-1]:
        found = re.fullmatch(_OFFICE, unicodedata.normalize("NFC", part))
        if found:
            return found[1]
    found = re.match(rf"{_OFFICE}[\s_\-(]", unicodedata.normalize("NFC", path.stem))
    return found[1] if found else ""


def _cadence(path: Path, columns: Sequence[ColumnRow]) -> str:
    for word, cadence in _CADENCES:
        if word in unicodedata.normalize("NFC", path.stem):
            return cadence
    kinds = {one.kind or one.term for one in columns if one.key}
    if kinds & {"month", "기준연월", "연월"}:
        return "monthly"
    if kinds & {"date", "기준일자", "측정일자"}:
        return "daily"
    return "yearly"


def _theme(title: str, headings: Sequence[str]) -> str:
    """The theme with most of its words in the title; the headings decide between equals."""
    listed = " ".join(headings)
    scores = {
        theme: sum(10 * (word in title) + (word in listed) for word in words.split())
        for theme, words in _THEMES.items()
    }
    best = max(scores, key=lambda theme: scores[theme])
    return best if scores[best] else "general"


def _remark(raw: Raw, judged: Diagnosis, columns: Sequence[ColumnRow], total: str | None) -> str:
    said = [f"{judged.rows:,}행, 오류율 {judged.error_rate:.2f}%"]
    personal = [one.title for one in columns if one.personal]
    if personal:
        said.append(f"개인정보로 보이는 열: {', '.join(personal)}")
    if total is not None:
        said.append(f"합계 행은 뺍니다({total})")
    if not any(one.key for one in columns):
        said.append("행을 구별하는 열을 찾지 못했습니다")
    lost = sum(not fault.kept for fault in raw.faults)
    if lost:
        said.append(f"읽지 못한 행 {lost:,}개")
    return ". ".join(said) + "."


@cache
def _dictionary() -> Mapping[str, Term]:
    return {n.lower(): t for n, t in vars(dictionary).items() if isinstance(t, Term)}


@cache
def _korean() -> Mapping[str, Term]:
    return {term.text.ko: term for term in _dictionary().values()}
