"""Beginning a submission: which enterprise, which commodity of an open cycle, what the product is called; by the producer or by the office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.response import Redirect
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import vocabulary as v
from ovop.cycles.definitions import compiled_for
from ovop.cycles.models import Cycle
from ovop.cycles.service import heads_by_cycle, list_cycles
from ovop.errors import Conflict, Invalid, OvopError
from ovop.identities.enterprises import list_enterprises
from ovop.identities.enums import Permission, Role
from ovop.identities.models import Enterprise
from ovop.portal.filling import Mistake, by_field, filled, mistakes_of
from ovop.portal.language import mark
from ovop.portal.page import GivenReader, Reader, redirect, render
from ovop.submissions import service
from ovop.submissions.access import is_author
from ovop.submissions.models import Submission
from ovop.submissions.schemas import LeftBehindView
from ovop.submissions.taking_over import take_over
from ovop.web import ApiRequest, GivenCommand, GivenSession, platform_of

MOST = 200
"""Enterprises and earlier submissions to choose from on one page."""
SHORTEST, LONGEST, CONSENT = 2, 200, 1000
"""Characters of a product's name (least, most) and of a consent, as in the API."""

NAME_LENGTH = mark("Isi nama produk, %(least)s sampai %(most)s huruf.")

REASONS = {
    "dropped": mark("formulir baru tidak memintanya lagi"),
    "unknown": mark("formulir baru tidak mengenalnya"),
    "replaced": mark("jawaban lain mengambil tempatnya"),
    "no_place": mark("tempat barunya tidak menerima jawaban seperti ini"),
    "by_code": mark("aturan komoditi menyisihkannya"),
    "not_accepted": mark("berkasnya tidak memenuhi syarat formulir baru"),
}


class Begun(Struct, kw_only=True):
    """A submission that was begun, and what of an earlier one was left behind."""

    id: UUID
    left_behind: list[LeftBehindView]


class Offer(Struct, frozen=True, kw_only=True):
    """A commodity that can be proposed in an open cycle; `code` names both."""

    code: str
    cycle: Cycle
    name: v.Text


class Choices(Struct, frozen=True, kw_only=True):
    """What there is to choose from."""

    offers: Sequence[Offer]
    enterprises: Sequence[Enterprise]
    earlier: Sequence[Submission]
    on_behalf: bool


class BeginPages(Controller):
    """The page that begins a submission."""

    @get("/submissions/new")
    async def new(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Response[str]:
        reader.act.actor.require(Permission.SUBMISSION_WRITE)
        choices = await _choices(session, reader)
        values = {key: request.query_params.get(key, "") for key in ("enterprise", "offer", "taken_from")}
        return _page(request, reader, choices, values, [])

    @post("/submissions/new")
    async def begin(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, command: GivenCommand
    ) -> Response[str] | Redirect:
        values = filled(await request.form())
        mistakes = _mistakes(values, reader)

        async def work() -> Begun:
            cycle, _, commodity = values["offer"].partition(":")
            submission = await service.begin_submission(
                session,
                act=reader.act,
                cycle_id=UUID(cycle),
                commodity_id=commodity,
                enterprise_id=UUID(values["enterprise"]),
                product_name=values["product_name"],
                consent=values.get("consent") or None,
            )
            earlier = values.get("taken_from")
            behind = (
                await take_over(
                    session,
                    act=reader.act,
                    submission=submission,
                    taken_from=UUID(earlier),
                    hooks=platform_of(request).frozen_hooks,
                )
                if earlier
                else ()
            )
            left = [LeftBehindView(path=one.path, value=one.value, reason=one.reason) for one in behind]
            return Begun(id=submission.id, left_behind=left)

        status = 422
        if not mistakes:
            try:
                async with session.begin_nested():
                    begun = msgspec.convert(_content(await command.once(work)), Begun)
            except OvopError as error:
                status = 409 if isinstance(error, Conflict) else 422 if isinstance(error, Invalid) else 403
                mistakes = mistakes_of(error, reader)
            else:
                return _after(request, reader, begun)
        return _page(request, reader, await _choices(session, reader), values, mistakes, status)


def _content(answer: Response[Any]) -> Any:
    """What a command answered, be it done now or before."""
    kept = answer.content
    return msgspec.json.decode(kept) if isinstance(kept, bytes) else msgspec.to_builtins(kept)


def _after(request: ApiRequest, reader: Reader, begun: Begun) -> Response[str] | Redirect:
    if not begun.left_behind:
        return redirect(f"/submissions/{begun.id}", done="begun")
    left = [(one.path, one.value, reader.text(REASONS[one.reason])) for one in begun.left_behind]
    return render(request, reader, "proposals_left.html", id=begun.id, left=left)


def _page(
    request: ApiRequest,
    reader: Reader,
    choices: Choices,
    values: dict[str, str],
    mistakes: list[Mistake],
    status: int = 200,
) -> Response[str]:
    return render(
        request,
        reader,
        "proposals_new.html",
        status=status,
        choices=choices,
        values=values,
        mistakes=mistakes,
        wrong=by_field(mistakes),
    )


def _mistakes(values: dict[str, str], reader: Reader) -> list[Mistake]:
    """What is missing on the page itself; everything else is the service's to judge."""
    found = []
    if not _is_id(values.get("enterprise", "")):
        found.append(Mistake(field="enterprise", message=reader.text(mark("Pilih pelaku usaha."))))
    if not _is_id(values.get("offer", "").partition(":")[0]):
        found.append(Mistake(field="offer", message=reader.text(mark("Pilih komoditi."))))
    if not SHORTEST <= len(values.get("product_name", "")) <= LONGEST:
        message = reader.text(NAME_LENGTH, least=SHORTEST, most=LONGEST)
        found.append(Mistake(field="product_name", message=message))
    if len(values.get("consent", "")) > CONSENT:
        message = reader.text(mark("Catatan persetujuan paling banyak %(most)s huruf."), most=CONSENT)
        found.append(Mistake(field="consent", message=message))
    if values.get("taken_from") and not _is_id(values["taken_from"]):
        found.append(Mistake(field="taken_from", message=reader.text(mark("Pilih usulan dari daftar."))))
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _choices(session: AsyncSession, reader: Reader) -> Choices:
    enterprises, _ = await list_enterprises(session, act=reader.act, after=None, limit=MOST)
    own = {power.enterprise_id for power in reader.powers(Role.PRODUCER)}
    on_behalf = reader.has(Role.REGENCY_OFFICER)
    query = select(Submission).where(Submission.revision > 0).order_by(Submission.id.desc()).limit(MOST)
    return Choices(
        offers=await _offers(session, reader),
        enterprises=[one for one in enterprises if on_behalf or one.id in own],
        earlier=[row for row in await session.scalars(query) if is_author(reader.act, row)],
        on_behalf=on_behalf,
    )


async def _offers(session: AsyncSession, reader: Reader) -> list[Offer]:
    """The commodities of the cycles whose window is open; the service judges the rest."""
    cycles = [
        cycle
        for cycle in await list_cycles(session)
        if cycle.state == "open" and cycle.opens_at <= reader.at <= cycle.closes_at
    ]
    heads = await heads_by_cycle(session, [cycle.id for cycle in cycles])
    found = []
    for cycle in cycles:
        current = {head.commodity: head.id for head in heads[cycle.id]}  # the last of a commodity counts
        for commodity, definition in sorted(current.items()):
            compiled = await compiled_for(session, definition)  # kept from then on
            name = compiled.checker.definition.manifest.name
            found.append(Offer(code=f"{cycle.id}:{commodity}", cycle=cycle, name=name))
    return found
