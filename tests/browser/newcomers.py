"""Newcomers of a demo of their own: how they sign up and say what they teach and want."""

from __future__ import annotations

import re
import shutil
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from PIL import Image

from tests.example.fixtures import running_demo

PASSWORD = "wind-in-the-olives-7"
MAIL = re.compile(r"^Content-Type: .*?(?=^-{79}$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")


@pytest.fixture
def site(demo_data, tmp_path, verification):
    """A demo of our own: newcomers would be in the way of other tests."""
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    with running_demo(data, EMAIL_VERIFICATION=verification) as running:
        running.database = data / "db.sqlite3"
        yield running


def portrait(color):
    data = BytesIO()
    Image.new("RGB", (640, 480), color).save(data, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": data.getvalue()}


def link_in_mail(person):
    """Where the last mail to them leads; mails go to the console."""
    output = person.site.output.read_text(encoding="utf-8")
    mails = [message_from_bytes(text.encode(), policy=policy.default) for text in MAIL.findall(output)]
    body = next(mail for mail in reversed(mails) if person.email in mail["To"]).get_body(("plain",)).get_content()
    return LINK.search(body)[1]


def sign_up(person, *, verification, color):
    person.open("/")
    person.follow("/accounts/signup/")
    person.send(
        email=person.email,
        username=person.username,
        password1=PASSWORD,
        display_name=person.name,
        avatar=portrait(color),
    )
    if verification == "mandatory":
        assert "confirm-email" in person.path
        person.open(link_in_mail(person))
        person.send()
    assert person.path == "/my/profile/"
    assert person.page.input_value("[name=display_name]") == person.name
    assert person.page.is_visible("main img.ssk-avatar")


def list_skill(person, kind, skill, *, scripted, **values):
    """By the name of the skill; with scripts, by one of those that are offered while typing."""
    name, beginning = skill
    person.open(f"/my/listings/?kind={kind}")
    person.follow(f"/my/listings/add/?kind={kind}")
    if scripted:
        person.page.locator("[name=skill]").first.press_sequentially(beginning)
        person.page.wait_for_selector(f"datalist option[value='{name}']", state="attached")
    person.send(skill=name, **values)
    assert person.path == "/my/listings/"
    assert (values.get("title") or name) in person.text()
