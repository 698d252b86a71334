"""The search that everybody has: over all that the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import QueryParameter
from msgspec import Struct
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Guidance, Text
from ovop.guidance.library import Wanted, matching
from ovop.identities.actor import Actor
from ovop.identities.enums import Permission
from ovop.identities.models import Enterprise, IndustryCentre, Office, Person
from ovop.portal.ministry import words
from ovop.portal.ministry.shared import names_for, region_names
from ovop.portal.page import GivenReader, render
from ovop.submissions.models import Submission
from ovop.web import ApiRequest, GivenSession, platform_of

SHORTEST = 2
MOST = 10
"""How many hits of each kind are shown; whoever needs more says more words."""


class Advice(Struct, frozen=True):
    """A piece of guidance that was found, and whose it is."""

    commodity: str
    name: Text
    item: Guidance


class Hits(Struct, frozen=True, kw_only=True):
    """What was found, at most `MOST` of each kind."""

    submissions: Sequence[Submission] = ()
    enterprises: Sequence[Enterprise] = ()
    centres: Sequence[IndustryCentre] = ()
    offices: Sequence[Office] = ()
    people: Sequence[Person] = ()
    guidance: Sequence[Advice] = ()

    @property
    def count(self) -> int:
        """How many there are together."""
        return sum(len(getattr(self, name)) for name in self.__struct_fields__)


class SearchPages(Controller):
    """One box over everything. The session narrows every query to what its reader may see; without a login that is the guidance."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/search")
    async def search(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        q: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Response[str]:
        said = " ".join(q.split())
        hits = Hits()
        if len(said) >= SHORTEST:
            hits = await _hits(session, reader.actor, said, platform_of(request).registry.commodities)
        return render(
            request,
            reader,
            "ministry_search.html",
            q=said,
            shortest=SHORTEST,
            most=MOST,
            hits=hits,
            names=await names_for(session, enterprises=[one.enterprise_id for one in hits.submissions]),
            places=await region_names(session, _codes(hits)) if reader.actor else {},
            words=words,
        )


async def _hits(
    session: AsyncSession, actor: Actor | None, said: str, installed: Mapping[str, Commodity]
) -> Hits:
    guidance = [
        Advice(commodity.id, commodity.definition.manifest.name, item)
        for commodity in installed.values()
        for item in matching(commodity.definition, Wanted(words=said))
    ][:MOST]
    if actor is None:
        return Hits(guidance=guidance)
    reads, manages = actor.may(Permission.IDENTITY_READ), actor.may(Permission.IDENTITY_MANAGE)
    return Hits(
        submissions=await _submissions(session, said) if actor.may(Permission.SUBMISSION_READ) else (),
        enterprises=await _enterprises(session, said) if reads else (),
        centres=await _centres(session, said) if reads else (),
        offices=await _offices(session, said) if reads else (),
        people=await _people(session, said) if manages else (),
        guidance=guidance,
    )


async def _submissions(session: AsyncSession, said: str) -> Sequence[Submission]:
    """By number, product or enterprise. The enterprise's rule narrows the inner query too, so its name leaks nothing."""
    makers = select(Enterprise.id).where(Enterprise.name.icontains(said, autoescape=True))
    query = select(Submission).where(
        or_(
            Submission.number.icontains(said, autoescape=True),
            Submission.product_name.icontains(said, autoescape=True),
            Submission.enterprise_id.in_(makers),
        )
    )
    return (await session.scalars(query.order_by(Submission.id.desc()).limit(MOST))).all()


async def _enterprises(session: AsyncSession, said: str) -> Sequence[Enterprise]:
    query = select(Enterprise).where(
        or_(
            Enterprise.name.icontains(said, autoescape=True),
            Enterprise.owner_name.icontains(said, autoescape=True),
            Enterprise.nib == said,
        )
    )
    return (await session.scalars(query.order_by(Enterprise.name, Enterprise.id).limit(MOST))).all()


async def _centres(session: AsyncSession, said: str) -> Sequence[IndustryCentre]:
    query = select(IndustryCentre).where(
        or_(
            IndustryCentre.name.icontains(said, autoescape=True),
            IndustryCentre.product.icontains(said, autoescape=True),
            IndustryCentre.decree_number.icontains(said, autoescape=True),
        )
    )
    return (await session.scalars(query.order_by(IndustryCentre.name, IndustryCentre.id).limit(MOST))).all()


async def _offices(session: AsyncSession, said: str) -> Sequence[Office]:
    query = select(Office).where(Office.name.icontains(said, autoescape=True))
    return (await session.scalars(query.order_by(Office.name, Office.id).limit(MOST))).all()


async def _people(session: AsyncSession, said: str) -> Sequence[Person]:
    query = select(Person).where(
        or_(Person.name.icontains(said, autoescape=True), Person.email.icontains(said, autoescape=True))
    )
    return (await session.scalars(query.order_by(Person.name, Person.id).limit(MOST))).all()


def _codes(hits: Hits) -> set[str]:
    return {row.region_code for rows in (hits.enterprises, hits.centres, hits.offices) for row in rows}
