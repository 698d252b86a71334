"""HTTP for guidance: the public library, the list for one submission, hints for assessors, and what a rubric serves."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery, QueryParameter

from ovop.contract.aims import aims_served
from ovop.contract.vocabulary import GuidanceKind, Text, Theme
from ovop.errors import NotFound
from ovop.guidance import schemas
from ovop.guidance.advising import advise, hint
from ovop.guidance.library import Wanted, counts_of, matching
from ovop.guidance.service import definition_for, names_of, require_criterion
from ovop.openapi import NO_LOGIN, READING, problems
from ovop.submissions.access import load_place
from ovop.web import ApiRequest, GivenAct, GivenSession, platform_of

Words = Annotated[str | None, QueryParameter(min_length=2, max_length=100)]
CycleChoice = Annotated[
    UUID | None, QueryParameter(description="As this cycle froze it; otherwise as it is today.")
]


class GuidanceController(Controller):
    """The guidance library of each commodity; public, because advice helps before anybody applies."""

    path = "/commodities/{commodity:str}"
    tags = ("guidance",)
    opt = {"public": True}  # noqa: RUF012  # Litestar declares it as an instance attribute
    security = NO_LOGIN

    @get(
        "/guidance",
        operation_id="list_guidance",
        summary="The guidance library of a commodity",
        description="Steps of product development and success stories in Bahasa Indonesia and English. Every filter that is given must fit.",
        responses=problems(400, 404, 422),
    )
    async def list_guidance(
        self,
        commodity: FromPath[str],
        session: GivenSession,
        request: ApiRequest,
        theme: FromQuery[Theme | None] = None,
        kind: FromQuery[GuidanceKind | None] = None,
        criterion: Annotated[str | None, QueryParameter(max_length=40)] = None,
        level: Annotated[
            int | None,
            QueryParameter(ge=0, le=100, description="A level reached: only what is shown at it or above."),
        ] = None,
        field: Annotated[str | None, QueryParameter(max_length=60)] = None,
        provider: Words = None,
        words: Words = None,
        cycle_id: CycleChoice = None,
    ) -> schemas.GuidanceLibrary:
        definition = await definition_for(
            session, registry=platform_of(request).registry, commodity=commodity, cycle_id=cycle_id
        )
        require_criterion(definition, criterion)
        items = matching(
            definition,
            Wanted(
                theme=theme,
                kind=kind,
                criterion=criterion,
                level=level,
                field=field,
                provider=provider,
                words=words,
            ),
        )
        names = names_of(definition)
        return schemas.GuidanceLibrary(
            commodity=commodity,
            name=definition.manifest.name,
            version=definition.manifest.version,
            items=[schemas.guidance_view(item, names) for item in items],
            counts=counts_of(items),
        )

    @get(
        "/guidance/{guidance:str}",
        operation_id="get_guidance",
        summary="One piece of guidance",
        responses=problems(400, 404, 422),
    )
    async def get_guidance(
        self,
        commodity: FromPath[str],
        guidance: FromPath[str],
        session: GivenSession,
        request: ApiRequest,
        cycle_id: CycleChoice = None,
    ) -> schemas.GuidanceView:
        definition = await definition_for(
            session, registry=platform_of(request).registry, commodity=commodity, cycle_id=cycle_id
        )
        for item in definition.guidance:
            if item.id == guidance:
                return schemas.guidance_view(item, names_of(definition))
        raise NotFound(
            "guidance_unknown",
            Text(
                id=f"Panduan “{guidance}” tidak ada. Lihat daftar panduan komoditi ini.",
                en=f"There is no guidance “{guidance}”. See this commodity's list of guidance.",
            ),
        )

    @get(
        "/aims",
        operation_id="list_aims",
        summary="What the rubric serves",
        description="The three principles of OVOP and the criteria of selection, each with the criteria of the rubric that serve it and their weight.",
        responses=problems(400, 404, 422),
    )
    async def list_aims(
        self,
        commodity: FromPath[str],
        session: GivenSession,
        request: ApiRequest,
        cycle_id: CycleChoice = None,
    ) -> schemas.RubricAims:
        definition = await definition_for(
            session, registry=platform_of(request).registry, commodity=commodity, cycle_id=cycle_id
        )
        return schemas.RubricAims(
            commodity=commodity,
            version=definition.manifest.version,
            aims=list(aims_served(definition.rubric)),
        )


class AdviceController(Controller):
    """Advice on one submission, as its reader sees it."""

    path = "/submissions/{submission_id:uuid}"
    tags = ("guidance",)

    @get(
        "/guidance",
        operation_id="list_advice",
        summary="The guidance that this submission profits from most",
        description="Chosen by the commodity's own code where it has such, otherwise by the guidance table: what is meant for criteria at the "
        "level that the answers reach, and for fields with findings. The points that each criterion leaves tell what comes first.",
        responses=problems(*READING),
    )
    async def list_advice(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> schemas.AdviceList:
        place = await load_place(session, submission_id)
        return await advise(session, act=act, place=place, hooks=platform_of(request).frozen_hooks)

    @get(
        "/score-hints",
        operation_id="list_score_hints",
        summary="Levels that the answers suggest",
        description="Advice to those who judge; never a score.",
        responses=problems(*READING),
    )
    async def list_score_hints(
        self, submission_id: FromPath[UUID], session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> schemas.ScoreHintList:
        place = await load_place(session, submission_id)
        return await hint(session, act=act, place=place, hooks=platform_of(request).frozen_hooks)
