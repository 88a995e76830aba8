"""Who does the work that is measured: crfd, psql sessions that only move its bytes, and SQL inside PostgreSQL."""

import json

import study as bench_study
from server import HERE

EMPTY = "bench_empty"
ANALYSIS = "bench_analysis"
JOB = "bench_job"


def shares(centers, count):
    """The centers dealt out to so many sessions."""
    return [centers[place::count] for place in range(count)]


class Crfd:
    """Nights of the real program."""

    def __init__(self, server, program, study):
        self.server = server
        self.program = program
        self.study = study
        self.folder = server.work / "crfd"
        self.folder.mkdir(exist_ok=True)
        self.has_template = False

    def config(self, source, analysis, study, workers):
        """Writes a configuration and its study; returns its path."""
        (self.folder / "study.json").write_text(json.dumps(study), encoding="utf-8")
        path = self.folder / "crfd.json"
        path.write_text(json.dumps({
            "instance": "bench", "study": "study.json",
            "source": {"conninfo": f"host={self.server.socket} dbname={source}", "relation": "edc.crf_page"},
            "analysis": {"conninfo": f"host={self.server.socket} dbname={analysis}"},
            "workers": workers, "status_file": "status.json", "log": {"level": "warning"}}), encoding="utf-8")
        return str(path)

    def migrate(self, database, study=None):
        config = self.config(database, database, study or self.study, 1)
        self.server.run([self.program, "migrate", "--config", config])

    def template(self):
        """The name of a database with all tables and no rows."""
        if not self.has_template:
            self.server.drop_database(EMPTY)
            self.server.do("postgres", f"CREATE DATABASE {EMPTY}")
            self.migrate(EMPTY)
            self.has_template = True
        return EMPTY

    def night(self, source, before=None, study=None, workers=2, processes=1):
        """One night over the source, on a copy of the database that earlier nights left (none: the first night)."""
        self.server.copy_database(before or self.template(), ANALYSIS)
        config = self.config(source, ANALYSIS, study or self.study, workers)
        command = [self.program, "run", "--quiet", "--config", config]
        return self.server.measure([(command, self.folder)] * processes)

    def keep(self, name):
        """Keeps what the last night left, a day older, as the beginning of other nights."""
        self.server.do(ANALYSIS, "UPDATE crfd.run SET night = night - 1")
        self.server.vacuum(ANALYSIS)
        self.server.copy_database(ANALYSIS, name)
        return name


class Floor:
    """The same bytes, moved by psql sessions that do nothing with them."""

    def __init__(self, server, crfd, centers, sessions):
        self.server = server
        self.crfd = crfd
        self.folders = []
        self.shares = shares(centers, sessions)
        for place, share in enumerate(self.shares):
            folder = server.work / f"session{place}"
            folder.mkdir(exist_ok=True)
            lines = [f"\\set center '{center}'\n\\i {HERE}/read_pages.sql\n" for center in share]
            (folder / "read.sql").write_text("".join(lines), encoding="utf-8")
            self.folders.append(folder)

    def save(self, analysis):
        """Takes the rows that crfd wrote there."""
        for place, (folder, share) in enumerate(zip(self.folders, self.shares)):
            self.server.run(self.server.psql(analysis, "-v", f"centers={{{','.join(share)}}}",
                                             "-v", f"first={'true' if place == 0 else 'false'}",
                                             "-f", HERE / "save_rows.sql"), cwd=folder)

    def read(self, source):
        return self.server.measure([(self.server.psql(source, "-f", "read.sql"), folder) for folder in self.folders])

    def read_and_write(self, source):
        """Out of one database and into another, one after the other in each session."""
        self.server.copy_database(self.crfd.template(), ANALYSIS)
        for folder in self.folders:
            (folder / "floor.sql").write_text(f"\\i read.sql\n\\c {ANALYSIS}\n\\i {HERE}/write_rows.sql\n",
                                              encoding="utf-8")
        return self.server.measure([(self.server.psql(source, "-f", "floor.sql"), folder) for folder in self.folders])


class SqlJob:
    """The job as SQL in the database of the pages: no byte leaves the server."""

    def __init__(self, server, crfd, centers, sessions):
        self.server = server
        self.crfd = crfd
        self.shares = shares(centers, sessions)
        self.templates = set()

    def template(self, source):
        """A copy of the source that has the analysis tables, too."""
        name = f"{source}_with_tables"
        if name not in self.templates:
            self.server.copy_database(source, name)
            self.crfd.migrate(name)
            self.server.vacuum(name)
            self.templates.add(name)
        return name

    def night(self, source, kind, study):
        """kind: bare or same."""
        self.server.copy_database(self.template(source), JOB)
        script = self.server.work / "job.sql"
        sql = (HERE / f"{kind}_job.sql").read_text(encoding="utf-8")
        script.write_text(bench_study.fill(sql, study), encoding="utf-8")
        self.server.do_file(JOB, script)
        commands = []
        for place, share in enumerate(self.shares):
            calls = self.server.work / f"calls{place}.sql"
            calls.write_text("".join(f"CALL bench.take_center('{center}');\n" for center in share), encoding="utf-8")
            commands.append((self.server.psql(JOB, "-f", calls), self.server.work))
        return self.server.measure(commands)
