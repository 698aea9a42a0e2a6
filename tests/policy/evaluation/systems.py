"""Small indicator systems as files, to be scored or broken."""

from __future__ import annotations

from pathlib import Path

DEMONSTRATION = Path(__file__).parents[3] / "services" / "demo" / "evaluation.toml"

HEAD = """name = "示例体系"
version = "1"
effective_from = 2025-01-01

[[grade]]
name = "优秀"
from = 85
[[grade]]
name = "达标"
from = 60
[[grade]]
name = "不达标"
from = 0
"""
MARKS = 'input = { marks = "查看情况" }'


def item(item_id: str, weight: str, rule: str, looked_at: str = MARKS, missing: str = "zero") -> str:
    return f"""
[[area.group.item]]
id = "{item_id}"
name = "指标{item_id}"
weight = {weight}
{looked_at}
rule = {rule}
missing = "{missing}"
"""


def system(*items: str, rest: str = "", head: str = HEAD) -> str:
    """One area and one group of 100 points with these items; `rest`: bonuses and vetoes."""
    area = '\n[[area]]\nname = "建设成效"\nweight = 100\n[[area.group]]\nname = "成效"\nweight = 100\n'
    return head + area + "".join(items) + rest


PASS = '{ kind = "达标计分" }'
VETO = '\n[[veto]]\nid = "false_data"\nname = "弄虚作假"\n'
BONUS = '\n[[bonus]]\nid = "extra"\nname = "国家级活动"\ninput = { marks = "多少场" }\neach = 0.5\ncap = 2\n'
