"""Places, candidates and travel times as the methods take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataro.analyses.nearby import Trouble, Usable, ways
from dataro.analyses.siting.services import GROUPS, Service
from dataro.data.datasets.care import CandidateSites, ResidentCells, StreetLines
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem, TooLittleData, did_you_mean
from dataro.vocabulary.text import both, finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_CANDIDATES = 500


@dataclass(frozen=True)
class Town:
    """Where people live, where sites stand or could stand, and the minutes between.

    ``people`` is who the service is for; ``need`` the same with weights. ``sites`` is a frame of
    site, name, longitude, latitude, seats, cost, standing first; ``standing`` of them exist.
    """

    cells: pl.DataFrame
    people: Floats
    need: Floats
    sites: pl.DataFrame
    standing: int
    minutes: Floats
    troubles: list[Trouble] = field(default_factory=list)


def lay_out(
    service: Service,
    cells: ResidentCells | None,
    complexes: ApartmentComplexes | None,
    facilities: Usable | None,
    candidates: CandidateSites | None,
    streets: StreetLines | None,
    city: City,
    weights: Mapping[str, float],
    mode: str,
) -> Town:
    """Everything a plan needs. Raises ``Problem`` where nobody's home has a place on the map."""
    import polars as pl

    troubles: list[Trouble] = [] if facilities is None else list(facilities.troubles)
    homes = _homes(cells, complexes, city, troubles)
    people, need = _need(homes, service, weights, troubles)
    homes, people, need = homes.filter(need > 0), people.filter(need > 0), need.filter(need > 0)
    standing = _standing(service, facilities, troubles)
    sites = pl.concat([standing, _candidates(candidates, homes, need, city, troubles)])
    way = ways(
        streets,
        (homes["longitude"].to_numpy(), homes["latitude"].to_numpy()),
        (sites["longitude"].to_numpy(), sites["latitude"].to_numpy()),
        mode,
    )
    troubles.append(Trouble("ways", sites.height, way.how))
    return Town(
        homes, people.to_numpy(), need.to_numpy(), sites, standing.height, way.minutes, troubles
    )


def positions(given: str, sites: pl.DataFrame, setting: str) -> list[int]:
    """Row numbers of the sites that a setting lists by id or name, separated by commas.

    Raises ``Problem`` for one that is no site here.
    """
    ids, names = sites["site"].to_list(), sites["name"].to_list()
    found = []
    for word in filter(None, (part.strip() for part in given.split(","))):
        if word not in ids and word not in names:
            guess = did_you_mean(word, [*ids, *names])
            raise Problem(
                both(
                    f"{setting} 설정의 “{word}”은(는) 후보지나 시설이 아닙니다.{guess.ko} 배치안과 다음 후보지 표의 "
                    "ID를 적어 주십시오.",
                    f"{setting} names “{word}”, which is no site here.{guess.en} Give an id from the "
                    "tables of the plan and the next best sites.",
                )
            )
        found.append(ids.index(word) if word in ids else names.index(word))
    return found


def _homes(
    cells: ResidentCells | None, complexes: ApartmentComplexes | None, city: City,
    troubles: list[Trouble],
) -> pl.DataFrame:  # fmt: skip
    """One row per place with people: cell, coordinates, people by group (empty: not known)."""
    import polars as pl

    if cells is not None:
        rows = cells.frame().sort("cell")
    elif complexes is not None:
        rows = _from_complexes(complexes, troubles)
    else:
        rows = pl.DataFrame()
    if rows.height:
        west, south, east, north = city.bounds
        inside = rows.filter(
            pl.col("longitude").is_between(west, east), pl.col("latitude").is_between(south, north)
        )
        if inside.height < rows.height:
            said = finding(
                "지역 {count:,}곳은 좌표가 시의 범위 밖이어서 뺐습니다.",
                "{count:,} places lie outside the city and are left out.",
                count=rows.height - inside.height,
            )
            troubles.append(Trouble("cells_outside", rows.height - inside.height, said.text))
        rows = inside
    if rows.is_empty():
        raise TooLittleData(
            both(
                "사람이 어디에 사는지 알 수 없습니다. 격자·마을별 거주 인구(resident_cells)나 좌표가 있는 공동주택 자료를 "
                "넣어 주십시오.",
                "It is not known where people live. Add residents by small area (resident_cells) or "
                "apartment complexes with coordinates.",
            )
        )
    return rows


def _from_complexes(complexes: ApartmentComplexes, troubles: list[Trouble]) -> pl.DataFrame:
    import polars as pl

    rows = complexes.frame().filter(
        (pl.col("households") > 0)
        & pl.col("longitude").is_not_null()
        & pl.col("latitude").is_not_null()
    )
    troubles.append(
        Trouble(
            "no_cells", rows.height,
            both(
                "격자별 인구가 없어 공동주택 세대수로 대신했습니다. 공동주택 밖의 주민은 세지 못했습니다.",
                "There is no population by cell: households of apartment complexes stand in, and "
                "residents outside them are not counted.",
            ),
        )
    )  # fmt: skip
    empty = [pl.lit(None, pl.Int64).alias(name) for name in
             ("infants", "children", "under_ten", "elderly", "without_car")]  # fmt: skip
    return rows.select(
        (pl.col("name") + " · " + pl.col("address")).alias("cell"), "longitude", "latitude",
        pl.col("households").alias("people"), *empty,
    ).sort("cell")  # fmt: skip


def _need(
    homes: pl.DataFrame, service: Service, weights: Mapping[str, float], troubles: list[Trouble]
) -> tuple[pl.Series, pl.Series]:
    """Who the service is for, and the same with the weights of groups added."""
    import polars as pl

    under_ten = pl.col("under_ten")
    columns = {
        "people": pl.col("people"),
        "infants": pl.coalesce(pl.col("infants"), under_ten * 0.6),
        "children": pl.coalesce(pl.col("children"), under_ten * 0.7),
        "elderly": pl.col("elderly"),
        "without_car": pl.col("without_car"),
    }
    groups = homes.select(**{name: one.cast(pl.Float64) for name, one in columns.items()})
    young = service.group in ("infants", "children") or bool(weights.get("children"))
    if young and homes["infants"].null_count() and homes["under_ten"].null_count() < homes.height:
        troubles.append(
            Trouble(
                "split_ages", homes.height,
                both(
                    "10세 미만 인구만 있는 지역은 나이별로 고르게 나누어 0~5세는 60%, 6~12세는 70%로 보았습니다.",
                    "Where only those under ten are known, 60 % stand for ages 0–5 and 70 % (of as "
                    "many) for ages 6–12, as if spread evenly.",
                ),
            )
        )  # fmt: skip
    group = service.group
    if groups[group].null_count() == homes.height:
        said = finding(
            "{group} 인구가 없어 전체 주민으로 대신했습니다.",
            "Numbers of {group} are not known: all residents stand in.",
            group=GROUPS[group],
        )
        troubles.append(Trouble("no_group", homes.height, said.text))
        group = "people"
    people = groups[group].fill_null(0.0)
    need = people
    for name, factor in weights.items():
        if not factor:
            continue
        if groups[name].null_count() == homes.height:
            said = finding(
                "가중치를 준 집단({name})의 인구가 없어 가중치를 쓰지 못했습니다.",
                "The group given a weight ({name}) is not known; its weight has no effect.",
                name=name,
            )
            troubles.append(Trouble(f"no_weight_{name}", 0, said.text))
            continue
        need = need + factor * groups[name].fill_null(0.0)
    return people, need


_SITE = ("site", "name", "longitude", "latitude", "seats", "cost")


def _standing(service: Service, facilities: Usable | None, troubles: list[Trouble]) -> pl.DataFrame:
    import polars as pl

    if facilities is None:
        rows = pl.DataFrame(schema=dict.fromkeys(("facility", "name"), pl.String))
        rows = rows.with_columns(
            [pl.lit(None, pl.Float64).alias(name) for name in ("longitude", "latitude", "seats")]
        )
    else:
        rows = facilities.frame
    if facilities is not None and service.public_only and rows["public"].null_count() < rows.height:
        rows = rows.filter(pl.col("public"))
    if rows.is_empty():
        said = finding(
            "지금 있는 시설({service})의 목록이 없거나 비어 있어, 아무것도 없는 것으로 보고 계산했습니다. 시설 목록을 "
            "요청하십시오.",
            "There is no list of existing facilities ({service}): the plan is made as if none stood. "
            "Ask for the list.",
            service=service.text,
        )
        troubles.append(Trouble("none_standing", 0, said.text))
    return rows.select(
        pl.col("facility").alias("site"), "name", "longitude", "latitude",
        pl.col("seats").cast(pl.Float64), pl.lit(0.0).alias("cost"),
    )  # fmt: skip


def _candidates(
    candidates: CandidateSites | None, homes: pl.DataFrame, need: pl.Series, city: City,
    troubles: list[Trouble],
) -> pl.DataFrame:  # fmt: skip
    """Sites that could open: those the city lists, else the places where most need is."""
    import polars as pl

    if candidates is not None:
        west, south, east, north = city.bounds
        rows = candidates.frame().filter(
            pl.col("longitude").is_between(west, east), pl.col("latitude").is_between(south, north)
        )
        return rows.sort("site").head(MOST_CANDIDATES).select(
            "site", "name", "longitude", "latitude", pl.col("seats").cast(pl.Float64),
            pl.col("cost").cast(pl.Float64).fill_null(0.0),
        )  # fmt: skip
    most = homes.with_columns(need.alias("need")).sort("need", "cell", descending=[True, False])
    most = most.head(MOST_CANDIDATES)
    said = finding(
        "후보지 목록이 없어 대상이 많은 지역 {count:,}곳의 가운데를 후보지로 보았습니다. 실제로 지을 수 있는 곳은 따로 "
        "확인하십시오.",
        "No candidates are listed: the middles of the {count:,} places with most need stand in. "
        "Whether one can build there is to be checked.",
        count=most.height,
    )
    troubles.append(Trouble("no_candidates", most.height, said.text))
    return most.select(
        ("at:" + pl.col("cell")).alias("site"), pl.col("cell").alias("name"),
        "longitude", "latitude", pl.lit(None, pl.Float64).alias("seats"),
        pl.lit(0.0).alias("cost"),
    )  # fmt: skip


def listed(words: Sequence[str]) -> str:
    """A few words for a sentence."""
    return ", ".join(words[:5]) + (" …" if len(words) > 5 else "")


def nearest(minutes: Any, chosen: Any) -> Any:
    """Minutes from each place to the nearest of some sites; infinite where there is none."""
    import numpy as np

    if not len(chosen):
        return np.full(minutes.shape[0], np.inf)
    return minutes[:, chosen].min(axis=1)
