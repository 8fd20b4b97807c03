"""A client of the sign-in API as an app on a phone is one: no cookies, tokens in headers."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

PASSWORD = "correct horse 7331"
HEADLESS = "/_allauth/app/v1"


def address_of(user: Any) -> str:
    return str(getattr(user, type(user).get_email_field_name()))


class App:
    """Remembers the tokens of its last sign-in."""

    def __init__(self, **environment: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False, **environment)
        self.access = self.refresh_token = self.session_token = ""

    def send(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        if self.access:
            headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.access}")
        data = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, path, data, "application/json", **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Any:
        return self.send("POST", path, body, **headers)

    def sign_in(self, email: str, password: str = PASSWORD, **headers: Any) -> Any:
        answer = self.post("/api/auth/login/", {"email": email, "password": password}, **headers)
        return self.keep(answer)

    def keep(self, answer: Any) -> Any:
        if answer.status_code == 200:
            said = {**answer.json().get("data", {}), **answer.json().get("meta", {})}
            self.access = said.get("access_token", self.access)
            self.refresh_token = said.get("refresh_token", self.refresh_token)
            self.session_token = said.get("session_token", self.session_token)
        return answer

    def refresh(self) -> Any:
        return self.keep(App().post("/api/auth/refresh/", {"refresh_token": self.refresh_token}))

    def sign_out(self) -> Any:
        return self.post("/api/auth/logout/")

    def me(self) -> Any:
        return self.send("GET", "/api/auth/me/")


def signed_in(user: Any) -> App:
    app = App()
    assert app.sign_in(address_of(user)).status_code == 200
    return app


def browser(session_token: str) -> Client:
    """A browser with this session."""
    from django.conf import settings

    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session_token
    return client


def survivors(app: App) -> list[str]:
    """Which credentials of a sign-in still open something."""
    opened = {
        "access token": app.me(),
        "access token at allauth": app.send("GET", f"{HEADLESS}/auth/session"),
        "session token": App().send("GET", f"{HEADLESS}/auth/session", HTTP_X_SESSION_TOKEN=app.session_token),
        "session cookie": browser(app.session_token).get("/api/auth/me/"),
        # Last, as it is used up.
        "refresh token": App().post("/api/auth/refresh/", {"refresh_token": app.refresh_token}),
    }
    return [name for name, answer in opened.items() if answer.status_code == 200]


ALL = ["access token", "access token at allauth", "session token", "session cookie", "refresh token"]
