"""The one exception tree. Every exception carries the `Diagnosis` its user will read.

    DRSyncerError
    ├── TemporaryError            trying again may help
    │   ├── Unreachable           no answer: refused, timed out, cut off, bad TLS
    │   ├── NotInTime             a cluster answers, but what was asked of it has not happened yet
    │   ├── TooManyRequests       429 that outlasted its retries
    │   ├── ServerError           5xx that outlasted its retries
    │   └── Conflict              409: the object changed, exists already, or another manager owns a field
    └── PermanentError            trying again changes nothing
        ├── InvalidInput          a file, flag or spec is wrong: names the path, the value and what is allowed
        ├── KubeconfigError       a kubeconfig cannot be used
        ├── Refused               the replication as a whole must not or cannot run
        ├── NotFound              404
        ├── Invalid               400, 422: the API server's causes, field by field
        ├── Forbidden             403: verb, resource and namespace
        ├── Unauthorized          401
        ├── Gone                  410: a resourceVersion or continue token has expired
        ├── RequestFailed         any other 4xx
        └── ExecFailed            a command in a pod ended with a non-zero exit code

The classes of what an API server answers are filled in `dr_syncer.kube.answers`.
"""

from dataclasses import dataclass

from dr_syncer.diagnosis import Category, Diagnosis, Level


class DRSyncerError(Exception):
    """Anything that stops us and that a user should read about."""

    category = Category.INTERNAL

    def __init__(
        self, summary: str, *, detail: str = "", resolution: str = "", category: Category | None = None
    ) -> None:
        self.diagnosis = Diagnosis(Level.ERROR, category or self.category, summary, detail, resolution)
        super().__init__(str(self.diagnosis))


class TemporaryError(DRSyncerError):
    """Trying again may help."""


class PermanentError(DRSyncerError):
    """Trying again changes nothing until a person acts."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where (`spec.schedule`), what, and which values are allowed there."""

    path: str
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" + (f" (allowed: {self.allowed})" if self.allowed else "")


class InvalidInput(PermanentError):
    """A file, flag or spec is wrong; `problems` lists every mistake found, not just the first."""

    category = Category.INVALID_INPUT

    def __init__(
        self,
        summary: str,
        problems: tuple[Problem, ...] = (),
        *,
        resolution: str = "",
        category: Category | None = None,
    ) -> None:
        self.problems = problems
        super().__init__(summary, detail="\n  ".join(map(str, problems)), resolution=resolution, category=category)


class KubeconfigError(PermanentError):
    """A kubeconfig is unreadable, incomplete, or names what it does not hold."""

    category = Category.INVALID_KUBECONFIG


class Refused(PermanentError):
    """The replication as a whole must not or cannot run; `category` says why."""


class Unreachable(TemporaryError):
    """The API server gave no answer."""

    category = Category.UNREACHABLE


class NotInTime(TemporaryError):
    """What the cluster was asked for has not happened within its time."""

    category = Category.NOT_IN_TIME


class AnswerMixin:
    """What every error answer of an API server has: `status` (HTTP code), `reason` (Kubernetes' word) and `message`."""

    status: int = 0
    reason: str = ""
    message: str = ""


class TooManyRequests(AnswerMixin, TemporaryError):
    """HTTP 429 that outlasted its retries."""

    category = Category.TOO_MANY_REQUESTS


class ServerError(AnswerMixin, TemporaryError):
    """HTTP 5xx that outlasted its retries."""

    category = Category.SERVER_ERROR


class Conflict(AnswerMixin, TemporaryError):
    """HTTP 409: changed meanwhile, exists already, or (server-side apply without force) owned by another manager."""

    category = Category.CONFLICT
    causes: tuple[Problem, ...] = ()


class NotFound(AnswerMixin, PermanentError):
    """HTTP 404: the object, its kind or its namespace does not exist."""

    category = Category.NOT_FOUND


class Invalid(AnswerMixin, PermanentError):
    """HTTP 400 or 422; `causes` has the API server's reasons, field by field, without values."""

    category = Category.INVALID
    causes: tuple[Problem, ...] = ()


class Forbidden(AnswerMixin, PermanentError):
    """HTTP 403; names what was tried."""

    category = Category.FORBIDDEN
    verb: str = ""
    resource: str = ""
    namespace: str = ""


class Unauthorized(AnswerMixin, PermanentError):
    """HTTP 401: the credentials were refused."""

    category = Category.UNAUTHORIZED


class Gone(AnswerMixin, PermanentError):
    """HTTP 410: the resourceVersion or continue token is too old; list again."""

    category = Category.GONE


class RequestFailed(AnswerMixin, PermanentError):
    """Any other 4xx."""

    category = Category.REQUEST_FAILED


class ExecFailed(PermanentError):
    """A command in a pod ended with `exit_code` other than 0; `stderr` is what it said."""

    category = Category.EXEC_FAILED

    def __init__(self, summary: str, *, exit_code: int, stderr: str = "") -> None:
        self.exit_code = exit_code
        self.stderr = stderr
        super().__init__(summary, detail=stderr.strip()[-1000:])
