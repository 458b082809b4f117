"""Numbers and texts with a form of their own: registration numbers, telephones, postcodes, plates.

Everything here judges one value. Patterns match the whole value and use only what Python's, Rust's
(polars) and RE2's (DuckDB) dialects share, so that a column is matched where it lies; check digits
are declared as data (``Checksum``), so that a column is summed where it lies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from dataro.data.standards.numbering import (
    SPECIAL_NUMBERS,
    TELEPHONE_PATTERN,
    province_of_postcode,
)
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Checksum:
    """How the last digit follows from the ones before it.

    ``digit = (complement - total mod modulus) mod 10``, where the total is the digits times
    ``weights``; with ``carry`` the tens of the last product are added (business numbers); with
    ``cross`` a product of two digits counts as their sum (Luhn).
    """

    weights: tuple[int, ...]
    modulus: int = 10
    complement: int = 10
    carry: bool = False
    cross: bool = False

    def digit(self, digits: str) -> int:
        """The check digit that belongs behind the first ``len(weights)`` digits."""
        products = [int(d) * w for d, w in zip(digits, self.weights, strict=False)]
        if self.cross:
            products = [p // 10 + p % 10 for p in products]
        total = sum(products) + (products[-1] // 10 if self.carry else 0)
        return (self.complement - total % self.modulus) % 10

    def holds(self, digits: str) -> bool:
        """Whether a string of digits ends in its check digit."""
        size = len(self.weights)
        return len(digits) == size + 1 and self.digit(digits[:size]) == int(digits[size])


BUSINESS = Checksum((1, 3, 7, 1, 3, 7, 1, 3, 5), carry=True)
"""사업자등록번호: the tax office's rule."""
CORPORATION = Checksum((1, 2) * 6)
"""법인등록번호: the registry rule (법인 및 재외국민의 등기용등록번호 부여에 관한 규칙)."""
RESIDENT = Checksum((2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), modulus=11, complement=11)
"""주민등록번호 issued before October 2020; later ones end in a digit without meaning."""
FOREIGNER = Checksum((2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), modulus=11, complement=13)
"""외국인등록번호 issued before October 2020."""
CARD = Checksum((2, 1) * 7 + (2,), cross=True)
"""Payment cards of 16 digits (Luhn)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of identifier: how it is written, what must hold, how it reads in a sentence.

    ``pattern`` accepts every common writing; ``groups`` are the digit counts of the canonical one
    (``(3, 2, 5)`` → ``123-45-67891``). ``holds`` judges a value that matches the pattern.
    ``personal`` values may not stand in an open table.
    """

    id: str
    title: Text
    pattern: str
    example: str
    groups: tuple[int, ...] = ()
    holds: Callable[[str], bool] | None = None
    checksum: Checksum | None = None
    personal: bool = False


def tidy(value: str) -> str:
    """A value in NFKC (full-width digits become digits) with dashes unified and spaces trimmed."""
    text = unicodedata.normalize("NFKC", value).strip()
    return re.sub(r"[‐-―−ー]", "-", text)


def digits(value: str) -> str:
    """Only the digits of a value: ``"123-45-67890" → "1234567890"``."""
    return re.sub(r"\D", "", tidy(value))


def is_valid(kind: str, value: str) -> bool:
    """Whether a value is a well-formed identifier of a kind, check digit included.

    Raises ``KeyError`` for a kind that ``IDENTIFIERS`` does not list.
    """
    identifier = IDENTIFIERS[kind]
    text = tidy(value)
    if not re.fullmatch(identifier.pattern, text):
        return False
    return identifier.holds is None or identifier.holds(text)


def why_not(kind: str, value: str) -> Text | None:
    """The reason a value is not an identifier of the kind, or nothing if it is one."""
    identifier = IDENTIFIERS[kind]
    title, text = identifier.title, tidy(value)
    if not re.fullmatch(identifier.pattern, text):
        return both(
            f"{title.ko} 형식이 아닙니다. 예: {identifier.example}",
            f"Not written as a {title.en.lower()}. Example: {identifier.example}",
        )
    if identifier.holds is None or identifier.holds(text):
        return None
    if identifier.checksum is not None:
        return both(
            f"{title.ko}의 검증 숫자가 맞지 않습니다.",
            f"The check digit of the {title.en.lower()} is wrong.",
        )
    return both(
        f"{title.ko}로 있을 수 없는 값입니다.",
        f"No {title.en.lower()} can have this value.",
    )


def canonical(kind: str, value: str) -> str | None:
    """The value as the standard writes it, where its digits say so: a proposed correction.

    ``canonical("business_number", "1234567891") → "123-45-67891"``; ``canonical("telephone",
    "031 5189 2114") → "031-5189-2114"``. ``None`` where the digits do not make one.
    """
    identifier = IDENTIFIERS[kind]
    if kind in ("telephone", "mobile_number"):
        written = _telephone(value)
        return written if written and is_valid(kind, written) else None
    if not identifier.groups:
        text = tidy(value)
        return text if is_valid(kind, text) else None
    found = digits(value)
    if len(found) != sum(identifier.groups):
        return None
    ends = list(accumulate(identifier.groups))
    joined = "-".join(
        found[end - size : end] for size, end in zip(identifier.groups, ends, strict=True)
    )
    return joined if is_valid(kind, joined) else None


def matching(value: str) -> tuple[str, ...]:
    """The kinds whose pattern and check a value satisfies, the most telling first."""
    return tuple(
        kind
        for kind, identifier in IDENTIFIERS.items()
        if re.fullmatch(identifier.pattern, tidy(value))
        and (identifier.holds is None or identifier.holds(tidy(value)))
    )


def birth_date(value: str) -> date | None:
    """The birth date in a resident or foreigner number, or nothing where it is impossible."""
    found = digits(value)
    if len(found) < 7:
        return None
    century = {"9": 18, "0": 18, "1": 19, "2": 19, "5": 19, "6": 19}.get(found[6], 20)
    try:
        return date(century * 100 + int(found[:2]), int(found[2:4]), int(found[4:6]))
    except ValueError:
        return None


_WITHOUT_CHECK = date(2020, 10, 5)
"""From this day resident numbers are given without regional code and check digit (주민등록법
시행규칙). Who changed an older number since then has one too; they are too few to give up the
check for."""


def _is_resident(value: str) -> bool:
    found = digits(value)
    birth = birth_date(found)
    if birth is None or birth > date.today():
        return False
    return birth >= _WITHOUT_CHECK or (FOREIGNER if found[6] in "5678" else RESIDENT).holds(found)


def _is_business(value: str) -> bool:
    return BUSINESS.holds(digits(value))


def _is_corporation(value: str) -> bool:
    return CORPORATION.holds(digits(value))


def _is_card(value: str) -> bool:
    return CARD.holds(digits(value))


def _is_postcode(value: str) -> bool:
    return province_of_postcode(value) is not None


def _is_parcel(value: str) -> bool:
    found = digits(value)
    return found[10] in "12" and found[11:15] != "0000"


def _telephone(value: str) -> str | None:
    text = re.sub(r"^\+82[-. ]?(?:\(0\)|0)?", "0", tidy(value))
    if not re.fullmatch(TELEPHONE_PATTERN, text):
        return None
    found = digits(text)
    if found in SPECIAL_NUMBERS:
        return found
    if found[0] == "1":
        return f"{found[:4]}-{found[4:]}"
    size = 2 if found.startswith("02") else 4 if found.startswith("050") else 3
    return f"{found[:size]}-{found[size:-4]}-{found[-4:]}"


def _of(*identifiers: Identifier) -> Mapping[str, Identifier]:
    return {identifier.id: identifier for identifier in identifiers}


IDENTIFIERS: Mapping[str, Identifier] = _of(
    Identifier(
        "resident_number", both("주민등록번호", "Resident registration number"),
        r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[- ]?[0-9]\d{6}", "YYMMDD-SNNNNNN",
        (6, 7), _is_resident, RESIDENT, personal=True,
    ),
    Identifier(
        "business_number", both("사업자등록번호", "Business registration number"),
        r"\d{3}[- ]?\d{2}[- ]?\d{5}", "123-45-67891", (3, 2, 5), _is_business, BUSINESS,
    ),
    Identifier(
        "corporation_number", both("법인등록번호", "Corporation registration number"),
        r"\d{6}[- ]?\d{7}", "110111-0000010", (6, 7), _is_corporation, CORPORATION,
    ),
    Identifier(
        "card_number", both("카드번호", "Payment card number"),
        r"\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}", "4111-1111-1111-1111", (4, 4, 4, 4),
        _is_card, CARD, personal=True,
    ),
    Identifier(
        "driving_licence", both("운전면허번호", "Driving licence number"),
        r"(?:1[1-9]|2[0-8])[- ]?\d{2}[- ]?\d{6}[- ]?\d{2}", "13-05-123456-70", (2, 2, 6, 2),
        personal=True,
    ),
    Identifier(
        "passport_number", both("여권번호", "Passport number"),
        r"[MSROD](?:\d{8}|\d{3}[A-Z]\d{4})", "M123A4567", personal=True,
    ),
    Identifier(
        "mobile_number", both("휴대전화번호", "Mobile telephone number"),
        r"(?:010[-. ]?[2-9]\d{3}|01[16-9][-. ]?[2-9]\d{2,3})[-. ]?\d{4}", "010-2345-6789",
        personal=True,
    ),
    Identifier("telephone", both("전화번호", "Telephone number"), TELEPHONE_PATTERN,
               "031-200-1234"),
    Identifier("email", both("이메일주소", "E-mail address"),
               r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}",
               "office@example.kr", personal=True),
    Identifier("url", both("누리집주소", "Web address"),
               r"(?:https?://)?(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?::\d{1,5})?(?:[/?#]\S*)?",
               "https://www.example.kr"),
    Identifier("vehicle_number", both("자동차등록번호", "Vehicle registration number"),
               r"(?:[가-힣]{2} ?)?\d{2,3} ?[가-힣] ?\d{4}", "123가4567", personal=True),
    Identifier("parcel_number", both("필지고유번호", "Parcel number (PNU)"),
               r"[1-5]\d{9}[12]\d{8}", "1111010100100010000", (), _is_parcel),
    Identifier("postcode", both("우편번호", "Postcode"), r"\d{5}", "03171", (5,), _is_postcode),
    Identifier("place_code", both("행정표준코드", "Administrative code"), r"[1-5]\d{9}",
               "1111010100", (10,)),
)  # fmt: skip
"""Every kind of identifier, the most telling first."""
