"""Long lists in pages: which one is asked for, and the way to the others."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from dash import html

from dashboard.markup import Node

LARGEST = 100_000


def page_number(args: Mapping[str, str]) -> int:
    """As the address says; the first when it says nothing of use."""
    said = args.get("page", "")
    return min(int(said), LARGEST) if said.isascii() and said.isdigit() and int(said[:9]) > 0 else 1


def pager(path: str, asked: Mapping[str, str], page: int, total: int, size: int) -> Node:
    """上一页 and 下一页, with what else the address asks for kept; nothing when one page holds all."""
    last = max(1, -(-total // size))
    if last == 1 and page == 1:
        return None

    def link(word: str, number: int) -> Node:
        query = urlencode({name: value for name, value in (dict(asked) | {"page": str(number)}).items() if value})
        return html.A(word, href=f"{path}?{query}", className="button")

    before = link("上一页", min(page - 1, last)) if page > 1 else None
    after = link("下一页", page + 1) if page < last else None
    words = html.Span(f"第{min(page, last)}页，共{last}页", className="muted")
    return html.Nav([before, words, after], className="buttons paging", **{"aria-label": "分页"})
