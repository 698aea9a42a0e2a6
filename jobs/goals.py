"""`goals FILE.xlsx --park P`: goals of the construction plan."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import AS_WRITTEN, FILE
from jobs.output import Run, changes
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from services.goals import GoalChange, import_goals, sentence
from services.screening import admit


@click.command("goals")
@click.argument("file", type=FILE)
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--decision", metavar="NO", help="依据文号；变更已有目标时必填。")
@AS_WRITTEN
@changes
def command(run: Run, file: Path, park: str, decision: str | None, as_written: bool) -> None:
    """导入建设目标：工作簿，列 指标、基期值、目标值[、基期日期、单位、6/12/18/24个月阶段目标、推进方式]。"""
    data = admit(run.platform, run.actor, file.name, file.read_bytes())
    with run.platform.database.write() as session:
        made = import_goals(
            session, run.platform.storage, run.actor, park, file.name, data, decision, as_written=as_written
        )
    run.show([_document(change) for change in made], [_line(change) for change in made] or ["目标一致，未作改动"])


def _document(change: GoalChange) -> dict[str, object]:
    goal = change.new
    return {
        "indicator": goal.key,
        "unit": BY_KEY[goal.key].unit,
        "baseline": plain(goal.baseline),
        "baseline_on": goal.baseline_on,
        "target": plain(goal.target),
        "path": goal.path,
        "milestones": {str(month): plain(value) for month, value in sorted(goal.milestones.items())},
        "decision": goal.decision,
        "replaces": {"baseline": plain(change.old.baseline), "target": plain(change.old.target)}
        if change.old
        else None,
    }


def _line(change: GoalChange) -> str:
    before = f"（原为{sentence(change.old).partition('：')[2]}）" if change.old else ""
    return f"{sentence(change.new)}{before}"
