"""`python -m db COMMAND`: the database as a whole. Its use cases live in services; this is their fixed name.

Exit 0: done; 1: refused, or something is wrong with the data; 2: wrong call.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from db import migrate
from db.queries.programme import is_demonstration
from policy.refusal import Refused
from services import backups, demo, units, verification
from services.platform import Platform, open_platform


def on_platform(body: Callable[..., bool]) -> Callable[..., None]:
    """Hands over the platform and how to print; `body` says whether all is well."""

    @wraps(body)
    def command(*, json_wanted: bool, **options: Any) -> None:
        def show(document: dict[str, Any], *lines: str) -> None:
            click.echo(_json(document) if json_wanted else "\n".join(lines))

        def fail(message: str) -> None:
            click.echo(_json({"error": message}) if json_wanted else message, err=not json_wanted)
            raise SystemExit(1)

        platform = open_platform()
        try:
            well = body(platform, show, **options)
        except Refused as refused:
            fail(str(refused))
        except DBAPIError as error:
            fail(f"无法使用数据库，请核对设置 PARKWATCH_DATABASE_URL：{error.orig}")
        finally:
            platform.database.engine.dispose()
        if not well:
            raise SystemExit(1)

    return click.option("--json", "json_wanted", is_flag=True, help="以一个JSON文档输出结果。")(command)


Show = Callable[..., None]


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


@click.group()
def commands() -> None:
    """数据库：建立与升级、演示数据、备份与恢复、核验。"""


@commands.command()
@on_platform
def upgrade(platform: Platform, show: Show) -> bool:
    """建立数据库或升级到本程序的版本。"""
    migrate.upgrade(platform.database.engine)
    with platform.database.write() as session:
        units.load_divisions(session)
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
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@on_platform
def make_backup(platform: Platform, show: Show, *, path: Path) -> bool:
    """把数据库和全部文件备份到一个文件 PATH。"""
    made = backups.backup(platform, path)
    show(_counts(made), f"已备份到 {path}：{_sentence(made)}")
    return True


@commands.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
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
    return f"数据{rows}条，文件{files}个，操作日志{manifest.audit_entries}条（末条校验码 {manifest.audit_hash}）"


@commands.command()
@on_platform
def verify(platform: Platform, show: Show) -> bool:
    """核验操作日志、文件和引用；有误时逐条列出，退出码 1。"""
    result = verification.verify(platform)
    verdict = f"发现{len(result.problems)}处问题：" if result.problems else "核验无误。"
    chain = f"操作日志{result.audit_entries}条，末条校验码 {result.audit_hash}；文件{result.files}个"
    show(asdict(result), verdict, *result.problems, *(f"提示：{note}" for note in result.notes), chain)
    return not result.problems


if __name__ == "__main__":
    commands(prog_name="python -m db")
