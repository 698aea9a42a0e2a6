"""`python -m jobs archive`: 归档材料 or 验收申请材料 of a park as one zip with its manifest, or bound as 装订本."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click
from tqdm import tqdm

from jobs.arguments import NEW_FILE, OneOf
from jobs.output import Run, WrongCall, changes
from services.archive.assembling import Taken, Whole, assembled, bound, packed

Watch = Callable[[int], object]


@click.command("archive")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--out", required=True, type=NEW_FILE, help="写入的文件（.zip；装订本为 .pdf，分册时为 .zip）。")
@click.option(
    "--whole", "which", type=OneOf(Whole), default=str(Whole.ARCHIVE),
    help="archive 归档材料（默认），application 验收申请材料。",
)  # fmt: skip
@click.option("--bound", "as_binder", is_flag=True, help="装订本：合为PDF，带封面、目录、页码和隔页，超过上限的分册。")
@changes
def command(run: Run, park: str, out: Path, which: str, as_binder: bool) -> None:
    """汇总一个园区的归档材料或验收申请材料，附目录和校验清单（sha256sum -c 校验清单.txt）。"""
    whole = Whole(which)
    assembly = assembled(run.platform, run.actor, whole, park)
    with tqdm(
        total=assembly.size, desc="汇总", unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty()
    ) as bar:
        made = (bound if as_binder else packed)(run.platform, run.actor, assembly, bar.update)
    with made.stream:
        _write(run, out, made.stream)
    run.show(
        {
            "file": str(out), "name": made.name, "whole": whole, "bound": as_binder, "pieces": made.pieces,
            "bytes": made.size, "told": made.told,
        },
        [f"{_called(whole, made, as_binder)}已写入 {out}", *made.told],
    )  # fmt: skip


def _called(whole: Whole, made: Taken, as_binder: bool) -> str:
    return f"{whole.label}{'装订本' if as_binder else ''}（{made.pieces}件，{made.size}字节）"


def _write(run: Run, out: Path, stream: BinaryIO) -> None:
    """A piece at a time; what could not be written whole is not left behind."""
    try:
        with out.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
    except OSError as error:
        if out.is_file():
            out.unlink()
        raise WrongCall(
            f"无法写入“{out}”，请核对文件夹是否存在、能否写入、空间是否足够", as_json=run.as_json
        ) from error
