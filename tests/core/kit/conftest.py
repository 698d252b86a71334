import shutil
from pathlib import Path

import pytest

from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition
from tests.core.kit.packages import definition_of, run


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, outside the repository, with two packages as `ovop commodity new` makes them: `kopi` (data only) and `madu` (with code)."""
    folder = tmp_path_factory.mktemp("made")
    run("new", "kopi", "--name-en", "Coffee", "--into", str(folder))
    run("new", "madu", "--name-en", "Honey", "--into", str(folder), "--python")
    return folder


@pytest.fixture
def kopi(made: Path, tmp_path: Path) -> Path:
    """A fresh copy of the data-only package, to be changed."""
    return Path(shutil.copytree(made / "kopi", tmp_path / "kopi"))


@pytest.fixture
def madu(made: Path, tmp_path: Path) -> Path:
    """A fresh copy of the package with code, to be changed."""
    return Path(shutil.copytree(made / "madu", tmp_path / "madu"))


@pytest.fixture(scope="session")
def definition(made: Path) -> Definition:
    """The definition of the data-only package."""
    return load_definition(definition_of(made / "kopi"))
