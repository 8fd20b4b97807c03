"""Due work of the ground floor."""

from __future__ import annotations

from .events import deliver_due, forget_old_events
from .idempotency import forget_old_records
from .jobs import due_work

due_work("core.deliver_events")(deliver_due)
due_work("core.forget_events")(forget_old_events)
due_work("core.forget_answers")(forget_old_records)
