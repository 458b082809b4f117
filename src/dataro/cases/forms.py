"""What somebody filled in, held against the fields that a workflow declares."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from dataro.accounts.people import EMAIL
from dataro.cases.reasons import legal_reasons
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both
from dataro.vocabulary.workflow import Field

Answers = dict[str, Any]
"""Answers by field: texts, numbers, booleans, ISO days, or a row's key as a mapping of texts."""

LONGEST = {"text": 200, "long_text": 5_000}
LARGEST = 10**15
_YES = {"yes", "true", "on", "1", "예", "네"}
_NO = {"no", "false", "off", "0", "아니요", "아니오"}


class FormProblem(Problem):
    """A form that cannot be taken, with what is wrong in each field."""

    def __init__(self, fields: Mapping[str, Text]) -> None:
        self.fields = dict(fields)
        super().__init__(
            Text(
                "\n".join(one.ko for one in fields.values()),
                "\n".join(one.en for one in fields.values()),
            )
        )


def read_form(fields: Mapping[str, Field], given: Mapping[str, Any]) -> Answers:
    """``given`` as answers to ``fields``: typed, limited, in NFC; empty optional ones left out.

    Raises ``FormProblem`` with a sentence for every field that is missing, unknown or wrong.
    """
    answers: Answers = {}
    wrong: dict[str, Text] = {}
    for name in given:
        if name not in fields:
            guess, known = did_you_mean(name, fields), ", ".join(fields)
            wrong[name[:60]] = both(
                f"“{name[:60]}”(이)라는 항목은 이 양식에 없습니다.{guess.ko} 항목: {known}.",
                f"The form has no field “{name[:60]}”.{guess.en} Fields: {known}.",
            )
    for name, field in fields.items():
        raw = given.get(name)
        if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == {}:
            if field.required:
                wrong[name] = both(
                    f"“{field.title.ko}” 항목을 적어 주세요.", f"Fill in “{field.title.en}”."
                )
            continue
        try:
            answers[name] = _read(field, raw)
        except (ValueError, TypeError, RecursionError):
            expected = expectation(field)
            shown = str(raw)[:60]
            wrong[name] = both(
                f"“{field.title.ko}”의 값 “{shown}”을(를) 쓸 수 없습니다. {expected.ko}",
                f"“{field.title.en}” cannot be “{shown}”. {expected.en}",
            )
    if wrong:
        raise FormProblem(wrong)
    return answers


def expectation(field: Field) -> Text:
    """What a field takes, in words: for errors and for the help beside the form."""
    low, high = field.minimum, field.maximum
    if field.kind in LONGEST:
        least, most = int(low or 1), int(high or LONGEST[field.kind])
        return both(f"{least:,}~{most:,}자로 적어 주세요.", f"{least:,} to {most:,} characters.")
    if field.kind in ("integer", "decimal"):
        span = f"{_number(low, '−∞')}~{_number(high, '∞')}"
        whole = field.kind == "integer"
        return both(
            f"{'정수' if whole else '숫자'}로 적어 주세요({span}).",
            f"A {'whole number' if whole else 'number'} ({span}).",
        )
    if field.kind == "choice":
        choices = field.choices or {}
        return both(
            f"다음 가운데 하나를 골라 주세요: {', '.join(f'{k}({v.ko})' for k, v in choices.items())}.",
            f"One of: {', '.join(f'{k} ({v.en})' for k, v in choices.items())}.",
        )
    if field.kind == "yes_no" and field.must is not None:
        word = both("예", "yes") if field.must else both("아니요", "no")
        return both(
            f"“{word.ko}”일 때만 다음 단계로 갈 수 있습니다.",
            f"The case goes on only where this is “{word.en}”.",
        )
    return _EXPECTED[field.kind]


_EXPECTED: Mapping[str, Text] = {
    "date": both("날짜를 2026-03-31처럼 적어 주세요.", "A day, written like 2026-03-31."),
    "yes_no": both("예 또는 아니요로 답해 주세요.", "Yes or no."),
    "email": both("이름@기관.kr처럼 적어 주세요.", "An address like name@office.kr."),
    "dataset": both(
        "데이터셋의 식별자를 적어 주세요(예: bus_stops).", "A dataset's id, like bus_stops."
    ),
    "key": both(
        "행의 키를 열과 값으로 적어 주세요(최대 10개).",
        "The row's key: columns and values, at most 10.",
    ),
    "legal_reason": both(
        f"법이 정한 사유 가운데 하나를 골라 주세요: {', '.join(legal_reasons())}.",
        f"One of the grounds in law: {', '.join(legal_reasons())}.",
    ),
}


def _read(field: Field, raw: Any) -> Any:
    """One answer. Raises ``ValueError`` or ``TypeError`` for anything that the field cannot take."""
    if field.kind in ("integer", "decimal"):
        return _read_number(field, raw)
    if field.kind == "yes_no":
        return _read_yes_no(field, raw)
    if field.kind == "key":
        return _read_key(raw)
    text = _clean(raw)
    if field.kind in LONGEST:
        _within(len(text), field.minimum or 1, field.maximum or LONGEST[field.kind])
        if field.kind == "text" and "\n" in text:
            raise ValueError(text)
    elif field.kind == "date":
        return date.fromisoformat(text).isoformat()
    elif field.kind == "choice":
        _one_of(text, field.choices or {})
    elif field.kind == "legal_reason":
        _one_of(text, legal_reasons())
    elif field.kind == "email" and not EMAIL.fullmatch(text):
        raise ValueError(text)
    elif field.kind == "dataset":
        _within(len(text), 1, 100)
    return text


def _read_number(field: Field, raw: Any) -> int | float:
    if isinstance(raw, bool):
        raise TypeError(raw)
    text = str(raw).replace(",", "").strip()
    number = int(text) if field.kind == "integer" else float(text)
    low = -LARGEST if field.minimum is None else field.minimum
    _within(number, low, LARGEST if field.maximum is None else field.maximum)
    return number


def _read_yes_no(field: Field, raw: Any) -> bool:
    word = str(raw).strip().lower()
    if word not in _YES | _NO or (field.must is not None and (word in _YES) is not field.must):
        raise ValueError(raw)
    return word in _YES


def _read_key(raw: Any) -> dict[str, str]:
    if isinstance(raw, str):
        _within(len(raw), 2, 4_000)
    given = json.loads(raw) if isinstance(raw, str) else raw
    if not isinstance(given, Mapping) or not 1 <= len(given) <= 10:
        raise ValueError(raw)
    key = {_clean(name): _clean(str(value)) for name, value in given.items()}
    for part in (*key, *key.values()):
        _within(len(part), 0, 200)
    return key


def _clean(raw: Any) -> str:
    """Text in NFC without control characters."""
    if not isinstance(raw, str):
        raise TypeError(raw)
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").strip()
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _within(value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses a number that is none (NaN)
        raise ValueError(value)


def _one_of(value: str, known: Mapping[str, Any]) -> None:
    if value not in known:
        raise ValueError(value)


def _number(value: float | None, absent: str) -> str:
    return absent if value is None else f"{value:,g}"
