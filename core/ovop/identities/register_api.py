"""HTTP for the registers: offices, industry centres, enterprises, regions and holidays."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from ovop.identities import centres, enterprises, offices, places, schemas, views
from ovop.identities.enums import OfficeKind
from ovop.openapi import READING, WRITING, problems
from ovop.reference.regions import RegionLevel
from ovop.web import Cursor, GivenAct, GivenCommand, GivenSession, Limit, page_after, version_tag

RegionCode = Annotated[
    str | None, QueryParameter(pattern=r"^[0-9]{2,10}$", description="A region code without dots.")
]


def _tag(view: schemas.EnterpriseView | schemas.CentreView) -> str:
    return version_tag(view.version)


class OfficeController(Controller):
    """Offices of every kind."""

    path = "/offices"
    tags = ("identities",)

    @get(
        operation_id="list_offices",
        summary="Offices, of a kind or a territory if asked",
        responses=problems(*READING),
    )
    async def list_offices(
        self,
        session: GivenSession,
        act: GivenAct,
        kind: FromQuery[OfficeKind | None] = None,
        region_code: FromQuery[RegionCode] = None,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.OfficePage:
        rows, following = await offices.list_offices(
            session, act=act, kind=kind, region_code=region_code, after=page_after(after), limit=limit
        )
        return schemas.OfficePage(items=tuple(views.office_view(r) for r in rows), next=following)

    @post(operation_id="create_office", summary="Create an office", responses=problems(*WRITING))
    async def create_office(
        self, data: JSONBody[schemas.NewOffice], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.OfficeView]:
        async def work() -> schemas.OfficeView:
            return views.office_view(await offices.create_office(session, act=act, new=data))

        return await command.once(work, status=201)

    @get("/{office_id:uuid}", operation_id="get_office", summary="One office", responses=problems(*READING))
    async def get_office(
        self, office_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> schemas.OfficeView:
        return views.office_view(await offices.get_office(session, act=act, office_id=office_id))


class CentreController(Controller):
    """Industry centres (sentra)."""

    path = "/industry-centres"
    tags = ("identities",)

    @get(
        operation_id="list_centres",
        summary="Industry centres, in a region if asked",
        responses=problems(*READING),
    )
    async def list_centres(
        self,
        session: GivenSession,
        act: GivenAct,
        region_code: FromQuery[RegionCode] = None,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.CentrePage:
        rows, following = await centres.list_centres(
            session, act=act, region_code=region_code or "", after=page_after(after), limit=limit
        )
        return schemas.CentrePage(items=tuple(views.centre_view(r) for r in rows), next=following)

    @post(
        operation_id="register_centre",
        summary="Register an industry centre with its decree",
        responses=problems(*WRITING),
    )
    async def register_centre(
        self, data: JSONBody[schemas.NewCentre], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.SavedCentre]:
        async def work() -> schemas.SavedCentre:
            saved = await centres.register_centre(session, act=act, new=data)
            return views.saved_centre(saved.centre, saved.warnings)

        return await command.once(work, status=201, etag=_tag)

    @get(
        "/{centre_id:uuid}",
        operation_id="get_centre",
        summary="One industry centre",
        responses=problems(*READING),
    )
    async def get_centre(
        self, centre_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> Response[schemas.CentreView]:
        view = views.centre_view(await centres.get_centre(session, act=act, centre_id=centre_id))
        return Response(view, headers={"etag": _tag(view)})

    @patch(
        "/{centre_id:uuid}",
        operation_id="update_centre",
        summary="Change an industry centre",
        description="For the regency office of the territory and the ministry. Needs If-Match.",
        responses=problems(*WRITING),
    )
    async def update_centre(
        self,
        centre_id: FromPath[UUID],
        data: JSONBody[schemas.CentreChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.SavedCentre]:
        async def work() -> schemas.SavedCentre:
            saved = await centres.update_centre(
                session, act=act, centre_id=centre_id, version=command.version, change=data
            )
            return views.saved_centre(saved.centre, saved.warnings)

        return await command.once(work, etag=_tag)


class EnterpriseController(Controller):
    """Enterprises (IKM): a producer sees their own, an office those of its territory."""

    path = "/enterprises"
    tags = ("identities",)

    @get(
        operation_id="list_enterprises", summary="Enterprises that you may see", responses=problems(*READING)
    )
    async def list_enterprises(
        self,
        session: GivenSession,
        act: GivenAct,
        region_code: FromQuery[RegionCode] = None,
        centre_id: FromQuery[UUID | None] = None,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> schemas.EnterprisePage:
        rows, following = await enterprises.list_enterprises(
            session,
            act=act,
            region_code=region_code or "",
            centre_id=centre_id,
            after=page_after(after),
            limit=limit,
        )
        return schemas.EnterprisePage(items=tuple(views.enterprise_view(r) for r in rows), next=following)

    @post(
        operation_id="register_enterprise",
        summary="Register an enterprise",
        description="All faulty numbers are named at once; what should only be looked at again is in `warnings`.",
        responses=problems(*WRITING),
    )
    async def register_enterprise(
        self,
        data: JSONBody[schemas.NewEnterprise],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.SavedEnterprise]:
        async def work() -> schemas.SavedEnterprise:
            saved = await enterprises.register_enterprise(session, act=act, new=data)
            return views.saved_enterprise(saved.enterprise, saved.warnings)

        return await command.once(work, status=201, etag=_tag)

    @get(
        "/{enterprise_id:uuid}",
        operation_id="get_enterprise",
        summary="One enterprise",
        responses=problems(*READING),
    )
    async def get_enterprise(
        self, enterprise_id: FromPath[UUID], session: GivenSession, act: GivenAct
    ) -> Response[schemas.EnterpriseView]:
        enterprise = await enterprises.get_enterprise(session, act=act, enterprise_id=enterprise_id)
        view = views.enterprise_view(enterprise)
        return Response(view, headers={"etag": _tag(view)})

    @patch(
        "/{enterprise_id:uuid}",
        operation_id="update_enterprise",
        summary="Change an enterprise",
        description="A producer may change the address and the phone of their own. Needs If-Match.",
        responses=problems(*WRITING),
    )
    async def update_enterprise(
        self,
        enterprise_id: FromPath[UUID],
        data: JSONBody[schemas.EnterpriseChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
    ) -> Response[schemas.SavedEnterprise]:
        async def work() -> schemas.SavedEnterprise:
            saved = await enterprises.update_enterprise(
                session, act=act, enterprise_id=enterprise_id, version=command.version, change=data
            )
            return views.saved_enterprise(saved.enterprise, saved.warnings)

        return await command.once(work, etag=_tag)


class RegionController(Controller):
    """The administrative regions of Indonesia, with their edition."""

    path = "/regions"
    tags = ("identities",)

    @get(
        operation_id="list_regions",
        summary="Regions below a parent, of a level, or by name",
        description="Without any of the three: the provinces. `parent` alone gives its direct children.",
        responses=problems(400, 401, 403),
    )
    async def list_regions(
        self,
        session: GivenSession,
        act: GivenAct,
        parent: FromQuery[RegionCode] = None,
        level: FromQuery[RegionLevel | None] = None,
        q: Annotated[
            str | None, QueryParameter(min_length=2, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
        ] = None,
        after: FromQuery[RegionCode] = None,
        limit: Limit = 20,
    ) -> schemas.RegionPage:
        rows, following = await places.list_regions(
            session, parent=parent, level=level, text=q, after=after, limit=limit
        )
        return schemas.RegionPage(items=tuple(views.region_view(r) for r in rows), next=following)

    @get("/{code:str}", operation_id="get_region", summary="One region", responses=problems(*READING))
    async def get_region(
        self, code: FromPath[str], session: GivenSession, act: GivenAct
    ) -> schemas.RegionView:
        return views.region_view(await places.get_region(session, code=code))


class HolidayController(Controller):
    """Days on which offices are closed; deadlines count the others."""

    path = "/holidays"
    tags = ("identities",)

    @get(operation_id="list_holidays", summary="The days off of a year", responses=problems(400, 401, 403))
    async def list_holidays(
        self, session: GivenSession, act: GivenAct, year: Annotated[int, QueryParameter(ge=1945, le=2200)]
    ) -> schemas.HolidayList:
        rows = await places.list_holidays(session, year=year)
        return schemas.HolidayList(items=tuple(views.holiday_view(r) for r in rows))

    @post(
        operation_id="decree_holiday",
        summary="Enter a decreed day off",
        description="Replaces an estimate for the same day.",
        responses=problems(*WRITING),
    )
    async def decree_holiday(
        self, data: JSONBody[schemas.NewHoliday], session: GivenSession, act: GivenAct, command: GivenCommand
    ) -> Response[schemas.HolidayView]:
        async def work() -> schemas.HolidayView:
            return views.holiday_view(await places.decree_holiday(session, act=act, new=data))

        return await command.once(work, status=201)
