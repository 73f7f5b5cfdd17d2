"""What DR Syncer costs, as ratios measured side by side in one run: `python -m benchmarks.objects`."""
