"""Make nbval tolerant of numbers written after `≈`."""

pytest_plugins = ["making.authoring.nbval_tolerance"]
