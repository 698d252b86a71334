"""Signing in, renewing, signing out, and the limits that slow down guessing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from ovop.database import Database
from ovop.errors import Invalid, NotAllowed, NotSignedIn, OvopError, TooMany
from ovop.events import By
from ovop.identities.actor import Act, Actor
from ovop.identities.authentication import LOGIN_PREFIX, authenticate, token_hash
from ovop.identities.enums import Scope
from ovop.identities.logins import SignedIn, renew_login, sign_in, sign_out
from ovop.identities.models import Login, LoginAttempt, Person
from ovop.identities.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, password_findings
from ovop.identities.persons import add_person, change_password
from ovop.identities.schemas import NewPerson
from ovop.visibility import SYSTEM
from tests.core.identities.scene import AT
from tests.databases import Run

pytestmark = pytest.mark.usefixtures("cheap_passwords")

EMAIL, PASSWORD = "siti@ovop.example", "kata sandi panjang"


@pytest.fixture
def person_id(database: Database, run: Run) -> UUID:
    async def add() -> UUID:
        async with database.transaction(actor=SYSTEM) as session:
            registered = await add_person(
                session,
                new=NewPerson(name="Siti", email="Siti@OVOP.example"),
                password_hash=await hash_password(PASSWORD),
                at=AT,
                by=By(),
            )
            return registered.person.id

    return run(add())


async def actor_of(database: Database, token: str) -> Actor:
    async with database.session(read_only=True) as session, session.begin():
        return await authenticate(session, token=token, at=AT)


async def enter(
    database: Database, email: str = EMAIL, password: str = PASSWORD, minutes: int = 0
) -> SignedIn:
    return await sign_in(
        database, email=email, password=password, at=AT + timedelta(minutes=minutes), hours=12
    )


async def count(database: Database, model: type[Login] | type[LoginAttempt]) -> int:
    async with database.transaction(actor=SYSTEM) as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


def test_sign_in_gives_a_token_of_which_only_the_hash_is_stored(
    database: Database, run: Run, person_id: UUID
) -> None:
    login = run(enter(database, email=" SITI@ovop.example "))
    assert login.token.startswith(LOGIN_PREFIX)
    assert login.expires_at == AT + timedelta(hours=12)
    assert run(actor_of(database, login.token)).person_id == person_id

    async def stored() -> Login:
        async with database.transaction(actor=SYSTEM) as session:
            return (await session.scalars(select(Login))).one()

    row = run(stored())
    assert row.token_hash == token_hash(login.token)
    assert login.token not in repr(vars(row))


def test_two_logins_have_different_tokens(database: Database, run: Run, person_id: UUID) -> None:
    assert run(enter(database)).token != run(enter(database)).token


def test_wrong_password_unknown_address_disabled_and_no_account_get_one_answer(
    database: Database, run: Run, person_id: UUID
) -> None:
    async def add_others() -> None:
        async with database.transaction(actor=SYSTEM) as session:
            hashed = await hash_password(PASSWORD)
            new = NewPerson(name="A", email="disabled@ovop.example")
            added = await add_person(session, new=new, password_hash=hashed, at=AT, by=By())
            added.person.disabled_at = AT
            new = NewPerson(name="B", email="noaccount@ovop.example")
            await add_person(session, new=new, password_hash=None, at=AT, by=By())

    run(add_others())
    answers = set()
    for email, password in (
        (EMAIL, "salah sama sekali"),
        ("nobody@ovop.example", PASSWORD),
        ("disabled@ovop.example", PASSWORD),
        ("noaccount@ovop.example", PASSWORD),
    ):
        with pytest.raises(NotSignedIn) as caught:
            run(enter(database, email, password))
        answers.add((caught.value.code, caught.value.message))
    assert len(answers) == 1
    assert run(count(database, Login)) == 0


def test_sixth_attempt_within_a_quarter_is_refused_even_with_the_right_password(
    database: Database, run: Run, person_id: UUID
) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            run(enter(database, password="salah"))
    for _ in range(2):
        with pytest.raises(TooMany):
            run(enter(database, minutes=14))
    # Refused attempts do not count, so that waiting helps.
    assert run(enter(database, minutes=15)).person_id == person_id


def test_failures_of_an_unknown_address_are_limited_too_and_of_it_alone(
    database: Database, run: Run, person_id: UUID
) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            run(enter(database, "nobody@ovop.example"))
    with pytest.raises(TooMany):
        run(enter(database, "Nobody@ovop.example"))
    assert run(enter(database)).person_id == person_id


def test_success_forgets_the_failures(database: Database, run: Run, person_id: UUID) -> None:
    for _ in range(4):
        with pytest.raises(NotSignedIn):
            run(enter(database, password="salah"))
    run(enter(database))
    assert run(count(database, LoginAttempt)) == 0


def test_burst_of_guesses_at_once_cannot_overtake_the_count(
    database: Database, run: Run, person_id: UUID
) -> None:
    async def guess() -> list[SignedIn | BaseException]:
        return await asyncio.gather(
            *(enter(database, password=f"tebakan {n}") for n in range(8)), return_exceptions=True
        )

    codes = [e.code for e in run(guess()) if isinstance(e, OvopError)]
    assert len(codes) == 8
    assert codes.count("credentials_wrong") <= 5
    assert set(codes) <= {"credentials_wrong", "too_many_attempts"}


def test_renewal_replaces_the_token_and_the_old_one_then_ends_the_login(
    database: Database, run: Run, person_id: UUID
) -> None:
    first = run(enter(database))
    act = Act(actor=run(actor_of(database, first.token)), at=AT + timedelta(hours=1))

    async def renew() -> SignedIn:
        async with database.transaction(actor=act.actor) as session:
            return await renew_login(session, act=act, token=first.token, hours=12)

    second = run(renew())
    assert second.token != first.token
    assert second.expires_at == AT + timedelta(hours=13)
    assert run(actor_of(database, second.token)).person_id == person_id
    with pytest.raises(NotSignedIn):
        run(renew())
    with pytest.raises(NotSignedIn):
        run(actor_of(database, first.token))
    with pytest.raises(NotSignedIn):
        run(actor_of(database, second.token))


def test_api_token_neither_renews_nor_ends_logins(database: Database, run: Run, person_id: UUID) -> None:
    act = Act(actor=Actor(person_id=person_id, name="Siti", scopes=frozenset(Scope)), at=AT)

    async def attempt(work: str) -> None:
        async with database.transaction(actor=act.actor) as session:
            if work == "renew":
                await renew_login(session, act=act, token="x")
            else:
                await sign_out(session, act=act, token="x")

    for work in ("renew", "end"):
        with pytest.raises(NotAllowed):
            run(attempt(work))


def test_sign_out_ends_this_login_and_no_other(database: Database, run: Run, person_id: UUID) -> None:
    gone, kept = run(enter(database)), run(enter(database))
    act = Act(actor=run(actor_of(database, gone.token)), at=AT)

    async def leave() -> None:
        async with database.transaction(actor=act.actor) as session:
            await sign_out(session, act=act, token=gone.token)

    run(leave())
    with pytest.raises(NotSignedIn):
        run(actor_of(database, gone.token))
    assert run(actor_of(database, kept.token)).person_id == person_id


async def change(database: Database, token: str, current: str, new: str) -> None:
    async with database.session(at=AT) as session, session.begin():
        actor = session.info["actor"] = await authenticate(session, token=token, at=AT)
        await change_password(session, act=Act(actor=actor, at=AT), token=token, current=current, new=new)


def test_changing_the_password_ends_the_other_logins_and_replaces_the_old_one(
    database: Database, run: Run, person_id: UUID
) -> None:
    here, elsewhere = run(enter(database)), run(enter(database))
    run(change(database, here.token, PASSWORD, "kata sandi baru sekali"))
    assert run(actor_of(database, here.token)).person_id == person_id
    with pytest.raises(NotSignedIn):
        run(actor_of(database, elsewhere.token))
    with pytest.raises(NotSignedIn):
        run(enter(database))
    assert run(enter(database, password="kata sandi baru sekali")).person_id == person_id


def test_wrong_current_password_is_kept_as_a_failure_and_limited(
    database: Database, run: Run, person_id: UUID
) -> None:
    token = run(enter(database)).token
    for number in range(1, 6):
        with pytest.raises(Invalid) as caught:
            run(change(database, token, "salah", "kata sandi baru sekali"))
        assert [f.path for f in caught.value.findings] == ["current"]
        assert run(count(database, LoginAttempt)) == number
    with pytest.raises(TooMany):
        run(change(database, token, PASSWORD, "kata sandi baru sekali"))


def test_burst_of_wrong_current_passwords_cannot_overtake_the_count(
    database: Database, run: Run, person_id: UUID
) -> None:
    token = run(enter(database)).token

    async def attempt() -> str:
        try:
            await change(database, token, "salah", "kata sandi baru sekali")
        except OvopError as error:
            return error.code
        return "changed"

    async def burst() -> list[str]:
        return await asyncio.gather(*(attempt() for _ in range(12)))

    codes = run(burst())
    assert set(codes) <= {"password_wrong", "too_many_attempts"}
    assert codes.count("password_wrong") <= 5


def test_password_made_with_weaker_settings_is_renewed_at_sign_in(
    database: Database, run: Run, person_id: UUID
) -> None:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)).hash(PASSWORD)

    async def store() -> None:
        async with database.transaction(actor=SYSTEM) as session:
            await session.execute(update(Person).values(password_hash=weak))

    async def stored() -> str | None:
        async with database.transaction(actor=SYSTEM) as session:
            return await session.scalar(select(Person.password_hash))

    run(store())
    run(enter(database))
    assert run(stored()) != weak
    assert run(enter(database)).person_id == person_id


@pytest.mark.parametrize(
    ("length", "fits"),
    [(0, False), (MIN_LENGTH - 1, False), (MIN_LENGTH, True), (MAX_LENGTH, True), (MAX_LENGTH + 1, False)],
)
def test_password_length_limits(length: int, fits: bool) -> None:
    assert (password_findings("x" * length, field="password") == []) is fits


def test_real_hashes_are_argon2id_with_at_least_the_recommended_memory(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.undo()
    variant, _, settings = run(hash_password(PASSWORD)).split("$")[1:4]
    assert variant == "argon2id"
    assert int(settings.split(",")[0].removeprefix("m=")) >= 19 * 1024
