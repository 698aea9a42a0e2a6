"""A page in a real Chromium: what came over the wire, when it could be read when it lived, whether it jumped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking")
CHROMIUM = "/usr/bin/chromium"
LONGEST = 120
"""Seconds until a page counts as never finished."""

WATCH = """
window.__seen = {shift: 0};
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.__seen.shift += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
(function look() {
  var seen = window.__seen;
  requestAnimationFrame(function () {
    if (!seen.readable && (READABLE)) seen.readable = performance.now();
    if (!seen.live && (LIVE)) seen.live = performance.now();
    if (!seen.live) setTimeout(look, 4);
  });
})();
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A page, and what in it says that its table can be read and that all of it lives."""

    address: str
    readable: str
    live: str
    prepare: Callable[[BrowserContext], None] = lambda context: None


@dataclass(slots=True)
class Visit:
    """Bytes on the wire by address, milliseconds, the sum of layout shifts, and requests that failed."""

    sizes: dict[str, float] = field(default_factory=dict)
    readable: float = 0.0
    live: float = 0.0
    shift: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> float:
        return sum(self.sizes.values())


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def visits(browser: Browser, watched: Watched) -> tuple[Visit, Visit]:
    """The first with nothing kept, and the second."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    watched.prepare(context)
    script = WATCH.replace("READABLE", watched.readable).replace("LIVE", watched.live)
    context.add_init_script(script)
    found = _visit(context.new_page(), watched), _visit(context.new_page(), watched)
    context.close()
    return found


def _visit(page: Page, watched: Watched) -> Visit:
    visit, addresses = Visit(), dict[str, str]()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    session.on("Network.loadingFinished", lambda event: _weigh(visit, addresses, event))
    page.on("response", lambda answer: visit.failed.append(answer.url) if answer.status >= 400 else None)
    page.on("requestfailed", lambda request: visit.failed.append(request.url))
    page.on("pageerror", lambda error: visit.failed.append(str(error)))
    page.goto(watched.address)
    _until_live(page)
    page.wait_for_timeout(700)
    seen = page.evaluate("window.__seen")
    visit.readable, visit.live, visit.shift = seen.get("readable", seen["live"]), seen["live"], seen["shift"]
    page.close()
    return visit


def _until_live(page: Page) -> None:
    """Asked from outside: the page's own policy lets nothing be evaluated inside."""
    until = time.monotonic() + LONGEST
    while not page.evaluate("window.__seen && window.__seen.live"):
        if time.monotonic() > until:
            raise TimeoutError(page.url)
        page.wait_for_timeout(50)


def _weigh(visit: Visit, addresses: dict[str, str], event: dict[str, object]) -> None:
    name = addresses.get(str(event["requestId"]), "")
    size = event["encodedDataLength"]
    assert isinstance(size, int | float)
    visit.sizes[name] = visit.sizes.get(name, 0) + size


def idle(browser: Browser, watched: Watched, seconds: float) -> float:
    """Processor seconds of the tab's main thread per second, while nobody does anything."""
    context = browser.new_context(locale="zh-CN")
    watched.prepare(context)
    context.add_init_script(WATCH.replace("READABLE", watched.readable).replace("LIVE", watched.live))
    page = context.new_page()
    page.goto(watched.address)
    _until_live(page)
    page.wait_for_timeout(3000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _worked(session)
    page.wait_for_timeout(seconds * 1000)
    share = (_worked(session) - before) / seconds
    context.close()
    return share


def _worked(session: object) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]  # type: ignore[attr-defined]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
