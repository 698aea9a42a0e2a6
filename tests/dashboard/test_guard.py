"""Every route, page and callback, as every role and as nobody, against one table of expectations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from dashboard import guard
from policy.access import Role
from tests.dashboard.conftest import FOREIGN, Programme

COMMITTEE, DISTRICT, OPERATOR, EXPERT, ADMIN = ROLES = [role for role in Role if role is not Role.SYSTEM]
EVERYONE = frozenset(ROLES)
OFFICES = frozenset({COMMITTEE, DISTRICT})
REPORTERS = frozenset({COMMITTEE, DISTRICT, OPERATOR})
READERS = frozenset({COMMITTEE, DISTRICT, OPERATOR, EXPERT})
PANEL = frozenset({COMMITTEE, EXPERT})
COLLECTORS = frozenset({DISTRICT, OPERATOR})
PROVERS = frozenset({DISTRICT, OPERATOR})
NOBODY = None

# What the notice's division of work asks for, written down apart from the guard's own table.
EXPECTED: dict[str, frozenset[Role] | None] = {
    "login": NOBODY,
    "healthz": NOBODY,
    "readyz": NOBODY,
    "_dash_assets.static": NOBODY,
    "/_favicon.ico": NOBODY,
    "logout": EVERYONE,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": EVERYONE,
    "/_dash-layout": EVERYONE,
    "/_dash-dependencies": EVERYONE,
    "/_dash-update-component": EVERYONE,
    "home": EVERYONE,
    "parks": REPORTERS,
    "overview_data": REPORTERS,
    "park": READERS,
    "figure_source": READERS,
    "park_picture_sheet": READERS,
    "figures_source": READERS,
    "goal_source": READERS,
    "foresight": {COMMITTEE, DISTRICT, OPERATOR},
    "projection_sheet": {COMMITTEE, DISTRICT, OPERATOR},
    "foresight_overview": OFFICES,
    "board": READERS,
    "board_sheet": READERS,
    "indicator": READERS,
    "indicator_sheet": READERS,
    "evaluations": READERS,
    "evaluation": READERS,
    "evaluation_file": READERS,
    "park_evaluation": READERS,
    "preview_evaluation": frozenset({COMMITTEE}),
    "import_evaluation": frozenset({COMMITTEE}),
    "mark_evaluation": frozenset({COMMITTEE}),
    "freeze_evaluation": frozenset({COMMITTEE}),
    "self_assessment": READERS,
    "self_assessment_file": READERS,
    "self_assessment_text": REPORTERS,
    "department_review_text": REPORTERS,
    "half_year_letter_text": REPORTERS,
    "write_self_assessment": frozenset({OPERATOR}),
    "write_department_review": frozenset({DISTRICT}),
    "write_half_year_letter": frozenset({DISTRICT}),
    "printing": EVERYONE,
    "printings": EVERYONE,
    "printing_progress": EVERYONE,
    "printing_file": EVERYONE,
    "acceptance": READERS,
    "acceptance_file": READERS,
    "case_record": frozenset({COMMITTEE}),
    "case_record_sheet": frozenset({COMMITTEE}),
    "take_archive": frozenset({COMMITTEE}),
    "take_application": OFFICES,
    "documents": REPORTERS,
    "programme_document": REPORTERS,
    "park_document": READERS,
    "take_step": REPORTERS,
    "return_step": REPORTERS,
    "step_file": READERS,
    "record_objection": frozenset({COMMITTEE}),
    "handle_objection": frozenset({COMMITTEE}),
    "objection_file": frozenset({COMMITTEE}),
    "record_plaque": frozenset({COMMITTEE}),
    "plaque_file": READERS,
    "readiness": REPORTERS,
    "readiness_overview": REPORTERS,
    "set_office_cycle": frozenset({DISTRICT}),
    "experts": frozenset({COMMITTEE}),
    "expert": frozenset({COMMITTEE}),
    "enter_expert": frozenset({COMMITTEE}),
    "import_experts": frozenset({COMMITTEE}),
    "experts_template": frozenset({COMMITTEE}),
    "change_expert": frozenset({COMMITTEE}),
    "end_expert": frozenset({COMMITTEE}),
    "bind_expert": frozenset({COMMITTEE}),
    "end_expert_tie": frozenset({COMMITTEE}),
    "panel": PANEL,
    "panel_record_file": PANEL,
    "panel_scores": PANEL,
    "score_sheet": frozenset({COMMITTEE}),
    "submit_scores": frozenset({EXPERT}),
    "enter_scores": frozenset({COMMITTEE}),
    "check_scores": frozenset({COMMITTEE}),
    "return_scores": frozenset({COMMITTEE}),
    "conclude_panel": frozenset({COMMITTEE}),
    "score_sheet_scan": frozenset({COMMITTEE}),
    "conclusion_scan": frozenset({COMMITTEE}),
    "score_sheet_file": PANEL,
    "score_sheets_file": PANEL,
    "panel_conclusion_file": frozenset({COMMITTEE}),
    "draw_panel": frozenset({COMMITTEE}),
    "dissolve_panel": frozenset({COMMITTEE}),
    "record_panel": frozenset({COMMITTEE}),
    "panel_draw_file": frozenset({COMMITTEE}),
    "commitments_file": frozenset({COMMITTEE}),
    "commitment_letter": frozenset({COMMITTEE}),
    "commit_member": frozenset({COMMITTEE}),
    "commitment_scan": frozenset({COMMITTEE}),
    "withdraw_member": frozenset({COMMITTEE}),
    "appoint_leader": frozenset({COMMITTEE}),
    "visits": REPORTERS,
    "visit": REPORTERS,
    "visit_sheet": REPORTERS,
    "visit_file": REPORTERS,
    "plan_visit": frozenset({COMMITTEE}),
    "add_visited_firm": frozenset({COMMITTEE}),
    "record_visit": frozenset({COMMITTEE}),
    "cancel_visit": frozenset({COMMITTEE}),
    "issues": REPORTERS,
    "issue": REPORTERS,
    "issues_file": REPORTERS,
    "enter_issue": frozenset({COMMITTEE}),
    "close_issue": frozenset({COMMITTEE}),
    "reopen_issue": frozenset({COMMITTEE}),
    "change_issue": frozenset({COMMITTEE}),
    "report_rectification": frozenset({DISTRICT, OPERATOR}),
    "evidence": READERS,
    "evidence_file": READERS,
    "evidence_list": READERS,
    "firm_rounds": COLLECTORS,
    "firm_round": COLLECTORS,
    "firm_pages_file": COLLECTORS,
    "collect_firm_pages": COLLECTORS,
    "firm_answer_file": COLLECTORS,
    "merged_report_file": frozenset({DISTRICT}),
    "merge_firm_pages": frozenset({DISTRICT}),
    "put_evidence": PROVERS,
    "link_evidence": PROVERS,
    "unlink_evidence": PROVERS,
    "withdraw_evidence": PROVERS,
    "progress": READERS,
    "progress_template": REPORTERS,
    "progress_file": REPORTERS,
    "upload_progress": frozenset({OPERATOR}),
    "forward_progress": frozenset({DISTRICT}),
    "return_progress": frozenset({DISTRICT}),
    "close_task": OFFICES,
    "reopen_task": OFFICES,
    "alerts": REPORTERS,
    "obligations": REPORTERS,
    "rounds": frozenset({COMMITTEE}),
    "round": frozenset({COMMITTEE}),
    "draft_round": frozenset({COMMITTEE}),
    "confirm_round": frozenset({COMMITTEE}),
    "discard_round": frozenset({COMMITTEE}),
    "round_file": frozenset({COMMITTEE}),
    "rulebook": frozenset({COMMITTEE}),
    "rulebook_file": frozenset({COMMITTEE}),
    "year_file": frozenset({COMMITTEE}),
    "preview_rulebook": frozenset({COMMITTEE}),
    "change_rulebook": frozenset({COMMITTEE}),
    "rule_moves": frozenset({COMMITTEE}),
    "move_due_dates": frozenset({COMMITTEE}),
    "work_calendar": frozenset({COMMITTEE}),
    "preview_calendar": frozenset({COMMITTEE}),
    "change_calendar": frozenset({COMMITTEE}),
    "obligations_file": REPORTERS,
    "obligation": REPORTERS,
    "record_act": OFFICES,
    "withdraw_act": OFFICES,
    "act_file": REPORTERS,
    "calendar_file": REPORTERS,
    "subscribe_calendar": REPORTERS,
    "revoke_calendar": REPORTERS,
    "calendar_feed": NOBODY,
    "alert": REPORTERS,
    "give_feedback": frozenset({DISTRICT, OPERATOR}),
    "pause_pressing": frozenset({COMMITTEE}),
    "resume_pressing": frozenset({COMMITTEE}),
    "log_call": frozenset({COMMITTEE}),
    "press": frozenset({COMMITTEE}),
    "decide_press": frozenset({COMMITTEE}),
    "reminder_letter_file": frozenset({COMMITTEE}),
    "corrections": REPORTERS,
    "upload": OFFICES,
    "upload_report": OFFICES,
    "template_file": OFFICES,
    "report": REPORTERS,
    "cell_source": REPORTERS,
    "report_file": REPORTERS,
    "annotated_file": REPORTERS,
    "reopen_report": OFFICES,
    "compare": REPORTERS,
    "submit_report": OFFICES,
    "decide_cell": frozenset({DISTRICT}),
    "explain_finding": OFFICES,
    "indicators": READERS,
    "define_indicator": frozenset({COMMITTEE}),
    "goals": READERS,
    "set_goal": frozenset({COMMITTEE}),
    "import_goals": frozenset({COMMITTEE}),
    "goals_template": frozenset({COMMITTEE}),
    "set_task": frozenset({COMMITTEE}),
    "import_tasks": frozenset({COMMITTEE}),
    "tasks_template": frozenset({COMMITTEE}),
    "accept_report": frozenset({COMMITTEE}),
    "return_report": frozenset({COMMITTEE}),
    "comment_report": frozenset({COMMITTEE}),
    "letter": frozenset({COMMITTEE}),
    "report_table_file": REPORTERS,
    "explanations_file": REPORTERS,
    "corrections_file": REPORTERS,
    "all_corrections_file": REPORTERS,
    "issued_file": READERS,
    "freeze_document": OFFICES,
    "record_letter": frozenset({COMMITTEE}),
    "correct_letter": frozenset({COMMITTEE}),
    "contacts": OFFICES,
    "contact": OFFICES,
    "add_contact": OFFICES,
    "change_contact": OFFICES,
    "end_contact": OFFICES,
    "hand_over": OFFICES,
    "handover_file": OFFICES,
    "withheld": REPORTERS,
    "claim_withheld": REPORTERS,
    "release_withheld": frozenset({COMMITTEE}),
    "dry_run": frozenset({COMMITTEE}),
    "outbox": frozenset({COMMITTEE, DISTRICT, ADMIN}),
    "mail": frozenset({COMMITTEE, DISTRICT, ADMIN}),
    "retry_mail": frozenset({COMMITTEE}),
    "jobs": frozenset({ADMIN}),
    "accounts": frozenset({ADMIN}),
    "switch_account": frozenset({ADMIN}),
    "reset_password": frozenset({ADMIN}),
    "audit": frozenset({ADMIN}),
}
# Dash registers these by itself; we never serve them.
NEVER_SERVED = frozenset({"/", "/<path:path>", "/_reload-hash"})
EXPECTED_CALLBACKS: dict[str, frozenset[Role]] = {"live.children": EVERYONE}


@pytest.fixture
def clients(sign_in: Callable[[str], FlaskClient]) -> dict[Role, FlaskClient]:
    return {role: sign_in(role.value) for role in ROLES}


def test_every_route_stands_in_the_table(server: Flask) -> None:
    registered = {rule.endpoint for rule in server.url_map.iter_rules()} - NEVER_SERVED
    assert registered == EXPECTED.keys() == guard.ROUTES.keys()


def test_every_callback_stands_in_the_table(server: Flask) -> None:
    registered = set(server.extensions["parkwatch_live"].callback_map)
    assert registered == EXPECTED_CALLBACKS.keys() == guard.CALLBACKS.keys()


def walk(
    server: Flask, code: str, report_id: int, alert_id: int = 1, visit_id: int = 1
) -> Iterator[tuple[Rule, str, str]]:
    """Every route with each of its methods and an address made of these ids."""
    words = {
        "code": code, "report_id": str(report_id), "period": "2025H2", "file_format": "docx", "path": "x",
        "filename": "parkwatch.css", "cell_id": "1", "evidence_id": "1", "finding_id": "1", "package_name": "dash",
        "obligation_id": "1", "round_id": "1", "act_id": "1", "token_id": "1", "token": "unknown",
        "answer_id": "1", "withheld_id": "1", "version_id": "1", "task_id": "1", "reported": "2025Q4",
        "alert_id": str(alert_id), "contact_id": "1", "handover_id": "1", "mail_key": "none",
        "document_id": "1", "fingerprinted_path": "deps/react@18.3.1.min.js", "key": "firms_cyber",
        "name": "firms_cyber", "expert_id": "1", "tie_id": "1", "member_id": "1", "record_id": "1",
        "sheet_id": "1", "number": "1", "kind": "acceptance-letter", "programme_kind": "corrections",
        "step_id": "1", "objection_id": "1",
        "visit_id": str(visit_id), "issue_id": "1", "other_id": str(report_id), "year": "2026", "system_id": "1",
    }  # fmt: skip
    for rule in server.url_map.iter_rules():
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: words[match[1]], rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, address


def test_nobody_gets_in_without_signing_in(server: Flask, programme: Programme) -> None:
    wrong = []
    for rule, method, address in walk(server, programme.own, programme.accepted):
        if EXPECTED.get(rule.endpoint, EVERYONE) is NOBODY:
            continue
        answer = server.test_client().open(address, method=method, buffered=True)
        turned_away = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login")
        if not turned_away:
            wrong.append((method, address, answer.status_code))
    assert wrong == []


def test_what_needs_no_sign_in_answers(server: Flask, programme: Programme) -> None:
    for address in ("/login", "/healthz", "/readyz", "/assets/parkwatch.css", "/_favicon.ico"):
        assert server.test_client().get(address, buffered=True).status_code == 200, address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(server: Flask, programme: Programme, sign_in: Any, role: Role) -> None:
    """Posts carry no token: whoever passes the guard is stopped by 400, so nothing is changed."""
    client, wrong = sign_in(role.value), []
    for rule, method, address in walk(server, programme.own, programme.accepted):
        allowed = EXPECTED.get(rule.endpoint, frozenset())
        if allowed is NOBODY:
            continue
        status = client.open(address, method=method, buffered=True).status_code
        expected = _expected(rule, method, role in allowed)
        if status not in expected:
            wrong.append((method, address, status, expected))
    assert wrong == [], wrong


OF_A_PANEL = (
    "panel_record_file", "panel_draw_file", "commitment_letter", "commitment_scan", "score_sheet", "score_sheet_scan",
    "score_sheet_file", "conclusion_scan",
)  # fmt: skip
"""Papers of a 专家组, which no park of the programme has."""


def _expected(rule: Rule, method: str, allowed: bool) -> tuple[int, ...]:
    if rule.endpoint in NEVER_SERVED:
        # "/" is the home page of ours, registered first under the same address.
        return (200, 404)
    if not allowed:
        return (403,)
    if rule.endpoint == guard.CALLBACK_ENDPOINT:
        return (403,)  # a body that names no callback
    if rule.endpoint == "self_assessment_file":
        return (303,)  # to where it is being made
    if rule.endpoint in ABSENT:
        return (404,)
    return (400,) if method == "POST" else (200,)


ABSENT = frozenset({
    "issued_file", "act_file", "handover_file", "mail", "step_file", "objection_file", "plaque_file", "printing",
    "printing_progress", "printing_file", *OF_A_PANEL,
})  # fmt: skip
"""Nothing is frozen in the programme, no act or step recorded, no work handed over, no mail queued, nothing printed."""


@pytest.mark.parametrize("role", [DISTRICT, OPERATOR, EXPERT])
def test_a_foreign_park_is_as_unknown_as_none(server: Flask, programme: Programme, sign_in: Any, role: Role) -> None:
    client, wrong = sign_in(role.value), []
    for code, report_id, alert_id, visit_id in (
        (programme.foreign, programme.foreign_report, programme.foreign_alert, programme.foreign_visit),
        ("NONE", 999_999, 999_999, 999_999),
        ("x'; --", 0, 0, 0),
        ("九", 10**30, 2**31 - 1, 10**30),
    ):
        for rule, method, address in walk(server, code, report_id, alert_id, visit_id):
            if not {"code", "report_id", "alert_id", "visit_id"} & rule.arguments:
                continue
            status = client.open(address, method=method, buffered=True).status_code
            expected = 404 if role in (EXPECTED[rule.endpoint] or ()) else 403
            if status != expected:
                wrong.append((method, address, status, expected))
    assert wrong == []


def test_the_committee_sees_every_park(programme: Programme, sign_in: Any) -> None:
    client = sign_in("committee")
    assert client.get(f"/parks/{programme.foreign}").status_code == 200
    assert client.get(f"/reports/{programme.foreign_report}").status_code == 200


@pytest.mark.parametrize("role", [DISTRICT, OPERATOR, EXPERT, ADMIN])
def test_a_foreign_park_is_named_on_no_page(server: Flask, programme: Programme, sign_in: Any, role: Role) -> None:
    client = sign_in(role.value)
    for _rule, method, address in walk(server, programme.own, programme.accepted):
        if method == "GET":
            assert FOREIGN.encode() not in client.get(address, buffered=True).data, address


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(server: Flask, programme: Programme) -> None:
    page = f"/reports/{programme.draft}"
    headers = {"Referer": f"http://localhost{page}"}
    answer = server.test_client().post(f"{page}/submit", headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/login?next={page}"


def test_a_nul_in_the_address_or_a_form_is_refused(server: Flask, sign_in: Any) -> None:
    assert sign_in("committee").get("/parks?q=%00").status_code == 400
    assert sign_in("committee").get("/parks/%00").status_code == 400
    assert server.test_client().post("/login", data={"username": "a\0", "password": "x"}).status_code == 400


def test_a_number_no_row_can_have_is_no_address(
    server: Flask, programme: Programme, clients: dict[Role, FlaskClient]
) -> None:
    known = {"code": programme.own, "report_id": programme.draft, "period": "2025H2"}
    numbered = [rule for rule in server.url_map.iter_rules() if "<int:" in rule.rule]
    assert numbered
    for rule in numbered:
        address = re.sub(r"<int:\w+>", str(2**63), rule.rule)
        for name, value in known.items():
            address = address.replace(f"<{name}>", str(value))
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        assert clients[DISTRICT].open(address, method=method).status_code == 404, address


# --- callbacks ------------------------------------------------------------------------------------------------------


def call(client: FlaskClient, output: str, inputs: list[Any], state: list[Any] | None = None) -> Any:
    """Post a callback as the browser does, with the token it reads from its cookie."""
    client.get("/")
    cookie = client.get_cookie("csrf_token")
    assert cookie is not None
    component, _, prop = output.partition(".")
    body = {
        "output": output,
        "outputs": {"id": component, "property": prop},
        "inputs": inputs,
        "changedPropIds": [f"{inputs[0]['id']}.{inputs[0]['property']}"] if inputs else [],
        "state": state or [],
    }
    return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie.value})


def fill(client: FlaskClient, pathname: str) -> Any:
    inputs = [
        {"id": "address", "property": "pathname", "value": pathname},
        {"id": "address", "property": "search", "value": ""},
    ]
    return call(client, "live.children", inputs)


def find(client: FlaskClient, words: str) -> Any:
    return client.get("/api/overview.json", query_string={"q": words})


def shown(answer: Any) -> str:
    """What a callback sends, readable."""
    return json.dumps(answer.json, ensure_ascii=False)


def test_a_callback_that_is_not_in_the_table_is_refused(programme: Programme, sign_in: Any) -> None:
    assert call(sign_in("committee"), "secret.children", []).status_code == 403


def test_a_callback_without_the_token_is_refused(programme: Programme, sign_in: Any) -> None:
    client = sign_in("committee")
    assert client.post("/_dash-update-component", json={"output": "live.children"}).status_code == 400


def test_the_search_keeps_to_the_scope(programme: Programme, clients: dict[Role, FlaskClient]) -> None:
    assert "示例乙园" in shown(find(clients[COMMITTEE], ""))
    for role in (DISTRICT, OPERATOR):
        answer = find(clients[role], "")
        assert "示例甲园" in shown(answer)
        assert "示例乙园" not in shown(answer)
    for role in (EXPERT, ADMIN):
        assert find(clients[role], "").status_code == 403


def test_the_live_part_is_judged_by_its_address(programme: Programme, clients: dict[Role, FlaskClient]) -> None:
    for role in (COMMITTEE, DISTRICT, OPERATOR, EXPERT):
        assert fill(clients[role], f"/parks/{programme.own}").status_code == 200
    assert fill(clients[COMMITTEE], f"/parks/{programme.foreign}").status_code == 200
    for role in (DISTRICT, OPERATOR, EXPERT):
        assert fill(clients[role], f"/parks/{programme.foreign}").status_code == 404
        assert fill(clients[role], "/parks/NONE").status_code == 404
    assert fill(clients[ADMIN], f"/parks/{programme.own}").status_code == 403
    assert fill(clients[ADMIN], "/board").status_code == 403
    for address in ("/", "/parks", "/admin/audit", "/nowhere", "//x", ""):
        assert fill(clients[COMMITTEE], address).status_code == 404, address
