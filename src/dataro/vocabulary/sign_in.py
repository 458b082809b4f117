"""How a city's people sign in: at its own provider of OpenID Connect, and by local accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.text import Text


@dataclass(frozen=True, slots=True)
class SignIn:
    """``[sign_in]`` of a ``city.toml``. The client's secret stands in the environment variable
    ``DATARO_SIGN_IN_SECRET``, never in a file.

    ``issuer`` and ``client_id`` as the provider knows them; ``title`` is what the button says.
    ``roles`` lists, for each value that the claim ``roles_claim`` may hold, the roles it gives:
    where any is declared, the provider alone decides who has which role. ``departments`` gives the
    department for a value of ``department_claim``; a value that is not listed is taken as the
    department's Korean name. ``local`` says whether local accounts may sign in as well.
    """

    issuer: str
    client_id: str
    title: Text | None = None
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    roles_claim: str = "roles"
    department_claim: str = "department"
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    local: bool = True
    __pydantic_config__: ClassVar = STRICT
