"""Every table of the core in one metadata: what a migration is compared with. A new module with tables is imported here."""

from ovop.approvals import models as _approvals  # noqa: F401  importing a module is what enters its tables
from ovop.cycles import models as _cycles  # noqa: F401
from ovop.database import Base
from ovop.events import Event, EventStream  # noqa: F401
from ovop.identities import models as _identities  # noqa: F401
from ovop.notices import models as _notices  # noqa: F401
from ovop.submissions import models as _submissions  # noqa: F401

metadata = Base.metadata
