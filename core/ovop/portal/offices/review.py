"""The review page: what was handed in, what changed, what was found and decided, and what the reader may do now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from ovop.contract.vocabulary import Severity
from ovop.cycles.chain import Effect
from ovop.portal.language import mark
from ovop.portal.offices.reading import review_of
from ovop.portal.page import GivenReader, redirect, render
from ovop.submissions.access import load_submission
from ovop.web import ApiRequest, GivenSession

SEVERITY_WORDS = {
    Severity.ERROR: (mark("Harus diperbaiki"), "bad"),
    Severity.WARNING: (mark("Periksa lagi"), "wait"),
    Severity.INFO: (mark("Keterangan"), "note"),
}
"""How findings are named, and the kind of their mark."""
BY_HAND = "check_by_hand"
"""The code of a finding that an officer has to check by hand."""

RevisionNumber = Annotated[int | None, QueryParameter(name="revision", ge=1, le=10_000)]


class ReviewPages(Controller):
    """Reading a submission that was handed in."""

    opt = {"page": True}  # noqa: RUF012  # Litestar declares it as an instance attribute

    @get("/submissions/{submission_id:uuid}/review")
    async def review(
        self,
        request: ApiRequest,
        reader: GivenReader,
        session: GivenSession,
        submission_id: FromPath[UUID],
        revision: RevisionNumber = None,
    ) -> Response[str] | Redirect:
        submission = await load_submission(session, submission_id)
        if submission.revision == 0:  # a draft: only those who write it see it, on the page where they do
            return redirect(f"/submissions/{submission_id}")
        review = await review_of(session, reader=reader, submission_id=submission_id, number=revision)
        return render(
            request,
            reader,
            "offices_review.html",
            review=review,
            submission=submission,
            severity_words=SEVERITY_WORDS,
            by_hand=BY_HAND,
            submit=Effect.SUBMIT,
            titles=lambda ids: ", ".join(
                reader.say(review.sections[one]) for one in ids if one in review.sections
            ),
        )
