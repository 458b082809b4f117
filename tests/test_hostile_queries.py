"""Queries that a stranger writes to hold the portal up are answered at once, in a sentence."""

from __future__ import annotations

import time

import pytest

from dataro.ckan.faults import BadSearch
from dataro.ckan.search.query import parsed
from dataro.publish.forms.ogc.cql2 import read_filter
from dataro.publish.query import BadValue

# The first ended the whole process and the second held it for hours, before depth was bounded.
DEEP = [
    "(" * 1_900 + "a=1" + ")" * 1_900,
    "(" * 40,
    "a='\\'' AND " + "(" * 30 + "b='x'",
    "a=')))))))))' AND " + "(" * 9 + "a=1",
    "NOT " * 900 + "a=1",
]


@pytest.mark.parametrize("written", DEEP)
def test_a_filter_nested_beyond_reason_is_refused_at_once(written: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadValue, match="deeply"):
        read_filter(written, "cql2-text")
    assert time.perf_counter() - began < 1


def test_brackets_that_people_write_are_read() -> None:
    shape = "S_INTERSECTS(geometry, MULTIPOLYGON(((127 37, 127.1 37, 127.1 37.1, 127 37))))"
    found = read_filter(f"((name = '가(나)((((((((((' OR (level = '초')) AND {shape})", "cql2-text")
    assert len(found.touching) == 1


@pytest.mark.parametrize("written", ["-" * 7_000, "NOT " * 1_900, "a:" * 3_900, "a OR " * 1_500])
def test_a_search_in_the_words_of_ckan_has_bounds(written: str) -> None:
    with pytest.raises(BadSearch):
        parsed(written)
