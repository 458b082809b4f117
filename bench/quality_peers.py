"""The peers of quality_5m.py: the same twenty rules, as each peer's own documentation writes them.

Run by quality_5m.py in the environment of the peers: ``python quality_peers.py NAME FILE.csv``
prints one line of JSON. Each reads the CSV itself. What a peer gives is in its docstring.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

KINDS = ["01", "02", "03", "04", "05", "06"]
PHONE = r"^(02|0[3-6][1-4]|010|070)-\d{3,4}-\d{4}$"
BUSINESS = r"^\d{3}-\d{2}-\d{5}$"
LIMITS = {
    "fee": (0, None), "visitors": (0, None), "rate": (0, 100), "latitude": (36.9, 37.5),
    "longitude": (126.5, 127.3),
}  # fmt: skip
NUMBERS = tuple(LIMITS)


def _sql() -> dict[str, str]:
    """Conditions under which a row fails: nineteen; the twentieth rule is that ids do not repeat.

    As usual in SQL, what cannot be cast is null, and so passes the limits.
    """
    found = {
        "id:required": "id IS NULL", "name:required": "name IS NULL",
        "kind:codes": "kind NOT IN ('01','02','03','04','05','06')",
        "licensed:kind": "try_strptime(licensed, '%Y-%m-%d') IS NULL AND licensed IS NOT NULL",
        "licensed:range": "try_strptime(licensed, '%Y-%m-%d') > DATE '2026-07-01'",
        "phone:pattern": f"NOT regexp_matches(phone, '{PHONE}')",
        "business:pattern": f"NOT regexp_matches(business, '{BUSINESS}')",
        "open:codes": "open NOT IN ('Y','N')", "name:spaces": "name <> trim(name)",
    }  # fmt: skip
    for name, (low, high) in LIMITS.items():
        value = f"try_cast({name} AS {'BIGINT' if name == 'visitors' else 'DOUBLE'})"
        found[f"{name}:kind"] = f"{value} IS NULL AND {name} IS NOT NULL"
        found[f"{name}:range"] = (
            f"{value} < {low}" if high is None else f"{value} NOT BETWEEN {low} AND {high}"
        )
    return found


def duckdb(path: Path) -> dict[str, int]:
    """Every failing row with a bit mask of its rules; repeated ids by a second pass."""
    import duckdb as engine

    rules = _sql()
    bits = " | ".join(
        f"(CASE WHEN {rule} THEN {1 << n} ELSE 0 END)::INTEGER"
        for n, rule in enumerate(rules.values())
    )
    con = engine.connect(config={"threads": 2})
    con.execute("SET preserve_insertion_order = false")
    con.execute(
        f"""CREATE TABLE failing AS
        WITH raw AS (SELECT *, row_number() OVER () AS row
                     FROM read_csv('{path}', all_varchar = true, header = true)),
             masks AS (SELECT row, id, {bits} AS mask FROM raw)
        SELECT row, mask FROM masks WHERE mask <> 0"""
    )
    con.execute(
        f"""CREATE TABLE twice AS SELECT id, count(*) - 1 AS again
        FROM read_csv('{path}', all_varchar = true, header = true)
        WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1"""
    )
    counts = {
        rule: int(con.execute(f"SELECT count(*) FROM failing WHERE mask & {1 << n} <> 0").fetchall()[0][0])
        for n, rule in enumerate(rules)
    }  # fmt: skip
    return counts | {"key": int(con.execute("SELECT sum(again) FROM twice").fetchall()[0][0] or 0)}


def polars(path: Path) -> dict[str, int]:
    """Lazy and streaming; counts, and no rows."""
    import polars as pl

    day = pl.col("licensed").str.to_date("%Y-%m-%d", strict=False)
    name = pl.col("name")
    failed = {
        "id:required": pl.col("id").is_null(), "name:required": name.is_null() | (name == ""),
        "kind:codes": ~pl.col("kind").is_in(KINDS),
        "licensed:kind": day.is_null() & pl.col("licensed").is_not_null(),
        "licensed:range": day > pl.date(2026, 7, 1),
        "phone:pattern": ~pl.col("phone").str.contains(PHONE),
        "business:pattern": ~pl.col("business").str.contains(BUSINESS),
        "open:codes": ~pl.col("open").is_in(["Y", "N"]),
        "name:spaces": name != name.str.strip_chars(" "),
    }  # fmt: skip
    for column, (low, high) in LIMITS.items():
        value = pl.col(column).cast(pl.Int64 if column == "visitors" else pl.Float64, strict=False)
        failed[f"{column}:kind"] = value.is_null() & pl.col(column).is_not_null()
        failed[f"{column}:range"] = value < low if high is None else ~value.is_between(low, high)
    ids = pl.col("id").drop_nulls()
    found = (
        pl.scan_csv(path, infer_schema=False)
        .select(*(f.fill_null(False).sum().alias(n) for n, f in failed.items()),
                (ids.len() - ids.n_unique()).alias("key"))
        .collect(engine="streaming")
    )  # fmt: skip
    return {name: int(value) for name, value in found.row(0, named=True).items()}


def pandera(path: Path) -> dict[str, int]:
    """On polars, lazy: counts and failure cases. A column has one type, so what a rule casts is
    cast inside its check."""
    import pandera.errors
    import pandera.polars as pa
    import polars as pl

    def cast(column: str) -> pl.Expr:
        kind = pl.Int64 if column == "visitors" else pl.Float64
        return pl.col(column).cast(kind, strict=False)

    def met(condition: pl.Expr, title: str) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(condition.fill_null(True)), name=title)

    def column(name: str, *checks: pa.Check, required: bool = False) -> pa.Column:
        return pa.Column(pl.String, checks=list(checks), nullable=not required)

    def number(name: str) -> pa.Column:
        low, high = LIMITS[name]
        value = cast(name)
        within = value >= low if high is None else value.is_between(low, high)
        return column(name, met(value.is_not_null() | pl.col(name).is_null(), f"{name}:kind"),
                      met(within, f"{name}:range"))  # fmt: skip

    day = pl.col("licensed").str.to_date("%Y-%m-%d", strict=False)
    spaces = pl.col("name") == pl.col("name").str.strip_chars(" ")
    schema = pa.DataFrameSchema({
        "id": pa.Column(pl.String, nullable=False, unique=True),
        "name": column("name", met(spaces, "name:spaces"), required=True),
        "kind": column("kind", pa.Check.isin(KINDS)),
        "licensed": column(
            "licensed", met(day.is_not_null() | pl.col("licensed").is_null(), "licensed:kind"),
            met(day <= pl.date(2026, 7, 1), "licensed:range"),
        ),
        "phone": column("phone", pa.Check.str_matches(PHONE)),
        "business": column("business", pa.Check.str_matches(BUSINESS)),
        "open": column("open", pa.Check.isin(["Y", "N"])),
        **{name: number(name) for name in NUMBERS},
    })  # fmt: skip
    frame = pl.read_csv(path, infer_schema=False).with_columns(pl.col("name").replace("", None))
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        counted = cases.group_by("column", "check").len()
        return {f"{c}:{k}"[:60]: int(n) for c, k, n in counted.iter_rows()}
    return {}


def pointblank(path: Path) -> dict[str, int]:
    """On polars: counts by step. Numbers are cast before, so what cannot be cast is null there."""
    import pointblank as pb
    import polars as pl

    frame = pl.read_csv(path, infer_schema=False).with_columns(pl.col("name").replace("", None))
    casts = [
        pl.col(n).cast(pl.Int64 if n == "visitors" else pl.Float64, strict=False).alias(f"{n}_")
        for n in NUMBERS
    ]
    day = pl.col("licensed").str.to_date("%Y-%m-%d", strict=False).alias("licensed_")
    given = [
        (pl.col(n).is_null() | pl.col(f"{n}_").is_not_null()).cast(pl.Int8).alias(f"{n}_ok")
        for n in (*NUMBERS, "licensed")
    ]
    tidy = (pl.col("name") == pl.col("name").str.strip_chars(" ")).cast(pl.Int8).alias("tidy")
    frame = frame.with_columns(*casts, day, tidy).with_columns(given)
    import datetime

    plan = (
        pb.Validate(frame)
        .col_vals_not_null("id").col_vals_not_null("name").rows_distinct(columns_subset=["id"])
        .col_vals_in_set("kind", KINDS).col_vals_in_set("open", ["Y", "N"])
        .col_vals_regex("phone", PHONE, na_pass=True)
        .col_vals_regex("business", BUSINESS, na_pass=True)
        .col_vals_le("licensed_", datetime.date(2026, 7, 1), na_pass=True)
        .col_vals_eq("licensed_ok", 1).col_vals_eq("tidy", 1, na_pass=True)
    )  # fmt: skip
    for name, (low, high) in LIMITS.items():
        plan = plan.col_vals_eq(f"{name}_ok", 1)
        plan = (
            plan.col_vals_ge(f"{name}_", low, na_pass=True)
            if high is None
            else plan.col_vals_between(f"{name}_", low, high, na_pass=True)
        )
    done = plan.interrogate(collect_extracts=False)
    return {str(step): int(n) for step, n in done.n_failed().items()}


def great_expectations(path: Path) -> dict[str, int]:
    """On pandas, the failing rows named (COMPLETE needs more memory still: their counts)."""
    import great_expectations as gx
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    for name in NUMBERS:
        frame[f"{name}_"] = pd.to_numeric(frame[name], errors="coerce")
        frame[f"{name}_ok"] = frame[name].isna() | frame[f"{name}_"].notna()
    frame["tidy"] = frame["name"].isna() | (frame["name"] == frame["name"].str.strip(" "))
    day = pd.to_datetime(frame["licensed"], format="%Y-%m-%d", errors="coerce")
    frame["licensed_ok"] = frame["licensed"].isna() | day.notna()
    frame["licensed_"] = day
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    expect = gx.expectations
    asked = [
        expect.ExpectColumnValuesToNotBeNull(column="id"),
        expect.ExpectColumnValuesToNotBeNull(column="name"),
        expect.ExpectColumnValuesToBeUnique(column="id"),
        expect.ExpectColumnValuesToBeInSet(column="kind", value_set=KINDS),
        expect.ExpectColumnValuesToBeInSet(column="open", value_set=["Y", "N"]),
        expect.ExpectColumnValuesToMatchRegex(column="phone", regex=PHONE),
        expect.ExpectColumnValuesToMatchRegex(column="business", regex=BUSINESS),
        expect.ExpectColumnValuesToBeInSet(column="licensed_ok", value_set=[True]),
        expect.ExpectColumnValuesToBeInSet(column="tidy", value_set=[True]),
        expect.ExpectColumnValuesToBeBetween(column="licensed_", max_value=pd.Timestamp("2026-07-01")),
    ]  # fmt: skip
    for name, (low, high) in LIMITS.items():
        asked.append(expect.ExpectColumnValuesToBeInSet(column=f"{name}_ok", value_set=[True]))
        asked.append(
            expect.ExpectColumnValuesToBeBetween(column=f"{name}_", min_value=low, max_value=high)
        )
    suite = gx.ExpectationSuite(name="rules", expectations=asked)
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("whole")
        .get_batch({"dataframe": frame})
    )
    found = batch.validate(suite, result_format="BASIC")
    return {
        f"{one.expectation_config.kwargs['column']}:{one.expectation_config.type[7:30]}":
        int(one.result.get("unexpected_count", -1))
        for one in found.results
    }  # fmt: skip


def frictionless(path: Path) -> dict[str, int]:
    """Its table schema; run on a part of the file, and the cost extrapolated by the driver."""
    from frictionless import Resource, Schema, checks, fields, system, validate

    def number(name: str) -> fields.NumberField:
        low, high = LIMITS[name]
        kind = fields.IntegerField if name == "visitors" else fields.NumberField
        limits = {"minimum": low} if high is None else {"minimum": low, "maximum": high}
        return kind(name=name, constraints=limits)

    schema = Schema(fields=[
        fields.StringField(name="id", constraints={"required": True, "unique": True}),
        fields.StringField(name="name", constraints={"required": True, "pattern": r"\S(.*\S)?"}),
        fields.StringField(name="kind", constraints={"enum": KINDS}),
        fields.DateField(name="licensed", format="%Y-%m-%d", constraints={"maximum": "2026-07-01"}),
        number("fee"), number("visitors"), number("rate"),
        fields.StringField(name="phone", constraints={"pattern": PHONE}),
        fields.StringField(name="business", constraints={"pattern": BUSINESS}),
        number("latitude"), number("longitude"),
        fields.StringField(name="open", constraints={"enum": ["Y", "N"]}),
    ])  # fmt: skip
    del checks
    with system.use_context(trusted=True):
        report = validate(Resource(path=str(path), schema=schema), limit_errors=10_000_000)
    counts: dict[str, int] = {}
    for row in report.flatten(["fieldName", "type"]):
        counts[f"{row[0]}:{row[1]}"] = counts.get(f"{row[0]}:{row[1]}", 0) + 1
    return counts


PEERS: dict[str, Callable[[Path], dict[str, int]]] = {
    "duckdb": duckdb, "polars": polars, "pandera": pandera, "pointblank": pointblank,
    "great-expectations": great_expectations, "frictionless": frictionless,
}  # fmt: skip


def main(name: str, path: Path) -> None:
    began = time.perf_counter()
    counts = PEERS[name](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "name": name, "version": version(name), "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - began, "peak_mib": used.ru_maxrss / 1024, "counts": counts,
    }))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
