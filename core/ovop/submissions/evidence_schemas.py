"""Structs on the wire for evidence files and letters."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar.datastructures import UploadFile
from msgspec import UNSET, Meta, Struct, UnsetType

Name = Annotated[str, Meta(max_length=60)]
Line = Annotated[str, Meta(max_length=200)]


class EvidenceUpload(Struct, kw_only=True):
    """The form of an upload: the file, where it goes (an evidence or a `file` field of the form), and what is said about it."""

    file: UploadFile
    evidence: Name
    role: Name = ""
    number: Line = ""
    issuer: Line = ""
    issued_on: date | None = None
    expires_on: date | None = None


class LetterUpload(Struct, kw_only=True):
    """The form of a letter's upload: its scan, its number and date."""

    file: UploadFile
    number: Line = ""
    issued_on: date | None = None


class EvidenceChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is said about a file; what is not named stays, null takes a date away."""

    role: Name | UnsetType = UNSET
    number: Line | UnsetType = UNSET
    issuer: Line | UnsetType = UNSET
    issued_on: date | UnsetType | None = UNSET
    expires_on: date | UnsetType | None = UNSET


class EvidenceView(Struct, kw_only=True):
    """A file of a submission: what it is for, what was said about it, and what was found in it.

    `purpose` is `form` or `letter`. `seconds` is 0 where a video does not say. `submission_version` is the submission's version after the
    change, to be named in `If-Match` of the next one.
    """

    id: UUID
    submission_id: UUID
    submission_version: int
    purpose: str
    evidence: str
    role: str
    number: str
    issuer: str
    issued_on: date | None
    expires_on: date | None
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    width_px: int
    height_px: int
    seconds: float
    uploaded_by: UUID
    uploaded_at: datetime
    removed: bool


class EvidencePage(Struct, kw_only=True):
    """A page of a list; `next` is the cursor of the page after it."""

    items: list[EvidenceView]
    next: str | None
