"""Read a dataset with the Python clients people use for the national data portal.

Arguments: the portal's address, the id of a dataset, a good key. Each client is pointed at the
portal; what it returns is printed.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request
import warnings
from typing import Any

warnings.simplefilter("ignore")

import kpublic  # noqa: E402
from kpublic.errors import ApiError  # noqa: E402
from pydatagokr.errors import DataGoKrAuthError  # noqa: E402
from pydatagokr.session import DataGoKrSession  # noqa: E402


class Plain:
    """Opens over http what the client insists to ask over https: the server has no certificate."""

    def open(self, request: urllib.request.Request, timeout: float) -> Any:
        address = request.full_url.replace("https://", "http://", 1)
        return urllib.request.urlopen(address, timeout=timeout)


def with_kpublic(origin: str, id: str, key: str) -> dict[str, Any]:
    with kpublic.Client(key, base_url=f"{origin}/openapi/") as client:
        found = {
            form: len(list(client.iter_items(id, page_size=7, **{flag: "json"})))
            for form, flag in (("type", "type"), ("_type", "_type"), ("resultType", "resultType"))
        }
        found["xml"] = len(list(client.iter_items(id, page_size=7)))
        found["one"] = len(client.get(id, numOfRows=1, type="json").items)
        found["none"] = len(client.get(id, pageNo=900, type="json").items)
        for name, call in {
            "too_many": lambda: client.get(id, numOfRows=99999, type="json"),
            "unknown_column": lambda: client.get(id, colour="red"),
            "unknown_service": lambda: client.get("no_such_thing", type="json"),
        }.items():
            found[name] = _code(call)
    twice = urllib.parse.quote(urllib.parse.quote(key, safe=""), safe="")
    with kpublic.Client("no-such-key", base_url=f"{origin}/openapi/") as client:
        found["bad_key"] = _code(lambda: client.get(id, type="json"))
        found["twice_encoded"] = len(client.get(id, serviceKey=twice, numOfRows=5).items)
    return found


def _code(call: Any) -> str:
    try:
        call()
    except ApiError as error:
        return error.code
    return "no error"


def with_pydatagokr(origin: str, id: str, key: str) -> dict[str, Any]:
    base = origin.replace("http://", "https://") + "/openapi"
    found: dict[str, Any] = {}
    for form, flag in (("json", "resultType"), ("json", "_type"), ("xml", "resultType")):
        session = DataGoKrSession(base, key, json_param=flag, response_format=form, opener=Plain())
        found[f"{form} {flag}"] = len(session.fetch(id, num_of_rows=9))
    try:
        DataGoKrSession(base, "bad", opener=Plain()).fetch(id)
    except DataGoKrAuthError as error:
        found["bad_key"] = error.code
    return found


def with_kpubdata(origin: str, id: str, key: str) -> dict[str, Any]:
    from kpubdata import Client

    os.environ["KPUBDATA_DATAGO_EXTRA_HOSTS"] = "127.0.0.1"
    client = Client(provider_keys={"datago": key})
    raw = client.dataset("datago.generic").call_raw(
        id, _base_url=f"{origin}/openapi", numOfRows="4", pageNo="1", _format_param="_type"
    )
    return {"items": len(raw["response"]["body"]["items"]["item"])}


def with_public_data_reader(origin: str, id: str, key: str) -> dict[str, Any]:
    from PublicDataReader import SmallShop

    reader = SmallShop(key)
    known = reader.meta_dict["업종대분류"]
    known["url"], known["columns"] = f"{origin}/openapi/{id}", ["stop", "name"]
    frame = reader.get_data("업종대분류", translate=False)
    return {"rows": len(frame), "first": str(frame.iloc[0]["name"])}


def main() -> None:
    origin, id, key = sys.argv[1:]
    clients = {
        "kpublic": with_kpublic, "pydatagokr": with_pydatagokr, "kpubdata": with_kpubdata,
        "PublicDataReader": with_public_data_reader,
    }  # fmt: skip
    print(json.dumps({name: ask(origin, id, key) for name, ask in clients.items()}))


main()
