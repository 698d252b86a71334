"""What a server process starts from: an application made from the environment."""

from litestar import Litestar

from ovop.app import create_app
from ovop.logs import configure_logs
from ovop.settings import read_settings


def application() -> Litestar:
    """The application of this process."""
    settings = read_settings()
    configure_logs(level=settings.log_level, as_json=settings.log_json)
    return create_app(settings)
