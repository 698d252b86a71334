"""What was handed in: the content of revisions, which of them a reader sees, and how the files of two differ."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract.vocabulary import EvidenceItem, Finding, Form, Text
from ovop.errors import NotFound
from ovop.identities.actor import Act
from ovop.submissions.access import Place, sees_draft
from ovop.submissions.evidence_slots import slot_of
from ovop.submissions.models import Revision
from ovop.submissions.schemas import ChangeView


class RevisionContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision holds: everything that was judged, and what it was judged by."""

    product_name: str
    answers: dict[str, Any]
    evidence: tuple[EvidenceItem, ...]
    facts: dict[str, Any]
    findings: tuple[Finding, ...]


async def get_revision(session: AsyncSession, *, submission_id: UUID, number: int) -> Revision:
    """One revision; raises `NotFound`."""
    query = select(Revision).where(Revision.submission_id == submission_id, Revision.number == number)
    revision = await session.scalar(query)
    if revision is None:
        raise NotFound("revision_unknown", Text(id="Revisi ini tidak ada.", en="There is no such revision."))
    return revision


def content_of(revision: Revision) -> RevisionContent:
    """What a revision holds."""
    return msgspec.json.decode(revision.content, type=RevisionContent)


async def shown_revision(session: AsyncSession, *, act: Act, place: Place) -> RevisionContent | None:
    """The last revision, for a reader from whom the work in progress is kept; `None` for one who sees the submission as it stands."""
    if sees_draft(act, place):
        return None
    submission = place.submission
    return content_of(await get_revision(session, submission_id=submission.id, number=submission.revision))


async def was_handed_in(session: AsyncSession, *, submission_id: UUID, evidence_id: UUID) -> bool:
    """Whether any revision names a file."""
    query = select(Revision).where(Revision.submission_id == submission_id).order_by(Revision.number.desc())
    name = str(evidence_id)
    return any(item.id == name for row in await session.scalars(query) for item in content_of(row).evidence)


def evidence_changes(
    form: Form, old: Sequence[EvidenceItem], new: Sequence[EvidenceItem]
) -> list[ChangeView]:
    """Files that were added (`old` null), removed (`new` null) or replaced, by place and role.

    A file is the same when its content and what is said about it are: one that was uploaded again has not changed.
    """
    before, after = _by_path(old), _by_path(new)
    changes: list[ChangeView] = []
    for path in sorted(before.keys() | after.keys()):
        was, now = before.get(path, []), after.get(path, [])
        gone = [item for item in was if _sayings(item) not in map(_sayings, now)]
        come = [item for item in now if _sayings(item) not in map(_sayings, was)]
        section = slot_of(form, (was or now)[0].evidence).section
        changes += [
            ChangeView(
                path=path, section=section, old=msgspec.to_builtins(earlier), new=msgspec.to_builtins(later)
            )
            for earlier, later in zip_longest(gone, come)
        ]
    return changes


def _by_path(items: Sequence[EvidenceItem]) -> dict[str, list[EvidenceItem]]:
    found: dict[str, list[EvidenceItem]] = {}
    for item in items:
        role = f"[{item.role}]" if item.role else ""
        found.setdefault(f"evidence.{item.evidence}{role}", []).append(item)
    return found


def _sayings(item: EvidenceItem) -> EvidenceItem:
    return msgspec.structs.replace(item, id="")
