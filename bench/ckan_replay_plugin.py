"""Loaded by pytest inside an environment that has CKAN: sends what its tests ask to a server.

CKAN's tests call actions as functions. Here ``get_action`` and ``check_access`` are replaced by
requests to the Action API at ``CKAN_REPLAY_URL``; databases, search engine and queues are never
touched. A test that needs more than the API (the models, a plugin, a mock inside the server) is
skipped with the reason in its message.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import os
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

import ckan.lib.helpers as h
import ckan.lib.search as search
import ckan.logic as logic
import ckan.model as model
import ckan.model.meta as meta
import pytest
from ckan.common import config

URL = os.environ["CKAN_REPLAY_URL"]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_STATE: dict[str, Any] = {"token": "", "tokens": {}, "config": {}}
_DEFAULTS = {
    "ckan.site_url": "http://test.ckan.net", "ckan.site_id": "test.ckan.net",
    "ckan.site_title": "CKAN", "ckan.plugins": ["datastore"], "ckan.hide_version": False,
    "ckan.group_and_organization_list_max": 1000, "ckan.default_group_sort": "title",
    "ckan.group_and_organization_list_all_fields_max": 25, "ckan.search.rows_max": 1000,
    "ckan.upload.user.types": [], "testing": True, "ckan.locale_default": "en", "debug": False,
    "ckan.user.unique_email_states": ["active"], "ckan.jobs.default_list_limit": 200,
}  # fmt: skip
_ASKS_FOR_MORE = {
    "mocks inside the server": r"\bmock\b|monkeypatch|patch\(|freeze|freezer",
    "a plugin": r"provide_plugin|plugins\.|example_i|sample_datastore|IPackage|chained",
    "the models": r"model\.Session|validate_password|is_deleted\(\)|user\.delete\(|\.plugin_data|auth_delete\.|_obj\.|user_obj\b|authz\.|_engine\(|execute\(|model\.repo|\.sql\b|orm\.|sa\.text|\.model\(",
    "pages of CKAN": r"app\.get\(url_for\(|helpers\.body_contains|with_request_context.*\bapp\b",
    "mails": r"mail_server|mailer",
    "names of CKAN's own inside a token": r"api_token\.decode",
    "background jobs": r"\bjobs\b|enqueue|rq\.|job_from_id|get_all_job_dicts",
    "schema objects": r"schema\.|\"schema\":|'schema':|for_view|\"validate\"|return_query|defer_commit|return_id|keep_email|keep_apikey|app_globals",
    "SQL": r"search_sql|sql=|LazyJSON",
    "PostgreSQL's own": r"when_was_last_analyze|_get_index_names|pg_|trigger|datastore_function",
    "files of CKAN 2.12": r"file_create|file_show",
    "words that are CKAN's": r"help_show_|__doc__",
}


# --- HTTP -------------------------------------------------------------------------------------


def _send(path: str, data: Any, token: str | None, method: str = "POST") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = token
    body = json.dumps(data, default=_plain).encode() if data is not None else None
    request = urllib.request.Request(URL + path, body, headers, method=method)
    try:
        with _OPENER.open(request, timeout=60) as reply:
            return reply.status, json.loads(reply.read() or b"null")
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return error.code, json.loads(text)
        except ValueError:
            return error.code, text.decode()


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | tuple):
        return list(value)
    if hasattr(value, "filename") or isinstance(value, io.IOBase):
        pytest.skip("asks for more than the API: files in Python objects")
    return str(value)


def reset(settings: dict[str, Any]) -> None:
    """Empty the server, with the settings of a test."""
    _, answer = _send("/__reset", {"config": settings}, None)
    _STATE["token"], _STATE["tokens"] = answer["token"], {}


def _token_of(user: Any) -> str | None:
    """The token of a person by name; None where there is no such person."""
    if user is None or user == "":
        return None
    name = str(getattr(user, "name", user))
    known = _STATE["tokens"]
    if name == _DEFAULTS["ckan.site_id"]:
        return str(_STATE["token"])
    if name not in known:
        asked = {"user": name, "name": "replay"}
        status, answer = _send("/api/3/action/api_token_create", asked, _STATE["token"])
        known[name] = answer["result"]["token"] if status == 200 else None
    return known[name]


def _result(status: int, answer: Any) -> Any:
    if status == 200:
        return answer["result"]
    if not isinstance(answer, dict):
        raise AssertionError(f"{status}: {answer}")
    error = answer["error"]
    type, message = error.get("__type"), str(error.get("message", ""))
    plain = message.split(": ", 1)[1] if ": " in message else ""
    if type == "Validation Error":
        fault = logic.ValidationError({})
        fault.error_dict = {k: v for k, v in error.items() if k != "__type"}
        raise fault
    if type == "Not Found Error":
        raise logic.NotFound(plain)
    if type == "Authorization Error":
        raise logic.NotAuthorized(plain)
    if type == "Search Query Error":
        raise search.SearchQueryError(message)
    if type == "Search Error":
        raise search.SearchError(message)
    if type == "Integrity Error":
        from ckan.lib.navl.dictization_functions import DataError

        raise DataError(message)
    raise AssertionError(f"{status}: {answer}")


# What depends on who asks even where CKAN's tests ask for no permission.
_PERSONAL = re.compile(
    r"(package|dataset|group|organization|resource)_create$|^(un)?follow_|^am_following|"
    r"_list_for_user$|group_list_authz|user_autocomplete|user_show|user_list|user_update|"
    r"package_search|package_update|member_create|user_patch"
)


def _ask(name: str, context: dict[str, Any] | None, data: dict[str, Any]) -> Any:
    context = context or {}
    user = context.get("user")
    if name == "get_site_user":
        return _result(*_send(f"/api/3/action/{name}", {}, _STATE["token"]))
    if user is None and context.get("auth_user_obj") is not None:
        user = context["auth_user_obj"]
    token = _token_of(user)
    path = f"/api/3/action/{name}"
    if not context.get("ignore_auth"):
        return _result(*_send(path, data, token))
    reads = re.search(r"_(list|show|search|autocomplete|count)$|_list_for_user|am_foll", name)
    if (token and _PERSONAL.search(name)) or (reads and "user" in context):
        # Over HTTP only administrators say what state something new is in.
        state = data.pop("state", None) if name == "package_create" else None
        status, answer = _send(path, data, token)
        if state and status == 200:
            change = {"id": answer["result"]["id"], "state": state}
            status, answer = _send("/api/3/action/package_patch", change, _STATE["token"])
        if status not in (403, 404):
            return _result(status, answer)
        if state:
            data["state"] = state
    return _result(*_send(path, data, _STATE["token"]))


class _Action:
    side_effect_free = False

    def __init__(self, name: str) -> None:
        self.name, self.__name__ = name, name
        self.__doc__ = None

    def __call__(self, context: Any = None, data_dict: Any = None, **_: Any) -> Any:
        return _ask(self.name, dict(context or {}), dict(data_dict or {}))


def _check_access(name: str, context: Any, data_dict: Any = None) -> bool:
    """Allowed is whatever the action of that name does not refuse."""
    user = (context or {}).get("user")
    if (context or {}).get("ignore_auth"):
        return True
    status, answer = _send(f"/api/3/action/{name}", dict(data_dict or {}), _token_of(user))
    if status == 400 and "not known" in str(answer):
        pytest.skip("asks for more than the API: a permission that is no action")
    if status == 403:
        _result(status, answer)
    if status == 404:
        _result(status, answer)
    return True


# --- in place of CKAN's own -------------------------------------------------------------------


class _NoSession:
    """Stands where the database session was."""

    def __getattr__(self, name: str) -> Any:
        if name in ("commit", "flush", "remove", "rollback", "close", "expire_all", "expunge_all"):
            return lambda *_, **__: None
        pytest.skip("asks for more than the API: the models")
        return None


class _Object:
    """A thing as its model would give it, read through the API."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.__dict__.update(shown)


def _reader(action: str) -> Any:
    def read(reference: Any, *_: Any, **__: Any) -> Any:
        try:
            return _Object(_ask(action, {"ignore_auth": True}, {"id": reference}))
        except (logic.NotFound, logic.ValidationError):
            return None

    return staticmethod(read)


logic.get_action = _Action
logic.check_access = _check_access
model.Session = meta.Session = _NoSession()
for _class, _name in ((model.User, "user_show"), (model.Package, "package_show"),
                      (model.Resource, "resource_show")):  # fmt: skip
    _class.get = _reader(_name)
model.User.by_name = model.User.get


def _package(reference: str, *_: Any, **__: Any) -> Any:
    """A package whose resources are objects, as older tests take them from the models."""
    try:
        shown = _ask("package_show", {"ignore_auth": True}, {"id": reference})
    except logic.NotFound:
        return None
    return _Object({**shown, "resources": [_Object(one) for one in shown["resources"]]})


model.Package.get = staticmethod(_package)
model.repo.rebuild_db = lambda: None


def _url_for(*args: Any, **kwargs: Any) -> str:
    if args and str(args[0]).startswith("api.action"):
        known = {
            k: v
            for k, v in kwargs.items()
            if k not in ("logic_function", "ver", "qualified", "_external")
        }
        query = f"?{urlencode(known)}" if known else ""
        return f"/api/{kwargs.get('ver', 3)}/action/{kwargs['logic_function']}{query}"
    pytest.skip("asks for more than the API: pages of CKAN")
    return ""


h.url_for = _url_for


class _TestData:
    """The books that CKAN's older tests begin with, made through the API."""

    _books = (
        ("annakarenina", [("http://datahub.io/download/x=1&y=2", "Full text."),
                          ("http://datahub.io/index.json", "Index of the novel")]),
        ("warandpeace", []),
    )  # fmt: skip

    @classmethod
    def create(cls, *_: Any, **__: Any) -> None:
        for name in ("testsysadmin", "annafan", "joeadmin", "russianfan", "tester"):
            user = {"name": name, "password": "TestPassword1", "email": f"{name}@ckan.example.com",
                    "sysadmin": name == "testsysadmin"}  # fmt: skip
            _ask("user_create", {"ignore_auth": True}, user)
        for name, resources in cls._books:
            listed = [
                {"url": url, "description": said, "format": "text"} for url, said in resources
            ]
            book = {"name": name, "title": "A Novel By Tolstoy", "resources": listed}
            _ask("package_create", {"ignore_auth": True, "user": "testsysadmin"}, book)


import ckan.lib.create_test_data as _created  # noqa: E402

_created.CreateTestData = _TestData

try:
    import ckanext.datastore.backend.postgres as _postgres

    _postgres.get_write_engine = lambda: None
except ImportError:
    pass


class _Reply:
    def __init__(self, status: int, body: bytes, headers: Any) -> None:
        self.headers = headers
        self.status_code, self.data, self.body = status, body, body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def get_data(self, as_text: bool = False) -> Any:
        return self.body if as_text else self.data

    def __contains__(self, text: str) -> bool:
        return text in self.body


def _multipart(data: dict[str, Any]) -> tuple[bytes, str]:
    """A form with files: ``(file, name)`` among its values."""
    line, parts = b"------replay", []
    for name, value in data.items():
        said = f'Content-Disposition: form-data; name="{name}"'
        content = value
        if isinstance(value, tuple):
            said += f'; filename="{value[1]}"\r\nContent-Type: application/octet-stream'
            content = value[0].read()
        content = content if isinstance(content, bytes) else str(content).encode()
        parts += [line, said.encode(), b"", content]
    body = b"\r\n".join([*parts, line + b"--", b""])
    return body, f"multipart/form-data; boundary={line[2:].decode()}"


class _App:
    """What CKAN's tests send requests with, on the server instead."""

    def _send(self, method: str, url: str, **kwargs: Any) -> _Reply:
        url = url.replace("http://test.ckan.net", "")
        if not url.startswith("/api"):
            pytest.skip("asks for more than the API: pages of CKAN")
        headers = dict(kwargs.get("headers") or {})
        for name, value in (kwargs.get("extra_environ") or {}).items():
            if name == "REMOTE_USER":
                value = _token_of(value)
            elif name != "Authorization":
                continue
            headers["Authorization"] = value or ""
        params = kwargs.get("params") or kwargs.get("query_string") or {}
        data = kwargs.get("data")
        if method == "GET" and params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        elif params and data is None:
            data = params
        body = None
        if kwargs.get("json") is not None:
            body, headers["Content-Type"] = json.dumps(kwargs["json"]).encode(), "application/json"
        elif isinstance(data, dict) and any(isinstance(one, tuple) for one in data.values()):
            body, headers["Content-Type"] = _multipart(data)
        elif isinstance(data, dict):
            body = urlencode(data, doseq=True).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif data is not None:
            body = data.encode() if isinstance(data, str) else data
            headers.setdefault(
                "Content-Type", kwargs.get("content_type") or "application/x-www-form-urlencoded"
            )
        address = URL + quote(url, safe="/?&=%:,+")
        request = urllib.request.Request(address, body, headers, method=method)
        try:
            with _OPENER.open(request, timeout=60) as reply:
                got = _Reply(reply.status, reply.read(), reply.headers)
        except urllib.error.HTTPError as error:
            got = _Reply(error.code, error.read(), error.headers)
        if kwargs.get("status"):
            assert got.status_code == kwargs["status"], got.body
        return got

    def get(self, url: str, *_: Any, **kwargs: Any) -> _Reply:
        return self._send("GET", url, **kwargs)

    def post(self, url: str, *_: Any, **kwargs: Any) -> _Reply:
        return self._send("POST", url, **kwargs)


# --- pytest -----------------------------------------------------------------------------------

from ckan.tests.pytest_ckan import fixtures as _fixtures  # noqa: E402

_OURS = {"app", "ckan_config"}
globals().update(
    {k: v for k, v in vars(_fixtures).items() if not k.startswith("__") and k not in _OURS}
)


def pytest_configure(config: Any) -> None:
    for name in ("ckan_config", "with_plugins", "provide_plugin"):
        config.addinivalue_line("markers", f"{name}: CKAN's own")


def pytest_runtest_setup(item: Any) -> None:
    source = ""
    with contextlib.suppress(OSError, TypeError):
        source = inspect.getsource(item.function)
    for reason, pattern in _ASKS_FOR_MORE.items():
        if (re.search(pattern, source) and "app" not in item.fixturenames) or (
            re.search(pattern, source) and reason != "schema objects"
        ):
            pytest.skip(f"asks for more than the API: {reason}")
    for mark in ("provide_plugin", "with_plugins"):
        if any(item.iter_markers(mark)):
            pytest.skip("asks for more than the API: a plugin")
    settings: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("ckan_config"))):
        name, value = mark.args
        if name == "ckan.plugins":
            wanted = value.split() if isinstance(value, str) else value
            if not set(wanted) <= {"datastore", "image_view", "datatables_view", "text_view"}:
                pytest.skip("asks for more than the API: a plugin")
            continue
        settings[name] = value
    config.clear()
    config.update(_DEFAULTS)
    config.update(settings)
    reset(settings)


def _nothing() -> Any:
    def fixture() -> None:
        return None

    return pytest.fixture(fixture)


clean_db = non_clean_db = clean_index = clean_datastore = clean_queues = clean_redis = _nothing()
reset_db = reset_index = with_plugins = with_request_context = _nothing()
reset_storages = file_storage = _nothing()


@pytest.fixture
def create_with_upload() -> Any:
    """Makes a resource with a file, as a client would."""

    def create(content: Any, name: str, /, **data: Any) -> Any:
        action, context = data.pop("action", "resource_create"), data.pop("context", {})
        field = data.pop("upload_field_name", "upload")
        file = io.BytesIO(content if isinstance(content, bytes) else str(content).encode())
        body, type = _multipart({**data, field: (file, name)})
        token = _token_of(context.get("user")) or _STATE["token"]
        headers = {"Content-Type": type, "Authorization": token}
        request = urllib.request.Request(f"{URL}/api/3/action/{action}", body, headers)
        try:
            with _OPENER.open(request, timeout=60) as reply:
                return _result(reply.status, json.loads(reply.read()))
        except urllib.error.HTTPError as error:
            return _result(error.code, json.loads(error.read()))

    return create


@pytest.fixture(name="ckan_config")
def _ckan_config() -> Any:
    return config


@pytest.fixture
def test_request_context() -> Any:
    return contextlib.nullcontext


@pytest.fixture(name="app")
def _app() -> _App:
    return _App()


for _gone in ("cli", "mail_server", "provide_plugin", "with_test_worker", "make_app"):

    def _make(name: str) -> Any:
        def fixture() -> None:
            pytest.skip(f"asks for more than the API: {name}")

        return pytest.fixture(fixture)

    globals()[_gone] = _make(_gone)
