"""Drafts: begin, save part of the answers, and lose nothing."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.core.approvals.test_actions import problem, stage
from tests.factories import ANSWERS
from tests.together import together

if TYPE_CHECKING:
    from tests.factories import World


def read(world: "World", submission: str) -> dict[str, Any]:
    view: dict[str, Any] = world.producer.get(f"/submissions/{submission}").json()
    return view


def findings(world: "World", submission: str, query: str = "") -> set[tuple[str, str]]:
    answer = world.producer.get(f"/submissions/{submission}/findings{query}")
    assert answer.status_code == 200, answer.text
    return {(f["path"], f["code"]) for f in answer.json()["items"]}


def test_draft_begins_empty_at_the_first_stage(world: "World") -> None:
    cycle = world.open_cycle()
    draft = world.begin(cycle)
    assert (draft["stage"], draft["answers"], draft["number"], draft["revision"], draft["editable"]) == (
        "draft",
        {},
        None,
        0,
        True,
    )
    form = world.producer.get(f"/cycles/{cycle['id']}/commodities/sample/form").json()
    assert draft["definition_sha256"] == form["sha256"]


def test_saving_keeps_what_is_not_named_and_null_takes_away(world: "World") -> None:
    draft = world.begin(world.open_cycle())
    submission = str(draft["id"])
    first = world.producer.save(
        submission, {"technique": "hand", "meaning": "Awal"}, version=draft["version"]
    )
    assert first.headers["etag"] == f'"{first.json()["version"]}"'
    second = world.producer.save(
        submission, {"meaning": "Baru", "steps": ANSWERS["steps"]}, version=first.json()["version"]
    )
    assert second.json()["answers"] == {"technique": "hand", "meaning": "Baru", "steps": ANSWERS["steps"]}
    third = world.producer.save(
        submission, {"technique": None, "meaning": None}, version=second.json()["version"]
    )
    assert third.json()["answers"] == {"steps": ANSWERS["steps"]} == read(world, submission)["answers"]


def test_saving_the_same_again_is_a_new_version(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    first, second = (world.producer.save(submission, {"technique": "hand"}) for _ in range(2))
    assert second.json()["version"] > first.json()["version"]


def test_product_may_be_renamed_and_the_log_says_so(world: "World") -> None:
    draft = world.begin(world.open_cycle())
    path = f"/submissions/{draft['id']}"
    renamed = world.producer.patch(
        f"{path}/answers", {"answers": {}, "product_name": "Nama baru"}, version=draft["version"]
    )
    assert renamed.json()["product_name"] == "Nama baru"
    event = world.producer.get(f"{path}/events").json()["items"][-1]
    assert event["payload"] == {"fields": [], "renamed": True}


def test_saving_refused_without_the_version_read(world: "World") -> None:
    draft = world.begin(world.open_cycle())
    path = f"/submissions/{draft['id']}/answers"
    for headers in ({}, {"if-match": "*"}, {"if-match": '"x"'}, {"if-match": '"-1"'}):
        problem(
            world.producer.patch(path, {"answers": {"technique": "hand"}}, headers=headers),
            422,
            "if_match_missing",
        )
    assert read(world, str(draft["id"]))["answers"] == {}


def test_stale_writer_is_refused_and_nothing_is_lost(world: "World") -> None:
    draft = world.begin(world.open_cycle())
    submission = str(draft["id"])
    saved = world.producer.save(submission, {"technique": "hand"}, version=draft["version"])
    problem(
        world.producer.save(submission, {"technique": "machine"}, version=draft["version"]),
        412,
        "changed_meanwhile",
    )
    problem(world.producer.save(submission, {"technique": "machine"}, version=99), 412, "changed_meanwhile")
    assert read(world, submission) == saved.json()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_writers_at_once_exactly_one_wins(world: "World") -> None:
    draft = world.begin(world.open_cycle())
    submission = str(draft["id"])
    answers = together(
        *[
            lambda n=n: world.producer.save(submission, {"meaning": f"Penulis {n}"}, version=draft["version"])
            for n in range(6)
        ]
    )
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412, 412, 412], [a.text for a in answers]
    winner = next(a for a in answers if a.status_code == 200).json()
    assert read(world, submission) == winner


def test_unknown_fields_are_all_named_and_nothing_is_saved(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    answer = world.producer.save(
        submission, {"technique": "hand", "price": 1, "steps.days": 2, "steps[0]": {}, "evidence.permit": "x"}
    )
    assert problem(answer, 422, "fields_not_writable") == {
        ("price", "unknown_field"),
        ("steps.days", "unknown_field"),
        ("steps[0]", "unknown_field"),
        ("evidence.permit", "unknown_field"),
    }
    assert read(world, submission)["answers"] == {}


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("technique", 7, "technique"),
    ("technique", "loom", "technique"),
    ("steps", "two", "steps"),
    ("steps", [{"step": 5, "days": 1}], "steps[0].step"),
    ("steps", [{"step": "Awal", "days": "two"}], "steps[0].days"),
    ("steps", [{"step": "Awal", "days": 0}], "steps[0].days"),
    ("steps", [{"step": "Awal", "days": 1.5}], "steps[0].days"),
    ("steps", [{"step": "Awal", "days": 2**62}], "steps[0].days"),
    ("steps", [7], "steps[0]"),
    ("meaning", {"a": [1, 2]}, "meaning"),
    ("meaning", "pendek", "meaning"),
)


def test_what_is_typed_wrongly_is_kept_and_reported(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    for field, value, path in WRONG:
        empty = dict.fromkeys(ANSWERS)
        saved = world.producer.save(submission, {**empty, field: value})
        assert saved.status_code == 200, saved.text
        assert read(world, submission)["answers"] == {field: value}
        for query in ("", "?partial=true"):
            assert path in {where for where, _ in findings(world, submission, query)}, (field, value)


def test_number_or_depth_that_nobody_types_is_answered(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    for value in ("1" + "0" * 400, "1e300", "1e999", "[" * 900 + "1" + "]" * 900):
        answer = world.producer.send(
            "PATCH",
            f"/submissions/{submission}/answers",
            version=read(world, submission)["version"],
            content=f'{{"answers":{{"meaning":{value}}}}}',
            headers={"content-type": "application/json"},
        )
        assert answer.status_code in (200, 400, 422), answer.text
        assert world.producer.get(f"/submissions/{submission}").status_code == 200
        assert world.producer.get(f"/submissions/{submission}/findings").status_code == 200


def test_character_nul_is_refused(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    nul: tuple[dict[str, Any], ...] = (
        {"meaning": "a\0b"},
        {"steps": [{"step": "\0"}]},
        {"meaning": {"\0": 1}},
        {"mean\0ing": 1},
    )
    for answers in nul:
        answer = world.producer.save(submission, answers)
        assert answer.status_code in (400, 422), answer.text
    assert read(world, submission)["answers"] == {}


def test_findings_tell_what_is_missing_and_partial_leaves_that_out(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    assert {("technique", "required"), ("meaning", "required")} <= findings(world, submission)
    assert findings(world, submission, "?partial=true") == set()
    world.complete(submission)
    answer = world.producer.get(f"/submissions/{submission}/findings").json()
    assert answer == {"complete": True, "items": []}
    world.producer.save(submission, {"technique": "machine"})
    gate = world.producer.get(f"/submissions/{submission}/findings").json()
    assert (gate["complete"], [f["message"]["en"] for f in gate["items"]]) == (
        False,
        ["Buatan mesin tidak memenuhi syarat"],
    )


def test_draft_refused_for_an_enterprise_of_others(world: "World") -> None:
    cycle = world.open_cycle()
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Produk",
    }
    for role in ("foreign_producer", "foreign_officer"):
        problem(
            getattr(world, role).post("/submissions", {**body, "consent": "Ya"}), 404, "enterprise_unknown"
        )
    for role in ("province", "verifier", "admin", "auditor", "assessor"):
        problem(getattr(world, role).post("/submissions", body), 403, "permission_missing")


def test_draft_refused_for_what_the_cycle_does_not_have(world: "World") -> None:
    cycle = world.open_cycle()
    body = {
        "cycle_id": cycle["id"],
        "commodity": "other",
        "enterprise_id": world.enterprise,
        "product_name": "Produk",
    }
    problem(world.producer.post("/submissions", body), 404, "commodity_not_in_cycle")
    problem(world.producer.post("/submissions", {**body, "cycle_id": world.enterprise}), 404, "cycle_unknown")


def test_draft_on_behalf_records_the_consent(world: "World") -> None:
    cycle = world.open_cycle()
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Produk",
    }
    for consent in ({}, {"consent": "  "}):
        assert problem(world.officer.post("/submissions", {**body, **consent}), 422, "consent_missing") == {
            ("consent", "consent_missing")
        }
    draft = world.begin(cycle, caller=world.officer, consent="Pemilik setuju, 14 April.")
    assert (draft["on_behalf"], draft["consent"]) == (True, "Pemilik setuju, 14 April.")
    assert world.officer2.get(f"/submissions/{draft['id']}").status_code == 200
    assert read(world, str(draft["id"]))["consent"] == "Pemilik setuju, 14 April."
    for role in ("province", "verifier", "foreign_officer"):
        assert getattr(world, role).get(f"/submissions/{draft['id']}").status_code == 404


def test_writing_is_for_the_authors_alone(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    for role in ("officer", "province", "verifier", "admin", "auditor"):
        problem(getattr(world, role).save(submission, {"meaning": "x"}, version=1), 403, "not_author")
    problem(world.producer.save(submission, {"meaning": "x"}), 409, "not_editable")


def test_draft_is_kept_but_not_handed_in_after_the_window(world: "World") -> None:
    cycle = world.open_cycle()
    submission = str(world.begin(cycle)["id"])
    world.complete(submission)
    world.clock.now += timedelta(days=30)
    assert world.producer.save(submission, {"technique": "hand"}).status_code == 200
    answer = world.producer.act(submission, "submit")
    problem(answer, 409, "window_closed")
    assert "2026-05-15 10:00:00 WIB" in answer.json()["detail"]
    extended = world.admin.post(
        f"/cycles/{cycle['id']}/extensions",
        {"closes_at": "2026-05-20T16:59:59Z", "reason": "Gangguan jaringan"},
        version=cycle["version"],
    )
    assert extended.status_code == 200, extended.text
    assert stage(world.producer.act(submission, "submit")) == "office_review"
