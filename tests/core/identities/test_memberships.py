"""Roles, who may give and end them, and lending them to a colleague."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import update

from ovop.errors import Conflict, Invalid, NotAllowed, NotFound
from ovop.identities.delegations import delegate, revoke_delegation
from ovop.identities.enums import Role, Scope
from ovop.identities.memberships import end_membership, give_membership, list_memberships
from ovop.identities.models import Delegation, Membership, Person
from ovop.identities.persons import (
    Registered,
    disable_person,
    get_person,
    list_persons,
    register_person,
    reveal,
    set_password,
    update_person,
)
from ovop.identities.schemas import (
    NewDelegation,
    NewMembership,
    NewPerson,
    NewRole,
    PersonalField,
    PersonChange,
)
from ovop.identities.views import person_view
from ovop.visibility import SYSTEM
from tests.core.identities.scene import AT, TODAY, Scene, with_token
from tests.databases import Run

DAY = timedelta(days=1)


def give(scene: Scene, run: Run, who: str, **role: Any) -> Membership:
    async def work() -> Membership:
        async with scene.session(who) as session:
            new = NewMembership(**{"starts_on": TODAY, **role})
            return await give_membership(session, act=scene.acts[who], new=new)

    return run(work())


def end(scene: Scene, run: Run, who: str, membership: str, ends_on: date) -> Membership:
    async def work() -> Membership:
        async with scene.session(who) as session:
            return await end_membership(
                session,
                act=scene.acts[who],
                membership_id=scene.memberships[membership],
                ends_on=ends_on,
                reason="mutasi",
            )

    return run(work())


def lend(scene: Scene, run: Run, who: str, to: str, **changes: Any) -> Delegation:
    async def work() -> Delegation:
        async with scene.session(who) as session:
            asked: dict[str, Any] = {
                "membership_id": scene.memberships[who],
                "to_email": f"{to}@ovop.example",
                "starts_on": TODAY,
                "ends_on": TODAY + 7 * DAY,
                "reason": "cuti",
            }
            return await delegate(session, act=scene.acts[who], new=NewDelegation(**(asked | changes)))

    return run(work())


def register(scene: Scene, run: Run, who: str, **person: Any) -> Registered:
    async def work() -> Registered:
        async with scene.session(who) as session:
            new = NewPerson(**{"name": "Orang Baru", "email": "baru@ovop.example", **person})
            return await register_person(session, act=scene.acts[who], new=new)

    return run(work())


def codes(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(f.path, f.code) for f in error.value.findings}


def test_officer_gives_producer_role_in_own_territory_only(scene: Scene, run: Run) -> None:
    # A producer whose role is over gets it again; in Bantul the officer sees no enterprise.
    home = scene.enterprises["pekalongan"]
    over = NewRole(
        role=Role.PRODUCER, enterprise_id=home, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)
    )
    person_id = register(scene, run, "officer", membership=over).person.id
    given = give(scene, run, "officer", person_id=person_id, role=Role.PRODUCER, enterprise_id=home)
    assert given.role == "producer"
    with pytest.raises(NotFound):
        give(
            scene,
            run,
            "officer",
            person_id=person_id,
            role=Role.PRODUCER,
            enterprise_id=scene.enterprises["bantul"],
        )


def test_officer_cannot_give_an_office_role_not_even_in_the_own_office(scene: Scene, run: Run) -> None:
    with pytest.raises(NotAllowed):
        give(
            scene,
            run,
            "officer",
            person_id=scene.persons["producer"],
            role=Role.REGENCY_OFFICER,
            office_id=scene.offices["pekalongan"],
        )


def test_nobody_gives_a_role_to_themselves(scene: Scene, run: Run) -> None:
    with pytest.raises(NotAllowed) as caught:
        give(
            scene,
            run,
            "admin",
            person_id=scene.persons["admin"],
            role=Role.SELECTOR,
            office_id=scene.offices["ministry"],
        )
    assert caught.value.code == "for_oneself"


def borrow(scene: Scene, who: str, *, lender: str) -> None:
    """Who acts from now on also by the lender's power, listed before their own."""
    act = scene.acts[who]
    lent = tuple(structs.replace(p, lent_by=scene.persons[lender]) for p in scene.acts[lender].actor.powers)
    actor = structs.replace(act.actor, powers=(*lent, *act.actor.powers))
    scene.acts[who] = structs.replace(act, actor=actor)


def test_loan_gives_no_role_neither_to_the_lender_nor_to_anybody(scene: Scene, run: Run) -> None:
    borrow(scene, "officer", lender="admin")
    role = {"role": Role.SELECTOR, "office_id": scene.offices["ministry"]}
    for person, code in (("admin", "for_oneself"), ("officer", "for_oneself"), ("bantul", "power_lent")):
        with pytest.raises(NotAllowed) as caught:
            give(scene, run, "officer", person_id=scene.persons[person], **role)
        assert caught.value.code == code
    assert give(scene, run, "admin", person_id=scene.persons["bantul"], **role).role == "selector"


def test_loan_registers_no_person_and_sets_no_password(scene: Scene, run: Run) -> None:
    borrow(scene, "officer", lender="admin")
    with pytest.raises(NotAllowed) as caught:
        register(scene, run, "officer", password="kata sandi panjang")
    assert caught.value.code == "power_lent"

    async def take_over() -> None:
        async with scene.session("officer") as session:
            person_id, new = scene.persons["admin"], "kata sandi panjang"
            await set_password(session, act=scene.acts["officer"], person_id=person_id, new=new)

    with pytest.raises(NotAllowed) as caught:
        run(take_over())
    assert caught.value.code == "power_lent"


def test_own_power_registers_although_a_loan_would_do_as_well(scene: Scene, run: Run) -> None:
    borrow(scene, "officer", lender="colleague")
    role = NewRole(role=Role.PRODUCER, enterprise_id=scene.enterprises["pekalongan"], starts_on=TODAY)
    person_id = register(scene, run, "officer", membership=role).person.id

    async def look() -> None:
        async with scene.session("officer") as session:
            field, reason = PersonalField.PHONE, "perlu dihubungi"
            await reveal(session, act=scene.acts["officer"], person_id=person_id, field=field, reason=reason)

    run(look())
    found = run(scene.events(f"person/{person_id}"))
    assert [(e.type, e.on_behalf_of) for e in found] == [
        ("person.registered", None),
        ("membership.given", None),
        ("person.revealed", None),
    ]


def test_manage_token_opens_no_account_and_gives_no_role(scene: Scene, run: Run) -> None:
    scene.acts["admin"] = with_token(scene.acts["admin"], Scope.MANAGE)
    office = scene.offices["ministry"]
    administrator = NewRole(role=Role.MINISTRY_ADMIN, office_id=office, starts_on=TODAY)
    for person in ({"password": "kata sandi panjang"}, {"membership": administrator}):
        with pytest.raises(NotAllowed) as caught:
            register(scene, run, "admin", **person)
        assert caught.value.code == "login_needed"
    with pytest.raises(NotAllowed) as caught:
        give(
            scene, run, "admin", person_id=scene.persons["bantul"], role=Role.MINISTRY_ADMIN, office_id=office
        )
    assert caught.value.code == "login_needed"
    assert register(scene, run, "admin").person.password_hash is None


@pytest.mark.parametrize(
    ("person", "role", "office", "enterprise"),
    [
        ("officer", Role.PRODUCER, None, "pekalongan"),
        ("producer", Role.REGENCY_OFFICER, "pekalongan", None),
        ("producer", Role.VERIFIER, "ministry", None),
    ],
)
def test_role_on_the_other_side_of_a_territory_is_refused(
    scene: Scene, run: Run, person: str, role: Role, office: str | None, enterprise: str | None
) -> None:
    with pytest.raises(NotAllowed) as caught:
        give(
            scene,
            run,
            "admin",
            person_id=scene.persons[person],
            role=role,
            office_id=scene.offices[office] if office else None,
            enterprise_id=scene.enterprises[enterprise] if enterprise else None,
        )
    assert caught.value.code == "both_sides"


def test_borrowed_office_role_counts_when_a_producers_role_is_given(scene: Scene, run: Run) -> None:
    role = {
        "person_id": scene.persons["bantul"],
        "role": Role.PRODUCER,
        "enterprise_id": scene.enterprises["pekalongan"],
    }
    lend(scene, run, "officer", "bantul", ends_on=TODAY + 2 * DAY)
    with pytest.raises(NotAllowed) as caught:
        give(scene, run, "admin", **role)
    assert caught.value.code == "both_sides"
    assert give(scene, run, "admin", **role, starts_on=TODAY + 3 * DAY).role == "producer"


def update_one(scene: Scene, run: Run, who: str, whom: str, **changes: Any) -> Person:
    async def work() -> Person:
        async with scene.session(who) as session:
            return await update_person(
                session,
                act=scene.acts[who],
                person_id=scene.persons[whom],
                change=PersonChange(**changes),
            )

    return run(work())


def test_person_changes_own_phone_and_language_and_the_ministry_the_rest(scene: Scene, run: Run) -> None:
    assert update_one(scene, run, "producer", "producer", phone="0812000011", language="en").language == "en"
    with pytest.raises(NotAllowed) as caught:
        update_one(scene, run, "producer", "producer", name="Lain", phone="0812000012")
    assert caught.value.code == "field_not_yours"
    with pytest.raises(NotAllowed):
        update_one(scene, run, "officer", "producer", phone="0812000012")
    with pytest.raises(NotFound):
        update_one(scene, run, "officer", "bantul", phone="0812000012")
    changed = update_one(scene, run, "admin", "producer", name=" Siti Baru ", email="BARU@ovop.example")
    assert (changed.name, changed.email, changed.phone) == ("Siti Baru", "baru@ovop.example", "0812000011")
    assert update_one(scene, run, "admin", "producer", phone=None).phone is None
    found = run(scene.events(f"person/{changed.id}"))[1:]
    assert [(e.type, e.role, e.content()) for e in found] == [
        ("person.updated", "self", {"changed": ["language", "phone"]}),
        ("person.updated", "ministry_admin", {"changed": ["email", "name"]}),
        ("person.updated", "ministry_admin", {"changed": ["phone"]}),
    ]


def test_person_change_is_refused_for_a_taken_address_by_a_loan_and_by_a_token(
    scene: Scene, run: Run
) -> None:
    with pytest.raises(Invalid) as caught:
        update_one(scene, run, "admin", "producer", email="Bantul@ovop.example")
    assert codes(caught) == {("email", "email_taken")}
    borrow(scene, "officer", lender="admin")
    with pytest.raises(NotAllowed) as refused:
        update_one(scene, run, "officer", "admin", email="officer2@ovop.example")
    assert refused.value.code == "power_lent"
    scene.acts["admin"] = with_token(scene.acts["admin"], *Scope)
    with pytest.raises(NotAllowed) as refused:
        update_one(scene, run, "admin", "producer", phone="0812000012")
    assert refused.value.code == "login_needed"


@pytest.mark.parametrize(
    ("role", "office", "enterprise", "expected"),
    [
        (Role.VERIFIER, "pekalongan", None, ("office_id", "role_needs_office")),
        (Role.VERIFIER, None, None, ("office_id", "role_needs_office")),
        (Role.VERIFIER, "ministry", "pekalongan", ("office_id", "role_needs_office")),
        (Role.PRODUCER, None, None, ("enterprise_id", "role_needs_enterprise")),
        (Role.PRODUCER, "pekalongan", "pekalongan", ("enterprise_id", "role_needs_enterprise")),
    ],
)
def test_role_is_refused_when_it_does_not_fit_the_office_or_enterprise(
    scene: Scene, run: Run, role: Role, office: str | None, enterprise: str | None, expected: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        give(
            scene,
            run,
            "admin",
            person_id=scene.persons["bantul"],
            role=role,
            office_id=scene.offices[office] if office else None,
            enterprise_id=scene.enterprises[enterprise] if enterprise else None,
        )
    assert codes(caught) == {expected}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "meets"),
    [
        (date(2026, 6, 2), None, False),
        (date(2026, 6, 1), None, True),
        (date(2026, 1, 1), date(2026, 2, 28), False),
        (date(2026, 1, 1), date(2026, 3, 2), True),
    ],
)
def test_same_role_twice_is_a_conflict_when_the_days_meet(
    scene: Scene, run: Run, starts_on: date, ends_on: date | None, meets: bool
) -> None:
    role = {
        "person_id": scene.persons["bantul"],
        "role": Role.VERIFIER,
        "office_id": scene.offices["ministry"],
    }
    give(scene, run, "admin", **role, ends_on=date(2026, 6, 1))
    if meets:
        with pytest.raises(Conflict):
            give(scene, run, "admin", **role | {"starts_on": starts_on, "ends_on": ends_on})
    else:
        give(scene, run, "admin", **role | {"starts_on": starts_on, "ends_on": ends_on})


def test_membership_ends_yesterday_at_the_earliest_and_never_later_than_recorded(
    scene: Scene, run: Run
) -> None:
    with pytest.raises(Invalid) as caught:
        end(scene, run, "admin", "bantul", TODAY - 2 * DAY)
    assert codes(caught) == {("ends_on", "end_range")}
    assert end(scene, run, "admin", "bantul", TODAY + DAY).ends_on == TODAY + DAY
    with pytest.raises(Invalid):
        end(scene, run, "admin", "bantul", TODAY + 2 * DAY)
    assert end(scene, run, "admin", "bantul", TODAY - DAY).ends_on == TODAY - DAY
    last = run(scene.events(f"person/{scene.persons['bantul']}"))[-1]
    assert (last.type, last.reason) == ("membership.ended", "mutasi")


def test_officer_ends_producers_of_the_territory_and_no_officers(scene: Scene, run: Run) -> None:
    assert end(scene, run, "officer", "producer", TODAY).ends_on == TODAY
    with pytest.raises(NotAllowed):
        end(scene, run, "officer", "colleague", TODAY)
    with pytest.raises(NotFound):
        end(scene, run, "officer", "bantul", TODAY)
    with pytest.raises(NotAllowed):
        end(scene, run, "producer", "producer", TODAY)


def test_memberships_are_seen_by_their_holder_and_by_who_manages_them(scene: Scene, run: Run) -> None:
    async def seen(who: str) -> set[UUID]:
        async with scene.session(who) as session:
            rows, _ = await list_memberships(session, after=None, limit=20)
            return {r.id for r in rows}

    ids = scene.memberships
    assert run(seen("producer")) == {ids["producer"]}
    assert run(seen("officer")) == {ids["officer"], ids["colleague"], ids["producer"]}
    assert run(seen("admin")) == set(ids.values())


def test_lent_membership_is_recorded_with_lender_and_receiver(scene: Scene, run: Run) -> None:
    delegation = lend(scene, run, "officer", "colleague")
    assert delegation.to_person_id == scene.persons["colleague"]
    (event,) = run(scene.events(f"delegation/{delegation.id}"))
    assert (event.type, event.actor_id, event.reason) == (
        "delegation.given",
        scene.persons["officer"],
        "cuti",
    )


def test_officer_of_another_regency_may_stand_in(scene: Scene, run: Run) -> None:
    assert lend(scene, run, "officer", "bantul").to_person_id == scene.persons["bantul"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"starts_on": TODAY - DAY}, ("starts_on", "starts_in_past")),
        ({"ends_on": TODAY - DAY}, ("ends_on", "days_out_of_order")),
        ({"ends_on": TODAY + 367 * DAY}, ("ends_on", "longer_than_a_year")),
        ({"to_email": "nobody@ovop.example"}, ("to_email", "no_account")),
    ],
)
def test_delegation_is_refused_when_days_or_receiver_do_not_fit(
    scene: Scene, run: Run, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        lend(scene, run, "officer", "colleague", **changes)
    assert codes(caught) == {expected}


def test_delegation_does_not_outlast_the_membership(scene: Scene, run: Run) -> None:
    end(scene, run, "admin", "officer", TODAY + DAY)
    with pytest.raises(Invalid) as caught:
        lend(scene, run, "officer", "colleague", ends_on=TODAY + 2 * DAY)
    assert codes(caught) == {("ends_on", "beyond_membership")}


@pytest.mark.parametrize(
    ("who", "to"), [("officer", "producer"), ("producer", "officer"), ("producer", "admin")]
)
def test_both_sides_of_a_territory_never_meet_in_one_person(
    scene: Scene, run: Run, who: str, to: str
) -> None:
    with pytest.raises(NotAllowed) as caught:
        lend(scene, run, who, to)
    assert caught.value.code == "both_sides"


def test_delegation_refused_to_oneself_of_another_by_token_and_to_a_person_without_account(
    scene: Scene, run: Run
) -> None:
    with pytest.raises(NotAllowed):
        lend(scene, run, "officer", "officer")
    with pytest.raises(NotAllowed):
        lend(scene, run, "officer", "bantul", membership_id=scene.memberships["colleague"])
    with pytest.raises(NotFound):
        lend(scene, run, "officer", "colleague", membership_id=scene.memberships["bantul"])

    async def close_account() -> None:
        async with scene.database.transaction(actor=SYSTEM) as session:
            await session.execute(
                update(Person).where(Person.id == scene.persons["colleague"]).values(password_hash=None)
            )

    run(close_account())
    with pytest.raises(Invalid):
        lend(scene, run, "officer", "colleague")
    scene.acts["officer"] = with_token(scene.acts["officer"], *Scope)
    with pytest.raises(NotAllowed):
        lend(scene, run, "officer", "bantul")


@pytest.mark.parametrize("who", ["officer", "colleague", "admin"])
def test_delegation_is_ended_by_lender_receiver_or_manager(scene: Scene, run: Run, who: str) -> None:
    delegation_id = lend(scene, run, "officer", "colleague").id

    async def revoke() -> Delegation:
        async with scene.session(who) as session:
            return await revoke_delegation(session, act=scene.acts[who], delegation_id=delegation_id)

    assert run(revoke()).revoked_at == AT
    assert [e.type for e in run(scene.events(f"delegation/{delegation_id}"))][1:] == ["delegation.revoked"]


def test_delegation_is_not_found_by_strangers(scene: Scene, run: Run) -> None:
    delegation_id = lend(scene, run, "officer", "colleague").id

    async def revoke() -> None:
        async with scene.session("bantul") as session:
            await revoke_delegation(session, act=scene.acts["bantul"], delegation_id=delegation_id)

    with pytest.raises(NotFound):
        run(revoke())


def test_officer_registers_a_producer_and_then_sees_them(scene: Scene, run: Run) -> None:
    role = NewRole(role=Role.PRODUCER, enterprise_id=scene.enterprises["pekalongan"], starts_on=TODAY)
    person = register(
        scene, run, "officer", membership=role, phone="0812000011", nik="3375010203900001"
    ).person

    async def seen() -> Person:
        async with scene.session("officer") as session:
            return await get_person(session, person_id=person.id)

    view = person_view(run(seen()))
    assert (view.nik, view.phone, view.has_account) == ("************0001", "******0011", False)
    for event in run(scene.events(f"person/{person.id}")):
        for personal in ("3375010203900001", "0812000011", "baru@"):
            assert personal not in event.payload


def test_officer_registering_needs_a_first_role_in_the_territory(scene: Scene, run: Run) -> None:
    with pytest.raises(Invalid) as caught:
        register(scene, run, "officer")
    assert codes(caught) == {("membership", "first_role_missing")}
    office_role = NewRole(role=Role.REGENCY_OFFICER, office_id=scene.offices["pekalongan"], starts_on=TODAY)
    with pytest.raises(NotAllowed):
        register(scene, run, "officer", membership=office_role)
    with pytest.raises(NotAllowed):
        register(scene, run, "producer")


def test_address_of_a_stranger_is_taken_too(scene: Scene, run: Run) -> None:
    role = NewRole(role=Role.PRODUCER, enterprise_id=scene.enterprises["pekalongan"], starts_on=TODAY)
    with pytest.raises(Invalid) as caught:
        register(scene, run, "officer", email="BANTUL@ovop.example", membership=role)
    assert codes(caught) == {("email", "email_taken")}


def test_person_is_refused_for_a_short_password_or_an_impossible_nik(scene: Scene, run: Run) -> None:
    with pytest.raises(Invalid) as caught:
        register(scene, run, "admin", password="pendek")
    assert codes(caught) == {("password", "password_length")}
    with pytest.raises(Invalid) as caught:
        register(scene, run, "admin", nik="3375019902900001")
    assert codes(caught) == {("nik", "nik_birth_date_shape")}


def test_revealing_is_recorded_with_reason_and_without_the_number(scene: Scene, run: Run) -> None:
    person = register(scene, run, "admin", nik="3375010203900001").person

    async def look(who: str) -> str | None:
        async with scene.session(who) as session:
            return await reveal(
                session,
                act=scene.acts[who],
                person_id=person.id,
                field=PersonalField.NIK,
                reason="mencocokkan KTP",
            )

    assert run(look("admin")) == "3375010203900001"
    last = run(scene.events(f"person/{person.id}"))[-1]
    assert (last.type, last.reason, last.content()) == (
        "person.revealed",
        "mencocokkan KTP",
        {"field": "nik"},
    )
    with pytest.raises(NotFound):
        run(look("officer"))
    with pytest.raises(NotAllowed):
        run(look("producer"))


def test_persons_of_another_territory_are_not_listed(scene: Scene, run: Run) -> None:
    async def seen(who: str) -> set[str]:
        async with scene.session(who) as session:
            rows, _ = await list_persons(session, after=None, limit=20)
            return {r.name for r in rows}

    assert run(seen("producer")) == {"producer"}
    assert run(seen("officer")) == {"officer", "colleague", "producer"}
    assert run(seen("admin")) == {"admin", "officer", "colleague", "bantul", "producer"}


def test_person_without_a_role_is_seen_by_the_ministry_and_can_be_given_one(scene: Scene, run: Run) -> None:
    person = register(scene, run, "admin").person
    role = {"person_id": person.id, "role": Role.PRODUCER, "enterprise_id": scene.enterprises["pekalongan"]}
    with pytest.raises(NotFound):
        give(scene, run, "officer", **role)
    assert give(scene, run, "admin", **role).person_id == person.id


def test_only_the_ministry_disables_and_nobody_themselves(scene: Scene, run: Run) -> None:
    async def disable(who: str, whom: str) -> Person:
        async with scene.session(who) as session:
            person_id = scene.persons[whom]
            return await disable_person(session, act=scene.acts[who], person_id=person_id, reason="keluar")

    assert run(disable("admin", "officer")).disabled_at == AT
    for who, whom in (("admin", "admin"), ("officer", "producer")):
        with pytest.raises(NotAllowed):
            run(disable(who, whom))
