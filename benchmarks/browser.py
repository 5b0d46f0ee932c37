"""The workbench in a real browser: how long a key takes, what a burst loses, what it weighs.

``PYTHONPATH=apps python -m benchmarks.browser`` measures everything; with ``keys burst`` after it,
some of it: keys, burst, ten, killed, cold, pages, memory, why. Times are the clock's, so say what
else is running. What is wanted stands beside each figure that has a target.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qualkit.model import Coding
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from tests.apps.browsing import ARGUMENTS, Server, entry, press, ready, turn_to
from tests.apps.conftest import BOOK, TYPES, made_document
from workbench import labels
from workbench.panes import suggestions_answer, why_answer
from workbench.tokens import Pass

__all__ = ["PARTS", "measure"]

Line = tuple[str, str]
_WORDS = (
    "wage rounds visit council home night fees drive minutes carer month contract rota shift "
    "town mother letter panel budget training phone car petrol rent bank holiday sick manager "
    "form"
)
_WAIT = 60_000
_CLOCK = """
window.clock = { keys: [], painted: [], saved: [] };
addEventListener("keydown", (event) => {
  if (event.key !== "t" && event.key !== "j") return;
  const begun = performance.now(), after = new MessageChannel();
  if (event.key === "t") clock.keys.push(begun);
  after.port1.onmessage = () => clock.painted.push([event.key, performance.now() - begun]);
  requestAnimationFrame(() => after.port2.postMessage(0));
}, true);
const plainly = window.fetch;
window.fetch = async (url, given) => {
  const answer = await plainly(url, given);
  if (String(url).endsWith("/operations")) {
    const { answers } = await answer.clone().json();
    const now = performance.now();
    for (const { ok } of answers) if (ok) clock.saved.push(now - clock.keys[clock.saved.length]);
  }
  return answer;
};
"""


def _lines(many: int) -> tuple[Line, ...]:
    luck = random.Random(many)
    speakers = ("Ines", "Otto", "Vera")
    return tuple(
        (luck.choice(speakers), " ".join(luck.choices(_WORDS.split(), k=18))) for _ in range(many)
    )


def _study(folder: Path, documents: dict[str, int], *, is_coded: bool = False) -> Project:
    made = create_project(folder / "study.qualkit", codebook=BOOK, stakeholders=TYPES)
    for name, many in documents.items():
        add_document(made, made_document(name, _lines(many)))
    if is_coded:
        places = made.list_utterances().query("codable")[["document", "position"]]
        everything = list(places.itertuples(index=False, name=None))
        codes = [code.id for code in BOOK.codes]
        for coder in ("Ben", "Cleo"):
            luck = random.Random(coder)
            chosen = [place for place in everything if luck.random() < 0.4]
            codings = [Coding(*place, luck.choice(codes), coder) for place in chosen]
            made.apply_codings(codings, reviewed=everything)
    return made


@contextmanager
def _served(
    documents: dict[str, int], *, is_coded: bool = False
) -> Iterator[tuple[Project, Server]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _study(folder, documents, is_coded=is_coded) as project:
            server = Server(folder / "log.txt")
            server.show(project)
            try:
                yield project, server
            finally:
                server.kill()
                server.log.close()


def _opened(browser: Browser, server: Server, coder: str, document: str) -> Page:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(_WAIT)
    context.add_cookies([{"name": server.cookie, "value": coder, "url": server.url}])
    context.add_init_script(_CLOCK)
    page = context.new_page()
    page.goto(f"{server.url}/?document={document}")
    expect(page.locator(".row.current")).to_be_visible(timeout=_WAIT)
    ready(page)
    return page


def _typed(pages: list[Page], many: int, pace: float) -> None:
    """Press t and j in turn, ``many`` times in each page, one key every ``pace`` seconds."""
    due = time.perf_counter()
    for _ in range(many):
        for key in "tj":
            for page in pages:
                press(page, key)
                due += pace
                time.sleep(max(0.0, due - time.perf_counter()))


def _saved(pages: list[Page]) -> None:
    for page in pages:
        line = page.locator("[data-part=saved]")
        expect(line).to_have_text("All changes saved", timeout=_WAIT)


def _spread(values: list[float]) -> str:
    ranked = sorted(values)
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    return f"median {statistics.median(ranked):.0f}, p95 {p95:.0f}, max {ranked[-1]:.0f} ms"


def keys(browser: Browser) -> Iterator[tuple[str, str]]:
    """Measure how long a key takes to be painted and to be on disk."""
    for many in (2_000, 10_000):
        with _served({"Long": many}) as (_, server):
            page = _opened(browser, server, "Ana", "Long")
            page.wait_for_timeout(6_000)  # the first suggestions are there
            _typed([page], 60, 0.125)
            _saved([page])
            clock = page.evaluate("clock")
            painted = [took for key, took in clock["painted"] if key == "t"]
            moved = [took for key, took in clock["painted"] if key == "j"]
            yield f"{many:,} utterances: move (j) painted", _spread(moved)
            yield f"{many:,} utterances: code key painted", _spread(painted)
            yield f"{many:,} utterances: code key saved on disk", _spread(clock["saved"])
            page.context.close()


def burst(browser: Browser) -> Iterator[tuple[str, str]]:
    """Count what is stored of 600 codes and 600 moves at 30 keys a second."""
    with _served({"Long": 2_000}) as (project, server):
        page = _opened(browser, server, "Ana", "Long")
        begun = time.perf_counter()
        _typed([page], 600, 1 / 30)
        took = time.perf_counter() - begun
        _saved([page])
        clock = page.evaluate("clock")
        stored = len(project.list_codings())
        yield "600 codes, 1,200 keys: stored", f"{stored} of 600, {1200 / took:.0f} keys a second"
        yield "the same: code key saved on disk", _spread(clock["saved"])
        page.context.close()


def ten(browser: Browser) -> Iterator[tuple[str, str]]:
    """Let ten coders code at once in ten browsers."""
    with _served({"Long": 2_000}) as (project, server):
        pages = [_opened(browser, server, f"Coder {n}", "Long") for n in range(10)]
        pages[0].wait_for_timeout(8_000)
        _typed(pages, 20, 0.04)
        _saved(pages)
        saved = [took for page in pages for took in page.evaluate("clock.saved")]
        stored = len(project.list_codings())
        yield "ten browsers at once, 20 codes each: stored", f"{stored} of 200"
        yield "the same: code key saved on disk", _spread(saved)
        for page in pages:
            page.context.close()


def killed(browser: Browser) -> Iterator[tuple[str, str]]:
    """Kill the program in mid-typing, start it again, close a tab while it is dead."""
    with _served({"Long": 2_000}) as (project, server):
        page = _opened(browser, server, "Ana", "Long")
        page.evaluate("window.stayed = true")
        _typed([page], 40, 1 / 15)
        server.kill()
        _typed([page], 40, 1 / 15)
        server.start()
        _typed([page], 40, 1 / 15)
        _saved([page])
        stayed = "without a reload" if page.evaluate("window.stayed === true") else "RELOADED"
        yield "killed in mid-typing: stored", f"{len(project.list_codings())} of 120, {stayed}"
        server.kill()
        _typed([page], 20, 1 / 15)
        page.close()
        server.start()
        again = page.context.new_page()
        again.goto(f"{server.url}/?document=Long")
        expect(again.locator(".row.current")).to_be_visible(timeout=_WAIT)
        _saved([again])
        yield "tab closed while it was dead: stored", f"{len(project.list_codings())} of 140"
        again.context.close()


def cold(browser: Browser) -> Iterator[tuple[str, str]]:
    """Measure from starting the program to the first utterance on screen."""
    with _served({"Long": 2_000}) as (_, server):
        server.kill()
        begun = time.perf_counter()
        server.start()
        answering = time.perf_counter() - begun
        page = _opened(browser, server, "Ana", "Long")
        shown = time.perf_counter() - begun
        yield "cold start: the server answers", f"{answering:.1f} s"
        yield "cold start: first utterance on screen", f"{shown:.1f} s"
        page.context.close()


def pages(browser: Browser) -> Iterator[tuple[str, str]]:
    """Measure how long each page takes the first and the second time, on a big study.

    Suggestions have been learned by then; the last line is of a page while they are being learned.
    """
    documents = {f"Meeting {n}": 1_000 for n in range(20)}
    with _served(documents, is_coded=True) as (_, server):
        page = _opened(browser, server, "Ana", "Meeting 3")
        _rested(server)
        names = [name for key, name in labels.PAGES.items() if key not in ("start", "code")]
        for name in [*names, labels.PAGES["code"]]:
            yield f"20,000 utterances: to {name}", _told(page, name, server)
        page.context.close()
        server.kill()
        server.start()
        page = _opened(browser, server, "Ana", "Meeting 3")
        name = labels.PAGES["themes"]
        yield f"the same: to {name} at once after opening", _told(page, name, server)
        page.context.close()


def _rested(server: Server) -> None:
    """Wait until the server has nothing to do, for five minutes at most."""
    deadline, busy = time.perf_counter() + 300, np.inf
    while time.perf_counter() < deadline and busy > 0.2:
        before = _busy(server)[0]
        time.sleep(3)
        busy = _busy(server)[0] - before


def _told(page: Page, name: str, server: Server) -> str:
    (first, ours, theirs), (again, _, _) = [_switched(page, name, server) for _ in range(2)]
    busy = f"processor: server {ours:.2f}, browser {theirs:.2f} s"
    return f"{first:.2f} s, again {again:.2f} s{_wanted(first, 1, 's')}; {busy}"


def _switched(page: Page, name: str, server: Server) -> tuple[float, float, float]:
    """Return the seconds until a page stands, and what server and browser worked in them."""
    rounds, documents = labels.PAGES["rounds"], labels.PAGES["documents"]
    other = documents if name == rounds else rounds
    turn_to(page, other)
    expect(page.locator("h3").first).to_have_text(other, timeout=_WAIT)
    ready(page)
    way = entry(page, name)
    begun, busy = time.perf_counter(), _busy(server)
    way.click()
    page.wait_for_function("(one) => document.querySelector('h3')?.innerText !== one", arg=other)
    page.wait_for_timeout(50)
    ready(page)
    return time.perf_counter() - begun - 0.05, *(_busy(server) - busy)


def _busy(server: Server) -> npt.NDArray[np.float64]:
    """Return the seconds of processor time that server and browser have used, in all threads."""
    told = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, parent, *rest = place.read_text("utf-8").rpartition(")")[2].split()
            told[int(place.parent.name)] = int(parent), sum(map(int, rest[9:11]))
    used = np.zeros(2)
    for process, (_, ticks) in told.items():
        above = process
        while above in told and above not in (server.process.pid, os.getpid()):
            above = told[above][0]
        if above == server.process.pid:
            used[0] += ticks
        elif above == os.getpid() and process != above:
            used[1] += ticks
    return used / os.sysconf("SC_CLK_TCK")


def memory(browser: Browser) -> Iterator[tuple[str, str]]:
    """Measure what the server holds, before and after people come.

    What is resident counts the pages of shared libraries, too, as ``top`` shows it; private is what
    this process alone holds, and what a second program of the same libraries would add.
    """
    with _served({"Long": 2_000}) as (_, server):
        empty, _ = _megabytes(server)
        pages = [_opened(browser, server, "Coder 0", "Long")]
        pages[0].wait_for_timeout(15_000)
        first, private = _megabytes(server)
        pages += [_opened(browser, server, f"Coder {n}", "Long") for n in range(1, 6)]
        pages[0].wait_for_timeout(15_000)
        last, _ = _megabytes(server)
        yield "memory: server alone", f"{empty:.0f} MB"
        told = f"{first:.0f} MB{_wanted(first, 250, 'MB')}; {private:.0f} MB of it private"
        yield "memory: first session, suggestions learned", told
        each = (last - first) / 5
        yield "memory: each of five more", f"{each:.1f} MB{_wanted(each, 5, 'MB')}"
        for name in labels.PAGES.values():
            if name not in (labels.PAGES["start"], labels.PAGES["code"]):
                turn_to(pages[0], name)
                ready(pages[0])
        shown, _ = _megabytes(server)
        yield "memory: after every page was shown once", f"{shown:.0f} MB"
        for page in pages:
            page.context.close()


def _megabytes(server: Server) -> tuple[float, float]:
    """Return what the server's process holds: resident in all, and private to it."""
    lines = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    held = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return held["Rss"], held["Private_Clean"] + held["Private_Dirty"]


def _wanted(value: float, most: float, unit: str) -> str:
    return f" (wanted: {most} {unit}; {'met' if value <= most else 'MISSED'})"


def why(browser: Browser) -> Iterator[tuple[str, str]]:
    """Measure how long reasons take the server, when the suggester has been fitted."""
    del browser
    places = {"First": 1_600, "Second": 1_600}
    with (
        tempfile.TemporaryDirectory() as name,
        _study(Path(name), places, is_coded=True) as project,
    ):
        allowed = Pass("Ana", "main")
        begun = time.perf_counter()
        offers = suggestions_answer(project, allowed, "First")["suggestions"]
        first = time.perf_counter() - begun
        project.apply_codings([Coding("First", 1, BOOK.codes[0].id, "Ana")])
        took, busy = [], []
        for offer in offers[:60]:
            asked = {"document": "First", "position": str(offer["position"])}
            begun, before = time.perf_counter(), time.process_time()
            why_answer(project, allowed, asked | {"code": offer["code"]})
            took.append(1000 * (time.perf_counter() - begun))
            busy.append(1000 * (time.process_time() - before))
        begun = time.perf_counter()
        behind = suggestions_answer(project, allowed, "First")["behind"]
        stale = time.perf_counter() - begun
    yield "3,200 utterances coded: first suggestions, learned", f"{first:.1f} s"
    yield "the same: reasons for a suggestion", _spread(took)
    yield "the same, processor time", _spread(busy)
    yield f"the same: suggestions, {behind} change behind", f"{1000 * stale:.0f} ms"


Part = Callable[[Browser], Iterator[tuple[str, str]]]
PARTS: dict[str, Part] = {
    "keys": keys,
    "burst": burst,
    "ten": ten,
    "killed": killed,
    "cold": cold,
    "pages": pages,
    "memory": memory,
    "why": why,
}


def measure(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (what, figures) of these parts, or of all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=ARGUMENTS,
        )
        for name in names or list(PARTS):
            yield from PARTS[name](browser)
        browser.close()


if __name__ == "__main__":
    for what, figures in measure(sys.argv[1:]):
        sys.stdout.write(f"{what:52} {figures}\n")
        sys.stdout.flush()
