"""The one permission table, and the one guard that reads it.

Every route, page and callback stands here with what it needs and which part of its address names a
park, a report or an alert; what does not stand here is refused. A park outside the actor's scope and a park that
does not exist give the same answer, so that nobody learns of another district's park by guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Flask, abort, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.auth import signed_in_actor
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.uploads import LARGEST_EVIDENCE, wants_json
from db.queries.access import alert_in_scope, park_in_scope, report_in_scope
from db.queries.visits import visit_in_scope
from policy.access import Actor, Permission


class Subject(StrEnum):
    """The part of the address that names what is looked at; its value is checked against the scope."""

    PARK = "code"
    REPORT = "report_id"
    ALERT = "alert_id"
    VISIT = "visit_id"


KNOWN: Mapping[Subject, Callable[[Session, Actor, str], object]] = {
    Subject.PARK: park_in_scope,
    Subject.REPORT: report_in_scope,
    Subject.ALERT: alert_in_scope,
    Subject.VISIT: visit_in_scope,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs`: None means any signed-in account. `public`: no sign-in either. `largest`: bytes of a request where
    more may be sent than elsewhere; it holds only for those who may send it. `by_itself`: the page asks for it whether
    or not anybody is there, so that it keeps no session from ending."""

    needs: Permission | None = None
    subject: Subject | None = None
    public: bool = False
    largest: int | None = None
    by_itself: bool = False


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()

ROUTES: dict[str, Rule] = {
    # signing in, health, and files that hold no data
    "login": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "_dash_assets.static": PUBLIC,
    "/_favicon.ico": PUBLIC,
    "logout": SIGNED_IN,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": SIGNED_IN,
    # the live parts: their callbacks stand in CALLBACKS below
    "/_dash-layout": SIGNED_IN,
    "/_dash-dependencies": SIGNED_IN,
    "/_dash-update-component": SIGNED_IN,
    # pages
    "home": SIGNED_IN,
    "parks": Rule(Permission.VIEW_OVERVIEW),
    "overview_data": Rule(Permission.VIEW_OVERVIEW, by_itself=True),
    "park": Rule(Permission.VIEW_PARK, Subject.PARK),
    "park_picture_sheet": Rule(Permission.VIEW_PARK, Subject.PARK),
    "figure_source": Rule(Permission.VIEW_PARK, Subject.PARK),
    "figures_source": Rule(Permission.VIEW_PARK, Subject.PARK),
    "indicators": Rule(Permission.VIEW_PARK),
    "board": Rule(Permission.VIEW_PARK),
    "board_sheet": Rule(Permission.VIEW_PARK),
    "indicator": Rule(Permission.VIEW_PARK),
    "indicator_sheet": Rule(Permission.VIEW_PARK),
    "foresight_overview": Rule(Permission.VIEW_FORESIGHT),
    "goals": Rule(Permission.VIEW_PARK, Subject.PARK),
    "goal_source": Rule(Permission.VIEW_PARK, Subject.PARK),
    "foresight": Rule(Permission.VIEW_READINESS, Subject.PARK),
    "projection_sheet": Rule(Permission.VIEW_READINESS, Subject.PARK),
    "self_assessment": Rule(Permission.VIEW_SELF_ASSESSMENT, Subject.PARK),
    "self_assessment_text": Rule(Permission.VIEW_TEXTS, Subject.PARK),
    "department_review_text": Rule(Permission.VIEW_TEXTS, Subject.PARK),
    "half_year_letter_text": Rule(Permission.VIEW_TEXTS, Subject.PARK),
    "write_self_assessment": Rule(Permission.WRITE_SELF_ASSESSMENT, Subject.PARK),
    "write_department_review": Rule(Permission.WRITE_DISTRICT_TEXTS, Subject.PARK),
    "write_half_year_letter": Rule(Permission.WRITE_DISTRICT_TEXTS, Subject.PARK),
    "acceptance": Rule(Permission.VIEW_ACCEPTANCE, Subject.PARK),
    "case_record": Rule(Permission.ARCHIVE_PARK, Subject.PARK),
    "case_record_sheet": Rule(Permission.ARCHIVE_PARK, Subject.PARK),
    "take_archive": Rule(Permission.ARCHIVE_PARK, Subject.PARK),
    "take_application": Rule(Permission.ASSEMBLE_APPLICATION, Subject.PARK),
    "documents": Rule(Permission.VIEW_REPORT),
    # which kind of document is for whom says the catalogue
    "programme_document": Rule(Permission.VIEW_REPORT),
    "park_document": Rule(Permission.VIEW_PARK, Subject.PARK),
    "readiness": Rule(Permission.VIEW_READINESS, Subject.PARK),
    "readiness_overview": Rule(Permission.VIEW_READINESS),
    "visits": Rule(Permission.VIEW_VISITS),
    "visit": Rule(Permission.VIEW_VISITS, Subject.VISIT),
    "issues": Rule(Permission.VIEW_VISITS),
    "issue": Rule(Permission.VIEW_VISITS, Subject.PARK),
    "evidence": Rule(Permission.VIEW_EVIDENCE, Subject.PARK),
    "firm_rounds": Rule(Permission.COLLECT_FIRM_PAGES, Subject.PARK),
    "firm_round": Rule(Permission.COLLECT_FIRM_PAGES, Subject.PARK),
    "progress": Rule(Permission.VIEW_PARK, Subject.PARK),
    "upload": Rule(Permission.UPLOAD_REPORT),
    "report": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "compare": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "cell_source": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "evaluations": Rule(Permission.VIEW_EVALUATION),
    "evaluation": Rule(Permission.VIEW_EVALUATION),
    "park_evaluation": Rule(Permission.VIEW_EVALUATION, Subject.PARK),
    "experts": Rule(Permission.MANAGE_EXPERTS),
    "expert": Rule(Permission.MANAGE_EXPERTS),
    "panel": Rule(Permission.VIEW_PANEL, Subject.PARK),
    "panel_scores": Rule(Permission.VIEW_PANEL, Subject.PARK),
    "score_sheet": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "alerts": Rule(Permission.VIEW_ALERTS),
    "obligations": Rule(Permission.VIEW_OBLIGATIONS),
    "rounds": Rule(Permission.MANAGE_OBLIGATIONS),
    "round": Rule(Permission.MANAGE_OBLIGATIONS),
    "rulebook": Rule(Permission.MANAGE_RULEBOOK),
    "rule_moves": Rule(Permission.MANAGE_RULEBOOK),
    "work_calendar": Rule(Permission.MANAGE_RULEBOOK),
    "obligation": Rule(Permission.VIEW_OBLIGATIONS, Subject.PARK),
    "alert": Rule(Permission.VIEW_ALERTS, Subject.ALERT),
    "press": Rule(Permission.MANAGE_PRESSING),
    "corrections": Rule(Permission.VIEW_REPORT),
    "letter": Rule(Permission.RECORD_LETTER),
    "contacts": Rule(Permission.MANAGE_CONTACTS),
    "contact": Rule(Permission.MANAGE_CONTACTS),
    "add_contact": Rule(Permission.MANAGE_CONTACTS),
    "change_contact": Rule(Permission.MANAGE_CONTACTS),
    "end_contact": Rule(Permission.MANAGE_CONTACTS),
    "hand_over": Rule(Permission.MANAGE_CONTACTS),
    "handover_file": Rule(Permission.MANAGE_CONTACTS),
    "withheld": Rule(Permission.VIEW_WITHHELD),
    "claim_withheld": Rule(Permission.VIEW_WITHHELD),
    "release_withheld": Rule(Permission.REVIEW_REPORT),
    "dry_run": Rule(Permission.RUN_SWEEP),
    "outbox": Rule(Permission.VIEW_OUTBOX),
    "mail": Rule(Permission.VIEW_OUTBOX),
    "retry_mail": Rule(Permission.MANAGE_PRESSING),
    "jobs": Rule(Permission.VIEW_JOBS),
    "accounts": Rule(Permission.MANAGE_ACCOUNTS),
    "audit": Rule(Permission.VIEW_AUDIT),
    # files and acts
    "give_feedback": Rule(Permission.GIVE_FEEDBACK, Subject.ALERT),
    "pause_pressing": Rule(Permission.MANAGE_PRESSING, Subject.ALERT),
    "resume_pressing": Rule(Permission.MANAGE_PRESSING, Subject.ALERT),
    "log_call": Rule(Permission.MANAGE_PRESSING, Subject.ALERT),
    "decide_press": Rule(Permission.MANAGE_PRESSING),
    "reminder_letter_file": Rule(Permission.MANAGE_PRESSING, Subject.PARK),
    "evaluation_file": Rule(Permission.VIEW_EVALUATION),
    "preview_evaluation": Rule(Permission.MANAGE_EVALUATION),
    "import_evaluation": Rule(Permission.MANAGE_EVALUATION),
    "mark_evaluation": Rule(Permission.MANAGE_EVALUATION, Subject.PARK),
    "freeze_evaluation": Rule(Permission.MANAGE_EVALUATION, Subject.PARK),
    "obligations_file": Rule(Permission.VIEW_OBLIGATIONS),
    "draft_round": Rule(Permission.MANAGE_OBLIGATIONS),
    "confirm_round": Rule(Permission.MANAGE_OBLIGATIONS),
    "discard_round": Rule(Permission.MANAGE_OBLIGATIONS),
    "round_file": Rule(Permission.MANAGE_OBLIGATIONS),
    "rulebook_file": Rule(Permission.MANAGE_RULEBOOK),
    "year_file": Rule(Permission.MANAGE_RULEBOOK),
    "preview_rulebook": Rule(Permission.MANAGE_RULEBOOK),
    "change_rulebook": Rule(Permission.MANAGE_RULEBOOK),
    "move_due_dates": Rule(Permission.MANAGE_RULEBOOK),
    "preview_calendar": Rule(Permission.MANAGE_RULEBOOK),
    "change_calendar": Rule(Permission.MANAGE_RULEBOOK),
    "record_act": Rule(Permission.DISCHARGE_DUTY, Subject.PARK),
    "withdraw_act": Rule(Permission.DISCHARGE_DUTY, Subject.PARK),
    "act_file": Rule(Permission.VIEW_OBLIGATIONS, Subject.PARK),
    "calendar_file": Rule(Permission.SUBSCRIBE_CALENDAR),
    "subscribe_calendar": Rule(Permission.SUBSCRIBE_CALENDAR),
    "revoke_calendar": Rule(Permission.SUBSCRIBE_CALENDAR),
    # A calendar program cannot sign in: the token in the address is its key (services.due_calendar).
    "calendar_feed": PUBLIC,
    "firm_pages_file": Rule(Permission.COLLECT_FIRM_PAGES, Subject.PARK),
    "collect_firm_pages": Rule(Permission.COLLECT_FIRM_PAGES, Subject.PARK),
    "firm_answer_file": Rule(Permission.COLLECT_FIRM_PAGES, Subject.PARK),
    "merged_report_file": Rule(Permission.AMEND_REPORT, Subject.PARK),
    "merge_firm_pages": Rule(Permission.AMEND_REPORT, Subject.PARK),
    "upload_progress": Rule(Permission.REPORT_PROGRESS, Subject.PARK),
    "progress_template": Rule(Permission.VIEW_OBLIGATIONS, Subject.PARK),
    "progress_file": Rule(Permission.VIEW_OBLIGATIONS, Subject.PARK),
    "forward_progress": Rule(Permission.FORWARD_PROGRESS, Subject.PARK),
    "return_progress": Rule(Permission.FORWARD_PROGRESS, Subject.PARK),
    "define_indicator": Rule(Permission.MANAGE_RULEBOOK),
    "set_goal": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "import_goals": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "goals_template": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "set_task": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "import_tasks": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "tasks_template": Rule(Permission.MANAGE_GOALS, Subject.PARK),
    "close_task": Rule(Permission.DISCHARGE_DUTY, Subject.PARK),
    "reopen_task": Rule(Permission.DISCHARGE_DUTY, Subject.PARK),
    "set_office_cycle": Rule(Permission.SET_OFFICE_CYCLE, Subject.PARK),
    "plan_visit": Rule(Permission.MANAGE_VISITS),
    "add_visited_firm": Rule(Permission.MANAGE_VISITS, Subject.VISIT),
    "record_visit": Rule(Permission.MANAGE_VISITS, Subject.VISIT),
    "cancel_visit": Rule(Permission.MANAGE_VISITS, Subject.VISIT),
    "visit_sheet": Rule(Permission.VIEW_VISITS, Subject.VISIT),
    "visit_file": Rule(Permission.VIEW_VISITS, Subject.VISIT),
    "enter_issue": Rule(Permission.MANAGE_VISITS),
    "issues_file": Rule(Permission.VIEW_VISITS),
    "report_rectification": Rule(Permission.REPORT_RECTIFICATION, Subject.PARK),
    "close_issue": Rule(Permission.MANAGE_VISITS, Subject.PARK),
    "reopen_issue": Rule(Permission.MANAGE_VISITS, Subject.PARK),
    "change_issue": Rule(Permission.MANAGE_VISITS, Subject.PARK),
    "enter_expert": Rule(Permission.MANAGE_EXPERTS),
    "import_experts": Rule(Permission.MANAGE_EXPERTS),
    "experts_template": Rule(Permission.MANAGE_EXPERTS),
    "change_expert": Rule(Permission.MANAGE_EXPERTS),
    "end_expert": Rule(Permission.MANAGE_EXPERTS),
    "bind_expert": Rule(Permission.MANAGE_EXPERTS),
    "end_expert_tie": Rule(Permission.MANAGE_EXPERTS),
    "draw_panel": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "dissolve_panel": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "record_panel": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "panel_record_file": Rule(Permission.VIEW_PANEL, Subject.PARK),
    "panel_draw_file": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "commitments_file": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "commitment_letter": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "commit_member": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "commitment_scan": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "withdraw_member": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "appoint_leader": Rule(Permission.MANAGE_EXPERTS, Subject.PARK),
    "submit_scores": Rule(Permission.GIVE_SCORES, Subject.PARK),
    "enter_scores": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "check_scores": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "return_scores": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "conclude_panel": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "score_sheet_scan": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "conclusion_scan": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "score_sheet_file": Rule(Permission.VIEW_PANEL, Subject.PARK),
    "score_sheets_file": Rule(Permission.VIEW_PANEL, Subject.PARK),
    "panel_conclusion_file": Rule(Permission.ENTER_SCORES, Subject.PARK),
    "put_evidence": Rule(Permission.PUT_EVIDENCE, Subject.PARK, largest=LARGEST_EVIDENCE),
    "evidence_file": Rule(Permission.VIEW_EVIDENCE, Subject.PARK),
    "evidence_list": Rule(Permission.VIEW_EVIDENCE, Subject.PARK),
    "link_evidence": Rule(Permission.PUT_EVIDENCE, Subject.PARK),
    "unlink_evidence": Rule(Permission.PUT_EVIDENCE, Subject.PARK),
    "withdraw_evidence": Rule(Permission.PUT_EVIDENCE, Subject.PARK),
    "template_file": Rule(Permission.UPLOAD_REPORT, Subject.PARK),
    "self_assessment_file": Rule(Permission.VIEW_SELF_ASSESSMENT, Subject.PARK),
    "take_step": Rule(Permission.TAKE_STEP, Subject.PARK),
    "return_step": Rule(Permission.TAKE_STEP, Subject.PARK),
    "step_file": Rule(Permission.VIEW_ACCEPTANCE, Subject.PARK),
    "record_objection": Rule(Permission.DECIDE_ACCEPTANCE, Subject.PARK),
    "handle_objection": Rule(Permission.DECIDE_ACCEPTANCE, Subject.PARK),
    "objection_file": Rule(Permission.DECIDE_ACCEPTANCE, Subject.PARK),
    "record_plaque": Rule(Permission.DECIDE_ACCEPTANCE, Subject.PARK),
    "plaque_file": Rule(Permission.VIEW_ACCEPTANCE, Subject.PARK),
    # made for whoever asked, who alone knows their address; the kind's permission is asked for when they are ordered
    "printing": SIGNED_IN,
    "printings": SIGNED_IN,
    "printing_progress": SIGNED_IN,
    "printing_file": SIGNED_IN,
    "acceptance_file": Rule(Permission.VIEW_ACCEPTANCE, Subject.PARK),
    "report_file": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "annotated_file": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "reopen_report": Rule(Permission.SUBMIT_REPORT, Subject.REPORT),
    "upload_report": Rule(Permission.UPLOAD_REPORT),
    "submit_report": Rule(Permission.SUBMIT_REPORT, Subject.REPORT),
    "decide_cell": Rule(Permission.AMEND_REPORT, Subject.REPORT),
    "explain_finding": Rule(Permission.SUBMIT_REPORT, Subject.REPORT),
    "accept_report": Rule(Permission.REVIEW_REPORT, Subject.REPORT),
    "return_report": Rule(Permission.REVIEW_REPORT, Subject.REPORT),
    "comment_report": Rule(Permission.REVIEW_REPORT, Subject.REPORT),
    "report_table_file": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "explanations_file": Rule(Permission.VIEW_REPORT, Subject.REPORT),
    "corrections_file": Rule(Permission.VIEW_REPORT, Subject.PARK),
    "all_corrections_file": Rule(Permission.VIEW_REPORT),
    "issued_file": Rule(Permission.VIEW_PARK, Subject.PARK),
    "freeze_document": Rule(Permission.ISSUE_DOCUMENT, Subject.PARK),
    "record_letter": Rule(Permission.RECORD_LETTER),
    "correct_letter": Rule(Permission.RECORD_LETTER, Subject.PARK),
    "switch_account": Rule(Permission.MANAGE_ACCOUNTS),
    "reset_password": Rule(Permission.MANAGE_ACCOUNTS),
}

CALLBACKS: dict[str, Rule] = {
    # Fills the live part of the page at an address: the address itself is judged again by ROUTES.
    "live.children": SIGNED_IN,
}

CALLBACK_ENDPOINT = "/_dash-update-component"


def install(server: Flask) -> None:
    """Before every request: who is it, may they, and is the park theirs. Only then is what they send taken in."""
    server.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    _refuse_nul(request.path, *request.args.values())
    rule = ROUTES.get(request.endpoint or "")
    if rule is not None and rule.public:
        _refuse_nul(*request.form.values())
        return None
    actor = signed_in_actor(used=rule is None or not rule.by_itself)
    if actor is None:
        return _ask_to_sign_in()
    g.actor = actor
    if rule is None:
        abort(404)
    require(rule, actor, request.view_args or {})
    if rule.largest is not None:
        request.max_content_length = rule.largest
    _refuse_nul(*request.form.values())
    if request.endpoint == CALLBACK_ENDPOINT:
        require_callback(actor)
    return None


def require(rule: Rule, actor: Actor, address: Mapping[str, object]) -> None:
    """403 without the permission; 404 for what lies outside the scope or does not exist."""
    if rule.needs is not None and not actor.may(rule.needs):
        abort(403)
    if rule.subject is None:
        return
    named = str(address.get(rule.subject, ""))
    with current_platform().database.read() as session:
        if KNOWN[rule.subject](session, actor, named) is None:
            abort(404)


def require_callback(actor: Actor) -> None:
    """A callback is known by its output; one that is not in the table is refused."""
    body = request.get_json(silent=True)
    rule = CALLBACKS.get(str(body.get("output"))) if isinstance(body, dict) else None
    if rule is None:
        abort(403)
    require(rule, actor, {})


def _refuse_nul(*words: str) -> None:
    """No database takes a NUL, and nobody types one."""
    if any("\0" in word for word in words):
        abort(400)


def _ask_to_sign_in() -> ResponseReturnValue:
    """Pages lead to the form and back; a script is told in its own language."""
    if request.path.startswith(("/_dash", "/api/")) or request.is_json or wants_json():
        return jsonify(error="请先登录", advice="登录已失效，刚才的操作没有进行。"), 401
    if request.method == "GET":
        return redirect(url_for("login", next=request.full_path.rstrip("?")))
    tell("登录已失效，刚才的操作没有进行。请重新登录后再试。", "refused")
    return redirect(url_for("login", next=urlsplit(request.referrer or "").path or "/"), code=303)
