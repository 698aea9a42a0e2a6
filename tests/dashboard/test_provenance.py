"""From any number on any page, two clicks lead to file, cell, raw text, decision, version, uploader and time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from sqlalchemy.orm import Session

from dashboard.app import create_app
from db import facts
from db.models import CellDecision, Correction, CorrectionLine, Park, Submission
from db.session import Database
from policy.access import SYSTEM_ACTOR, Role
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY as INDICATORS
from services import accounts, clock, snapshots
from services.alerting import sweep
from services.platform import Platform
from services.storage import Storage
from settings import Settings
from tests import factories
from tests.conftest import PASSWORD
from tests.dashboard.conftest import token
from tests.services import reported_park

TODAY = date(2026, 9, 1)
READERS = (Role.COMMITTEE, Role.DISTRICT, Role.OPERATOR, Role.EXPERT)
DECIDED_AT = datetime(2026, 8, 6, 2, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """One park, three accepted half-years; `corrected` took the place of `replaced`, `draft` waits unsent."""

    enter: Callable[[Role], FlaskClient]
    platform: Platform
    newest: int
    replaced: int
    corrected: int
    draft: int


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Made once: these tests only look."""
    folder = tmp_path_factory.mktemp("provenance")
    copyfile(sqlite_template, folder / "parkwatch.db")
    url = f"sqlite:///{folder / 'parkwatch.db'}"
    settings = Settings(
        _env_file=None, database_url=url, storage_url=f"file:{folder}", secret_key="0123456789abcdefghijklmnopqrstuv"
    )
    database = Database(url)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: datetime.combine(TODAY, time(9), clock.SHANGHAI))
        yield _made(Platform(settings, database, Storage(settings.storage_folder)))
    database.engine.dispose()


def _made(platform: Platform) -> Site:
    with platform.database.write() as session:
        park = reported_park.make_reported_park(session, firms=3)
        replaced, newest = (_version(session, park, period) for period in ("2025H2", "2026H1"))
        corrected = _corrected(session, park, replaced)
        draft = factories.make_submission(
            session, park, "2026H1", figures={"revenue_cyber": "6.66"}, state="draft", submitted_on=None
        )
        _amended(session, newest)
        snapshots.rewrite(session, park.id)
        for role in READERS:
            accounts.create_account(
                session, SYSTEM_ACTOR, username=role.value, password=PASSWORD, display_name=f"{role.label}（虚构）",
                role=role, demonstration=True, unit_id=park.district_id if role is Role.DISTRICT else None,
                park_id=park.id if role in (Role.OPERATOR, Role.EXPERT) else None,
            )  # fmt: skip
        sweep(session, SYSTEM_ACTOR, TODAY)
        ids = newest.id, replaced.id, corrected.id, draft.id
    server = create_app(platform)

    @cache
    def enter(role: Role) -> FlaskClient:
        client = server.test_client()
        form = {"username": role.value, "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
        assert client.post("/login", data=form).status_code == 302
        return client

    return Site(enter, platform, *ids)


def _version(session: Session, park: Park, period: str) -> Submission:
    return session.query(Submission).filter_by(park_id=park.id, period=period).one()


def _corrected(session: Session, park: Park, old: Submission) -> Submission:
    """年报数 took the place of 快报数: one figure is another."""
    figures = reported_park.FIGURES["2025H2"] | {"revenue_cyber": "11.3"}
    new = factories.make_submission(
        session, park, "2025H2", figures=figures, received_on=date(2026, 3, 3), figure_kind="final",
        file=factories.make_file(session, name="年报-示例甲园-2025H2.xlsx"),
    )  # fmt: skip
    reported_park.add_rows(new, 3)
    factories.accept(session, new)
    made = Correction(
        park_id=park.id, period="2025H2", old_submission_id=old.id, new_submission_id=new.id, reason="年度决算后更正",
        corrected_on=date(2026, 3, 4), recorded_by="committee", recorded_at=DECIDED_AT,
    )  # fmt: skip
    made.lines.append(
        CorrectionLine(
            key="revenue_cyber", unit="亿元", old_value="10.9", old_kind="preliminary", new_value="11.3",
            new_kind="final",
        )
    )  # fmt: skip
    session.add(made)
    session.flush()
    return new


def _amended(session: Session, submission: Submission) -> None:
    """The district wrote another staff figure into the cell than it held."""
    cell = next(cell for cell in submission.readings if (cell.table, cell.key) == ("figures", "staff_cyber"))
    cell.raw, cell.value, cell.status, cell.message = "约4100人", "0.41", "confirm", "“约”须核实"
    cell.decided, cell.decided_value = "amend", "0.4007"
    for at, kind, value, reason in (
        (DECIDED_AT - timedelta(hours=2), "confirm", "0.41", ""),
        (DECIDED_AT, "amend", "0.4007", "按社保人数"),
    ):
        session.add(
            CellDecision(
                reading_id=cell.id,
                kind=kind,
                value=value,
                reason=reason,
                decided_by="district",
                decided_at=at,
            )
        )
    session.flush()


def pages(site: Site, role: Role) -> list[str]:
    """Every page of the park the role may open."""
    found = [
        "/", "/parks/jia", "/parks/jia/self-assessment", "/parks/jia/acceptance", "/parks/jia/figures/2026H1",
        "/parks/jia/figures/2025H2/revenue_cyber", "/parks/jia/figures/2026H1/staff_cyber.pace",
        "/parks/jia/evidence", "/parks/jia/evidence?claim=indicator:revenue_cyber/2026H1",
    ]  # fmt: skip
    if role in (Role.DISTRICT, Role.OPERATOR):
        found += ["/parks/jia/firms", "/parks/jia/firms/2026H2"]
    if role is not Role.EXPERT:
        found += ["/parks", "/alerts", f"/reports/{site.newest}", f"/reports/{site.corrected}/compare/{site.replaced}"]
    return [*found, "/dry-run?as_of=2026-10-01"] if role is Role.COMMITTEE else found


def tree(client: FlaskClient, address: str) -> HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return html.fromstring(answer.text)


def words(node: HtmlElement) -> str:
    return re.sub(r"\s+", "", node.text_content())


def traced(page: HtmlElement, kind: str) -> dict[str, set[str]]:
    """Address -> the numbers that lead there."""
    found: dict[str, set[str]] = {}
    for link in page.xpath(f"//a[@data-figure='{kind}']"):
        found.setdefault(link.get("href"), set()).add(words(link).replace("（预计数）", ""))
    return found


def told(page: HtmlElement) -> dict[str, str]:
    """Word -> what is said, of every list of facts on the page."""
    return {words(row.find("dt")): words(row.find("dd")) for row in page.xpath("//dl[@class='facts']/div")}


def tells_the_version(page: HtmlElement) -> bool:
    said = told(page)
    return (
        re.search(r"\.xlsx", said.get("文件", "")) is not None
        and re.match(r"第\d+版", said.get("版本", "")) is not None
        and re.search(r"\d{4}年\d+月\d+日\d\d:\d\d$", said.get("上传", "")) is not None
        and said.get("收到日期", "—") != "—"
    )


def tells_the_cell(page: HtmlElement) -> bool:
    """File, sheet, cell, raw text and how it was settled."""
    said = told(page)
    return all(said.get(word, "—") != "—" for word in ("文件", "工作表", "单元格", "原文", "读数", "核对"))


def rows_of_parts(page: HtmlElement) -> list[list[HtmlElement]]:
    return [row.findall("*") for row in page.xpath("//table[caption='由下列数据得出']/tbody/tr")]


def is_at_the_source(page: HtmlElement) -> bool:
    """The page itself tells all: of one cell, of each cell of a row, or of a goal."""
    said = told(page)
    if "基期值" in said and "生效日期" in said:  # a goal has no version: a decision and an import instead
        return all(said[word] != "—" for word in ("文件", "工作表", "单元格", "依据", "导入"))
    if not tells_the_version(page):
        return False
    cells = rows_of_parts(page)
    return tells_the_cell(page) or (bool(cells) and all(words(row[2]) != "—" and words(row[3]) != "—" for row in cells))


def reaches_the_source(client: FlaskClient, page: HtmlElement, seen: dict[str, HtmlElement]) -> bool:
    """Told here, or one click further for every part of it."""
    if is_at_the_source(page):
        return True
    further = [link.get("href") for row in rows_of_parts(page) for link in row[1].iter("a")]
    for address in further:
        if address not in seen:
            seen[address] = tree(client, address)
    return bool(further) and all(is_at_the_source(seen[address]) for address in further)


@pytest.mark.parametrize("role", READERS)
def test_two_clicks_lead_from_every_number_to_its_source(site: Site, role: Role) -> None:
    client, seen = site.enter(role), dict[str, HtmlElement]()
    wrong, count = [], 0
    for address in pages(site, role):
        for target, numbers in traced(tree(client, address), "source").items():
            page = seen[target] if target in seen else seen.setdefault(target, tree(client, target))
            shown = words(page)
            wrong += [(address, target, number) for number in numbers if number not in shown]
            if not reaches_the_source(client, page, seen):
                wrong.append((address, target, "no source"))
            count += 1
    assert wrong == []
    assert count > 60


@pytest.mark.parametrize("role", READERS)
def test_every_count_leads_to_a_list(site: Site, role: Role) -> None:
    client, count = site.enter(role), 0
    for address in pages(site, role):
        for target in traced(tree(client, address), "count"):
            place, _, anchor = target.partition("#")
            page = tree(client, place or address)
            assert not anchor or page.xpath(f"//*[@id='{anchor}']"), (address, target)
            count += 1
    assert count > 2


NUMBER = re.compile(r"(?<![\d.])(?:\d+\.\d+(?![\d.])|\d+(?:家|万人|人|亿元|万元|万平方米))")


def loose(page: HtmlElement, known: set[str]) -> Iterator[str]:
    """Known figures printed outside the component; raw text and the reader's remarks quote the file itself."""
    quoted = "//p[contains(@class, 'quoted')][a]"  # a sentence of a document: it leads to its sources as a whole
    whole = f"//a[@data-figure] | //code | //script | //*[@id='problems'] | {quoted}"
    for node in page.xpath(whole):  # with the unit behind a figure
        node.drop_tree()
    # Text by text: joined, the figures of two cells would read as one.
    yield from (number for words in page.itertext() for number in NUMBER.findall(words) if number in known)


@pytest.mark.parametrize("role", READERS)
def test_no_page_prints_a_figure_that_leads_nowhere(site: Site, role: Role) -> None:
    with site.platform.database.read() as session:
        found = facts.figures(session, session.query(Park).one().id, TODAY)
        known = {plain(figure.value) for figure in found if "." in plain(figure.value)}
        known |= {f"{plain(figure.value)}{INDICATORS[figure.key].unit}" for figure in found}
    assert {"6.35", "0.4007", "41.2", "11.3", "57家", "50万平方米"} <= known
    found_pages = crawled(site.enter(role))
    assert {path for address in pages(site, role) if not SOURCES.search(path := address.partition("?")[0])} <= {
        *found_pages
    }
    wrong = {address: found for address, page in found_pages.items() if (found := list(loose(page, known)))}
    assert wrong == {}


# A page of a source prints its own figure in full: it is where the others lead to.
SOURCES = re.compile(r"/(?:figures|goals|cells)/")


def crawled(client: FlaskClient) -> dict[str, HtmlElement]:
    """Every page links lead to, each path once."""
    seen: set[str] = set()
    found: dict[str, HtmlElement] = {}
    waiting = ["/", "/dry-run?as_of=2026-10-01"]
    while waiting:
        address = waiting.pop(0)
        path = address.partition("?")[0]
        if path in seen or not path.startswith("/") or SOURCES.search(path) or re.search(r"\.\w+$|/\d+/file$", path):
            continue
        seen.add(path)
        answer = client.get(address, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        found[path] = html.fromstring(answer.text)
        waiting += [link.partition("#")[0] for link in found[path].xpath("//a/@href")]
    return found


def test_the_check_sees_a_figure_that_is_printed_bare() -> None:
    page = html.fromstring(
        "<main><a data-figure='source' href='/x'>6.35</a> <table><tr><td>6.35</td><td>6.3</td><td>6.35亿元</td></tr>"
        "</table> 16.35 6.351 <code>6.35</code> 57家 157家 57</main>"
    )
    assert list(loose(page, {"6.35", "57家"})) == ["6.35", "6.35", "57家"]
    assert not is_at_the_source(page)


# One figure


def test_a_corrected_figure_tells_its_decision_its_versions_and_its_letter(site: Site) -> None:
    said = told(tree(site.enter(Role.COMMITTEE), "/parks/jia/figures/2026H1/staff_cyber"))
    assert said["数值"] == "0.4007万人"
    assert said["数据性质"] == "快报数"
    assert said["单元格"].startswith("C12")
    assert said["原文"] == "约4100人"
    assert said["读数"] == "◆黄灯：待确认“约”须核实"
    assert said["核对"] == "区县经信部门（虚构）2026-08-06已更正（原因：按社保人数），原取值0.41万人"
    assert said["此前的核对"] == "区县经信部门（虚构）2026-08-06已确认，取值0.41万人"
    assert said["版本"].startswith("第1版")
    assert said["上传"] == "区县经信部门（虚构）2026年1月5日09:00"
    assert said["报送"] == "区县经信部门（虚构）2026年8月5日"
    assert said["审核"] == "市经济信息委（虚构）2026年8月5日审核通过"
    assert "示例甲区示例府函〔2025〕" in said["半年函"]


def test_a_replaced_figure_keeps_its_address_and_says_what_took_its_place(site: Site) -> None:
    client = site.enter(Role.COMMITTEE)
    now = tree(client, "/parks/jia/figures/2025H2/revenue_cyber")
    assert (told(now)["数值"], told(now)["数据性质"], told(now)["版本"][:3]) == ("11.3亿元", "年报数", "第2版")
    assert "年度决算后更正" in words(now)
    assert "10.9亿元快报数" in words(now)
    old = tree(client, "/parks/jia/figures/2025H2/revenue_cyber?version=1")
    assert told(old)["数值"] == "10.9亿元"
    assert "以下是第1版的数，该版已被后来的版本取代。" in words(old)
    assert old.xpath("//a[@href='/parks/jia/figures/2025H2/revenue_cyber']")


def test_a_sum_says_how_it_was_added_up_and_lists_every_row(site: Site) -> None:
    page = tree(site.enter(Role.OPERATOR), "/parks/jia/figures/2026H1/rnd_investment")
    assert told(page)["数值"] == "378万元"
    assert "逐行相加" in words(page)
    assert [[words(cell) for cell in row[:4]] for row in rows_of_parts(page)] == [
        [f"示例{n}号网络安全技术有限公司", "126万元", f"企业名录!J{n + 3}", "126"] for n in (1, 2, 3)
    ]


def test_an_expert_sees_the_source_but_neither_file_nor_rows_shown_nowhere_else(site: Site) -> None:
    expert, committee = site.enter(Role.EXPERT), site.enter(Role.COMMITTEE)
    page = tree(expert, "/parks/jia/figures/2026H1/revenue_cyber")
    assert tells_the_cell(page)
    assert not page.xpath("//a[contains(@href, '/reports/')]")
    assert page.xpath("count(//a[contains(@href, '/file')])") == 0
    older = "/parks/jia/figures/2025H1/roster.cyber"
    assert len(rows_of_parts(tree(committee, older))) == 3
    (aggregate,) = rows_of_parts(tree(expert, older))
    assert [words(cell) for cell in aggregate[1:4]] == [
        "4218万元", "企业名录!I4—企业名录!I6", "3行，逐行数据不在您的查看范围内",
    ]  # fmt: skip
    assert expert.get("/parks/jia/figures/2025H1/roster.1").status_code == 404
    assert committee.get("/parks/jia/figures/2025H1/roster.1").status_code == 200
    assert len(rows_of_parts(tree(expert, "/parks/jia/figures/2026H1/roster.cyber"))) == 3


def test_nobody_learns_of_a_draft_or_a_phone_by_asking_for_a_source(site: Site) -> None:
    for role, status in ((Role.DISTRICT, 200), (Role.COMMITTEE, 404), (Role.EXPERT, 404)):
        for asked in ("2.1", "2"):  # a paper printed before it was sent names the version it becomes
            address = f"/parks/jia/figures/2026H1/revenue_cyber?version={asked}"
            assert site.enter(role).get(address).status_code == status
    row = site.enter(Role.COMMITTEE).get("/parks/jia/figures/2026H1/roster.1").text
    assert "企业联系人" not in row
    assert "139****" not in row


@pytest.mark.parametrize("address", [
    "/parks/jia/figures/2026H1/nothing", "/parks/jia/figures/2026/revenue_cyber", "/parks/jia/figures/2026H1/roster.99",
    "/parks/jia/figures/2026H1/revenue_cyber?version=9", "/parks/jia/figures/2026H1/revenue_cyber?version=x",
    "/parks/jia/figures/2026H1/revenue_cyber?version=٣", "/parks/jia/goals/area_built", "/parks/jia/goals/nothing",
    "/reports/1/cells/999999",
])  # fmt: skip
def test_what_has_no_source_has_no_page(site: Site, address: str) -> None:
    assert site.enter(Role.COMMITTEE).get(address).status_code == 404


def test_a_period_without_accepted_data_says_so(site: Site) -> None:
    page = site.enter(Role.EXPERT)
    assert "2024年下半年尚无审核通过的数据" in words(tree(page, "/parks/jia/figures/2024H2/revenue_cyber"))
    assert "2024年下半年尚无审核通过的数据" in words(tree(page, "/parks/jia/figures/2024H2"))


def test_a_cell_of_a_draft_tells_its_source_to_its_district(site: Site) -> None:
    client = site.enter(Role.DISTRICT)
    (target,) = traced(tree(client, f"/reports/{site.draft}"), "source")
    page = tree(client, target)
    assert is_at_the_source(page)
    assert told(page)["数值"] == "6.66亿元"
    assert site.enter(Role.COMMITTEE).get(target).status_code == 404
