"""Whatever is tried by whomever in whatever order: the stored stage is the one that the log leads to, and the audit finds no fault."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.audit import AuditReport, audit
from ovop.cycles.chain import Chain, Need, next_stage, replay
from ovop.cycles.rules import default_chain
from ovop.submissions.models import Submission

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.factories import World

CHAIN = default_chain()
ACTORS = ("producer", "officer", "officer2", "verifier", "selector")
STRANGERS = ("province", "admin", "auditor", "assessor", "foreign_officer", "foreign_producer", "nobody")
CODES = sorted({action.code for stage in CHAIN.stages for action in stage.actions})

ENDING = ("withdraw", "decline")
"""Tried less often, for they end the route."""


class Route:
    """One submission on its way, the world around it, and the history that the test keeps by itself."""

    def __init__(self, world: "World", cycle: dict[str, Any], data: st.DataObject) -> None:
        self.world = world
        self.data = data
        self.submission = str(world.begin(cycle)["id"])
        world.complete(self.submission)
        self.history: list[str] = []

    @property
    def path(self) -> str:
        return f"/submissions/{self.submission}"

    def step(self) -> None:
        """Something that may happen: a fitting action, any action by anybody, another try with an old version, some answers, some days."""
        kind = self.data.draw(
            st.sampled_from(("fitting", "fitting", "fitting", "any", "stale", "save", "wait"))
        )
        if kind == "wait":
            self.world.clock.now += timedelta(days=self.data.draw(st.integers(0, 2)))
        elif kind == "save":
            caller = self.world.callers[self.data.draw(st.sampled_from(ACTORS))]
            sent = caller.patch(
                f"{self.path}/answers", {"answers": {"technique": "hand"}}, version=self.view()["version"]
            )
            assert sent.status_code in (200, 403, 404, 409, 422), sent.text
        else:
            self.act(kind)
        self.check()

    def act(self, kind: str) -> None:
        before = self.view()
        at, resubmit_to = replay(CHAIN, self.history)
        caller, code = self.who_and_what(kind)
        given = self.given(caller, at, code)
        version = before["version"] - 1 if kind == "stale" else self.view()["version"]
        answer = self.world.callers[caller].act(self.submission, code, version=version, **given)
        assert kind != "stale" or answer.status_code != 200
        if answer.status_code == 200:
            action = CHAIN.action(at, code)
            assert answer.json()["stage"] == next_stage(action, resubmit_to)
            self.history.append(code)
        else:
            assert answer.status_code in (401, 403, 404, 409, 412, 422), answer.text
            assert {**self.view(), "version": 0} == {**before, "version": 0}  # a letter counts in the version

    def who_and_what(self, kind: str) -> tuple[str, str]:
        if kind == "fitting":
            for caller in self.data.draw(st.permutations(ACTORS)):
                open_to = self.world.callers[caller].get(self.path).json().get("actions", [])
                if open_to:
                    codes = [action["code"] for action in open_to]
                    onwards = [code for code in codes if code not in ENDING] * 4
                    return caller, self.data.draw(st.sampled_from([*onwards, *codes]))
        return self.data.draw(st.sampled_from((*ACTORS, *STRANGERS))), self.data.draw(st.sampled_from(CODES))

    def given(self, caller: str, at: str, code: str) -> dict[str, Any]:
        """What the action needs, or now and then nothing at all."""
        if self.data.draw(st.integers(0, 9)) == 0:
            return {}
        action = next((a for a in CHAIN.stage(at).actions if a.code == code), None)
        needs = action.needs if action else ()
        today = self.world.clock.now.date()
        full: dict[Need, dict[str, Any]] = {
            Need.REASON: {"reason": "Alasan"},
            Need.SECTIONS: {
                "sections": self.data.draw(st.sampled_from((["story"], ["making"], ["making", "story"])))
            },
            Need.DUE_ON: {"due_on": (today + timedelta(days=2)).isoformat()},
        }
        found = {key: value for need in needs if need in full for key, value in full[need].items()}
        if Need.LETTER in needs and caller in ("officer", "officer2"):
            found["letter"] = self.world.letter(self.submission, caller=self.world.callers[caller])
        return found

    def view(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.world.producer.get(self.path).json()
        return shown

    def check(self) -> None:
        """The row, the log and the test's own history say the same."""
        stored = self.world.in_database(self.stored)
        events = self.world.producer.get(f"{self.path}/events").json()["items"]
        logged = [event["payload"]["action"] for event in events if "action" in event["payload"]]
        assert logged == self.history
        assert stored == replay(CHAIN, logged)

    async def stored(self, session: "AsyncSession") -> tuple[str, str | None]:
        row = await session.get_one(Submission, UUID(self.submission))
        return row.stage, row.resubmit_to


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_stored_stage_is_always_the_one_that_the_events_lead_to(world: "World") -> None:
    cycle = world.open_cycle()
    assert msgspec.json.decode(json.dumps(cycle["chain"]), type=Chain) == CHAIN
    begun = world.clock.now
    reached: set[str] = set()

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def explore(data: st.DataObject) -> None:
        world.clock.now = begun
        route = Route(world, cycle, data)
        for _ in range(data.draw(st.integers(6, 16))):
            route.step()
            reached.add(route.view()["stage"])

    explore()
    assert reached >= {"draft", "office_review", "correction", "verification", "withdrawn"}, reached
    report: AuditReport = world.client.blocking_portal.call(audit, world.client.app.state.platform.database)
    assert report.faults == ()
    assert report.submissions >= 20
