"""A circle as a picture: everybody on a ring, with arrows that carry what is taught.

Only the ring is computed here. Avatars and chips are the kit's elements, placed in boxes of the drawing, so that a host
who restyles them restyles the picture, and long names end where their boxes do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, hypot
from typing import Protocol

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from skillswap_kit.core.text import isolated

from ..people import ShownPerson

WIDTH, COLUMN, ROW = 344.0, 104.0, 140.0
"""Of the whole; from the middle to the people at the sides; from one row of people to the next."""
AVATAR, NAME, GAP, TIP = 24.0, 24.0, 5.0, 9.0
"""Half of an avatar; the line with the name below it; what an arrow keeps away from both; how long its point is."""
NAME_WIDTH, SKILL_WIDTH, SKILL_HEIGHT = 130.0, 124.0, 44.0
BEND = 8.0
"""How far an arrow between two people in one row or column leans outwards."""
ASIDE = 0.38
"""How far along an arrow to or from the one in the middle its skill stands, from the side on."""


class Leg(Protocol):
    """Somebody teaches somebody something, as one viewer sees them."""

    @property
    def giver(self) -> ShownPerson: ...

    @property
    def receiver(self) -> ShownPerson: ...

    @property
    def skill(self) -> str: ...


@dataclass(frozen=True)
class Point:
    x: float
    y: float

    def towards(self, other: Point, length: float) -> Point:
        """So far from here in the direction of the other."""
        part = length / (hypot(other.x - self.x, other.y - self.y) or 1)
        return Point(self.x + (other.x - self.x) * part, self.y + (other.y - self.y) * part)

    def __str__(self) -> str:
        # Not by the template, which would write the decimal sign of the reader's language.
        return f"{self.x:.1f} {self.y:.1f}"


@dataclass(frozen=True)
class Box:
    """Where something is written: its middle above and its size."""

    top: Point
    width: float
    height: float

    @property
    def attributes(self) -> dict[str, str]:
        numbers = {"x": self.top.x - self.width / 2, "y": self.top.y, "width": self.width, "height": self.height}
        return {name: f"{number:.1f}" for name, number in numbers.items()}


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Somebody in the picture."""

    person: ShownPerson
    avatar: Box
    name: Box


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """What goes from one to the next; ``tone`` is of the chip: whether the viewer teaches or learns it."""

    skill: str
    tone: str
    line: str
    tip: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class CirclePicture:
    """``text`` says in words what the picture shows."""

    text: str
    view_box: str
    people: Sequence[Placed]
    arrows: Sequence[Arrow]


def circle_picture(legs: Sequence[Leg]) -> CirclePicture:
    """The legs of one circle, in any order. The viewer, if they take part, comes first."""
    legs = _in_turn(legs)
    places = _places(len(legs))
    height = max(place.y for place in places) + AVATAR + NAME
    ways = zip(places, places[1:] + places[:1], strict=True)
    return CirclePicture(
        text="\n".join(map(_sentence, legs)),
        view_box=f"0 0 {WIDTH:.0f} {height:.0f}",
        people=[_placed(leg.giver, place) for leg, place in zip(legs, places, strict=True)],
        arrows=[_arrow(leg, start, end) for leg, (start, end) in zip(legs, ways, strict=True)],
    )


def _in_turn(legs: Sequence[Leg]) -> list[Leg]:
    """Each one's receiver gives the next. Several whom the viewer must not see look alike: then the order decides."""
    first = next((place for place, leg in enumerate(legs) if leg.giver.is_viewer), 0)
    waiting = [*legs[first:], *legs[:first]]
    turn = [waiting.pop(0)]
    while waiting:
        following = next((leg for leg in waiting if leg.giver == turn[-1].receiver), waiting[0])
        waiting.remove(following)
        turn.append(following)
    return turn


def _sentence(leg: Leg) -> str:
    return _("%(giver)s teaches %(receiver)s: %(skill)s") % {
        "giver": isolated(leg.giver.name),
        "receiver": isolated(leg.receiver.name),
        "skill": isolated(leg.skill),
    }


def _places(count: int) -> list[Point]:
    """From where reading begins to the other side, down there, and up again; one more is below in the middle."""
    side = -COLUMN if get_language_bidi() else COLUMN
    middle, top = WIDTH / 2, AVATAR + GAP
    rows = [top + ROW * row for row in range(count // 2)]
    last = [Point(middle, rows[-1] + ROW)] if count % 2 else []
    return [
        Point(middle - side, rows[0]),
        *(Point(middle + side, row) for row in rows),
        *last,
        *(Point(middle - side, row) for row in reversed(rows[1:])),
    ]


def _placed(person: ShownPerson, place: Point) -> Placed:
    return Placed(
        person=person,
        avatar=Box(Point(place.x, place.y - AVATAR), 2 * AVATAR, 2 * AVATAR),
        name=Box(Point(place.x, place.y + AVATAR), NAME_WIDTH, NAME),
    )


def _arrow(leg: Leg, giver: Point, receiver: Point) -> Arrow:
    start, bend, end = _way(giver, receiver)
    tip, foot = end, end.towards(bend, TIP)
    wing = Point(foot.x + (tip.y - foot.y) * 0.6, foot.y - (tip.x - foot.x) * 0.6)
    other_wing = Point(2 * foot.x - wing.x, 2 * foot.y - wing.y)
    middle = _along(start, bend, foot, _part(giver, receiver))
    return Arrow(
        skill=leg.skill,
        tone="teach" if leg.giver.is_viewer else "learn" if leg.receiver.is_viewer else "other",
        line=f"M {start} Q {bend} {foot}",
        tip=f"M {tip} L {wing} L {other_wing} Z",
        box=Box(Point(middle.x, middle.y - SKILL_HEIGHT / 2), SKILL_WIDTH, SKILL_HEIGHT),
    )


def _part(giver: Point, receiver: Point) -> float:
    """How far along the arrow its skill has the most room."""
    if WIDTH / 2 not in (giver.x, receiver.x):
        return 0.5
    return ASIDE if receiver.x == WIDTH / 2 else 1 - ASIDE


def _along(start: Point, bend: Point, end: Point, part: float) -> Point:
    """A point of the curve."""
    shares = ((1 - part) ** 2, 2 * part * (1 - part), part**2)
    points = list(zip(shares, (start, bend, end), strict=True))
    return Point(sum(share * point.x for share, point in points), sum(share * point.y for share, point in points))


def _way(giver: Point, receiver: Point) -> tuple[Point, Point, Point]:
    """Where an arrow begins, what it bends towards, and where it ends: never across an avatar or a name."""
    across, down = receiver.x - giver.x, receiver.y > giver.y
    leaves_sideways, comes_sideways = across and not down, across and receiver.y >= giver.y
    start = _beside(giver, across) if leaves_sideways else _beyond(giver, below=down)
    end = _beside(receiver, -across) if comes_sideways else _beyond(receiver, below=not down)
    if leaves_sideways and comes_sideways:
        # The names of the last row are below it.
        bend = Point((start.x + end.x) / 2, giver.y - (BEND if giver.y < ROW else 0))
    elif across:
        bend = Point(receiver.x, giver.y) if leaves_sideways else Point(giver.x, receiver.y)
    else:
        bend = Point(giver.x + (BEND if giver.x > WIDTH / 2 else -BEND), (start.y + end.y) / 2)
    return start, bend, end


def _beside(place: Point, direction: float) -> Point:
    return Point(place.x + copysign(AVATAR + GAP, direction), place.y)


def _beyond(place: Point, *, below: bool) -> Point:
    return Point(place.x, place.y + (AVATAR + NAME + GAP if below else -AVATAR - GAP))
