"""Taking an earlier submission over into a new cycle: its answers in the terms of the new form, and its files with rows of their own."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from ovop.contract import upcasting
from ovop.contract.upcasting import LeftBehind, Reason, Recast
from ovop.contract.vocabulary import EvidenceItem, Form, Text, Upcast
from ovop.cycles.definitions import Compiled, compiled_for
from ovop.cycles.replay import FrozenHooks
from ovop.database import new_id
from ovop.errors import Conflict, Invalid
from ovop.events import append
from ovop.identities.actor import Act
from ovop.submissions.access import Place, author_power, load_place, stream_of
from ovop.submissions.attaching import FORM_FILE, Details
from ovop.submissions.checking import evidence_items
from ovop.submissions.evidence_slots import Slot, slot_of
from ovop.submissions.models import EvidenceFile, Submission
from ovop.submissions.revisions import shown_revision

HOOK = "upcast"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken over: the answers and evidence as the actor sees them, and the version of the form that they answer."""

    answers: Mapping[str, Any]
    evidence: tuple[EvidenceItem, ...]
    version: str
    form: Form


async def take_over(
    session: AsyncSession, *, act: Act, submission: Submission, taken_from: UUID, hooks: FrozenHooks
) -> tuple[LeftBehind, ...]:
    """Fill a submission that was begun just now from an earlier one of the same enterprise and commodity; returns what was left behind, by path.

    Answers go through the declared steps of the new form, then the commodity's hook `upcast`. Raises `NotFound` for a submission that the
    actor may not see, `Invalid` for another enterprise or commodity and where the hook fails, `Conflict` for one of a later major version:
    nothing is taken over then, and the earlier submission stays as it is.
    """
    place = await load_place(session, taken_from)
    _refuse_others(submission, place.submission)
    source = await _source(session, act, place)
    target = await compiled_for(session, submission.definition_id)
    manifest, form = target.checker.definition.manifest, target.checker.definition.form
    if upcasting.major_of(source.version) > upcasting.major_of(manifest.version):
        raise _later_version(source.version, manifest.version)
    steps = upcasting.steps_between(form, source.version, manifest.version)
    moved = upcasting.recast(source.answers, steps)
    answered = await _by_code(hooks, submission.definition_id, target, source.version, moved)
    fitting = upcasting.fit(form, answered.answers)
    files, left = await _files(session, act, submission, source, steps, form)
    submission.answers = _with_new_files(fitting.answers, files)
    submission.updated_at = act.at
    flag_modified(submission, "updated_at")  # the version counts this change as any other
    await session.flush()
    behind = tuple(sorted((*answered.left_behind, *fitting.left_behind, *left), key=lambda one: one.path))
    await append(
        session,
        stream=stream_of(submission.id),
        submission_id=submission.id,
        type="submission.taken_over",
        at=act.at,
        by=act.by(author_power(act, submission)),
        payload={
            "taken_from": str(taken_from),
            "from_version": source.version,
            "to_version": manifest.version,
            "fields": sorted(submission.answers),
            "files": {str(row.id): row.sha256 for row in files.values()},
            "left_behind": [one.path for one in behind],
        },
    )
    return behind


async def _source(session: AsyncSession, act: Act, place: Place) -> Source:
    """The earlier submission as the actor sees it: as it stands for its authors, as it was handed in for everybody else."""
    handed_in = await shown_revision(session, act=act, place=place)
    definition = place.checker.definition
    return Source(
        answers=handed_in.answers if handed_in else place.submission.answers,
        evidence=handed_in.evidence if handed_in else await evidence_items(session, place.submission),
        version=definition.manifest.version,
        form=definition.form,
    )


async def _by_code(
    hooks: FrozenHooks, definition_id: UUID, target: Compiled, from_version: str, moved: Recast
) -> Recast:
    """The answers after the commodity's own code, which is asked between major versions alone."""
    to_version = target.checker.definition.manifest.version
    if upcasting.major_of(from_version) == upcasting.major_of(to_version):
        return moved
    answer = await hooks.ask(definition_id, HOOK, answers=deepcopy(moved.answers), from_version=from_version)
    if answer.failure:
        mode = await hooks.mode_of(definition_id)
        raise _code_failed(mode.reason or Text(answer.cause, answer.cause))
    if not isinstance(answer.value, dict):
        return moved
    taken = upcasting.removed_by_code(moved.answers, answer.value)
    return Recast(answers=answer.value, left_behind=(*moved.left_behind, *taken))


async def _files(
    session: AsyncSession,
    act: Act,
    submission: Submission,
    source: Source,
    steps: Sequence[Upcast],
    form: Form,
) -> tuple[dict[str, EvidenceFile], list[LeftBehind]]:
    """A row for every file whose place the new form still has, by the old file's id; the bytes are not copied."""
    ids = [UUID(item.id) for item in source.evidence]
    stored = {
        row.id: row for row in await session.scalars(select(EvidenceFile).where(EvidenceFile.id.in_(ids)))
    }
    old_places = {evidence.id for evidence in source.form.evidence}
    made: dict[str, EvidenceFile] = {}
    left: list[LeftBehind] = []
    for item in source.evidence:
        row = stored[UUID(item.id)]
        name = _new_place(item.evidence, steps, is_field=item.evidence not in old_places)
        slot = None if name is None else _slot(form, name)
        reason = Reason.DROPPED if name is None else _refusal(slot, item, made.values())
        if slot is None or reason is not None:
            path = upcasting.EVIDENCE + item.evidence + (f"[{item.role}]" if item.role else "")
            left.append(LeftBehind(path=path, value=row.file_name, reason=reason or Reason.UNKNOWN))
            continue
        made[item.id] = _copy(act, submission, slot, item, row)
    session.add_all(made.values())
    return made, left


def _new_place(name: str, steps: Sequence[Upcast], *, is_field: bool) -> str | None:
    """What the place of a file is called now: of a `file` field, the last part of its renamed path."""
    if not is_field:
        return upcasting.recast_evidence(name, steps)
    for step in steps:
        ends = {old.rpartition(".")[2]: new.rpartition(".")[2] for old, new in step.rename.items()}
        name = ends.get(name, name)
    return name


def _slot(form: Form, name: str) -> Slot | None:
    try:
        return slot_of(form, name)
    except Invalid:
        return None


def _refusal(slot: Slot | None, item: EvidenceItem, present: Iterable[EvidenceFile]) -> Reason | None:
    """Why a file does not go into a place; nothing where it does."""
    if slot is None or (item.role and item.role not in slot.roles):
        return Reason.UNKNOWN
    full = sum(row.evidence == slot.id for row in present) >= slot.max_files
    if full or item.media_type not in slot.media or item.size_bytes > slot.max_bytes:
        return Reason.NOT_ACCEPTED
    return None


def _copy(
    act: Act, submission: Submission, slot: Slot, item: EvidenceItem, row: EvidenceFile
) -> EvidenceFile:
    """A row of the new submission for the bytes of an old one, with what the old one said of them."""
    same = (
        "file_name",
        "media_type",
        "size_bytes",
        "sha256",
        "width_px",
        "height_px",
        "seconds",
        "store_key",
    )
    return EvidenceFile(
        id=new_id(),
        submission_id=submission.id,
        purpose=FORM_FILE,
        evidence=slot.id,
        **{name: getattr(item, name) for name in Details.__struct_fields__},
        **{name: getattr(row, name) for name in same},
        uploaded_by=act.actor.person_id,
        uploaded_at=act.at,
    )


def _with_new_files(answers: dict[str, Any], files: Mapping[str, EvidenceFile]) -> dict[str, Any]:
    """The answers of `file` fields name the new rows."""
    names = {old: str(row.id) for old, row in files.items()}

    def renamed(value: object) -> object:
        match value:
            case str():
                return names.get(value, value)
            case list():
                return [renamed(one) for one in value]
            case dict():
                return {key: renamed(one) for key, one in value.items()}
            case _:
                return value

    return {key: renamed(value) for key, value in answers.items()}


def _refuse_others(submission: Submission, earlier: Submission) -> None:
    same = (submission.enterprise_id, submission.commodity_id)
    if same == (earlier.enterprise_id, earlier.commodity_id):
        return
    raise Invalid(
        "taken_from_differs",
        Text(
            id="Usulan lama itu milik pelaku usaha atau komoditi lain. Pilih usulan dari pelaku usaha dan komoditi yang sama.",
            en="That earlier submission is of another enterprise or commodity. Choose one of the same enterprise and commodity.",
        ),
    )


def _later_version(old: str, new: str) -> Conflict:
    return Conflict(
        "taken_from_later_version",
        Text(
            id=f"Usulan itu mengisi formulir versi {old}, lebih baru daripada versi {new} siklus ini; isiannya tidak dapat diambil alih.",
            en=f"That submission answers version {old} of the form, later than version {new} of this cycle; it cannot be taken over.",
        ),
    )


def _code_failed(cause: Text) -> Invalid:
    return Invalid(
        "upcast_failed",
        Text(
            id=f"Isian lama tidak dapat diambil alih karena kode komoditi gagal ({cause.id}). Tidak ada yang berubah; "
            "mulailah usulan baru tanpa `taken_from`, atau coba lagi setelah paketnya diperbaiki.",
            en=f"The earlier answers could not be taken over because the commodity's code failed ({cause.en}). Nothing was changed; "
            "begin without `taken_from`, or try again once the package is mended.",
        ),
    )
