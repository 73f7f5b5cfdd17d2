"""Plugins of every test run."""

pytest_plugins = ["tests.clusters.fixtures"]
