"""What the 操作日志 records: every act that may stand in it, with the office's word for it."""

from __future__ import annotations

from policy.terms import Labelled


class Act(Labelled):
    ACCOUNT_CREATE = "account.create", "开通账号"
    ACCOUNT_ACTIVE = "account.active", "启用或停用账号"
    ACCOUNT_PASSWORD = "account.password", "重置口令"
    ACCOUNT_LOGIN = "account.login", "登录"
    ACCOUNT_LOGIN_FAILED = "account.login_failed", "登录失败"
    ACCOUNT_LOGIN_REFUSED = "account.login_refused", "登录被拒"
    ACCOUNT_LOCKED = "account.locked", "账号锁定"
    UNIT_CREATE = "unit.create", "新增单位"
    UNIT_REORGANISE = "unit.reorganise", "区划调整"
    CONTACT_ADD = "contact.add", "登记联系人"
    CONTACT_UPDATE = "contact.update", "更新联系人"
    PARK_REGISTER = "park.register", "登记园区"
    PARK_SUPPLEMENT = "park.supplement", "补充园区资料"
    PARK_CHANGE = "park.change", "登记变更事项"
    GOALS_IMPORT = "goals.import", "导入建设目标"
    SUBMISSION_STORE = "submission.store", "上传"
    SUBMISSION_ATTEMPT = "submission.attempt", "上传（未入库）"
    SUBMISSION_SUBMIT = "submission.submit", "报送"
    REVIEW_ACCEPT = "review.accept", "审核通过"
    REVIEW_RETURN = "review.return", "退回修改"
    LETTER_RECORD = "letter.record", "收文登记"
    STEP_RECORD = "step.record", "登记验收环节"
    STEP_RETURN = "step.return", "退回验收环节"
    ALERT_OPEN = "alert.open", "开立预警或催报"
    ALERT_CLOSE = "alert.close", "销号"
    MAIL_QUEUE = "mail.queue", "列入发件箱"
    MAIL_SENT = "mail.sent", "邮件已发送"
    MAIL_UNCERTAIN = "mail.uncertain", "邮件已交付、未获答复"
    MAIL_FAILED = "mail.failed", "邮件未送达"
    MAIL_HELD = "mail.held", "邮件暂缓发送"
    DEMO_BEGIN = "demo.begin", "装入演示数据"
