"""What rules hand back: frozen, located, and carrying the clause they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from policy.terms import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One cross-field or whole-file problem.

    `where` is a cell such as 半年报!C10 or 表1!R9C2 (empty for the whole file); `message` says what was
    found, what was expected and how to mend it; `clause` names the notice or "系统默认值，通知未规定", and is
    empty where the finding is about the file alone (its format, its layout). `subject`: what it speaks of, where
    its place does not tell; a 情况说明 is carried over to the same subject alone.
    """

    code: str
    severity: Severity
    where: str
    message: str
    clause: str
    subject: str = ""
