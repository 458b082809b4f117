"""What the code knows of a city: only what its ``city.toml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.sign_in import SignIn
from dataro.vocabulary.text import Text


@dataclass(frozen=True, slots=True)
class City:
    """One city, as its ``city.toml`` declares it.

    ``codes`` are the administrative standard codes (행정표준코드, 10 digits) under which the whole
    city was or is registered, newest last. ``agency`` is the code of its administration
    (행정표준 기관코드, 7 digits). ``bounds`` is (west, south, east, north) in degrees,
    EPSG:4326: coordinates outside it are outside the city. ``phone`` and ``email`` are those of the
    ``office``; ``sign_in`` is how its people sign in, None for local accounts alone. ``names_en``
    are English names of places that no table names in English, such as gu.
    """

    id: str
    name: Text
    codes: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    province: Text
    office: Text
    contact: str = ""
    agency: str = ""
    phone: str = ""
    email: str = ""
    sign_in: SignIn | None = None
    names_en: Mapping[str, str] = field(default_factory=dict)
    __pydantic_config__: ClassVar = STRICT

    @property
    def code(self) -> str:
        """The code that registers of the whole city use."""
        return self.codes[0]

    def facts(self) -> dict[str, Any]:
        """What an answer may depend on: everything but how people reach it and sign in."""
        names = ("id", "name", "codes", "bounds", "province", "office", "names_en")
        return {name: getattr(self, name) for name in names}
