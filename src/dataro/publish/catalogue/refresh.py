"""Working out what the catalogue keeps of what is published: coverage, changes, the search index."""

from __future__ import annotations

from dataro.accounts.records import Records
from dataro.accounts.use.totals import totals
from dataro.build.context import Context
from dataro.publish.catalogue.coverage import coverage
from dataro.publish.catalogue.entries import entries
from dataro.publish.catalogue.facts import Facts
from dataro.publish.catalogue.search.find import index
from dataro.publish.catalogue.versions import work_out


def refresh(context: Context, records: Records | None = None) -> int:
    """Bring what is kept up to date with what is published; how many tables were new.

    Called after a build, and by a portal that notices that something was published. Nothing that
    is known already is worked out again. With ``records`` the search learns what is used most.
    """
    searched = index(context)
    if records is not None:
        searched.count_uses({id: use.taken + use.views for id, use in totals(records).items()})
    facts = Facts(context.workspace.state)
    known = facts.coverages()
    missing = [
        (entry, table)
        for entry in entries(context)
        for table in entry.tables
        if table.snapshot is not None and (table.stored, table.snapshot) not in known
    ]
    if not missing:
        return 0
    found = {}
    with context.lake.session() as session:
        for _, table in missing:
            found[table.stored, table.snapshot or 0] = coverage(
                session,
                table.stored,
                table.snapshot or 0,
                table.columns,
                context.registry.city.bounds,
            )
    for entry in {id(entry): entry for entry, _ in missing}.values():
        work_out(context, entry)
    facts.keep_coverages(found)
    return len(found)
