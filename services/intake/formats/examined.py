"""What is known of a file that was put forward beside a report, without anything of what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Examined:
    """`media` is a key of policy.media; `mark` the place of a 密级 mark; `read`: its texts could be looked at."""

    media: str
    mark: str | None
    read: bool
