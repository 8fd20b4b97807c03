"""``manage.py demo``: everything that a first look needs, with one command."""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import closing
from functools import partial
from subprocess import Popen
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from demo.people import SIGN_INS
from demo.processes import call_on_signals, child_process, stopped_by_signals
from demo.steps import is_loaded

HOST = "127.0.0.1"
SECONDS_BETWEEN_DUE_WORK = 30


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise ArgumentTypeError(f"{text!r} is no port: give a whole number from 1 to 65535")
    return int(text)


class Command(BaseCommand):
    help = "Prepares the database, loads the demo data if they are missing, and serves the site on this machine."
    # They cost a second at each start; `migrate` runs them when there is something new.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="where to listen, 8000 unless given")

    def handle(self, *, port: int, **options: Any) -> None:
        check_port_is_free(port)
        with stopped_by_signals():
            self._prepare()
            self._serve(port)
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", skip_checks=False)
        if not is_loaded():
            call_command("load_demo_data")
        # A connection of our own would only be in the way of the site's.
        connections.close_all()

    def _serve(self, port: int) -> None:
        self.stdout.write("Starting the site …")
        command = ("manage.py", "skillswap_run_due", "--every", str(SECONDS_BETWEEN_DUE_WORK))
        with child_process(*command, folder=settings.BASE_DIR) as due_work:
            serve(port, while_runs=due_work, ready=partial(self._show_sign_ins, port))
            if due_work.poll() is not None:
                raise CommandError(
                    "The due work has ended by itself, so the site was stopped. The lines above say why."
                )

    def _show_sign_ins(self, port: int) -> None:
        address = f"http://{HOST}:{port}/"
        lines = ["", f"  {self.style.SUCCESS(address)}   (Ctrl-C stops it)", ""]
        if settings.DEMO_PASSWORD:
            lines += [f"  {person.username:<11}{settings.DEMO_PASSWORD:<17}{person.about}" for person in SIGN_INS]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()


def check_port_is_free(port: int) -> None:
    with closing(socket.socket()) as probe:
        # What a server that has just ended leaves behind is not in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Port {port} needs more rights. Choose one above 1023: make demo PORT=8001") from None
        except OSError:
            raise CommandError(f"Port {port} is taken. Choose another: make demo PORT={port % 65_535 + 1}") from None


def serve(port: int, *, while_runs: Popen[bytes], ready: Callable[[], None]) -> None:
    """Serve with Daphne until a signal comes or the other process has ended; call ``ready`` once the port answers."""
    # Here, because it installs Twisted's reactor; and in this process, which has loaded Django already.
    from daphne.access import AccessLogGenerator
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server
    from twisted.internet import reactor
    from twisted.internet.task import LoopingCall

    def stop_if_ended() -> None:
        if while_runs.poll() is not None:
            reactor.stop()

    LoopingCall(stop_if_ended).start(1, now=False)
    # An exception would be caught by whatever the reactor is calling; and it may not run yet.
    call_on_signals(partial(reactor.callFromThread, reactor.stop))
    Server(
        application=import_string(settings.ASGI_APPLICATION),
        endpoints=build_endpoint_description_strings(host=HOST, port=port),
        action_logger=AccessLogGenerator(sys.stdout),
        ready_callable=ready,
    ).run()
