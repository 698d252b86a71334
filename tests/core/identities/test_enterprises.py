"""Enterprises, centres and offices: every fault named at once, and each office only in its territory."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ovop.contract.vocabulary import Severity
from ovop.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from ovop.identities import centres
from ovop.identities.enterprises import (
    Saved,
    get_enterprise,
    list_enterprises,
    register_enterprise,
    update_enterprise,
)
from ovop.identities.enums import OfficeKind, Scope
from ovop.identities.facts import applicant_of, facts_of
from ovop.identities.models import Office
from ovop.identities.offices import create_office
from ovop.identities.schemas import (
    CentreChange,
    EnterpriseChange,
    Kbli,
    NewCentre,
    NewEnterprise,
    NewOffice,
)
from ovop.identities.views import enterprise_view
from tests.core.identities.scene import AT, BANTUL, NEW_ENTERPRISE, PEKALONGAN, TODAY, Scene, with_token
from tests.databases import Run

NEW_CENTRE = NewCentre(
    name="Sentra Contoh",
    region_code=PEKALONGAN,
    product="batik tulis",
    members=12,
    decree_number="530/1/2024",
    decree_issuer="Wali Kota Pekalongan",
    decree_date=date(2024, 5, 6),
)


def _with(new: Any, **changes: object) -> Any:
    return msgspec.structs.replace(new, **changes)


@dataclass
class Doing:
    """The use cases, each in a transaction of its own as somebody."""

    scene: Scene
    run: Run

    def register(self, who: str, **changes: object) -> Saved:
        async def work() -> Saved:
            async with self.scene.session(who) as session:
                new: NewEnterprise = _with(NEW_ENTERPRISE, **changes)
                return await register_enterprise(session, act=self.scene.acts[who], new=new)

        return self.run(work())

    def update(self, who: str, enterprise_id: UUID, version: int, **changes: Any) -> Saved:
        async def work() -> Saved:
            async with self.scene.session(who) as session:
                return await update_enterprise(
                    session,
                    act=self.scene.acts[who],
                    enterprise_id=enterprise_id,
                    version=version,
                    change=EnterpriseChange(**changes),
                )

        return self.run(work())

    def centre(self, who: str, **changes: object) -> centres.Saved:
        async def work() -> centres.Saved:
            async with self.scene.session(who) as session:
                new: NewCentre = _with(NEW_CENTRE, **changes)
                return await centres.register_centre(session, act=self.scene.acts[who], new=new)

        return self.run(work())

    def update_centre(self, who: str, centre_id: UUID, version: int, **changes: Any) -> centres.Saved:
        async def work() -> centres.Saved:
            async with self.scene.session(who) as session:
                return await centres.update_centre(
                    session,
                    act=self.scene.acts[who],
                    centre_id=centre_id,
                    version=version,
                    change=CentreChange(**changes),
                )

        return self.run(work())

    def office(self, who: str, kind: OfficeKind, region_code: str) -> Office:
        async def work() -> Office:
            async with self.scene.session(who) as session:
                new = NewOffice(kind=kind, name="Kantor", region_code=region_code)
                return await create_office(session, act=self.scene.acts[who], new=new)

        return self.run(work())


@pytest.fixture
def doing(scene: Scene, run: Run) -> Doing:
    return Doing(scene, run)


def test_enterprise_is_stored_without_separators_and_its_event_holds_no_personal_data(
    scene: Scene, run: Run, doing: Doing
) -> None:
    saved = doing.register(
        "officer",
        nib="1234.5678.90123",
        npwp="01.234.567.8-901.234",
        kbli=(Kbli(edition="2020", code="13134"),),
        phone="+62 812 0000 1111",
    )
    enterprise = saved.enterprise
    assert (enterprise.nib, enterprise.npwp, enterprise.kbli) == (
        "1234567890123",
        "0012345678901234",
        ["2020:13134"],
    )
    assert [(w.path, w.severity) for w in saved.warnings] == [("npwp", Severity.WARNING)]
    (event,) = run(scene.events(f"enterprise/{enterprise.id}"))
    assert (event.type, event.role, event.office_id) == (
        "enterprise.registered",
        "regency_officer",
        scene.offices["pekalongan"],
    )
    for personal in ("1234567890123", "0012345678901234", "0812", "812 0000", "Pemilik"):
        assert personal not in event.payload


def test_all_faulty_numbers_are_named_at_once(doing: Doing) -> None:
    with pytest.raises(Invalid) as caught:
        doing.register(
            "officer",
            region_code="3399",
            nib="123",
            npwp="12",
            kbli=(Kbli(edition="2020", code="13134"), Kbli(edition="1999", code="1")),
            centre_id=UUID(int=1),
        )
    assert {(f.path, f.code) for f in caught.value.findings} == {
        ("region_code", "region_unknown"),
        ("nib", "nib_length"),
        ("npwp", "npwp_length"),
        ("kbli[1]", "kbli_length"),
        ("kbli[1]", "kbli_edition_unknown"),
        ("centre_id", "centre_unknown"),
    }


def test_province_is_no_place_of_an_enterprise(doing: Doing) -> None:
    with pytest.raises(Invalid) as caught:
        doing.register("admin", region_code="33")
    assert [f.code for f in caught.value.findings] == ["region_level"]


def test_officer_registers_in_the_own_territory_only_and_the_ministry_everywhere(doing: Doing) -> None:
    with pytest.raises(NotAllowed) as caught:
        doing.register("officer", region_code=BANTUL)
    assert caught.value.code == "outside_territory"
    assert doing.register("admin", region_code=BANTUL).enterprise.region_code == BANTUL


@pytest.mark.parametrize("scopes", [(Scope.READ,), (Scope.SUBMIT, Scope.DECIDE)])
def test_token_without_manage_scope_registers_nothing(
    scene: Scene, doing: Doing, scopes: tuple[Scope, ...]
) -> None:
    scene.acts["officer"] = with_token(scene.acts["officer"], *scopes)
    with pytest.raises(NotAllowed):
        doing.register("officer")


def test_producer_registers_nothing(doing: Doing) -> None:
    with pytest.raises(NotAllowed):
        doing.register("producer")
    with pytest.raises(NotAllowed):
        doing.centre("producer")


def test_nib_of_another_enterprise_is_refused_on_registering_and_on_changing(doing: Doing) -> None:
    doing.register("officer", nib="1234567890123")
    with pytest.raises(Invalid) as caught:
        doing.register("officer", nib="1234567890123")
    assert [(f.path, f.code) for f in caught.value.findings] == [("nib", "nib_taken")]
    other = doing.register("officer", nib="1234567890124").enterprise
    with pytest.raises(Invalid):
        doing.update("officer", other.id, 1, nib="1234567890123")


def test_change_needs_the_current_version_and_is_logged_by_field_names(
    scene: Scene, run: Run, doing: Doing
) -> None:
    enterprise_id = scene.enterprises["pekalongan"]
    assert doing.update("officer", enterprise_id, 1, name="Batik Baru").enterprise.version == 2
    with pytest.raises(Stale):
        doing.update("officer", enterprise_id, 1, name="Batik Lain")
    (event,) = run(scene.events(f"enterprise/{enterprise_id}"))
    assert event.content() == {"changed": ["name"], "version": 2}


def test_change_that_changes_nothing_keeps_the_version(scene: Scene, run: Run, doing: Doing) -> None:
    enterprise_id = scene.enterprises["pekalongan"]
    assert doing.update("officer", enterprise_id, 1, name="Batik pekalongan").enterprise.version == 1
    assert run(scene.events(f"enterprise/{enterprise_id}")) == []


def test_null_clears_a_number_and_absence_keeps_it(doing: Doing) -> None:
    enterprise = doing.register("officer", nib="1234567890123", phone="0812000011").enterprise
    changed = doing.update("officer", enterprise.id, 1, nib=None).enterprise
    assert (changed.nib, changed.phone) == (None, "0812000011")


def test_producer_changes_address_and_phone_but_nothing_else(scene: Scene, doing: Doing) -> None:
    enterprise_id = scene.enterprises["pekalongan"]
    changed = doing.update("producer", enterprise_id, 1, address="Jalan Baru 2", phone="0812000011")
    assert (changed.enterprise.address, changed.enterprise.version) == ("Jalan Baru 2", 2)
    with pytest.raises(NotAllowed) as caught:
        doing.update("producer", enterprise_id, 2, address="Jalan 3", name="Batik Lain")
    assert caught.value.code == "field_not_yours"


def test_foreign_enterprise_is_not_found_by_officer_and_producer(
    scene: Scene, run: Run, doing: Doing
) -> None:
    for who in ("officer", "producer"):
        with pytest.raises(NotFound):
            doing.update(who, scene.enterprises["bantul"], 1, address="Jalan Baru")

    async def seen(who: str) -> set[UUID]:
        async with scene.session(who) as session:
            rows, following = await list_enterprises(session, act=scene.acts[who], after=None, limit=20)
            assert following is None
            return {r.id for r in rows}

    assert run(seen("officer")) == run(seen("producer")) == {scene.enterprises["pekalongan"]}
    assert run(seen("admin")) == set(scene.enterprises.values())


def test_officer_cannot_move_an_enterprise_out_of_the_territory(scene: Scene, doing: Doing) -> None:
    with pytest.raises(NotAllowed):
        doing.update("officer", scene.enterprises["pekalongan"], 1, region_code=BANTUL)


def test_pages_follow_each_other_without_gap_or_overlap(scene: Scene, run: Run, doing: Doing) -> None:
    for _ in range(4):
        doing.register("officer")

    async def walk() -> list[UUID]:
        seen: list[UUID] = []
        after = None
        async with scene.session("officer") as session:
            while True:
                rows, after = await list_enterprises(session, act=scene.acts["officer"], after=after, limit=2)
                assert len(rows) <= 2
                seen += [r.id for r in rows]
                if after is None:
                    return seen

    seen = run(walk())
    assert len(seen) == 5
    assert seen == sorted(set(seen))


def test_npwp_is_masked_because_a_persons_is_their_nik(doing: Doing) -> None:
    view = enterprise_view(doing.register("officer", npwp="0012345678901234").enterprise)
    assert view.npwp == "************1234"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"decree_date": date(2026, 3, 3)}, {"decree_in_future"}),
        ({"region_code": "33"}, {"region_level"}),
        ({"region_code": "337501"}, {"region_level"}),
        ({"region_code": "3399", "members": 0}, {"region_unknown", "centre_small"}),
    ],
)
def test_centre_is_refused_when_decree_or_place_is_wrong(
    doing: Doing, changes: dict[str, Any], codes: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        doing.centre("admin", **changes)
    assert {f.code for f in caught.value.findings} == codes


@pytest.mark.parametrize(("members", "warned"), [(5, []), (4, ["centre_small"]), (0, ["centre_small"])])
def test_centre_below_five_members_is_registered_with_a_warning(
    doing: Doing, members: int, warned: list[str]
) -> None:
    saved = doing.centre("officer", members=members, decree_date=TODAY)
    assert (saved.centre.members, saved.centre.version) == (members, 1)
    assert [f.code for f in saved.warnings] == warned
    assert all(f.severity is Severity.WARNING for f in saved.warnings)


def test_centre_change_needs_the_current_version_and_is_logged_by_field_names(
    scene: Scene, run: Run, doing: Doing
) -> None:
    centre_id = doing.centre("officer").centre.id
    saved = doing.update_centre("officer", centre_id, 1, members=3, name=" Sentra Baru ")
    assert (saved.centre.name, saved.centre.members, saved.centre.version) == ("Sentra Baru", 3, 2)
    assert [f.code for f in saved.warnings] == ["centre_small"]
    with pytest.raises(Stale):
        doing.update_centre("officer", centre_id, 1, members=9)
    assert doing.update_centre("admin", centre_id, 2, members=3).centre.version == 2
    last = run(scene.events(f"industry-centre/{centre_id}"))[-1]
    assert (last.type, last.content()) == (
        "industry_centre.updated",
        {"changed": ["members", "name"], "version": 2},
    )


def test_centre_change_is_refused_abroad_and_where_the_decree_is_taken_or_in_the_future(doing: Doing) -> None:
    centre_id = doing.centre("officer").centre.id
    doing.centre("officer", decree_number="2")
    for who in ("bantul", "producer"):
        with pytest.raises(NotAllowed):
            doing.update_centre(who, centre_id, 1, members=9)
    for changes, code in (
        ({"decree_number": "2"}, "decree_taken"),
        ({"decree_date": date(2026, 3, 3)}, "decree_in_future"),
    ):
        with pytest.raises(Invalid) as caught:
            doing.update_centre("officer", centre_id, 1, **changes)
        assert [f.code for f in caught.value.findings] == [code]
    with pytest.raises(NotFound):
        doing.update_centre("officer", UUID(int=1), 1, members=9)


def test_decree_number_stands_once_in_a_regency(doing: Doing) -> None:
    doing.centre("officer")
    with pytest.raises(Invalid) as caught:
        doing.centre("officer", name="Sentra Lain")
    assert [f.code for f in caught.value.findings] == ["decree_taken"]
    assert doing.centre("bantul", region_code=BANTUL).centre.region_code == BANTUL


def test_centre_of_another_regency_is_no_centre_of_the_enterprise(doing: Doing) -> None:
    centre = doing.centre("bantul", region_code=BANTUL).centre
    with pytest.raises(Invalid) as caught:
        doing.register("officer", centre_id=centre.id)
    assert [f.code for f in caught.value.findings] == ["centre_elsewhere"]


def test_facts_of_an_enterprise_in_a_centre(scene: Scene, run: Run, doing: Doing) -> None:
    centre = doing.centre("officer").centre
    enterprise = doing.register(
        "officer", centre_id=centre.id, kbli=(Kbli(edition="2025", code="13133"),)
    ).enterprise

    async def facts() -> dict[str, object]:
        async with scene.session("officer") as session:
            return dict(facts_of(await applicant_of(session, enterprise_id=enterprise.id), at=AT))

    assert run(facts()) == {
        "today": TODAY,
        "enterprise_size": "small",
        "regency": "3375",
        "province": "33",
        "kbli": ("2025:13133",),
        "centre_members": 12,
    }


def test_applicant_that_the_actor_may_not_see_is_not_found(scene: Scene, run: Run) -> None:
    async def facts() -> None:
        async with scene.session("officer") as session:
            await applicant_of(session, enterprise_id=scene.enterprises["bantul"])

    with pytest.raises(NotFound):
        run(facts())


@pytest.mark.parametrize(
    ("kind", "region_code", "code"),
    [
        (OfficeKind.REGENCY, "33", "region_level"),
        (OfficeKind.PROVINCE, "3375", "region_level"),
        (OfficeKind.GOVERNOR, "", "region_shape"),
        (OfficeKind.REGENCY, "3399", "region_unknown"),
        (OfficeKind.MINISTRY, "33", "territory_not_empty"),
    ],
)
def test_office_is_refused_when_its_territory_does_not_fit_its_kind(
    doing: Doing, kind: OfficeKind, region_code: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        doing.office("admin", kind, region_code)
    assert [f.code for f in caught.value.findings] == [code]


@pytest.mark.parametrize(
    ("kind", "region_code"),
    [(OfficeKind.PROVINCE, "33"), (OfficeKind.GOVERNOR, "33"), (OfficeKind.REGENCY, "3376")],
)
def test_territory_has_one_office_of_each_kind(doing: Doing, kind: OfficeKind, region_code: str) -> None:
    doing.office("admin", kind, region_code)
    with pytest.raises(Conflict) as caught:
        doing.office("admin", kind, region_code)
    assert caught.value.code == "office_exists"


def test_whole_country_may_have_several_assessor_bodies(doing: Doing) -> None:
    first, second = (doing.office("admin", OfficeKind.ASSESSOR_BODY, "") for _ in range(2))
    assert first.id != second.id


def test_only_the_ministry_creates_offices(doing: Doing) -> None:
    assert doing.office("admin", OfficeKind.PROVINCE, "33").region_code == "33"
    with pytest.raises(NotAllowed):
        doing.office("officer", OfficeKind.REGENCY, PEKALONGAN)


def test_enterprise_that_is_not_there_is_not_found(scene: Scene, run: Run) -> None:
    async def get() -> None:
        async with scene.session("admin") as session:
            await get_enterprise(session, act=scene.acts["admin"], enterprise_id=UUID(int=7))

    with pytest.raises(NotFound):
        run(get())
