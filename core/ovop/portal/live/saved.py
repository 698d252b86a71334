"""What a script is answered that sends the form of a section by itself: the version, the marks for the next time, and what to say of fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from litestar import Response
from msgspec import Struct

from ovop.contract import vocabulary as v
from ovop.portal.page import Reader
from ovop.portal.proposals.fields import section_view
from ovop.portal.proposals.sent import marks_of
from ovop.portal.proposals.sheet import Sheet
from ovop.portal.proposals.views import FieldView
from ovop.web import ApiRequest

JSON = "application/json"


class Remark(Struct, frozen=True, kw_only=True):
    """A finding beside a field: its severity and what it says."""

    severity: v.Severity
    text: str


class SectionSaved(Struct, frozen=True, kw_only=True):
    """A section as it stands after saving; `said` and `computed` by the name of the input, `next` is the page to go on to."""

    version: int
    marks: str
    said: dict[str, list[Remark]]
    computed: dict[str, str]
    next: str


class NotSaved(Struct, frozen=True, kw_only=True):
    """Nothing was saved: `conflict` where somebody else changed the same fields, `closed` where the section may not be changed any more."""

    reason: str
    message: str


def by_script(request: ApiRequest) -> bool:
    """Whether a script asks, which wants data in place of a page."""
    return request.headers.get("accept", "") == JSON


def section_saved(sheet: Sheet, section: v.Section, reader: Reader, onwards: str) -> Response[SectionSaved]:
    """The answer to a form that was saved."""
    evaluation = sheet.evaluate()
    views = section_view(
        section.fields, sheet.answers, sheet.draft(reader.language, evaluation, sheet.checked.findings)
    )
    every = list(_all(views))
    return Response(
        SectionSaved(
            version=sheet.submission.version,
            marks=marks_of(section, sheet.answers),
            said={
                view.name: [
                    Remark(severity=one.severity, text=f"{one.message} {one.remedy}") for one in view.said
                ]
                for view in every
                if view.said
            },
            computed={view.name: view.value for view in every if view.widget == "computed" and view.value},
            next=onwards,
        )
    )


def not_saved(status: int, reason: str, message: str = "") -> Response[NotSaved]:
    """The answer to a form of which nothing was saved."""
    return Response(NotSaved(reason=reason, message=message), status_code=status)


def plan_address(definition_id: UUID) -> str:
    """Where the plan of a definition is."""
    return f"/definitions/{definition_id}/plan"


def _all(views: Sequence[FieldView]) -> Iterator[FieldView]:
    for view in views:
        yield view
        yield from _all(view.fields)
        for row in view.rows:
            yield from _all(row.fields)
