"""The main job over HTTP: from a producer's draft to the end of administrative selection."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.factories import World


def test_submission_travels_from_draft_to_selection(world: "World") -> None:
    cycle = world.open_cycle()
    submission = world.submitted(cycle)
    assert world.producer.get(f"/submissions/{submission}").json()["number"] == "OVOP-2026-SMP-3375-00001"
    returned = world.officer.act(
        submission, "return", sections=["story"], reason="Cerita terlalu singkat.", due_on="2026-04-29"
    )
    assert returned.json()["stage"] == "correction"
    corrected = world.producer.save(
        submission, {"meaning": "Dibuat turun-temurun untuk upacara panen, dari daun yang ditanam sendiri."}
    )
    assert corrected.status_code == 200, corrected.text
    assert world.producer.act(submission, "submit").json()["stage"] == "office_review"
    changes = world.officer.get(f"/submissions/{submission}/revisions/2").json()["changes"]
    assert [change["path"] for change in changes] == ["meaning"]
    endorsed = world.officer.act(submission, "endorse", letter=world.letter(submission))
    assert endorsed.json()["stage"] == "verification", endorsed.text
    assert world.verifier.act(submission, "verify").json()["stage"] == "administrative_selection"
    assert world.selector.act(submission, "select").json()["stage"] == "selected"
    types = [e["type"] for e in world.auditor.get(f"/submissions/{submission}/events").json()["items"]]
    assert types == [
        "submission.created",
        "submission.answers_saved",
        "submission.evidence_added",
        "submission.evidence_added",
        "submission.submitted",
        "submission.returned",
        "submission.answers_saved",
        "submission.resubmitted",
        "submission.letter_attached",
        "submission.approved",
        "copy.issued",
        "copy.delivered",
        "copy.issued",
        "copy.delivered",
        "submission.approved",
        "submission.approved",
    ]
