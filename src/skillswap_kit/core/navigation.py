"""What stands in the header: each installed app contributes its entries by ``navigation`` of its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Audience = Literal["everybody", "members", "strangers"]
Section = Literal["main", "account"]


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """An entry. ``badge`` is the dotted path of a function that counts what waits for a signed-in user.

    Those of a lower ``place`` stand first, those of the same in the order of INSTALLED_APPS.
    """

    label: Any
    url_name: str
    audience: Audience = "members"
    section: Section = "main"
    method: Literal["get", "post"] = "get"
    badge: str = ""
    place: int = 0
