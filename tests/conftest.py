"""What all tests share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong: examples are counted, never timed.
settings.register_profile("dataro", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dataro")
