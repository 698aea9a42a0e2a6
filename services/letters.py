"""收文登记: the half-year letters of district governments (五(二)); one letter may speak of several parks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Letter, LetterPark, Obligation, Park
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Doubtful, Missing, Refused, Unknown
from policy.terms import ActKind, HalfYear, LetterMedium, ObligationKind
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
    as_written: bool = False,
) -> Recorded:
    """Record a letter as received from the district of the parks, with its scan (name, bytes) if there is one.

    `codes`: the 校验码 printed under its sealed tables, one a park at most. The same letter again adds the parks, the
    period and the codes it did not cover yet, and a scan where it had none; it changes nothing else. Raises Unknown
    for a park outside the scope; Refused without a park or a number, when the parks have different districts, when
    it was received before it was dated or in days to come, when the number is taken by a letter of another date, or
    for a code that is of none of these parks' versions; Doubtful, unless it is meant (`as_written`), for a period
    that was not over when it came or that a park does not owe.
    """
    actor.require(Permission.RECORD_LETTER)
    entry = _Entry(period, number.strip(), dated, received_on, medium, file)
    _check(entry)
    audit.take_turn(session)
    found = list(dict.fromkeys(find_park(session, actor.scope, ref) for ref in parks))
    sender_id = _common_district(found)
    doubts = _doubts(session, entry, found)
    if doubts and not as_written:
        raise Doubtful("；".join(doubts))
    letter = _numbered(session, sender_id, entry.number)
    sealed = sealing.matched(session, found, period, codes)
    notes: list[str] = []
    if letter is None:
        letter = _add(session, storage, actor, sender_id, entry)
    else:
        _same_letter(letter, entry)
        notes += _scan_that_came_later(session, storage, actor, letter, entry)
    added = _cover(session, actor, letter, found, entry)
    notes += _sealed_tables(session, actor, letter, entry, sealed)
    notes += (f"{doubt}；已照此登记" for doubt in doubts if added)
    notes += (note for park in added for note in _settled_otherwise(session, park, period))
    return Recorded(letter.id, found[0].district.name, tuple(park.code for park in added), tuple(notes))


def _cover(session: Session, actor: Actor, letter: Letter, parks: Sequence[Park], entry: _Entry) -> list[Park]:
    """The parks the letter did not speak of for this period until now."""
    covered = {(row.park_id, row.period) for row in letter.parks}
    added = [park for park in parks if (park.id, str(entry.period)) not in covered]
    letter.parks.extend(LetterPark(park_id=park.id, period=str(entry.period)) for park in added)
    session.flush()
    for park in added:
        _record(session, actor, park, entry)
        snapshots.rewrite(session, park.id)
    return added


def correct_dates(
    session: Session, actor: Actor, park_code: str, number: str, dated: date, received_on: date, reason: str
) -> Letter:
    """更正: a letter of the park's district was recorded with wrong dates; the old ones and why stay in the log.

    Punctuality follows the new dates. Raises Unknown outside the scope or for a letter not recorded, Missing without
    a reason, Refused for dates that cannot be or that stand already.
    """
    actor.require(Permission.RECORD_LETTER)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    letter = _numbered(session, park.district_id, number.strip())
    if letter is None:
        raise Unknown(f"{park.district.name}没有登记过发文字号为“{number.strip()}”的来函，请核对发文字号和园区")
    if not reason.strip():
        raise Missing("更正来函日期须写明原因，如“登记时看错收文章”")
    _check_dates(dated, received_on)
    if (letter.dated, letter.received_on) == (dated, received_on):
        raise Refused(f"{letter.number}登记的成文日期、收文日期与所写相同，没有要更正的")
    old = {"dated": str(letter.dated), "received_on": str(letter.received_on)}
    letter.dated, letter.received_on = dated, received_on
    session.flush()
    new = {"dated": str(dated), "received_on": str(received_on), "reason": reason.strip()}
    for park_id in sorted({row.park_id for row in letter.parks}):
        covered = session.get_one(Park, park_id)
        audit.record(
            session, actor, Act.LETTER_CORRECT, f"{covered.title}{letter.number}", park_id=park_id, old=old, new=new
        )
        snapshots.rewrite(session, park_id)
    return letter


def _numbered(session: Session, sender_id: int, number: str) -> Letter | None:
    return session.scalars(select(Letter).where(Letter.sender_id == sender_id, Letter.number == number)).first()


def _check(entry: _Entry) -> None:
    if not entry.number:
        raise Missing("收文登记须写明来函的发文字号，如“示例府函〔2026〕12号”")
    _check_dates(entry.dated, entry.received_on)


def _check_dates(dated: date, received_on: date) -> None:
    if received_on < dated:
        received, written = chinese_date(received_on), chinese_date(dated)
        raise Refused(f"收文日期{received}早于来函成文日期{written}，请核对两个日期")
    clock.require_past(dated, "成文日期")
    clock.require_past(received_on, "收文日期")


def _doubts(session: Session, entry: _Entry, parks: Sequence[Park]) -> list[str]:
    """What is almost surely written wrongly: a period not over when the letter came, or one a park does not owe."""
    period, found = entry.period, []
    if entry.received_on <= period.end:
        over, received = chinese_date(period.end), chinese_date(entry.received_on)
        last = HalfYear.containing(entry.received_on).previous().label
        found.append(f"{period.label}到{over}才结束，{received}收到的来函多为{last}的，请核对报告期")
    return found + [doubt for park in parks if (doubt := _not_owed(session, park, period))]


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
            f"与本次的收文日期{chinese_date(entry.received_on)}、成文日期{chinese_date(entry.dated)}不一致，请核对发文字号和日期；"
            "此前登记有误的，请更正来函日期"
        )


def _not_owed(session: Session, park: Park, period: HalfYear) -> str:
    """Empty for a period the park is asked about."""
    reports = select(Obligation.period).where(
        Obligation.park_id == park.id, Obligation.kind == ObligationKind.HALF_YEAR_REPORT
    )
    owed = [HalfYear.parse(text) for text in session.scalars(reports.order_by(Obligation.due_on))]
    if period in owed:
        return ""
    names = "、".join(one.label for one in owed) or "无"
    return f"{park.title}应报的报告期为{names}，没有{period.label}，登记后不计入应报，请核对报告期和园区"


def _settled_otherwise(session: Session, park: Park, period: HalfYear) -> Iterator[str]:
    """What was recorded in place of the report this letter belongs to."""
    situation = facts.situation(session, park.id, clock.today(), rulebook(session))
    owed = next((one for one in situation.reports() if one.period == period), None)
    if owed is None:
        return
    for kind in (ActKind.NIL_RETURN, ActKind.WAIVER):
        if act := situation.act(owed, kind):
            told = f"{act.number}，{chinese_date(act.dated)}"
            yield (
                f"{park.short_name}{period.label}已登记{kind.label}（{told}），来函已登记，报送情况不因此改变；"
                f"{kind.label}有误的，请在该应报事项页撤销"
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
