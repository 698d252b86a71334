"""What a page draws of the fields of a form, and what a browser sends of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from ovop.contract.vocabulary import Severity

Widget: TypeAlias = Literal[
    "line",
    "lines",
    "number",
    "day",
    "radios",
    "choose",
    "search",
    "ticks",
    "accept",
    "parts",
    "group",
    "rows",
    "series",
    "file",
    "computed",
]
BLANK = 9999
"""The number of a row that is not there yet."""
_INDEX = re.compile(r"\[([^\]]*)\]")


class Choice(Struct, frozen=True, kw_only=True):
    """One thing to choose."""

    value: str
    label: str
    chosen: bool = False


class Part(Struct, frozen=True, kw_only=True):
    """One input of an answer with several: its name (which is its `id` in the page too), label and value as typed."""

    name: str
    label: str
    widget: Widget
    value: str = ""
    choices: tuple[Choice, ...] = ()


class Guide(Struct, frozen=True, kw_only=True):
    """Guidance that is meant for a field."""

    id: str
    title: str


class Said(Struct, frozen=True, kw_only=True):
    """A finding as it stands beside what it concerns; `id` is where in the page that is."""

    id: str
    message: str
    remedy: str
    severity: Severity


class RowView(Struct, frozen=True, kw_only=True):
    """One row of a repeating group. `name` is that of the row (`a.steps.0`), `path` as in findings (`steps[0]`)."""

    path: str
    name: str
    number: int
    fields: tuple[FieldView, ...]
    said: tuple[Said, ...] = ()


class Shape(Struct, frozen=True, kw_only=True):
    """What differs between the types of fields: the kind of input, and what it holds.

    `blank`: an empty row, numbered `BLANK`, from which scripts make new ones. `full`: no more rows or measurements fit. `upload` names the input that sends a new file.
    """

    widget: Widget
    value: str = ""
    unit: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    parts: tuple[Part, ...] = ()
    values: tuple[str, ...] = ()
    shows: tuple[tuple[str, str], ...] = ()
    fields: tuple[FieldView, ...] = ()
    rows: tuple[RowView, ...] = ()
    blank: RowView | None = None
    full: bool = False
    upload: str = ""
    accept: str = ""


class FieldView(Shape, frozen=True, kw_only=True):
    """One field as a page draws it. `name` is that of its input and its `id` in the page."""

    path: str
    name: str
    type: str
    label: str
    hint: str = ""
    required: bool = False
    visible: bool = True
    other: Part | None = None
    guides: tuple[Guide, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether a finding stands in the way of handing in."""
        return any(one.severity is Severity.ERROR for one in self.said)


class File(Struct, frozen=True, kw_only=True):
    """A file that was uploaded for a field, to choose from."""

    id: str
    name: str


def input_name(path: str) -> str:
    """The name of the input for a path of findings: `steps[0].step` -> `a.steps.0.step`, `evidence.photos[#1]` -> `e.photos.n1`."""
    dotted = _INDEX.sub(r".\1", path).replace("#", "n")
    return f"e.{dotted.removeprefix('evidence.')}" if path.startswith("evidence.") else f"a.{dotted}"


def pairs_of(views: Sequence[FieldView]) -> Iterator[tuple[str, str]]:
    """What a browser sends of a page that draws these fields and is not touched."""
    for view in views:
        yield from (
            (part.name, _sent(part)) for part in view.parts if part.widget != "computed" or part.value
        )
        yield from ((view.name, value) for value in view.values)
        yield from pairs_of(view.fields)
        for row in view.rows:
            yield f"{row.name}._", "1"
            yield from pairs_of(row.fields)
        if view.widget in ("line", "lines", "number", "day", "search"):
            yield view.name, view.value
        elif view.widget in ("choose", "file"):
            yield view.name, next((choice.value for choice in view.choices if choice.chosen), "")
        else:
            yield from ((view.name, choice.value) for choice in view.choices if choice.chosen)
        if view.other is not None:
            yield view.other.name, view.other.value


def _sent(part: Part) -> str:
    return part.value or next((choice.value for choice in part.choices if choice.chosen), "")
