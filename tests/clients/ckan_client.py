"""Work with a CKAN site as its users do, with ``ckanapi``.

Arguments: the site's address, the administrator's token. Prints what was seen.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError

address, token = sys.argv[1:3]
admin = RemoteCKAN(address, apikey=token)
seen: dict[str, Any] = {}

# The administrator makes two people and an organisation in which one of them may edit.
people = {}
for name in ("kim", "lee"):
    user = admin.action.user_create(
        name=name, email=f"{name}@city.example", password="long-enough", fullname=name.title()
    )
    secret = admin.action.api_token_create(user=name, name="laptop")["token"]
    people[name] = RemoteCKAN(address, apikey=secret)
admin.action.organization_create(
    name="parks", title="공원과", users=[{"name": "kim", "capacity": "editor"}]
)
kim, lee, anyone = people["kim"], people["lee"], RemoteCKAN(address)

# An editor publishes a dataset with a file, keeps it private, shows it to nobody else.
benches = kim.action.package_create(
    name="benches", title="공원 의자", owner_org="parks", private=True,
    tags=[{"name": "공원"}, {"name": "의자"}], extras=[{"key": "주기", "value": "매년"}],
)  # fmt: skip
upload = io.BytesIO("공원,의자\n동탄,12\n".encode())
upload.name = "benches.csv"
file = kim.action.resource_create(package_id="benches", name="파일", format="csv", upload=upload)
seen["file"] = {name: file[name] for name in ("url_type", "format", "size", "mimetype")}
seen["download"] = kim.session.get(
    file["url"].replace("http://test.ckan.net", address), headers={"Authorization": kim.apikey}
).text if kim.session else ""  # fmt: skip
for who, client in (("lee", lee), ("anyone", anyone)):
    try:
        client.action.package_show(id="benches")
        seen[f"{who} private"] = "shown"
    except NotAuthorized as error:
        seen[f"{who} private"] = str(error)
try:
    lee.action.package_patch(id="benches", title="x")
except NotAuthorized:
    seen["lee patch"] = "refused"
kim.action.package_patch(id="benches", private=False)
seen["found"] = [one["name"] for one in anyone.action.package_search(q="의자")["results"]]

# Rows: made, added, changed by key, searched, counted, deleted.
table = kim.action.datastore_create(
    resource={"package_id": "benches", "name": "표"},
    fields=[{"id": "park", "type": "text"}, {"id": "benches", "type": "int"}],
    primary_key="park",
    records=[{"park": f"공원 {n:02d}", "benches": n} for n in range(1, 31)],
)
id = table["resource_id"]
kim.action.datastore_upsert(
    resource_id=id, method="upsert",
    records=[{"park": "공원 01", "benches": 100}, {"park": "새 공원", "benches": 7}],
)  # fmt: skip
page = anyone.action.datastore_search(
    resource_id=id, filters={"benches": {"gte": 28}}, sort="benches desc", limit=2,
    fields="park,benches",
)  # fmt: skip
seen["page"] = [page["total"], page["records"]]
seen["csv"] = anyone.action.datastore_search(
    resource_id=id, q="새 공원", records_format="csv", fields="park,benches"
)["records"]
deleted = kim.action.datastore_records_delete(
    resource_id=id, filters={"park": ["공원 02", "공원 03"]}, include_deleted_records=True
)
seen["deleted"] = len(deleted["deleted_records"])
seen["left"] = anyone.action.datastore_search(resource_id=id, limit=0)["total"]

# Mistakes are told by field, and in CKAN's types.
try:
    kim.action.package_create(name="Bad Name!", owner_org="parks", author_email="nobody")
except ValidationError as error:
    seen["mistakes"] = error.error_dict
try:
    anyone.action.package_show(id="nothing")
except NotFound as error:
    seen["missing"] = str(error)

# Two officers publish at once: the second is told that somebody was before.
before = kim.action.package_show(id="benches")["metadata_modified"]
first = {"match": {"name": "benches", "metadata_modified": before}, "update": {"notes": "처음"}}
kim.action.package_revise(**first)
try:
    admin.action.package_revise(**{**first, "update": {"notes": "나중"}})
except ValidationError as error:
    seen["conflict"] = error.error_dict["match"]
seen["notes"] = anyone.action.package_show(id="benches")["notes"]

# A key is revoked in the middle.
held = admin.action.api_token_list(user_id="kim")
admin.action.api_token_revoke(jti=held[0]["id"])
try:
    kim.action.package_patch(id="benches", notes="too late")
except NotAuthorized:
    seen["revoked"] = "refused"

print(json.dumps(seen, ensure_ascii=False))
