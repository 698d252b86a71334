"""The catalogue of published products with its map of provinces, and the check of a number."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from ovop.catalogue.published import (
    count_published,
    find_published,
    list_published,
    open_photo,
    read_published,
)
from ovop.identities.places import list_regions
from ovop.portal.page import GivenReader, render
from ovop.portal.public.commodities import commodity_names
from ovop.portal.public.motifs import motifs
from ovop.portal.public.tiles import MANY, SOME, layout, tiles
from ovop.web import ApiRequest, GivenSession, platform_of

Chosen = Annotated[str, QueryParameter(max_length=60)]
Asked = Annotated[str, QueryParameter(max_length=60)]


class Wish(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; empty is everything."""

    commodity: str = ""
    province: str = ""


class CataloguePages(Controller):
    """The catalogue, open to everybody."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/catalogue")
    async def catalogue(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        commodity: Chosen = "",
        province: Chosen = "",
        after: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        known = {place.code for place in layout()}
        wish = Wish(commodity=commodity, province=province if province in known else "")
        counts = await count_published(session)
        products, following = await list_published(
            session, commodity=wish.commodity or None, province=wish.province or None, after=after
        )
        provinces, _ = await list_regions(session, limit=len(known) + 10)
        names = await commodity_names(
            session, platform_of(request).registry, {commodity for _, commodity in counts}
        )
        by_province: dict[str, int] = {}
        by_commodity: dict[str, int] = dict.fromkeys(names, 0)
        for (code, name), count in counts.items():
            by_commodity[name] += count
            if wish.commodity in ("", name):
                by_province[code] = by_province.get(code, 0) + count
        return render(
            request,
            reader,
            "public_catalogue.html",
            wish=wish,
            products=products,
            next=following,
            total=sum(counts.values()),
            names=names,
            by_commodity=by_commodity,
            tiles=tiles({row.code: row.name for row in provinces}, by_province),
            some=SOME,
            many=MANY,
            motifs=motifs(names),
        )

    @get("/catalogue/{product_id:uuid}")
    async def product(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, product_id: FromPath[UUID]
    ) -> Response[str]:
        platform = platform_of(request)
        page = await read_published(session, platform.frozen_hooks, product_id=product_id)
        patterns = motifs([*platform.registry.commodities, page.product.commodity_id])
        return render(
            request,
            reader,
            "public_product.html",
            page=page,
            product=page.product,
            motif=patterns[page.product.commodity_id],
            has_guidance=page.product.commodity_id in platform.registry.commodities,
        )

    @get("/catalogue/{product_id:uuid}/photos/{photo_id:uuid}", opt={"uncompressed": True})
    async def photo(
        self,
        request: ApiRequest,
        session: GivenSession,
        product_id: FromPath[UUID],
        photo_id: FromPath[UUID],
    ) -> Stream:
        media_type, content = await open_photo(
            session, platform_of(request).store, product_id=product_id, photo_id=photo_id
        )
        return Stream(
            content.chunks,
            media_type=media_type,
            headers={
                "content-length": str(content.size),
                "content-security-policy": "default-src 'none'; sandbox",
                "cache-control": "public, max-age=3600",
            },
        )

    @get("/certificates")
    async def certificate(
        self, request: ApiRequest, reader: GivenReader, session: GivenSession, number: Asked = ""
    ) -> Response[str]:
        asked = number.strip()
        found = await find_published(session, number=asked) if asked else None
        names = await commodity_names(
            session, platform_of(request).registry, [found.commodity_id] if found else []
        )
        return render(
            request, reader, "public_certificate.html", asked=asked, product=found, names=names, mistakes=[]
        )
