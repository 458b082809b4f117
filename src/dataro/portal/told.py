"""What a reader is told of an error: its status, and a sentence with a next step."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from litestar.exceptions import HTTPException

from dataro.publish.areas.find import TooMany
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.forms.rest.problems import problem_type
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.settings import SettingError
from dataro.vocabulary.text import Text, both

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_FULL_WORDS = ("disk is full", "disk i/o error", "readonly database", "no space left")


class TooLong(Problem):
    """A query longer than any page of ours makes."""


def told(error: Exception) -> tuple[int, Text]:
    if isinstance(error, Gone):
        return 410, error.text
    if isinstance(error, NotThere):
        return 404, error.text
    if isinstance(error, SettingError | TooMany):
        return 400, error.text
    if isinstance(error, TooLong):
        return 414, error.text
    if isinstance(error, Problem):
        return problem_type(error).status, error.text
    if _is_full(error):
        return 503, both(
            "서버의 저장 공간이 모자라 지금은 새로 적거나 만들 수 없습니다. 보내신 것이 있다면 저장되지 않았으니 "
            "잠시 뒤 다시 보내 주십시오. 다른 쪽은 볼 수 있습니다.",
            "The server has no room left to write or work anything out. If you sent something, it was not "
            "kept: please send it again in a while. Other pages can be read.",
        )
    if _is_lake(error):
        return 503, both(
            "자료를 다시 만들고 있어 잠시 읽을 수 없습니다. 1분쯤 뒤에 다시 열어 주십시오.",
            "The data is being made again and cannot be read for a moment. Please try again in a "
            "minute.",
        )
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return 405, both("이 주소는 읽기만 할 수 있습니다.", "This address can only be read.")
    if status == 413:
        return 413, both(
            "보내신 내용이 너무 큽니다. 파일이라면 나누어 올려 주십시오.",
            "What you sent is too large. If it is a file, divide it.",
        )
    if 400 <= status < 500:
        return status, both(
            "그런 쪽은 없습니다. 주소를 다시 확인하거나 홈에서 찾아 주십시오.",
            "There is no such page. Check the address, or start from the home page.",
        )
    return 500, both(
        "저희 쪽에서 문제가 생겼습니다. 기록해 두었으니 잠시 뒤 다시 시도해 주십시오.",
        "Something went wrong on our side. It has been noted; please try again in a while.",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: Exception) -> bool:
    """Whether nothing more can be written: the disk is full, or may not be written to."""
    for one in _causes(error):
        if isinstance(one, OSError) and one.errno in _FULL:
            return True
        engine = isinstance(one, sqlite3.Error) or _of_lake(one)
        if engine and any(words in str(one).lower() for words in _FULL_WORDS):
            return True
    return False


def _is_lake(error: Exception) -> bool:
    """Whether the lake's engine could not read: files that are being replaced from outside."""
    return any(_of_lake(one) for one in _causes(error))


def _of_lake(error: BaseException) -> bool:
    return type(error).__module__.startswith(("duckdb", "_duckdb"))
