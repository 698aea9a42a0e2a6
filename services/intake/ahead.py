"""Many files one after another: while one is stored the next are being read, on whatever cores there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2
Item = TypeVar("Item")
Found = TypeVar("Found")


def in_order(read: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
    """What `read` makes of each item, in their order; a few are read ahead, in threads. What it raises is raised here.

    For what waits on the parsers' children most of the time; nothing that is read may depend on what becomes of the
    one before.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        coming: deque[Future[Found]] = deque()
        for item in items:
            coming.append(threads.submit(read, item))
            if len(coming) > AT_ONCE:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
