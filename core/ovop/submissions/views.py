"""Submissions as they go over the wire."""

import msgspec

from ovop.cycles.chain import Action
from ovop.submissions.access import Place
from ovop.submissions.models import Submission
from ovop.submissions.schemas import ActionView, SubmissionSummary, SubmissionView


def summary_of(submission: Submission) -> SubmissionSummary:
    """A submission in a list."""
    return SubmissionSummary(
        id=submission.id,
        number=submission.number,
        cycle_id=submission.cycle_id,
        commodity=submission.commodity_id,
        enterprise_id=submission.enterprise_id,
        region_code=submission.region_code,
        product_name=submission.product_name,
        stage=submission.stage,
        stage_entered_at=submission.stage_entered_at,
        stage_due_on=submission.stage_due_on,
        revision=submission.revision,
        version=submission.version,
    )


def view_of(place: Place, actions: list[Action]) -> SubmissionView:
    """A submission in full, with the actions open to the caller."""
    submission = place.submission
    stage = place.chain.stage(submission.stage)
    return SubmissionView(
        **msgspec.structs.asdict(summary_of(submission)),
        definition_sha256=place.definition_sha256,
        stage_label=stage.label,
        editable=stage.editable,
        return_sections=submission.return_sections,
        answers=submission.answers,
        on_behalf=submission.proposed_by_office_id is not None,
        consent=submission.consent,
        created_at=submission.created_at,
        submitted_at=submission.submitted_at,
        forwarded_at=submission.forwarded_at,
        actions=[ActionView(code=a.code, label=a.label, needs=list(a.needs)) for a in actions],
    )
