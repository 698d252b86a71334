"""People of a world as they stand at the portal: signed in with a login, where an API token would not do."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from ovop.database import new_id
from ovop.identities.authentication import LOGIN_PREFIX, new_token, token_hash
from ovop.identities.models import Login
from tests.factories import Caller, World
from tests.portal.browsing import Browser


def signed_in(world: World, caller: str, *, language: str = "id") -> Browser:
    """A browser whose cookie is a login."""
    token = new_token(LOGIN_PREFIX)
    person = world.callers[caller]

    async def work(session: AsyncSession) -> None:
        session.add(
            Login(
                id=new_id(),
                person_id=person.person_id,
                token_hash=token_hash(token),
                created_at=world.clock.now,
                renewed_at=world.clock.now,
                expires_at=world.clock.now + timedelta(hours=12),
            )
        )

    world.in_database(work)
    name = f"{caller} with a login"
    world.callers[name] = Caller(world.client, token, person.person_id, person.home)
    return Browser(world, name, language=language)


async def give_account(session: AsyncSession, world: World, caller: str) -> None:
    """Only who has an account can be lent a role."""
    from ovop.identities.models import Person

    person = await session.get(Person, world.callers[caller].person_id)
    assert person is not None
    person.password_hash = "not a hash that any password has"
