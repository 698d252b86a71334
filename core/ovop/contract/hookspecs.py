"""The questions that a commodity may answer in code, where its data cannot say it.

Every hook is pure: it is given Structs and returns Structs, and uses no database, network, clock, file or randomness. What it needs to know
of the world is a fact that the manifest asks for. A hook is asked for one commodity at a time, and None means "nothing to add". The same
hook with the same arguments must always give the same answer, because a cycle replays its worked examples.

`docs/hooks.md` says which hooks the platform asks today; the others are the contract for services that are still to come.

    from ovop.contract import hookimpl

    @hookimpl
    def validate_submission(submission): ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pluggy

from ovop.contract.vocabulary import Answer, Answers, CatalogueCard, Finding, ScoreHint, SubmissionView

PROJECT = "ovop.commodity"
"""Name of the plugin project, and of the entry point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec(firstresult=True)
def validate_submission(submission: SubmissionView) -> Sequence[Finding] | None:
    """Findings beyond those of the form's own rules.

    Asked at every check of a draft and at submission, after the form's rules. Budget: 100 ms. Empty: no further finding. Failure: a finding
    "check by hand" is added and the submission does not go forward by itself.
    """


@hookspec(firstresult=True)
def derive_fields(submission: SubmissionView) -> Mapping[str, Answer] | None:
    """Values of computed fields that no rule can express, by field id.

    Asked before the form's rules are judged. Budget: 50 ms. Empty: nothing derived. Failure: these fields stay empty and are flagged.
    """


@hookspec(firstresult=True)
def score_hints(submission: SubmissionView) -> Sequence[ScoreHint] | None:
    """Levels that the answers suggest, with the reason; advice that only assessors see.

    Asked when an assessor opens the score sheet. Budget: 100 ms. Empty: no hint. Failure: hints are dropped and the failure is logged.
    """


@hookspec(firstresult=True)
def advise(submission: SubmissionView, levels: Mapping[str, int]) -> Sequence[str] | None:
    """Ids of guidance that fits this product, most useful first; `levels` are the agreed ones by criterion.

    Asked when results are told to the applicant. Budget: 100 ms. Empty or failure: the guidance table of the definition is used.
    """


@hookspec(firstresult=True)
def upcast(answers: Answers, from_version: str) -> Answers | None:
    """Answers given under an earlier major version, in the terms of this one.

    Asked when an applicant takes an old submission over into a new cycle. Budget: 100 ms. Empty: answers are taken over by id and
    `renamed_from`. Failure: nothing is taken over; the old version stays readable.
    """


@hookspec(firstresult=True)
def catalogue_card(submission: SubmissionView) -> CatalogueCard | None:
    """What the public catalogue shows of a designated product; only of public fields.

    Asked when a designation is published. Budget: 50 ms. Empty or failure: the `card_fields` of the manifest are shown.
    """


BUDGETS_MS: Mapping[str, int] = {
    "validate_submission": 100,
    "derive_fields": 50,
    "score_hints": 100,
    "advise": 100,
    "upcast": 100,
    "catalogue_card": 50,
}
"""Time that each hook may take, in milliseconds; slower answers count but are reported as slow."""
