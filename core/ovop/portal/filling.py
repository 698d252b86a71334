"""What a form of a page says, and how a refusal is shown beside its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.errors import OvopError
from ovop.portal.page import GivenReader, Reader
from ovop.web import KEY_LENGTH, ApiRequest, Command, request_hash

Filled: TypeAlias = Mapping[str, str]
"""A form as it was filled in, so that nothing typed is lost when it is shown again."""


class Mistake(Struct, frozen=True, kw_only=True):
    """One thing to mend on a page: the field that it is about (its `id` in the page; empty for the whole), the reason and the remedy."""

    field: str
    message: str
    remedy: str = ""


def filled(form: FormMultiDict) -> dict[str, str]:
    """The texts of a form by name, trimmed; the last one where a name occurs twice. Names with a leading underscore are the page's own."""
    return {
        name: value.strip()
        for name, value in form.multi_items()
        if not isinstance(value, UploadFile) and not name.startswith("_")
    }


def mistakes_of(error: OvopError, reader: Reader) -> list[Mistake]:
    """A refusal as a page shows it: its findings by field, or else the whole."""
    found = [
        Mistake(field=item.path, message=reader.say(item.message), remedy=reader.say(item.remedy))
        for item in error.findings
    ]
    return found or [Mistake(field="", message=reader.say(error.message))]


def by_field(mistakes: Sequence[Mistake]) -> dict[str, Mistake]:
    """The first mistake of each field."""
    found: dict[str, Mistake] = {}
    for mistake in mistakes:
        found.setdefault(mistake.field, mistake)
    return found


async def provide_page_command(
    request: ApiRequest, session: NamedDependency[AsyncSession], reader: GivenReader
) -> Command:
    """A submitted form as a command: its hidden `_key` makes it happen once, its `_version` is the version that the reader saw."""
    form = await request.form()
    return Command(
        session=session,
        act=reader.act,
        key=str(form.get("_key") or "")[:KEY_LENGTH] or None,
        request_hash=await request_hash(request),
        if_match=str(form.get("_version") or ""),
    )
