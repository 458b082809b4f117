"""Addresses of the desk. For everybody but the city's staff there are none."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post

from dataro.portal.case_routes import MOST_UPLOADED, case_file
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange
from dataro.portal.guard import Bucket
from dataro.portal.reader import Reader
from dataro.portal.replies import Maker, PortalRequest
from dataro.portal.staff import audit_page, case_page, data_page, inbox_page, people_page


def staff_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; officials may send more forms in a row than citizens."""
    exchange = Exchange(desk, maker, Bucket(most=60, seconds=1))
    return [*_case_routes(exchange), *_data_routes(exchange), *_people_routes(exchange)]


def _staff(reader: Reader) -> bool:
    return reader.staff


def _case_routes(exchange: Exchange) -> list[Any]:
    desk = exchange.desk

    @get("/{lang:str}/desk")
    async def inbox(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(inbox_page.inbox_page, desk)
        return await exchange.show(request, lang, make, allowed=_staff)

    @get("/{lang:str}/desk/cases/{number:str}")
    async def case(request: PortalRequest, lang: str, number: str) -> Response[bytes]:
        return await exchange.show(
            request, lang, lambda v: case_page.case_page(desk, v, number), allowed=_staff
        )

    @post("/{lang:str}/desk/cases/{number:str}/{act:path}", request_max_body_size=MOST_UPLOADED)
    async def act(request: PortalRequest, lang: str, number: str, act: str) -> Response[bytes]:
        name = act.strip("/")
        return await exchange.take(
            request, lang, lambda v, g: case_page.case_act(desk, v, number, name, g),
            allowed=_staff,
        )  # fmt: skip

    @get("/{lang:str}/desk/cases/{number:str}/files/{id:int}")
    async def file(request: PortalRequest, lang: str, number: str, id: int) -> Response[bytes]:
        await exchange.visit(request, lang, _staff)
        return await case_file(exchange, request, lang, number, id)

    return [inbox, case, act, file]


def _data_routes(exchange: Exchange) -> list[Any]:
    desk = exchange.desk

    @get("/{lang:str}/desk/data")
    async def data(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(data_page.data_page, desk)
        return await exchange.show(request, lang, make, allowed=_staff)

    @get("/{lang:str}/desk/corrections")
    async def corrections(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(data_page.corrections_page, desk)
        return await exchange.show(request, lang, make, allowed=_staff)

    @post("/{lang:str}/desk/corrections/{id:int}", request_max_body_size=MOST_BYTES)
    async def decide(request: PortalRequest, lang: str, id: int) -> Response[bytes]:
        return await exchange.take(
            request, lang, lambda v, g: data_page.decide(desk, v, g, id), allowed=_staff
        )

    return [data, corrections, decide]


def _people_routes(exchange: Exchange) -> list[Any]:
    desk = exchange.desk

    @get("/{lang:str}/desk/people")
    async def people(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(people_page.people_page, desk)
        return await exchange.show(request, lang, make, allowed=_staff)

    @post("/{lang:str}/desk/people", request_max_body_size=MOST_BYTES)
    async def add(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(people_page.add, desk)
        return await exchange.take(request, lang, make, allowed=_staff)

    @get("/{lang:str}/desk/people/{id:int}")
    async def person(request: PortalRequest, lang: str, id: int) -> Response[bytes]:
        return await exchange.show(
            request, lang, lambda v: people_page.person_page(desk, v, id), allowed=_staff
        )

    @post("/{lang:str}/desk/people/{id:int}", request_max_body_size=MOST_BYTES)
    async def change(request: PortalRequest, lang: str, id: int) -> Response[bytes]:
        return await exchange.take(
            request, lang, lambda v, g: people_page.change(desk, v, g, id), allowed=_staff
        )

    @get("/{lang:str}/desk/audit")
    async def log(request: PortalRequest, lang: str) -> Response[bytes]:
        make = partial(audit_page.audit_page, desk)
        return await exchange.show(request, lang, make, allowed=_staff)

    return [people, add, person, change, log]
