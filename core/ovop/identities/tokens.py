"""API tokens: for a program that acts for a person, narrowed by scopes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop import events
from ovop.contract.vocabulary import Text
from ovop.database import new_id
from ovop.identities.actor import Act
from ovop.identities.authentication import API_TOKEN_PREFIX, new_token, token_hash
from ovop.identities.models import ApiToken
from ovop.identities.queries import page_of
from ovop.identities.rules import by_oneself, expiry_findings, refuse_errors, require_login, unknown
from ovop.identities.schemas import NewApiToken


async def create_api_token(session: AsyncSession, *, act: Act, new: NewApiToken) -> tuple[ApiToken, str]:
    """A token for oneself, ending within a year, and the token itself, which is shown only now.

    Raises `Invalid` for an end out of range, `NotAllowed` for an API token: a token does not beget tokens.
    """
    require_login(act.actor)
    refuse_errors(expiry_findings(new.expires_at, act.at))
    token = new_token(API_TOKEN_PREFIX)
    row = ApiToken(
        id=new_id(),
        person_id=act.actor.person_id,
        name=new.name,
        token_hash=token_hash(token),
        scopes=sorted(set(new.scopes)),
        created_at=act.at,
        expires_at=new.expires_at,
    )
    session.add(row)
    await session.flush()
    payload: dict[str, object] = {"scopes": row.scopes, "expires_at": row.expires_at}
    await _log(session, act, row, "api_token.created", payload)
    return row, token


async def revoke_api_token(session: AsyncSession, *, act: Act, token_id: UUID) -> ApiToken:
    """Make one's own token worthless from now on; raises `NotFound` for anybody else's."""
    require_login(act.actor)
    row = await session.scalar(
        select(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == act.actor.person_id)
        .with_for_update()
    )
    if row is None:
        raise unknown(Text(id="Token ini", en="token"))
    if row.revoked_at is None:
        row.revoked_at = act.at
        await session.flush()
        await _log(session, act, row, "api_token.revoked", {})
    return row


async def list_api_tokens(
    session: AsyncSession, *, act: Act, after: UUID | None, limit: int
) -> tuple[Sequence[ApiToken], UUID | None]:
    """One's own tokens, ended ones included, one page of them."""
    query = select(ApiToken).where(ApiToken.person_id == act.actor.person_id)
    return await page_of(session, query, key=ApiToken.id, after=after, limit=limit)


async def _log(session: AsyncSession, act: Act, row: ApiToken, type: str, payload: dict[str, object]) -> None:
    await events.append(
        session,
        stream=f"person/{act.actor.person_id}",
        type=type,
        at=act.at,
        by=by_oneself(act),
        payload={"api_token": str(row.id), **payload},
    )
