"""Refusals that people meet often and that a status code does not tell apart, by the words of the API server.

Called by `answers`. Only names are taken from the words, never values.
"""

import re
from dataclasses import dataclass

from dr_syncer.diagnosis import Category

_QUOTA = re.compile(r"exceeded quota: (?P<name>[\w.-]+)")
_WEBHOOK = re.compile(r'admission webhook "(?P<name>[\w.-]+)" denied the request')
_POLICY = re.compile(r"ValidatingAdmissionPolicy '(?P<name>[\w.-]+)'")
_POD_SECURITY = re.compile(r'violates PodSecurity "(?P<name>[\w.:-]+)"')
_TERMINATING = re.compile(r"because it is being terminated")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a refusal is, in a word and a line, and the way out."""

    category: Category
    summary: str
    resolution: str


def recognised(message: str) -> Recognised | None:
    """What the server's words mean; None when they are nothing special."""
    if found := _QUOTA.search(message):
        name = found["name"]
        advice = f"Raise the ResourceQuota {name} in the destination, or leave objects out."
        return Recognised(Category.QUOTA_EXCEEDED, f"the quota {name} is exhausted", advice)
    for pattern, what in ((_WEBHOOK, "webhook"), (_POLICY, "admission policy"), (_POD_SECURITY, "pod security level")):
        if found := pattern.search(message):
            name = found["name"]
            advice = f"Ask who runs the {what} {name} in the destination, or make the object fit it (spec.transforms)."
            return Recognised(Category.ADMISSION_DENIED, f"the {what} {name} says no", advice)
    if _TERMINATING.search(message):
        advice = "Wait until the namespace is gone, and run again."
        return Recognised(Category.NAMESPACE_TERMINATING, "the namespace is being deleted", advice)
    return None
