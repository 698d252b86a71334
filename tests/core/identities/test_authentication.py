"""A token becomes an actor with the powers in force that day, or is refused."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from ovop.database import new_id
from ovop.errors import NotSignedIn
from ovop.identities.actor import Actor
from ovop.identities.authentication import (
    API_TOKEN_PREFIX,
    LOGIN_PREFIX,
    authenticate,
    new_token,
    token_hash,
)
from ovop.identities.enums import Role, Scope
from ovop.identities.models import ApiToken, Delegation, Login, Membership, Person
from ovop.identities.persons import get_person
from ovop.visibility import SYSTEM
from tests.core.identities.scene import AT, PEKALONGAN, Scene
from tests.databases import Run


async def log_in(scene: Scene, who: str, *, replaced: str | None = None) -> str:
    token = new_token(LOGIN_PREFIX)
    async with scene.database.transaction(actor=SYSTEM) as session:
        session.add(
            Login(
                id=new_id(),
                person_id=scene.persons[who],
                token_hash=token_hash(token),
                previous_token_hash=None if replaced is None else token_hash(replaced),
                created_at=AT,
                renewed_at=AT,
                expires_at=AT + timedelta(hours=12),
            )
        )
    return token


async def give_api_token(scene: Scene, who: str, scopes: list[str]) -> str:
    token = new_token(API_TOKEN_PREFIX)
    async with scene.database.transaction(actor=SYSTEM) as session:
        session.add(
            ApiToken(
                id=new_id(),
                person_id=scene.persons[who],
                name="program",
                token_hash=token_hash(token),
                scopes=scopes,
                created_at=AT,
                expires_at=AT + timedelta(days=30),
            )
        )
    return token


async def lend(scene: Scene, who: str, to: str, *, starts_on: date, ends_on: date) -> UUID:
    delegation_id = new_id()
    async with scene.database.transaction(actor=SYSTEM) as session:
        session.add(
            Delegation(
                id=delegation_id,
                membership_id=scene.memberships[who],
                to_person_id=scene.persons[to],
                starts_on=starts_on,
                ends_on=ends_on,
                reason="cuti",
                created_at=AT,
            )
        )
    return delegation_id


async def whois(scene: Scene, token: str | None, *, at: datetime = AT, read_only: bool = True) -> Actor:
    async with scene.database.session(read_only=read_only) as session, session.begin():
        return await authenticate(session, token=token, at=at)


def refused(run: Run, scene: Scene, token: str | None, *, at: datetime = AT, read_only: bool = True) -> str:
    with pytest.raises(NotSignedIn) as caught:
        run(whois(scene, token, at=at, read_only=read_only))
    return caught.value.code


def test_login_token_gives_the_person_with_role_office_and_territory(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "officer"))
    actor = run(whois(scene, token))
    assert actor == scene.acts["officer"].actor


def test_producer_power_names_the_enterprise_and_covers_no_territory(scene: Scene, run: Run) -> None:
    (power,) = run(whois(scene, run(log_in(scene, "producer")))).powers
    assert power.role is Role.PRODUCER
    assert power.enterprise_id == scene.enterprises["pekalongan"]
    assert not power.covers(PEKALONGAN)


def test_api_token_narrows_the_actor_to_its_scopes(scene: Scene, run: Run) -> None:
    actor = run(whois(scene, run(give_api_token(scene, "officer", ["read"]))))
    assert actor.scopes == frozenset({Scope.READ})
    assert actor.powers == scene.acts["officer"].actor.powers


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_is_not_signed_in(scene: Scene, run: Run, token: str | None) -> None:
    assert refused(run, scene, token) == "not_signed_in"


@pytest.mark.parametrize(
    "token", ["", "x", "ovop_", LOGIN_PREFIX, API_TOKEN_PREFIX, f"{LOGIN_PREFIX}ü\x00", "ovop_other_x"]
)
def test_unknown_token_is_refused_whatever_its_shape(scene: Scene, run: Run, token: str) -> None:
    assert refused(run, scene, token) == ("token_unknown" if token else "not_signed_in")


def test_login_token_of_the_other_kind_is_unknown(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "officer"))
    assert refused(run, scene, API_TOKEN_PREFIX + token.removeprefix(LOGIN_PREFIX)) == "token_unknown"


def test_token_ends_at_its_last_instant(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "officer"))
    end = AT + timedelta(hours=12)
    assert run(whois(scene, token, at=end - timedelta(microseconds=1))).person_id == scene.persons["officer"]
    assert refused(run, scene, token, at=end) == "token_expired"


def test_ended_login_and_revoked_api_token_are_refused(scene: Scene, run: Run) -> None:
    login, api_token = run(log_in(scene, "officer")), run(give_api_token(scene, "officer", ["read"]))

    async def end() -> None:
        async with scene.database.transaction(actor=SYSTEM) as session:
            await session.execute(update(Login).values(ended_at=AT))
            await session.execute(update(ApiToken).values(revoked_at=AT))

    run(end())
    assert refused(run, scene, login) == "token_expired"
    assert refused(run, scene, api_token) == "token_expired"


def test_disabled_person_is_refused_and_lends_nothing(scene: Scene, run: Run) -> None:
    lender, receiver = run(log_in(scene, "officer")), run(log_in(scene, "bantul"))
    run(lend(scene, "officer", "bantul", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 3)))
    assert len(run(whois(scene, receiver)).powers) == 2

    async def disable() -> None:
        async with scene.database.transaction(actor=SYSTEM) as session:
            await session.execute(
                update(Person).where(Person.id == scene.persons["officer"]).values(disabled_at=AT)
            )

    run(disable())
    assert refused(run, scene, lender) == "person_disabled"
    assert len(run(whois(scene, receiver)).powers) == 1


def test_membership_holds_on_both_its_first_and_last_day_in_jakarta(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "officer"))

    async def set_days() -> None:
        async with scene.database.transaction(actor=SYSTEM) as session:
            await session.execute(
                update(Membership)
                .where(Membership.id == scene.memberships["officer"])
                .values(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 2))
            )
            await session.execute(update(Login).values(expires_at=AT + timedelta(days=9)))

    run(set_days())
    # 2 March in Jakarta runs from 1 March 17:00 to 2 March 17:00 UTC.
    begins = datetime.fromisoformat("2026-03-01T17:00:00Z")
    moments = {
        begins - timedelta(microseconds=1): 0,
        begins: 1,
        begins + timedelta(days=1, microseconds=-1): 1,
        begins + timedelta(days=1): 0,
    }
    assert {at: len(run(whois(scene, token, at=at)).powers) for at in moments} == moments


def test_delegation_lends_the_power_on_its_days_and_names_the_lender(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "bantul"))
    run(lend(scene, "officer", "bantul", starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 2)))
    own, lent = sorted(run(whois(scene, token)).powers, key=lambda p: p.lent_by is not None)
    assert own == scene.acts["bantul"].actor.powers[0]
    assert (lent.role, lent.region_code, lent.lent_by) == (
        Role.REGENCY_OFFICER,
        PEKALONGAN,
        scene.persons["officer"],
    )

    async def revoke() -> None:
        async with scene.database.transaction(actor=SYSTEM) as session:
            await session.execute(update(Delegation).values(revoked_at=AT))

    run(revoke())
    assert run(whois(scene, token)).powers == (own,)


@pytest.mark.parametrize("days", [(date(2026, 3, 3), date(2026, 3, 9)), (date(2026, 2, 1), date(2026, 3, 1))])
def test_delegation_outside_its_days_lends_nothing(scene: Scene, run: Run, days: tuple[date, date]) -> None:
    token = run(log_in(scene, "bantul"))
    run(lend(scene, "officer", "bantul", starts_on=days[0], ends_on=days[1]))
    assert len(run(whois(scene, token)).powers) == 1


@pytest.mark.parametrize("read_only", [True, False])
def test_replaced_token_ends_its_login_although_the_request_fails(
    scene: Scene, run: Run, read_only: bool
) -> None:
    old = new_token(LOGIN_PREFIX)
    current = run(log_in(scene, "officer", replaced=old))
    other = run(log_in(scene, "officer"))
    assert run(whois(scene, current)).person_id == scene.persons["officer"]
    assert refused(run, scene, old, read_only=read_only) == "token_unknown"
    assert refused(run, scene, current) == "token_expired"
    assert run(whois(scene, other)).person_id == scene.persons["officer"]
    last = run(scene.events(f"person/{scene.persons['officer']}"))[-1]
    assert (last.type, last.content()["cause"], last.role) == (
        "login.ended",
        "replaced_token_presented",
        "system",
    )


def test_visibility_of_the_actor_holds_for_the_session_that_authenticated(scene: Scene, run: Run) -> None:
    token = run(log_in(scene, "officer"))

    async def see() -> tuple[UUID, int]:
        async with scene.database.session(read_only=True) as session, session.begin():
            actor = session.info["actor"] = await authenticate(session, token=token, at=AT)
            person = await get_person(session, person_id=actor.person_id)
            everybody = (await session.scalars(select(Person))).all()
            return person.id, len(everybody)

    # Themselves, the colleague of the same office, and the producer of the territory.
    assert run(see()) == (scene.persons["officer"], 3)
