"""An empty CKAN site of its own, for replaying tests: nothing of a city, on this machine only.

``POST /__reset`` empties it and answers with its administrator and their token. The body may be
JSON with ``config``: settings by their CKAN names that hold until the next reset.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Litestar, Response, post

from dataro.accounts.records import open_records
from dataro.build.workspace import Workspace
from dataro.ckan.call import Data, new_id
from dataro.ckan.rows.file import RowsFile
from dataro.ckan.rows.read import prepare
from dataro.ckan.schema import things
from dataro.ckan.settings import DEFAULTS
from dataro.ckan.site import CkanSite, by_token
from dataro.ckan.things import Things
from dataro.ckan.tokens import digest
from dataro.portal.api.ckan import JSON, ckan_routes
from dataro.portal.replies import Maker, PortalRequest
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

SITE_ID = "test.ckan.net"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def only_here(host: str) -> None:
    """Raise ``Problem`` for an address that other machines can reach."""
    if host not in _LOOPBACK:
        raise Problem(
            both(
                f"시험 모드는 이 컴퓨터에서만 열립니다(주소 127.0.0.1). 받은 주소: {host}",
                f"Test mode serves this machine only (address 127.0.0.1). Given: {host}",
            )
        )


@contextmanager
def test_site() -> Iterator[Litestar]:
    """The application over an empty site, whose folder is gone when it ends."""
    with TemporaryDirectory(prefix="dataro-test-") as folder:
        workspace = Workspace(Path(folder))
        records = open_records(workspace, url=f"sqlite:///{Path(folder) / 'records.sqlite'}")
        site = CkanSite(records, workspace.state / "rows.sqlite", workspace.state / "files")
        token = secrets.token_urlsafe(24)
        reset(site, token, {})
        try:
            yield make_test_app(site, token)
        finally:
            records.close()


def make_test_app(site: CkanSite, token: str) -> Litestar:
    """The Action API and ``/__reset``."""
    maker = Maker()

    @post("/__reset", status_code=200)
    async def empty(request: PortalRequest) -> Response[bytes]:
        body = await request.body()
        asked: Any = json.loads(body) if body.strip().startswith(b"{") else {}
        config = asked.get("config") or {}
        answer = await maker.run(lambda: reset(site, token, config))
        return Response(json.dumps(answer).encode(), media_type=JSON)

    return Litestar(
        route_handlers=[*ckan_routes(site, maker, _asker), empty],
        openapi_config=None,
        request_max_body_size=100_000,
    )


def _asker(request: PortalRequest) -> Any:
    header = request.headers.get("authorization") or request.headers.get("x-ckan-api-key")
    secret = (header or "").removeprefix("Bearer ").strip() or None
    return lambda: by_token(secret)


def reset(site: CkanSite, token: str, config: Data) -> Data:
    """Empty the site: only its administrator is left, with the same token as before."""
    site.settings.clear()
    site.settings.update(DEFAULTS)
    site.settings.update({"ckan.site_id": SITE_ID, "ckan.site_url": f"http://{SITE_ID}", **config})
    rows = RowsFile(site.rows, prepare)
    try:
        rows.empty()
        rows.commit()
    finally:
        rows.close()
    with site.records.writing() as connection:
        connection.execute(things.delete())
        written = Things(connection)
        user = {
            "id": new_id(), "name": SITE_ID, "fullname": None, "email": None, "about": None,
            "image_url": None, "sysadmin": True, "state": "active", "plugin_extras": None,
            "activity_streams_email_notifications": False, "created": site.records.now()[:26],
        }  # fmt: skip
        written.put("user", user)
        written.put(
            "token",
            {"id": "reset", "name": "reset", "user_id": user["id"], "hash": digest(token),
             "created_at": site.records.now()[:26], "last_access": None},
        )  # fmt: skip
    admin = {"name": SITE_ID, "id": user["id"], "token": token, "apikey": token}
    return {"success": True, "sysadmin": admin, **admin}
