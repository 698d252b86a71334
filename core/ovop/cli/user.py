"""Accounts from the machine's own console: `ovop user`."""

from pathlib import Path

import click
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.cli.common import data_option, json_option, print_json, print_table, run, settings_for
from ovop.clock import day_in_jakarta, utc_now
from ovop.database import Database
from ovop.events import By, append
from ovop.identities.bootstrap import add_administrator
from ovop.identities.logins import end_logins
from ovop.identities.models import Membership, Office, Person
from ovop.identities.passwords import hash_password, password_findings
from ovop.identities.queries import normalise_email
from ovop.identities.rules import refuse_errors
from ovop.identities.schemas import NewPerson
from ovop.visibility import SYSTEM


@click.group()
def user() -> None:
    """Make the first administrator, list accounts, set a password."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.password_option(envvar="OVOP_NEW_PASSWORD", help="At least 12 characters (or OVOP_NEW_PASSWORD).")
@data_option
def create(email: str, name: str, password: str, data: Path | None) -> None:
    """Make a ministry administrator, who registers everybody else through the API."""
    settings = settings_for(data)

    async def work(database: Database) -> Person:
        async with database.transaction(actor=SYSTEM) as session:
            return await add_administrator(
                session, new=NewPerson(name=name, email=email), password=password, at=utc_now()
            )

    person = run(settings, work)
    click.echo(f"Made: {person.name} <{person.email}>, ministry administrator.")


@user.command("list")
@data_option
@json_option
def list_users(data: Path | None, as_json: bool) -> None:
    """All persons with their roles in force today."""
    settings = settings_for(data)

    async def work(database: Database) -> list[dict[str, object]]:
        async with database.transaction(actor=SYSTEM) as session:
            return await _rows(session)

    rows = run(settings, work)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows))


@user.command("set-password")
@click.argument("email")
@click.password_option(envvar="OVOP_NEW_PASSWORD", help="At least 12 characters (or OVOP_NEW_PASSWORD).")
@data_option
def set_password(email: str, password: str, data: Path | None) -> None:
    """Give somebody a new password; whoever is signed in with the old one is signed out."""
    settings = settings_for(data)

    async def work(database: Database) -> None:
        refuse_errors(password_findings(password, field="password"))
        hashed = await hash_password(password)
        async with database.transaction(actor=SYSTEM) as session:
            person = await session.scalar(select(Person).where(Person.email == normalise_email(email)))
            if person is None:
                raise click.ClickException(f"there is no person with the address {email}")
            person.password_hash = hashed
            await end_logins(session, person_id=person.id, at=utc_now())
            stream = f"person/{person.id}"
            await append(session, stream=stream, type="password.set", at=utc_now(), by=By())

    run(settings, work)
    click.echo("The password is set.")


async def _rows(session: AsyncSession) -> list[dict[str, object]]:
    today = day_in_jakarta(utc_now())
    in_force = and_(
        Membership.starts_on <= today, or_(Membership.ends_on.is_(None), Membership.ends_on >= today)
    )
    query = (
        select(Person.email, Person.name, Person.disabled_at, Membership.role, Office.name)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, in_force))
        .outerjoin(Office, Office.id == Membership.office_id)
        .order_by(Person.email, Membership.role)
    )
    return [
        {
            "email": email,
            "name": name,
            "role": role or "-",
            "office": office or "-",
            "state": "disabled" if disabled else "active",
        }
        for email, name, disabled, role, office in await session.execute(query)
    ]
