"""The main menu: which places a reader is shown."""

from __future__ import annotations

from msgspec import Struct

from ovop.identities.actor import Actor
from ovop.identities.enums import Role
from ovop.portal.language import mark

ANYBODY = frozenset(Role)
OFFICES = frozenset({Role.REGENCY_OFFICER, Role.PROVINCE_OFFICER, Role.GOVERNOR_OFFICER})
MINISTRY = frozenset({Role.VERIFIER, Role.SELECTOR, Role.MINISTRY_ADMIN, Role.AUDITOR})


class Place(Struct, frozen=True, kw_only=True):
    """One entry of the menu; `roles` see it once signed in, and `public` ones everybody."""

    path: str
    name: str
    roles: frozenset[Role] = frozenset()
    public: bool = False

    def holds(self, path: str) -> bool:
        """Whether a page stands under this place."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


PLACES: tuple[Place, ...] = (
    Place(path="/", name=mark("Beranda"), public=True),
    Place(path="/desk", name=mark("Meja kerja"), roles=ANYBODY),
    Place(path="/submissions", name=mark("Usulan"), roles=frozenset({Role.PRODUCER}) | OFFICES | MINISTRY),
    Place(
        path="/queue",
        name=mark("Antrean"),
        roles=frozenset({Role.REGENCY_OFFICER, Role.VERIFIER, Role.SELECTOR}),
    ),
    Place(
        path="/copies", name=mark("Tembusan"), roles=frozenset({Role.PROVINCE_OFFICER, Role.GOVERNOR_OFFICER})
    ),
    Place(path="/territory", name=mark("Wilayah"), roles=OFFICES | {Role.MINISTRY_ADMIN}),
    Place(path="/cycles", name=mark("Siklus"), roles=frozenset({Role.MINISTRY_ADMIN})),
    Place(
        path="/people",
        name=mark("Pengguna dan kantor"),
        roles=frozenset({Role.MINISTRY_ADMIN, Role.REGENCY_OFFICER}),
    ),
    Place(path="/audit", name=mark("Audit"), roles=frozenset({Role.MINISTRY_ADMIN, Role.AUDITOR})),
    Place(path="/guidance", name=mark("Panduan"), public=True),
    Place(path="/catalogue", name=mark("Katalog"), public=True),
)
"""All places, in the order of the menu."""


def places_for(actor: Actor | None) -> tuple[Place, ...]:
    """The places that a reader is shown; what they may do there is decided by the services, not here."""
    held = frozenset(power.role for power in actor.powers) if actor else frozenset()
    return tuple(place for place in PLACES if place.public or place.roles & held)
