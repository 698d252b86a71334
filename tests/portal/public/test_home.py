"""The landing page: what OVOP is, the route drawn from the chain, and the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from ovop.contract.aims import AIM_NAMES
from ovop.contract.vocabulary import Aim
from ovop.cycles.chain import Effect
from ovop.cycles.models import Cycle
from ovop.cycles.rules import default_chain
from ovop.portal.public.calendar import Standing, window_to_tell
from ovop.portal.public.route import LATER, later_steps, steps_of
from ovop.portal.public.words import AIMS
from tests.factories import CLOSES, NOW, OPENS, text
from tests.portal.browsing import Browser

if TYPE_CHECKING:
    from tests.factories import World


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_principle_and_criterion_is_named_with_a_sentence(world: World, language: str) -> None:
    page = Browser(world, language=language).get("/")
    titles = {heading.text for heading in page.content.all("h3")}
    assert {name.in_language(language) for name in AIM_NAMES.values()} <= titles
    assert set(AIMS) == set(Aim)


def test_commodities_come_from_the_registry_and_lead_to_their_guidance(world: World) -> None:
    page = Browser(world).get("/")
    links = {link.attributes["href"]: link.text for link in page.content.one("main").all("a")}
    assert links["/guidance/sample"] == "Contoh"
    pattern = page.content.all("img", class_="motif")[0]
    assert world.client.get(pattern.attributes["src"]).headers["content-type"].startswith("image/svg")
    assert pattern.attributes["alt"] == ""


def test_route_shows_the_stages_of_the_chain_then_what_follows(world: World) -> None:
    page = Browser(world).get("/")
    shown = [heading.text for heading in page.content.one("ol", class_="steps").all("h3")]
    chain = [step.name.id for step in steps_of(default_chain())]
    assert shown == [*chain, *(name for _, name, _ in LATER)]
    assert "Paling lama 10 hari kerja" in page.text
    assert "Tembusan tidak menahan usulan" in page.text


def test_steps_go_forward_only_and_end_at_the_outcome() -> None:
    chain = default_chain()
    assert [step.name.id for step in steps_of(chain)] == [
        chain.stage(code).label.id
        for code in ("draft", "office_review", "verification", "administrative_selection", "selected")
    ]
    assert chain.action("office_review", "endorse").effect is Effect.APPROVE
    assert [copy.id for copy in steps_of(chain)[1].copies] == [copy.label.id for copy in chain.copies]


def test_later_step_is_left_out_when_the_chain_holds_it() -> None:
    chain = default_chain()
    stages = tuple(
        msgspec.structs.replace(stage, code="assessment") if stage.code == "declined" else stage
        for stage in chain.stages
    )
    shown = [step.name for step in later_steps(msgspec.structs.replace(chain, stages=stages))]
    assert shown == [name for code, name, _ in LATER if code != "assessment"]


def test_calendar_counts_the_days_that_are_left(world: World) -> None:
    world.open_cycle()
    page = Browser(world).get("/")
    assert "Pendaftaran dibuka" in page.text
    assert "15 hari" in page.text
    assert "30 April 2026 pukul 23.59 WIB" in page.text


def test_calendar_says_so_when_there_is_no_cycle(world: World) -> None:
    assert "Belum ada jadwal siklus" in Browser(world).get("/").text


def test_calendar_calls_a_cycle_that_is_not_opened_yet_a_plan(world: World) -> None:
    body = {"year": 2028, "name": text("OVOP 2028")}
    body |= {"opens_at": (NOW + timedelta(days=9)).isoformat(), "closes_at": (NOW + timedelta(days=99)).isoformat()}  # fmt: skip
    assert world.admin.post("/cycles", body).status_code == 201
    page = Browser(world).get("/")
    assert "Rencana, dapat berubah" in page.text
    assert "Pendaftaran dibuka" not in page.text


def test_calendar_does_not_call_a_window_open_after_its_closing_instant(world: World) -> None:
    world.open_cycle()
    world.clock.now = CLOSES + timedelta(minutes=1)
    page = Browser(world).get("/")
    assert "Sudah ditutup" in page.text
    assert "Pendaftaran dibuka" not in page.text


def _cycle(year: int, state: str, opens: int, closes: int) -> Cycle:
    """A cycle whose window is given in days from now."""
    day = timedelta(days=1)
    return Cycle(
        year=year, name_id=str(year), name_en=str(year), state=state, opens_at=NOW + opens * day, closes_at=NOW + closes * day
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cycles", "expected"),
    [
        ([_cycle(2024, "closed", -800, -700), _cycle(2026, "open", -5, 5)], (2026, Standing.RUNNING)),
        ([_cycle(2024, "closed", -800, -700), _cycle(2026, "draft", 5, 50)], (2026, Standing.PLANNED)),
        ([_cycle(2026, "open", 5, 50), _cycle(2028, "draft", 2, 3)], (2026, Standing.UPCOMING)),
        ([_cycle(2022, "closed", -1500, -1400), _cycle(2024, "closed", -800, -700)], (2024, Standing.OVER)),
        ([_cycle(2026, "draft", -5, 5)], None),
        ([], None),
    ],
)
def test_window_that_is_told(cycles: list[Cycle], expected: tuple[int, Standing] | None) -> None:
    window = window_to_tell(cycles, NOW)
    assert (None if window is None else (window.year, window.standing)) == expected
    assert OPENS < NOW < CLOSES
