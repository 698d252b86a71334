"""A cycle reads its own frozen copy: upgrading, breaking or removing the package under it changes nothing."""

import dataclasses
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
import pluggy
import pytest
from sqlalchemy import select
from sqlalchemy import text as statement
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import hookimpl, hookspecs, loader
from ovop.contract.hookspecs import PROJECT
from ovop.contract.registry import LoadProblem, Registry
from ovop.contract.vocabulary import Text
from ovop.cycles import definitions
from ovop.cycles.models import FrozenDefinition
from tests.core.contract.factories import write_definition
from tests.factories import ANSWERS, World, make_world, restarted, sample_definition, sample_registry

UPGRADED = sample_registry(
    sample_definition(
        version="2.0",
        form={
            "section": [
                {
                    "id": "other",
                    "title": {"id": "Lain", "en": "Other"},
                    "fields": [
                        {"type": "text", "id": "something_else", "label": {"id": "Lain", "en": "Other"}}
                    ],
                }
            ]
        },
        gates=[],
    )
)
BROKEN = Registry(
    problems=(
        LoadProblem(
            "sample", "ovop-sample", Text(id="modul gagal dimuat", en="the module cannot be imported")
        ),
    )
)
UNINSTALLED = Registry()


def picture(world: World, cycle: dict[str, Any], draft: str) -> dict[str, Any]:
    """Everything that the cycle shows of its commodity, and everything that it finds on a draft."""
    path = f"/cycles/{cycle['id']}/commodities"
    form = world.producer.get(f"{path}/sample/form")
    return {
        "form": form.content,
        "etag": form.headers["etag"],
        "list": world.producer.get(path).json(),
        "findings": world.producer.get(f"/submissions/{draft}/findings").json(),
        "unknown field": world.producer.save(draft, {"something_else": "x"}).json()["findings"],
    }


@pytest.mark.parametrize(
    "registry", [UPGRADED, BROKEN, UNINSTALLED], ids=["upgraded", "broken", "uninstalled"]
)
def test_open_cycle_is_unchanged_when_its_package_is(
    database_url: str, tmp_path: Path, registry: Registry
) -> None:
    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        faulty = str(before.begin(cycle)["id"])
        before.producer.save(faulty, {"technique": "machine", "steps": [{"step": "", "days": 0}]})
        waiting = str(before.begin(cycle)["id"])
        before.complete(waiting)
        expected = picture(before, cycle, faulty)
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        assert picture(after, cycle, faulty) == expected
        refused = after.producer.act(faulty, "submit")
        assert refused.status_code == 422
        assert {f["code"] for f in refused.json()["findings"]} >= {"gate_K1", "required"}
        handed_in = after.producer.act(waiting, "submit")
        assert handed_in.status_code == 200, handed_in.text
        assert handed_in.json()["number"] == "OVOP-2026-SMP-3375-00001"
        begun = str(after.begin(cycle)["id"])
        assert after.producer.save(begun, ANSWERS).status_code == 200


def test_opening_freezes_canonical_bytes_with_their_hash_and_versions(world: World) -> None:
    cycle = world.open_cycle()
    row = world.admin.get(f"/cycles/{cycle['id']}/commodities").json()["items"][0]
    content = loader.encode(sample_definition())
    assert row["sha256"] == loader.digest(content)
    assert (row["commodity"], row["version"], row["contract_version"]) == ("sample", "1.0", "1.0")
    assert (row["distribution"], row["distribution_version"]) == ("ovop-sample", "1.0.0")
    assert row["examples_ok"] is True
    opened = [
        e
        for e in world.auditor.get(f"/events?stream=cycle/{cycle['id']}").json()["items"]
        if e["type"] == "cycle.opened"
    ]
    assert opened[0]["payload"]["definitions"] == {"sample": {"version": "1.0", "sha256": row["sha256"]}}


def stored(world: World) -> FrozenDefinition:
    async def work(session: AsyncSession) -> FrozenDefinition:
        return (await session.scalars(select(FrozenDefinition))).one()

    return world.in_database(work)


def test_package_that_fails_to_import_changes_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        twins = [str(before.begin(cycle)["id"]) for _ in range(2)]
        for twin in twins:
            before.complete(twin)
        expected = picture(before, cycle, twins[0])
        before.producer.act(twins[0], "submit")
        first = before.producer.get(f"/submissions/{twins[0]}/revisions/1").json()
    package = tmp_path / "packages" / "ovop_bursting"
    write_definition(package / "definition")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text("raise ImportError('a library is missing')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    entry = EntryPoint(name="sample", value="ovop_bursting.plugin", group=PROJECT)
    registry = Registry.discover(entry_points=[entry])
    assert [problem.name for problem in registry.problems] == ["sample"]
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        assert after.admin.get("/commodities").json()["items"] == []
        assert picture(after, cycle, twins[1]) == expected
        assert after.producer.act(twins[1], "submit").status_code == 200
        second = after.producer.get(f"/submissions/{twins[1]}/revisions/1").json()
        assert [second[part] for part in ("answers", "facts", "findings")] == [
            first[part] for part in ("answers", "facts", "findings")
        ]
        assert second["facts"]["today"] == "2026-04-15"


def test_code_of_another_version_is_not_asked_about_a_frozen_one(database_url: str, tmp_path: Path) -> None:
    class Objecting:
        @hookimpl
        def validate_submission(self, submission: object) -> None:
            raise AssertionError("asked about a version that it does not know")

    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        submission = str(before.begin(cycle)["id"])
        before.complete(submission)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(Objecting())
    newer = dataclasses.replace(UPGRADED.commodities["sample"], plugin_manager=manager)
    with restarted(before, database_url, tmp_path, registry=Registry(commodities={"sample": newer})) as after:
        findings = after.producer.get(f"/submissions/{submission}/findings").json()
        assert findings == {"complete": True, "items": []}
        assert after.producer.act(submission, "submit").status_code == 200


def test_hooks_that_the_package_has_are_kept_and_none_for_data_only(
    database_url: str, tmp_path: Path
) -> None:
    class Checking:
        @hookimpl
        def validate_submission(self, submission: object) -> None:
            return None

    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(Checking())
    data_only = sample_registry().commodities["sample"]
    with_code = dataclasses.replace(data_only, plugin_manager=manager)
    with make_world(database_url, tmp_path, registry=Registry(commodities={"sample": with_code})) as before:
        before.open_cycle()
        assert stored(before).hooks == ["validate_submission"]
    assert definitions.implemented_hooks(data_only) == []


def test_results_of_the_worked_examples_are_kept(database_url: str, tmp_path: Path) -> None:
    example = {
        "id": "by_machine",
        "title": {"id": "Mesin", "en": "Machine"},
        "kind": "invalid",
        "facts": {"today": "2026-04-15"},
        "answers": {**ANSWERS, "technique": "machine"},
        "finding": [
            {"path": "", "code": "gate_K1"},
            {"path": "evidence.permit", "code": "evidence_missing"},
            {"path": "evidence.photos[front]", "code": "evidence_missing"},
        ],
    }
    with make_world(
        database_url, tmp_path, registry=sample_registry(sample_definition(examples=[example]))
    ) as world:
        world.open_cycle()
        kept = stored(world).examples
        assert (kept["ok"], [(r["id"], r["ok"], r["differences"]) for r in kept["results"]]) == (
            True,
            [("by_machine", True, [])],
        )
        assert {f["code"] for f in kept["results"][0]["findings"]} == {"gate_K1", "evidence_missing"}


@pytest.mark.parametrize(
    "change", ["update frozen_definition set version = '9'", "delete from frozen_definition"]
)
def test_frozen_definition_can_neither_be_changed_nor_removed(world: World, change: str) -> None:
    world.open_cycle()

    async def work(session: AsyncSession) -> None:
        await session.execute(statement(change))

    with pytest.raises(DBAPIError, match="never changed or removed"):
        world.in_database(work)
    assert stored(world).version == "1.0"


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    definition = sample_definition()
    shuffled = msgspec.json.decode(msgspec.json.encode(definition))
    reordered = {key: shuffled[key] for key in sorted(shuffled, reverse=True)}
    again = msgspec.convert(reordered, type(definition))
    assert loader.encode(again) == loader.encode(definition)
    assert loader.decode(loader.encode(definition)) == definition


def test_opening_is_refused_when_a_worked_example_does_not_come_out_as_stated(
    database_url: str, tmp_path: Path
) -> None:
    wrong = {
        "id": "wrong",
        "title": {"id": "Salah", "en": "Wrong"},
        "kind": "valid",
        "facts": {"today": "2026-04-15"},
        "answers": {"technique": "hand"},
    }
    registry = sample_registry(sample_definition(examples=[wrong]))
    with make_world(database_url, tmp_path, registry=registry) as world:
        made = world.admin.post(
            "/cycles",
            {
                "year": 2026,
                "name": {"id": "OVOP 2026", "en": "OVOP 2026"},
                "opens_at": "2026-04-01T00:00:00+07:00",
                "closes_at": "2026-04-30T23:59:59+07:00",
            },
        ).json()
        path = f"/cycles/{made['id']}"
        chosen = world.admin.put(
            f"{path}/commodities", {"commodities": ["sample"]}, version=made["version"]
        ).json()
        refused = world.admin.post(f"{path}/opening", version=chosen["version"])
        assert refused.status_code == 422
        assert [f["code"] for f in refused.json()["findings"]] == ["examples_differ"]
        assert world.admin.get(path).json()["state"] == "draft"
