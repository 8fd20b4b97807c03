"""`make demo`, as people run it: over ASGI and a real socket, in processes that end together."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import closing

import pytest

from .fixtures import manage, needs_example, running_demo

pytestmark = needs_example


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition, seconds=20):
    last_moment = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < last_moment
        time.sleep(0.05)


@pytest.mark.parametrize("path", ["/", "/admin/", "/api/", "/api/docs/", "/api/redoc/", "/accounts/login/"])
def test_pages_answer(demo_site, path):
    status, page = demo_site.get(path)
    assert status == 200
    assert "<html" in page or path == "/api/"


@pytest.mark.parametrize("name", ["users", "categories", "vocabulary", "listings", "skills"])
def test_strangers_browse_the_api(demo_site, name):
    status, body = demo_site.get(f"/api/{name}/")
    assert status == 200
    assert '"results"' in body


def test_static_files_are_served(demo_site):
    assert demo_site.get("/static/example/site.css")[0] == 200
    assert demo_site.get("/static/admin/css/base.css")[0] == 200


def test_the_banner_tells_where_and_who(demo_site):
    banner = demo_site.output.read_text()
    assert f"{demo_site.url}/" in banner
    for name in ("maya", "salma", "omar", "admin", "moderator"):
        assert name in banner


def test_it_listens_on_loopback_only(demo_site):
    with closing(socket.socket()) as other:
        # Free on another address of this machine.
        other.bind(("127.0.0.2", demo_site.port))


def test_a_second_start_is_quick_and_a_signal_ends_everything(demo_data, record_property):
    with running_demo(demo_data) as site:
        record_property("seconds_to_start", round(site.seconds_to_start, 1))
        # Under five where nothing else runs; a busy machine proves nothing.
        assert site.seconds_to_start < 60
        children = site.children()
        assert site.stop(signal.SIGTERM) == 0
        assert not any(map(alive, children))
        assert site.output.read_text().rstrip().endswith("Stopped.")


def test_ctrl_c_ends_everything(demo_data):
    with running_demo(demo_data) as site:
        children = site.children()
        assert site.stop(signal.SIGINT) == 0
        assert not any(map(alive, children))
        assert "Traceback" not in site.output.read_text()


def test_if_one_process_dies_all_end(demo_data):
    with running_demo(demo_data) as site:
        children = site.children()
        if not children:
            pytest.skip("this system does not tell the children of a process")
        os.kill(children[-1], signal.SIGKILL)
        assert site.process.wait(30) == 1
        wait_for(lambda: not any(map(alive, children)))
        assert "The due work has ended by itself" in site.output.read_text()


def test_a_taken_port_is_named(tmp_path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = manage(tmp_path, "demo", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_what_is_no_port_is_refused(tmp_path, port):
    done = manage(tmp_path, "demo", f"--port={port}")
    assert done.returncode == 2
    assert "give a whole number from 1 to 65535" in done.stderr
