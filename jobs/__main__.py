"""`python -m jobs COMMAND`: what happens unattended, or from a shell.

Each command lives in its own module `jobs/<name>.py` as `command` and is loaded only when called.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from jobs.wrong_calls import CommandGroup

COMMANDS: dict[str, str] = {
    "register": "登记经批复的园区（单个或CSV名册）",
    "parks": "列出园区名册",
    "contacts": "导入联系人（CSV）",
    "template": "生成预填的半年报模板",
    "firm-pages": "生成每家企业的一企一表",
    "firm-answers": "收回一企一表，列出未回收、重复、新增和有问题的企业",
    "ingest": "读取半年报和申报表",
    "review": "审核通过或退回修改",
    "evidence": "提交佐证资料",
    "letter": "收文登记：区县政府半年函报",
    "act": "登记延期报送、免报、零报告和任务分工办理情况",
    "goals": "导入建设目标",
    "tasks": "导入重点任务",
    "evaluation": "导入评估指标体系（一个TOML文件）",
    "progress-template": "生成预填的建设进展报送表",
    "progress": "报送、转报建设进展",
    "step": "记录验收环节",
    "round": "拟制、确认报送通知",
    "rulebook": "列出、更改规则数值",
    "calendar": "列出、导入工作日历",
    "sweep": "按日期检查时限和进度滞后",
    "recompute": "复算核对：园区总览与全部事实是否一致",
    "outbox": "列出或发送待发邮件",
    "forecast": "趋势研判（内部参考），读CSV",
    "run": "运行定时任务进程",
    "document": "生成公文和报告",
    "freeze": "文件定稿",
    "archive": "汇总归档材料、验收申请材料，装订本",
}


class Commands(CommandGroup):
    """Knows its commands by name and one line of help; imports a module when its command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast(click.Command, import_module(f"jobs.{cmd_name.replace('-', '_')}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
def commands() -> None:
    """园区建设期监测平台的命令。日期写作 YYYY-MM-DD（北京时间）；退出码 0 完成，1 数据有误，2 调用有误。"""


if __name__ == "__main__":
    commands(prog_name="python -m jobs")
