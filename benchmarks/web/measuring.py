"""The web application beside the plain peer, in turns on the same machine: each goal behind its figure.

Where the machine has other work to do, trust the ratios.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.peers import data
from benchmarks.web import browsing, programme, sites
from benchmarks.web.browsing import Visit, Watched
from benchmarks.web.load import Measured, each, get, load, post
from benchmarks.web.sites import Site
from db.models import ParkSnapshot
from db.session import Database
from services import clock

PARKS, CONNECTIONS = 40, 100
ROUNDS, SECONDS = 3, 6.0
VISITS, COLD_STARTS, IDLE_SECONDS = 5, 20, 60.0
SIZES = (40, 3000, 100_000)
ASKED, TURNED = 300, 60
minutes = 1.0
"""How long the workers' memory is watched under load; `--minutes 30` for the whole of it."""

DATA, PAGE, CHARTS = "/api/overview.json", "/parks", "/board"
PEER, OURS = "benchmarks.peers.plain:server", "wsgi:application"
OUTPUTS = (("table", "children"), ("map", "figure"), ("timelines", "figure"), ("district", "options"))
CALLBACK = json.dumps(
    {
        "output": f"..{'...'.join('.'.join(one) for one in OUTPUTS)}..",
        "outputs": [{"id": name, "property": part} for name, part in OUTPUTS],
        "inputs": [{"id": "district", "property": "value"}],
        "changedPropIds": [],
        "parsedChangedPropsIds": [],
    }
).encode()
PLOTS = "document.querySelectorAll('.js-plotly-plot .main-svg').length"


def peer_settings(folder: Path) -> dict[str, str]:
    path = folder / "peer.db"
    if not path.exists():
        data.write(path, PARKS)
    return {"PEER_DATABASE": str(path), "PEER_TODAY": str(clock.today())}


def our_settings(folder: Path, parks: int = PARKS) -> dict[str, str]:
    path = folder / f"{parks}.db"
    if not path.exists():
        programme.write(path, parks)
    return {
        "PARKWATCH_DATABASE_URL": f"sqlite:///{path}", "PARKWATCH_STORAGE_URL": f"file:{folder / 'files'}",
        "PARKWATCH_MAIL_URL": f"file:{folder / 'mail'}", "PARKWATCH_SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
    }  # fmt: skip


def lines() -> Iterator[str]:
    """What is printed."""
    load_before = "/".join(f"{one:.1f}" for one in os.getloadavg())
    yield f"the web application beside a plain Dash + pandas one, {os.cpu_count()} cores, load {load_before} before"
    with tempfile.TemporaryDirectory(prefix="parkwatch-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        peer = stack.enter_context(sites.serving(PEER, **peer_settings(folder)))
        ours = stack.enter_context(sites.serving(OURS, "--preload", check="/healthz", **our_settings(folder)))
        cookie = sites.signed_in(ours, "committee")
        yield from _requests(peer, ours, cookie)
        with browsing.chromium() as browser:
            yield from _browsed(browser, peer, ours, cookie)
        yield from _memory(ours, cookie)
        stack.close()
        yield from _cold(folder)
        yield from _sizes(folder)


def _requests(peer: Site, ours: Site, cookie: str) -> Iterator[str]:
    """Rounds in turns; the requests of both are those a browser sends."""
    asked = {"peer": (peer, post("/_dash-update-component", CALLBACK)), "ours": (ours, get(DATA, cookie))}
    found: dict[str, list[Measured]] = {name: [] for name in asked}
    for site, request in asked.values():
        load(site.port, [request], 1, 2)
    for _ in range(ROUNDS):
        for name, (site, request) in asked.items():
            found[name].append(load(site.port, [request], CONNECTIONS, SECONDS))
    rate = {name: median(one.rate for one in rounds) for name, rounds in found.items()}
    late = {name: median(one.quantile(0.95) for one in rounds) for name, rounds in found.items()}
    failed = {name: sum(one.failed for one in rounds) for name, rounds in found.items()}
    yield (
        f"  overview data, {CONNECTIONS} connections, requests/s: peer {rate['peer']:.1f}, ours {rate['ours']:.0f}"
        f" = {rate['ours'] / rate['peer']:.0f} x (goal 50 x); failed {failed['peer']}, {failed['ours']}"
    )
    yield (
        f"    p95: peer {late['peer'] * 1000:.0f} ms, ours {late['ours'] * 1000:.0f} ms"
        f" = 1/{late['peer'] / late['ours']:.0f} (goal 1/20)"
    )


def _browsed(browser: browsing.Browser, peer: Site, ours: Site, cookie: str) -> Iterator[str]:
    rows = f"document.querySelectorAll('#park-table tbody tr').length >= {PARKS}"

    def enter(context: browsing.BrowserContext) -> None:
        pairs = (one.split("=", 1) for one in cookie.split("; "))
        context.add_cookies([{"name": name, "value": value, "url": ours.address} for name, value in pairs])

    watched = {
        "peer": Watched(
            peer.address, f"document.querySelectorAll('#table tbody tr').length >= {PARKS}", f"{PLOTS} >= 4"
        ),
        "ours": Watched(
            ours.address + PAGE, rows,
            f"{rows} && document.querySelectorAll('.strip').length >= {PARKS}"
            " && document.querySelector('#overview[data-live]')", enter,
        ),
        "chart": Watched(ours.address + CHARTS, "document.querySelector('table tbody tr')", f"{PLOTS} >= 1", enter),
    }  # fmt: skip
    found: dict[str, list[tuple[Visit, Visit]]] = {name: [] for name in watched}
    for _ in range(VISITS):
        for name, one in watched.items():
            found[name].append(browsing.visits(browser, one))
    yield from _told(found)
    share = browsing.idle(browser, watched["ours"], IDLE_SECONDS)
    yield f"  idle tab over {IDLE_SECONDS:.0f} s: {share:.2%} of a core (goal 2 %)"


def _told(found: dict[str, list[tuple[Visit, Visit]]]) -> Iterator[str]:
    def of(name: str, what: str, place: int = 0) -> float:
        return median(getattr(pair[place], what) for pair in found[name])

    peer, ours = of("peer", "bytes"), of("ours", "bytes")
    yield (
        f"  first visit on the wire: peer {peer / 1024:,.0f} KiB, ours {ours / 1024:.0f} KiB = 1/{peer / ours:.0f}"
        f" (goal 1/5); chart page {of('chart', 'bytes') / 1024:.0f} KiB = 1/{peer / of('chart', 'bytes'):.1f}"
    )
    yield (
        f"  second visit: peer {of('peer', 'bytes', 1) / 1024:.0f} KiB, ours {of('ours', 'bytes', 1) / 1024:.1f} KiB"
        f" (goal 25 KiB); chart page {of('chart', 'bytes', 1) / 1024:.1f} KiB"
    )
    for what, goal in (("readable", "1/4"), ("live", "0.65")):
        there, here, chart = of("peer", what), of("ours", what), of("chart", what)
        yield (
            f"  {what}: peer {there:,.0f} ms, ours {here:,.0f} ms = {here / there:.2f} x (goal {goal});"
            f" chart page {chart:,.0f} ms = {chart / there:.2f} x"
        )
    shifts = {name: max(pair[0].shift for pair in pairs) for name, pairs in found.items()}
    yield (
        f"  layout shift, worst: peer {shifts['peer']:.3f}, ours {shifts['ours']:.4f}, chart page {shifts['chart']:.4f}"
        f" (goal 0.01)"
    )
    plotly = {name: _plotly(pairs) for name, pairs in found.items()}
    yield (
        f"  compressed plotly: peer {plotly['peer'] / 1000:,.0f} KB, overview {plotly['ours'] / 1000:.0f} KB (goal 0),"
        f" chart page {plotly['chart'] / 1000:.0f} KB (goal 420)"
    )
    failed = {name: sum(len(visit.failed) for pair in pairs for visit in pair) for name, pairs in found.items()}
    yield f"  failed requests over {VISITS} pairs of visits: {failed}"


def _plotly(pairs: Sequence[tuple[Visit, Visit]]) -> float:
    return max(sum(size for name, size in first.sizes.items() if _is_plotly(name)) for first, _ in pairs)


def _is_plotly(name: str) -> bool:
    return "plotly" in name and "plotly-from" not in name


def _memory(ours: Site, cookie: str) -> Iterator[str]:
    """Of the workers under load from the tenth part of the time on, when what is kept is kept."""
    requests = [get(DATA, cookie), get(PAGE, cookie), get(f"{DATA}?show=overdue", cookie), get(CHARTS, cookie)]
    load(ours.port, requests, 20, max(minutes * 6, 10))
    seen = [ours.memory()]
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        load(ours.port, requests, 20, min(20.0, minutes * 60))
        seen.append(ours.memory())
    for number, own in enumerate(zip(*seen, strict=True), 1):
        middle = (max(own) + min(own)) / 2
        yield (
            f"  memory of worker {number} over {minutes:g} min of load: {min(own):.1f} to {max(own):.1f} MB"
            f" = ±{(max(own) - middle) / middle:.1%} (goal ±5 % over 30 min)"
        )


def _cold(folder: Path) -> Iterator[str]:
    """The first visits of two browsers at once, from the moment the server listens."""
    failed: dict[str, int] = {}
    total: dict[str, int] = {}
    with browsing.chromium() as browser:
        for _ in range(COLD_STARTS):
            with sites.serving(OURS, "--preload", check="/healthz", **our_settings(folder)) as site:
                _count(
                    "ours", site, f"{site.address}{CHARTS}", sites.signed_in(site, "committee"), browser, failed, total
                )
            with sites.serving(PEER, **peer_settings(folder)) as site:
                _count("peer", site, site.address, "", browser, failed, total)
    for name in ("peer", "ours"):
        yield (
            f"  {COLD_STARTS} cold starts, {name}: {failed[name]} of {total[name]} requests failed"
            f"{' (goal 0)' if name == 'ours' else ''}"
        )


def _count(
    name: str, site: Site, address: str, cookie: str, browser: browsing.Browser, failed: dict[str, int],
    total: dict[str, int],
) -> None:  # fmt: skip
    context = browser.new_context()
    if cookie:
        pairs = (one.split("=", 1) for one in cookie.split("; "))
        context.add_cookies([{"name": key, "value": value, "url": site.address} for key, value in pairs])
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.on("response", lambda answer: total.update({name: total.get(name, 0) + 1}))
        page.on("response", lambda answer: failed.update({name: failed.get(name, 0) + (answer.status >= 400)}))
        page.goto(address, wait_until="commit")
    for page in pages:
        page.wait_for_load_state("networkidle")
    context.close()


def _sizes(folder: Path) -> Iterator[str]:
    """One worker, one connection. A hit was asked for before; a miss comes right after one park's row was rewritten;
    a new page is one nobody has looked at, page after page in no order, and then the same ones again."""
    first: dict[str, float] = {}
    for parks in SIZES:
        settings = our_settings(folder, parks)
        with sites.serving(OURS, "--preload", "--workers=1", check="/healthz", **settings) as site:
            cookie = sites.signed_in(site, "committee")
            data, page = get(DATA, cookie), get(PAGE, cookie)
            each(site.port, [data, page] * 20)
            pages = [get(f"{DATA}?after=P{number * 7919 % parks + 1:06}", cookie) for number in range(TURNED)]
            times = {
                "hit": each(site.port, [data] * ASKED),
                "page": each(site.port, [page] * ASKED),
                "new pages": each(site.port, pages),
                "the same again": each(site.port, pages),
                "a miss": _after_writes(site, data, Database(settings["PARKWATCH_DATABASE_URL"])),
            }
        late = {name: one.quantile(0.95) * 1000 for name, one in times.items()}
        middle = {name: one.quantile(0.5) for name, one in times.items()}
        first = first or late
        yield (
            f"  {parks:,} parks, p95: "
            + ", ".join(f"{name} {one:.1f} ms = {one / first[name]:.2f} x" for name, one in late.items())
            + f" (goal 1.3 x, 1.5 x); a miss {middle['a miss'] / middle['hit']:.1f} hits in the middle (goal 3)"
        )


def _after_writes(site: Site, request: bytes, database: Database) -> Measured:
    """Each right after another process has rewritten a park that stands on the page."""
    found = Measured()
    for number in range(ASKED // 10):
        with database.write() as session:
            row = session.get_one(ParkSnapshot, number % PARKS + 1)
            row.operator, row.version = f"示例运营{number}", row.version + 1
        found.times += each(site.port, [request]).times
    database.engine.dispose()
    return found
