"""A small memory for what is costly to make: the longest unused is forgotten."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """At most ``size`` things by key. Two threads that want the same wait for one to make it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is remembered under ``key``, or what ``make`` gives; an error is not remembered."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                with self._lock:
                    if key in self._made:
                        return self._made[key]
                made = make()
                with self._lock:
                    self._made[key] = made
                    while len(self._made) > self._size:
                        self._made.popitem(last=False)
                return made
        finally:
            with self._lock:
                self._making.pop(key, None)
