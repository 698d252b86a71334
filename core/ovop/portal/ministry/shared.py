"""What the ministry's pages share: a form's work done once, its values as requests of the services, and refusals shown beside the fields."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import JAKARTA
from ovop.contract.vocabulary import Finding, Text
from ovop.errors import Conflict, Invalid, Malformed, OvopError, TooMany
from ovop.identities.models import Enterprise, IndustryCentre, Office, Person, Region
from ovop.portal.filling import Mistake, mistakes_of
from ovop.portal.language import translated
from ovop.portal.page import Reader
from ovop.problems import FAMILIES
from ovop.shapes import faults, unusable
from ovop.web import Command

T = TypeVar("T", bound=msgspec.Struct)

REPAIRABLE = (Invalid, Conflict, Malformed, TooMany)
"""Refusals that the same form can be shown again with; any other has a page of its own."""
PAGE = 25
"""How many items a list shows at a time."""

_REGEX = re.compile(r" \(\^.*\)(?=\.)")


async def once(command: Command, work: Callable[[], Awaitable[str]]) -> str:
    """Do a form's work once and tell what it answers (an id, say); sent again, the form gets the same answer and nothing happens.

    What a refused form had begun is undone, so that its page can be shown again within the same transaction.
    """
    async with command.session.begin_nested():
        answer = await command.once(work)
    content = answer.content
    return msgspec.json.decode(content, type=str) if isinstance(content, bytes) else str(content)


def status_of(error: OvopError) -> int:
    """The status of a page that shows a refusal."""
    return next(status for family, (status, _) in FAMILIES.items() if isinstance(error, family))


def mistakes_shown(error: OvopError | None, reader: Reader) -> list[Mistake]:
    """What a page says of the refusal that it is shown again for; nothing at first."""
    return [] if error is None else mistakes_of(error, reader)


def options_for(reader: Reader) -> Callable[[Mapping[str, str]], list[tuple[str, str]]]:
    """Makes the options of a choice out of names by code, in the reader's language."""
    return lambda names: [(str(code), reader.text(name)) for code, name in names.items()]


def asked(kind: type[T], values: Mapping[str, object], labels: Mapping[str, str]) -> T:
    """A form's values as a request of a service; raises `Invalid` with every fault named by the label of its field.

    Empty texts are taken as not given.
    """
    content = {name: value for name, value in values.items() if value != ""}
    required = [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    found = [missing(name, _label(name, labels)) for name in required if name not in content]
    filled = {name: value for name, value in content.items() if value is not None or name not in required}
    found += [
        _named(fault, labels)
        for fault in faults(kind, filled)
        if fault.path not in required or fault.path in content
    ]
    if not found and (fault := unusable(filled)):
        found = [_named(fault, labels)]
    refuse(found)
    return msgspec.convert(filled, kind)


def refuse(findings: Sequence[Finding]) -> None:
    """Raises `Invalid` if there is any finding."""
    if findings:
        raise Invalid(
            "form_not_valid",
            Text("Periksa isian yang disebut.", "Look at the fields that are named."),
            findings=findings,
        )


def missing(path: str, label: Text) -> Finding:
    """The finding for a field that is empty."""
    return Finding(
        path=path,
        code="required",
        message=Text(f"“{label.id}” belum diisi.", f"“{label.en}” is empty."),
        remedy=Text("Isi dulu, lalu kirim lagi.", "Fill it in, then send again."),
    )


def _label(name: str, labels: Mapping[str, str]) -> Text:
    label = labels.get(name, name)
    return Text(label, translated(label, "en"))


def _named(fault: Finding, labels: Mapping[str, str]) -> Finding:
    """A fault of shape in the words of the page: its label instead of the field's name, and no pattern."""
    label, quoted = _label(fault.path, labels), f"“{fault.path}”"
    return msgspec.structs.replace(
        fault,
        message=Text(
            _REGEX.sub("", fault.message.id.replace(quoted, f"“{label.id}”")),
            _REGEX.sub("", fault.message.en.replace(quoted, f"“{label.en}”")),
        ),
    )


def instant(text: str) -> datetime | str:
    """A day and time as a form sends it (`2026-04-30T23:59`, by the clock of Jakarta), as an instant; what is none stays as it is."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=JAKARTA).astimezone(UTC)
    except ValueError:
        return text


def local(at: datetime | None) -> str:
    """An instant as a form shows it."""
    return "" if at is None else f"{at.astimezone(JAKARTA):%Y-%m-%dT%H:%M}"


def day(text: str) -> date | None:
    """A day as a form or an address names it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number(text: str) -> float | str:
    """A number as people type it, with a comma or a point; what is none stays as it is."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return value if -1e12 < value < 1e12 else text


def whole(text: str) -> int | str:
    """A whole number; what is none stays as it is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


class Names(msgspec.Struct, frozen=True):
    """Names of persons, offices and enterprises by id, as far as the reader may know them."""

    persons: Mapping[UUID, str] = {}
    offices: Mapping[UUID, str] = {}
    enterprises: Mapping[UUID, str] = {}


async def names_for(
    session: AsyncSession,
    *,
    persons: Collection[UUID | None] = (),
    offices: Collection[UUID | None] = (),
    enterprises: Collection[UUID | None] = (),
) -> Names:
    """The names of these, in one query for each kind."""
    return Names(
        persons=await _names(session, Person, persons),
        offices=await _names(session, Office, offices),
        enterprises=await _names(session, Enterprise, enterprises),
    )


async def _names(
    session: AsyncSession, model: type[Person] | type[Office] | type[Enterprise], ids: Collection[UUID | None]
) -> Mapping[UUID, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row.id: row.name for row in rows}


async def region_names(session: AsyncSession, codes: Collection[str]) -> Mapping[str, str]:
    """`Kota Pekalongan, Jawa Tengah` by the code of each of these places, in one query."""
    wanted = {code[:length] for code in codes for length in (2, 4, 6, 10) if len(code) >= length}
    rows = await session.execute(select(Region.code, Region.name).where(Region.code.in_(wanted)))
    known = {row.code: row.name for row in rows}
    return {
        code: ", ".join(known[code[:n]] for n in (10, 6, 4, 2) if len(code) >= n and code[:n] in known)
        or code
        for code in codes
    }


async def centre_names(session: AsyncSession, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    """The names of industry centres, in one query."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    query = select(IndustryCentre.id, IndustryCentre.name).where(IndustryCentre.id.in_(wanted))
    return {row.id: row.name for row in await session.execute(query)}
