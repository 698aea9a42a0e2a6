"""专家库: people by 专业 and employer, what binds them beside it (回避), and the account by which they sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Expert, ExpertTie, Park
from policy.access import Actor, Permission, Role
from policy.acts import Act
from policy.figures import chinese_date
from policy.masking import mask_mail, mask_phone
from policy.refusal import Missing, Refused, Unknown
from services import audit, clock
from services.contacts import MAIL
from services.intake.text import squash
from services.lengths import require_storable
from services.parks import find_park
from services.versions import storable

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,39}")
SERIES = "ZJ"
"""What a code made by the system begins with: ZJ001."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered of one person. `code`: empty for one made by the system; `account`: the name of theirs."""

    name: str
    employer: str
    specialties: tuple[str, ...]
    code: str = ""
    post: str = ""
    phone: str = ""
    mail: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    account: str = ""

    def cleaned(self) -> Entry:
        return replace(
            self, name=storable(self.name.strip()), employer=storable(self.employer.strip()),
            specialties=tuple(dict.fromkeys(storable(one.strip()) for one in self.specialties if one.strip())),
            code=self.code.strip().upper(), post=storable(self.post.strip()), phone=storable(self.phone.strip()),
            mail=self.mail.strip().lower(), note=storable(self.note.strip()), account=self.account.strip(),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bond:
    """What binds an expert beside the employer: a unit, a firm or a park by its name; without `until` still."""

    name: str
    since: date | None = None
    until: date | None = None
    note: str = ""


def enter(session: Session, actor: Actor, entry: Entry) -> Expert:
    """A new person. Raises Refused for a code or a person (name and employer) that stands already, and what
    `_check` refuses."""
    actor.require(Permission.MANAGE_EXPERTS)
    audit.take_turn(session)
    entry = entry.cleaned()
    _check(entry)
    same = same_person(session, entry.name, entry.employer)
    if same is not None:
        raise Refused(f"{entry.name}（{entry.employer}）已在专家库，编号{same.code}")
    if entry.code and of_code(session, entry.code) is not None:
        raise Refused(f"专家编号“{entry.code}”已被使用，请换一个或留空由系统编")
    row = Expert(code=entry.code or _next_code(session), recorded_at=clock.now(), recorded_by=actor.account)
    _write(session, row, entry)
    session.add(row)
    session.flush()
    audit.record(session, actor, Act.EXPERT_ENTER, f"{row.name}（{row.code}）", new=told(row, entry.account))
    return row


def change(session: Session, actor: Actor, expert_id: int, entry: Entry) -> Expert:
    """Set right what is entered; the code stays. Raises Unknown for nobody, and Refused as `enter` does."""
    row = _known(session, actor, expert_id)
    entry = entry.cleaned()
    _check(entry)
    same = same_person(session, entry.name, entry.employer)
    if same is not None and same.id != row.id:
        raise Refused(f"{entry.name}（{entry.employer}）已在专家库，编号{same.code}")
    old = told(row, _account_name(session, row))
    _write(session, row, entry)
    session.flush()
    new = told(row, entry.account)
    if new != old:
        audit.record(session, actor, Act.EXPERT_CHANGE, f"{row.name}（{row.code}）", old=old, new=new)
    return row


def end(session: Session, actor: Actor, expert_id: int, last_day: date) -> Expert:
    """The last day of the 聘期: from the next on nobody draws them. A seat they have stays theirs."""
    row = _known(session, actor, expert_id)
    if row.valid_from is not None and last_day < row.valid_from:
        raise Refused(f"聘期止{chinese_date(last_day)}早于聘期起{chinese_date(row.valid_from)}，请核对")
    old, row.valid_to = row.valid_to, last_day
    session.flush()
    before, after = {"valid_to": str(old or "")}, {"valid_to": str(last_day)}
    audit.record(session, actor, Act.EXPERT_CHANGE, f"{row.name}（{row.code}）", old=before, new=after)
    return row


def add_tie(session: Session, actor: Actor, expert_id: int, bond: Bond) -> ExpertTie:
    """A 关联关系, from which 回避 follows. A name that is a park's (code, title or short name) binds to the park.

    Raises Unknown for nobody; Refused without a name, for an end before the beginning, and for one that stands.
    """
    row = _known(session, actor, expert_id)
    name, note = storable(bond.name.strip()), storable(bond.note.strip())
    if not name:
        raise Missing("请填写关联单位或园区，如曾任职、任顾问、有合作的单位")
    if bond.since and bond.until and bond.until < bond.since:
        raise Refused(f"关联关系止{chinese_date(bond.until)}早于起{chinese_date(bond.since)}，请核对")
    if is_bound(session, actor, row, bond):
        raise Refused(f"{row.name}与“{name}”的关联关系已登记")
    park = _park(session, actor, name)
    tie = ExpertTie(
        expert_id=row.id, name="" if park else name, park_id=park.id if park else None, since=bond.since,
        until=bond.until, note=note, recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(tie)
    row.ties.append(tie)
    session.flush()
    new = {"unit": name, "since": str(bond.since or ""), "until": str(bond.until or ""), "note": note}
    audit.record(session, actor, Act.EXPERT_TIE, f"{row.name}（{row.code}）", park_id=tie.park_id, new=new)
    return tie


def is_bound(session: Session, actor: Actor, row: Expert, bond: Bond) -> bool:
    """Whether exactly this stands already."""
    park = _park(session, actor, bond.name)
    return any(_same_tie(tie, park, bond) for tie in row.ties)


def end_tie(session: Session, actor: Actor, expert_id: int, tie_id: int, last_day: date) -> ExpertTie:
    """Its last day; it binds for some years more (the rulebook's panel_tie_years). None is ever taken away."""
    row = _known(session, actor, expert_id)
    tie = next((one for one in row.ties if one.id == tie_id), None)
    if tie is None:
        raise Unknown(f"{row.name}没有编号为{tie_id}的关联关系")
    clock.require_past(last_day, "关联关系结束日期")
    if tie.since is not None and last_day < tie.since:
        raise Refused(f"结束日期{chinese_date(last_day)}早于起始日期{chinese_date(tie.since)}，请核对")
    old, tie.until = tie.until, last_day
    session.flush()
    before, after = {"tie": tie.id, "until": str(old or "")}, {"tie": tie.id, "until": str(last_day)}
    subject = f"{row.name}（{row.code}）"
    audit.record(session, actor, Act.EXPERT_TIE_END, subject, park_id=tie.park_id, old=before, new=after)
    return tie


def of_code(session: Session, code: str) -> Expert | None:
    return session.scalars(select(Expert).where(Expert.code == code.strip().upper())).first()


def same_person(session: Session, name: str, employer: str) -> Expert | None:
    """Somebody of this name at this employer, however it is typed."""
    named = session.scalars(select(Expert).where(Expert.name == name).order_by(Expert.id))
    return next((row for row in named if squash(row.employer) == squash(employer)), None)


def told(row: Expert, account: str) -> dict[str, object]:
    """For the audit log, without phone and mail in clear."""
    return {
        "name": row.name, "employer": row.employer, "post": row.post, "specialties": list(row.specialties),
        "phone": mask_phone(row.phone), "mail": mask_mail(row.mail), "valid_from": str(row.valid_from or ""),
        "valid_to": str(row.valid_to or ""), "account": account,
    }  # fmt: skip


def _check(entry: Entry) -> None:
    """Raises Refused for what cannot be used, in a sentence that says how to mend it."""
    for word, text in (("姓名", entry.name), ("工作单位", entry.employer)):
        if not text:
            raise Missing(f"请填写{word}")
    if not entry.specialties:
        raise Missing(f"{entry.name}：请填写专业，多个用顿号隔开，如“密码、数据安全”")
    if entry.code and not CODE.fullmatch(entry.code):
        raise Refused(f"{entry.name}：专家编号应为字母、数字和短横，如 {SERIES}001，收到“{entry.code}”")
    if entry.mail and not (entry.mail.isascii() and MAIL.fullmatch(entry.mail)):
        raise Refused(f"{entry.name}：邮箱应写作 name@example.gov.cn（不含中文和全角字符），收到“{entry.mail}”")
    start, stop = entry.valid_from, entry.valid_to
    if start and stop and stop < start:
        raise Refused(f"{entry.name}：聘期止{chinese_date(stop)}早于聘期起{chinese_date(start)}，请核对")


def _write(session: Session, row: Expert, entry: Entry) -> None:
    for name in ("name", "employer", "post", "phone", "mail", "valid_from", "valid_to", "note"):
        setattr(row, name, getattr(entry, name))
    row.specialties = list(entry.specialties)
    row.account_id = _account(session, row, entry.account)
    require_storable(row)


def _account(session: Session, row: Expert, username: str) -> int | None:
    """The account of this name: it sees from now on what the expert's panels open, and nothing else."""
    if not username:
        return None
    account = session.scalars(select(Account).where(Account.username == username)).first()
    if account is None or account.role != Role.EXPERT:
        raise Unknown(f"没有名为“{username}”的专家账号，请由系统管理员先开通")
    other = session.scalars(select(Expert).where(Expert.account_id == account.id)).first()
    if other is not None and other is not row:
        raise Refused(f"账号“{username}”已由{other.name}（{other.code}）使用")
    return account.id


def _account_name(session: Session, row: Expert) -> str:
    return session.scalar(select(Account.username).where(Account.id == row.account_id)) or ""


def _next_code(session: Session) -> str:
    taken = session.scalars(select(Expert.code).where(Expert.code.like(f"{SERIES}%")))
    numbers = [int(code.removeprefix(SERIES)) for code in taken if code.removeprefix(SERIES).isdecimal()]
    return f"{SERIES}{max(numbers, default=0) + 1:03d}"


def _park(session: Session, actor: Actor, name: str) -> Park | None:
    try:
        return find_park(session, actor.scope, name)
    except Unknown:
        return None


def _same_tie(tie: ExpertTie, park: Park | None, bond: Bond) -> bool:
    same = tie.park_id == park.id if park else tie.park_id is None and squash(tie.name) == squash(bond.name)
    return same and (tie.since, tie.until) == (bond.since, bond.until)


def _known(session: Session, actor: Actor, expert_id: int) -> Expert:
    actor.require(Permission.MANAGE_EXPERTS)
    audit.take_turn(session)
    row = session.get(Expert, expert_id)
    if row is None:
        raise Unknown(f"专家库中没有编号为{expert_id}的专家")
    return row
