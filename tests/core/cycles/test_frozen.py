"""A cycle reads its own frozen copy: upgrading, breaking or removing the package under it changes nothing."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ovop.contract import loader
from ovop.contract.registry import LoadProblem, Registry
from ovop.contract.vocabulary import Text
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
