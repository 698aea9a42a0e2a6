"""`goals FILE.xlsx --park P`: goals of the construction plan."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import FILE
from jobs.output import Run, changes
from policy.facts import GoalFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from services.goals import GoalChange, import_goals
from services.screening import admit


@click.command("goals")
@click.argument("file", type=FILE)
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--decision", metavar="NO", help="依据文号；变更已有目标时必填。")
@changes
def command(run: Run, file: Path, park: str, decision: str | None) -> None:
    """导入建设目标：工作簿，列 指标、基期值、目标值[、基期日期、单位]。"""
    data = admit(run.platform, run.actor, file.name, file.read_bytes())
    with run.platform.database.write() as session:
        made = import_goals(session, run.platform.storage, run.actor, park, file.name, data, decision)
    run.show([_document(change) for change in made], [_line(change) for change in made] or ["目标一致，未作改动"])


def _document(change: GoalChange) -> dict[str, object]:
    goal = change.new
    return {
        "indicator": goal.key,
        "unit": BY_KEY[goal.key].unit,
        "baseline": plain(goal.baseline),
        "baseline_on": goal.baseline_on,
        "target": plain(goal.target),
        "decision": goal.decision,
        "replaces": {"baseline": plain(change.old.baseline), "target": plain(change.old.target)}
        if change.old
        else None,
    }


def _line(change: GoalChange) -> str:
    before = f"（原为{_span(change.old)}）" if change.old else ""
    return f"{BY_KEY[change.new.key].label}：{_span(change.new)}{BY_KEY[change.new.key].unit}{before}"


def _span(goal: GoalFact) -> str:
    return f"基期值{plain(goal.baseline)}→目标值{plain(goal.target)}"
