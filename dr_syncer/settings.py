"""Every number a person may want to change, with its unit and the reason for its default.

Read once from `DR_SYNCER_*` environment variables by whoever opens a cluster or starts a run, then handed down.
"""

from typing import Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dr_syncer.errors import InvalidInput, Problem

_PREFIX = "DR_SYNCER_"


class Settings(BaseSettings):
    """`DR_SYNCER_REQUEST_TIMEOUT=90 dr-syncer plan ...` sets `request_timeout`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    connect_timeout: float = Field(
        default=10.0, gt=0, description="Seconds to open a connection; a WAN handshake takes under 2."
    )
    request_timeout: float = Field(
        default=60.0,
        gt=0,
        description="Seconds for one request and its whole answer; the API server's own limit is 60.",
    )
    credential_timeout: float = Field(
        default=60.0,
        gt=0,
        description="Seconds for an exec credential plugin; a cloud login with a cold cache takes 20.",
    )
    request_attempts: int = Field(
        default=6,
        ge=1,
        description="Tries of one request; with the pauses between them about 15 s, an API server restart.",
    )
    retry_pause: float = Field(
        default=0.5,
        gt=0,
        description="Seconds before the second try, doubled for each further one, unless Retry-After is longer.",
    )
    retry_pause_limit: float = Field(
        default=30.0, gt=0, description="Seconds a pause may last, also when the server asks for more."
    )
    list_page_size: int = Field(
        default=500, ge=1, description="Objects a LIST page; what kubectl uses, so API servers are sized for it."
    )
    requests_in_flight: int = Field(
        default=48,
        ge=1,
        description="Requests to one cluster at a time; more gained nothing on a two-core API server. Halves on a 429.",
    )
    watch_timeout: float = Field(
        default=290.0,
        gt=0,
        description="Seconds a watch is asked to last; below the 5 minutes after which proxies cut it.",
    )
    watch_silence: float = Field(
        default=75.0,
        gt=0,
        description="Seconds without any event before a watch counts as stalled; bookmarks come every 60.",
    )
    definition_timeout: float = Field(
        default=30.0,
        gt=0,
        description="Seconds until a new CustomResourceDefinition must be served; one or two are usual.",
    )
    scale_down_timeout: float = Field(
        default=300.0,
        ge=0,
        description="Seconds to wait until scaled-down pods are gone; graceful ends of minutes are common.",
    )
    scale_down_poll: float = Field(default=1.0, gt=0, description="Seconds between two looks at what still runs.")

    @classmethod
    def load(cls) -> Self:
        """The settings of this process's environment; raises InvalidInput that names each wrong variable."""
        try:
            return cls()
        except ValidationError as error:
            raise InvalidInput(
                "the environment has settings that cannot be used",
                tuple(
                    Problem(f"{_PREFIX}{found['loc'][0]}".upper(), f"{found['input']!r}: {found['msg']}")
                    for found in error.errors(include_url=False)
                ),
                resolution="Correct or unset the variables.",
            ) from None
