"""Decisions about decisions: who may take an action, what it lacks, and whether duties stay separate. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

import msgspec

from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.chain import BY_APPLICANT, Action, Effect, Need, permission_for
from ovop.identities.actor import Act, Power
from ovop.identities.enums import Role
from ovop.submissions.models import Submission

FURTHEST = timedelta(days=366)
"""How far ahead a correction may be due."""


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
    powers = act.actor.powers_with(permission_for(action.effect))
    fitting = [p for p in powers if p.role in action.by and _reaches(p, action, submission)]
    return min(fitting, key=lambda p: p.lent_by is not None, default=None)


def _reaches(power: Power, action: Action, submission: Submission) -> bool:
    if power.role is Role.PRODUCER:
        return power.enterprise_id == submission.enterprise_id
    if action.effect in BY_APPLICANT:
        return power.office_id == submission.proposed_by_office_id
    return power.covers(submission.region_code)


def lacking(
    action: Action, given: Given, *, sections: Collection[str], today: date, letter_known: bool = True
) -> list[Finding]:
    """Everything that the action needs and was not given, or was given wrongly; `letter_known`: the letter's file is with the submission."""
    return [
        *_reason_faults(action, given),
        *_letter_faults(action, given, today, letter_known),
        *_section_faults(action, given, sections),
        *_due_faults(action, given, today),
    ]


def _reason_faults(action: Action, given: Given) -> list[Finding]:
    if Need.REASON not in action.needs or (given.reason or "").strip():
        return []
    why = Text(id="Alasan belum diisi.", en="The reason is missing.")
    return [_fault("reason", "required", why, Text(id="Tulis alasannya.", en="Write the reason."))]


def _letter_faults(action: Action, given: Given, today: date, known: bool) -> list[Finding]:
    letter = given.letter
    if letter is None:
        if Need.LETTER not in action.needs:
            return []
        why = Text(id="Surat belum dilampirkan.", en="The letter is missing.")
        remedy = Text(
            id="Unggah surat, lalu isi nomor, tanggal dan id berkasnya.",
            en="Upload the letter, then give its number, date and file id.",
        )
        return [_fault("letter", "required", why, remedy)]
    found = []
    if not letter.number.strip():
        why = Text(id="Nomor surat kosong.", en="The letter's number is empty.")
        remedy = Text(id="Isi nomor surat seperti tertulis.", en="Give the number as it is written.")
        found.append(_fault("letter.number", "required", why, remedy))
    if letter.date > today:
        why = Text(id="Tanggal surat di masa depan.", en="The letter's date lies in the future.")
        remedy = Text(id="Isi tanggal surat yang benar.", en="Give the letter's true date.")
        found.append(_fault("letter.date", "after_today", why, remedy))
    if not known:
        why = Text(
            id="Berkas surat tidak ditemukan pada usulan ini.",
            en="The letter's file is not with this submission.",
        )
        remedy = Text(
            id="Unggah dahulu ke `letters`, lalu pakai id yang diberikan.",
            en="Upload it to `letters` first, then use the id that you get.",
        )
        found.append(_fault("letter.file_id", "letter_unknown", why, remedy))
    return found


def _section_faults(action: Action, given: Given, known: Collection[str]) -> list[Finding]:
    if given.sections and Need.SECTIONS not in action.needs:
        return [_not_expected("sections", action)]
    if not given.sections and Need.SECTIONS in action.needs:
        why = Text(id="Bagian yang dikembalikan belum dipilih.", en="No section to correct was named.")
        remedy = Text(id="Sebutkan sedikitnya satu bagian.", en="Name at least one section.")
        return [_fault("sections", "required", why, remedy)]
    return [
        _unknown_section(number, section, known)
        for number, section in enumerate(given.sections)
        if section not in known
    ]


def _due_faults(action: Action, given: Given, today: date) -> list[Finding]:
    """The day by which to correct; no other action may set a deadline, which is the chain's to say."""
    remedy = Text(
        id=f"Isi tanggal setelah hari ini, paling lama {FURTHEST.days} hari lagi.",
        en=f"Give a day after today, at most {FURTHEST.days} days ahead.",
    )
    if given.due_on is not None and Need.DUE_ON not in action.needs:
        return [_not_expected("due_on", action)]
    if given.due_on is None:
        why = Text(id="Batas waktu perbaikan belum diisi.", en="The day by which to correct is missing.")
        return [_fault("due_on", "required", why, remedy)] if Need.DUE_ON in action.needs else []
    if given.due_on <= today:
        why = Text(
            id="Batas waktu perbaikan harus setelah hari ini.",
            en="The day by which to correct must come after today.",
        )
        return [_fault("due_on", "before_today", why, remedy)]
    if given.due_on - today > FURTHEST:
        why = Text(
            id="Batas waktu perbaikan terlalu jauh.", en="The day by which to correct is too far away."
        )
        return [_fault("due_on", "too_far", why, remedy)]
    return []


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


def _fault(path: str, code: str, message: Text, remedy: Text) -> Finding:
    return Finding(path=path, code=code, message=message, remedy=remedy)


def _not_expected(name: str, action: Action) -> Finding:
    return _fault(
        name,
        "not_expected",
        Text(
            id=f"“{action.label.id}” tidak memakai `{name}`.",
            en=f"“{action.label.en}” does not take `{name}`.",
        ),
        Text(id=f"Hapus `{name}`.", en=f"Leave `{name}` out."),
    )


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
