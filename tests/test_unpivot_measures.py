"""Headings that carry a month and a measure: months become rows, measures stay side by side."""

from __future__ import annotations

from pathlib import Path

from dataro.data.sources.files import read
from dataro.vocabulary.dataset import Source, Unpivot

LINES = """\
※ 매월 말일자 통계 현황,,,,
,,2023년01월,,2023년02월
코드,기관,인구수,세대수,인구수
1111000000,종로구 ,"139,265","71,028","139,501"
"""


def test_measures_of_one_month_stand_in_one_row_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(LINES, encoding="utf-8-sig")
    source = Source(
        files="a.csv",
        header=(2, 3),
        unpivot=Unpivot(r"(?P<month>\d{4}년\d{2}월)/(?P<column>인구수|세대수)"),
    )
    frame = read(source, [file], base=tmp_path).frame
    rows = frame.select("코드", "month", "인구수", "세대수", "_row").rows()
    assert rows == [
        ("1111000000", "2023년01월", "139,265", "71,028", 4),
        ("1111000000", "2023년02월", "139,501", None, 4),
    ]
