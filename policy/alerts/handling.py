"""Rules about what people have in hand: waiting decisions, tasks, proofs, promises, and whom a notice reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from policy.alerts.alert import ONCE, Alert, ladder_stage, stage_rank
from policy.alerts.ladder import UPWARDS, Audience, audience, higher_roles
from policy.facts import Reach
from policy.figures import chinese_date
from policy.rulebook import DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import AlertRule, ContactRole, ObligationKind

ACCEPT_CLAUSE = f"五(二)；审核期限为{DEFAULT_SOURCE}"
TASK_CLAUSE = "三(一)1 建设方案重点任务"
ISSUE_CLAUSE = "五(二)；整改时限由市经济信息委在问题整改台账中确定"
SCORES_CLAUSE = "五(三)；评分截止日由市经济信息委在组成专家组时确定"
EVIDENCE_CLAUSE = f"附件八；期限为{DEFAULT_SOURCE}"
REACH_CLAUSE = "五(二)；应报事项须有经办人"


def not_accepted(situation: Situation) -> Iterator[Alert]:
    """待审超期: a version waits for the committee longer than so many days (15 by default).

    Its own matter, not that of the report: what the district promised or has been spared does not touch it.
    """
    park = situation.park
    for period, receipt in situation.receipts.items():
        if receipt.pending is None:
            continue
        days = situation.rulebook.whole("accept_days", receipt.pending.since, ObligationKind.HALF_YEAR_REPORT)
        due = receipt.pending.since + timedelta(days=days)
        if situation.as_of > due:
            since = chinese_date(receipt.pending.since)
            yield Alert(
                key=f"{AlertRule.NOT_ACCEPTED}:{park.code}:review:{period}",
                rule=AlertRule.NOT_ACCEPTED,
                park=park.code,
                period=str(period),
                due=due,
                clause=ACCEPT_CLAUSE,
                message=f"{park.title}{period.label}园区发展情况表{receipt.pending.version.label}"
                f"自{since}报送，待市经济信息委审核已超过{days}天",
                stage=ONCE,
                title=f"{period.label}园区发展情况{AlertRule.NOT_ACCEPTED.label}",
                owed=str(period),
            )


def task_late(situation: Situation) -> Iterator[Alert]:
    """任务逾期: a 重点任务 of the construction plan has passed its date and is not 销号."""
    park = situation.park
    for task in situation.tasks:
        if task.due_on >= situation.as_of or (task.done_on is not None and task.done_on <= situation.as_of):
            continue
        stage = ladder_stage(task.due_on, situation.as_of, situation.rulebook) or ONCE
        yield Alert(
            key=f"{AlertRule.TASK_LATE}:{park.code}:task:{task.id}",
            rule=AlertRule.TASK_LATE,
            park=park.code,
            period=None,
            due=task.due_on,
            clause=TASK_CLAUSE,
            message=f"{park.title}重点任务“{task.name}”（责任单位：{task.unit or '未写明'}）"
            f"时限{chinese_date(task.due_on)}，尚未销号",
            stage=stage,
            title=f"重点任务“{task.name}”{AlertRule.TASK_LATE.label}",
        )


def issue_late(situation: Situation) -> Iterator[Alert]:
    """整改逾期: a problem of the 问题整改台账 has passed its date and is not 销号."""
    park = situation.park
    for issue in situation.issues:
        if not issue.is_late(situation.as_of):
            continue
        yield Alert(
            key=f"{AlertRule.ISSUE_LATE}:{park.code}:issue:{issue.id}",
            rule=AlertRule.ISSUE_LATE,
            park=park.code,
            period=None,
            due=issue.due_on,
            clause=ISSUE_CLAUSE,
            message=f"{park.title}问题整改“{issue.title}”（责任单位：{issue.unit}）"
            f"整改时限{chinese_date(issue.due_on)}，尚未销号",
            stage=ladder_stage(issue.due_on, situation.as_of, situation.rulebook) or ONCE,
            title=f"问题整改“{issue.title}”{AlertRule.ISSUE_LATE.label}",
        )


def scores_late(situation: Situation) -> Iterator[Alert]:
    """专家评分未收齐: the day by which the panel's 评分表 were to be in has passed, and some are not in or not checked.

    Told to the committee, which asks its experts; no expert is named in it.
    """
    found, park = situation.scores, situation.park
    if found is None or not found.missing or found.due_on >= situation.as_of:
        return
    waiting = f"，其中{found.waiting}份已代录、待复核" if found.waiting else ""
    yield Alert(
        key=f"{AlertRule.SCORES_LATE}:{park.code}:panel:{found.panel_id}",
        rule=AlertRule.SCORES_LATE,
        park=park.code,
        period=None,
        due=found.due_on,
        clause=SCORES_CLAUSE,
        message=f"{park.title}专家评分截止日{chinese_date(found.due_on)}，"
        f"专家组{found.members}人，尚有{found.missing}份评分表未收齐{waiting}",
        stage=ladder_stage(found.due_on, situation.as_of, situation.rulebook) or ONCE,
        title=AlertRule.SCORES_LATE.label,
    )


def evidence_missing(situation: Situation) -> Iterator[Alert]:
    """佐证缺失: so many days after a report was accepted some of what it states is still not proved by anything."""
    found, park = situation.unproven, situation.park
    if found is None or found.count == 0:
        return
    due = found.since + timedelta(days=situation.rulebook.whole("evidence_days", found.since))
    if situation.as_of > due:
        yield Alert(
            key=f"{AlertRule.EVIDENCE_MISSING}:{park.code}:evidence",
            rule=AlertRule.EVIDENCE_MISSING,
            park=park.code,
            period=str(found.period),
            due=due,
            clause=EVIDENCE_CLAUSE,
            message=f"{park.title}{found.period.label}报告所述内容有{found.count}项尚无佐证资料",
            stage=ONCE,
            title=f"{found.period.label}报告佐证资料缺失",
        )


def promise_broken(situation: Situation, found: Sequence[Alert]) -> Iterator[Alert]:
    """承诺时限已过: the day promised in a 反馈情况 or on the telephone has passed and the matter is still open."""
    told = set()
    for alert in found:
        promised = situation.promised.get(alert.matter)
        if promised is None or promised >= situation.as_of or alert.matter in told:
            continue
        told.add(alert.matter)
        yield Alert(
            key=f"{AlertRule.PROMISE_BROKEN}:{alert.matter}",
            rule=AlertRule.PROMISE_BROKEN,
            park=alert.park,
            period=alert.period,
            due=promised,
            clause="反馈情况所作承诺",
            message=f"承诺于{chinese_date(promised)}前办结，至今未办结：{alert.message}",
            stage=ladder_stage(promised, situation.as_of, situation.rulebook) or ONCE,
            title=f"{AlertRule.PROMISE_BROKEN.label}：{alert.title}",
            owed=alert.owed,
            forwarding=alert.forwarding,
            provisional=alert.provisional,
        )


def contact_missing(situation: Situation, found: Sequence[Alert]) -> Iterator[Alert]:
    """无人可通知: something is to be told, or pressed over the handler's head, and nobody can be reached; or an address
    sends mail back.

    For the level above: who cannot be reached cannot be told so. Each matter that has rungs is an alert of its own,
    told anew at each of them: what was said of an older one, or for another reason, does not answer for it.
    """
    reach = situation.reach
    if reach is None:
        return
    unheard = [alert for alert in found if not _is_heard(reach, audience(alert))]
    for about in _by_rungs(unheard):
        yield _unreached(situation, "nobody", about, f"{_district(situation, reach)}没有有效的经办人邮箱", "无人可通知")
    for about in _by_rungs([alert for alert in found if _roles_missing(situation, reach, alert)]):
        missing = {role for alert in about for role in _roles_missing(situation, reach, alert)}
        roles = "、".join(role.label for role in UPWARDS if role in missing)
        lacking = f"{_district(situation, reach)}没有邮箱有效的{roles}"
        yield _unreached(situation, "press", about, lacking, "无法向其催报")
    if not unheard:
        yield from _bounced(situation, reach)


def _district(situation: Situation, reach: Reach) -> str:
    """Whose people are to be entered: of a reorganised district, those of its successors."""
    return "、".join(reach.offices) or situation.park.district


def _by_rungs(about: Iterable[Alert]) -> Iterator[Sequence[Alert]]:
    """Each matter that has reached a rung by itself; all that have none together."""
    grouped: dict[str, list[Alert]] = {}
    for alert in about:
        grouped.setdefault(alert.matter if alert.stage.startswith("T") else "", []).append(alert)
    yield from grouped.values()


def _unreached(situation: Situation, trouble: str, about: Sequence[Alert], lacking: str, so: str) -> Alert:
    rungs = [alert.stage for alert in about if alert.stage.startswith("T")]
    matter = about[0].matter.partition(":")[2] if rungs else ""
    told = f"{situation.park.title}的{len({alert.matter for alert in about})}项事项{so}，请补录联系人"
    if rungs:
        told = f"{situation.park.title}的“{about[0].title}”{so}，请补录联系人"
    return _contact_alert(
        situation,
        f"{trouble}:{matter}" if matter else trouble,
        f"{lacking}，{told}",
        period=about[0].period if rungs else None,
        stage=max(rungs, key=stage_rank, default=ONCE),
    )


def _bounced(situation: Situation, reach: Reach) -> Iterator[Alert]:
    """What was sent to one address did not arrive, whatever others were told."""
    park = situation.park
    for trouble, addresses, said in (
        ("bounced", reach.bounced, "退信，请核对或更换"),
        ("refused", reach.refused, "最近一封邮件未送达，请在发件箱查看原因、重新发送，或电话告知"),
    ):
        for shortened, address in {address[:50]: address for address in addresses}.items():
            message = f"{_district(situation, reach)}的邮箱{address}{said}（{park.title}）"
            yield _contact_alert(situation, f"{trouble}:{shortened}", message, title="邮件未送达")


def _contact_alert(
    situation: Situation, about: str, message: str, *, period: str | None = None, stage: str = ONCE,
    title: str = AlertRule.CONTACT_MISSING.label,
) -> Alert:  # fmt: skip
    return Alert(
        key=f"{AlertRule.CONTACT_MISSING}:{situation.park.code}:{about}",
        rule=AlertRule.CONTACT_MISSING,
        park=situation.park.code,
        period=period,
        due=None,
        clause=REACH_CLAUSE,
        message=message,
        stage=stage,
        title=title,
    )


def _is_heard(reach: Reach, whose: Audience) -> bool:
    """Of the committee's own matters it is the sweep that says when it has nobody."""
    if whose is Audience.COMMITTEE:
        return True
    return reach.handlers > 0 or (whose is Audience.OPERATOR and reach.operators > 0)


def _roles_missing(situation: Situation, reach: Reach, alert: Alert) -> tuple[ContactRole, ...]:
    """The roles in which it is to be pressed by now, and in which the district has nobody. It is for the committee to
    know; while that has nobody itself, it is told so first."""
    if not reach.committee:
        return ()
    pressed = higher_roles(alert, situation.as_of, situation.rulebook)
    return tuple(role for role in pressed if role not in reach.roles)
