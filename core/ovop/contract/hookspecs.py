"""The questions that a commodity may answer in code, where its data cannot say it.

Every hook is pure: it is given Structs and returns Structs, and uses no database, network, clock, file or randomness. What it needs to know
of the world is a fact that the manifest asks for. A hook is asked for one commodity at a time, and None means "nothing to add". The same
hook with the same arguments must always give the same answer, because a cycle replays its worked examples.

They are asked in a process of their own, with a guard, a time and a memory limit; `docs/hooks.md` says how, and what follows when one fails.

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

    Asked at every check of a draft and when a submission is handed in, after the form's rules. Budget: 100 ms. Empty: no further finding.
    Codes are the commodity's own (none of the platform's), paths are fields of its form. Failure: the warning `check_by_hand` stands for
    the whole, so that an officer looks.
    """


@hookspec(firstresult=True)
def derive_fields(submission: SubmissionView) -> Mapping[str, Answer] | None:
    """Values of computed fields that have no rule (`[[section.fields]]` of type `computed` without `rule`), by field id.

    Asked before the form's rules are judged. Budget: 50 ms. Empty or left out: the field has no value. Failure: these fields stay empty, and
    each has the warning `check_by_hand`.
    """


@hookspec(firstresult=True)
def score_hints(submission: SubmissionView) -> Sequence[ScoreHint] | None:
    """Levels that the answers suggest, with the reason; advice that only assessors and the secretariat see.

    Asked when the score hints of a submission are read. Budget: 100 ms. Empty: no hint. Criteria and levels are those of the commodity's
    rubric. Failure: the hints are left out, and their reader is told so.
    """


@hookspec(firstresult=True)
def advise(submission: SubmissionView, levels: Mapping[str, int]) -> Sequence[str] | None:
    """Ids of guidance that fits this product, most useful first; `levels` are what the answers give by criterion.

    Asked when the advice for a submission is read. Budget: 100 ms. Empty: the guidance table of the definition. Ids are those of the
    commodity's guidance. Failure: the guidance table of the definition is used, and its reader is told so.
    """


@hookspec(firstresult=True)
def upcast(answers: Answers, from_version: str) -> Answers | None:
    """Answers given under an earlier major version, in the terms of this one.

    Asked when an applicant takes an old submission over into a new cycle, after the steps of `[[upcast]]`. Budget: 100 ms. Empty: these steps
    are enough. What the new form does not know is listed as left behind. Failure: nothing is taken over; the old submission stays readable.
    """


@hookspec(firstresult=True)
def catalogue_card(submission: SubmissionView) -> CatalogueCard | None:
    """What the public catalogue shows of a product; it is given public answers only.

    Asked when the card of a submission is read. Budget: 50 ms. Empty: the `card_fields` of the manifest are shown. Failure: the same.
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
