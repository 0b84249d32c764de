# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the hosts of a molecule scenario with podman, and removes them again.

``create`` reads molecule's platforms as JSON from standard input. ``probe SCENARIO`` makes its images and starts one
host, to see whether that works on this machine at all; exit code 3 if not. A platform has ``name``, and of its own:
``suite`` (Debian's, default bookworm), ``release`` (``newest`` that the provider app runs on, or a list of major
releases), ``db`` (sqlite, mariadb, pgsql), ``web`` (apache, nginx), ``upstream`` (the vendor's app is needed) and
``airgap`` (no route out). What was made stands in lab.json in molecule's ephemeral folder.

Environment: NEXTCLOUD_ARCHIVES (folder with releases, and the archive secsignid*.tar.gz of the vendor's app),
NEXTCLOUD_LAB_NET (the first two octets of the addresses, default 198.18), NEXTCLOUD_LAB_MIRROR (Debian mirror, default
the one that mmdebstrap takes), NEXTCLOUD_LAB_REPORT (file for what the hosts run, for the last lines of 'make
molecule').
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "sandbox"))

import hosts  # noqa: E402
import supported  # noqa: E402

FOLDER = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
BASE = [
    "systemd",
    "systemd-sysv",
    "dbus",
    "python3-minimal",
    "python3-apt",
    "openssh-server",
    "iproute2",
    "ca-certificates",
    "apache2",
    "mariadb-server",
]
PHP = {"bullseye": "7.4", "bookworm": "8.2", "trixie": "8.4"}
EXTENSIONS = ["cli", "sqlite3", "mysql", "xml", "gd", "curl", "mbstring", "zip", "intl", "bcmath", "gmp"]
# an old release needs no more than Apache and MariaDB
MORE = {
    "bullseye": [],
    "bookworm": ["nginx-light", "postgresql", "fpm", "pgsql"],
    "trixie": ["nginx-light", "postgresql", "fpm", "pgsql"],
}
SERVICES = [
    "apache2",
    "nginx",
    "mariadb",
    "postgresql",
    "php8.2-fpm",
    "php8.4-fpm",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "e2scrub_all.timer",
]
STAND_INS = {"newest": supported.NEWEST, "old": supported.OLD}


class LabError(Exception):
    """The message is for the user who started molecule."""


def run(*argv: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, CONTAINERS_CONF=str(containers_conf())),
        **options,
    )
    if check and done.returncode:
        raise LabError("{} failed: {}".format(" ".join(argv[:3]), (done.stderr or done.stdout).strip()[-1500:]))
    return done


def containers_conf() -> Path:
    """crun of Debian 12 refuses a mixed cgroup layout, and the usual limits may be above this machine's own."""
    path = FOLDER / "containers.conf"
    if not path.exists():
        runtime = 'runtime = "runc"\n' if shutil.which("runc") else ""
        path.write_text(
            f'[containers]\ndefault_ulimits = ["nofile=4096:16384", "nproc=8192:32768"]\n[engine]\n{runtime}',
            encoding="utf-8",
        )
    return path


def check_machine() -> None:
    remedy = (
        "the scenarios need root on a Debian 12 or 13 with its packages podman, runc, netavark, aardvark-dns, iptables"
        " and mmdebstrap (tools/need podman)"
    )
    for program in ("podman", "mmdebstrap", "ssh-keygen"):
        if shutil.which(program) is None:
            raise LabError(f"{program} is not there: {remedy}")
    if os.geteuid() != 0:
        raise LabError(f"podman gives hosts addresses of their own only to root: {remedy}")
    done = run("podman", "info", check=False)
    if done.returncode:
        raise LabError(f"podman does not run here ({done.stderr.strip()[-300:]}): {remedy}")


# ------------------------------------------------------------------ images


def packages(suite: str) -> list[str]:
    php = PHP[suite]
    names = [*BASE, f"libapache2-mod-php{php}", *(f"php{php}-{name}" for name in EXTENSIONS)]
    return names + [f"php{php}-{name}" if name in ("fpm", "pgsql") else name for name in MORE[suite]]


def image(suite: str) -> str:
    """Built once from Debian's packages; the tag changes with what goes in."""
    wanted = packages(suite)
    name = "localhost/nextcloud-lab:{}-{}".format(
        suite, hashlib.sha256(" ".join(wanted + SERVICES).encode()).hexdigest()[:12]
    )
    if run("podman", "image", "exists", name, check=False).returncode == 0:
        return name
    archive = FOLDER / f"{suite}.tar"
    disable = 'for unit in {}; do chroot "$1" systemctl disable "$unit" 2>/dev/null || true; done'.format(
        " ".join(SERVICES)
    )
    own = os.environ.get("NEXTCLOUD_LAB_MIRROR")
    # an old suite is taken without the security updates that mirrors drop one by one; later it moves to the archive
    mirrors = (
        [own]
        if own
        else ["http://deb.debian.org/debian", "http://archive.debian.org/debian"]
        if suite == "bullseye"
        else [""]
    )
    problem = ""
    for mirror in mirrors:
        done = run(
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            "--include=" + ",".join(wanted),
            "--customize-hook=" + disable,
            suite,
            str(archive),
            *([mirror] if mirror else []),
            check=False,
        )
        if done.returncode == 0:
            run("podman", "import", "--change", 'CMD ["/sbin/init"]', str(archive), name)
            archive.unlink()
            return name
        problem = (
            problem or " ".join(line for line in done.stderr.splitlines() if line.startswith(("E:", "Err")))[-500:]
        )
    raise LabError(f"no image of Debian {suite} can be built: {problem}")


# ------------------------------------------------------------------ releases


def archives() -> Path | None:
    folder = os.environ.get("NEXTCLOUD_ARCHIVES")
    return Path(folder).resolve() if folder else None


def find_release(wanted: Any) -> dict[str, str]:
    """The newest release at hand that is wanted, or the sandbox in its place."""
    found = []
    majors = supported.majors("twofactor_secsign") if wanted == "newest" else wanted
    folder = archives()
    for source in hosts.find_sources(folder) if folder else []:
        version = hosts.version_of(source)
        if version and version[0] in majors:
            found.append((version, source))
    if found:
        version, source = max(found)
        return {"kind": "real", "release": ".".join(map(str, version)), "source": str(Path(source).resolve())}
    release = STAND_INS["newest" if wanted == "newest" else "old"]
    return {"kind": "sandbox", "release": release, "source": f"sandbox:{release}"}


def upstream_app() -> dict[str, str]:
    """The vendor's app, or one made of the fixture that looks the same from outside."""
    folder = archives()
    found = sorted(folder.glob("secsignid*.tar.gz")) if folder else []
    if found:
        path, kind = found[-1], "real"
    else:
        path, kind = FOLDER / "secsignid-stand-in.tar.gz", "stand-in"
        run(sys.executable, str(Path(__file__).with_name("stand_in.py")), str(path))
    return {"kind": kind, "path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


# ------------------------------------------------------------------ hosts


def label() -> str:
    """Names that a run in another folder does not take too."""
    return "nextcloud-lab-" + hashlib.sha256(str(FOLDER).encode()).hexdigest()[:8]


def make_network(name: str, internal: bool) -> str:
    """A network whose addresses nobody on this machine has; its first three octets."""
    net = os.environ.get("NEXTCLOUD_LAB_NET", "198.18")
    first = int(name[-2:], 16)
    problem = ""
    for step in range(256):
        subnet = f"{net}.{(first + step) % 256}"
        done = run(
            "podman",
            "network",
            "create",
            "--subnet",
            f"{subnet}.0/24",
            *(["--internal"] if internal else []),
            name,
            check=False,
        )
        if done.returncode == 0:
            return subnet
        problem = done.stderr.strip()
    raise LabError(f"no free network in {net}.0.0/16, choose another with NEXTCLOUD_LAB_NET: {problem}")


def images_of(platforms: list[dict[str, Any]]) -> dict[str, str]:
    return {suite: image(suite) for suite in sorted({platform.get("suite", "bookworm") for platform in platforms})}


def probe(scenario: str) -> None:
    """The scenario's images, and its first host until it answers by ssh: nothing of the collection yet."""
    import yaml

    reported = yaml.safe_load((ROOT / "molecule" / scenario / "molecule.yml").read_text(encoding="utf-8"))
    check_machine()
    remove()
    try:
        images, platform = images_of(reported["platforms"]), reported["platforms"][0]
        lab = {"network": label(), "subnet": make_network(label(), False)}
        host = {"kind": "sandbox", "address": f"{lab['subnet']}.11", "container": f"{label()}-probe"}
        make_key()
        start(host, lab, images[platform.get("suite", "bookworm")], "probe")
        wait_for_ssh(host)
    finally:
        remove()


def make_key() -> Path:
    key = FOLDER / "id_ed25519"
    if not key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    return key


def create(platforms: list[dict[str, Any]]) -> None:
    check_machine()
    remove()
    images = images_of(platforms)
    key = make_key()
    airgap = any(platform.get("airgap") for platform in platforms)
    lab: dict[str, Any] = {"network": label(), "subnet": make_network(label(), airgap), "airgap": airgap, "hosts": {}}
    if any(platform.get("upstream") for platform in platforms):
        lab["upstream"] = upstream_app()
    for number, platform in enumerate(platforms):
        suite = platform.get("suite", "bookworm")
        host = dict(
            find_release(platform.get("release", "newest")),
            address=f"{lab['subnet']}.{11 + number}",
            container=f"{label()}-{platform['name']}",
            suite=suite,
            php=PHP[suite],
            db=platform.get("db", "sqlite"),
            web=platform.get("web", "apache"),
            password=secrets.token_urlsafe(16) + "-aA1",
        )
        lab["hosts"][platform["name"]] = host
        start(host, lab, images[suite], platform["name"])
    (FOLDER / "lab.json").write_text(json.dumps(lab, indent=2), encoding="utf-8")
    for host in lab["hosts"].values():
        wait_for_ssh(host)
    config = [
        {"instance": name, "address": host["address"], "user": "root", "port": 22, "identity_file": str(key)}
        for name, host in lab["hosts"].items()
    ]
    Path(os.environ["MOLECULE_INSTANCE_CONFIG"]).write_text(json.dumps(config), encoding="utf-8")
    for name, host in lab["hosts"].items():
        print(
            f"{name}: {host['address']}, Debian {host['suite']}, PHP {host['php']}, {host['web']}, {host['db']},"
            f" Nextcloud {host['release']} ({host['kind']})"
        )
    if os.environ.get("NEXTCLOUD_LAB_REPORT"):
        Path(os.environ["NEXTCLOUD_LAB_REPORT"]).write_text(runs_on(lab) + "\n", encoding="utf-8")


def runs_on(lab: dict[str, Any]) -> str:
    """In a line: the releases, what is real of them, and whose app secsignid is."""
    kinds = {"real": "real", "sandbox": "sandbox, a stand-in"}
    reported = sorted({f"{host['release']} ({kinds[host['kind']]})" for host in lab["hosts"].values()})
    app = {"real": ["the vendor's secsignid"], "stand-in": ["a stand-in for secsignid"]}
    return ", ".join(reported + app.get(lab.get("upstream", {}).get("kind", ""), []))


def start(host: dict[str, Any], lab: dict[str, Any], image_name: str, name: str) -> None:
    volumes = [
        f"{ROOT / 'sandbox'}:/srv/sandbox:ro",
        f"{ROOT / 'meta'}:/srv/meta:ro",  # which the sandbox reads
        f"{FOLDER / 'id_ed25519.pub'}:/root/.ssh/authorized_keys:ro",
    ]
    if host["kind"] == "real":
        # under its own name, since the name shows what kind of archive it is
        inside = "/srv/release/" + Path(host["source"]).name
        volumes.append(f"{host['source']}:{inside}:ro")
        host["source"] = inside
    options = [option for volume in volumes for option in ("--volume", volume)]
    run(
        "podman",
        "run",
        "--detach",
        "--name",
        host["container"],
        "--hostname",
        name,
        "--systemd=always",
        "--network",
        lab["network"],
        "--ip",
        host["address"],
        *options,
        image_name,
        "/sbin/init",
    )


def wait_for_ssh(host: dict[str, Any]) -> None:
    for _attempt in range(300):
        try:
            with socket.create_connection((host["address"], 22), timeout=1) as connection:
                if connection.recv(4) == b"SSH-":
                    return
        except OSError:
            pass
        time.sleep(0.1)
    log = run("podman", "logs", "--tail", "20", host["container"], check=False)
    raise LabError(
        f"{host['container']} does not answer by ssh on {host['address']}: {(log.stdout + log.stderr).strip()[-500:]}"
    )


def remove() -> None:
    if shutil.which("podman") is None:
        return
    found = run(
        "podman", "ps", "--all", "--format", "{{.Names}}", "--filter", f"name=^{label()}-", check=False
    ).stdout.split()
    if found:
        run("podman", "rm", "--force", "--volumes", "--time", "0", *found)
    run("podman", "network", "rm", "--force", label(), check=False)
    for path in (FOLDER / "lab.json", FOLDER / "instance_config.yml"):
        if path.exists():
            path.unlink()


def main() -> int:
    try:
        if sys.argv[1] == "probe":
            probe(sys.argv[2])
        elif sys.argv[1] == "create":
            create(json.load(sys.stdin))
        else:
            remove()
    except LabError as error:
        print(f"lab.py: {error}", file=sys.stderr)
        return 3 if sys.argv[1] == "probe" else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
