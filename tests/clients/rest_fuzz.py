"""Requests of every kind that the OpenAPI document allows, and some that it does not.

    rest_fuzz.py ADDRESS SECONDS

Prints how many were sent and what did not conform: a status of 500 or more, a status, type, body
or header that the document does not say.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress

import hypothesis
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip


class Enough(BaseException):
    """The time is over."""


def main(address: str, seconds: float) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    sent, statuses, wrong = 0, {}, []
    modes = schemathesis.GenerationMode
    operations = [found.ok() for found in schema.get_all_operations()]
    share, until = seconds / len(operations), {"share": 0.0}
    for operation in operations:
        until["share"] = time.monotonic() + share
        for mode in (modes.POSITIVE, modes.NEGATIVE):

            @hypothesis.settings(
                max_examples=12,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(hypothesis.HealthCheck),
                phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            )
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def fuzz(case: schemathesis.Case) -> None:
                nonlocal sent
                if time.monotonic() > until["share"]:
                    raise Enough
                response = case.call(timeout=20)
                sent += 1
                statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
                try:
                    case.validate_response(response, checks=CHECKS)
                except Exception as error:
                    wrong.append(f"{case.method} {response.request.url}: {error}"[:600])

            with suppress(hypothesis.errors.Unsatisfiable, Enough):
                fuzz()
    print(json.dumps({"sent": sent, "operations": len(operations), "statuses": statuses,
                      "wrong": wrong[:10]}, default=str))  # fmt: skip


main(sys.argv[1], float(sys.argv[2]))
