"""API tokens: shown once, narrowed, ended; and what nobody may do with one."""

from datetime import datetime, timedelta

import pytest

from ovop.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from ovop.identities.actor import Actor
from ovop.identities.authentication import API_TOKEN_PREFIX, authenticate
from ovop.identities.enums import Permission, Scope
from ovop.identities.models import ApiToken
from ovop.identities.schemas import NewApiToken
from ovop.identities.tokens import create_api_token, list_api_tokens, revoke_api_token
from tests.core.identities.scene import AT, Scene, with_token
from tests.databases import Run

YEAR = timedelta(days=366)


def create(
    scene: Scene,
    run: Run,
    who: str,
    *,
    scopes: tuple[Scope, ...] = (Scope.READ,),
    expires_at: datetime = AT + timedelta(days=30),
) -> tuple[ApiToken, str]:
    async def work() -> tuple[ApiToken, str]:
        async with scene.session(who) as session:
            new = NewApiToken(name="program", scopes=scopes, expires_at=expires_at)
            return await create_api_token(session, act=scene.acts[who], new=new)

    return run(work())


def whois(scene: Scene, run: Run, token: str, at: datetime = AT) -> Actor:
    async def work() -> Actor:
        async with scene.database.session(read_only=True) as session, session.begin():
            return await authenticate(session, token=token, at=at)

    return run(work())


def test_created_token_authenticates_and_the_row_holds_its_hash_only(scene: Scene, run: Run) -> None:
    row, token = create(scene, run, "officer", scopes=(Scope.SUBMIT, Scope.READ, Scope.READ))
    assert token.startswith(API_TOKEN_PREFIX)
    assert token not in repr(vars(row))
    assert list(row.scopes) == ["read", "submit"]
    assert whois(scene, run, token).scopes == frozenset({Scope.READ, Scope.SUBMIT})


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (Scope.READ, {Permission.SUBMISSION_READ, Permission.CYCLE_READ, Permission.IDENTITY_READ}),
        (Scope.SUBMIT, {Permission.SUBMISSION_WRITE}),
        (Scope.DECIDE, {Permission.SUBMISSION_DECIDE}),
        (Scope.MANAGE, {Permission.IDENTITY_MANAGE}),
    ],
)
def test_scope_lets_an_officers_token_do_this_and_no_more(
    scene: Scene, run: Run, scope: Scope, allowed: set[Permission]
) -> None:
    actor = whois(scene, run, create(scene, run, "officer", scopes=(scope,))[1])
    assert {p for p in Permission if actor.may(p)} == allowed


@pytest.mark.parametrize(
    ("expires_at", "fits"),
    [
        (AT - timedelta(seconds=1), False),
        (AT, False),
        (AT + timedelta(seconds=1), True),
        (AT + YEAR, True),
        (AT + YEAR + timedelta(seconds=1), False),
    ],
)
def test_token_ends_after_now_and_within_a_year(
    scene: Scene, run: Run, expires_at: datetime, fits: bool
) -> None:
    if fits:
        assert create(scene, run, "officer", expires_at=expires_at)[0].expires_at == expires_at
        return
    with pytest.raises(Invalid) as caught:
        create(scene, run, "officer", expires_at=expires_at)
    assert [f.code for f in caught.value.findings] == ["expiry_range"]


def test_token_is_refused_from_its_end_on(scene: Scene, run: Run) -> None:
    _, token = create(scene, run, "officer")
    with pytest.raises(NotSignedIn):
        whois(scene, run, token, at=AT + timedelta(days=30))


def test_token_does_not_beget_tokens(scene: Scene, run: Run) -> None:
    scene.acts["officer"] = with_token(scene.acts["officer"], *Scope)
    with pytest.raises(NotAllowed) as caught:
        create(scene, run, "officer")
    assert caught.value.code == "login_needed"


def test_revoked_token_is_worthless_and_only_its_owner_can_revoke_it(scene: Scene, run: Run) -> None:
    row, token = create(scene, run, "officer")

    async def revoke(who: str) -> None:
        async with scene.session(who) as session:
            await revoke_api_token(session, act=scene.acts[who], token_id=row.id)

    with pytest.raises(NotFound):
        run(revoke("admin"))
    assert whois(scene, run, token).person_id == scene.persons["officer"]
    run(revoke("officer"))
    with pytest.raises(NotSignedIn):
        whois(scene, run, token)
    types = [e.type for e in run(scene.events(f"person/{scene.persons['officer']}"))]
    assert types[-2:] == ["api_token.created", "api_token.revoked"]


def test_list_holds_ones_own_tokens_only(scene: Scene, run: Run) -> None:
    own, _ = create(scene, run, "officer")
    create(scene, run, "admin")

    async def seen() -> list[ApiToken]:
        async with scene.session("officer") as session:
            rows, _ = await list_api_tokens(session, act=scene.acts["officer"], after=None, limit=20)
            return list(rows)

    assert [r.id for r in run(seen())] == [own.id]
