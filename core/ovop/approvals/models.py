"""Tables of the approval chain: decisions and carbon copies (tembusan)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, new_id


class Decision(Base):
    """What somebody decided at a stage, on which revision, and by which letter. A later return may void it."""

    __tablename__ = "decision"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.uid"))
    stage: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lent_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))
    role: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime]
    reason: Mapped[str | None]
    letter_number: Mapped[str | None] = mapped_column(String(100))
    letter_date: Mapped[date | None]
    letter_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence_file.id"))
    sections: Mapped[list[str]] = mapped_column(default=list)
    due_on: Mapped[date | None]
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))


class CarbonCopy(Base):
    """A numbered copy for an office that has no say in the decision. It is due from the moment it exists and never blocks.

    `office_id` is empty while no such office is registered: the copy then stays due, and is shown as such.
    """

    __tablename__ = "carbon_copy"
    __table_args__ = (
        UniqueConstraint("submission_id", "sequence"),
        Index(None, "office_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    recipient: Mapped[str] = mapped_column(String(40))
    office_kind: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(10))
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    opinion: Mapped[str | None] = mapped_column(String(4000))
    opinion_at: Mapped[datetime | None]
    opinion_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
