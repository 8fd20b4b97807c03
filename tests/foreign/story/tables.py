"""The tables are made, and neither the models nor a second run find anything to do."""

from __future__ import annotations

from io import StringIO

import django
from django.core.management import call_command


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("makemigrations", check_changes=True)
    output = StringIO()
    call_command("migrate", stdout=output)
    assert "No migrations to apply" in output.getvalue(), output.getvalue()
    call_command("makemigrations", check_changes=True)


if __name__ == "__main__":
    django.setup()
    main()
