"""Fixtures that every room's tests may use."""

pytest_plugins = ["tests.lab.plugin"]
