"""Prefect blocks: where kubeconfigs and SSH keys are stored, encrypted, under a name that flows refer to."""

from blocks.kubeconfig import Kubeconfig
from blocks.ssh_key_pair import SSHKeyPair

BLOCKS = (Kubeconfig, SSHKeyPair)

__all__ = ["BLOCKS", "Kubeconfig", "SSHKeyPair"]
