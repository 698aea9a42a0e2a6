"""Every way a file comes in: the same look for a 密级 mark, the same words, the same record, nothing kept."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from db.models import AuditEntry, Park, StoredFile, WithheldFile
from jobs.__main__ import commands
from jobs.arguments import ReadableFile
from policy.access import SYSTEM_ACTOR
from policy.acts import Act
from policy.terms import HalfYear, ObligationKind
from services import rounds, withheld
from services.platform import Platform
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import post
from tests.evidence_files import old_word, zip_of
from tests.factories import make_expert, make_panel
from tests.services.intake.makers import workbook

RULE = "带有密级标志。本系统为非涉密系统，严禁处理、存储、传输涉密信息：文件内容没有保存"
Send = Callable[[str, bytes], str]
"""Sends a file by its name and says what the sender was told."""

PARK, ROUND = ("--park", "JIA"), ("--park", "JIA", "--period", "2025H2")
LETTER = ("--period", "2025H2", "--no", "示例府函〔2026〕1号", "--dated", "2026-01-18", "--received-on", "2026-01-22")
NEW_PARK = ("--title", "国家网络安全产业园区（示例丙园）", "--district", "示例甲区", "--approved-on", "2025-03-03",
            "--approval-no", "示例〔2025〕3号", "--create-unit")  # fmt: skip

COMMANDS: dict[str, tuple[object, ...]] = {
    "ingest": ("FILE", *PARK),
    "register FILE": ("FILE",),
    "register --form": (*NEW_PARK, "--form", "FILE"),
    "contacts": ("FILE",),
    "goals": ("FILE", *PARK),
    "letter": (*PARK, *LETTER, "--file", "FILE"),
    "step": ("self-assessment", *PARK, "--dated", "2026-02-01", "--file", "FILE"),
    "evidence": ("FILE", *PARK, "--category", "other"),
    "firm-answers": ("FILE", *ROUND),
    "firm-answers --merge-out": ("FOLDER", *ROUND),
    "act": ("extension", *PARK, "--period", "2026H1", "--no", "示例函〔2026〕9号", "--dated", "2026-02-01",
            "--until", "2026-08-15", "--reason", "示例事由", "--file", "FILE"),
    "calendar": ("FILE", "--year", "2027", "--document", "示例发〔2026〕1号"),
    "progress": ("FILE", *PARK, "--period", "2025Q4"),
    "round": ("--period", "2026H1", "--due", "2026-07-31", "--number", "示例〔2026〕7号", "--dated", "2026-02-01",
              "--file", "FILE"),
    "rulebook": ("FILE", "--document", "示例发〔2026〕2号"),
    "tasks": ("FILE", *PARK),
    "evaluation": ("FILE",),
}  # fmt: skip
"""Command -> how it is called; what follows the first blank tells two ways of one command apart."""

FORMS: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    "upload_report": ("district", "/reports/new", "/reports/new", "file", {"park": "JIA", "period": "2025H2"}),
    "record_letter": ("committee", "/letters/new", "/letters/new", "file", {"parks": "JIA", "period": "2025H2"}),
    "put_evidence": ("operator", "/parks/JIA/evidence", "/parks/JIA/evidence", "file",
                     {"category": "other", "title": "材料"}),
    "record_act": ("committee", "/parks/JIA/obligations/1/acts", "/parks/JIA/obligations/1", "file",
                   {"kind": "extension", "number": "示例函〔2026〕9号", "dated": "2026-02-01", "reason": "示例事由"}),
    "import_tasks": ("committee", "/parks/JIA/tasks/import", "/parks/JIA/progress", "file", {}),
    "import_goals": ("committee", "/parks/JIA/goals/import", "/parks/JIA/goals", "file", {}),
    "upload_progress": ("operator", "/parks/JIA/progress", "/parks/JIA/progress", "file", {"period": "2025Q4"}),
    "confirm_round": ("committee", "/rounds/1/confirm", "/rounds/1", "file",
                      {"number": "示例〔2026〕8号", "dated": "2026-02-01"}),
    "preview_rulebook": ("committee", "/rulebook/preview", "/rulebook", "file", {}),
    "preview_calendar": ("committee", "/calendar/preview", "/calendar", "file", {"year": "2027"}),
    "preview_evaluation": ("committee", "/evaluation/preview", "/evaluation", "file", {}),
    "record_visit": ("committee", "/visits/1/record", "/visits/1", "file",
                     {"visited_on": "2026-02-10", "finding-1": "agrees"}),
    "take_step": ("operator", "/parks/JIA/steps/self-assessment", "/parks/JIA/acceptance", "file",
                  {"dated": "2026-02-01"}),
    "record_objection": ("committee", "/parks/JIA/objections", "/parks/JIA/acceptance", "file",
                         {"received_on": "2026-02-01", "raised_by": "示例企业", "matter": "示例事由"}),
    "record_plaque": ("committee", "/parks/JIA/plaque", "/parks/JIA/acceptance", "file",
                      {"handed_on": "2026-02-01", "received_by": "示例代表"}),
    "enter_scores": ("committee", "/parks/JIA/panel/scores/1", "/parks/JIA/panel/scores/1", "file",
                     {"value-organisation": "80", "signed_on": "2026-03-01"}),
    "conclude_panel": ("committee", "/parks/JIA/panel/conclusion", "/parks/JIA/panel/scores", "file",
                       {"outcome": "failed", "opinion": "示例意见", "problems": "示例问题", "signed_on": "2026-03-02",
                        "missing_reason": "示例理由"}),
    "commit_member": ("committee", "/parks/JIA/panel/members/1/commitment", "/parks/JIA/panel", "file",
                      {"member": "1", "committed_on": "2026-02-03"}),
    "record_panel": ("committee", "/parks/JIA/panel/records", "/parks/JIA/panel", "file",
                     {"kind": "papers", "held_on": "2026-02-20", "text": "示例情况"}),
    "import_experts": ("committee", "/experts/import", "/experts", "file", {}),
    "collect_firm_pages": ("operator", "/parks/JIA/firms/2025H2/answers", "/parks/JIA/firms/2025H2", "files", {}),
}  # fmt: skip
"""Endpoint -> who sends, where to, the page of the form, the field of the file, what else the form says."""

MARKED = {
    "a cell": ("材料.xlsx", workbook({"表": [["指标", "数"], ["收入", 1], ["说明", "机密★"]]})),
    "the name": ("【机密】材料.xlsx", workbook({"表": [["指标", "数"]]})),
    "an old file": ("材料.doc", old_word("秘密★1年")),
    "a list": ("材料.csv", "秘密\nunit,name\n示例甲区,示例甲\n".encode()),
}


@pytest.fixture
def ways(
    programme: Programme,
    platform: Platform,
    run_command: Callable[..., Result],
    sign_in: Callable[[str], FlaskClient],
    tmp_path: Path,
) -> dict[str, Send]:
    with platform.database.write() as session:
        due = date(2026, 7, 31)
        rounds.draft(session, SYSTEM_ACTOR, ObligationKind.HALF_YEAR_REPORT, HalfYear(2026, 1), due_on=due)
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        make_panel(session, park, [make_expert(session) for _ in range(3)], system_id=1)

    def called(command: str, name: str, data: bytes) -> str:
        folder = Path(mkdtemp(dir=tmp_path))
        (folder / name).write_bytes(data)
        given = {"FILE": folder / name, "FOLDER": folder}
        done = run_command(command.split()[0], *(given.get(str(word), word) for word in COMMANDS[command]))
        assert done.exit_code in (0, 1), done.stderr
        return done.stdout + done.stderr

    def posted(endpoint: str, name: str, data: bytes, *, pack: bool = False) -> str:
        role, address, page, field, form = FORMS[endpoint]
        client = sign_in(role)
        if pack:
            name, data = "收回.zip", zip_of({f"示例甲园/{name}": data})
        answer = post(client, address, page, **form, **{field: (BytesIO(data), name)})
        if answer.status_code == 200:  # the form itself comes back with the reason
            return str(answer.text)
        assert answer.status_code == 303, (endpoint, answer.text)
        return client.get(answer.headers["Location"].partition("#")[0]).text

    return (
        {f"jobs {command}": partial(called, command) for command in COMMANDS}
        | {endpoint: partial(posted, endpoint) for endpoint in FORMS}
        | {"collect_firm_pages of a zip": partial(posted, "collect_firm_pages", pack=True)}
    )


def test_no_way_lets_a_marked_file_in(ways: dict[str, Send], platform: Platform) -> None:
    before = platform.storage.names()
    for place, (name, data) in MARKED.items():
        for way, send in ways.items():
            at = f"{way}: {place}"
            assert RULE in send(name, data), at
            assert platform.storage.names() == before, at
            with platform.database.write() as session:
                row = session.scalars(select(WithheldFile)).one()
                assert (row.sha256, row.size) == (hashlib.sha256(data).hexdigest(), len(data)), at
                assert row.name == name, at
                told = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.FILE_WITHHELD)).all()
                assert told[-1].new == {"sha256": row.sha256, "size": row.size}, at
                assert session.scalars(select(StoredFile).where(StoredFile.sha256 == row.sha256)).all() == [], at
                session.delete(row)


def test_a_released_file_comes_in_every_way(ways: dict[str, Send], platform: Platform) -> None:
    name, data = MARKED["a cell"]
    ways["jobs ingest"](name, data)
    with platform.database.write() as session:
        row = session.scalars(select(WithheldFile)).one()
        row.claimed_by, row.released_by = "district", "committee"
        assert withheld.is_released(session, data)
    for way, send in ways.items():
        assert RULE not in send(name, data), way


KEEPS_NOTHING = {"forecast"}
"""Reads its file, answers, and forgets it: neither database nor storage is at hand."""


def test_the_table_knows_every_way(server: Flask) -> None:
    assert {command.split()[0] for command in COMMANDS} | KEEPS_NOTHING == set(commands_that_read())
    reading = {name for name, view in server.view_functions.items() if "request.files" in source(view)}
    shared = {"preview_rulebook", "preview_calendar", "commit_member", "record_panel"}  # two by two one reader
    assert reading | shared == set(FORMS)


def commands_that_read() -> Iterator[str]:
    for name in commands.list_commands(None):  # type: ignore[arg-type]
        command = commands.get_command(None, name)  # type: ignore[arg-type]
        if command is not None and any(isinstance(entry.type, ReadableFile) for entry in command.params):
            yield name


def source(view: Callable[..., object]) -> str:
    return inspect.getsource(inspect.unwrap(view))


def test_nobody_is_blamed_for_a_plain_file(ways: dict[str, Send], platform: Platform) -> None:
    for send in ways.values():
        send("材料.xlsx", workbook({"表": [["商业秘密保护", "机密计算"]]}))
    with platform.database.read() as session:
        assert session.scalars(select(WithheldFile)).all() == []
