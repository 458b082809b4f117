"""The licences that packages may name: CKAN's usual ones, and the city's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from dataro.vocabulary.licence import LICENCES

_OPEN = "http://www.opendefinition.org/licenses/"
_USUAL: tuple[tuple[str, str, str, bool], ...] = (
    ("notspecified", "License not specified", "", False),
    ("odc-pddl", "Open Data Commons Public Domain Dedication and License (PDDL)", _OPEN + "odc-pddl", True),
    ("odc-odbl", "Open Data Commons Open Database License (ODbL)", _OPEN + "odc-odbl", True),
    ("odc-by", "Open Data Commons Attribution License", _OPEN + "odc-by", True),
    ("cc-zero", "Creative Commons CCZero", _OPEN + "cc-zero", True),
    ("cc-by", "Creative Commons Attribution", _OPEN + "cc-by", True),
    ("cc-by-sa", "Creative Commons Attribution Share-Alike", _OPEN + "cc-by-sa", True),
    ("gfdl", "GNU Free Documentation License", _OPEN + "gfdl", True),
    ("other-open", "Other (Open)", "", True),
    ("other-pd", "Other (Public Domain)", "", True),
    ("other-at", "Other (Attribution)", "", True),
    ("uk-ogl", "UK Open Government Licence (OGL)",
     "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", True),
    ("cc-nc", "Creative Commons Non-Commercial (Any)", "http://creativecommons.org/licenses/by-nc/2.0/", False),
    ("other-nc", "Other (Non-Commercial)", "", False),
    ("other-closed", "Other (Not Open)", "", False),
)  # fmt: skip


@cache
def licences() -> Mapping[str, Mapping[str, Any]]:
    """Every licence by its id, as ``license_list`` shows it."""
    usual = [_shown(*one) for one in _USUAL]
    ours = [
        _shown(id, one.text.en, one.url or "", one.commercial and one.derivatives)
        for id, one in LICENCES.items()
        if id not in {one["id"] for one in usual}
    ]
    return {one["id"]: one for one in (*usual, *ours)}


def _shown(id: str, title: str, url: str, free: bool) -> Mapping[str, Any]:
    return {
        "id": id,
        "title": title,
        "url": url,
        "status": "active",
        "od_conformance": "approved" if free else "not reviewed",
        "osd_conformance": "not reviewed",
        "domain_content": False,
        "domain_data": free,
        "domain_software": False,
        "family": "",
        "is_generic": id.startswith("other-") or id == "notspecified",
        "maintainer": "",
    }
