"""From a kubeconfig to an authenticated connection. Called by `Cluster.open`, and again when credentials age.

The official client's loader does the work: client certificates, tokens, token files, exec plugins, OIDC. What it lacks
is here: it reports an exec plugin's failure only to its log, runs the plugin without a time limit, reads a token file
once, and its errors are not ours.
"""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import yaml
from aiohttp import DummyCookieJar
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import ConfigException
from kubernetes.aio.config.incluster_config import SERVICE_TOKEN_FILENAME, load_incluster_config
from kubernetes.aio.config.kube_config import ENV_KUBECONFIG_PATH_SEPARATOR, KubeConfigLoader, KubeConfigMerger

from dr_syncer.errors import KubeconfigError

_TOKEN_FILE_AGE = 60.0  # seconds; kubelets rotate projected tokens minutes before they end


class Credentials:
    """A loaded kubeconfig context: makes API clients, and renews what can age.

    `renew` reads a token file again every minute and runs an exec plugin again when its token nears its end; with
    `force` (after a 401) it does so at once.
    """

    def __init__(self, loader: KubeConfigLoader | None, *, timeout: float) -> None:
        self._loader = loader
        self._timeout = timeout
        self._configuration = Configuration()
        self._loaded_at = 0.0
        self._lock = asyncio.Lock()

    async def load(self) -> Configuration:
        """Fill a configuration for the first time; raises KubeconfigError."""
        await self._load()
        return self._configuration

    async def renew(self, *, force: bool = False) -> bool:
        """Renew credentials that are due; concurrent callers share one renewal. Whether this call did it."""
        asked_at = time.monotonic()
        if not force and not self._due(asked_at):
            return False
        async with self._lock:
            if not (self._loaded_at < asked_at if force else self._due(asked_at)):
                return False
            await self._load(force=force)
            return True

    def _due(self, now: float) -> bool:
        return self._ages and self._loaded_at + _TOKEN_FILE_AGE < now

    @property
    def _user(self) -> Mapping[str, Any]:
        node = self._loader._user if self._loader else None
        return node.value if node is not None else {}

    @property
    def _ages(self) -> bool:
        return "exec" in self._user or "tokenFile" in self._user or "auth-provider" in self._user

    async def _load(self, *, force: bool = False) -> None:
        if self._loader is None:
            _load_in_cluster(self._configuration)
        else:
            if force and hasattr(self._loader, "exec_plugin_expiry"):
                del self._loader.exec_plugin_expiry
            await _load(self._loader, self._configuration, self._timeout)
            self._check_exec_plugin()
        self._loaded_at = time.monotonic()

    def _check_exec_plugin(self) -> None:
        got = self._loader is not None and (hasattr(self._loader, "token") or hasattr(self._loader, "cert_file"))
        if "exec" in self._user and not got:
            command = self._user["exec"].get("command", "")
            raise KubeconfigError(
                f"the kubeconfig's exec plugin {command!r} gave no credentials",
                resolution="Run it by hand: it must print an ExecCredential with a token or a client certificate.",
            )


def from_file(path: Path | None, context: str | None = None, *, timeout: float = 60.0) -> Credentials:
    """Credentials from a kubeconfig file (None: `KUBECONFIG`, `~/.kube/config`, or the pod's service account)."""
    if path is None:
        return _from_surroundings(context, timeout)
    if not path.expanduser().is_file():
        raise KubeconfigError(f"kubeconfig {path} does not exist", resolution="Name an existing kubeconfig file.")
    return _from_paths(str(path.expanduser()), context, timeout)


def from_text(
    text: str, context: str | None = None, *, origin: str = "kubeconfig", timeout: float = 60.0
) -> Credentials:
    """Credentials from a kubeconfig's YAML text, as blocks and Secrets hold it."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise KubeconfigError(
            f"{origin} {_not_one_document(error)}", resolution="Store the whole text of a kubeconfig file."
        ) from None
    return from_data(data, context, origin=origin, timeout=timeout)


def from_data(
    data: Any, context: str | None = None, *, origin: str = "kubeconfig", timeout: float = 60.0
) -> Credentials:
    """Credentials from a kubeconfig as decoded YAML."""
    if not isinstance(data, dict):
        raise KubeconfigError(f"{origin} is not a kubeconfig", resolution="Store the whole text of a kubeconfig file.")
    return Credentials(_loader(data, context, origin), timeout=timeout)


def _from_surroundings(context: str | None, timeout: float) -> Credentials:
    from os import environ  # read now, not at import, so that a flow sees its own environment

    paths = environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
    if any(Path(path).is_file() for path in paths.split(ENV_KUBECONFIG_PATH_SEPARATOR) if path):
        return _from_paths(paths, context, timeout)
    if Path(SERVICE_TOKEN_FILENAME).is_file():
        return Credentials(None, timeout=timeout)
    raise KubeconfigError(
        "no kubeconfig found: KUBECONFIG is not set and ~/.kube/config does not exist",
        resolution="Name one with --source-kubeconfig or --dest-kubeconfig, or set KUBECONFIG.",
    )


def _from_paths(paths: str, context: str | None, timeout: float) -> Credentials:
    try:
        merged = KubeConfigMerger(paths).config
    except (ConfigException, OSError, yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError) as error:
        wrong_text = isinstance(error, yaml.YAMLError | UnicodeDecodeError)
        reason = _not_one_document(error) if wrong_text else "is not a kubeconfig"
        raise KubeconfigError(f"{paths} {reason}", resolution="Check the file with `kubectl config view`.") from None
    return Credentials(_loader(merged, context, paths), timeout=timeout)


def _not_one_document(error: Exception) -> str:
    several = isinstance(error, yaml.composer.ComposerError)
    return "holds several YAML documents; a kubeconfig is one" if several else "is not YAML"


def _loader(config: Any, context: str | None, origin: str) -> KubeConfigLoader:
    try:
        return KubeConfigLoader(config_dict=config, active_context=context, config_base_path=None)
    except (ConfigException, TypeError, AttributeError, KeyError) as error:
        wanted = f"context {context!r}" if context else "its current context"
        raise KubeconfigError(
            f"{origin}: {wanted} cannot be used",
            detail=str(error) if isinstance(error, ConfigException) else "",
            resolution="`kubectl config get-contexts` lists the contexts of a kubeconfig.",
        ) from None


async def _load(loader: KubeConfigLoader, configuration: Configuration, timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            await loader.load_and_set(configuration)
    except TimeoutError:
        raise KubeconfigError(
            f"the kubeconfig's credential plugin did not answer in {timeout:g} s",
            resolution="Run it by hand; a plugin that asks for input cannot be used here.",
        ) from None
    except (ConfigException, OSError, ValueError, KeyError, TypeError) as error:
        detail = str(error) if isinstance(error, ConfigException | OSError) else type(error).__name__
        raise KubeconfigError("the kubeconfig's credentials cannot be used", detail=detail) from None


def _load_in_cluster(configuration: Configuration) -> None:
    try:
        load_incluster_config(configuration)
    except ConfigException as error:
        raise KubeconfigError("the pod's service account cannot be used", detail=str(error)) from None


def api_client(configuration: Configuration, in_flight: int) -> ApiClient:
    """The official client with TLS set up; raises KubeconfigError when a certificate cannot be read."""
    configuration.connection_pool_maxsize = in_flight
    configuration.proxy = configuration.proxy or _environment_proxy(configuration.host)
    # Left to itself, aiohttp would look for a proxy and for ~/.netrc in a thread, twice for every request.
    configuration.client_session_kwargs = {"trust_env": False, "cookie_jar": DummyCookieJar()}
    try:
        return ApiClient(configuration)
    except (OSError, ValueError) as error:
        raise KubeconfigError(
            "the kubeconfig's certificates cannot be used",
            detail=f"{type(error).__name__}: {error}",
            resolution="Check certificate-authority-data, client-certificate-data and client-key-data.",
        ) from None


def _environment_proxy(url: str) -> str | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for `url`."""
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)
