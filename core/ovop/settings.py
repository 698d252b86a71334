"""All settings, read from the environment once. Every name is `OVOP_` and the field's name in capitals."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How one installation runs. The defaults are the embedded form: SQLite and a local folder, nothing to install."""

    data: Path = Path(".ovop")
    """Folder of the embedded database, the files and the demo's accounts."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in the data folder. `postgresql+psycopg://…` for a deployment."""
    store_url: str = ""
    """Where evidence files lie; empty means a folder in the data folder. `s3://bucket` for a deployment."""
    store_endpoint: str = ""
    store_key: str = ""
    store_secret: str = ""
    store_region: str = "us-east-1"
    smtp_host: str = ""
    """Mail server; empty means that the worker leaves notices pending and says so."""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    mail_from: str = "ovop@localhost"
    public_url: str = "http://127.0.0.1:8000"
    help_email: str = ""
    """Where people turn for help; empty means that the help page names their office only."""
    help_phone: str = ""
    safe_mode: bool = False
    """Start with declarative data only: no commodity's code is run."""
    hook_seconds: float = 1.0
    """When one call of a commodity's code is ended; loading it may take ten times as long."""
    hook_megabytes: int = 256
    """The memory that the worker of one commodity's code may use."""
    metrics_token: str = ""
    """Bearer token with which a monitoring system reads `/health/metrics`; empty means that only a login of the ministry's administrator does."""
    login_hours: int = 12
    max_upload_megabytes: int = 500
    log_level: str = "INFO"
    log_json: bool = False
    secure_cookies: bool = True

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data / 'ovop.sqlite3').absolute()}"

    @property
    def store(self) -> str:
        """The object store in force: an absolute folder, or `s3://bucket`."""
        return self.store_url or str((self.data / "files").absolute())


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; raises `msgspec.ValidationError` that names the variable at fault."""
    given = {
        name: environment[f"OVOP_{name.upper()}"]
        for name in Settings.__struct_fields__
        if f"OVOP_{name.upper()}" in environment
    }
    return msgspec.convert(given, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
