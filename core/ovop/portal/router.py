"""All pages of the portal, and what they share."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from ovop.errors import OvopError
from ovop.portal import errors
from ovop.portal.desk import DeskPages
from ovop.portal.filling import provide_page_command
from ovop.portal.home import HomePages
from ovop.portal.live.pages import ScriptPages
from ovop.portal.ministry import MINISTRY_PAGES
from ovop.portal.offices.actions import ActionPages
from ovop.portal.offices.copies import CopyPages
from ovop.portal.offices.delegations import DelegationPages
from ovop.portal.offices.queue import QueuePages
from ovop.portal.offices.review import ReviewPages
from ovop.portal.offices.territory import TerritoryPages
from ovop.portal.offline import OfflinePages
from ovop.portal.page import provide_page_session, provide_reader
from ovop.portal.proposals import PROPOSAL_PAGES
from ovop.portal.public.catalogue import CataloguePages
from ovop.portal.public.guidance import GuidancePages
from ovop.portal.public.help import HelpPages
from ovop.portal.sign_in import SignInPages


def portal_router() -> Router:
    """The pages; every handler is given `session`, `reader` and, for a submitted form, `command`."""
    return Router(
        "/",
        route_handlers=[
            HomePages,
            GuidancePages,
            CataloguePages,
            HelpPages,
            SignInPages,
            DeskPages,
            QueuePages,
            ReviewPages,
            ActionPages,
            CopyPages,
            DelegationPages,
            TerritoryPages,
            *PROPOSAL_PAGES,
            *MINISTRY_PAGES,
            ScriptPages,
            OfflinePages,
        ],
        dependencies={
            "session": Provide(provide_page_session),
            "reader": Provide(provide_reader),
            "command": Provide(provide_page_command),
        },
        exception_handlers={
            OvopError: errors.refused,
            HTTPException: errors.failed,
            Exception: errors.unforeseen,
        },
        opt={"page": True},
        include_in_schema=False,
    )


def portal_assets() -> Router:
    """The portal's files. Their addresses carry a mark of their content, so a browser keeps them for good."""
    return create_static_files_router(
        "/assets",
        directories=[Path(str(files("ovop.portal"))) / "static"],
        opt={"public": True},
        include_in_schema=False,
        cache_control=CacheControlHeader(public=True, max_age=365 * 24 * 3600, immutable=True),
    )
