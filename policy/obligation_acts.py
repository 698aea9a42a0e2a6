"""What may be recorded about an 应报事项 by a document: 延期报送, 免报, 零报告, 已办理; and what speaks against it."""

from __future__ import annotations

from policy.facts import ActFact
from policy.figures import chinese_date
from policy.obligations import CHECKLIST, Obligation
from policy.refusal import Doubtful, Missing, Refused
from policy.situation import Situation
from policy.terms import ActKind, ObligationKind, ReceiptState

REPORTS = frozenset({ObligationKind.HALF_YEAR_REPORT, ObligationKind.OPERATOR_REPORT})
FITS: dict[ActKind, frozenset[ObligationKind]] = {
    ActKind.EXTENSION: frozenset(ObligationKind) - CHECKLIST,
    ActKind.WAIVER: frozenset(ObligationKind),
    ActKind.NIL_RETURN: REPORTS,
    ActKind.DISCHARGE: CHECKLIST,
}
"""What each act may be about: a duty has no date to extend; only a report of a period can say 本期无变化."""
UNFIT = {
    ActKind.EXTENSION: "任务分工没有时限，不须延期",
    ActKind.NIL_RETURN: "只有半年函报和建设进展报送可以零报告（本期无变化）",
    ActKind.DISCHARGE: "只有区县政府的任务分工（五(二)）以登记文件办理",
}


def fitting(obligation: Obligation) -> tuple[ActKind, ...]:
    """The acts that may be about it at all."""
    return tuple(kind for kind in ActKind if obligation.kind in FITS[kind])


def require_possible(situation: Situation, obligation: Obligation, act: ActFact, *, as_written: bool = False) -> None:
    """Raises Refused unless this may be recorded, as things stand in `situation`; Doubtful for an extension to a day
    that has passed, unless it is meant (`as_written`)."""
    if obligation.kind not in FITS[act.kind]:
        raise Refused(f"{obligation.label}不能登记{act.kind.label}：{UNFIT[act.kind]}")
    if not act.number.strip():
        raise Missing(f"登记{act.kind.label}须写明文件的发文字号，如“示例函〔2026〕12号”")
    if act.kind is not ActKind.DISCHARGE and not act.reason.strip():
        raise Missing(f"登记{act.kind.label}须写明事由")
    if act.kind is not ActKind.DISCHARGE and before_approval(situation, act):
        raise Refused(before_approval(situation, act) + "，请核对")
    _require_not_there(situation, obligation, act.kind)
    if act.kind is ActKind.EXTENSION:
        _require_later(situation, obligation, act)
        _require_to_come(situation, act, as_written=as_written)
    else:
        _require_open(situation, obligation, act)


def before_approval(situation: Situation, act: ActFact) -> str:
    """That the paper is older than the 批复, else empty. A district may have set up its 工作小组 before; nothing can
    have been extended, waived or reported then."""
    if act.dated >= situation.park.approved_on:
        return ""
    approved_on = chinese_date(situation.park.approved_on)
    return f"文件成文日期{chinese_date(act.dated)}早于园区批复日期{approved_on}"


def _require_to_come(situation: Situation, act: ActFact, *, as_written: bool) -> None:
    """A day that has passed extends nothing any more: only a paper of that time, recorded late, can mean it."""
    if act.due_on is not None and act.due_on < situation.as_of and not as_written:
        raise Doubtful(
            f"新的报送截止日{chinese_date(act.due_on)}已过（今天{chinese_date(situation.as_of)}），登记后仍按该日判断迟报和逾期；"
            "请核对日期；如系当时已批准、现在补登记"
        )


def _require_not_there(situation: Situation, obligation: Obligation, kind: ActKind) -> None:
    """One waiver, one nil return, one discharge is enough; extensions may follow each other."""
    for known in (ActKind.WAIVER, ActKind.NIL_RETURN, ActKind.DISCHARGE):
        standing = situation.act(obligation, known)
        if standing is not None and known in (kind, ActKind.WAIVER):
            told = f"{standing.number}，{chinese_date(standing.dated)}"
            raise Refused(f"{obligation.label}已登记{known.label}（{told}），不能再登记{kind.label}；有误的请先撤销")


def _require_open(situation: Situation, obligation: Obligation, act: ActFact) -> None:
    received_on = situation.received_on(obligation)
    if received_on is not None:
        raise Refused(f"{obligation.label}已于{chinese_date(received_on)}收到，不能登记{act.kind.label}")
    if act.kind is not ActKind.NIL_RETURN:
        return
    state = situation.state(obligation)
    if state not in (ReceiptState.NOTHING, ReceiptState.LETTER_ONLY):
        raise Refused(f"{obligation.label}目前为“{state.label}”，有数据的不能零报告")
    if obligation.period is not None and act.dated <= obligation.period.end:
        ends = chinese_date(obligation.period.end)
        raise Refused(f"报告期到{ends}才结束，成文日期{chinese_date(act.dated)}的文件还不能说明本期无变化，请核对")


def _require_later(situation: Situation, obligation: Obligation, act: ActFact) -> None:
    """A new 报送截止日 after the one that counts. What is in already is extended only to open a locked period."""
    due, locked_on = situation.due(obligation), situation.locked_on(obligation)
    received_on = situation.received_on(obligation)
    if received_on is not None and locked_on is None:
        raise Refused(f"{obligation.label}已于{chinese_date(received_on)}收到，不须延期")
    if act.due_on is None:
        raise Missing("登记延期报送须写明新的报送截止日")
    if act.due_on <= due.on:
        raise Refused(f"新的报送截止日{chinese_date(act.due_on)}应晚于现在的{chinese_date(due.on)}")
    if act.due_on < act.dated:
        raise Refused(f"新的报送截止日{chinese_date(act.due_on)}早于文件成文日期{chinese_date(act.dated)}，请核对")
    lock_on = act.lock_on or due.lock_on
    if lock_on is not None and lock_on < act.due_on:
        raise Refused(
            f"封账日{chinese_date(lock_on)}早于新的报送截止日{chinese_date(act.due_on)}，请同时写明新的封账日"
        )
    if locked_on is not None and lock_on is not None and lock_on < situation.as_of:
        raise Refused(f"新的封账日{chinese_date(lock_on)}已过，延期后仍不能报送，请写明以后的日期")
