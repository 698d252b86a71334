"""Pages of the ministry: cycles, commodities, people and registers, the log, and the search that everybody has.

cycles.py        the cycle desk: create, amend, choose, open, extend, close     (`openings.py`: what stands in the way)
previews.py      a cycle's commodity as its users will see it, and what changed since the last cycle
corrections.py   a later minor version in an open cycle: proposed by one person, decided by another
commodities.py   what is installed, what is left out or quarantined and why, and the tier
people.py        persons and their roles        (`offices.py`, `enterprises.py`, `centres.py`: where roles are held)
account.py       one's own account
audit.py         the log, and proving it
finding.py       the search
shared.py        what these pages share; `words.py` their names of things; `filled_rules.py` a cycle's rules as a form
"""

from ovop.portal.ministry.account import AccountPages
from ovop.portal.ministry.audit import AuditPages
from ovop.portal.ministry.centres import CentrePages
from ovop.portal.ministry.commodities import CommodityPages
from ovop.portal.ministry.corrections import CorrectionPages
from ovop.portal.ministry.cycle_steps import CycleStepPages
from ovop.portal.ministry.cycles import CyclePages
from ovop.portal.ministry.enterprises import EnterprisePages
from ovop.portal.ministry.finding import SearchPages
from ovop.portal.ministry.offices import OfficePages
from ovop.portal.ministry.people import PeoplePages
from ovop.portal.ministry.person_acts import PersonActPages
from ovop.portal.ministry.previews import PreviewPages

MINISTRY_PAGES = (
    CyclePages,
    CycleStepPages,
    PreviewPages,
    CorrectionPages,
    CommodityPages,
    PeoplePages,
    PersonActPages,
    OfficePages,
    EnterprisePages,
    CentrePages,
    AccountPages,
    AuditPages,
    SearchPages,
)
"""Every controller of these pages."""
