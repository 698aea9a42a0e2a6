"""Personal data as those see it who need not know it: 138****0000 (个人信息保护法; domain section 6)."""

from __future__ import annotations

import re

# A date is no phone: 2020-10-20 stays.
NUMBER = re.compile(r"(?<!\d)(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))\d(?:[ -]?\d){6,}")


def mask_phone(text: str) -> str:
    """Every number of seven or more digits keeps its first three and last four."""
    return NUMBER.sub(_hidden, text)


def _hidden(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return f"{digits[:3]}****{digits[-4:]}"


def mask_mail(text: str) -> str:
    """The first character and the domain stay: z***@example.gov.cn."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}***@{domain}" if at else text
