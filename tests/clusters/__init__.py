"""Real API servers for the tests: an etcd and a kube-apiserver each for a source and a destination.

    binaries.py    where the programs come from: KUBEBUILDER_ASSETS, PATH, or built here once
    building.py    builds them from the Go modules in modules/ into a cache outside the checkout
    toolchain.py   the Go that builds them
    apiserver.py   one etcd + kube-apiserver pair
    kind.py        the same with kind, where Docker runs
    sandboxed.py   the same with the project's in-memory sandbox
    pair.py        a source and a destination, whichever of these they are
    audit.py       what was asked of an API server, so that a test can prove that nothing was written
    fixtures.py    the pytest plugin
    __main__.py    python -m tests.clusters build|up|down|status

Nothing but sandboxed.py needs an event loop: a server that lives for a whole test session must not belong to one
test's loop.
"""
