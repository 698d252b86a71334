"""An old submission taken over into a new cycle: its answers in the terms of the new form, its files, and what was left behind."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from ovop.contract.registry import Registry
from tests.coded import coded_registry
from tests.core.approvals.test_actions import problem
from tests.factories import (
    ANSWERS,
    World,
    make_world,
    restarted,
    sample_definition,
    sample_registry,
    text,
)

PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"

UPCAST = {
    "from_major": 1,
    "rename": {"technique": "method", "steps": "stages", "steps.step": "stages.stage"},
    "recode": {"method": {"hand": "by_hand"}},
}


def second_form(**changes: Any) -> dict[str, Any]:
    """The invented form in its second major version: renamed, recoded, without a meaning, and with another permit."""
    return {
        "section": [
            {
                "id": "making",
                "title": text("Pembuatan"),
                "fields": [
                    {
                        "type": "select",
                        "id": "method",
                        "label": text("Cara"),
                        "options": [{"value": "by_hand", "label": text("Tangan")}],
                    },
                    {
                        "type": "rows",
                        "id": "stages",
                        "label": text("Tahap"),
                        "fields": [{"type": "text", "id": "stage", "label": text("Tahap")}],
                    },
                ],
            }
        ],
        "evidence": [
            {"id": "licence", "label": text("Izin"), "section": "making", "asks": ["number", "issued_on"]},
        ],
        "upcast": [{**UPCAST, "rename": {**UPCAST["rename"], "evidence.permit": "evidence.licence"}}],  # type: ignore[dict-item]  # a plain dict
        **changes,
    }


def second(**changes: Any) -> Registry:
    return sample_registry(sample_definition(version="2.0", form=second_form(**changes), gates=[]))


@contextmanager
def two_years(
    database_url: str, tmp_path: Path, registry: Registry | None = None
) -> Iterator[tuple[World, str, dict[str, Any]]]:
    """A submission handed in under version 1 in 2026, and an open cycle of 2027 with version 2 installed."""
    with make_world(database_url, tmp_path) as before:
        old = before.submitted(before.open_cycle())
    with restarted(before, database_url, tmp_path, registry=registry or second()) as world:
        yield world, old, world.open_cycle(year=2027)


def take(world: World, cycle: Mapping[str, Any], old: str, **more: Any) -> httpx.Response:
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Produk lama",
        "taken_from": old,
        **more,
    }
    caller = more.pop("caller", world.producer)
    body.pop("caller", None)
    answer: httpx.Response = caller.post("/submissions", body)
    return answer


def test_answers_and_files_arrive_in_new_terms_and_the_rest_is_listed(
    database_url: str, tmp_path: Path
) -> None:
    with two_years(database_url, tmp_path) as (world, old, cycle):
        before = world.producer.get(f"/submissions/{old}").json()
        made = take(world, cycle, old)
        assert made.status_code == 201, made.text
        new = made.json()
        assert new["answers"] == {
            "method": "by_hand",
            "stages": [{"stage": "Menyiapkan bahan"}, {"stage": "Mengerjakan"}],
        }
        assert new["left_behind"] == [
            {"path": "evidence.photos[front]", "value": "front.jpg", "reason": "unknown"},
            {"path": "meaning", "value": ANSWERS["meaning"], "reason": "unknown"},
            {"path": "stages[0].days", "value": 2, "reason": "unknown"},
            {"path": "stages[1].days", "value": 9, "reason": "unknown"},
        ]
        files = world.producer.get(f"/submissions/{new['id']}/evidence").json()["items"]
        assert [(f["evidence"], f["number"], f["file_name"]) for f in files] == [
            ("licence", "I-1", "berkas.pdf")
        ]
        old_files = world.producer.get(f"/submissions/{old}/evidence").json()["items"]
        assert files[0]["sha256"] == old_files[0]["sha256"]
        assert files[0]["id"] not in {f["id"] for f in old_files}
        contents = [
            world.producer.get(f"/submissions/{s}/evidence/{f}/content").content
            for s, f in ((new["id"], files[0]["id"]), (old, old_files[0]["id"]))
        ]
        assert contents[0] == contents[1]
        assert world.producer.get(f"/submissions/{old}").json() == before
        assert world.producer.act(new["id"], "submit").status_code == 200


def test_log_tells_what_was_taken_from_where(database_url: str, tmp_path: Path) -> None:
    with two_years(database_url, tmp_path) as (world, old, cycle):
        new = take(world, cycle, old).json()
        events = world.producer.get(f"/submissions/{new['id']}/events").json()["items"]
        assert [e["type"] for e in events] == ["submission.created", "submission.taken_over"]
        payload = events[1]["payload"]
        assert (payload["taken_from"], payload["from_version"], payload["to_version"]) == (old, "1.0", "2.0")
        assert payload["fields"] == ["method", "stages"]
        assert payload["left_behind"] == [one["path"] for one in new["left_behind"]]
        assert new["version"] == world.producer.get(f"/submissions/{new['id']}").json()["version"]


def test_removing_a_taken_over_file_leaves_the_old_submission_its_own(
    database_url: str, tmp_path: Path
) -> None:
    with two_years(database_url, tmp_path) as (world, old, cycle):
        new = take(world, cycle, old).json()
        file = world.producer.get(f"/submissions/{new['id']}/evidence").json()["items"][0]
        gone = world.producer.send(
            "DELETE", f"/submissions/{new['id']}/evidence/{file['id']}", version=new["version"]
        )
        assert gone.status_code in (200, 204), gone.text
        kept = world.producer.get(f"/submissions/{old}/evidence").json()["items"]
        assert [f["removed"] for f in kept] == [False, False]
        content = world.producer.get(f"/submissions/{old}/evidence/{kept[0]['id']}/content")
        assert content.status_code == 200


def test_within_one_major_version_everything_arrives(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as world:
        old = world.submitted(world.open_cycle())
        new = take(world, world.open_cycle(year=2027), old).json()
        assert (new["answers"], new["left_behind"]) == (dict(ANSWERS), [])
        files = world.producer.get(f"/submissions/{new['id']}/evidence").json()["items"]
        assert [(f["evidence"], f["role"]) for f in files] == [("permit", ""), ("photos", "front")]
        assert world.producer.act(new["id"], "submit").status_code == 200


def test_office_takes_over_what_was_handed_in_and_not_the_work_in_progress(
    database_url: str, tmp_path: Path
) -> None:
    with make_world(database_url, tmp_path) as world:
        cycle = world.open_cycle()
        old = world.submitted(cycle)
        due = "2026-04-28"
        world.officer.act(old, "return", sections=["making"], reason="Perbaiki tahapan.", due_on=due)
        world.producer.save(old, {"technique": "machine"})
        made = take(world, cycle, old, caller=world.officer, consent="Pemilik setuju, 14 April 2026, lisan")
        assert made.status_code == 201, made.text
        assert made.json()["answers"]["technique"] == "hand"
        assert take(world, cycle, old).json()["answers"]["technique"] == "machine"


def test_only_a_visible_submission_of_the_same_enterprise_and_commodity_is_taken_over(world: World) -> None:
    cycle = world.open_cycle()
    old = world.submitted(cycle)
    foreign = str(
        world.begin(cycle, caller=world.foreign_producer, enterprise=world.foreign_enterprise)["id"]
    )
    problem(take(world, cycle, foreign), 404, "submission_unknown")
    draft = str(world.begin(cycle)["id"])
    problem(
        take(world, cycle, draft, caller=world.officer, consent="Pemilik setuju"), 404, "submission_unknown"
    )
    mine = take(world, cycle, old, enterprise_id=world.foreign_enterprise, caller=world.foreign_producer)
    problem(mine, 404, "submission_unknown")
    listed = world.producer.get("/submissions").json()["items"]
    assert {one["id"] for one in listed} == {old, draft}


def test_later_major_version_is_not_taken_back(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as world:
        cycle = world.open_cycle()
    with restarted(world, database_url, tmp_path, registry=second()) as later:
        new = str(later.begin(later.open_cycle(year=2027))["id"])
        problem(take(later, cycle, new), 409, "taken_from_later_version")


CODE = """
from ovop.contract import hookimpl

@hookimpl
def upcast(answers, from_version):
    assert from_version == "1.0", from_version
    return {**{k: v for k, v in answers.items() if k != "meaning"}, "method": "by_hand", "odd": len(answers)}
"""


def test_code_speaks_after_the_declared_steps_and_before_the_form(database_url: str, tmp_path: Path) -> None:
    registry = coded_registry(
        tmp_path, CODE, definition=sample_definition(version="2.0", form=second_form(), gates=[])
    )
    with two_years(database_url, tmp_path, registry) as (world, old, cycle):
        made = take(world, cycle, old)
        assert made.status_code == 201, made.text
        assert made.json()["answers"]["method"] == "by_hand"
        left = {one["path"]: one["reason"] for one in made.json()["left_behind"]}
        assert left["meaning"] == "by_code"
        assert left["odd"] == "unknown"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [("raise ValueError('answers are secret')", "ValueError"), ("return 5", "")],
    ids=["raises", "wrong answer"],
)
def test_failing_code_takes_nothing_over_and_says_why(
    database_url: str, tmp_path: Path, answer: str, cause: str
) -> None:
    code = (
        f"from ovop.contract import hookimpl\n@hookimpl\ndef upcast(answers, from_version):\n    {answer}\n"
    )
    registry = coded_registry(
        tmp_path, code, definition=sample_definition(version="2.0", form=second_form(), gates=[])
    )
    with two_years(database_url, tmp_path, registry) as (world, old, cycle):
        refused = take(world, cycle, old)
        problem(refused, 422, "upcast_failed")
        assert cause in refused.text
        assert "secret" not in refused.text
        assert [one["id"] for one in world.producer.get("/submissions").json()["items"]] == [old]
        assert world.producer.get(f"/submissions/{old}").json()["answers"] == dict(ANSWERS)


def test_code_that_was_frozen_and_is_gone_takes_nothing_over(database_url: str, tmp_path: Path) -> None:
    definition = sample_definition(version="2.0", form=second_form(), gates=[])
    registry = coded_registry(tmp_path, CODE, definition=definition)
    with two_years(database_url, tmp_path, registry) as (world, old, cycle):
        pass
    with restarted(world, database_url, tmp_path, registry=Registry()) as after:
        refused = take(after, cycle, old)
        problem(refused, 422, "upcast_failed")
        assert "not installed" in refused.text


def test_repeated_request_takes_over_once(world: World) -> None:
    cycle = world.open_cycle()
    old = world.submitted(cycle)
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Produk lama",
        "taken_from": old,
    }
    first, again = (world.producer.post("/submissions", body, key="taken over once") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()


def test_files_named_in_answers_are_named_by_their_new_rows(database_url: str, tmp_path: Path) -> None:
    definition = sample_definition(
        form={
            "section": [
                {
                    "id": "making",
                    "title": text("Pembuatan"),
                    "fields": [
                        {
                            "type": "rows",
                            "id": "tests",
                            "label": text("Uji"),
                            "fields": [{"type": "file", "id": "report", "label": text("Laporan")}],
                        }
                    ],
                }
            ]
        },
        gates=[],
    )
    with make_world(database_url, tmp_path, registry=sample_registry(definition)) as world:
        cycle = world.open_cycle()
        old = str(world.begin(cycle)["id"])
        sent = world.producer.post(
            f"/submissions/{old}/evidence",
            data={"evidence": "report"},
            files={"file": ("uji.pdf", PDF, "application/pdf")},
        )
        assert sent.status_code == 201, sent.text
        world.producer.save(old, {"tests": [{"report": sent.json()["id"]}]})
        new = take(world, cycle, old).json()
        file = world.producer.get(f"/submissions/{new['id']}/evidence").json()["items"][0]["id"]
        assert new["answers"] == {"tests": [{"report": file}]}
        assert file != sent.json()["id"]
