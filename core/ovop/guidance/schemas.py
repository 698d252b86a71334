"""Structs on the wire for guidance."""

from uuid import UUID

from msgspec import Struct

from ovop.contract.aims import AimServed
from ovop.contract.vocabulary import Consent, Guidance, GuidanceKind, Status, Text, Theme
from ovop.guidance.library import Counts
from ovop.guidance.personal import Because


class CriterionName(Struct, kw_only=True):
    """A criterion of the rubric by code and name."""

    id: str
    name: Text


class GuidanceView(Struct, kw_only=True):
    """One piece of guidance. `threshold` is the highest level of its criteria at which it is shown; `body` is Markdown."""

    id: str
    kind: GuidanceKind
    theme: Theme
    title: Text
    body: Text
    criteria: list[CriterionName]
    fields: list[str]
    threshold: int
    provider: Text | None
    source: str
    status: Status
    consent: Consent | None


class GuidanceLibrary(Struct, kw_only=True):
    """The guidance of a commodity that fits what was asked for; `counts` tell what it can be narrowed by."""

    commodity: str
    name: Text
    version: str
    items: list[GuidanceView]
    counts: Counts


class AdviceView(Struct, kw_only=True):
    """One piece of guidance for a submission, and why."""

    guidance: GuidanceView
    because: list[Because]


class AdviceList(Struct, kw_only=True):
    """The guidance for one submission, the most useful first.

    `chosen_by`: the commodity's own code or the guidance table. `open` names the criteria that only an assessor can judge, so that
    nothing is advised on them yet. `note` says so where the commodity's own code should have chosen and could not be asked.
    """

    submission_id: UUID
    chosen_by: str
    items: list[AdviceView]
    open: list[CriterionName]
    note: Text | None


class ScoreHintView(Struct, kw_only=True):
    """A level that the answers suggest for a criterion, and why. `by`: `band` of the rubric, or `hook` of the commodity."""

    criterion: CriterionName
    level: int
    by: str
    reason: Text


class ScoreHintList(Struct, kw_only=True):
    """Advice to assessors on one submission; never a score. `note` says so where the commodity's own code could not be asked."""

    submission_id: UUID
    items: list[ScoreHintView]
    note: Text | None


class RubricAims(Struct, kw_only=True):
    """What a commodity's rubric serves: each aim of the programme with its criteria."""

    commodity: str
    version: str
    aims: list[AimServed]


def guidance_view(item: Guidance, names: dict[str, Text]) -> GuidanceView:
    """An item as it goes over the wire; `names` are those of the criteria."""
    return GuidanceView(
        id=item.id,
        kind=item.kind,
        theme=item.theme,
        title=item.title,
        body=item.body,
        criteria=[CriterionName(id=code, name=names[code]) for code in item.criteria],
        fields=list(item.fields),
        threshold=item.threshold,
        provider=item.provider,
        source=item.source,
        status=item.status,
        consent=item.consent,
    )
