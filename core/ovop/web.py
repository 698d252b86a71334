"""What every API handler gets: one transaction, the actor, the instant, and commands that happen once.

A handler that touches the database asks for `session`; opening it signs the caller in, so a route without a login has to say so
(`opt={"public": True}`). The session commits when the handler returns, before the answer is sent, and rolls back on any exception.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State, UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from msgspec import UnsetType
from sqlalchemy import ColumnElement, Row
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.clock import Clock
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Text
from ovop.cycles.replay import FrozenHooks
from ovop.database import Database, insert_for, table_of
from ovop.errors import Invalid, NotAllowed, WrongMediaType
from ovop.files import FileStore
from ovop.identities.actor import Act, Actor
from ovop.identities.authentication import authenticate
from ovop.metrics import Meters
from ovop.settings import Settings
from ovop.submissions.models import IdempotencyKey

ApiRequest: TypeAlias = Request[Any, Any, State]
T = TypeVar("T")
View = TypeVar("View")

_KEYS = table_of(IdempotencyKey)

LOGIN_COOKIE = "ovop_login"
KEY_LENGTH = 100
BLOCK = 1024 * 1024


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that one process shares; stands in `app.state.platform`."""

    settings: Settings
    database: Database
    store: FileStore
    registry: Registry
    hooks: Hooks
    frozen_hooks: FrozenHooks
    meters: Meters
    clock: Clock


def platform_of(request: ApiRequest) -> Platform:
    """The process's shared parts."""
    platform: Platform = request.app.state.platform
    return platform


def token_of(request: ApiRequest) -> str | None:
    """The bearer token, or the login cookie of a browser."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.cookies.get(LOGIN_COOKIE)


async def provide_session(request: ApiRequest) -> AsyncGenerator[AsyncSession, None]:
    """One transaction for the request, seen through the eyes of its actor."""
    platform = platform_of(request)
    at = platform.clock()
    reading = request.method in ("GET", "HEAD")
    if not reading:
        await _receive(request)
    async with platform.database.session(read_only=reading, at=at) as session, session.begin():
        if not request.route_handler.opt.get("public"):
            session.info["actor"] = await authenticate(session, token=token_of(request), at=at)
        yield session


async def _receive(request: ApiRequest) -> None:
    """Take in the whole body before the transaction begins: during it, a slow sender would keep all other writers waiting."""
    if _is_upload(request):
        await request.form()
    else:
        await request.body()


def _is_upload(request: ApiRequest) -> bool:
    return bool(request.route_handler.opt.get("upload"))


async def guard_upload(connection: ASGIConnection[Any, Any, Any, State], _handler: BaseRouteHandler) -> None:
    """A guard of routes that take files (`opt={"upload": True}`): before a body that may be large is spooled to disk, its sender is known
    and its form announced. Raises `NotSignedIn`, or `WrongMediaType` for anything but a multipart form."""
    request: ApiRequest = Request(connection.scope)
    platform = platform_of(request)
    async with platform.database.session(read_only=True) as session:
        await authenticate(session, token=token_of(request), at=platform.clock())
    kind, options = request.content_type
    if kind != RequestEncodingType.MULTI_PART or not options.get("boundary"):
        raise WrongMediaType(
            "not_multipart",
            Text(
                id="Kirim berkas sebagai multipart/form-data dengan boundary.",
                en="Send the file as multipart/form-data with a boundary.",
            ),
        )


GivenSession: TypeAlias = NamedDependency[AsyncSession]


async def provide_act(session: GivenSession) -> Act:
    """Who acts, at which instant."""
    actor: Actor = session.info["actor"]
    at: datetime = session.info["at"]
    return Act(actor=actor, at=at)


GivenAct: TypeAlias = NamedDependency[Act]
"""The act of the request, as a handler asks for it."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request that changes something: which version its sender saw (`If-Match`), and the key that makes it happen once."""

    session: AsyncSession
    act: Act
    key: str | None
    request_hash: str
    if_match: str | None

    @property
    def version(self) -> int:
        """The version that the sender saw; raises `Invalid` where the header is missing or no version."""
        given = (self.if_match or "").removeprefix("W/").strip('"')
        if not given.isascii() or not given.isdigit() or len(given) > 9:
            raise Invalid(
                "if_match_missing",
                Text(
                    id="Sertakan header If-Match berisi versi yang Anda baca (nilai ETag), supaya perubahan orang lain tidak tertimpa.",
                    en="Send the header If-Match with the version you read (its ETag), so that nobody's change is overwritten.",
                ),
            )
        return int(given)

    async def once(
        self,
        work: Callable[[], Awaitable[View]],
        *,
        status: int = 200,
        etag: Callable[[View], str] | None = None,
    ) -> Response[Any]:
        """Do the work and keep its answer under the key; the same request again gets that answer and does nothing."""
        if self.key is None:
            view = await work()
            return Response(view, status_code=status, headers={"etag": etag(view)} if etag else {})
        if not await self._claim():
            return self._repeat(await self._kept())
        view = await work()
        body = msgspec.json.encode(view)
        tag = etag(view) if etag else None
        await self.session.flush()
        connection = await self.session.connection()
        await connection.execute(
            _KEYS.update().where(*self._own_key()).values(status=status, body=body, etag=tag)
        )
        return _answer(body, status, tag)

    async def _claim(self) -> bool:
        """Take the key; False where it was used. The same request in another process waits here, and takes it if this one fails."""
        connection = await self.session.connection()
        claim = (
            insert_for(connection)(_KEYS)
            .values(
                person_id=self.act.actor.person_id,
                key=self.key,
                request_hash=self.request_hash,
                status=0,
                body=b"",
                created_at=self.act.at,
            )
            .on_conflict_do_nothing()
            .returning(_KEYS.c.key)
        )
        return (await connection.execute(claim)).one_or_none() is not None

    async def _kept(self) -> Row[Any]:
        connection = await self.session.connection()
        return (await connection.execute(_KEYS.select().where(*self._own_key()))).one()

    def _own_key(self) -> tuple[ColumnElement[bool], ...]:
        return _KEYS.c.person_id == self.act.actor.person_id, _KEYS.c.key == self.key

    def _repeat(self, kept: Row[Any]) -> Response[Any]:
        if kept.request_hash != self.request_hash:
            raise Invalid(
                "idempotency_key_reused",
                Text(
                    id="Idempotency-Key ini sudah dipakai untuk permintaan lain. Buat kunci baru untuk permintaan baru.",
                    en="This Idempotency-Key was used for another request. Make a new key for a new request.",
                ),
            )
        return _answer(kept.body, kept.status, kept.etag, replayed=True)


def _answer(body: bytes, status: int, etag: str | None, *, replayed: bool = False) -> Response[Any]:
    headers = {"etag": etag} if etag else {}
    if replayed:
        headers["idempotency-replayed"] = "true"
    return Response(body, status_code=status, media_type="application/json", headers=headers)


GivenCommand: TypeAlias = NamedDependency[Command]
"""The request as a command, as a handler asks for it."""


Key: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description=f"A new UUID, say (at most {KEY_LENGTH} characters): sent twice, the request has one effect and one answer.",
    ),
]
IfMatch: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The ETag that you read. Needed to change what has a version, so that nobody's change is overwritten.",
    ),
]


async def provide_command(
    request: ApiRequest, session: GivenSession, act: GivenAct, key: Key = None, if_match: IfMatch = None
) -> Command:
    """The request as a command. A browser's cookie alone does not command: the request must come from our own pages."""
    refuse_foreign_page(request)
    if key is not None and not 1 <= len(key) <= KEY_LENGTH:
        raise Invalid(
            "idempotency_key_length",
            Text(
                id=f"Idempotency-Key harus 1 sampai {KEY_LENGTH} karakter.",
                en=f"Idempotency-Key must have 1 to {KEY_LENGTH} characters.",
            ),
        )
    return Command(
        session=session,
        act=act,
        key=key,
        request_hash=await request_hash(request),
        if_match=if_match,
    )


async def request_hash(request: ApiRequest) -> str:
    """SHA-256 of what is asked for: method, path and body. Of an upload its parts, because a client that repeats it draws another
    boundary between them."""
    digest = sha256(f"{request.method} {request.url.path}\n".encode())
    if not _is_upload(request):
        digest.update(await request.body())
        return digest.hexdigest()
    for name, value in (await request.form()).multi_items():
        if not isinstance(value, UploadFile):
            digest.update(msgspec.json.encode((name, value)))
            continue
        digest.update(msgspec.json.encode((name, value.filename, value.content_type)))
        while block := await value.read(BLOCK):
            digest.update(block)
        await value.seek(0)
    return digest.hexdigest()


def refuse_foreign_page(request: ApiRequest) -> None:
    """Raise `NotAllowed` for a request that a browser sends from another site's page with our cookie, or to obtain one."""
    by_cookie = "authorization" not in request.headers
    if by_cookie and request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed(
            "foreign_page",
            Text(
                id="Permintaan datang dari halaman lain dan ditolak.",
                en="The request came from another site's page and was refused.",
            ),
        )


def given(value: T | UnsetType) -> T | None:
    """What a partial update names, or nothing."""
    return None if isinstance(value, UnsetType) else value


def version_tag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def not_modified(
    request: ApiRequest, etag: str, headers: Mapping[str, str] | None = None
) -> Response[None] | None:
    """The answer 304 where the sender already has what `etag` names (`If-None-Match`), otherwise nothing."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag not in known and "*" not in known:
        return None
    return Response(None, status_code=304, headers={**(headers or {}), "etag": etag})


def page_after(cursor: str | None) -> UUID | None:
    """The id behind a page cursor; raises `Invalid` for anything else."""
    if cursor is None:
        return None
    try:
        return UUID(cursor)
    except ValueError:
        raise Invalid(
            "cursor_unknown",
            Text(
                id="Penanda halaman tidak dikenal. Pakai nilai `next` dari halaman sebelumnya.",
                en="The page cursor is unknown. Use the value `next` of the page before.",
            ),
        ) from None


Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=100, description="How many items a page holds.")]
Cursor: TypeAlias = Annotated[
    str | None, QueryParameter(description="`next` of the page before.", max_length=80)
]
