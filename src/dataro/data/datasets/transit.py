"""Buses: stops and routes."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both


class BusStops(Table, title=both("버스 정류장", "Bus stops")):
    """One row per bus stop, EPSG:4326."""

    stop = d.ID.called(both("정류장 ID", "Stop")).key()
    number = d.ID.called(both("정류장 번호", "Stop number")).optional()
    name = d.NAME.called(both("정류장명", "Stop name"))
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    in_city = d.IN_CITY.optional()


class BusRoutes(Table, title=both("버스 노선", "Bus routes")):
    """One row per bus route."""

    route = d.ID.called(both("노선 ID", "Route")).key()
    number = d.ID.called(both("노선 번호", "Route number"))
    kind = d.KIND.called(both("노선 유형", "Kind of route"))
    first_stop = d.NAME.called(both("기점", "First stop")).optional()
    last_stop = d.NAME.called(both("종점", "Last stop")).optional()
    peak_headway = d.HEADWAY.called(both("평일 첨두 배차간격", "Peak headway")).optional()
    offpeak_headway = d.HEADWAY.called(both("평일 비첨두 배차간격", "Off-peak headway")).optional()
