"""Who may do what, and about whom: roles are named sets of permissions, scopes are sets of units.

Code asks for a permission, never for a role.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policy.terms import Labelled


class Permission(Labelled):
    VIEW_OVERVIEW = "view_overview", "查看园区总览"
    VIEW_PARK = "view_park", "查看园区"
    VIEW_REPORT = "view_report", "查看报告"
    VIEW_DRAFTS = "view_drafts", "查看未报送的版本"
    VIEW_ALERTS = "view_alerts", "查看预警与催报"
    VIEW_SELF_ASSESSMENT = "view_self_assessment", "查看自评"
    VIEW_ACCEPTANCE = "view_acceptance", "查看验收"
    VIEW_WITHHELD = "view_withheld", "查看涉密误传"
    VIEW_CONTACTS = "view_contacts", "查看联系人"
    VIEW_EVIDENCE = "view_evidence", "查看佐证资料"
    PUT_EVIDENCE = "put_evidence", "提交佐证资料"
    UPLOAD_REPORT = "upload_report", "上传报告"
    SUBMIT_REPORT = "submit_report", "报送"
    AMEND_REPORT = "amend_report", "核对和更正数据"
    COLLECT_FIRM_PAGES = "collect_firm_pages", "发放和收回一企一表"
    REVIEW_REPORT = "review_report", "审核报告"
    RECORD_LETTER = "record_letter", "收文登记"
    MANAGE_REGISTER = "manage_register", "管理园区名册"
    MANAGE_GOALS = "manage_goals", "管理建设目标"
    RUN_SWEEP = "run_sweep", "推演预警"
    VIEW_OUTBOX = "view_outbox", "查看发件箱"
    ISSUE_DOCUMENT = "issue_document", "文件定稿"
    SEND_MAIL = "send_mail", "发送邮件"
    VIEW_JOBS = "view_jobs", "查看任务运行"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"
    VIEW_AUDIT = "view_audit", "查看操作日志"
    VIEW_OBLIGATIONS = "view_obligations", "查看应报事项"
    MANAGE_OBLIGATIONS = "manage_obligations", "管理报送通知和应报事项"
    DISCHARGE_DUTY = "discharge_duty", "登记任务分工办理情况"
    MANAGE_RULEBOOK = "manage_rulebook", "管理规则数值和工作日历"
    GIVE_FEEDBACK = "give_feedback", "反馈情况"
    MANAGE_PRESSING = "manage_pressing", "批准催报、暂缓催报和电话催办"
    MANAGE_CONTACTS = "manage_contacts", "管理本单位联系人和工作移交"
    REPORT_PROGRESS = "report_progress", "报送建设进展"
    FORWARD_PROGRESS = "forward_progress", "转报建设进展"
    SUBSCRIBE_CALENDAR = "subscribe_calendar", "下载和订阅时限日历"
    VIEW_FORESIGHT = "view_foresight", "查看趋势研判"
    VIEW_PEERS = "view_peers", "查看园区对比"
    VIEW_READINESS = "view_readiness", "查看验收就绪度"
    SET_OFFICE_CYCLE = "set_office_cycle", "调整办文周期"
    MANAGE_VISITS = "manage_visits", "管理现场核查和问题整改台账"
    VIEW_VISITS = "view_visits", "查看现场核查和问题整改台账"
    REPORT_RECTIFICATION = "report_rectification", "填报整改进展"
    VIEW_EVALUATION = "view_evaluation", "查看评估指标体系"
    MANAGE_EVALUATION = "manage_evaluation", "管理评估指标体系和评分"
    VIEW_TEXTS = "view_texts", "查看文件正文"
    WRITE_SELF_ASSESSMENT = "write_self_assessment", "编写自评报告正文"
    WRITE_DISTRICT_TEXTS = "write_district_texts", "编写审核意见和半年函报正文"
    TAKE_STEP = "take_step", "办理本单位的验收环节"
    SUBMIT_SELF_ASSESSMENT = "submit_self_assessment", "提交自评报告"
    APPLY_FOR_ACCEPTANCE = "apply_for_acceptance", "审核自评报告、提报验收申请"
    DECIDE_ACCEPTANCE = "decide_acceptance", "办理验收受理、评审、结论和授牌，代录其他单位的环节"
    ASSEMBLE_APPLICATION = "assemble_application", "汇总验收申请材料"
    ARCHIVE_PARK = "archive_park", "查看办理记录、归档"
    VIEW_PANEL = "view_panel", "查看专家组"
    MANAGE_EXPERTS = "manage_experts", "管理专家库和专家组"
    ENTER_SCORES = "enter_scores", "代录和复核专家评分"
    GIVE_SCORES = "give_scores", "专家评分"


class Role(Labelled):
    COMMITTEE = "committee", "市经济信息委"
    DISTRICT = "district", "区县经信部门"
    OPERATOR = "operator", "园区运营管理机构"
    EXPERT = "expert", "专家"
    ADMIN = "admin", "系统管理员"
    SYSTEM = "system", "系统"


_READ = frozenset(
    {
        Permission.VIEW_OVERVIEW,
        Permission.VIEW_PARK,
        Permission.VIEW_REPORT,
        Permission.VIEW_SELF_ASSESSMENT,
        Permission.VIEW_ACCEPTANCE,
        Permission.VIEW_EVIDENCE,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COMMITTEE: _READ
    | {
        Permission.VIEW_ALERTS,
        Permission.VIEW_CONTACTS,
        Permission.UPLOAD_REPORT,
        Permission.SUBMIT_REPORT,
        Permission.ISSUE_DOCUMENT,
        Permission.REVIEW_REPORT,
        Permission.VIEW_WITHHELD,
        Permission.RECORD_LETTER,
        Permission.MANAGE_REGISTER,
        Permission.MANAGE_GOALS,
        Permission.RUN_SWEEP,
        Permission.VIEW_OUTBOX,
        Permission.VIEW_OBLIGATIONS,
        Permission.MANAGE_OBLIGATIONS,
        Permission.DISCHARGE_DUTY,
        Permission.MANAGE_RULEBOOK,
        Permission.MANAGE_PRESSING,
        Permission.MANAGE_CONTACTS,
        Permission.SUBSCRIBE_CALENDAR,
        Permission.VIEW_FORESIGHT,
        Permission.VIEW_PEERS,
        Permission.VIEW_READINESS,
        Permission.MANAGE_VISITS,
        Permission.VIEW_VISITS,
        Permission.VIEW_TEXTS,
        Permission.VIEW_EVALUATION,
        Permission.MANAGE_EVALUATION,
        Permission.ASSEMBLE_APPLICATION,
        Permission.ARCHIVE_PARK,
        Permission.VIEW_PANEL,
        Permission.MANAGE_EXPERTS,
        Permission.ENTER_SCORES,
        Permission.TAKE_STEP,
        Permission.SUBMIT_SELF_ASSESSMENT,
        Permission.APPLY_FOR_ACCEPTANCE,
        Permission.DECIDE_ACCEPTANCE,
    },
    Role.DISTRICT: _READ
    | {
        Permission.VIEW_ALERTS,
        Permission.VIEW_CONTACTS,
        Permission.VIEW_DRAFTS,
        Permission.VIEW_WITHHELD,
        Permission.UPLOAD_REPORT,
        Permission.SUBMIT_REPORT,
        Permission.ISSUE_DOCUMENT,
        Permission.AMEND_REPORT,
        Permission.COLLECT_FIRM_PAGES,
        Permission.PUT_EVIDENCE,
        Permission.VIEW_OUTBOX,
        Permission.VIEW_OBLIGATIONS,
        Permission.DISCHARGE_DUTY,
        Permission.GIVE_FEEDBACK,
        Permission.MANAGE_CONTACTS,
        Permission.FORWARD_PROGRESS,
        Permission.SUBSCRIBE_CALENDAR,
        Permission.VIEW_FORESIGHT,
        Permission.VIEW_PEERS,
        Permission.VIEW_READINESS,
        Permission.SET_OFFICE_CYCLE,
        Permission.VIEW_VISITS,
        Permission.REPORT_RECTIFICATION,
        Permission.VIEW_TEXTS,
        Permission.WRITE_DISTRICT_TEXTS,
        Permission.VIEW_EVALUATION,
        Permission.ASSEMBLE_APPLICATION,
        Permission.APPLY_FOR_ACCEPTANCE,
        Permission.TAKE_STEP,
    },
    Role.OPERATOR: _READ
    | {
        Permission.VIEW_OBLIGATIONS,
        Permission.GIVE_FEEDBACK,
        Permission.REPORT_PROGRESS,
        Permission.SUBSCRIBE_CALENDAR,
        Permission.COLLECT_FIRM_PAGES,
        Permission.PUT_EVIDENCE,
        Permission.VIEW_ALERTS,
        Permission.VIEW_WITHHELD,
        Permission.VIEW_PEERS,
        Permission.VIEW_READINESS,
        Permission.VIEW_VISITS,
        Permission.REPORT_RECTIFICATION,
        Permission.VIEW_TEXTS,
        Permission.WRITE_SELF_ASSESSMENT,
        Permission.VIEW_EVALUATION,
        Permission.SUBMIT_SELF_ASSESSMENT,
        Permission.TAKE_STEP,
    },
    Role.EXPERT: frozenset(
        {
            Permission.VIEW_PARK,
            Permission.VIEW_SELF_ASSESSMENT,
            Permission.VIEW_ACCEPTANCE,
            Permission.VIEW_EVIDENCE,
            Permission.VIEW_EVALUATION,
            Permission.VIEW_PANEL,
            Permission.GIVE_SCORES,
        }
    ),
    Role.ADMIN: frozenset(
        {Permission.VIEW_JOBS, Permission.VIEW_OUTBOX, Permission.MANAGE_ACCOUNTS, Permission.VIEW_AUDIT}
    ),
    Role.SYSTEM: frozenset(Permission),
}


class AccessDenied(PermissionError):
    """The actor lacks the permission, or the park lies outside its scope (both look the same outside)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which parks an actor may know of: every one, or those of its units, or single parks by id."""

    everything: bool = False
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    park_ids: frozenset[int] = field(default_factory=frozenset)

    def covers(self, *, park_id: int, district_id: int) -> bool:
        return self.everything or district_id in self.unit_ids or park_id in self.park_ids


NO_SCOPE = Scope()
FULL_SCOPE = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the account's name goes into the audit log with everything it changes."""

    account: str
    role: Role
    scope: Scope
    unit_id: int | None = None

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises AccessDenied unless the actor holds the permission."""
        if not self.may(permission):
            raise AccessDenied(f"{self.account} 无“{permission.label}”权限，请由有此权限的账号办理")


SYSTEM_ACTOR = Actor("system", Role.SYSTEM, FULL_SCOPE)
