"""Other people's proxies, started with settings of our own; and the least that Python can do."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.gauge import free_port, listens, running
from bench.wire import HERE, PAGES
from proxy.ca import KEY_FILE, ensure_ca

SQUID, CERTGEN = "/usr/sbin/squid", "/usr/lib/squid/security_file_certgen"
E2GUARDIAN, E2_FOLDER = "/usr/sbin/e2guardian", Path("/etc/e2guardian")
SQUID_CONF = """
http_access allow all
cache deny all
cache_mem 8 MB
access_log none
cache_log {folder}/cache.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
shutdown_lifetime 0 seconds
hosts_file {folder}/hosts
"""
BUMP_CONF = """
http_port 127.0.0.1:{port} ssl-bump tls-cert={folder}/ca.pem generate-host-certificates=on
sslcrtd_program {certgen} -s {folder}/ssl_db -M 16MB
sslcrtd_children 2
sslproxy_cert_error allow all
tls_outgoing_options flags=DONT_VERIFY_PEER
ssl_bump bump all
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A running proxy: by which port its tunnels pass, and by which they are looked into."""

    name: str
    pids: list[int]
    passes: int = 0
    opens: int = 0


@contextmanager
def mitmdump(unopened: list[int]) -> Iterator[Peer]:
    """Run mitmdump as it comes, what goes to some ports ignored and the rest opened."""
    program, port = str(Path(sys.executable).with_name("mitmdump")), free_port()
    past = ("--ignore-hosts", f":({'|'.join(map(str, unopened))})$")
    quiet = ("--set", "connection_strategy=lazy", "--ssl-insecure", "-q")
    with running(program, "-p", str(port), *quiet, *past) as process:
        listens(port)
        yield Peer("mitmdump", [process.pid], port, port)


@contextmanager
def bare() -> Iterator[Peer]:
    """Run a relay in Python that does nothing else."""
    port = free_port()
    with running(sys.executable, "-m", "bench.bare", str(port)) as process:
        listens(port)
        yield Peer("bare relay", [process.pid], passes=port)


@contextmanager
def squid(folder: Path, *, bump: bool) -> Iterator[Peer]:
    """Run squid, either passing tunnels on or opening them all."""
    port = free_port()
    text = SQUID_CONF + (BUMP_CONF if bump else "http_port 127.0.0.1:{port}\n")
    (folder / "hosts").write_text(f"{HERE} {PAGES}\n")
    conf = folder / "squid.conf"
    conf.write_text(text.format(folder=folder, port=port, certgen=CERTGEN))
    if bump:
        ensure_ca(folder / "ca")
        shutil.copy(folder / "ca" / KEY_FILE, folder / "ca.pem")
        subprocess.run([CERTGEN, "-c", "-s", folder / "ssl_db", "-M", "16MB"], check=True)
    # Started by root it becomes another user, who must be able to write here.
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)
    with running(SQUID, "-N", "-f", str(conf), quiet=True) as process:
        listens(port)
        ports = {"opens": port} if bump else {"passes": port}
        yield Peer("squid", [process.pid], **ports)


@contextmanager
def e2guardian(folder: Path) -> Iterator[Peer]:
    """Run e2guardian with the rules it comes with, passing tunnels on."""
    port, home = free_port(), folder / "e2"
    shutil.copytree(E2_FOLDER, home, ignore=shutil.ignore_patterns("private"))
    ours = {
        "filterip": "127.0.0.1",
        "filterports": str(port),
        "transparenthttpsport": "",
        "nodaemon": "on",
        "nologger": "on",
        "loglevel": "0",
        "pidfilename": f"'{folder}/e2.pid'",
        "filecachedir": f"'{folder}'",
    }
    for path in home.glob("*.conf"):
        lines = path.read_text(errors="replace").replace(str(E2_FOLDER), str(home)).splitlines()
        kept = [line for line in lines if line.partition("=")[0].strip() not in ours]
        if path.name == "e2guardian.conf":
            kept += [f"{key} = {value}" for key, value in ours.items()]
        path.write_text("\n".join(kept) + "\n")
    for path in home.rglob("*"):
        if path.is_file() and path.suffix != ".conf":
            text = path.read_bytes()
            path.write_bytes(text.replace(str(E2_FOLDER).encode(), str(home).encode()))
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)
    program = (E2GUARDIAN, "-N", "-c", str(home / "e2guardian.conf"))
    with running(*program, quiet=True) as process:
        listens(port)
        yield Peer("e2guardian", [process.pid], passes=port)


@contextmanager
def all_peers(folder: Path, unopened: list[int]) -> Iterator[list[Peer]]:
    """Run every peer that is installed; say which one is not."""
    with ExitStack() as stack:
        found = [stack.enter_context(mitmdump(unopened)), stack.enter_context(bare())]
        for name, program, makers in (
            ("squid", SQUID, [lambda at: squid(at, bump=False), lambda at: squid(at, bump=True)]),
            ("e2guardian", E2GUARDIAN, [e2guardian]),
        ):
            if not Path(program).exists():
                print(f"{name} is not installed ({program}); it is left out.")
                continue
            for number, make in enumerate(makers):
                place = folder / f"{name}-{number}"
                place.mkdir()
                found.append(stack.enter_context(make(place)))
        yield found
