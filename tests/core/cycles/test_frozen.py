"""A cycle reads its own frozen copy: upgrading, breaking or removing the package under it changes nothing."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy import text as statement
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import loader
from ovop.contract.examples import run_examples
from ovop.contract.hookspecs import PROJECT
from ovop.contract.registry import LoadProblem, Registry
from ovop.contract.scoring import score
from ovop.contract.vocabulary import Text
from ovop.cycles import definitions
from ovop.cycles.models import FrozenDefinition
from tests.coded import coded_registry
from tests.core.contract.factories import write_definition
from tests.factories import (
    ANSWERS,
    World,
    make_world,
    restarted,
    sample_definition,
    sample_registry,
    text,
)

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
    assert [commodity.module for commodity in registry.commodities.values()] == ["ovop_bursting.plugin"]
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        hooks = after.client.app.state.platform.hooks
        broken = after.client.blocking_portal.call(lambda: hooks.inspect("sample"))
        assert broken.fault is not None
        assert picture(after, cycle, twins[1]) == expected
        assert after.producer.act(twins[1], "submit").status_code == 200
        second = after.producer.get(f"/submissions/{twins[1]}/revisions/1").json()
        assert [second[part] for part in ("answers", "facts", "findings")] == [
            first[part] for part in ("answers", "facts", "findings")
        ]
        assert second["facts"]["today"] == "2026-04-15"


OBJECTING = """
from ovop.contract import Finding, Text, hookimpl

@hookimpl
def validate_submission(submission):
    assert submission.version == "1.0", "asked about a version that it does not know"
    words = Text("Keberatan", "Objection")
    return [Finding(path="meaning", code="objection", message=words, remedy=words)]
"""


def test_code_of_another_version_is_not_asked_about_a_frozen_one(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        submission = str(before.begin(cycle)["id"])
        before.complete(submission)
    newer = coded_registry(tmp_path, OBJECTING, definition=UPGRADED.commodities["sample"].definition)
    with restarted(before, database_url, tmp_path, registry=newer) as after:
        findings = after.producer.get(f"/submissions/{submission}/findings").json()
        assert findings == {"complete": True, "items": []}
        assert after.producer.act(submission, "submit").status_code == 200


def test_hook_that_came_after_freezing_is_not_asked(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as before:
        cycle = before.open_cycle()
        submission = str(before.begin(cycle)["id"])
        before.complete(submission)
    with restarted(before, database_url, tmp_path, registry=coded_registry(tmp_path, OBJECTING)) as after:
        assert after.producer.get(f"/submissions/{submission}/findings").json()["items"] == []


@pytest.mark.parametrize(
    "registry", [UPGRADED, BROKEN, UNINSTALLED], ids=["upgraded", "broken", "uninstalled"]
)
def test_what_code_found_is_checked_by_hand_and_all_else_is_unchanged(
    database_url: str, tmp_path: Path, registry: Registry
) -> None:
    with make_world(database_url, tmp_path, registry=coded_registry(tmp_path, OBJECTING)) as before:
        cycle = before.open_cycle()
        draft = str(before.begin(cycle)["id"])
        before.producer.save(draft, {"technique": "machine"})
        expected = picture(before, cycle, draft)
        codes = [f["code"] for f in expected["findings"]["items"]]
        assert codes[-1] == "objection"
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        found = picture(after, cycle, draft)
        assert [f["code"] for f in found["findings"]["items"]] == [*codes[:-1], "check_by_hand"]
        assert found["findings"]["items"][:-1] == expected["findings"]["items"][:-1]
        row = found["list"]["items"][0]
        assert (row["mode"], row["reason"] is None) == ("data_only", False)
        assert {**row, "mode": "full", "reason": None} == expected["list"]["items"][0]
        assert {**found, "findings": 0, "list": 0} == {**expected, "findings": 0, "list": 0}


SCORED = {
    "id": "scored",
    "title": text("Dinilai"),
    "kind": "scored",
    "facts": {"today": "2026-04-15"},
    "answers": dict(ANSWERS),
    "evidence": [
        {"evidence": "permit", "number": "I-1", "issued_on": "2026-03-01", "media_type": "application/pdf"},
        {"evidence": "photos", "role": "front", "media_type": "image/jpeg"},
    ],
    "levels": {"A1": 4},
    "total": 80.0,
}


@pytest.mark.parametrize(
    "registry", [UPGRADED, BROKEN, UNINSTALLED], ids=["upgraded", "broken", "uninstalled"]
)
def test_frozen_definition_gives_the_same_bytes_findings_and_scores_whatever_is_installed(
    database_url: str, tmp_path: Path, registry: Registry
) -> None:
    definition = sample_definition(examples=[SCORED])
    with make_world(database_url, tmp_path, registry=sample_registry(definition)) as before:
        before.open_cycle()
        row = stored(before)
        kept = msgspec.convert(row.examples, definitions.KeptExamples)
        assert [(result.ok, result.total) for result in kept.results] == [(True, 80.0)]
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        again = stored(after)
        assert (again.content, again.sha256) == (loader.encode(definition), row.sha256)

        async def judge(session: AsyncSession) -> tuple[object, float]:
            checker = (await definitions.compiled_for(session, again.id)).checker
            example = checker.definition.examples[0]
            scored = score(checker, {"A1": 4}, dict(ANSWERS), example.evidence, example.facts)
            return tuple(run_examples(checker.definition)), scored.total

        assert after.in_database(judge) == (kept.results, 80.0)


def test_two_years_run_two_major_versions_side_by_side(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as before:
        first = before.open_cycle()
        draft = str(before.begin(first)["id"])
    with restarted(before, database_url, tmp_path, registry=UPGRADED) as world:
        second = world.open_cycle(year=2027)
        later = str(world.begin(second)["id"])
        assert world.producer.save(later, {"something_else": "x"}).status_code == 200
        assert world.producer.save(later, {"technique": "hand"}).status_code == 422
        assert world.producer.save(draft, {"technique": "hand"}).status_code == 200
        assert world.producer.save(draft, {"something_else": "x"}).status_code == 422
        world.complete(draft)
        assert world.producer.act(draft, "submit").status_code == 200
        assert world.producer.act(later, "submit").status_code == 200
        versions = {
            year: world.producer.get(f"/cycles/{cycle['id']}/commodities/sample/form").json()["version"]
            for year, cycle in ((2026, first), (2027, second))
        }
        assert versions == {2026: "1.0", 2027: "2.0"}


def test_hooks_that_the_package_has_are_kept_and_none_for_data_only(
    database_url: str, tmp_path: Path
) -> None:
    with make_world(database_url, tmp_path, registry=coded_registry(tmp_path, OBJECTING)) as before:
        before.open_cycle()
        assert stored(before).hooks == ["validate_submission"]
    with restarted(before, database_url, tmp_path, registry=sample_registry()) as after:
        after.open_cycle(year=2027)

        async def hooks(session: AsyncSession) -> list[list[str]]:
            query = select(FrozenDefinition.hooks).order_by(FrozenDefinition.id)
            return list(await session.scalars(query))

        assert after.in_database(hooks) == [["validate_submission"], []]


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
