"""The addresses from which scripts are loaded, and the plans of definitions."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from ovop.contract.vocabulary import Text
from ovop.cycles.definitions import compiled_for
from ovop.errors import NotFound
from ovop.portal.live.plan import plan_of
from ovop.portal.live.scripts import mark_of_scripts, scripts
from ovop.web import GivenSession

FOR_GOOD = "max-age=31536000, immutable"
MOST_KEPT = 32
_plans: OrderedDict[UUID, bytes] = OrderedDict()


class ScriptPages(Controller):
    """Scripts and plans: neither ever changes under its address."""

    @get("/scripts/{mark:str}/{name:str}", opt={"public": True})
    async def script(self, mark: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        content = scripts().get(name)
        if content is None:
            raise NotFound("script_unknown", Text("Berkas ini tidak ada.", "There is no such file."))
        lasting = f"public, {FOR_GOOD}" if mark == mark_of_scripts() else "no-store"
        return Response(content, media_type="text/javascript", headers={"cache-control": lasting})

    @get("/definitions/{definition_id:uuid}/plan")
    async def plan(self, session: GivenSession, definition_id: FromPath[UUID]) -> Response[bytes]:
        """The plan of a frozen definition for `static/live/record.js`; for anybody who is signed in, as the definition itself."""
        if definition_id not in _plans:
            try:
                compiled = await compiled_for(session, definition_id)
            except LookupError:
                raise NotFound(
                    "definition_unknown", Text("Definisi ini tidak ada.", "There is no such definition.")
                ) from None
            _plans[definition_id] = msgspec.json.encode(plan_of(compiled.checker))
            if len(_plans) > MOST_KEPT:
                _plans.popitem(last=False)
        return Response(
            _plans[definition_id],
            media_type="application/json",
            headers={"cache-control": f"private, {FOR_GOOD}"},
        )
