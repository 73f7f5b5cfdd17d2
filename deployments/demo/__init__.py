"""The demo: everything real but the clusters, which are sandboxes. See `deployments.demo.command`."""
