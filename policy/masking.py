"""Personal data as those see it who need not know it: 138****0000 (个人信息保护法; domain section 6)."""

from __future__ import annotations

import re

DIGITS = re.compile(r"(?<!\d)(\d{3})(\d[\d\s-]*\d)(\d{4})(?!\d)")


def mask_phone(text: str) -> str:
    """Every run of seven or more digits keeps its first three and last four; the rest is hidden."""
    return DIGITS.sub(lambda match: f"{match[1]}****{match[3]}", text)


def mask_mail(text: str) -> str:
    """The first character and the domain stay: z***@example.gov.cn."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}***@{domain}" if at else text
