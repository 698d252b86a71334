"""Handing in: all findings at once, the revision, the number, the commodity's own code, and once per key."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.demo.samples import jpeg
from ovop.identities.models import Enterprise, IndustryCentre
from ovop.submissions.models import Revision, Submission
from tests.core.approvals.test_actions import RETURN, SENTENCE, problem, stage
from tests.core.submissions.test_drafts import findings
from tests.factories import ANSWERS, upload
from tests.together import together

if TYPE_CHECKING:
    from tests.factories import World


def complete(world: "World", cycle: dict[str, Any], **more: Any) -> str:
    submission = str(world.begin(cycle, **more)["id"])
    world.complete(submission)
    return submission


def change_enterprise(world: "World", **values: Any) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(
            update(Enterprise).where(Enterprise.id == UUID(world.enterprise)).values(**values)
        )

    world.in_database(work)


def test_submit_lists_all_findings_at_once_and_keeps_what_was_written(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    world.producer.save(submission, {"technique": "machine", "steps": [{"days": 500}]})
    change_enterprise(world, nib=None, kbli=[], centre_id=None)
    found = problem(world.producer.act(submission, "submit"), 422, "submission_incomplete")
    assert {path for path, _ in found} >= {
        "enterprise.nib",
        "enterprise.kbli",
        "enterprise.centre",
        "steps[0].step",
        "steps[0].days",
        "meaning",
        "evidence.permit",
        "evidence.photos[front]",
    }
    assert "gate_K1" in {code for _, code in found}
    assert found == findings(world, submission)
    view = world.producer.get(f"/submissions/{submission}").json()
    assert (view["stage"], view["number"], view["revision"]) == ("draft", None, 0)
    assert view["answers"] == {"technique": "machine", "steps": [{"days": 500}]}


def test_enterprise_that_lacks_something_is_told(world: "World") -> None:
    submission = complete(world, world.open_cycle())
    whole = {"nib": "1" * 13, "kbli": ["2020:12345"]}
    for values, finding in (
        ({"nib": None}, ("enterprise.nib", "nib_missing")),
        ({"kbli": []}, ("enterprise.kbli", "kbli_does_not_fit")),
        ({"kbli": ["2017:12345"]}, ("enterprise.kbli", "kbli_does_not_fit")),
        ({"kbli": ["2020:54321"]}, ("enterprise.kbli", "kbli_does_not_fit")),
        ({"centre_id": None}, ("enterprise.centre", "centre_missing")),
    ):
        change_enterprise(world, **{**whole, **values})
        assert problem(world.producer.act(submission, "submit"), 422, "submission_incomplete") == {finding}


def test_centre_must_be_as_large_as_the_cycle_asks(world: "World") -> None:
    rules = world.open_cycle()["rules"]
    submission = complete(world, world.open_cycle(year=2027, rules=rules | {"centre_min_members": 8}))
    too_small = {("centre.members", "centre_too_small")}
    assert problem(world.producer.act(submission, "submit"), 422, "submission_incomplete") == too_small

    async def grow(session: AsyncSession) -> None:
        await session.execute(update(IndustryCentre).values(members=8))

    world.in_database(grow)
    assert stage(world.producer.act(submission, "submit")) == "office_review"


def test_one_of_several_classifications_is_enough(world: "World") -> None:
    submission = complete(world, world.open_cycle())
    change_enterprise(world, kbli=["2017:12345", "2020:99999", "2020:12345"])
    assert stage(world.producer.act(submission, "submit")) == "office_review"


def test_revision_holds_exactly_what_was_handed_in(world: "World") -> None:
    submission = complete(world, world.open_cycle())
    world.producer.act(submission, "submit")
    summary = world.producer.get(f"/submissions/{submission}/revisions").json()["items"]
    assert [r["number"] for r in summary] == [1]
    view = world.producer.get(f"/submissions/{submission}/revisions/1").json()
    assert (view["answers"], view["product_name"], view["changes"]) == (dict(ANSWERS), "Produk contoh", [])
    assert sorted(e["evidence"] for e in view["evidence"]) == ["permit", "photos"]
    assert view["facts"]["today"] == "2026-04-15"

    async def stored(session: AsyncSession) -> tuple[bytes, str]:
        row = (await session.scalars(select(Revision))).one()
        return row.content, row.sha256

    content, digest = world.in_database(stored)
    assert sha256(content).hexdigest() == digest == view["sha256"]
    assert json.loads(content)["answers"] == ANSWERS
    event = world.producer.get(f"/submissions/{submission}/events").json()["items"][-1]
    assert (event["payload"]["sha256"], event["payload"]["revision"]) == (digest, 1)
    problem(world.producer.get(f"/submissions/{submission}/revisions/2"), 404, "revision_unknown")


def test_earlier_revision_stays_and_the_later_one_shows_what_changed(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    first = world.officer.get(f"/submissions/{submission}/revisions/1").json()
    assert stage(world.officer.act(submission, "return", **RETURN)) == "correction"
    version = world.producer.get(f"/submissions/{submission}").json()["version"]
    change = {"answers": {"meaning": SENTENCE}, "product_name": "Produk contoh"}
    assert (
        world.producer.patch(f"/submissions/{submission}/answers", change, version=version).status_code == 200
    )
    assert world.officer.get(f"/submissions/{submission}/revisions/1").json() == first
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    assert world.officer.get(f"/submissions/{submission}/revisions/1").json() == first
    second = world.officer.get(f"/submissions/{submission}/revisions/2").json()
    assert [(c["path"], c["section"], c["old"], c["new"]) for c in second["changes"]] == [
        ("meaning", "story", ANSWERS["meaning"], SENTENCE),
    ]


def returned_for_everything(world: "World", cycle: dict[str, Any]) -> str:
    """A submission that came back without naming sections, as a cycle's own chain may allow."""
    submission = world.submitted(cycle)
    assert stage(world.officer.act(submission, "return", **RETURN)) == "correction"

    async def work(session: AsyncSession) -> None:
        rows = update(Submission).where(Submission.id == UUID(submission))
        await session.execute(rows.values(return_sections=[]))

    world.in_database(work)
    return submission


def test_later_revision_shows_another_product_name_and_what_became_of_the_files(world: "World") -> None:
    submission = returned_for_everything(world, world.open_cycle())
    path = f"/submissions/{submission}"
    first = {e["evidence"]: e for e in world.producer.get(f"{path}/revisions/1").json()["evidence"]}
    version = world.producer.get(path).json()["version"]
    renamed = world.producer.patch(
        f"{path}/answers", {"answers": {}, "product_name": "Produk lain"}, version=version
    )
    photo = world.producer.send(
        "DELETE", f"{path}/evidence/{first['photos']['id']}", version=renamed.json()["version"]
    )
    front = upload(
        world.producer, submission, "photos", role="front", content=jpeg(640, "new", 2), name="a.jpg"
    )
    more = upload(world.producer, submission, "photos", content=jpeg(640, "more", 3), name="b.jpg")
    described = world.producer.patch(
        f"{path}/evidence/{first['permit']['id']}", {"number": "I-2"}, version=more["submission_version"]
    )
    assert (photo.status_code, described.status_code) == (200, 200), described.text
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    changes = world.officer.get(f"{path}/revisions/2").json()["changes"]
    assert changes[0] == {
        "path": "product_name",
        "section": "",
        "old": "Produk contoh",
        "new": "Produk lain",
    }
    files = [
        (c["path"], c["section"], c["old"] and c["old"]["id"], c["new"] and c["new"]["id"])
        for c in changes[1:]
    ]
    permit = first["permit"]["id"]
    assert files == [
        ("evidence.permit", "making", permit, permit),
        ("evidence.photos", "story", None, more["id"]),
        ("evidence.photos[front]", "story", first["photos"]["id"], front["id"]),
    ]
    assert (changes[1]["old"]["number"], changes[1]["new"]["number"]) == ("I-1", "I-2")


def test_file_taken_out_is_shown_and_the_same_one_uploaded_again_is_no_change(world: "World") -> None:
    cycle = world.open_cycle()
    submission = str(world.begin(cycle)["id"])
    world.complete(submission)
    extra = upload(world.producer, submission, "photos", content=jpeg(640, "more", 3), name="b.jpg")
    world.producer.act(submission, "submit")
    world.officer.act(submission, "return", **RETURN)
    path = f"/submissions/{submission}"
    files = world.producer.get(f"{path}/evidence").json()["items"]
    front = next(f["id"] for f in files if f["role"] == "front")
    for file in (front, extra["id"]):
        version = world.producer.get(path).json()["version"]
        assert world.producer.send("DELETE", f"{path}/evidence/{file}", version=version).status_code == 200
    upload(
        world.producer, submission, "photos", role="front", content=jpeg(640, "front", 1), name="front.jpg"
    )
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    changes = world.officer.get(f"{path}/revisions/2").json()["changes"]
    assert [(c["path"], c["old"]["id"], c["new"]) for c in changes] == [
        ("evidence.photos", extra["id"], None)
    ]


def test_product_cannot_be_renamed_when_certain_sections_were_returned(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    world.officer.act(submission, "return", **RETURN)
    before = world.producer.get(f"/submissions/{submission}").json()
    change = {"answers": {"meaning": SENTENCE, "technique": "hand"}, "product_name": "Produk lain"}
    answer = world.producer.patch(f"/submissions/{submission}/answers", change, version=before["version"])
    assert problem(answer, 422, "fields_not_writable") == {
        ("product_name", "section_closed"),
        ("technique", "section_closed"),
    }
    assert world.producer.get(f"/submissions/{submission}").json() == before


def test_number_is_counted_without_gaps_by_regency_commodity_and_year(world: "World") -> None:
    cycle, next_cycle = world.open_cycle(), world.open_cycle(year=2027)
    refused = str(world.begin(cycle)["id"])
    problem(world.producer.act(refused, "submit"), 422, "submission_incomplete")

    def number(submission: str) -> str:
        answer = world.producer.act(submission, "submit")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["number"])

    assert [number(complete(world, cycle)) for _ in range(2)] == [
        "OVOP-2026-SMP-3375-00001",
        "OVOP-2026-SMP-3375-00002",
    ]
    assert number(complete(world, next_cycle)) == "OVOP-2027-SMP-3375-00001"
    abroad = str(world.begin(cycle, caller=world.foreign_producer, enterprise=world.foreign_enterprise)["id"])
    world.complete(abroad, caller=world.foreign_producer)
    assert world.foreign_producer.act(abroad, "submit").json()["number"] == "OVOP-2026-SMP-5203-00001"
    world.complete(refused)
    assert number(refused) == "OVOP-2026-SMP-3375-00003"


def test_number_stays_through_a_correction(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    number = world.producer.get(f"/submissions/{submission}").json()["number"]
    world.officer.act(submission, "return", **RETURN)
    assert world.producer.act(submission, "submit").json()["number"] == number


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_numbers_have_no_gap_when_many_hand_in_at_once(world: "World") -> None:
    cycle = world.open_cycle()
    ready = [complete(world, cycle) for _ in range(5)]
    unready = [str(world.begin(cycle)["id"]) for _ in range(3)]
    answers = together(*[lambda s=s: world.producer.act(s, "submit") for s in (*ready, *unready)])
    numbers = sorted(a.json()["number"] for a in answers[:5])
    assert numbers == [f"OVOP-2026-SMP-3375-{n:05d}" for n in range(1, 6)]
    assert {a.status_code for a in answers[5:]} == {422}


def test_same_key_has_one_effect_and_one_answer(world: "World") -> None:
    submission = complete(world, world.open_cycle())
    version = world.producer.get(f"/submissions/{submission}").json()["version"]
    first, second = (world.producer.act(submission, "submit", version=version, key="once") for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (first.headers["etag"], second.headers["idempotency-replayed"]) == (second.headers["etag"], "true")
    assert len(world.producer.get(f"/submissions/{submission}/revisions").json()["items"]) == 1


def test_key_refused_for_another_request(world: "World") -> None:
    submission = complete(world, world.open_cycle())
    world.producer.act(submission, "submit", key="once")
    problem(
        world.producer.act(submission, "withdraw", reason="Batal", key="once"), 422, "idempotency_key_reused"
    )
    assert world.producer.get(f"/submissions/{submission}").json()["stage"] == "office_review"


def test_key_of_a_refused_request_may_be_used_again(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    problem(world.producer.act(submission, "submit", key="once"), 422, "submission_incomplete")
    world.complete(submission)
    assert stage(world.producer.act(submission, "submit", key="once")) == "office_review"


def test_keys_of_two_persons_do_not_meet(world: "World") -> None:
    cycle = world.open_cycle()
    drafts = [
        caller.post(
            "/submissions",
            {
                "cycle_id": cycle["id"],
                "commodity": "sample",
                "enterprise_id": enterprise,
                "product_name": "Produk",
            },
            key="once",
        ).json()["id"]
        for caller, enterprise in (
            (world.producer, world.enterprise),
            (world.foreign_producer, world.foreign_enterprise),
        )
    ]
    assert drafts[0] != drafts[1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_twins_at_once_have_one_effect_and_one_answer(world: "World") -> None:
    cycle = world.open_cycle()
    submission = complete(world, cycle)
    version = world.producer.get(f"/submissions/{submission}").json()["version"]
    answers = together(*[lambda: world.producer.act(submission, "submit", version=version, key="once")] * 5)
    assert {a.status_code for a in answers} == {200}, [a.text for a in answers]
    assert len({a.content for a in answers}) == 1
    assert len(world.producer.get(f"/submissions/{submission}/revisions").json()["items"]) == 1
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Kembar",
    }
    begun = together(*[lambda: world.producer.post("/submissions", body, key="twice")] * 5)
    assert {a.status_code for a in begun} == {201}, [a.text for a in begun]
    assert len({a.json()["id"] for a in begun}) == 1
    names = [s["product_name"] for s in world.producer.get("/submissions").json()["items"]]
    assert names.count("Kembar") == 1


def test_pages_of_submissions_visit_each_once_and_filters_narrow(world: "World") -> None:
    cycle, other = world.open_cycle(), world.open_cycle(year=2027)
    mine = [str(world.begin(cycle)["id"]) for _ in range(3)]
    elsewhere = str(world.begin(other)["id"])
    seen, cursor = [], ""
    for _ in range(2):
        page = world.producer.get(f"/submissions?limit=2{cursor}").json()
        seen += [s["id"] for s in page["items"]]
        cursor = f"&after={page['next']}"
    assert (seen, page["next"]) == ([*mine, elsewhere], None)
    for query, expected in (
        (f"cycle_id={other['id']}", [elsewhere]),
        ("stage=draft&commodity=sample", [*mine, elsewhere]),
        ("stage=verification", []),
        ("commodity=other", []),
    ):
        assert [s["id"] for s in world.producer.get(f"/submissions?{query}").json()["items"]] == expected
    problem(world.producer.get("/submissions?after=x"), 422, "cursor_unknown")
