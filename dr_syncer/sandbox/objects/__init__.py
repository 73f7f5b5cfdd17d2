"""What the sandbox knows about objects: schemas, merging, defaults and checks. Pure functions of data."""
