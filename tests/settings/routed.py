"""A host that keeps everything in a second database, by a router. Its default one is empty."""

from .databases import KINDS
from .default import *  # noqa: F403

DATABASES = {"default": KINDS["sqlite"](""), "second": KINDS["sqlite"]("")}
# The child process has no outbox.
SKILLSWAP_KIT = {"EXCHANGE_SEND_EMAILS": False}
DATABASE_ROUTERS = ["tests.settings.routed.ToTheSecond"]


class ToTheSecond:
    def db_for_read(self, model, **hints):
        return "second"

    def db_for_write(self, model, **hints):
        return "second"

    def allow_migrate(self, alias, app_label, **hints):
        return alias == "second"
