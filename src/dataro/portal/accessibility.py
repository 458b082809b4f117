"""How the portal meets the Korean web accessibility guidelines (KWCAG 2.2), item by item."""

from __future__ import annotations

from dataro.vocabulary.text import Text, both

INTRO = both(
    "누구나 같은 내용을 얻을 수 있도록 한국형 웹 콘텐츠 접근성 지침 2.2에 맞추어 만들었습니다. "
    "자동 검사(WCAG 2.2 A·AA)와 키보드 시험을 변경할 때마다 거칩니다.",
    "Made to the Korean web content accessibility guidelines 2.2, so that everybody gets the same "
    "content. Every change passes an automatic check (WCAG 2.2 A and AA) and a keyboard test.",
)
HEADS = (both("검사 항목", "Item"), both("지키는 방법", "How it is met"))
ITEMS: tuple[tuple[Text, Text], ...] = (
    (both("적절한 대체 텍스트 제공", "Text alternatives"),
     both("모든 그림에 대체 설명이 있고, 옆에 같은 숫자의 표가 있습니다.",
          "Every figure has a description, and a table of the same numbers beside it.")),
    (both("표의 구성", "Structure of tables"),
     both("표마다 제목과 행·열 머리글이 있습니다.", "Every table has a caption and row and column headings.")),
    (both("색에 무관한 콘텐츠 인식", "Not by colour alone"),
     both("자료 없음은 빗금, 다른 계열은 점선으로도 구별하며 값은 글로도 읽을 수 있습니다.",
          "Missing is hatched, series differ by dashes too, and every value can be read as text.")),
    (both("텍스트 콘텐츠의 명도 대비", "Contrast of text"),
     both("글자는 바탕과 4.5 대 1 이상이며 고대비 화면을 고를 수 있습니다.",
          "Text stands at 4.5 to 1 or more, and a high-contrast appearance can be chosen.")),
    (both("키보드 사용 보장", "Keyboard"),
     both("모든 기능을 키보드로 쓸 수 있고 초점이 굵은 테두리로 보입니다.",
          "Everything works from the keyboard, and the focus is a thick outline.")),
    (both("반복 영역 건너뛰기", "Skipping repeated parts"),
     both("쪽마다 본문으로 바로 가는 링크가 맨 앞에 있습니다.",
          "A link to the main content comes first on every page.")),
    (both("제목 제공", "Titles"),
     both("쪽, 구역, 표에 내용을 알려 주는 제목이 있습니다.",
          "Pages, sections and tables have titles that say what they hold.")),
    (both("정지 기능 제공", "Stopping movement"),
     both("스스로 움직이는 것은 없으며, 지도의 재생은 눌러야 시작되고 멈출 수 있습니다.",
          "Nothing moves by itself; a map plays only when asked and can be paused.")),
    (both("기본 언어 표시", "Language of the page"),
     both("쪽과 언어 전환 링크에 언어가 표시되어 있습니다.",
          "Pages and the language switch say their language.")),
    (both("사용자 요구에 따른 실행", "On request only"),
     both("새 창이나 소리가 저절로 열리지 않습니다.", "No window or sound opens by itself.")),
    (both("오류 정정", "Errors"),
     both("잘못된 조건은 무엇이 잘못되었고 무엇이 가능한지 문장으로 알립니다.",
          "A setting that cannot be is answered with what is wrong and what is allowed.")),
    (both("레이블 제공", "Labels"),
     both("입력란마다 이름표가 있습니다.", "Every field has a label.")),
)  # fmt: skip
