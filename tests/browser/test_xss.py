"""Nothing that people write runs: every text full of payloads, on every page that shows it, in a real browser."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.example.fixtures import needs_example, run_python, running_demo

from .conftest import AS_SHOWN, Tour, repository_path
from .pages import Shown
from .payloads import payloads
from .test_pages import Visitor, by_person, is_expected, label, one_of_each
from .visits import open_page
from .written import NOT_WRITTEN, WRITTEN

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_example]

WRITE = "from tests.browser.written import write_everywhere; write_everywhere()"
NOTE_RUNS = """
window.runs = [];
window.ran = window.alert = window.confirm = window.prompt = (what) => { window.runs.push(`ran ${what}`); };
"""
# Of what no page of the kit and none of the admin has anything.
FIND_MADE = """() => {
  const tags = /^(iframe|frame|object|embed|math|base|marquee|isindex|keygen|xss|x|b|q|video|audio|source|animate)$/;
  const address = /^(href|src|srcset|action|formaction|data|xlink:href|background)$/i;
  const bad = /^[^a-z]*(javascript|vbscript|data)\\s*:|evil\\.test/i;
  // The admin's own scripts style what they draw.
  const attributes = location.pathname.startsWith("/admin/") ? /^on|^srcdoc$/i : /^on|^srcdoc$|^style$/i;
  const isMade = (element) =>
    (tags.test(element.localName) && !element.matches("b[role=presentation]"))
    || (element.localName === "script" && !element.src && !/json/.test(element.type))
    || [...element.attributes].some(({ name, value }) =>
      attributes.test(name) || (address.test(name) && bad.test(value)));
  const made = [...document.querySelectorAll("*")].filter(isMade).map((element) => element.outerHTML.slice(0, 160));
  const text = document.body.innerText;
  return [...made, ...window.runs, ...(text.includes("94011") ? ["94011"] : [])];
}"""


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Path:
    """A site on which nobody writes anything but payloads; made once for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data = shared / "written-data"
    with (shared / "written-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "written.json").exists():
            done = run_python(data, "-c", WRITE, PYTHONPATH=repository_path(), **AS_SHOWN)
            assert done.returncode == 0, done.stderr[-3000:]
            (data / "written.json").write_text(done.stdout)
    return data


@pytest.fixture(scope="session")
def found(written):
    return json.loads((written / "written.json").read_text())


@pytest.fixture(scope="session")
def tour(written, found) -> Iterator[Tour]:
    shown = [Shown(**shown) for shown in found["shown"]]
    with running_demo(written, **AS_SHOWN) as site:
        yield Tour(site, written, shown, found["sessions"], [], [])


def findings(visitor, shown):
    visitor.go_to(shown)
    wrong = [fault for fault in visitor.faults() if not is_expected(shown, fault)]
    return [*wrong, *visitor.page.evaluate(FIND_MADE)]


def what_ran(browser, tour, pages, **options):
    found = {}
    with open_page(browser, tour.site, **options) as page:
        page.add_init_script(NOTE_RUNS)
        visitor = Visitor(page, tour)
        for shown in by_person(pages):
            if wrong := findings(visitor, shown):
                found[f"{label(shown)} {shown.path}"] = wrong[:5]
    return found


def test_no_text_of_anybody_runs_or_makes_an_element(browser, tour):
    """Under the strict policy: whatever it had to stop would be a fault. One of each kind of page."""
    assert what_ran(browser, tour, one_of_each(tour.shown)) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", [0, 1])
def test_nor_on_any_other_page(browser, tour, number):
    assert what_ran(browser, tour, tour.shown[number::2]) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", [0, 1])
def test_nor_where_no_policy_stops_it(browser, tour, number):
    assert what_ran(browser, tour, tour.shown[number::2], bypass_csp=True) == {}


def test_the_proof_can_fail(browser, tour):
    """A page that puts what people write into its document is noticed, with and without a policy."""
    for options in ({}, {"bypass_csp": True}):
        with open_page(browser, tour.site, **options) as page:
            page.add_init_script(NOTE_RUNS)
            visitor = Visitor(page, tour)
            unnoticed = []
            for payload in ("<img src=x onerror=ran(1)>", "<svg onload=ran(1)>", "<a href=javascript:ran(1)>x</a>"):
                page.goto("/")
                visitor.faults()
                page.evaluate("(html) => document.querySelector('main').insertAdjacentHTML('beforeend', html)", payload)
                if not page.evaluate(FIND_MADE):
                    unnoticed.append(payload)
            assert unnoticed == []


def test_every_text_that_people_can_write_is_full_of_payloads(found):
    """By the models: a new field without an entry fails, and so does a payload that did not reach the database."""
    assert set(found["fields"]) == WRITTEN.keys() | NOT_WRITTEN.keys()
    assert found["unwritten"] == []
    assert len(payloads()) >= 200


def test_mails_are_plain_text(found):
    assert found["mails"] > 100
    assert found["formatted"] == []
