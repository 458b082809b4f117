"""Which encoding a text file is written in: found by trying, always the same way."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from dataro.data.sources.raw import Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

CHUNK = 1 << 20
SAMPLE = 1 << 18

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and whether every byte of the file could be read in it."""

    name: str
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The first byte that an encoding cannot read: its offset and its line, both counted from 1
    for people (``line``) and from 0 as tools do (``offset``)."""

    offset: int
    line: int
    byte: int


def detect(path: Path, report: Report, declared: str | None = None) -> Encoding:
    """The encoding of a text file, by byte-order mark, then strict UTF-8, then strict CP949 (which
    holds EUC-KR), then a statistical guess. A declared encoding is tried first; where it is wrong
    a note says at which byte, and what was found instead.

    Raises ``Problem`` where ``declared`` is not an encoding, or nothing fits.
    """
    wrong = None
    if declared:
        name = _known(declared, report.file)
        wrong = first_unreadable(path, name)
        if wrong is None:
            return Encoding(name)
    found = _found(path, report)
    if wrong is not None:
        report.note(
            f"인코딩이 {declared}(으)로 선언되어 있으나 {wrong.offset:,}번째 바이트"
            f"({wrong.line:,}행, 값 0x{wrong.byte:02X})를 읽을 수 없어 {found.name}(으)로 "
            "읽었습니다. 선언의 encoding을 고치거나 지우십시오.",
            f"declared as {declared}, but byte {wrong.offset:,} (line {wrong.line:,}, value "
            f"0x{wrong.byte:02X}) cannot be read so; it was read as {found.name}. Correct or "
            "remove “encoding” in the declaration.",
        )
    return found


def first_unreadable(path: Path, encoding: str) -> Unreadable | None:
    """The first byte of the file that ``encoding`` cannot read, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, lines = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = offset - held + error.start
                lines += chunk[: max(error.start - held, 0)].count(b"\n")
                return Unreadable(at, lines, error.object[error.start])
            if not chunk:
                return None
            offset += len(chunk)
            lines += chunk.count(b"\n")


def _known(declared: str, file: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise Problem(
            both(
                f"{file}: 선언된 인코딩 “{declared}”은(는) 알 수 없는 이름입니다. utf-8, cp949, "
                "euc-kr, utf-16 중 하나를 쓰거나 encoding을 지우면 자동으로 찾습니다.",
                f"{file}: the declared encoding “{declared}” is unknown. Use utf-8, cp949, euc-kr "
                "or utf-16, or remove “encoding” to have it found.",
            )
        ) from None
    # CP949 holds all of EUC-KR and what exports that call themselves EUC-KR really contain.
    return "cp949" if name == "euc_kr" else "utf-8-sig" if name == "utf-8" else name


def _found(path: Path, report: Report) -> Encoding:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, name in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            wrong = first_unreadable(path, name)
            return Encoding(name) if wrong is None else _with_gaps(report, name, wrong)
    without_mark = _utf16_without_mark(sample)
    if without_mark and first_unreadable(path, without_mark) is None:
        return Encoding(without_mark)
    failures = {}
    for name in ("utf-8", "cp949"):
        wrong = first_unreadable(path, name)
        if wrong is None:
            return Encoding(name)
        failures[name] = wrong
    # A few damaged characters in an otherwise sound file: keep its rows, mark the characters.
    gaps = {
        name: sample.decode(name, errors="replace").count("\N{REPLACEMENT CHARACTER}")
        for name in failures
    }
    likely = min(gaps, key=lambda name: gaps[name])
    if gaps[likely] <= max(4, len(sample) // 500):
        return _with_gaps(report, likely, failures[likely])
    guess = from_bytes(sample).best()
    if guess is not None and first_unreadable(path, guess.encoding) is None:
        report.note(
            f"UTF-8도 CP949도 아니어서 {guess.encoding}(으)로 추정하여 읽었습니다. 글자가 "
            "깨져 보이면 선언에 encoding을 적으십시오.",
            f"neither UTF-8 nor CP949; read as {guess.encoding}, a guess. If the text looks wrong, "
            "declare “encoding”.",
        )
        return Encoding(guess.encoding)
    wrong = failures["utf-8"]
    raise Problem(
        both(
            f"{report.file}: 글자로 읽을 수 없는 파일입니다. {wrong.offset:,}번째 바이트"
            f"({wrong.line:,}행)부터 UTF-8도 CP949도 아닙니다. 파일이 손상되었는지 확인하고, "
            "원래 프로그램에서 CSV(UTF-8)로 다시 저장하십시오.",
            f"{report.file}: not readable as text. From byte {wrong.offset:,} (line "
            f"{wrong.line:,}) it is neither UTF-8 nor CP949. Check whether the file is damaged, "
            "and save it again as CSV (UTF-8) in the program it came from.",
        )
    )


def _with_gaps(report: Report, name: str, wrong: Unreadable) -> Encoding:
    report.fault(
        "encoding",
        both(
            f"{name}(으)로 읽을 수 없는 글자가 있습니다(첫 위치: {wrong.offset:,}번째 바이트, "
            f"{wrong.line:,}행, 값 0x{wrong.byte:02X}). 그 글자는 �로 표시했습니다. 원본에서 "
            "글자를 확인하십시오.",
            f"Some characters cannot be read as {name} (first at byte {wrong.offset:,}, line "
            f"{wrong.line:,}, value 0x{wrong.byte:02X}). They are shown as �. Check them in the "
            "original.",
        ),
        row=wrong.line,
    )
    return Encoding(name, clean=False)


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 of tables shows as a zero in every other byte of its digits and commas."""
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Hangul holds a zero byte now and then (가 is AC00), digits and commas in one place only.
    if odd > len(sample) // 10 and odd > 4 * even:
        return "utf-16-le"
    if even > len(sample) // 10 and even > 4 * odd:
        return "utf-16-be"
    return None
