"""A frozen commodity is held against its stored examples: where it answers otherwise, it goes on with its data only and says so."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.examples import ExampleResult, run_example
from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Definition
from ovop.cycles import replay
from ovop.cycles.hook_records import HookRecord, differences
from ovop.cycles.models import FrozenDefinition
from tests.coded import coded_commodity
from tests.factories import (
    ANSWERS,
    World,
    make_world,
    restarted,
    sample_definition,
    sample_registry,
    text,
)

EXAMPLE = {
    "id": "by_machine",
    "title": text("Mesin"),
    "kind": "invalid",
    "facts": {"today": "2026-04-15"},
    "answers": {**ANSWERS, "technique": "machine"},
    "finding": [
        {"path": "", "code": "gate_K1"},
        {"path": "evidence.permit", "code": "evidence_missing"},
        {"path": "evidence.photos[front]", "code": "evidence_missing"},
    ],
}

CODE = """
from ovop.contract import Finding, Severity, Text, hookimpl

@hookimpl
def validate_submission(submission):
    words = Text("Periksa tahapan", "Look at the steps")
    assert submission.facts["today"].year == 2026
    count = len(submission.answers.get("steps", []))
    return [Finding(path="steps", code="few_steps", severity=Severity.WARNING, message=words, remedy=words)] if count < LIMIT else []

@hookimpl
def advise(submission, levels):
    return ["step"]
"""


def definition(version: str = "1.0") -> Definition:
    return sample_definition(version=version, examples=[EXAMPLE])


def commodity(folder: Path, *, limit: int = 3, version: str = "1.0", code: str = CODE) -> Commodity:
    return coded_commodity(folder, code.replace("LIMIT", str(limit)), definition=definition(version))


def installed(one: Commodity) -> Registry:
    return Registry(commodities={one.id: one})


@contextmanager
def frozen(database_url: str, tmp_path: Path) -> Iterator[tuple[World, dict[str, Any], str]]:
    """A cycle that froze a commodity with code, and a draft whose two steps that code finds too few."""
    with make_world(database_url, tmp_path, registry=installed(commodity(tmp_path))) as world:
        cycle = world.open_cycle()
        draft = str(world.begin(cycle)["id"])
        world.complete(draft)
        assert codes(world, draft) == {"few_steps"}
        yield world, cycle, draft


def codes(world: World, draft: str) -> set[str]:
    items = world.producer.get(f"/submissions/{draft}/findings").json()["items"]
    return {item["code"] for item in items}


def modes(world: World, cycle: dict[str, Any]) -> dict[str, Any]:
    """What the API says of the commodity, at each place where it does."""
    row = world.producer.get(f"/cycles/{cycle['id']}/commodities").json()["items"][0]
    return {
        "commodities": (row["mode"], row["reason"]),
        "cycle": world.producer.get(f"/cycles/{cycle['id']}").json()["data_only"],
        "list": world.producer.get("/cycles").json()["items"][0]["data_only"],
        "health": world.nobody.get("/health/ready").json()["data_only"],
    }


FULL = {"commodities": ("full", None), "cycle": [], "list": [], "health": []}


def stored(world: World) -> FrozenDefinition:
    async def work(session: AsyncSession) -> FrozenDefinition:
        return (await session.scalars(select(FrozenDefinition))).one()

    return world.in_database(work)


def test_answers_of_the_hooks_on_the_examples_are_kept_at_freezing(database_url: str, tmp_path: Path) -> None:
    with frozen(database_url, tmp_path) as (world, cycle, _draft):
        row = stored(world)
        assert row.hooks == ["advise", "validate_submission"]
        kept = row.examples["hooks"]["by_machine"]
        assert kept["advise"]["answer"] == ["step"]
        assert [f["code"] for f in kept["validate_submission"]["answer"]] == ["few_steps"]
        assert all(len(one["digest"]) == 64 and one["failure"] == "" for one in kept.values())
        assert modes(world, cycle) == FULL


def test_same_code_after_a_restart_is_asked_again(database_url: str, tmp_path: Path) -> None:
    with frozen(database_url, tmp_path) as (world, cycle, draft):
        pass
    again = installed(commodity(tmp_path))
    with restarted(world, database_url, tmp_path, registry=again) as after:
        assert codes(after, draft) == {"few_steps"}
        assert modes(after, cycle) == FULL


OTHERWISE: dict[str, tuple[Callable[[Path], Registry], str]] = {
    "answers otherwise": (lambda f: installed(commodity(f, limit=1)), "by_machine/validate_submission"),
    "another version": (lambda f: installed(commodity(f, version="1.1")), "version 1.1 is installed"),
    "uninstalled": (lambda f: Registry(), "is not installed or cannot be loaded"),
    "data only now": (lambda f: sample_registry(definition()), "are gone: advise, validate_submission"),
    "hook gone": (
        lambda f: installed(commodity(f, code=CODE.partition("@hookimpl\ndef advise")[0])),
        "are gone: advise",
    ),
    "import fails": (
        lambda f: installed(commodity(f, code="import nothing_there")),
        "installed code cannot be used",
    ),
    "hook raises": (
        lambda f: installed(commodity(f, code=CODE.replace("count = ", "count = {}[0] + "))),
        "by_machine/validate_submission",
    ),
    "another package": (
        lambda f: installed(dataclasses.replace(commodity(f), distribution="ovop-other")),
        "ovop-other is installed",
    ),
    "safe mode": (
        lambda f: Registry(commodities=sample_registry(definition()).commodities, safe_mode=True),
        "safe mode",
    ),
}


@pytest.mark.parametrize("case", OTHERWISE)
def test_changed_code_is_left_out_and_named_everywhere(database_url: str, tmp_path: Path, case: str) -> None:
    registry, words = OTHERWISE[case]
    with frozen(database_url, tmp_path) as (world, cycle, draft):
        form = world.producer.get(f"/cycles/{cycle['id']}/commodities/sample/form").content
    with restarted(world, database_url, tmp_path, registry=registry(tmp_path)) as after:
        assert codes(after, draft) == {"check_by_hand"}
        told = modes(after, cycle)
        mode, reason = told["commodities"]
        assert mode == "data_only"
        assert words in reason["en"]
        assert reason["id"] != reason["en"]
        assert told["cycle"] == told["list"] == [{"commodity": "sample", "version": "1.0", "reason": reason}]
        assert told["health"] == ["2026/sample 1.0"]
        assert "nothing_there" not in str(told)  # the text of an error is for operators
        assert after.nobody.get("/health/ready").status_code == 200
        assert after.producer.get(f"/cycles/{cycle['id']}/commodities/sample/form").content == form
        assert after.producer.act(draft, "submit").status_code == 200


def test_right_package_sets_it_right_again(database_url: str, tmp_path: Path) -> None:
    with frozen(database_url, tmp_path) as (world, cycle, draft):
        pass
    with restarted(world, database_url, tmp_path, registry=Registry()) as without:
        assert codes(without, draft) == {"check_by_hand"}
    with restarted(world, database_url, tmp_path, registry=installed(commodity(tmp_path))) as after:
        assert codes(after, draft) == {"few_steps"}
        assert modes(after, cycle) == FULL


def test_data_only_commodity_lacks_nothing_when_its_package_does(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path, registry=sample_registry(definition())) as world:
        cycle = world.open_cycle()
    with restarted(world, database_url, tmp_path, registry=Registry()) as after:
        assert modes(after, cycle) == FULL


def test_examples_that_come_out_otherwise_leave_the_code_out(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def miscounting(*given: Any) -> ExampleResult:
        result = run_example(*given)
        return msgspec.structs.replace(result, findings=result.findings[1:])

    with frozen(database_url, tmp_path) as (world, cycle, draft):
        pass
    monkeypatch.setattr(replay, "run_example", miscounting)
    with restarted(world, database_url, tmp_path, registry=installed(commodity(tmp_path))) as after:
        assert codes(after, draft) == {"check_by_hand"}
        reason = modes(after, cycle)["commodities"][1]["en"]
        assert reason == "Worked examples no longer come out as they did when it was frozen: by_machine."


def test_bettered_wording_is_no_difference(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reworded(*given: Any) -> ExampleResult:
        result = run_example(*given)
        findings = tuple(msgspec.structs.replace(f, message=f.remedy) for f in result.findings)
        return msgspec.structs.replace(result, findings=findings)

    with frozen(database_url, tmp_path) as (world, cycle, draft):
        pass
    monkeypatch.setattr(replay, "run_example", reworded)
    with restarted(world, database_url, tmp_path, registry=installed(commodity(tmp_path))) as after:
        assert codes(after, draft) == {"few_steps"}
        assert modes(after, cycle) == FULL


def test_replay_in_the_background_finds_it_without_being_asked(database_url: str, tmp_path: Path) -> None:
    with frozen(database_url, tmp_path) as (world, _cycle, _draft):
        pass
    with restarted(world, database_url, tmp_path, registry=Registry()) as after:
        assert after.nobody.get("/health/ready").json()["data_only"] == []
        hooks = after.client.app.state.platform.frozen_hooks
        after.client.blocking_portal.call(lambda: hooks.replay_in_background(settling_seconds=0))
        assert after.nobody.get("/health/ready").json()["data_only"] == ["2026/sample 1.0"]


def test_code_that_did_not_answer_is_looked_at_again_after_a_while(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with frozen(database_url, tmp_path) as (world, _cycle, draft):
        pass
    failing = commodity(tmp_path, code=CODE.replace("count = ", "count = {}[0] + "))
    with restarted(world, database_url, tmp_path, registry=installed(failing)) as after:
        assert codes(after, draft) == {"check_by_hand"}
        hooks = after.client.app.state.platform.frozen_hooks
        looked: list[UUID] = []
        look = hooks._look

        async def counted(definition_id: UUID) -> object:
            looked.append(definition_id)
            return await look(definition_id)

        monkeypatch.setattr(hooks, "_look", counted)
        assert codes(after, draft) == {"check_by_hand"}
        assert looked == []
        monkeypatch.setattr(replay, "monotonic", lambda: monotonic() + replay.RETRY_SECONDS + 1)
        assert codes(after, draft) == {"check_by_hand"}
        assert len(looked) == 1


def test_opening_is_refused_when_code_fails_on_its_own_examples(database_url: str, tmp_path: Path) -> None:
    failing = commodity(tmp_path, code=CODE.replace("count = ", "count = {}[0] + "))
    with make_world(database_url, tmp_path, registry=installed(failing)) as world:
        made = world.admin.post(
            "/cycles",
            {
                "year": 2026,
                "name": text("OVOP 2026"),
                "opens_at": "2026-04-01T00:00:00+07:00",
                "closes_at": "2026-04-30T23:59:59+07:00",
            },
        ).json()
        path = f"/cycles/{made['id']}"
        chosen = world.admin.put(f"{path}/commodities", {"commodities": ["sample"]}, version=made["version"])
        refused = world.admin.post(f"{path}/opening", version=chosen.json()["version"])
        assert [f["code"] for f in refused.json()["findings"]] == ["hooks_fail"]
        assert "by_machine/validate_submission (KeyError)" in refused.text
        assert world.admin.get(path).json()["state"] == "draft"


def test_difference_is_one_of_digest_or_failure() -> None:
    one, other = HookRecord(digest="a"), HookRecord(digest="b")
    failed = HookRecord(digest="", failure="ValueError")
    then = {"x": {"advise": one}, "y": {"advise": one, "score_hints": failed}}
    assert differences(then, then) == ()
    assert differences(then, {"x": {"advise": other}, "y": {"advise": one}}) == ("x/advise", "y/score_hints")
