"""收文登记: the half-year letters of district governments (五(二)); one letter may speak of several parks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Letter, LetterPark, Obligation, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Refused
from policy.terms import HalfYear, LetterMedium, ObligationKind
from services import audit, clock, sealing, snapshots
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class Recorded:
    """`codes`: the parks newly covered by the letter; empty when everything was recorded already.

    `notes`: what a person should know, as of a period the park does not owe.
    """

    letter_id: int
    sender: str
    codes: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    period: HalfYear
    number: str
    dated: date
    received_on: date
    medium: LetterMedium
    file: tuple[str, bytes] | None


def record_letter(
    session: Session,
    storage: Storage,
    actor: Actor,
    *,
    parks: Sequence[str],
    period: HalfYear,
    number: str,
    dated: date,
    received_on: date,
    medium: LetterMedium = LetterMedium.PAPER,
    file: tuple[str, bytes] | None = None,
    codes: Sequence[str] = (),
) -> Recorded:
    """Record a letter as received from the district of the parks, with its scan (name, bytes) if there is one.

    `codes`: the 校验码 printed under its sealed tables, one a park at most. The same letter again adds the parks, the
    period and the codes it did not cover yet, and a scan where it had none; it changes nothing else. Raises Unknown
    for a park outside the scope; Refused without a park or a number, when the parks have different districts, when
    it was received before it was dated or in days to come, when the number is taken by a letter of another date, or
    for a code that is of none of these parks' versions.
    """
    actor.require(Permission.RECORD_LETTER)
    entry = _Entry(period, number.strip(), dated, received_on, medium, file)
    _check(entry)
    audit.take_turn(session)
    found = list(dict.fromkeys(find_park(session, actor.scope, ref) for ref in parks))
    sender_id = _common_district(found)
    letter = session.scalars(select(Letter).where(Letter.sender_id == sender_id, Letter.number == entry.number)).first()
    sealed = sealing.matched(session, found, period, codes)
    notes: list[str] = []
    if letter is None:
        letter = _add(session, storage, actor, sender_id, entry)
    else:
        _same_letter(letter, entry)
        notes += _scan_that_came_later(session, storage, actor, letter, entry)
    covered = {(row.park_id, row.period) for row in letter.parks}
    added = [park for park in found if (park.id, str(period)) not in covered]
    letter.parks.extend(LetterPark(park_id=park.id, period=str(period)) for park in added)
    session.flush()
    for park in added:
        _record(session, actor, park, entry)
        snapshots.rewrite(session, park.id)
    notes += _sealed_tables(session, actor, letter, entry, sealed)
    notes += (note for park in added for note in _not_owed(session, park, period))
    return Recorded(letter.id, found[0].district.name, tuple(park.code for park in added), tuple(notes))


def _check(entry: _Entry) -> None:
    if not entry.number:
        raise Refused("收文登记须写明来函的发文字号，如“示例府函〔2026〕12号”")
    if entry.received_on < entry.dated:
        received, dated = chinese_date(entry.received_on), chinese_date(entry.dated)
        raise Refused(f"收文日期{received}早于来函成文日期{dated}，请核对两个日期")
    clock.require_past(entry.dated, "成文日期")
    clock.require_past(entry.received_on, "收文日期")


def _common_district(parks: Sequence[Park]) -> int:
    if not parks:
        raise Refused("收文登记须至少选择一个园区")
    districts = {park.district_id: park.district.name for park in parks}
    if len(districts) > 1:
        raise Refused(f"一份来函只能由一个区县发出，所选园区分属{'、'.join(districts.values())}，请分别登记")
    return parks[0].district_id


def _add(session: Session, storage: Storage, actor: Actor, sender_id: int, entry: _Entry) -> Letter:
    scan = keep_file(session, storage, *entry.file) if entry.file else None
    letter = Letter(
        sender_id=sender_id,
        number=entry.number,
        dated=entry.dated,
        received_on=entry.received_on,
        medium=entry.medium,
        file_id=scan.id if scan else None,
        recorded_at=clock.now(),
        recorded_by=actor.account,
    )
    require_storable(letter)
    session.add(letter)
    session.flush()
    return letter


def _same_letter(letter: Letter, entry: _Entry) -> None:
    """A number names one letter of a district."""
    if (letter.dated, letter.received_on) != (entry.dated, entry.received_on):
        raise Refused(
            f"{entry.number}已于{chinese_date(letter.received_on)}登记（成文日期{chinese_date(letter.dated)}），"
            f"与本次的收文日期{chinese_date(entry.received_on)}、成文日期{chinese_date(entry.dated)}不一致，请核对发文字号和日期"
        )


def _not_owed(session: Session, park: Park, period: HalfYear) -> Iterator[str]:
    """What came in is recorded whatever it says; a period nobody asked for may be written wrongly."""
    reports = select(Obligation.period).where(
        Obligation.park_id == park.id, Obligation.kind == ObligationKind.HALF_YEAR_REPORT
    )
    owed = [HalfYear.parse(text) for text in session.scalars(reports.order_by(Obligation.due_on))]
    if period not in owed:
        names = "、".join(one.label for one in owed) or "无"
        yield (
            f"{park.title}应报的报告期为{names}，没有{period.label}；来函已登记，不计入应报。"
            "报告期写错的，请按正确的报告期再登记一次"
        )


def _scan_that_came_later(
    session: Session, storage: Storage, actor: Actor, letter: Letter, entry: _Entry
) -> Iterator[str]:
    """A scan is added to a letter that has none and never replaces another."""
    if entry.file is None:
        return
    scan = keep_file(session, storage, *entry.file)
    if letter.file_id is None:
        letter.file_id = scan.id
        new = {"number": entry.number, "file": entry.file[0]}
        audit.record(session, actor, Act.LETTER_RECORD, f"{entry.number}扫描件", new=new)
        yield f"已补存{entry.number}的扫描件"
    elif letter.file_id != scan.id:
        raise Refused(f"{entry.number}已有扫描件，与本次的“{entry.file[0]}”不同；原件不予替换，请核对发文字号")


def _sealed_tables(
    session: Session, actor: Actor, letter: Letter, entry: _Entry, sealed: Mapping[int, sealing.Sealed]
) -> Iterator[str]:
    """Which version each sealed table states, and whether that is still the data that counts."""
    for row in letter.parks:
        table = sealed.get(row.park_id)
        if table is None or row.period != str(entry.period) or not sealing.attach(row, table):
            continue
        session.flush()
        new = {"number": entry.number, "data_code": table.code, "submission": table.submission_id}
        subject = f"{entry.number}所附园区发展情况表"
        audit.record(session, actor, Act.LETTER_RECORD, subject, park_id=row.park_id, new=new)
        known = sealing.seals(session, row.park_id)
        yield from (seal.told for seal in known if (seal.letter_id, seal.period) == (letter.id, entry.period))


def _record(session: Session, actor: Actor, park: Park, entry: _Entry) -> None:
    new = {
        "number": entry.number, "sender": park.district.name, "period": str(entry.period), "dated": str(entry.dated),
        "received_on": str(entry.received_on), "medium": entry.medium, "file": entry.file[0] if entry.file else None,
    }  # fmt: skip
    subject = f"{park.title}{entry.period.label}半年函报"
    audit.record(session, actor, Act.LETTER_RECORD, subject, park_id=park.id, new=new)
