"""How the ministry brings a cycle about: nobody's change is lost, and it opens only when everything is right."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.registry import Commodity, Registry
from ovop.cycles.models import CycleExtension
from tests.core.approvals.test_actions import problem, stage
from tests.factories import (
    ANSWERS,
    CLOSES,
    OPENS,
    World,
    make_world,
    restarted,
    sample_definition,
    sample_registry,
    text,
)
from tests.together import together

TICK = timedelta(microseconds=1)


def create(world: World, **changes: Any) -> httpx.Response:
    body = {
        "year": 2026,
        "name": text("OVOP 2026"),
        "opens_at": OPENS.isoformat(),
        "closes_at": CLOSES.isoformat(),
        **changes,
    }
    return world.admin.post("/cycles", body)


def choose(world: World, cycle: dict[str, Any], *names: str) -> httpx.Response:
    path = f"/cycles/{cycle['id']}/commodities"
    return world.admin.put(path, {"commodities": names}, version=cycle["version"])


def begin(world: World, cycle: dict[str, Any]) -> httpx.Response:
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Produk",
    }
    return world.producer.post("/submissions", body)


def with_lying_example() -> Registry:
    """The invented commodity, and a second one whose worked example does not come out as it says."""
    lie = {
        "id": "lie",
        "title": text("Bohong"),
        "kind": "valid",
        "facts": {"today": "2026-04-15"},
        "answers": {**ANSWERS, "technique": "machine"},
    }
    manifest = {
        "id": "wrong",
        "code": "WRG",
        "version": "1.0",
        "contract": ">=1.0,<2",
        "name": text("Salah"),
        "summary": text("Salah"),
        "owner": text("Direktorat"),
        "kbli": [{"edition": "2020", "code": "12345"}],
    }
    wrong = sample_definition(manifest=manifest, examples=[lie])
    commodity = Commodity(definition=wrong, folder=Path(), distribution="ovop-wrong", version="1.0.0")
    return Registry(commodities={**sample_registry().commodities, "wrong": commodity})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_year_is_taken_once_when_several_create_it_at_the_same_time(world: World) -> None:
    answers = together(*[lambda: create(world)] * 4)
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409], [a.text for a in answers]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_those_who_amend_or_open_at_once_one_wins(world: World) -> None:
    cycle = choose(world, create(world).json(), "sample").json()
    path, version = f"/cycles/{cycle['id']}", cycle["version"]
    answers = together(
        lambda: world.admin.patch(path, {"name": text("Satu")}, version=version),
        lambda: world.admin.patch(path, {"name": text("Dua")}, version=version),
        lambda: world.admin.post(f"{path}/opening", version=version),
        lambda: choose(world, cycle),
    )
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412], [a.text for a in answers]


def test_amending_keeps_what_is_not_given_and_counts_the_version(world: World) -> None:
    cycle = create(world).json()
    path = f"/cycles/{cycle['id']}"
    amended = world.admin.patch(path, {"name": text("Baru")}, version=cycle["version"])
    assert amended.json() == {**cycle, "name": text("Baru"), "version": cycle["version"] + 1}
    problem(
        world.admin.patch(path, {"name": text("Lain")}, version=cycle["version"]), 412, "changed_meanwhile"
    )
    assert world.producer.get(path).json() == amended.json()


def test_commodities_are_chosen_among_the_installed_ones(world: World) -> None:
    cycle = create(world).json()
    assert problem(choose(world, cycle, "gone", "sample", "other"), 422, "cycle_not_valid") == {
        ("commodities[0]", "commodity_not_installed"),
        ("commodities[2]", "commodity_not_installed"),
    }
    chosen = choose(world, cycle, "sample", "sample").json()
    assert chosen["commodities"] == ["sample"]
    assert choose(world, chosen).json()["commodities"] == []


def test_opening_names_what_is_wrong_with_chain_rules_and_commodities_at_once(
    database_url: str, tmp_path: Path
) -> None:
    registry = with_lying_example()
    with make_world(database_url, tmp_path, registry=registry) as before:
        cycle = choose(before, create(before).json(), "sample", "wrong").json()
        chain, rules = cycle["chain"], cycle["rules"]
        chain["stages"][0]["editable"] = False
        rules["stars"]["bands"].reverse()
        amended = before.admin.patch(
            f"/cycles/{cycle['id']}", {"chain": chain, "rules": rules}, version=cycle["version"]
        ).json()
    left = Registry(commodities={"wrong": registry.commodities["wrong"]})
    with restarted(before, database_url, tmp_path, registry=left) as after:
        path = f"/cycles/{cycle['id']}"
        refused = after.admin.post(f"{path}/opening", version=amended["version"])
        assert problem(refused, 422, "cycle_not_valid") == {
            ("chain.stages[0]", "not_editable"),
            ("rules.stars.bands", "bands_order"),
            ("commodities[0]", "commodity_not_installed"),
            ("commodities.wrong", "examples_differ"),
        }
        assert after.producer.get(path).json() == amended
        assert after.producer.get(f"{path}/commodities").json()["items"] == []


def test_draft_can_be_begun_from_the_first_to_the_last_instant_of_the_window(world: World) -> None:
    cycle = world.open_cycle()
    for instant, status in ((OPENS - TICK, 409), (OPENS, 201), (CLOSES, 201), (CLOSES + TICK, 409)):
        world.clock.now = instant
        assert begin(world, cycle).status_code == status, instant


def test_draft_refused_while_the_cycle_has_not_opened(world: World) -> None:
    problem(begin(world, choose(world, create(world).json(), "sample").json()), 409, "cycle_not_open")


def test_extension_keeps_the_instant_that_it_replaced(world: World) -> None:
    cycle = world.open_cycle()
    path, version = f"/cycles/{cycle['id']}/extensions", cycle["version"]
    instants = [CLOSES + timedelta(days=days) for days in (3, 7)]
    for number, instant in enumerate(instants):
        body = {"closes_at": instant.isoformat(), "reason": f"Gangguan {number}"}
        version = world.admin.post(path, body, version=version).json()["version"]
    problem(
        world.admin.post(path, {"closes_at": (instants[-1] + TICK).isoformat(), "reason": "Lagi"}, version=1),
        412,
        "changed_meanwhile",
    )

    async def kept(session: AsyncSession) -> list[tuple[object, ...]]:
        rows = await session.scalars(select(CycleExtension).order_by(CycleExtension.closes_at))
        return [(row.previous_closes_at, row.closes_at, row.reason) for row in rows]

    assert world.in_database(kept) == [
        (CLOSES, instants[0], "Gangguan 0"),
        (instants[0], instants[1], "Gangguan 1"),
    ]
    world.clock.now = instants[-1]
    assert stage(world.producer.get(f"/submissions/{begin(world, cycle).json()['id']}")) == "draft"


def test_refusal_names_the_instant_at_which_the_cycle_was_closed_early(world: World) -> None:
    cycle = world.open_cycle()
    draft = str(world.begin(cycle)["id"])
    world.complete(draft)
    world.admin.post(f"/cycles/{cycle['id']}/closing", {"reason": "Kuota penuh"}, version=cycle["version"])
    world.clock.now += timedelta(days=1)
    answer = world.producer.act(draft, "submit")
    problem(answer, 409, "window_closed")
    assert "to 2026-04-15 10:00:00 WIB" in answer.json()["detail"]
