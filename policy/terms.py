"""Keys and enumerations every floor of the house shares, with the words the notice uses for them.

The English key is for code; `label` is what an official reads (see docs/glossary.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Labelled(StrEnum):
    """A string enumeration whose members carry the Chinese word shown on screen."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class UnitKind(Labelled):
    """Who can be an addressee of the notice or act in it (clauses: 抬头, 一, 五(二))."""

    COMMITTEE = "committee", "市经济信息委"
    DISTRICT = "district", "区县"
    FUNCTIONAL_ZONE = "functional_zone", "功能区"
    OPERATOR = "operator", "园区运营管理机构"
    EXPERTS = "experts", "专家组"


class Stage(Labelled):
    """Where a park stands between its approval and its title (clauses 四(二), 五)."""

    BUILDING = "building", "建设期"
    EXPIRED = "expired", "建设期满"
    SELF_ASSESSED = "self_assessed", "已自评"
    DEPARTMENT_REVIEWED = "department_reviewed", "区县主管部门已审核"
    APPLIED = "applied", "已申请验收"
    RECEIVED = "received", "市级已受理"
    EXPERT_REVIEWED = "expert_reviewed", "已评审验收"
    RECTIFYING = "rectifying", "限期整改"
    FAILED = "failed", "不达标"
    PASSED = "passed", "达标"
    TITLED = "titled", "已授牌"


class Outcome(Labelled):
    """What a 评审结论 comes to; the notice knows 达标 alone, the others are 通知未规定."""

    PASSED = "passed", "达标"
    RECTIFYING = "rectifying", "限期整改"
    FAILED = "failed", "不达标"


class Status(Labelled):
    """How one cell was read (domain contract ok / note / confirm / error)."""

    OK = "ok", "正常"
    NOTE = "note", "已规整"
    CONFIRM = "confirm", "待确认"
    ERROR = "error", "须更正"

    @property
    def blocks(self) -> bool:
        """A value at confirm or error is never shown as fact."""
        return self in (Status.CONFIRM, Status.ERROR)


class DecisionKind(Labelled):
    """What the district decided about a cell the reader could not settle; the reading itself stays."""

    CONFIRM = "confirm", "已确认"
    REJECT = "reject", "已否定"
    AMEND = "amend", "已更正"


class Severity(Labelled):
    """How much a finding weighs: errors must be corrected, confirms explained, notes only read."""

    NOTE = "note", "提示"
    CONFIRM = "confirm", "核实性审核"
    ERROR = "error", "强制性审核"

    @property
    def blocks(self) -> bool:
        return self is not Severity.NOTE


class SubmissionKind(Labelled):
    HALF_YEAR_REPORT = "half_year_report", "园区发展情况表"
    APPLICATION_FORM = "application_form", "申报表"


class SubmissionState(Labelled):
    """The life of one uploaded version (a new upload is a new version; nothing is overwritten)."""

    ATTEMPT = "attempt", "未入库"
    DRAFT = "draft", "已上传、未报送"
    SUBMITTED = "submitted", "已报送，待市经济信息委审核"
    RETURNED = "returned", "退回修改"
    ACCEPTED = "accepted", "审核通过"


REPORTED = (SubmissionState.SUBMITTED, SubmissionState.ACCEPTED, SubmissionState.RETURNED)
"""What the level above knows of."""


class FigureKind(Labelled):
    """How final a figure is: June letters are written in May, and the year's books close in spring (domain 2)."""

    ESTIMATE = "estimate", "预计数"
    PRELIMINARY = "preliminary", "快报数"
    FINAL = "final", "年报数"

    @property
    def rank(self) -> int:
        """Later kinds replace earlier ones, never the other way round."""
        return list(FigureKind).index(self)

    @property
    def mark(self) -> str:
        """What stands behind a figure wherever it is printed: only 预计数 says so everywhere."""
        return f"（{self.label}）" if self is FigureKind.ESTIMATE else ""


class ReturnReason(Labelled):
    """Why the committee sends a report back; counted, so that the same mistake can be met at its source."""

    INCOMPLETE = "incomplete", "内容不全"
    INCONSISTENT = "inconsistent", "数据前后矛盾"
    MAGNITUDE = "magnitude", "数量级或单位有误"
    SCOPE = "scope", "统计口径不符"
    EXPLANATION = "explanation", "情况说明不充分"
    SEAL = "seal", "印章或来函不符"
    OTHER = "other", "其他"


class ReceiptState(Labelled):
    """The four states of a half-year report: data and letter arrive separately (clause 五(二)).

    FORWARDING is for 建设进展 alone, which the operator uploads and the district passes on.
    """

    NOTHING = "nothing", "未报"
    DATA_ONLY = "data_only", "数据已报、函未到"
    LETTER_ONLY = "letter_only", "函已到、数据未报"
    FORWARDING = "forwarding", "已上传、区县未转报"
    COMPLETE = "received_complete", "已报"


class ObligationKind(Labelled):
    """应报事项: what is owed after the 批复 (五(二), 五(三)), in the words of the notice."""

    HALF_YEAR_REPORT = "half_year_report", "半年函报"
    OPERATOR_REPORT = "operator_report", "建设进展报送"
    WORK_MECHANISM = "work_mechanism", "建立健全工作机制"
    WORK_GROUP = "work_group", "成立推进工作小组"
    INDUSTRY_PLAN = "industry_plan", "制定产业发展规划"
    SUPPORT_POLICY = "support_policy", "出台专项支持政策"
    ANNUAL_PLAN = "annual_plan", "制定年度工作计划"
    SELF_ASSESSMENT = "self_assessment", "自评报告"
    DEPARTMENT_REVIEW = "department_review", "区县主管部门审核"
    ACCEPTANCE_LETTER = "acceptance_letter", "验收申请函"


class ActKind(Labelled):
    """What may be recorded about one 应报事项, each by a document."""

    EXTENSION = "extension", "延期报送"
    WAIVER = "waiver", "免报"
    NIL_RETURN = "nil_return", "零报告"
    DISCHARGE = "discharge", "已办理"


class Standing(Labelled):
    """How one 应报事项 stands on a day. 迟报 came late; 逾期未报 has not come."""

    NOT_YET = "not_yet", "未到期"
    IN_GRACE = "in_grace", "宽限期内"
    OVERDUE = "overdue", "逾期未报"
    RECEIVED = "received", "已报"
    LATE = "late", "迟报"
    WAIVED = "waived", "免报"
    PROVISIONAL = "provisional", "暂定"


class ChangeKind(Labelled):
    """变更事项: what may change about a park after its approval."""

    OPERATOR = "operator", "运营管理机构"
    HOST_PARK = "host_park", "主体园区"
    BOUNDARY = "boundary", "四至范围"
    HEAD = "head", "负责人"
    GOALS = "goals", "建设目标"
    EXTENSION = "extension", "延期验收"
    DISTRICT = "district", "所属区县"


class ContactRole(Labelled):
    HANDLER = "handler", "经办人"
    REVIEWER = "reviewer", "审核人"
    DEPUTY = "deputy", "B角"
    HEAD = "head", "负责人"
    GOVERNMENT = "government", "区县政府"
    OPERATOR = "operator", "园区运营管理机构"


class LetterMedium(Labelled):
    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子"


class AlertRule(Labelled):
    REPORT_UPCOMING = "report_upcoming", "临近时限"
    REPORT_DUE = "report_due", "到期"
    REPORT_OVERDUE = "report_overdue", "逾期未报"
    PROGRESS_UPCOMING = "progress_upcoming", "建设进展临近时限"
    PROGRESS_DUE = "progress_due", "建设进展到期"
    PROGRESS_OVERDUE = "progress_overdue", "建设进展逾期未报"
    PAPER_UPCOMING = "paper_upcoming", "验收材料临近时限"
    PAPER_DUE = "paper_due", "验收材料到期"
    PAPER_OVERDUE = "paper_overdue", "验收材料逾期未报"
    NOT_RESUBMITTED = "not_resubmitted", "退回未重报"
    NOT_ACCEPTED = "not_accepted", "待审超期"
    PROMISE_BROKEN = "promise_broken", "承诺时限已过"
    PLAN_REMINDER = "plan_reminder", "年度计划提醒"
    TASK_LATE = "task_late", "任务逾期"
    ISSUE_LATE = "issue_late", "整改逾期"
    EVIDENCE_MISSING = "evidence_missing", "佐证缺失"
    SCORES_LATE = "scores_late", "专家评分未收齐"
    CONTACT_MISSING = "contact_missing", "无人可通知"
    LAGGING = "lagging", "进度滞后"
    BELOW_FLOOR = "below_floor", "低于申报条件参考值"
    STALE_DATA = "stale_data", "数据陈旧"


class ProposalState(Labelled):
    """拟催报: prepared, then approved, struck off, or overtaken by what came in."""

    PROPOSED = "proposed", "待批"
    APPROVED = "approved", "已批"
    DECLINED = "declined", "不发"
    LAPSED = "lapsed", "已失效"


class GoalPath(Labelled):
    """How a goal is to be reached between its known points (建设方案)."""

    STRAIGHT = "straight", "直线推进"
    STEPPED = "stepped", "分段推进"
    BACK_LOADED = "back_loaded", "后期加快"


class FigureBasis(Labelled):
    """By what a firm's figures belong to a park (指标口径)."""

    REGISTERED = "registered", "注册地"
    ON_SITE = "on_site", "在地"


class VisitFinding(Labelled):
    """What 现场核查 finds of a firm of the roster."""

    AGREES = "agrees", "相符"
    DIFFERS = "differs", "不符"
    NOT_FOUND = "not_found", "未见"


class Light(Labelled):
    """Lights are always shown with word and shape, never by colour alone."""

    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREEN = "green", "绿灯"
    BLUE = "blue", "蓝灯"
    GREY = "grey", "灰"


class Measure(Labelled):
    """What a figure is: a level, a running total since January, a yearly count, or a ratio."""

    STOCK = "stock", "期末数"
    FLOW_YTD = "flow_ytd", "当年累计数"
    ANNUAL_COUNT = "annual_count", "全年分档数"
    RATIO = "ratio", "占比"


class Direction(Labelled):
    """Which way is forward."""

    UP = "up", "越高越好"
    DOWN = "down", "越低越好"


class MailState(Labelled):
    QUEUED = "queued", "待发送"
    CLAIMED = "claimed", "发送中"
    SENT = "sent", "已发送"
    UNCERTAIN = "uncertain", "已交付、未获答复"
    FAILED = "failed", "未送达"
    HELD = "held", "暂缓发送"


class Duty(Labelled):
    """What the system does unattended."""

    SWEEP = "sweep", "检查时限和进度"
    OUTBOX = "outbox", "发送邮件"
    FORESIGHT = "foresight", "趋势研判"
    RECOMPUTE = "recompute", "复算核对"
    TIDY = "tidy", "清理运行记录"


class Chance(Labelled):
    """趋势研判 in words, for internal reference only: no probability is shown to anybody."""

    LIKELY = "likely", "较有把握"
    AT_RISK = "at_risk", "存在风险"
    HARD = "hard", "难度较大"


class RunState(Labelled):
    """How one run of a duty stands. 中断: its process was ended, or lost the lead, in the midst of it."""

    UNDER_WAY = "under_way", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"
    CUT_OFF = "cut_off", "中断"


PERIOD_KEY = re.compile(r"(\d{4})H([12])")


@dataclass(frozen=True, order=True, slots=True)
class HalfYear:
    """A calendar half, the reporting period of clause 五(二) 「每半年」 (reading: domain 1c)."""

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2) or not 1900 <= self.year <= 2999:
            raise ValueError(f"not a half-year: {self.year}H{self.half}")

    @classmethod
    def parse(cls, text: str) -> HalfYear:
        """`2025H1` -> HalfYear; raises ValueError on anything else."""
        match = PERIOD_KEY.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"报告期应写作 2026H1 或 2026H2，收到 {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: date) -> HalfYear:
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def months(self) -> int:
        """Months a year-to-date figure of this period covers: 6 or 12."""
        return self.half * 6

    @property
    def start(self) -> date:
        return date(self.year, self.half * 6 - 5, 1)

    @property
    def end(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def label(self) -> str:
        return f"{self.year}年{'上' if self.half == 1 else '下'}半年"

    @property
    def months_label(self) -> str:
        """As the form prints it: 2025年1—6月."""
        return f"{self.year}年1—{self.months}月"

    @property
    def end_label(self) -> str:
        """When a level of this period was taken: 2025年6月末."""
        return f"{self.year}年{self.months}月末"

    def next(self) -> HalfYear:
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    def previous(self) -> HalfYear:
        return HalfYear(self.year - 1, 2) if self.half == 1 else HalfYear(self.year, 1)

    def year_before(self) -> HalfYear:
        """The same half of the year before."""
        return HalfYear(self.year - 1, self.half)

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"
