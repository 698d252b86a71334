"""Which products everybody may read, and what of them: the only way by which somebody who is not signed in sees anything of a submission.

A submission is published while it stands at a stage that its cycle's chain marks `public`. The queries here go past the visibility rules, on
the connection, and name every column that they read; what they return holds nothing but public answers and public photos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.catalogue.cards import Shown, card_of
from ovop.contract.checker import Checker
from ovop.contract.vocabulary import Evidence, EvidenceItem, EvidenceKind, Text
from ovop.cycles.definitions import compiled_for
from ovop.cycles.models import Cycle
from ovop.cycles.replay import FrozenHooks
from ovop.cycles.service import chain_of, list_cycles
from ovop.database import table_of
from ovop.errors import NotFound
from ovop.files import FileStore, OpenFile
from ovop.identities.models import Region
from ovop.submissions.models import EvidenceFile, Revision, Submission
from ovop.submissions.revisions import RevisionContent

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""The media types that are shown as photos; every browser knows them and none runs what is in them."""

_SUBMISSION, _REVISION, _FILE, _CYCLE = (
    table_of(model) for model in (Submission, Revision, EvidenceFile, Cycle)
)
_REGION, _PROVINCE = table_of(Region).alias("place"), table_of(Region).alias("province")
_PROVINCE_CODE = func.substr(_SUBMISSION.c.region_code, 1, 2)
_PUBLIC = (
    _SUBMISSION.c.id,
    _SUBMISSION.c.number,
    _SUBMISSION.c.product_name,
    _SUBMISSION.c.commodity_id,
    _REGION.c.name.label("place"),
    _PROVINCE.c.name.label("province"),
    _CYCLE.c.year,
)


class PublicProduct(Struct, frozen=True, kw_only=True):
    """A published product in a list. `number` is its submission's, `place` the kabupaten or kota by name, `year` the cycle's."""

    id: UUID
    number: str
    name: str
    commodity_id: str
    place: str
    province: str
    year: int


class PublicPhoto(Struct, frozen=True, kw_only=True):
    """A photo that the form declares public: what it shows, its media type and its size in pixels (0: not known)."""

    id: UUID
    label: Text
    media_type: str
    width_px: int
    height_px: int


class ProductPage(Struct, frozen=True, kw_only=True):
    """All that the public is told of a product. `standing` names the stage at which it was published."""

    product: PublicProduct
    commodity: Text
    standing: Text
    title: str
    lines: tuple[Text, ...]
    photos: tuple[PublicPhoto, ...]


async def list_published(
    session: AsyncSession,
    *,
    commodity: str | None = None,
    province: str | None = None,
    after: UUID | None = None,
    limit: int = 24,
) -> tuple[list[PublicProduct], UUID | None]:
    """Published products, the newest first, and the id to ask on from if there are more. `province`: its 2 digits."""
    query = _select(await _published(session))
    if commodity is not None:
        query = query.where(_SUBMISSION.c.commodity_id == commodity)
    if province is not None:
        query = query.where(_SUBMISSION.c.region_code.startswith(province, autoescape=True))
    if after is not None:
        query = query.where(_SUBMISSION.c.id < after)
    connection = await session.connection()
    rows = (await connection.execute(query.order_by(_SUBMISSION.c.id.desc()).limit(limit + 1))).all()
    found = [_product(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


async def count_published(session: AsyncSession) -> Mapping[tuple[str, str], int]:
    """How many products are published by province (2 digits) and commodity."""
    query = (
        select(_PROVINCE_CODE, _SUBMISSION.c.commodity_id, func.count())
        .where(await _published(session))
        .group_by(_PROVINCE_CODE, _SUBMISSION.c.commodity_id)
    )
    connection = await session.connection()
    return {(code, commodity): count for code, commodity, count in await connection.execute(query)}


async def find_published(session: AsyncSession, *, number: str) -> PublicProduct | None:
    """The published product of a submission number, however it is spaced and in whichever case."""
    asked = "".join(number.split()).upper()
    query = _select(await _published(session)).where(_SUBMISSION.c.number == asked)
    row = (await (await session.connection()).execute(query)).one_or_none()
    return None if row is None else _product(row)


async def read_published(session: AsyncSession, hooks: FrozenHooks, *, product_id: UUID) -> ProductPage:
    """One published product as it was last handed in; raises `NotFound` for one that is not published, as for one that is not there."""
    row, content, checker = await _load(session, product_id)
    card = await card_of(
        hooks,
        definition_id=row.definition_id,
        checker=checker,
        product=Shown(
            product_name=content.product_name,
            answers=content.answers,
            evidence=content.evidence,
            facts=content.facts,
        ),
    )
    cycle = await session.get_one(Cycle, row.cycle_id)
    return ProductPage(
        product=_product(row),
        commodity=checker.definition.manifest.name,
        standing=chain_of(cycle).stage(row.stage).label,
        title=card.title,
        lines=card.lines,
        photos=tuple(_photo(declared, item) for declared, item in _public_photos(checker, content)),
    )


async def open_photo(
    session: AsyncSession, store: FileStore, *, product_id: UUID, photo_id: UUID
) -> tuple[str, OpenFile]:
    """The media type and the content of a public photo of a published product; raises `NotFound` for any other file."""
    _, content, checker = await _load(session, product_id)
    if str(photo_id) not in {item.id for _, item in _public_photos(checker, content)}:
        raise _unknown()
    query = select(_FILE.c.media_type, _FILE.c.store_key).where(
        _FILE.c.id == photo_id, _FILE.c.submission_id == product_id, _FILE.c.media_type.in_(PICTURES)
    )
    row = (await (await session.connection()).execute(query)).one_or_none()
    if row is None:
        raise _unknown()
    return row.media_type, await store.open(row.store_key)


async def _published(session: AsyncSession) -> ColumnElement[bool]:
    """Where a submission is published, by the chains of all cycles; there are few cycles."""
    places = [
        and_(_SUBMISSION.c.cycle_id == cycle.id, _SUBMISSION.c.stage.in_(stages))
        for cycle in await list_cycles(session)
        if (stages := chain_of(cycle).published)
    ]
    return and_(_SUBMISSION.c.number.is_not(None), or_(false(), *places))


def _select(published: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    joined = (
        _SUBMISSION.join(_CYCLE, _CYCLE.c.id == _SUBMISSION.c.cycle_id)
        .outerjoin(_REGION, _REGION.c.code == _SUBMISSION.c.region_code)
        .outerjoin(_PROVINCE, _PROVINCE.c.code == _PROVINCE_CODE)
    )
    return select(*_PUBLIC, *more).select_from(joined).where(published)


async def _load(session: AsyncSession, product_id: UUID) -> tuple[Row[Any], RevisionContent, Checker]:
    # Private data are read here, for a card may compute from them; nothing outside of this module receives them.
    query = _select(
        await _published(session),
        _SUBMISSION.c.cycle_id,
        _SUBMISSION.c.stage,
        _REVISION.c.definition_id,
        _REVISION.c.content,
    ).where(
        _SUBMISSION.c.id == product_id,
        _REVISION.c.submission_id == _SUBMISSION.c.id,
        _REVISION.c.number == _SUBMISSION.c.revision,
    )
    row = (await (await session.connection()).execute(query)).one_or_none()
    if row is None:
        raise _unknown()
    content = msgspec.json.decode(row.content, type=RevisionContent)
    return row, content, (await compiled_for(session, row.definition_id)).checker


def _public_photos(checker: Checker, content: RevisionContent) -> Sequence[tuple[Evidence, EvidenceItem]]:
    declared = {
        evidence.id: evidence
        for evidence in checker.definition.form.evidence
        if evidence.public and evidence.kind is EvidenceKind.PHOTO
    }
    return [
        (declared[item.evidence], item)
        for item in content.evidence
        if item.evidence in declared and item.media_type in PICTURES
    ]


def _photo(declared: Evidence, item: EvidenceItem) -> PublicPhoto:
    roles = {role.id: role.label for role in declared.roles}
    return PublicPhoto(
        id=UUID(item.id),
        label=roles.get(item.role, declared.label),
        media_type=item.media_type,
        width_px=item.width_px,
        height_px=item.height_px,
    )


def _product(row: Row[Any]) -> PublicProduct:
    return PublicProduct(
        id=row.id,
        number=row.number,
        name=row.product_name,
        commodity_id=row.commodity_id,
        place=row.place or "",
        province=row.province or "",
        year=row.year,
    )


def _unknown() -> NotFound:
    return NotFound(
        "product_unknown",
        Text(
            id="Produk ini tidak ada di katalog. Lihat daftar produk yang sudah diterbitkan.",
            en="This product is not in the catalogue. See the list of published products.",
        ),
    )
