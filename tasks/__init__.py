"""Prefect tasks, one file a stage: each makes a stage visible in the UI and leaves the work to `dr_syncer.engine`."""
