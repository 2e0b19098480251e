"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test may fail because a machine is busy.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
REFERENCE_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Real conversations, elections and texts that lie beside the project, never in it."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip("the reference data (../shared/data) is not beside the project: nothing to compare with")
    return REFERENCE_DATA


@pytest.fixture
def cast(db):
    from tests.people import gather

    return gather()


@pytest.fixture(autouse=True)
def own_log(settings, tmp_path):
    """Each test begins with an empty log: what another one signed is not held against it."""
    settings.LOG_SIGNED = tmp_path / "log-signed"
