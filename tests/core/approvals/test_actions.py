"""Actions of the chain over the API: what they need, who may take them, and what they do."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ovop.demo.samples import pdf
from tests.together import together

if TYPE_CHECKING:
    from tests.factories import World

RETURN: dict[str, Any] = {"sections": ["story"], "reason": "Cerita terlalu singkat.", "due_on": "2026-04-29"}
SENTENCE = "Dibuat turun-temurun untuk upacara panen, dari daun yang ditanam sendiri."


def problem(answer: httpx.Response, status: int, code: str) -> set[tuple[str, str]]:
    """The findings of a problem of that status and code."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    return {(f["path"], f["code"]) for f in answer.json()["findings"]}


def stage(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["stage"])


def decisions(world: "World", submission: str) -> list[tuple[str, str, bool]]:
    items = world.officer.get(f"/submissions/{submission}/decisions").json()["items"]
    return [(d["stage"], d["action"], d["voided"]) for d in items]


def decree_holiday(world: "World", day: date) -> None:
    answer = world.admin.post(
        "/holidays", {"day": day.isoformat(), "name": {"id": "Libur", "en": "Day off"}, "kind": "national"}
    )
    assert answer.status_code == 201, answer.text


def test_action_names_everything_it_needs_and_changes_nothing_when_all_is_missing(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    before = world.officer.get(f"/submissions/{submission}").json()
    required = {("sections", "required"), ("reason", "required"), ("due_on", "required")}
    assert problem(world.officer.act(submission, "return"), 422, "action_incomplete") == required
    assert problem(world.officer.act(submission, "endorse"), 422, "action_incomplete") == {
        ("letter", "required")
    }
    assert problem(world.officer.act(submission, "decline"), 422, "action_incomplete") == {
        ("reason", "required")
    }
    assert problem(world.producer.act(submission, "withdraw"), 422, "action_incomplete") == {
        ("reason", "required")
    }
    assert world.officer.get(f"/submissions/{submission}").json() == before
    assert decisions(world, submission) == []


def test_endorse_names_all_faults_of_the_letter_at_once(world: "World") -> None:
    cycle = world.open_cycle()
    submission, other = world.submitted(cycle), world.submitted(cycle)
    letter = {**world.letter(other), "number": " ", "date": "2026-04-16"}
    assert problem(world.officer.act(submission, "endorse", letter=letter), 422, "action_incomplete") == {
        ("letter.number", "required"),
        ("letter.date", "after_today"),
        ("letter.file_id", "letter_unknown"),
    }


def test_endorse_refused_when_the_letter_is_a_file_of_the_form(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    evidence = world.officer.get(f"/submissions/{submission}/evidence").json()["items"]
    letter = {"number": "1", "date": "2026-04-15", "file_id": evidence[0]["id"]}
    found = problem(world.officer.act(submission, "endorse", letter=letter), 422, "action_incomplete")
    assert found == {("letter.file_id", "letter_unknown")}


def test_deadline_of_the_next_stage_cannot_be_set_by_whoever_hands_in(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    world.complete(submission)
    found = problem(world.producer.act(submission, "submit", due_on="2026-12-31"), 422, "action_incomplete")
    assert found == {("due_on", "not_expected")}
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    assert world.producer.get(f"/submissions/{submission}").json()["stage_due_on"] == "2026-04-29"


def test_action_of_another_stage_is_refused_and_names_the_possible_ones(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    answer = world.officer.act(submission, "verify")
    problem(answer, 409, "action_not_at_stage")
    assert "endorse, return, decline, withdraw" in answer.json()["detail"]


def test_endorse_refused_when_it_is_not_the_callers_step(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    letter = world.letter(submission)
    problem(world.producer.act(submission, "endorse", letter=letter), 403, "not_your_step")
    problem(world.nobody.act(submission, "endorse", letter=letter), 401, "not_signed_in")
    for role in ("foreign_officer", "foreign_producer", "province", "verifier", "assessor", "admin"):
        problem(getattr(world, role).act(submission, "endorse", letter=letter), 404, "submission_unknown")


def test_verify_refused_when_it_is_not_the_callers_step(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    for role in ("officer", "province", "governor", "selector", "auditor", "admin", "producer"):
        problem(getattr(world, role).act(submission, "verify"), 403, "not_your_step")
    for role in ("foreign_officer", "foreign_province", "foreign_producer", "assessor"):
        problem(getattr(world, role).act(submission, "verify"), 404, "submission_unknown")


def test_actions_shown_are_exactly_those_that_the_caller_may_take(world: "World") -> None:
    submission = world.submitted(world.open_cycle())

    def shown(role: str) -> set[str]:
        answer = getattr(world, role).get(f"/submissions/{submission}")
        return {action["code"] for action in answer.json()["actions"]}

    assert shown("officer") == {"endorse", "return", "decline"}
    assert shown("producer") == {"withdraw"}
    world.officer.act(submission, "endorse", letter=world.letter(submission))
    assert shown("verifier") == {"verify", "return", "decline"}
    assert [shown(role) for role in ("officer", "producer", "province", "selector", "auditor")] == [set()] * 5


def test_stale_version_is_refused_and_nothing_happens(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    version = world.officer.get(f"/submissions/{submission}").json()["version"]
    problem(
        world.officer.act(submission, "decline", reason="Tidak layak", version=version - 1),
        412,
        "changed_meanwhile",
    )
    assert world.officer.get(f"/submissions/{submission}").json()["stage"] == "office_review"


def test_action_refused_without_key_or_version(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    path, body = f"/submissions/{submission}/actions", {"action": "decline", "reason": "Tidak layak"}
    problem(world.officer.post(path, body, version=1), 422, "idempotency_key_missing")
    problem(world.officer.post(path, body, key="one"), 422, "if_match_missing")


def test_return_reopens_only_the_named_sections(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    returned = world.officer.act(submission, "return", **RETURN)
    assert stage(returned) == "correction"
    view = world.producer.get(f"/submissions/{submission}").json()
    assert (view["editable"], view["return_sections"], view["stage_due_on"]) == (
        True,
        ["story"],
        "2026-04-29",
    )
    assert problem(
        world.producer.save(submission, {"technique": "hand", "meaning": SENTENCE}),
        422,
        "fields_not_writable",
    ) == {("technique", "section_closed")}
    assert world.producer.get(f"/submissions/{submission}").json()["answers"]["meaning"] != SENTENCE
    assert world.producer.save(submission, {"meaning": SENTENCE}).status_code == 200
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    after = world.producer.get(f"/submissions/{submission}").json()
    assert (after["editable"], after["return_sections"], after["revision"]) == (False, [], 2)


def test_return_by_the_ministry_voids_the_endorsement_and_leads_back_through_the_office(
    world: "World",
) -> None:
    submission = world.endorsed(world.open_cycle())
    assert stage(world.verifier.act(submission, "return", **RETURN)) == "correction"
    assert decisions(world, submission) == [
        ("office_review", "endorse", True),
        ("verification", "return", False),
    ]
    assert stage(world.producer.act(submission, "submit")) == "office_review"
    again = world.officer.act(submission, "endorse", letter=world.letter(submission))
    assert stage(again) == "verification"
    assert decisions(world, submission) == [
        ("office_review", "endorse", True),
        ("verification", "return", False),
        ("office_review", "endorse", False),
    ]
    numbers = [c["number"] for c in world.officer.get(f"/copies?submission_id={submission}").json()["items"]]
    own = world.officer.get(f"/submissions/{submission}").json()["number"]
    assert numbers == [f"{own}/T{n}" for n in (1, 2, 3, 4)]
    assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"


@pytest.mark.parametrize("role", ["officer", "verifier"])
def test_decline_ends_the_route(world: "World", role: str) -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle) if role == "officer" else world.endorsed(cycle)
    declined = getattr(world, role).act(submission, "decline", reason="Bukan kerajinan daerah ini.")
    assert stage(declined) == "declined"
    view = world.producer.get(f"/submissions/{submission}").json()
    assert (view["actions"], view["editable"], view["stage_due_on"]) == ([], False, None)
    assert world.producer.get(f"/submissions/{submission}/decisions").json()["items"][-1]["reason"] == (
        "Bukan kerajinan daerah ini."
    )


def test_verified_submission_is_selected_or_not(world: "World") -> None:
    cycle = world.open_cycle()
    chosen, other = world.endorsed(cycle), world.endorsed(cycle)
    for submission in (chosen, other):
        assert stage(world.verifier.act(submission, "verify")) == "administrative_selection"
    assert stage(world.selector.act(chosen, "select")) == "selected"
    problem(world.selector.act(other, "decline"), 422, "action_incomplete")
    assert stage(world.selector.act(other, "decline", reason="Kuota penuh.")) == "not_selected"


def test_withdrawn_draft_stays_with_the_producer_alone(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    assert stage(world.producer.act(submission, "withdraw")) == "withdrawn"
    assert world.producer.get(f"/submissions/{submission}").json()["submitted_at"] is None
    assert world.officer.get(f"/submissions/{submission}").status_code == 404
    problem(world.producer.save(submission, {"technique": "hand"}), 409, "not_editable")


def test_withdrawn_submission_stays_readable_for_the_office(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    assert stage(world.producer.act(submission, "withdraw", reason="Pindah kota.")) == "withdrawn"
    assert world.officer.get(f"/submissions/{submission}").json()["stage"] == "withdrawn"


def test_deadline_counts_working_days_and_a_decreed_holiday_moves_it(world: "World") -> None:
    cycle = world.open_cycle()
    plain = world.submitted(cycle)
    assert world.officer.get(f"/submissions/{plain}").json()["stage_due_on"] == "2026-04-29"
    decree_holiday(world, date(2026, 4, 20))
    decree_holiday(world, date(2026, 4, 25))  # a Saturday: no working day is lost
    moved = world.submitted(cycle)
    assert world.officer.get(f"/submissions/{moved}").json()["stage_due_on"] == "2026-04-30"


def test_correction_is_late_from_the_first_instant_after_its_day(world: "World") -> None:
    cycle = world.open_cycle()
    on_time, late = world.submitted(cycle), world.submitted(cycle)
    for submission in (on_time, late):
        world.officer.act(submission, "return", **RETURN)
    end = world.clock.now.replace(day=29, hour=17, minute=0)  # midnight in Jakarta
    world.clock.now = end - timedelta(microseconds=1)
    assert stage(world.producer.act(on_time, "submit")) == "office_review"
    world.clock.now = end
    assert stage(world.producer.act(late, "submit")) == "office_review"
    last = [world.auditor.get(f"/events?stream=submission/{s}").json()["items"][-1] for s in (on_time, late)]
    assert [event["payload"]["lateness"] for event in last] == ["on_time", "late"]


def test_late_correction_refused_where_the_cycle_says_so(world: "World") -> None:
    rules = world.open_cycle()["rules"] | {"late_corrections": "refuse"}
    cycle = world.open_cycle(year=2027, rules=rules)
    submission = world.submitted(cycle)
    world.officer.act(submission, "return", **RETURN)
    world.clock.now += timedelta(days=15)
    problem(world.producer.act(submission, "submit"), 409, "correction_late")
    assert world.producer.get(f"/submissions/{submission}").json()["stage"] == "correction"


def test_correction_is_accepted_although_the_cycle_closed_meanwhile(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    world.officer.act(submission, "return", **RETURN)
    closed = world.admin.post(
        f"/cycles/{cycle['id']}/closing", {"reason": "Selesai"}, version=cycle["version"]
    )
    assert closed.status_code == 200, closed.text
    assert stage(world.producer.act(submission, "submit")) == "office_review"


def test_letter_is_taken_only_where_an_action_asks_for_one(world: "World") -> None:
    submission = world.endorsed(world.open_cycle())
    sent = world.officer.post(
        f"/submissions/{submission}/letters", files={"file": ("surat.pdf", pdf("Surat"), "application/pdf")}
    )
    problem(sent, 409, "no_letter_needed")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_actions_at_once_have_one_winner(world: "World") -> None:
    submission = world.submitted(world.open_cycle())
    version = world.officer.get(f"/submissions/{submission}").json()["version"]
    letter = world.letter(submission)
    version += 1
    answers = together(
        lambda: world.officer.act(submission, "endorse", letter=letter, version=version),
        lambda: world.officer2.act(submission, "decline", reason="Tidak layak", version=version),
        lambda: world.producer.act(submission, "withdraw", reason="Batal", version=version),
        lambda: world.officer2.act(submission, "return", version=version, **RETURN),
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200, [answer.text for answer in answers]
    assert set(statuses[1:]) <= {409, 412}, [answer.text for answer in answers]
    moves = [e for e in history(world, submission) if "action" in e["payload"]]
    assert len(moves) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_first_submits_at_once_make_one_revision(world: "World") -> None:
    submission = str(world.begin(world.open_cycle())["id"])
    world.complete(submission)
    version = world.producer.get(f"/submissions/{submission}").json()["version"]
    answers = together(*[lambda: world.producer.act(submission, "submit", version=version)] * 4)
    assert sorted(a.status_code for a in answers)[0] == 200
    assert {a.status_code for a in answers} <= {200, 409, 412}, [a.text for a in answers]
    assert len(world.producer.get(f"/submissions/{submission}/revisions").json()["items"]) == 1


def history(world: "World", submission: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = world.producer.get(f"/submissions/{submission}/events").json()["items"]
    return items
