"""The hooks of the batik commodity. All else is data in `definition/`."""

from __future__ import annotations

from collections.abc import Sequence

from ovop.contract import ScoreHint, SubmissionView, hookimpl
from ovop_batik.checks import difficulty_hint


@hookimpl
def score_hints(submission: SubmissionView) -> Sequence[ScoreHint]:
    """Suggest the level of C3 (technical difficulty) from the order of the process steps."""
    hint = difficulty_hint(submission.answers)
    return () if hint is None else (hint,)
