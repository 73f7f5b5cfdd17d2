"""Prefect flows: what a deployment runs."""
