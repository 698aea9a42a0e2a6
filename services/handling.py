"""What people do about an open matter: 反馈情况, 暂缓催报, 电话催办. Each is kept by park and matter, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Alert, AlertFeedback, AlertPause, Park, PhoneCall, PressProposal
from db.session import take_turns
from policy import handling
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts.alert import matter_of, reached_on
from policy.alerts.ladder import Audience, whose
from policy.figures import chinese_date
from policy.refusal import Refused, Unknown
from policy.terms import AlertRule, ContactRole, ProposalState
from services import audit, clock, snapshots
from services.alerting import SWEEP_LOCK
from services.lengths import require_storable


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter of a park with at least one open alert; `since`: the day the oldest of these was opened."""

    park_id: int
    key: str
    alert: Alert
    since: date

    @property
    def audience(self) -> Audience:
        return whose(AlertRule(self.alert.rule), self.key.partition(":")[2])


def give_feedback(
    session: Session, actor: Actor, alert_id: int, *, cause: str, measure: str, promised_on: date
) -> AlertFeedback:
    """反馈情况 by the one responsible: why, what is done about it, and by when. The newest counts.

    Raises AccessDenied, Unknown outside the scope, Refused for a matter of somebody else or no longer open, an empty
    cause or measure, one that only vouches, and a promise that has passed or lies beyond a year.
    """
    actor.require(Permission.GIVE_FEEDBACK)
    audit.take_turn(session)
    matter = _open_matter(session, actor, alert_id)
    _require_responsible(actor, matter)
    today = clock.today()
    row = AlertFeedback(
        park_id=matter.park_id,
        matter=matter.key,
        cause=handling.cause(cause),
        measure=handling.said(measure, "措施", "请写明正在采取的办法"),
        promised_on=handling.day_ahead(promised_on, today, "承诺时限"),
        written_on=today,
        written_at=clock.now(),
        written_by=actor.account,
    )
    told = {"cause": row.cause, "measure": row.measure, "promised_on": str(promised_on)}
    _keep(session, actor, Act.FEEDBACK_GIVE, matter, row, told)
    return row


def pause(session: Session, actor: Actor, alert_id: int, *, reason: str, until: date) -> AlertPause:
    """暂缓催报: nothing is told of the matter up to and including `until`; the alert itself stays open.

    Raises AccessDenied, Unknown outside the scope, Refused without a reason, for an end that has passed or lies
    beyond a year, for a matter no longer open, and while a pause stands.
    """
    actor.require(Permission.MANAGE_PRESSING)
    audit.take_turn(session)
    matter = _open_matter(session, actor, alert_id)
    today = clock.today()
    standing = standing_pause(session, matter.park_id, matter.key, today)
    if standing is not None:
        raise Refused(f"该事项已暂缓催报至{chinese_date(standing.until)}，如须改期请先恢复催报")
    row = AlertPause(
        park_id=matter.park_id,
        matter=matter.key,
        reason=handling.said(reason, "暂缓原因", "请写明为何暂缓，例如“已书面说明，企业搬迁期间数据无法汇总”"),
        since=today,
        until=handling.day_ahead(until, today, "暂缓截止日"),
        set_at=clock.now(),
        set_by=actor.account,
    )
    _keep(session, actor, Act.PRESS_PAUSE, matter, row, {"reason": row.reason, "until": str(until)})
    return row


def resume(session: Session, actor: Actor, alert_id: int) -> AlertPause:
    """恢复催报 from today on. Raises AccessDenied, Unknown outside the scope, Refused when no pause stands."""
    actor.require(Permission.MANAGE_PRESSING)
    audit.take_turn(session)
    matter = _open_matter(session, actor, alert_id)
    standing = standing_pause(session, matter.park_id, matter.key, clock.today())
    if standing is None:
        raise Refused("该事项没有在暂缓催报，不需要恢复")
    standing.lifted_on, standing.lifted_by = clock.today(), actor.account
    _keep(session, actor, Act.PRESS_RESUME, matter, standing, {"until": str(standing.until)})
    return standing


def log_call(
    session: Session,
    actor: Actor,
    alert_id: int,
    *,
    person: str,
    role: ContactRole,
    called_on: date,
    said: str,
    promised_on: date | None = None,
) -> PhoneCall:
    """电话催办: who was called, in which role, and what was said. What waits on the 拟催报清单 for a role that was
    called about it since its stage was reached is not needed any more.

    Raises AccessDenied, Unknown outside the scope, Refused for a matter no longer open, an empty name or content, a
    day to come, and a promise before the call or beyond a year.
    """
    actor.require(Permission.MANAGE_PRESSING)
    wait_for_sweep(session)
    matter = _open_matter(session, actor, alert_id)
    row = PhoneCall(
        park_id=matter.park_id,
        matter=matter.key,
        called_on=handling.called_on(called_on, clock.today(), matter.since),
        person=handling.said(person, "接听人", "请写明与谁通话"),
        role=role.value,
        said=handling.said(said, "通话内容", "请写明催办事项和对方答复"),
        promised_on=handling.day_ahead(promised_on, called_on, "承诺时限") if promised_on else None,
        recorded_at=clock.now(),
        recorded_by=actor.account,
    )
    told = {"role": row.role, "called_on": str(called_on), "promised_on": str(promised_on or "")}
    _keep(session, actor, Act.PHONE_CALL, matter, row, told)
    _spare(session, matter, role, called_on)
    return row


def standing_pause(session: Session, park_id: int, matter: str, day: date) -> AlertPause | None:
    """The 暂缓催报 of a matter in force on `day`."""
    return session.scalars(
        select(AlertPause)
        .where(
            AlertPause.park_id == park_id, AlertPause.matter == matter,
            AlertPause.since <= day, AlertPause.until >= day,
            or_(AlertPause.lifted_on.is_(None), AlertPause.lifted_on > day),
        )
        .order_by(AlertPause.until.desc())
    ).first()  # fmt: skip


def wait_for_sweep(session: Session) -> None:
    """Whoever changes the 拟催报清单 and a sweep that does so go one after another, and then as all writers do.

    A sweep locks entries of the list before its turn in the log: in the other order the two would wait for each other.
    """
    take_turns(session, SWEEP_LOCK)
    audit.take_turn(session)


def find_alert(session: Session, actor: Actor, alert_id: int) -> Alert:
    """Raises Unknown, in the same words whether it does not exist or lies outside the scope."""
    row = session.get(Alert, alert_id)
    park = session.get_one(Park, row.park_id) if row is not None else None
    if row is None or park is None or not actor.scope.covers(park_id=park.id, district_id=park.district_id):
        raise Unknown(f"没有找到第{alert_id}号预警或催报")
    return row


def _open_matter(session: Session, actor: Actor, alert_id: int) -> Matter:
    """The matter of an alert: open as long as any alert about it is, though this one was closed."""
    found = find_alert(session, actor, alert_id)
    key = matter_of(found.key)
    rows = session.scalars(
        select(Alert).where(Alert.park_id == found.park_id, Alert.closed_on.is_(None)).order_by(Alert.opened_on)
    )
    standing = [row for row in rows if matter_of(row.key) == key]
    if not standing:
        when = chinese_date(found.closed_on) if found.closed_on else ""
        raise Refused(f"该事项已于{when}销号，不需要再办理")
    return Matter(found.park_id, key, found if found.closed_on is None else standing[0], standing[0].opened_on)


def _require_responsible(actor: Actor, matter: Matter) -> None:
    """A district answers for what is its own and its operators'; an operator for its own alone."""
    if matter.audience is Audience.COMMITTEE:
        raise Refused("该事项由市经济信息委办理，不需要区县和园区反馈")
    if not actor.may(Permission.SUBMIT_REPORT) and matter.audience is not Audience.OPERATOR:
        raise Refused("该事项由区县办理，请由区县经信部门反馈")


def _spare(session: Session, matter: Matter, role: ContactRole, day: date) -> None:
    waiting = session.execute(
        select(PressProposal, Alert)
        .join(Alert, Alert.id == PressProposal.alert_id)
        .where(
            Alert.park_id == matter.park_id, PressProposal.role == role,
            PressProposal.state == ProposalState.PROPOSED,
        )
    )  # fmt: skip
    for proposal, alert in waiting:
        reached = reached_on(alert.due_on, proposal.stage)
        if matter_of(alert.key) == matter.key and reached is not None and day >= reached:
            proposal.state = ProposalState.LAPSED.value


def _keep(
    session: Session, actor: Actor, act: Act, matter: Matter,
    row: AlertFeedback | AlertPause | PhoneCall, told: dict[str, str],
) -> None:  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    audit.record(session, actor, act, matter.key, park_id=matter.park_id, new=told)
    snapshots.rewrite(session, matter.park_id)
