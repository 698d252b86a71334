"""The actor behind a request and what they may do: pure, no I/O."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from ovop.contract.vocabulary import Text
from ovop.errors import NotAllowed, Stale
from ovop.events import By
from ovop.identities.enums import Permission, Role, Scope

P = Permission

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PRODUCER: frozenset({P.SUBMISSION_READ, P.SUBMISSION_WRITE, P.CYCLE_READ, P.IDENTITY_READ}),
    Role.REGENCY_OFFICER: frozenset(
        {
            P.SUBMISSION_READ,
            P.SUBMISSION_WRITE,
            P.SUBMISSION_DECIDE,
            P.CYCLE_READ,
            P.IDENTITY_READ,
            P.IDENTITY_MANAGE,
        }
    ),
    Role.PROVINCE_OFFICER: frozenset(
        {P.SUBMISSION_READ, P.COPY_READ, P.COPY_ANSWER, P.CYCLE_READ, P.IDENTITY_READ}
    ),
    Role.GOVERNOR_OFFICER: frozenset(
        {P.SUBMISSION_READ, P.COPY_READ, P.COPY_ANSWER, P.CYCLE_READ, P.IDENTITY_READ}
    ),
    Role.VERIFIER: frozenset(
        {P.SUBMISSION_READ, P.SUBMISSION_DECIDE, P.COPY_READ, P.CYCLE_READ, P.IDENTITY_READ}
    ),
    Role.SELECTOR: frozenset(
        {P.SUBMISSION_READ, P.SUBMISSION_DECIDE, P.COPY_READ, P.CYCLE_READ, P.IDENTITY_READ}
    ),
    Role.ASSESSOR: frozenset({P.CYCLE_READ}),
    Role.MINISTRY_ADMIN: frozenset(
        {
            P.SUBMISSION_READ,
            P.COPY_READ,
            P.CYCLE_READ,
            P.CYCLE_MANAGE,
            P.IDENTITY_READ,
            P.IDENTITY_MANAGE,
            P.AUDIT_READ,
        }
    ),
    Role.AUDITOR: frozenset({P.SUBMISSION_READ, P.COPY_READ, P.CYCLE_READ, P.IDENTITY_READ, P.AUDIT_READ}),
}
"""What each role may do; deny unless listed."""

SCOPES: dict[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({P.SUBMISSION_READ, P.COPY_READ, P.CYCLE_READ, P.IDENTITY_READ, P.AUDIT_READ}),
    Scope.SUBMIT: frozenset({P.SUBMISSION_WRITE}),
    Scope.DECIDE: frozenset({P.SUBMISSION_DECIDE, P.COPY_ANSWER}),
    Scope.MANAGE: frozenset({P.CYCLE_MANAGE, P.IDENTITY_MANAGE}),
}
"""What a token's scope lets through."""


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """One role in force today: in an office with its territory, or for an enterprise; `lent_by` is the person who delegated it."""

    role: Role
    office_id: UUID | None = None
    enterprise_id: UUID | None = None
    region_code: str = ""
    lent_by: UUID | None = None

    def covers(self, region_code: str) -> bool:
        """Whether a place lies in this power's territory."""
        return self.office_id is not None and region_code.startswith(self.region_code)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person with the powers in force today, narrowed by the scopes of an API token (`None`: a login, not narrowed)."""

    person_id: UUID
    name: str
    language: str = "id"
    powers: tuple[Power, ...] = ()
    scopes: frozenset[Scope] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether any of the powers includes the permission, and the token lets it through."""
        return self._in_scope(permission) and any(permission in PERMISSIONS[p.role] for p in self.powers)

    def powers_with(self, permission: Permission) -> tuple[Power, ...]:
        """The powers that include a permission; none when the token does not let it through."""
        if not self._in_scope(permission):
            return ()
        return tuple(p for p in self.powers if permission in PERMISSIONS[p.role])

    def require(self, permission: Permission) -> None:
        """Raises `NotAllowed` without the permission."""
        if not self.may(permission):
            raise NotAllowed(
                "permission_missing",
                Text(
                    id=f"Anda tidak berwenang untuk tindakan ini ({permission}). Mintalah peran yang sesuai kepada admin kementerian.",
                    en=f"You lack the power for this action ({permission}). Ask the ministry's administrator for the role.",
                ),
            )

    def _in_scope(self, permission: Permission) -> bool:
        return self.scopes is None or any(permission in SCOPES[scope] for scope in self.scopes)


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope of one command: who acts, at which instant. The instant is taken once, when the request arrives, and decides what is late."""

    actor: Actor
    at: datetime

    def by(self, power: Power) -> By:
        """The event's record of the actor using one of their powers."""
        return By(
            person_id=self.actor.person_id,
            role=power.role,
            office_id=power.office_id,
            on_behalf_of=power.lent_by,
        )


def own_first(powers: Iterable[Power]) -> Power | None:
    """One of the powers, the actor's own before a lent one; none of none."""
    return min(powers, key=lambda p: p.lent_by is not None, default=None)


def holds(powers: Iterable[Power], role: Role, region_code: str) -> Power | None:
    """The power of that role which covers a place; the actor's own before a lent one."""
    return own_first(p for p in powers if p.role == role and p.covers(region_code))


def stale(seen: int, current: int) -> Stale:
    """The error for a writer whose version is not the current one."""
    return Stale(
        "changed_meanwhile",
        Text(
            id=f"Sudah diubah orang lain (versi {current}, Anda membaca versi {seen}). Muat ulang, lalu ulangi perubahan Anda.",
            en=f"Somebody else changed it (version {current}, you read version {seen}). Read it again, then repeat your change.",
        ),
    )
