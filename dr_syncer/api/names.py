"""Every name that stands in users' manifests: the API group, its kinds, and our labels and annotations."""

GROUP = "dr-syncer.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

# Labels that users set on source objects.
IGNORE = f"{GROUP}/ignore"
SCALE_OVERRIDE = f"{GROUP}/scale-override"
STORAGE_CLASS = f"{GROUP}/storage-class"
ACCESS_MODE = f"{GROUP}/access-mode"
SYNC_VOLUME = f"{GROUP}/sync-pv"
IMMUTABLE_HANDLING = f"{GROUP}/immutable-handling"

# Annotations that we set, on standby workloads only.
ORIGINAL_REPLICAS = f"{GROUP}/original-replicas"
ORIGINAL_SUSPEND = f"{GROUP}/original-suspend"
SOURCE_NAMESPACE = f"{GROUP}/source-namespace"

# The node selector that no node satisfies: it holds a standby DaemonSet at zero pods.
PARKED = f"{GROUP}/parked"
