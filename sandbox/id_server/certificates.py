# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority of the stand-in's own, made with the openssl command: nothing trusts it until it is set up
to."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def _openssl(arguments: Sequence[str]) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _authority(folder: Path, name: str, title: str) -> None:
    # a file of its own: with -addext OpenSSL 1.1.1 names twice what its own configuration names already, and then
    # trusts nobody by it
    config = folder / (name + ".cnf")
    config.write_text(
        "[req]\ndistinguished_name = title\nx509_extensions = authority\n[title]\n[authority]\nsubjectKeyIdentifier ="
        " hash\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n",
        encoding="ascii",
    )
    _openssl(
        [
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-sha256",
            "-days",
            "30",
            "-subj",
            "/CN=" + title,
            "-config",
            str(config),
            "-keyout",
            str(folder / (name + ".key")),
            "-out",
            str(folder / (name + ".pem")),
        ]
    )


def _server(folder: Path, name: str, authority: str, hosts: Sequence[str]) -> None:
    names = ",".join(("IP:" if host.replace(".", "").isdigit() else "DNS:") + host for host in hosts)
    extensions = folder / (name + ".ext")
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n", encoding="ascii")
    request = folder / (name + ".csr")
    key = folder / (name + ".key")
    _openssl(
        [
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=" + hosts[0],
            "-keyout",
            str(key),
            "-out",
            str(request),
        ]
    )
    _openssl(
        [
            "x509",
            "-req",
            "-sha256",
            "-days",
            "30",
            "-in",
            str(request),
            "-extfile",
            str(extensions),
            "-CA",
            str(folder / (authority + ".pem")),
            "-CAkey",
            str(folder / (authority + ".key")),
            "-CAcreateserial",
            "-out",
            str(folder / (name + ".pem")),
        ]
    )


def make_certificates(folder: Path, hosts: Sequence[str]) -> None:
    """``ca.pem`` to be trusted, ``server.pem`` signed by it, ``wrong.pem`` signed by an authority that nobody knows."""
    if (folder / "wrong.pem").exists():
        return
    _authority(folder, "ca", "SecSign ID stand-in authority")
    _authority(folder, "unknown-ca", "Unknown authority")
    _server(folder, "server", "ca", hosts)
    _server(folder, "wrong", "unknown-ca", hosts)
