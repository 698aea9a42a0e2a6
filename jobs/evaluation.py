"""`evaluation FILE`: imports an indicator system, or says all that is wrong with its file, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from jobs.arguments import FILE
from jobs.output import Run, changes
from policy.evaluation.reading import NotASystem, read_system
from policy.evaluation.system import TRIAL, System
from policy.figures import chinese_date, plain
from services import evaluations
from services.screening import admit


@click.command("evaluation")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="只核对文件，不导入。")
@changes
def command(run: Run, file: Path, dry_run: bool) -> None:
    """导入评估指标体系：一个TOML文件，写法见 docs/evaluation.md。有误的整份不导入，逐行列出。"""
    data = admit(run.platform, run.actor, file.name, file.read_bytes())
    try:
        document, lines = _check(run, data) if dry_run else _import(run, file.name, data)
    except NotASystem as wrong:
        found = [{"line": one.line, "place": one.place, "message": one.message} for one in wrong.problems]
        told = [str(one) for one in wrong.problems]
        head = f"{file.name}没有导入，须改正{len(told)}处："
        run.show({"imported": False, "problems": found}, [head, *told], errors=True)
        return
    run.show(document, lines)


def _check(run: Run, data: bytes) -> tuple[dict[str, Any], list[str]]:
    text = evaluations.decoded(data)
    with run.platform.database.read() as session:
        standing = evaluations.check(session, run.actor, text)
    system = read_system(text)
    head = "文件无误，已有内容相同的体系" if standing else "文件无误，可以导入（未导入）"
    return _document(system, imported=False), [head, *_lines(system)]


def _import(run: Run, name: str, data: bytes) -> tuple[dict[str, Any], list[str]]:
    with run.platform.database.write() as session:
        done = evaluations.import_system(session, run.platform.storage, run.actor, name, data)
    head = "已导入" if done.created else "内容与已导入的体系相同，未作改动"
    document = _document(done.system, imported=done.created) | {"id": done.system_id}
    return document, [head, *_lines(done.system)]


def _document(system: System, *, imported: bool) -> dict[str, Any]:
    return {
        "imported": imported, "name": system.name, "version": system.version, "document": system.document,
        "effective_from": system.effective_from, "effective_to": system.effective_to, "trial": system.trial,
        "items": len(system.items), "bonuses": len(system.bonuses), "vetoes": len(system.vetoes), "problems": [],
    }  # fmt: skip


def _lines(system: System) -> Iterator[str]:
    basis = system.document or f"没有发布文号，评分一律为{TRIAL}"
    yield f"{system.name} {system.version}（{basis}；自{chinese_date(system.effective_from)}起）"
    for area in system.areas:
        yield f"{area.name} {plain(area.weight)}"
        yield from (f"　{item.name} {plain(item.weight)}：{item.rule_told}" for item in area.items)
