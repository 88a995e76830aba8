"""A private PostgreSQL server that is measured: databases, psql sessions, processor time."""

import os
import pathlib
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
SMALL_BYTES = 32 * 1024 * 1024


class Sample:
    """What one measured piece of work took."""

    def __init__(self, wall, client_cpu, server_cpu, peak_kib):
        self.wall = wall              # seconds
        self.client_cpu = client_cpu  # seconds of processor time of the clients: crfd, or psql
        self.server_cpu = server_cpu  # of the server's sessions
        self.peak_kib = peak_kib      # resident memory of the largest client

    @property
    def cpu(self):
        return self.client_cpu + self.server_cpu


class Server:
    def __init__(self, socket, work):
        self.socket = socket
        self.work = pathlib.Path(work)
        self.environment = dict(os.environ, PGHOST=socket, PGUSER="postgres", PGCLIENTENCODING="UTF8",
                                PGOPTIONS="-c client_min_messages=warning")
        self.postmaster = int(self.ask("postgres", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))

    def psql(self, database, *options):
        return ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *options]

    def run(self, command, **options):
        """Runs a command that is not measured; what it says where it fails is the reason to end."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            raise SystemExit(f"bench: {' '.join(map(str, command))[:200]}: {done.stderr or done.stdout}")
        return done.stdout

    def do(self, database, *statements):
        self.run(self.psql(database, *(part for statement in statements for part in ("-c", statement))))

    def do_file(self, database, path):
        self.run(self.psql(database, "-f", path))

    def ask(self, database, query):
        return self.run(self.psql(database, "-At", "-c", query)).strip()

    def copy_database(self, template, name):
        self.drop_database(name)
        # By the log, a small database is copied faster; by its files, a large one.
        small = int(self.ask("postgres", f"SELECT pg_database_size('{template}')")) < SMALL_BYTES
        self.do("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY "
                + ("wal_log" if small else "file_copy"))

    def drop_database(self, name):
        self.do("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def vacuum(self, database):
        self.do(database, "VACUUM ANALYZE")

    def measure(self, commands):
        """
        Runs commands (argv, folder) at once and waits for all. Before, what earlier work left is written to disk,
        so that no measurement pays for another.
        """
        self.do("postgres", "CHECKPOINT")
        self._wait_for_sessions()
        cpu_before = self._server_cpu()
        begun = time.monotonic()
        clients = [subprocess.Popen(command, cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for command, folder in commands]
        watch = PeakWatch([client.pid for client in clients])
        errors = [Drain(client.stderr) for client in clients]
        client_cpu = 0.0
        failure = None
        for client, error in zip(clients, errors):
            _, status, usage = os.wait4(client.pid, 0)
            client.returncode = os.waitstatus_to_exitcode(status)
            client_cpu += usage.ru_utime + usage.ru_stime
            if client.returncode != 0:
                failure = f"bench: {client.args[0]} ended with {client.returncode}: {error.text()[-2000:]}"
        wall = time.monotonic() - begun
        peak = watch.stop()
        if failure:
            raise SystemExit(failure)
        self._wait_for_sessions()
        return Sample(wall, client_cpu, self._server_cpu() - cpu_before, peak)

    def _server_cpu(self):
        """Processor time of all sessions that have ended: the postmaster has waited for them."""
        fields = pathlib.Path(f"/proc/{self.postmaster}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[13]) + int(fields[14])) / TICKS

    def _wait_for_sessions(self):
        """Waits until the postmaster has waited for all sessions, or for two seconds."""
        for _ in range(100):
            children = pathlib.Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text().split()
            if not any(self._is_session(pid) for pid in children):
                break
            time.sleep(0.02)

    @staticmethod
    def _is_session(pid):
        try:
            title = pathlib.Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            return False
        # A session that has ended and was not waited for has no title any more.
        return title == "" or "[local]" in title


class PeakWatch:
    """
    The largest resident memory of processes, from VmHWM, which only grows. (What wait4 tells begins with the memory
    of this program, which the child has for a moment.)
    """

    def __init__(self, pids):
        self.paths = [pathlib.Path(f"/proc/{pid}/status") for pid in pids]
        self.peak = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self):
        self.ended.wait(0.01)
        while not self.ended.wait(0.02):
            for path in self.paths:
                try:
                    lines = path.read_text().splitlines()
                except OSError:
                    continue
                self.peak = max([self.peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self.peak


class Drain:
    """Reads a pipe to its end, so that nobody waits for it."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.bytes = b""
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        self.bytes = self.pipe.read()

    def text(self):
        self.thread.join()
        return self.bytes.decode(errors="replace")
