"""After the story through pages: the host's own receiver heard of it, and its own policy keeps schools apart."""

from __future__ import annotations

import django
from django.conf import settings
from django.utils import translation


def main() -> None:
    from people.models import Badge

    from skillswap_kit.core.keys import written_key
    from skillswap_kit.exchange.models import Swap
    from skillswap_kit.testing.factories import make_member

    from .pages import address
    from .people import make_person, signed_in_browser

    assert list(Badge.objects.values_list("swap_id", flat=True)) == [Swap.objects.get().pk]

    people = {name: make_person(name, school_id=school) for name, school in (("amina", 1), ("bram", 2), ("chen", 1))}
    for name, person in people.items():
        make_member(person, display_name=name)
    amina = signed_in_browser("amina")
    members = amina.open(address("members"))
    assert "chen" in members.html
    assert "bram" not in members.html
    amina.open(address("member", written_key(people["chen"].pk)))
    amina.open(address("member", written_key(people["bram"].pk)), status=404)
    amina.open(address("propose", written_key(people["bram"].pk)), status=404)


if __name__ == "__main__":
    django.setup()
    translation.activate(settings.LANGUAGE_CODE)
    main()
    print("the end")
