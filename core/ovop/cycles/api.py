"""HTTP for cycles, their frozen forms, and the commodities that are installed."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, patch, post, put
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import loader
from ovop.contract.json_schema import form_schema, presentation
from ovop.contract.vocabulary import Text
from ovop.cycles import opening, schemas, service
from ovop.cycles.definitions import find_frozen
from ovop.cycles.models import Cycle
from ovop.cycles.modes import Mode
from ovop.cycles.replay import FrozenHooks
from ovop.identities.enums import Permission
from ovop.openapi import READING, WRITING, problems
from ovop.web import (
    ApiRequest,
    GivenAct,
    GivenCommand,
    GivenSession,
    given,
    not_modified,
    platform_of,
    version_tag,
)


class _Named(msgspec.Struct, frozen=True):
    name: Text


class _Head(msgspec.Struct, frozen=True):
    """As much of a frozen definition as a list shows."""

    manifest: _Named


async def _view(session: AsyncSession, cycle: Cycle, hooks: FrozenHooks) -> schemas.CycleView:
    heads = (await service.heads_by_cycle(session, [cycle.id]))[cycle.id]
    modes = [(head, await hooks.mode_of(head.id)) for head in heads]
    return _view_with(cycle, await service.commodities_of(session, cycle.id), modes)


def _view_with(
    cycle: Cycle, commodities: list[str], modes: Sequence[tuple[service.FrozenHead, Mode]]
) -> schemas.CycleView:
    return schemas.CycleView(
        id=cycle.id,
        year=cycle.year,
        name=Text(id=cycle.name_id, en=cycle.name_en),
        state=cycle.state,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        rules=service.rules_of(cycle),
        chain=service.chain_of(cycle),
        commodities=commodities,
        data_only=[
            schemas.DataOnly(commodity=head.commodity, version=head.version, reason=mode.reason)
            for head, mode in modes
            if mode.reason is not None
        ],
        version=cycle.version,
    )


def _tag(view: schemas.CycleView) -> str:
    return version_tag(view.version)


class CycleController(Controller):
    """Cycles. Everybody signed in may read them; the ministry manages them."""

    path = "/cycles"
    tags = ("cycles",)

    @get(operation_id="list_cycles", summary="All cycles, the newest first", responses=problems(*READING))
    async def list_cycles(
        self, session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> schemas.CycleList:
        act.actor.require(Permission.CYCLE_READ)
        cycles = await service.list_cycles(session)
        enabled = await service.commodities_by_cycle(session, [cycle.id for cycle in cycles])
        frozen = await service.heads_by_cycle(session, [cycle.id for cycle in cycles])
        hooks = platform_of(request).frozen_hooks
        modes = {
            cycle_id: [(head, hooks.known_mode(head.id)) for head in heads]
            for cycle_id, heads in frozen.items()
        }
        return schemas.CycleList(
            items=[_view_with(cycle, enabled[cycle.id], modes[cycle.id]) for cycle in cycles]
        )

    @post(operation_id="create_cycle", summary="Create a cycle", responses=problems(*WRITING))
    async def create_cycle(
        self,
        data: JSONBody[schemas.NewCycle],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await service.create_cycle(
                session,
                act=act,
                year=data.year,
                name=data.name,
                opens_at=data.opens_at,
                closes_at=data.closes_at,
                cycle_rules=given(data.rules),
                chain=given(data.chain),
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, status=201, etag=_tag)

    @get("/{cycle_id:uuid}", operation_id="get_cycle", summary="One cycle", responses=problems(*READING))
    async def get_cycle(
        self, cycle_id: FromPath[UUID], session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> Response[schemas.CycleView]:
        act.actor.require(Permission.CYCLE_READ)
        cycle = await service.get_cycle(session, cycle_id)
        view = await _view(session, cycle, platform_of(request).frozen_hooks)
        return Response(view, headers={"etag": _tag(view)})

    @patch(
        "/{cycle_id:uuid}", operation_id="amend_cycle", summary="Change a draft", responses=problems(*WRITING)
    )
    async def amend_cycle(
        self,
        cycle_id: FromPath[UUID],
        data: JSONBody[schemas.CycleChange],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await service.amend_cycle(
                session,
                act=act,
                cycle_id=cycle_id,
                version=command.version,
                name=given(data.name),
                opens_at=given(data.opens_at),
                closes_at=given(data.closes_at),
                cycle_rules=given(data.rules),
                chain=given(data.chain),
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, etag=_tag)

    @put(
        "/{cycle_id:uuid}/commodities",
        operation_id="choose_commodities",
        summary="Choose what the cycle opens with",
        responses=problems(*WRITING),
    )
    async def choose_commodities(
        self,
        cycle_id: FromPath[UUID],
        data: JSONBody[schemas.Choice],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await opening.choose_commodities(
                session,
                act=act,
                cycle_id=cycle_id,
                version=command.version,
                commodity_ids=data.commodities,
                installed=platform_of(request).registry.commodities,
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, etag=_tag)

    @post(
        "/{cycle_id:uuid}/opening",
        operation_id="open_cycle",
        summary="Open the cycle and freeze its commodities",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def open_cycle(
        self,
        cycle_id: FromPath[UUID],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await opening.open_cycle(
                session,
                act=act,
                cycle_id=cycle_id,
                version=command.version,
                installed=platform_of(request).registry.commodities,
                hooks=platform_of(request).hooks,
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, etag=_tag)

    @post(
        "/{cycle_id:uuid}/extensions",
        operation_id="extend_cycle",
        summary="Move the closing instant to a later one",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def extend_cycle(
        self,
        cycle_id: FromPath[UUID],
        data: JSONBody[schemas.Extension],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await service.extend_cycle(
                session,
                act=act,
                cycle_id=cycle_id,
                version=command.version,
                closes_at=data.closes_at,
                reason=data.reason,
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, etag=_tag)

    @post(
        "/{cycle_id:uuid}/closing",
        operation_id="close_cycle",
        summary="Close the cycle for new submissions",
        responses=problems(*WRITING),
        status_code=200,
    )
    async def close_cycle(
        self,
        cycle_id: FromPath[UUID],
        data: JSONBody[schemas.Closing],
        session: GivenSession,
        act: GivenAct,
        command: GivenCommand,
        request: ApiRequest,
    ) -> Response[schemas.CycleView]:
        async def work() -> schemas.CycleView:
            cycle = await service.close_cycle(
                session, act=act, cycle_id=cycle_id, version=command.version, reason=data.reason
            )
            return await _view(session, cycle, platform_of(request).frozen_hooks)

        return await command.once(work, etag=_tag)

    @get(
        "/{cycle_id:uuid}/commodities",
        operation_id="list_cycle_commodities",
        summary="The commodities that the cycle froze",
        responses=problems(*READING),
    )
    async def list_cycle_commodities(
        self, cycle_id: FromPath[UUID], session: GivenSession, act: GivenAct, request: ApiRequest
    ) -> schemas.CycleCommodityList:
        act.actor.require(Permission.CYCLE_READ)
        await service.get_cycle(session, cycle_id)
        hooks = platform_of(request).frozen_hooks
        rows = await service.frozen_of(session, cycle_id)
        current = {row.commodity_id: row.id for row in rows}.values()
        items = []
        for row in rows:
            head = msgspec.json.decode(row.content, type=_Head)
            mode = await hooks.mode_of(row.id)
            items.append(
                schemas.CycleCommodityView(
                    commodity=row.commodity_id,
                    name=head.manifest.name,
                    version=row.version,
                    current=row.id in current,
                    mode=mode.word,
                    reason=mode.reason,
                    sha256=row.sha256,
                    distribution=row.distribution,
                    distribution_version=row.distribution_version,
                    contract_version=row.contract_version,
                    examples_ok=bool(row.examples["ok"]),
                    frozen_at=row.frozen_at,
                )
            )
        return schemas.CycleCommodityList(items=items)

    @get(
        "/{cycle_id:uuid}/commodities/{commodity:str}/form",
        operation_id="get_form",
        summary="A frozen form: schema, presentation, rules, hash",
        description="The form that new drafts are given; with `sha256` (a submission's `definition_sha256`) the one that a submission was "
        "begun with, which a correction of the commodity leaves as it is. Answers 304 to `If-None-Match` with the ETag it gave.",
        responses={
            **problems(*READING),
            200: ResponseSpec(schemas.FormView, description="The form.", generate_examples=False),
            304: ResponseSpec(None, description="You have it already."),
        },
    )
    async def get_form(
        self,
        cycle_id: FromPath[UUID],
        commodity: FromPath[str],
        session: GivenSession,
        act: GivenAct,
        request: ApiRequest,
        sha256: Annotated[str | None, QueryParameter(pattern=r"^[0-9a-f]{64}$")] = None,
    ) -> Response[Any]:
        act.actor.require(Permission.CYCLE_READ)
        frozen = await find_frozen(session, cycle_id=cycle_id, commodity_id=commodity, sha256=sha256)
        age = "no-cache" if sha256 is None else "max-age=31536000, immutable"
        etag, kept = f'"{frozen.sha256}"', {"cache-control": f"private, {age}"}
        if unchanged := not_modified(request, etag, kept):
            return unchanged
        definition = loader.decode(frozen.content)
        content: dict[str, Any] = msgspec.json.decode(frozen.content)
        content.pop("examples", None)
        view = schemas.FormView(
            commodity=commodity,
            version=frozen.version,
            sha256=frozen.sha256,
            schema=form_schema(definition),
            presentation=presentation(definition),
            definition=content,
        )
        return Response(view, headers={**kept, "etag": etag})


class CommodityController(Controller):
    """What is installed on this machine; a cycle uses its own frozen copies instead."""

    path = "/commodities"
    tags = ("cycles",)

    @get(
        operation_id="list_commodities",
        summary="Installed commodities and load problems",
        responses=problems(*READING),
    )
    async def list_commodities(self, act: GivenAct, request: ApiRequest) -> schemas.CommodityList:
        act.actor.require(Permission.CYCLE_READ)
        registry = platform_of(request).registry
        return schemas.CommodityList(
            items=[
                schemas.InstalledCommodity(
                    id=c.definition.manifest.id,
                    code=c.definition.manifest.code,
                    name=c.definition.manifest.name,
                    summary=c.definition.manifest.summary,
                    owner=c.definition.manifest.owner,
                    version=c.definition.manifest.version,
                    contract=c.definition.manifest.contract,
                    distribution=c.distribution,
                    distribution_version=c.version,
                    data_only=not c.module,
                )
                for c in registry.commodities.values()
            ],
            problems=[
                schemas.CommodityProblem(name=p.name, distribution=p.distribution, reason=p.reason)
                for p in registry.problems
            ]
            + [
                schemas.CommodityProblem(
                    name=p.commodity,
                    distribution=registry.commodities[p.commodity].distribution,
                    reason=p.reason,
                )
                for p in platform_of(request).hooks.problems()
            ],
            safe_mode=registry.safe_mode,
        )
