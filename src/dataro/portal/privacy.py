"""What the portal keeps of people, under the headings that the law asks for.

Headings: 개인정보 보호법 제30조(개인정보 처리방침의 수립 및 공개)와 같은 법 시행령 제31조. What a
heading says is what the code does; the numbers come from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataro.accounts.provider.flow import MINUTES
from dataro.accounts.sessions import HOURS, IDLE_MINUTES
from dataro.cases.retention import KEPT_DAYS
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what it says; ``rows`` are a table under it, its heads first."""

    title: Text
    paragraphs: Sequence[Text] = ()
    points: Sequence[Text] = ()
    rows: Sequence[tuple[Text, ...]] = ()


INTRO = both(
    "데이터를 보고 내려받는 데는 개인정보가 필요하지 않습니다. 아래는 신청·신고하거나 로그인할 때 무엇을 왜 "
    "얼마 동안 갖고 있는지 적은 것입니다.",
    "Reading and downloading data takes no personal data. This is what is kept, why and for how "
    "long, when you ask for something, report an error or sign in.",
)


def sections(city: City) -> list[Section]:
    """The statement of one city."""
    return [_purposes(), _items(), _periods(), _others(), _cookies(), _rights(city), _safety(),
            _office(city), _complaints(), _changes()]  # fmt: skip


def _purposes() -> Section:
    return Section(
        both("1. 처리 목적", "1. Why"),
        points=[
            both("데이터 제공 신청과 오류 신고를 처리하고 결과를 알려 드리기 위해",
                 "to deal with requests for data and reports of errors, and to tell you the outcome"),
            both("로그인한 사람을 확인하고 권한에 맞는 자료를 보여 드리기 위해",
                 "to know who is signed in, and to show what they may see"),
            both("비공개 자료를 누가 받아 갔는지 확인하고, 잘못 나간 자료를 거두기 위해",
                 "to know who was given data that is not open, and to call back what went out by mistake"),
        ],
    )  # fmt: skip


def _items() -> Section:
    rows = [
        (both("언제", "When"), both("무엇을", "What")),
        (both("데이터를 보거나 내려받을 때", "When you read or download"),
         both("개인정보를 받지 않습니다. 데이터마다 몇 번 쓰였는지 날짜별 횟수만 셉니다.",
              "No personal data. Only how often each dataset is used is counted, day by day.")),
        (both("신청하거나 신고할 때", "When you ask or report"),
         both("적어 주신 내용. 전자우편 주소와 연락처는 적으신 때에만 받습니다.",
              "What you write. An e-mail address and telephone number only where you give them.")),
        (both("로그인할 때", "When you sign in"),
         both("이름, 로그인 이름, 전자우편 주소, 부서, 역할. 비밀번호는 되돌릴 수 없는 값(scrypt)으로만 둡니다.",
              "Name, login, e-mail address, department and roles. Of a password only an "
              "irreversible value (scrypt) is kept.")),
        (both("로그인하고 데이터를 받을 때", "When you fetch data while signed in"),
         both("어느 데이터를 어느 날 몇 번 받았는지", "Which dataset you fetched, on which day, how often")),
        (both("업무 권한을 쓸 때", "When staff use their permissions"),
         both("누가 언제 무엇을 했는지(감사 기록)", "Who did what and when (the audit log)")),
    ]  # fmt: skip
    return Section(both("2. 처리하는 항목", "2. What"), rows=rows)


def _periods() -> Section:
    return Section(
        both("3. 보유 기간과 파기", "3. For how long"),
        points=[
            both(f"신청·신고에 적은 전자우편 주소와 연락처: 건이 끝난 뒤 {KEPT_DAYS}일이 지나면 자동으로 지웁니다.",
                 f"Addresses and telephone numbers in a request or report: erased automatically {KEPT_DAYS} days after it is closed."),
            both(f"로그인: {HOURS}시간, 쓰지 않으면 {IDLE_MINUTES}분 뒤 끝나며 기록도 지웁니다.",
                 f"A sign-in: {HOURS} hours, or {IDLE_MINUTES} minutes without use; its record is then deleted."),
            both("계정: 계정을 없애 달라고 하실 때까지. 감사 기록은 관련 법령이 정한 동안 보존합니다.",
                 "An account: until you ask for its end. The audit log is kept as long as the law demands."),
            both("지운 값은 되살릴 수 없습니다. 신청 내용과 답변은 개인정보를 뺀 채 남습니다.",
                 "What is erased cannot be restored. Requests and answers stay, without personal data."),
        ],
    )  # fmt: skip


def _others() -> Section:
    return Section(
        both("4. 제3자 제공과 처리 위탁", "4. Nobody else"),
        paragraphs=[
            both("개인정보를 다른 곳에 주거나 처리를 맡기지 않습니다. 쪽을 볼 때 외부 서버로 아무것도 보내지 않으며, "
                 "방문자를 따라다니는 분석 도구도 쓰지 않습니다.",
                 "Personal data is given to nobody else, and nobody else handles it. Pages send nothing to "
                 "other servers, and no tool follows visitors."),
        ],
    )  # fmt: skip


def _cookies() -> Section:
    rows = [
        (both("이름", "Name"), both("하는 일", "What it does"), both("기간", "Lasts")),
        (both("dataro_session", "dataro_session"),
         both("로그인한 브라우저를 알아봅니다.", "Recognises the browser that signed in."),
         both(f"{HOURS}시간 이하", f"{HOURS} hours at most")),
        (both("dataro_sign_in", "dataro_sign_in"),
         both("기관 계정으로 로그인하는 동안 같은 브라우저인지 확인합니다.",
              "Makes sure that it is the same browser while you sign in at your organisation."),
         both(f"{MINUTES}분", f"{MINUTES} minutes")),
    ]  # fmt: skip
    return Section(
        both("5. 쿠키와 브라우저 저장소", "5. Cookies and what your browser keeps"),
        paragraphs=[
            both("로그인하지 않으면 쿠키를 쓰지 않습니다. 화면 모드(밝게·어둡게·고대비)를 고르면 그 선택만 브라우저에 "
                 "남고 우리에게 오지 않습니다. 브라우저 설정에서 쿠키를 막을 수 있으며, 그러면 로그인할 수 없습니다.",
                 "Without signing in there is no cookie. The appearance you choose stays in your browser "
                 "and is not sent to us. You can block cookies in your browser; signing in is then not possible."),
        ],
        rows=rows,
    )  # fmt: skip


def _rights(city: City) -> Section:
    return Section(
        both("6. 여러분의 권리", "6. Your rights"),
        paragraphs=[
            both(f"언제든지 열람, 정정, 삭제, 처리 정지를 요구하실 수 있습니다. {city.office.ko}로 알려 주시면 "
                 "10일 안에 답해 드립니다. 만 14세 미만 아동은 법정대리인이 요구하실 수 있습니다.",
                 f"You may ask to see, correct or delete your data, or to stop its use. Tell the {city.office.en}; "
                 "it answers within ten days. For children under 14 a legal guardian may ask."),
        ],
    )  # fmt: skip


def _safety() -> Section:
    return Section(
        both("7. 안전하게 지키는 방법", "7. How it is protected"),
        points=[
            both("비밀번호, 토큰, 로그인 정보는 되돌릴 수 없는 값으로만 저장합니다.",
                 "Passwords, tokens and sign-ins are kept as irreversible values only."),
            both("누가 무엇을 볼 수 있는지 한 곳에서 정하며, 권한이 필요한 일은 지울 수 없는 감사 기록에 남깁니다.",
                 "Who may see what is decided in one place, and privileged acts go to a log that cannot be changed."),
            both("공개하는 표에는 개인정보가 없는지 검사하고, 사람이 드러날 수 있는 작은 수는 가립니다.",
                 "Open tables are checked for personal data, and small counts that could point to a person are withheld."),
        ],
    )  # fmt: skip


def _office(city: City) -> Section:
    reached = [one for one in (city.phone, city.email, city.contact) if one]
    where = f" ({', '.join(reached)})" if reached else ""
    return Section(
        both("8. 개인정보 보호 담당 부서", "8. Whom to ask"),
        paragraphs=[
            both(
                f"{city.name.ko} {city.office.ko}{where}",
                f"{city.office.en}, {city.name.en}{where}",
            )
        ],
    )


def _complaints() -> Section:
    return Section(
        both("9. 권익 침해를 구제받는 방법", "9. If you are not satisfied"),
        points=[
            both("개인정보분쟁조정위원회: 1833-6972 (www.kopico.go.kr)",
                 "Personal Information Dispute Mediation Committee: 1833-6972 (www.kopico.go.kr)"),
            both("개인정보침해 신고센터: 118 (privacy.kisa.or.kr)",
                 "Privacy Infringement Report Centre: 118 (privacy.kisa.or.kr)"),
            both("대검찰청: 1301 (www.spo.go.kr)", "Supreme Prosecutors' Office: 1301 (www.spo.go.kr)"),
            both("경찰청: 182 (ecrm.police.go.kr)", "National Police Agency: 182 (ecrm.police.go.kr)"),
        ],
    )  # fmt: skip


def _changes() -> Section:
    return Section(
        both("10. 방침이 바뀌면", "10. When this changes"),
        paragraphs=[
            both(
                "이 방침은 지금 쓰는 프로그램이 실제로 하는 일을 적은 것입니다. 바뀌면 이 쪽에서 알려 드립니다.",
                "This page says what the software in use does. Where that changes, this page says so.",
            )
        ],
    )
