"""Files read ahead: in their order, two at once, no further ahead than needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from services.intake.ahead import AT_ONCE, in_order


def test_results_come_in_the_order_of_the_items() -> None:
    first_may_end = threading.Event()

    def read(item: int) -> int:
        if item == 0:
            assert first_may_end.wait(10)
        else:
            first_may_end.set()  # the second is being read while the first is not done
        return item * item

    assert list(in_order(read, range(5))) == [0, 1, 4, 9, 16]


def test_no_more_is_read_than_is_soon_wanted() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = in_order(str, items())
    assert next(results) == "0"
    assert len(taken) == AT_ONCE + 1
    results.close()
    assert len(taken) == AT_ONCE + 1


def test_what_a_file_raises_is_raised_when_its_turn_comes() -> None:
    results = in_order(lambda item: 1 // item, [1, 0, 1])
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)
