"""演练轮次: many cases told at once, always the one whose next deed is the earliest, as a company lives through its year.

What the network carries depends on what was promised before: a case told to its end would meet promises of its own future. So every
telling is a thread that waits at each deed until it is its turn; only one ever moves, and all use the one database connection.
"""

import heapq
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

T = TypeVar("T")
_here = threading.local()


class Stopped(BaseException):
    """Raised in a telling that is not wanted any more."""


def wait(at: datetime) -> None:
    """This function will let everything that happens before a moment happen first; at once where nobody takes turns."""
    mine: _Telling[object] | None = getattr(_here, "telling", None)
    if mine is not None:
        mine.wait(at)


class _Telling(threading.Thread, Generic[T]):
    """讲述线: one telling, the moment of its next deed, and what came of it."""

    def __init__(self, telling: Callable[[], T], at: datetime) -> None:
        super().__init__(daemon=True)
        self.telling, self.at = telling, at
        self.over, self.wanted = False, True
        self.result: T | None = None
        self.failure: BaseException | None = None
        self._turn, self._moved = threading.Semaphore(0), threading.Semaphore(0)
        self._connection = connections[DEFAULT_DB_ALIAS]

    def run(self) -> None:
        """This function will be the telling, from its first turn on."""
        self._turn.acquire()
        _here.telling, connections[DEFAULT_DB_ALIAS] = self, self._connection
        try:
            if self.wanted:
                self.result = self.telling()
        except Stopped:
            pass
        except BaseException as failure:  # noqa: BLE001 - it is raised where the turns are given
            self.failure = failure
        self.over = True
        self._moved.release()

    def wait(self, at: datetime) -> None:
        """This function will give the turn away until a moment has come."""
        self.at = at
        self._moved.release()
        self._turn.acquire()
        if not self.wanted:
            raise Stopped

    def move(self) -> None:
        """This function will let it do what it does now."""
        if self.ident is None:
            self.start()
        self._turn.release()
        self._moved.acquire()
        if self.failure is not None:
            raise self.failure


class Turns(Generic[T]):
    """轮次: tellings with the moment each may begin at."""

    def __init__(self, tellings: Sequence[tuple[datetime, Callable[[], T]]]) -> None:
        """This function will set tellings side by side; none begins before `until` is asked for."""
        connections[DEFAULT_DB_ALIAS].inc_thread_sharing()
        self._queue = [(at, number, _Telling(one, at)) for number, (at, one) in enumerate(tellings)]
        heapq.heapify(self._queue)

    @property
    def done(self) -> bool:
        """This function will say whether everything is told."""
        return not self._queue

    def until(self, moment: datetime) -> Iterator[T]:
        """This function will tell whatever happens up to a moment, in order, and give what came of each that ended."""
        while self._queue and self._queue[0][0] <= moment:
            _, number, one = heapq.heappop(self._queue)
            one.move()
            if not one.over:
                heapq.heappush(self._queue, (one.at, number, one))
            elif one.result is not None:
                yield one.result

    def stop(self) -> None:
        """This function will end the tellings that are not over."""
        for _, _, one in self._queue:
            one.wanted = False
            if one.ident is not None:
                one.move()
        self._queue.clear()
        connections[DEFAULT_DB_ALIAS].dec_thread_sharing()
