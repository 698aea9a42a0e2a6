"""一企一表: every firm gets its page, and the answers become a roster in a prefilled half-year report.

The merged report goes the ordinary way of an upload: what is doubtful in a firm's answer is asked about there, and
what the answers add up to stands beside the park's figures, for the district to compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from policy.access import Actor, Permission
from policy.firm_round import Firm, totals
from policy.refusal import Refused
from policy.reports.firms import firm_key
from policy.terms import HalfYear
from services import clock, history, submissions
from services.firm_answers import standing
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.half_year import GROUPED, KEPT, RosterLine, write_template
from services.parks import find_park
from services.platform import Platform

NEW_FIRM = "新增企业（空白表）"
NAME_LENGTH = 60
"""Characters of a firm's name in a file's name: at most three times as many bytes, which every system takes."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def issue(session: Session, actor: Actor, park_code: str, period: HalfYear) -> tuple[tuple[str, bytes], ...]:
    """Every firm's page as (file name, workbook), and an empty one for firms that are not on the roster yet.

    Raises Unknown for a park outside the actor's scope.
    """
    actor.require(Permission.COLLECT_FIRM_PAGES)
    park = find_park(session, actor.scope, park_code)
    listed = history.last_roster(session, park.id, period)
    blank = FirmPageFacts(park.code, park.title, period)
    pages = [(f"000-{NEW_FIRM}.xlsx", write_firm_page(blank))]
    for number, row in enumerate(_distinct(listed.rows), start=1):
        facts = replace(
            blank, firm=row["name"], cells={key: row.get(key, "") for key in KEPT},
            last={key: row.get(key, "") for key in GROUPED}, last_of=listed.told,
        )  # fmt: skip
        pages.append((f"{number:03d}-{file_word(row['name'])}.xlsx", write_firm_page(facts)))
    return tuple(pages)


def _distinct(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Each firm once: a page is asked of a firm, not of a row."""
    firms: dict[str, Mapping[str, str]] = {}
    for row in rows:
        if row.get("name"):
            firms.setdefault(firm_key(row["name"]), row)
    return list(firms.values())


def file_word(name: str) -> str:
    """A firm's name as part of a file's name, without what any system reads as more than a letter."""
    return _UNSAFE.sub("_", name).strip(" .")[:NAME_LENGTH] or "企业"


def issued_zip(session: Session, actor: Actor, park_code: str, period: HalfYear) -> tuple[str, bytes]:
    """All pages of `issue` in one archive, and what to call it."""
    pages = issue(session, actor, park_code, period)
    return f"一企一表-{find_park(session, actor.scope, park_code).short_name}-{period}.zip", packed(pages)


def packed(pages: Iterable[tuple[str, bytes]]) -> bytes:
    """The pages as a zip; the workbooks themselves are packed already."""
    output, day = BytesIO(), clock.today()
    with ZipFile(output, "w", ZIP_STORED) as archive:
        for name, data in pages:
            archive.writestr(ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), data)
    return output.getvalue()


def merged(
    session: Session, actor: Actor, park_code: str, period: HalfYear, *, answered_only: bool = False
) -> tuple[str, bytes]:
    """The half-year template with the merged roster: its file name and its bytes (.xlsx).

    Firms that have not answered stand there without figures, unless `answered_only`. Figures and rows of a version
    uploaded before are kept as they are; what the roster adds up to stands beside them. Raises Unknown for a park
    outside the actor's scope, Refused when nobody has answered.
    """
    actor.require(Permission.AMEND_REPORT)
    now = standing(session, actor, park_code, period)
    if not now.round.answered:
        raise Refused(f"{now.park.title}{period.label}还没有收回一企一表，不能汇总；请先发放并收回")
    park = find_park(session, actor.scope, park_code)
    written = history.written_so_far(session, park.id, period)
    roster = [_line(firm) for firm in (now.round.answered if answered_only else now.round.firms)]
    facts = replace(
        submissions.prefilled(session, park, period),
        roster=roster,
        roster_of=now.listed_of,
        typed=written.figures,
        rows={table: rows for table, rows in written.rows.items() if table != "roster"},
        figure_kind=written.figure_kind,
        proposed=totals(line.cells for line in roster),
        made_on=clock.civil(max(firm.answers[0].sent_at for firm in now.round.answered)).date(),
    )
    return f"半年报-{park.short_name}-{period}-一企一表汇总.xlsx", write_template(facts)


def _line(firm: Firm) -> RosterLine:
    last = {key: firm.last.get(key, "") for key in GROUPED}
    if firm.answer is None:
        return RosterLine({key: firm.last.get(key, "") for key in KEPT}, last)
    cells = {key: entry.text for key, entry in firm.answer.cells.items()}
    day = clock.civil(firm.answer.sent_at)
    source = f"{firm.answer.file}，{day:%Y-%m-%d %H:%M}收回"
    return RosterLine(cells | {"name": cells.get("name") or firm.name}, last, source)


def merge(
    platform: Platform, actor: Actor, park_code: str, period: HalfYear, *, answered_only: bool = False
) -> submissions.Ingested:
    """The merged report as a draft version, read and checked like any upload. Raises as `merged`."""
    with platform.database.read() as session:
        name, data = merged(session, actor, park_code, period, answered_only=answered_only)
    return submissions.ingest(platform, actor, name, data, park=park_code, period=period, submit=False)
