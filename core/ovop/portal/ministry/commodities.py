"""What is installed, what is left out or not asked at present and why, and which tier a commodity reaches."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from ovop.contract.conformance.code import code_of
from ovop.contract.conformance.report import Report, judge
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Text
from ovop.errors import NotFound
from ovop.identities.enums import Permission, Role
from ovop.portal.ministry import words
from ovop.portal.page import GivenReader, redirect, render
from ovop.web import ApiRequest, platform_of

MOST_KEPT = 32
_reports: OrderedDict[int, tuple[Commodity, Report]] = OrderedDict()
_judging = asyncio.Lock()


class CommodityPages(Controller):
    """Installed commodities; a cycle uses its own frozen copies instead."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/commodities")
    async def commodities(self, request: ApiRequest, reader: GivenReader) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_READ)
        platform = platform_of(request)
        installed = platform.registry.commodities
        return render(
            request,
            reader,
            "ministry_commodities.html",
            registry=platform.registry,
            hook_problems=platform.hooks.problems(),
            data_only=platform.frozen_hooks.data_only(),
            tiers={name: report.tier for name, one in installed.items() if (report := _known(one))},
            judged={name for name, one in installed.items() if _known(one)},
            words=words,
            manages=reader.has(Role.MINISTRY_ADMIN),
        )

    @get("/commodities/{commodity:str}/tier")
    async def tier(self, request: ApiRequest, reader: GivenReader, commodity: FromPath[str]) -> Response[str]:
        reader.act.actor.require(Permission.CYCLE_READ)
        installed = platform_of(request).registry.commodities.get(commodity)
        if installed is None:
            raise NotFound(
                "commodity_unknown",
                Text(f"Komoditi “{commodity}” tidak terpasang.", f"“{commodity}” is not installed."),
            )
        return render(
            request,
            reader,
            "ministry_tier.html",
            commodity=installed,
            report=await _report(installed),
            words=words,
        )

    @get("/verification")
    async def verification(self, request: ApiRequest, reader: GivenReader) -> Redirect:
        """What waits at the ministry: the queue, which shows each reader the stages at which they decide."""
        reader.act.actor.require(Permission.SUBMISSION_READ)
        return redirect("/queue")


def _known(commodity: Commodity) -> Report | None:
    kept = _reports.get(id(commodity))
    return kept[1] if kept is not None and kept[0] is commodity else None


async def _report(commodity: Commodity) -> Report:
    """A commodity, its data and its code, held against the published rules; worked out once in a process, one at a time, in a thread."""
    async with _judging:
        known = _known(commodity)
        if known is None:
            known = await asyncio.to_thread(_judged, commodity)
            _reports[id(commodity)] = (commodity, known)
            if len(_reports) > MOST_KEPT:
                _reports.popitem(last=False)
        return known


def _judged(commodity: Commodity) -> Report:
    with code_of(commodity.definition, commodity.folder) as code:
        return judge(commodity.definition, code=code)
