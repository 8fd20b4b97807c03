"""The main story over the API: list, propose, accept, arrange, confirm, review.

The argument says how people sign in: ``session``, or ``token`` with those of the host's own at ``/token/``.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django
from django.test import Client

PREFIX = "/api/"


class Caller:
    """A member at the API."""

    def __init__(self, name: str, how: str) -> None:
        from .people import PASSWORD, credentials, make_person, signed_in_client

        make_person(name)
        if how == "token":
            self.client = Client(SERVER_NAME="localhost")
            token = self.send("post", "/token/", {**credentials(name), "password": PASSWORD})["token"]
            self.client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Token {token}"})
        else:
            self.client = signed_in_client(name)
        self.key = self.get("users/me/")["id"]

    def get(self, path: str) -> Any:
        return self.send("get", f"{PREFIX}{path}")

    def post(self, path: str, **body: Any) -> Any:
        return self.send("post", f"{PREFIX}{path}", body)

    def send(self, method: str, address: str, body: Any = None) -> Any:
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        answer = getattr(self.client, method)(address, **content)
        assert answer.status_code in {200, 201}, f"{address}: {answer.status_code} {answer.content.decode()}"
        return answer.json()


def main(how: str) -> None:
    from .admin import fill_vocabulary

    fill_vocabulary()
    maya, salma = Caller("maya", how), Caller("salma", how)
    skills = {skill["name"]: skill["id"] for skill in maya.get("vocabulary/")["results"]}
    maya.post(f"users/{maya.key}/skills-have/", skill=skills["Knitting"], title="From the first loop")
    maya.post(f"users/{maya.key}/skills-want/", skill=skills["Calligraphy"])
    salma.post(f"users/{salma.key}/skills-have/", skill=skills["Calligraphy"])

    swap = maya.post("swaps/", to=salma.key, give={"skill": skills["Knitting"]}, get={"skill": skills["Calligraphy"]})[
        "id"
    ]
    assert salma.post(f"swaps/{swap}/accept/", version=1)["status"] == "accepted"
    meet(maya, salma, swap)
    assert salma.post(f"swaps/{swap}/confirm/")["status"] == "accepted"
    assert maya.post(f"swaps/{swap}/confirm/")["status"] == "completed"
    review(maya, salma, swap)


def meet(maya: Caller, salma: Caller, swap: Any) -> None:
    from django.utils import timezone

    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    session = maya.post(f"swaps/{swap}/sessions/", topic="Casting on", duration_minutes=60, starts_at=tomorrow)
    assert salma.post(f"sessions/{session['id']}/accept/")["status"] == "accepted"


def review(maya: Caller, salma: Caller, swap: Any) -> None:
    assert maya.post(f"swaps/{swap}/reviews/", rating=5, comment="Patient.")["published_at"] is None
    assert salma.post(f"swaps/{swap}/reviews/", rating=4, comment="I knit!")["published_at"]
    assert maya.get(f"users/{salma.key}/")["rating"] is not None
    assert [entry["comment"] for entry in maya.get(f"users/{salma.key}/reviews/")["results"]] == ["Patient."]


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
    print("the end")
