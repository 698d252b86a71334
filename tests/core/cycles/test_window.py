"""The window of a cycle: opened by data, closed at one instant in Jakarta, extended with a reason, and kind by its grace rule."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.cycles.rules import (
    Grace,
    GraceFor,
    Lateness,
    StarBand,
    StarScheme,
    default_rules,
    lateness,
    star_faults,
)
from tests.factories import CLOSES, OPENS, World, text

SECOND = timedelta(seconds=1)


def side(
    at: datetime,
    *,
    begun_at: datetime = OPENS,
    minutes: int = 0,
    serves: GraceFor = GraceFor.BEGUN_BEFORE_CLOSING,
) -> Lateness:
    grace = Grace(minutes=minutes, serves=serves)
    return lateness(at=at, begun_at=begun_at, opens_at=OPENS, closes_at=CLOSES, grace=grace)


def test_closing_instant_itself_is_on_time_and_the_next_second_is_late() -> None:
    assert side(OPENS - SECOND) is Lateness.BEFORE_OPENING
    assert side(OPENS) is Lateness.ON_TIME
    assert side(CLOSES) is Lateness.ON_TIME
    assert side(CLOSES + SECOND) is Lateness.LATE


def test_grace_serves_drafts_begun_before_closing_only_unless_it_serves_everybody() -> None:
    soon_after = CLOSES + timedelta(minutes=5)
    assert side(soon_after, minutes=10) is Lateness.GRACE
    assert side(soon_after, minutes=10, begun_at=CLOSES + SECOND) is Lateness.LATE
    assert side(soon_after, minutes=10, begun_at=CLOSES + SECOND, serves=GraceFor.EVERYBODY) is Lateness.GRACE
    assert side(CLOSES + timedelta(minutes=10) + SECOND, minutes=10) is Lateness.LATE


@given(st.integers(-100_000, 100_000), st.integers(0, 10_080))
def test_exactly_one_side_and_never_back_in_after_being_late(offset: int, minutes: int) -> None:
    at = CLOSES + timedelta(seconds=offset)
    now, later = side(at, minutes=minutes), side(at + SECOND, minutes=minutes)
    if now is Lateness.LATE:
        assert later is Lateness.LATE


def test_star_bands_must_fall() -> None:
    assert star_faults(default_rules().stars) == []
    name = default_rules().stars.bands[0].name
    rising = StarScheme(
        bands=(StarBand(stars=1, from_points=50, name=name), StarBand(stars=2, from_points=60, name=name))
    )
    assert [f.code for f in star_faults(rising)] == ["bands_order"]


def test_submission_at_the_closing_instant_is_in_and_a_second_later_is_out(world: World) -> None:
    cycle = world.open_cycle()
    drafts = [str(world.begin(cycle)["id"]) for _ in range(2)]
    for draft in drafts:
        world.complete(draft)
    world.clock.now = CLOSES
    assert world.producer.act(drafts[0], "submit").status_code == 200
    world.clock.now = CLOSES + SECOND
    out = world.producer.act(drafts[1], "submit")
    assert out.status_code == 409
    assert out.json()["code"] == "window_closed"
    assert "2026-05-01 00:00:00 WIB" in out.json()["detail"]
    kept = world.producer.get(f"/submissions/{drafts[1]}").json()
    assert (kept["stage"], kept["number"]) == ("draft", None)
    assert kept["answers"]["technique"] == "hand"


def test_extension_lets_the_late_one_in_and_stays_on_record_with_its_reason(world: World) -> None:
    cycle = world.open_cycle()
    draft = str(world.begin(cycle)["id"])
    world.complete(draft)
    world.clock.now = CLOSES + timedelta(hours=1)
    assert world.producer.act(draft, "submit").status_code == 409
    path, later = f"/cycles/{cycle['id']}", (CLOSES + timedelta(days=3)).isoformat()
    body = {"closes_at": later, "reason": "Gangguan jaringan di tiga provinsi."}
    extended = world.admin.post(f"{path}/extensions", body, version=cycle["version"])
    assert extended.status_code == 200, extended.text
    assert world.producer.act(draft, "submit").status_code == 200
    last = world.auditor.get(f"/events?stream=cycle/{cycle['id']}").json()["items"][-1]
    assert (last["type"], last["reason"]) == ("cycle.extended", "Gangguan jaringan di tiga provinsi.")
    earlier = world.admin.post(
        f"{path}/extensions", {**body, "closes_at": later}, version=extended.json()["version"]
    )
    assert (earlier.status_code, earlier.json()["code"]) == (422, "extension_not_later")


def test_grace_rule_of_the_cycle_is_told_in_the_log(world: World) -> None:
    rules = {
        "stars": {"bands": [{"stars": 1, "from_points": 50, "name": text("Bintang 1")}]},
        "grace": {"minutes": 30},
    }
    cycle = world.open_cycle(rules=rules)
    draft = str(world.begin(cycle)["id"])
    world.complete(draft)
    world.clock.now = CLOSES + timedelta(minutes=29)
    assert world.producer.act(draft, "submit").status_code == 200
    submitted = world.producer.get(f"/submissions/{draft}/events").json()["items"][-1]
    assert submitted["payload"]["lateness"] == "grace"


def test_opening_lists_every_finding_at_once(world: World) -> None:
    chain = world.admin.post(
        "/cycles",
        {
            "year": 2030,
            "name": text("OVOP 2030"),
            "opens_at": OPENS.isoformat(),
            "closes_at": CLOSES.isoformat(),
        },
    ).json()
    path, version = f"/cycles/{chain['id']}", chain["version"]
    broken = chain["chain"]
    broken["stages"][1]["actions"][0]["to"] = "nowhere"
    bands = [
        {"stars": 1, "from_points": 50, "name": text("a")},
        {"stars": 2, "from_points": 60, "name": text("b")},
    ]
    amended = world.admin.patch(
        path, {"chain": broken, "rules": {"stars": {"bands": bands}}}, version=version
    )
    refused = world.admin.post(f"{path}/opening", version=amended.json()["version"])
    assert refused.status_code == 422
    assert {f["code"] for f in refused.json()["findings"]} == {"unknown_stage", "bands_order", "no_commodity"}


@pytest.mark.parametrize("caller", ["officer", "producer", "verifier", "auditor"])
def test_only_the_ministry_administrator_manages_cycles(world: World, caller: str) -> None:
    body = {"year": 2031, "name": text("x"), "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}
    assert getattr(world, caller).post("/cycles", body).status_code == 403


def test_year_is_taken_once_and_the_window_must_end_after_it_begins(world: World) -> None:
    body = {"year": 2026, "name": text("x"), "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}
    assert world.admin.post("/cycles", body).status_code == 201
    assert world.admin.post("/cycles", body).json()["code"] == "cycle_year_taken"
    backwards = {**body, "year": 2027, "closes_at": (OPENS - SECOND).isoformat()}
    assert [f["path"] for f in world.admin.post("/cycles", backwards).json()["findings"]] == ["closes_at"]


def test_closed_cycle_takes_no_draft_but_its_submissions_go_on(world: World) -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    closed = world.admin.post(
        f"/cycles/{cycle['id']}/closing", {"reason": "Selesai."}, version=cycle["version"]
    )
    assert closed.json()["state"] == "closed"
    body = {
        "cycle_id": cycle["id"],
        "commodity": "sample",
        "enterprise_id": world.enterprise,
        "product_name": "Baru",
    }
    assert world.producer.post("/submissions", body).json()["code"] == "window_closed"
    assert world.officer.act(submission, "endorse", letter=world.letter(submission)).status_code == 200


def test_cycle_that_opened_cannot_be_amended_and_an_old_version_is_refused(world: World) -> None:
    cycle = world.open_cycle()
    path = f"/cycles/{cycle['id']}"
    assert (
        world.admin.patch(path, {"name": text("y")}, version=cycle["version"]).json()["code"] == "cycle_state"
    )
    assert world.admin.patch(path, {"name": text("y")}, version=1).status_code == 412
