"""The page that shows the API document, in a real browser: it asks nobody but us, and shows what it should."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
