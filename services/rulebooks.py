"""Numbers the notice leaves open, set by the committee: every change is a whole new version, none is ever altered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import RulebookEntry, RulebookVersion
from db.rulebook_facts import calendar, rulebook, stored_entries
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date, plain
from policy.refusal import Missing, Refused
from policy.rule_keys import PER_KIND, disorder, why_fixed
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, NOTICE_DAY, Entry, Rulebook, known, problems, read_value
from policy.terms import ObligationKind
from services import audit, clock, obligations, snapshots
from services.lengths import require_storable
from services.lists import Line, read_list, write_list
from services.rescheduling import Effects, Rules, foresee

COLUMNS = ("key", "kind", "value", "valid_from", "valid_to", "source", "label")
"""The label is for whoever reads the list; it is not read back."""
SET_SOURCE = "市经济信息委设定，通知未规定"
"""Behind a value for which no document was named."""
LONGEST_SOURCE = 100

Place: TypeAlias = tuple[str, str, date]
"""Which stored value: its key, its kind, and the day it holds from."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change made of the rulebook: its new version, and how many 应报事项 it added."""

    version: str
    entries: tuple[Entry, ...]
    added: int


def entry(
    key: str, value: str, valid_from: date, *, kind: str = "", valid_to: date | None = None, source: str = ""
) -> Entry:
    """One value as it is to be set; raises Refused when there is no such key, kind or choice, or it may not be set."""
    key, kind = key.strip(), _kind(kind.strip())
    like = known(key, kind)
    if like is None:
        raise Refused(f"没有“{key}”这项规则数值，可用：{'、'.join(_settable())}")
    if fixed := why_fixed(like):
        raise Refused(fixed)
    if kind and kind not in PER_KIND.get(key, ()):
        for_kinds = "、".join(one.label for one in PER_KIND.get(key, ()))
        only = f"只能按{for_kinds}分别设定" if for_kinds else "对全部应报事项一致，不能按事项分别设定"
        raise Refused(f"“{like.label}”{only}，收到“{ObligationKind(kind).label}”")
    if valid_from < NOTICE_DAY:
        raise Refused(f"“{like.label}”的有效期起{chinese_date(valid_from)}早于通知成文日期{chinese_date(NOTICE_DAY)}")
    if len(source) > LONGEST_SOURCE:
        raise Refused(f"依据过长：{len(source)}个字符，不能超过{LONGEST_SOURCE}个")
    try:
        number = read_value(like, value)
    except ValueError as error:
        raise Refused(str(error)) from None
    return Entry(key, like.label, number, like.unit, valid_from, source.strip(), kind, valid_to, like.choices)


def _settable() -> list[str]:
    return list(dict.fromkeys(one.key for one in DEFAULT.entries if not why_fixed(one)))


def _kind(text: str) -> str:
    """A kind of obligation by its key or its word."""
    found = next((kind for kind in ObligationKind if text in (kind.value, kind.label)), None)
    if text and found is None:
        raise Refused(f"没有“{text}”这种应报事项，可用：{'、'.join(kind.value for kind in ObligationKind)}")
    return found.value if found else ""


def read_entries(text: str) -> tuple[Entry, ...]:
    """A list with the columns key,kind,value,valid_from,valid_to,source: the whole of it or, with every bad line
    named, nothing (Refused)."""
    found, errors = [], []
    for line in read_list(text, COLUMNS, required=("key", "value", "valid_from")):
        try:
            found.append(_of_line(line))
        except Refused as refusal:
            errors.append(f"第{line.number}行：{refusal}")
    if errors:
        raise Refused("；".join(errors))
    if not found:
        raise Refused("文件中没有规则数值，表头之下至少一行")
    return tuple(found)


def _of_line(line: Line) -> Entry:
    valid_from = line.day("valid_from")
    if valid_from is None:
        raise Refused("缺少有效期起 valid_from")
    return entry(
        line.text("key"), line.text("value"), valid_from,
        kind=line.text("kind"), valid_to=line.day("valid_to"), source=line.text("source"),
    )  # fmt: skip


def as_list(entries: Iterable[Entry]) -> str:
    """Entries as `read_entries` reads them back."""
    rows = ((e.key, e.kind, written(e), str(e.valid_from), str(e.valid_to or ""), e.source, e.label) for e in entries)
    return write_list(COLUMNS, rows)


def standing_list(rules: Rulebook) -> str:
    """What may be changed, as it stands: to be cut down to the lines that change, and imported."""
    found = (one for one in rules.entries if not why_fixed(one))
    return as_list(replace(one, source="") if one.source == DEFAULT_SOURCE else one for one in found)


def preview(session: Session, actor: Actor, entries: Sequence[Entry], dropped: Collection[Place] = ()) -> Effects:
    """What the change would move, add and tell of; nothing is written. Raises Refused as `change` does."""
    actor.require(Permission.MANAGE_RULEBOOK)
    laid = _laid_over(_stored(session), entries, dropped)
    return foresee(session, actor, Rules(DEFAULT.with_entries("preview", laid), calendar(session)))


def change(
    session: Session,
    actor: Actor,
    entries: Sequence[Entry],
    document: str,
    note: str = "",
    *,
    dropped: Collection[Place] = (),
    seen: str | None = None,
) -> Changed:
    """A new version: what is stored, with these entries set and the `dropped` ones taken out.

    No date of a standing 应报事项 moves; what is newly owed is added. A value until further notice gives way to a
    later one of its key, and holds again once that has ended; one that begins on the same day is replaced. What says
    nothing new makes no version. `seen`: the version a preview was made of. Raises Refused with everything that is
    wrong: overlapping validity, a value out of bounds, nothing to change, no document or note, or a version set by
    somebody else since.
    """
    actor.require(Permission.MANAGE_RULEBOOK)
    document, note = document.strip(), note.strip()
    if not document and not note:
        raise Missing("更改规则数值须写明依据文号；没有文号的，写明说明")
    audit.take_turn(session)
    old = rulebook(session)
    if seen is not None and seen != old.version:
        raise Refused(f"规则数值已由他人更改（现为第{old.version}版），请重新预览后再确认")
    sourced = [replace(one, source=one.source or document or SET_SOURCE) for one in entries]
    stored = _stored(session)
    laid = _laid_over(stored, sourced, dropped)
    if {place(one): one for one in laid} == {place(one): one for one in stored}:
        return Changed(old.version, stored, 0)
    version = _store(session, actor, laid, document, note)
    made = rulebook(session)
    _record(session, actor, old, made, document, note)
    added = obligations.generate_all(session)
    snapshots.rebuild_all(session)
    return Changed(made.version, version, added)


def _stored(session: Session) -> tuple[Entry, ...]:
    newest = session.scalar(select(func.max(RulebookVersion.id)))
    return () if newest is None else stored_entries(session, newest)


def place(one: Entry) -> Place:
    return one.key, one.kind, one.valid_from


def _laid_over(stored: Iterable[Entry], entries: Sequence[Entry], dropped: Collection[Place]) -> tuple[Entry, ...]:
    """The whole of the new version; raises Refused with all that is wrong with it."""
    standing = {place(one): one for one in stored}
    strange = [one for one in dropped if one not in standing]
    if strange:
        raise Refused("要撤销的规则数值已不在现行版本中，请重新打开页面核对")
    if not entries and not dropped:
        raise Refused("没有要更改的规则数值")
    replaced = {place(one) for one in entries}
    kept = [one for at, one in standing.items() if at not in replaced and at not in set(dropped)]
    laid = (*(piece for one in kept for piece in _beside(one, entries)), *entries)
    wrong = dict.fromkeys(problems(laid))
    if not wrong:
        wrong = dict.fromkeys(disorder(DEFAULT.with_entries("new", laid)))
    if wrong:
        raise Refused("；".join(wrong))
    return laid


def _beside(one: Entry, entries: Iterable[Entry]) -> Iterator[Entry]:
    """A value until further notice gives way where a later one holds, and holds again after it has ended."""
    later = [new for new in entries if (new.key, new.kind) == (one.key, one.kind) and new.valid_from > one.valid_from]
    if one.valid_to is not None or not later:
        yield one
        return
    start: date | None = one.valid_from
    for new in sorted(later, key=lambda entry: entry.valid_from):
        if start is not None and start < new.valid_from:
            yield replace(one, valid_from=start, valid_to=new.valid_from - timedelta(days=1))
        start = new.valid_to + timedelta(days=1) if new.valid_to is not None else None
    if start is not None:
        yield replace(one, valid_from=start)


def _store(session: Session, actor: Actor, laid: Iterable[Entry], document: str, note: str) -> tuple[Entry, ...]:
    version = RulebookVersion(document=document, note=note, recorded_at=clock.now(), recorded_by=actor.account)
    version.entries = [
        RulebookEntry(
            key=one.key, kind=one.kind, value=written(one), valid_from=one.valid_from, valid_to=one.valid_to,
            source="" if one.source == DEFAULT_SOURCE else one.source,
        )
        for one in laid
    ]  # fmt: skip
    for row in (version, *version.entries):
        require_storable(row)
    session.add(version)
    session.flush()
    return tuple(laid)


def written(one: Entry) -> str:
    """The value as `read_value` reads it back."""
    if isinstance(one.value, tuple):
        return ",".join(str(days) for days in one.value)
    return one.value if isinstance(one.value, str) else plain(Decimal(one.value))


def _record(session: Session, actor: Actor, old: Rulebook, new: Rulebook, document: str, note: str) -> None:
    """The log holds what differs."""
    before, after = set(_lines(old)), set(_lines(new))
    audit.record(
        session, actor, Act.RULEBOOK_CHANGE, f"规则数值第{new.version}版",
        old={"version": old.version, "entries": sorted(before - after)},
        new={"version": new.version, "entries": sorted(after - before), "document": document, "note": note},
    )  # fmt: skip


def _lines(rules: Rulebook) -> list[str]:
    set_ones = rules.entries[len(DEFAULT.entries) :]
    return [
        " ".join((one.key, one.kind, written(one), str(one.valid_from), str(one.valid_to or ""))) for one in set_ones
    ]
