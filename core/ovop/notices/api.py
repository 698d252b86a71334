"""What the ministry sees of the notices: whether e-mail goes out."""

from litestar import Controller, get

from ovop.notices.schemas import FailedNotice, NoticePage, mask_address
from ovop.notices.service import list_failed
from ovop.openapi import READING, problems
from ovop.web import Cursor, GivenAct, GivenSession, Limit, page_after


class NoticeController(Controller):
    """Notices."""

    path = "/notices"
    tags = ("operation",)

    @get(
        operation_id="list_failed_notices",
        summary="E-mail notices that wait or failed",
        description="Counts of pending and failed notices, and the failed ones, oldest first. For the ministry's administrators and auditors.",
        responses=problems(*READING),
    )
    async def list_failed_notices(
        self,
        session: GivenSession,
        act: GivenAct,
        after: Cursor = None,
        limit: Limit = 20,
    ) -> NoticePage:
        waiting, rows = await list_failed(session, act=act, after=page_after(after), limit=limit)
        items = [
            FailedNotice(
                id=notice.id,
                event_id=notice.event_uid,
                event_type=event_type,
                recipient=mask_address(notice.recipient),
                template=notice.template,
                attempts=notice.attempts,
                created_at=notice.created_at,
                last_error=notice.last_error,
            )
            for notice, event_type in rows[:limit]
        ]
        return NoticePage(
            pending=waiting.pending,
            failed=waiting.failed,
            items=items,
            next=items[-1].id if len(rows) > limit else None,
        )
