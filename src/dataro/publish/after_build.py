"""What follows once something was published: the catalogue worked out, whoever follows it told."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.publish.catalogue.refresh import refresh
from dataro.publish.shelves.prepare import prepare
from dataro.publish.webhooks.deliver import deliver, queue
from dataro.publish.webhooks.post import networks

NETWORKS = "DATARO_WEBHOOK_NETWORKS"
"""The environment variable that names networks of our own that webhooks may call."""


def after_build(context: Context, records: Records, environment: Mapping[str, str]) -> None:
    """Coverage, changes, search and large shelves of what is new; webhooks told. Needless calls cost little."""
    refresh(context, records)
    prepare(context)
    queue(records, context)
    deliver(records, environment, networks(environment.get(NETWORKS, "")))
