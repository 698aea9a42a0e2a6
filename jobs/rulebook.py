"""`rulebook [FILE.csv]`: the numbers the notice leaves open, listed or set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from db.rulebook_facts import rulebook
from jobs import effects
from jobs.arguments import FILE
from jobs.output import Run, changes
from policy.figures import chinese_date
from policy.rulebook import Entry, Rulebook
from policy.terms import ObligationKind
from services import rescheduling, rulebooks
from services.lists import decode
from services.rescheduling import Move
from services.screening import admit


@click.command("rulebook")
@click.argument("file", type=FILE, required=False)
@click.option("--document", "number", default="", metavar="NO", help="依据文号。")
@click.option("--note", default="", help="说明；没有文号时写明。")
@click.option("--dry-run", is_flag=True, help="只列出将调整的日期、将列入的事项和今天预警的变化，不作改动。")
@click.option("--move", "moving", is_flag=True, help="并将与规则不一致的报送截止日逐项调整（须写 --document）。")
@changes
def command(run: Run, file: Path | None, number: str, note: str, dry_run: bool, moving: bool) -> None:
    """列出规则数值；给出CSV的，导入（key,kind,value,valid_from,valid_to,source）。已列入的截止日不会自行改变。"""
    entries = _read(run, file) if file else ()
    if dry_run:
        with run.platform.database.read() as session:
            found = rulebooks.preview(session, run.actor, entries)
        run.show(effects.as_document(found), effects.lines(found, effects.RULES))
        return
    if not file and not moving:
        with run.platform.database.read() as session:
            known = rulebook(session)
        run.show(_listed(known), _lines(known))
        return
    moved: Sequence[Move] = ()
    with run.platform.database.write() as session:
        older: frozenset[int] = frozenset()
        before = rulebook(session).version
        if file:
            older = frozenset(move.obligation_id for move in rulebooks.preview(session, run.actor, entries).older)
            rulebooks.change(session, run.actor, entries, number, note or f"导入{file.name}")
        waiting = rescheduling.pending(session, run.actor)
        own = [move for move in waiting if move.obligation_id not in older]
        if moving and own:
            moved = rescheduling.apply_moves(session, run.actor, [move.obligation_id for move in own], number)
            own = []
        known = rulebook(session)
    rest = [move for move in waiting if move.obligation_id in older]
    document = {"version": known.version, "moved": _moves(moved), "waiting": _moves(own), "older": _moves(rest)}
    same = bool(file) and known.version == before
    run.show(document, [*_done(known, moved, own, same=same), *effects.apart(rest)])


def _read(run: Run, file: Path) -> tuple[Entry, ...]:
    return rulebooks.read_entries(decode(admit(run.platform, run.actor, file.name, file.read_bytes())))


def _moves(moves: Sequence[Move]) -> list[dict[str, Any]]:
    return [
        {"park": move.park, "obligation": move.label, "old": move.old.due_on, "new": move.new.due_on} for move in moves
    ]


def _done(known: Rulebook, moved: Sequence[Move], waiting: Sequence[Move], *, same: bool) -> Iterator[str]:
    yield f"文件与规则数值一致，未作改动，仍为第{known.version}版" if same else f"规则数值现为第{known.version}版"
    yield from (f"已调整：{effects.told(move)}" for move in moved)
    if waiting:
        yield "以下截止日与现行规则不一致，尚未调整（加 --move 或在“规则数值”页面逐项调整）："
        yield from (f"　{effects.told(move)}" for move in waiting)


def _listed(known: Rulebook) -> dict[str, Any]:
    return {
        "version": known.version,
        "entries": [
            {
                "key": one.key, "kind": one.kind, "label": one.label, "value": rulebooks.written(one), "unit": one.unit,
                "valid_from": one.valid_from, "valid_to": one.valid_to, "source": one.source,
            }
            for one in known.entries
        ],
    }  # fmt: skip


def _lines(known: Rulebook) -> Iterator[str]:
    yield f"第{known.version}版"
    for one in known.entries:
        kind = f"〔{ObligationKind(one.kind).label}〕" if one.kind else ""
        until = f"至{chinese_date(one.valid_to)}" if one.valid_to else ""
        yield f"{one.key}　{one.label}{kind}：{one.told}（自{chinese_date(one.valid_from)}{until}；{one.source}）"
