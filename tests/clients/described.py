"""Read one entry as loaders and search engines do. Argument: the portal's address, then the id.

Croissant with mlcroissant (down to the records), the page with extruct, the data package with
frictionless (rows validated against the schema), CSVW with csvw.
"""

from __future__ import annotations

import json
import sys
import warnings

import extruct
import httpx
import mlcroissant
from csvw import CSVW
from frictionless import Package, system

warnings.simplefilter("ignore")


def main() -> None:
    origin, id = sys.argv[1:]
    about = f"{origin}/dataset/{id}"
    with system.use_context(trusted=True):
        report = Package(f"{about}/datapackage.json").validate()
    dataset = mlcroissant.Dataset(jsonld=f"{about}/croissant.json")
    records = list(dataset.records(record_set=id))
    page = httpx.get(f"{origin}/ko/data/{id}").text
    found = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    table = CSVW(f"{about}/csvw.json", validate=True)
    print(
        json.dumps(
            {
                "package": {"valid": report.valid, "errors": report.flatten(["message"])[:5],
                            "rows": sum(one.stats["rows"] for one in report.tasks)},
                "croissant": {"issues": sorted(dataset.metadata.ctx.issues.errors),
                              "records": len(records), "first": {k: v.decode() if isinstance(v, bytes) else str(v)
                                        for k, v in records[0].items()}},
                "page": [(one.get("@type"), one.get("name")) for one in found],
                "csvw": {"valid": table.is_valid, "rows": len(list(table.tables[0])),
                         "warnings": [str(one.message) for one in table.warnings][:5]},
            }
        )
    )  # fmt: skip


main()
