"""Property tests draw the same examples for everybody; ``DERIVE_EXAMPLES=5000`` draws as many fresh ones in every test."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

#: Run by ``make mutants`` and ``make fuzz``, with packages that the tests do without.
collect_ignore = ["mutants.py", "fuzz.py", "fuzz_inputs.py"]

LONG = int(os.environ.get("DERIVE_EXAMPLES", "0"))

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=max(LONG, 1), deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("long" if LONG else "same")


@pytest.fixture(autouse=True, scope="module")
def kept_apart():
    """What earlier files built is not searched again for rubbish: such a search counts as time of the claim that it interrupts."""
    gc.collect()
    gc.freeze()
