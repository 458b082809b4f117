"""What went wrong, in the form of RFC 9457 (``application/problem+json``), in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataro.accounts.tokens import BadToken
from dataro.data.lake.lake import TooSlow as LakeTooSlow
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.query import (
    BadOperator,
    BadPage,
    BadValue,
    NoPlaces,
    QueryError,
    QueryTooLong,
    UnknownColumn,
)
from dataro.publish.shelves.shelf import TooSlow
from dataro.publish.sql.ask import SqlTooMuch, UnknownTable
from dataro.publish.sql.engine import Busy
from dataro.publish.sql.gate import SqlRefused
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.settings import SettingError
from dataro.vocabulary.text import Language, Text, both

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its HTTP status, its name in addresses, its title."""

    status: int
    name: str
    title: Text


class NotAllowed(Problem):
    """Somebody who is known, but may not."""


class SignInFirst(Problem):
    """Somebody who is not known."""


class TooManyRequests(Problem):
    """More requests than one reader may make."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            both(
                f"요청이 너무 잦습니다. {seconds}초 뒤에 다시 시도해 주십시오. 많은 행은 파일로 받는 편이 "
                "빠릅니다.",
                f"Too many requests. Try again in {seconds} seconds. Many rows are faster to get as "
                "a file.",
            )
        )
        self.seconds = seconds


class BeyondTheEnd(QueryError):
    """A page after the last row."""


TYPES: Mapping[type[Exception], ProblemType] = {
    Gone: ProblemType(410, "gone", both("더는 제공하지 않음", "Gone")),
    NotThere: ProblemType(404, "not-there", both("찾을 수 없음", "Not found")),
    BeyondTheEnd: ProblemType(404, "beyond-the-end", both("마지막 쪽을 지남", "Beyond the end")),
    UnknownTable: ProblemType(400, "unknown-table", both("없는 표", "Unknown table")),
    UnknownColumn: ProblemType(400, "unknown-column", both("없는 열", "Unknown column")),
    BadOperator: ProblemType(400, "bad-condition", both("맞지 않는 조건", "Bad condition")),
    BadValue: ProblemType(400, "bad-value", both("맞지 않는 값", "Bad value")),
    BadPage: ProblemType(400, "bad-page", both("맞지 않는 쪽", "Bad page")),
    NoPlaces: ProblemType(400, "no-places", both("위치 없음", "No places")),
    QueryTooLong: ProblemType(414, "too-long", both("너무 긴 요청", "Too long")),
    SettingError: ProblemType(400, "bad-setting", both("맞지 않는 설정", "Bad setting")),
    QueryError: ProblemType(400, "bad-query", both("맞지 않는 요청", "Bad query")),
    SqlTooMuch: ProblemType(422, "sql-too-much", both("한도를 넘은 질의", "Over the limits")),
    SqlRefused: ProblemType(400, "sql-refused", both("실행할 수 없는 SQL", "SQL refused")),
    Busy: ProblemType(503, "busy", both("바쁨", "Busy")),
    SignInFirst: ProblemType(401, "sign-in-first", both("로그인 필요", "Sign in first")),
    BadToken: ProblemType(401, "bad-token", both("쓸 수 없는 토큰", "Bad token")),
    NotAllowed: ProblemType(403, "not-allowed", both("권한 없음", "Not allowed")),
    TooManyRequests: ProblemType(
        429, "too-many-requests", both("너무 잦은 요청", "Too many requests")
    ),
    TooSlow: ProblemType(503, "too-slow", both("시간 초과", "Too slow")),
    LakeTooSlow: ProblemType(503, "too-slow", both("시간 초과", "Too slow")),
    Problem: ProblemType(503, "unavailable", both("지금은 제공할 수 없음", "Unavailable")),
}
"""From the most special to the most general."""

METHOD = ProblemType(405, "read-only", both("읽기 전용", "Read only"))
_NO_SUCH = ProblemType(404, "no-such-address", both("없는 주소", "No such address"))
_LARGE = ProblemType(413, "too-large", both("너무 큰 본문", "Too large"))
_BAD = ProblemType(400, "bad-request", both("맞지 않는 요청", "Bad request"))
_OURS = ProblemType(500, "our-fault", both("서버 오류", "Server error"))

ALL: tuple[ProblemType, ...] = tuple(
    {one.name: one for one in [*TYPES.values(), METHOD, _NO_SUCH, _LARGE, _BAD, _OURS]}.values()
)


def problem_type(error: Exception, status: int = 500) -> ProblemType:
    """The kind of an error; ``status`` is what the server says of one that is not ours."""
    for kind, found in TYPES.items():
        if isinstance(error, kind):
            return found
    if status == 405:
        return METHOD
    if status == 404:
        return _NO_SUCH
    if status == 413:
        return _LARGE
    return _BAD if 400 <= status < 500 else _OURS


def problem_document(
    error: Exception, language: Language, instance: str, status: int = 500
) -> dict[str, Any]:
    """The document; ``text`` has both languages, ``detail`` the reader's."""
    kind = problem_type(error, status)
    text = error.text if isinstance(error, Problem) else _SAID[kind.name]
    document: dict[str, Any] = {
        "type": f"/{language}/api#problem-{kind.name}",
        "title": kind.title[language],
        "status": kind.status,
        "detail": text[language].strip(),
        "instance": instance[:2_000],
        "text": text.as_dict(),
    }
    if isinstance(error, QueryError):
        document["parameter"] = error.about
    return document


_SAID: Mapping[str, Text] = {
    "read-only": both("이 주소는 읽기만 할 수 있습니다.", "This address can only be read."),
    "no-such-address": both(
        "그런 주소는 없습니다. /api/v1에서 주소의 목록을 볼 수 있습니다.",
        "There is no such address. /api/v1 lists the addresses.",
    ),
    "too-large": both("보내신 본문이 너무 큽니다.", "The body is too large."),
    "bad-request": both(
        "요청을 읽을 수 없습니다. 형식을 확인해 주십시오.",
        "The request cannot be read. Check its form.",
    ),
    "our-fault": both(
        "저희 쪽에서 문제가 생겼습니다. 기록해 두었으니 잠시 뒤 다시 시도해 주십시오.",
        "Something went wrong on our side. It has been noted; please try again in a while.",
    ),
}
