"""Files sent in a real browser: how far they have come, stopping, sending again; many at once in a zip."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from playwright.sync_api import Page, expect

from policy.tables import ROSTER
from policy.terms import HalfYear
from services.platform import Platform
from services.storage import INCOMING
from tests.browser.conftest import TITLE, Desk
from tests.evidence_files import MP4_HEAD
from tests.papers import firm

MEBIBYTE = 1024 * 1024
FILM = 40 * MEBIBYTE
FIRMS = 200


def slow_down(page: Page, bytes_a_second: int) -> None:
    """-1: as fast as it goes."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )


def film(folder: Path) -> Path:
    """Large, and nothing of it but its head on the disk."""
    path = folder / "攻防大赛.mp4"
    with path.open("wb") as file:
        file.write(MP4_HEAD)
        file.truncate(FILM)
    return path


def wait_for(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    return true()


def test_a_large_file_shows_how_far_it_has_come_and_may_be_stopped(
    sit_down: Callable[..., Desk], platform: Platform, tmp_path: Path
) -> None:
    page = sit_down("operator").open("/parks/JIA/evidence?claim=park:approval#put")
    form = page.locator("#put")
    form.locator("input[type=file]").set_input_files(film(tmp_path))
    title = form.locator("input[name=title]")
    title.fill("攻防大赛录像")
    slow_down(page, 10 * MEBIBYTE)
    form.get_by_role("button", name="提交").click()
    words = form.locator(".upload-words")
    expect(words).to_contain_text("MB，共40MB）")
    expect(words).to_contain_text("约剩")
    assert 0 < int(form.locator("progress").get_attribute("value") or 0) < 100
    expect(form.get_by_role("button", name="提交")).to_be_disabled()
    form.get_by_role("button", name="取消上传").click()
    expect(words).to_have_text("已取消，文件没有保存。")
    assert wait_for(lambda: not [*platform.storage.folder.glob(f"{INCOMING}/*")])
    assert platform.storage.names() == []
    assert title.input_value() == "攻防大赛录像"

    slow_down(page, -1)
    form.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交“攻防大赛录像”（视频）")).to_be_visible(timeout=20_000)
    [sha256] = platform.storage.names()
    assert platform.storage.path(sha256).stat().st_size == FILM
    page.goto(page.url.partition("#")[0] + "?claim=park:approval")
    expect(page.locator("#claim")).to_contain_text("攻防大赛录像")


def test_two_hundred_answers_are_counted_as_they_are_read(
    site: str, sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear
) -> None:
    page = sit_down("operator").open(f"/parks/JIA/firms/{period}")
    page.set_input_files("#collect input[type=file]", answers(tmp_path))
    # What the page says, whenever it says something else.
    page.evaluate("""() => {
        window.name = "";
        const told = document.querySelector("#collect .upload-words");
        new MutationObserver(() => { window.name += told.textContent + "\\n"; }).observe(told, {childList: true});
    }""")
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text(f"收下{FIRMS}份")).to_be_visible(timeout=60_000)
    told = page.evaluate("window.name").split()
    steps = [line for line in told if line.startswith("已核对")]
    assert steps[-1] == f"已核对{FIRMS}份，共{FIRMS}份"
    assert len(steps) > 5
    expect(page.locator(".summary")).to_contain_text(f"企业{FIRMS}家：未回收0家，已回收{FIRMS}家，有问题0家")
    expect(page.locator("#firms tbody tr").first).to_contain_text("001-示例安全1有限公司.csv")


class ChineseWindows(ZipInfo):
    """An entry whose name is written in the system's own encoding, and not said to be."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 -- the library's name
        return self.filename.encode("gb18030"), 0


def answers(folder: Path) -> Path:
    """A zip with folders; each page is a list of labels and values, as a firm without the template writes it."""
    path = folder / "收回.zip"
    with ZipFile(path, "w") as archive:
        for number in range(1, FIRMS + 1):
            name = f"一企一表/第{number % 7}批/{number:03d}-示例安全{number}有限公司.csv"
            archive.writestr(ChineseWindows(name), answer(number))
    return path


def answer(number: int) -> bytes:
    said = firm(number)
    lines = [("园区名称", TITLE), *((column.label, said.get(column.key, "无")) for column in ROSTER.columns)]
    text = BytesIO()
    for label, value in lines:
        text.write(f'"{label}","{value}"\r\n'.encode("gb18030"))
    return text.getvalue()
