"""Decisions about decisions: who may take an action, what it lacks, and whether duties stay separate. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

import msgspec

from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.chain import Action, Effect, Need
from ovop.identities.actor import Act, Power
from ovop.identities.enums import Permission, Role
from ovop.submissions.models import Submission

BY_APPLICANT = frozenset({Effect.SUBMIT, Effect.WITHDRAW})


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office's letter: its number, its date, and the id of the scanned file uploaded before."""

    number: str
    date: date
    file_id: UUID


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the actor gave with an action."""

    reason: str | None = None
    letter: Letter | None = None
    sections: tuple[str, ...] = ()
    due_on: date | None = None


def power_for(act: Act, action: Action, submission: Submission) -> Power | None:
    """The actor's power that lets them take this action on this submission; their own before a lent one."""
    needed = Permission.SUBMISSION_WRITE if action.effect in BY_APPLICANT else Permission.SUBMISSION_DECIDE
    fitting = [
        p for p in act.actor.powers_with(needed) if p.role in action.by and _reaches(p, action, submission)
    ]
    return min(fitting, key=lambda p: p.lent_by is not None, default=None)


def _reaches(power: Power, action: Action, submission: Submission) -> bool:
    if power.role is Role.PRODUCER:
        return power.enterprise_id == submission.enterprise_id
    if action.effect in BY_APPLICANT:
        return power.office_id == submission.proposed_by_office_id
    return power.covers(submission.region_code)


def lacking(action: Action, given: Given, *, sections: Collection[str], today: date) -> list[Finding]:
    """Everything that the action needs and was not given, or was given wrongly."""
    found = []
    if Need.REASON in action.needs and not (given.reason or "").strip():
        found.append(
            _missing(
                "reason",
                "Alasan belum diisi.",
                "The reason is missing.",
                "Tulis alasannya.",
                "Write the reason.",
            )
        )
    if Need.LETTER in action.needs and given.letter is None:
        found.append(
            _missing(
                "letter",
                "Surat belum dilampirkan.",
                "The letter is missing.",
                "Unggah surat, lalu isi nomor, tanggal dan id berkasnya.",
                "Upload the letter, then give its number, date and file id.",
            )
        )
    if given.letter is not None and not given.letter.number.strip():
        found.append(
            _missing(
                "letter.number",
                "Nomor surat kosong.",
                "The letter's number is empty.",
                "Isi nomor surat seperti tertulis.",
                "Give the number as it is written.",
            )
        )
    if given.letter is not None and given.letter.date > today:
        found.append(
            _missing(
                "letter.date",
                "Tanggal surat di masa depan.",
                "The letter's date lies in the future.",
                "Isi tanggal surat yang benar.",
                "Give the letter's true date.",
                code="after_today",
            )
        )
    if Need.SECTIONS in action.needs and not given.sections:
        found.append(
            _missing(
                "sections",
                "Bagian yang dikembalikan belum dipilih.",
                "No section to correct was named.",
                "Sebutkan sedikitnya satu bagian.",
                "Name at least one section.",
            )
        )
    for number, section in enumerate(given.sections):
        if section not in sections:
            found.append(_unknown_section(number, section, sections))
    if Need.DUE_ON in action.needs and given.due_on is None:
        found.append(
            _missing(
                "due_on",
                "Batas waktu perbaikan belum diisi.",
                "The day by which to correct is missing.",
                "Isi tanggal setelah hari ini.",
                "Give a day after today.",
            )
        )
    if given.due_on is not None and given.due_on <= today:
        found.append(
            _missing(
                "due_on",
                "Batas waktu perbaikan harus setelah hari ini.",
                "The day by which to correct must come after today.",
                "Isi tanggal setelah hari ini.",
                "Give a day after today.",
                code="before_today",
            )
        )
    return found


def duties_conflict(
    *,
    persons: Collection[UUID],
    effect: Effect,
    stage: str,
    authors: Collection[UUID],
    deciders: Mapping[str, Collection[UUID]],
) -> Text | None:
    """Why these persons (the actor, and whoever lent the power) may not act: over the whole chain one either writes, or decides at one stage.

    `deciders`: stage -> everybody who decided there, voided decisions included.
    """
    own = set(persons)
    if effect in BY_APPLICANT:
        if any(own & set(who) for who in deciders.values()):
            return Text(
                id="Anda sudah mengambil keputusan atas usulan ini, jadi tidak boleh menyusunnya.",
                en="You have decided on this submission, so you may not write it.",
            )
        return None
    if own & set(authors):
        return Text(
            id="Anda ikut menyusun usulan ini, jadi tidak boleh memutuskannya. Serahkan kepada rekan lain.",
            en="You took part in writing this submission, so you may not decide on it. Hand it to a colleague.",
        )
    if any(own & set(who) for where, who in deciders.items() if where != stage):
        return Text(
            id="Anda sudah memutuskan usulan ini di tahap lain. Serahkan kepada rekan lain.",
            en="You have decided on this submission at another stage. Hand it to a colleague.",
        )
    return None


def _missing(
    path: str, why_id: str, why_en: str, do_id: str, do_en: str, *, code: str = "required"
) -> Finding:
    return Finding(path=path, code=code, message=Text(id=why_id, en=why_en), remedy=Text(id=do_id, en=do_en))


def _unknown_section(number: int, section: str, known: Collection[str]) -> Finding:
    listing = ", ".join(known)
    return Finding(
        path=f"sections[{number}]",
        code="unknown_section",
        message=Text(
            id=f"Formulir ini tidak mempunyai bagian “{section}”.", en=f"The form has no section “{section}”."
        ),
        remedy=Text(id=f"Pilih dari: {listing}.", en=f"Choose from: {listing}."),
    )
