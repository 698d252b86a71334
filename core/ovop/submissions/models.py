"""Tables of submissions: the answers, every revision that was handed in, evidence files, and what makes a command happen once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, new_id


class Submission(Base):
    """One proposal (usulan) of an enterprise's product, from draft to evaluation.

    `submitted_at` and `forwarded_at` say since when the regency office and the ministry may read it. `version` counts every change; a writer names the version that they saw.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index(None, "stage", "stage_due_on", "id"),
        Index(None, "region_code", "id"),
        Index(None, "cycle_id", "stage", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("frozen_definition.id"))
    commodity_id: Mapped[str] = mapped_column(String(60))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), index=True)
    region_code: Mapped[str] = mapped_column(String(10))
    product_name: Mapped[str] = mapped_column(String(200))
    answers: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(60))
    stage_entered_at: Mapped[datetime]
    stage_due_on: Mapped[date | None]
    resubmit_to: Mapped[str | None] = mapped_column(String(60))
    return_sections: Mapped[list[str]] = mapped_column(default=list)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    proposed_by_office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))
    consent: Mapped[str | None] = mapped_column(String(1000))
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    forwarded_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict here


class Revision(Base):
    """The answers and evidence exactly as they were handed in, with the facts they were checked by; never changed afterwards."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("frozen_definition.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]


class EvidenceFile(Base):
    """A file that was handed in: a document, photo or video of the form, or (`purpose` letter) an office's scanned letter.

    Several rows may share one stored object: a submission that takes an earlier one over has rows of its own for the same bytes.
    """

    __tablename__ = "evidence_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default="form")
    evidence: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(60), default="")
    number: Mapped[str] = mapped_column(String(200), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width_px: Mapped[int] = mapped_column(default=0)
    height_px: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    store_key: Mapped[str] = mapped_column(String(200), index=True)
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class NumberSeries(Base):
    """The last number given in a year, commodity and regency."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class IdempotencyKey(Base):
    """The answer to a command that was carried out, so that the same request sent twice has one effect and one answer."""

    __tablename__ = "idempotency_key"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(index=True)
