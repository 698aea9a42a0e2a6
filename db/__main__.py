"""`python -m db COMMAND`: the database as a whole. Its use cases live in services; this is their fixed name.

Exit 0: done; 1: refused, or something is wrong with the data; 2: wrong call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click

from db import migrate
from db.queries.programme import is_demonstration
from jobs.arguments import FILE, NEW_FILE
from jobs.output import DATA_ERRORS, as_json, json_option, opened_platform
from jobs.wrong_calls import CommandGroup
from services import backups, demo, obligations, snapshots, units, verification
from services.platform import Platform


def on_platform(body: Callable[..., bool]) -> Callable[..., None]:
    """Hands over the platform and how to print; `body` says whether all is well."""

    @wraps(body)
    def command(*, json_wanted: bool, **options: Any) -> None:
        def show(document: dict[str, Any], *lines: str) -> None:
            click.echo(as_json(document) if json_wanted else "\n".join(lines))

        with opened_platform(as_json=json_wanted) as platform:
            well = body(platform, show, **options)
        if not well:
            click.get_current_context().exit(DATA_ERRORS)

    return json_option(command)


Show = Callable[..., None]


@click.group(cls=CommandGroup)
def commands() -> None:
    """数据库：建立与升级、演示数据、备份与恢复、核验。"""


@commands.command()
@on_platform
def upgrade(platform: Platform, show: Show) -> bool:
    """建立数据库或升级到本程序的版本。"""
    migrate.upgrade(platform.database.engine)
    with platform.database.write() as session:
        units.load_divisions(session)
        obligations.generate_all(session)
        snapshots.rebuild_all(session)
    show({"schema": migrate.HEAD}, f"数据库已是本程序的版本（{migrate.HEAD}）")
    return True


@commands.command("demo")
@click.option("--if-empty", is_flag=True, help="已有其他数据时不装入，也不算出错。")
@on_platform
def load_demo(platform: Platform, show: Show, *, if_empty: bool) -> bool:
    """装入演示数据（纯属虚构）；上次没有装完的，接着装。"""
    with platform.database.read() as session:
        wanted = not if_empty or backups.is_empty(session) or demo.is_unfinished(session)
    loaded = demo.load(platform) if wanted else None
    accounts = [asdict(account) for account in loaded.accounts] if loaded else []
    with platform.database.read() as session:
        fictional = is_demonstration(session)
    document = {"loaded": bool(loaded and loaded.created), "demonstration": fictional, "accounts": accounts}
    lines = [f"{account['username']}（{account['display_name']}）  口令 {account['password']}" for account in accounts]
    told = loaded.message if loaded else "已有数据，未装入演示数据"
    show(document, *((f"{told}。演示账号：", *lines) if accounts else (told,)))
    return True


@commands.command("backup")
@click.argument("path", type=NEW_FILE)
@on_platform
def make_backup(platform: Platform, show: Show, *, path: Path) -> bool:
    """把数据库和全部文件备份到一个文件 PATH。"""
    made = backups.backup(platform, path)
    show(_counts(made), f"已备份到 {path}：{_sentence(made)}")
    return True


@commands.command("restore")
@click.argument("path", type=FILE)
@click.option("--replace", is_flag=True, help="数据库中已有数据时，以备份全部替换。")
@on_platform
def restore_backup(platform: Platform, show: Show, *, path: Path, replace: bool) -> bool:
    """从备份文件 PATH 恢复数据库和全部文件。"""
    restored = backups.restore(platform, path, replace=replace)
    show(_counts(restored), f"已从 {path} 恢复：{_sentence(restored)}")
    return True


def _counts(manifest: backups.Manifest) -> dict[str, Any]:
    return {
        "schema": manifest.schema,
        "rows": sum(manifest.rows.values()),
        "files": len(manifest.files),
        "audit_entries": manifest.audit_entries,
        "audit_hash": manifest.audit_hash,
    }


def _sentence(manifest: backups.Manifest) -> str:
    rows, files = sum(manifest.rows.values()), len(manifest.files)
    return f"数据{rows}条，文件{files}个，{_chain(manifest.audit_entries, manifest.audit_hash)}"


def _chain(entries: int, newest: str) -> str:
    """What to note down elsewhere."""
    return f"操作日志{entries}条（末条校验码 {newest}）" if entries else "操作日志0条"


@commands.command()
@on_platform
def verify(platform: Platform, show: Show) -> bool:
    """核验操作日志、文件和引用；有误时逐条列出，退出码 1。"""
    result = verification.verify(platform)
    verdict = f"发现{len(result.problems)}处问题：" if result.problems else "核验无误。"
    kept = f"文件{result.files}个，{_chain(result.audit_entries, result.audit_hash)}"
    show(asdict(result), verdict, *result.problems, *(f"提示：{note}" for note in result.notes), kept)
    return not result.problems


if __name__ == "__main__":
    commands(prog_name="python -m db")
