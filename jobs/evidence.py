"""`python -m jobs evidence FILE…`: puts 佐证资料 forward for a park."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from tqdm import tqdm

from jobs.arguments import FILE, OneOf
from jobs.output import Run, changes
from policy.evidence import Category, ClaimKey
from policy.refusal import Refused
from services.evidence import Paper, PutForward, put_forward
from services.screening import UNREADABLE


@click.command("evidence")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--category", required=True, type=OneOf(Category), help="附件八的类别。")
@click.option("--title", metavar="T", help="资料名称，默认为文件名；多个文件时不写。")
@click.option("--claim", "claims", multiple=True, metavar="类别:事项", help="佐证的事项，如 firm:示例科技有限公司。")
@changes
def command(
    run: Run, files: Sequence[Path], park: str, category: str, title: str | None, claims: Sequence[str]
) -> None:
    """提交佐证资料（每个文件不超过200MB，按内容识别）。"""
    if title is not None and len(files) > 1:
        raise click.UsageError("--title 只用于一个文件")
    keys = tuple(_key(text) for text in claims)
    total = sum(path.stat().st_size for path in files)
    results: list[PutForward | str] = []
    with tqdm(
        total=total, desc="提交", unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty()
    ) as bar:
        for path in files:
            results.append(_put(run, path, park, Category(category), title or path.stem, keys, bar.update))
    document = [_shown(path, result) for path, result in zip(files, results, strict=True)]
    refused = any(isinstance(result, str) for result in results)
    run.show(document, [_line(result) for result in results], errors=refused)


def _key(text: str) -> ClaimKey:
    try:
        return ClaimKey.parse(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _put(
    run: Run,
    path: Path,
    park: str,
    category: Category,
    title: str,
    keys: tuple[ClaimKey, ...],
    watch: Callable[[int], object],
) -> PutForward | str:  # fmt: skip
    """What became of one file: the reason when it was refused. An unknown park is a wrong call."""
    with path.open("rb") as stream:
        try:
            return put_forward(run.platform, run.actor, park, Paper(category, title, keys, path.name, stream), watch)
        except Refused as refusal:
            if type(refusal) is not Refused:
                raise
            return str(refusal)


def _shown(path: Path, result: PutForward | str) -> dict[str, object]:
    if isinstance(result, str):
        return {"file": path.name, "stored": False, "error": result}
    return {
        "file": path.name, "stored": True, "evidence": result.evidence_id, "park": result.park, "title": result.title,
        "media": result.media.key, "size": result.size, "sha256": result.sha256, "text_checked": result.read,
    }  # fmt: skip


def _line(result: PutForward | str) -> str:
    if isinstance(result, str):
        return result
    return f"已提交“{result.title}”（{result.media.label}）" + ("" if result.read else f"；{UNREADABLE}")
