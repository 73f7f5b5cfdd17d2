"""A thin async client for Kubernetes API servers: JSON in, JSON out, errors by meaning.

`kubeconfig` finds and renews credentials, `transport` sends one request, `cluster` has the verbs, `discovery` learns
what is served, `watch` follows changes, `pods` runs commands and reads logs.
"""

from dr_syncer.kube.cluster import Cluster, Listing, Written
from dr_syncer.kube.discovery import Discovery
from dr_syncer.kube.kubeconfig import Credentials, from_data, from_file, from_text
from dr_syncer.kube.resources import DEFINITIONS, NAMESPACES, PODS, STORAGE_CLASSES, VOLUMES, Resource
from dr_syncer.kube.watch import Change, WatchEvent, watch

__all__ = [
    "DEFINITIONS",
    "NAMESPACES",
    "PODS",
    "STORAGE_CLASSES",
    "VOLUMES",
    "Change",
    "Cluster",
    "Credentials",
    "Discovery",
    "Listing",
    "Resource",
    "WatchEvent",
    "Written",
    "from_data",
    "from_file",
    "from_text",
    "watch",
]
