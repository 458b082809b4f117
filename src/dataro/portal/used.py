"""Use counted at the door: one call beside each reply that gives data away."""

from __future__ import annotations

from litestar.datastructures import State

from dataro.accounts.person import Person
from dataro.accounts.use.counter import Act, Door, UseCounter
from dataro.portal.replies import PortalRequest

_NAME = "use"


def keep_counter(state: State, counter: UseCounter) -> None:
    """Let the handlers of an application find its counter."""
    state[_NAME] = counter


def used(
    request: PortalRequest,
    entry: str,
    act: Act,
    *,
    door: Door,
    format: str = "",
    person: Person | None = None,
) -> None:
    """Count one use of ``entry`` by whoever sent ``request``. Never raises, never waits.

    Call it once a reply with data or a page of an entry that exists is ready (status 200 or 206).
    """
    counter = request.app.state.get(_NAME)
    if isinstance(counter, UseCounter):
        agent = request.headers.get("user-agent", "")
        counter.count(entry, act, door=door, format=format, agent=agent, person=person)
