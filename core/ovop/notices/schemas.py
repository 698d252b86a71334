"""Structs of the notices' API."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class FailedNotice(Struct, frozen=True, kw_only=True):
    """A notice that was given up. The recipient is masked: `si***@dinas.example`; the event says whom it was for."""

    id: UUID
    event_id: UUID
    event_type: str
    recipient: str
    template: str
    attempts: int
    created_at: datetime
    last_error: str | None


class NoticePage(Struct, frozen=True, kw_only=True):
    """How many notices wait and how many were given up, with a page of the latter."""

    pending: int
    failed: int
    items: list[FailedNotice]
    next: UUID | None


def mask_address(address: str) -> str:
    """An e-mail address with its mailbox hidden but for two characters at most; the domain stays, for it often shows the fault."""
    mailbox, at, domain = address.rpartition("@")
    return f"{mailbox[: min(2, len(mailbox) // 2)]}***{at}{domain}"
