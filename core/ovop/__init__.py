"""The OVOP kernel: who acts, what was handed in, and where it stands. It knows no commodity."""

from importlib.metadata import version

__version__ = version("ovop-core")
