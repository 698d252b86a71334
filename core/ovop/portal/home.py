"""The first page: what OVOP is, for everybody."""

from __future__ import annotations

from litestar import Controller, Response, get

from ovop.contract.aims import AIM_NAMES, PRINCIPLES
from ovop.contract.vocabulary import Aim, Text
from ovop.cycles import service as cycles
from ovop.cycles.rules import CycleState, default_chain
from ovop.notices.texts import ROLES
from ovop.portal.page import GivenReader, render
from ovop.portal.public.calendar import window_to_tell
from ovop.portal.public.motifs import motifs
from ovop.portal.public.route import later_steps, steps_of
from ovop.portal.public.words import AIMS
from ovop.web import ApiRequest, GivenSession, platform_of


class HomePages(Controller):
    """The landing page."""

    opt = {"public": True, "page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/")
    async def home(self, request: ApiRequest, reader: GivenReader, session: GivenSession) -> Response[str]:
        installed = platform_of(request).registry.commodities
        known = await cycles.list_cycles(session)
        running = next((cycle for cycle in known if cycle.state == CycleState.OPEN), None)
        chain = cycles.chain_of(running) if running is not None else default_chain()
        return render(
            request,
            reader,
            "home.html",
            commodities=[commodity.definition.manifest for commodity in installed.values()],
            motifs=motifs(installed),
            window=window_to_tell(known, reader.at),
            principles=[_told(aim) for aim in PRINCIPLES],
            criteria=[_told(aim) for aim in AIM_NAMES if aim not in PRINCIPLES],
            steps=steps_of(chain),
            later=later_steps(chain),
            roles=ROLES,
        )


def _told(aim: Aim) -> tuple[Text, str]:
    return AIM_NAMES[aim], AIMS[aim]
