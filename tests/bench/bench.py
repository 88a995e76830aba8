#!/usr/bin/env python3
"""
bench.py: how fast crfd is, as ratios to what PostgreSQL itself needs, all measured in one run on one machine.

scripts/bench builds crfd, starts a server and calls this. Contenders of one ratio take turns, so that whatever else
the machine does hits both. Nothing here passes or fails by the clock; it fails where the contenders' results differ.
"""

import argparse
import copy
import os
import pathlib

import study as bench_study
from contender import ANALYSIS, JOB, Crfd, Floor, SqlJob
from report import Figures
from server import HERE, Server

PAGES_PER_SUBJECT = 20
STUDY = HERE.parent / "data" / "bench.json"
PARTS = ["first", "later", "sql", "checks", "memory", "workers", "processes", "skew", "unique", "subject",
         "large"]


class Bench:
    def __init__(self, options):
        self.options = options
        self.server = Server(options.socket, options.work)
        self.study = bench_study.load(STUDY)
        self.crfd = Crfd(self.server, options.crfd, self.study)
        self.figures = Figures()
        self.kept = None
        self.centers = options.centers
        self.source = self.make_source(options.pages)

    # ---- Sources ----

    def make_source(self, pages, centers=None):
        """A database with the pages of the bench study, vacuumed and read once; returns its name."""
        centers = centers or self.centers
        subjects = pages // (PAGES_PER_SUBJECT * centers)
        name = f"bench_source_{pages}"
        generate = (f"'{self.options.generate}' --study bench --centers {centers} --subjects {subjects} |"
                    f" psql -X -q -v ON_ERROR_STOP=1 -d {name} -c 'COPY edc.crf_page FROM STDIN'")
        self.server.drop_database(name)
        self.server.do("postgres", f"CREATE DATABASE {name}")
        self.server.do_file(name, HERE.parent.parent / "sql" / "source" / "edc.sql")
        self.server.run(["bash", "-o", "pipefail", "-c", generate])
        self.server.vacuum(name)
        return name

    def center_ids(self, centers):
        return [str(101 + place) for place in range(centers)]

    def changed_source(self):
        """The source with a page changed of one subject in a hundred."""
        name = f"{self.source}_changed"
        changes = self.server.work / "changes.sql"
        subjects = self.options.pages // (PAGES_PER_SUBJECT * self.centers)
        with open(changes, "w", encoding="utf-8") as file:
            file.write(self.server.run([self.options.generate, "--study", "bench", "--centers", str(self.centers),
                                        "--subjects", str(subjects), "--night", "2", "--format", "sql"]))
        self.server.copy_database(self.source, name)
        self.server.do_file(name, changes)
        self.server.vacuum(name)
        return name

    # ---- Small things ----

    def say(self, text):
        print(f"\n== {text}", flush=True)

    def repeat(self):
        return range(self.options.repeat)

    def night(self, name, source=None, pages=None, **options):
        options.setdefault("workers", self.options.workers)
        sample = self.crfd.night(source or self.source, **options)
        self.figures.add(name, sample, pages or self.options.pages)

    def results(self, database):
        return self.server.run(self.server.psql(database, "-At", "-f", HERE / "results.sql"))

    def after_first_night(self):
        """The name of a database as the first night leaves it."""
        if self.kept is None:
            self.crfd.night(self.source, workers=self.options.workers)
            self.kept = self.crfd.keep("bench_after_first_night")
        return self.kept

    def floor(self):
        floor = Floor(self.server, self.crfd, self.center_ids(self.centers), self.options.workers)
        floor.read(self.source)  # the pages into the machine's memory
        return floor

    # ---- The parts ----

    def first(self):
        """The first night against the floor."""
        floor = self.floor()
        floor.save(self.after_first_night())
        for _ in self.repeat():
            self.figures.add("floor: pages out, rows in", floor.read_and_write(self.source), self.options.pages)
            written = self.results(ANALYSIS)
            self.night("first night")
            if self.results(ANALYSIS) != written:
                raise SystemExit("bench: the floor wrote other rows than crfd")
        self.figures.ratio("first night / floor", "first night", "floor: pages out, rows in", 1.25)

    def later(self):
        """Nights after the first, against reading the source."""
        floor = self.floor()
        before = self.after_first_night()
        changed = self.changed_source()
        reworded = dict(self.study, version="2")
        for _ in self.repeat():
            self.figures.add("floor: pages out", floor.read(self.source), self.options.pages)
            self.night("nothing changed", before=before)
            self.night("1 % of subjects changed", source=changed, before=before)
            self.night("first night")
            self.night("study changed, results not", before=before, study=reworded)
        self.server.drop_database(changed)
        self.figures.ratio("nothing changed / pages out", "nothing changed", "floor: pages out", 1.5)
        self.figures.ratio("1 % changed / first night", "1 % of subjects changed", "first night", 0.35)
        self.figures.ratio("study changed / first night", "study changed, results not", "first night", None)

    def sql(self):
        """The same job as SQL inside PostgreSQL, at 10 and at 100 checks."""
        job = SqlJob(self.server, self.crfd, self.center_ids(self.centers), self.options.workers)
        for count in (10, 100):
            study = bench_study.with_checks(self.study, count)
            for _ in self.repeat():
                self.night(f"first night, {count} checks", study=study)
                found = self.results(ANALYSIS)
                for kind in ("same", "bare"):
                    name = f"SQL, {kind} job, {count} checks"
                    self.figures.add(name, job.night(self.source, kind, study), self.options.pages)
                    if self.results(JOB) != found:
                        raise SystemExit(f"bench: {name}: other results than crfd")
            for kind, goal in (("same", 3), ("bare", None)):
                self.figures.ratio(f"SQL, {kind} job / first night, {count} checks",
                                   f"SQL, {kind} job, {count} checks", f"first night, {count} checks", goal,
                                   at_least=True)
        per_check = {}
        for kind in ("same", "bare"):
            more, less = (self.figures.median(f"SQL, {kind} job, {count} checks", "server_cpu") for count in (100, 10))
            per_check[kind] = (more - less) / 90 / self.options.pages * 1e9
            self.figures.goal(f"one more check in PostgreSQL, {kind} job", per_check[kind], None, "ns")
        self.server.drop_database(JOB)
        self.server.drop_database(job.template(self.source))

    def checks(self):
        """What one more comparison check costs on a page, in processor time."""
        counts = (10, 100, 300)
        for _ in self.repeat():
            for count in counts:
                self.night(f"first night, {count} checks", study=bench_study.with_checks(self.study, count))
        for less, more in ((10, 100), (100, 300)):
            cost = (self.figures.median(f"first night, {more} checks", "client_cpu") -
                    self.figures.median(f"first night, {less} checks", "client_cpu"))
            self.figures.goal(f"one more check, {less} to {more}", cost / (more - less) / self.options.pages * 1e9, 30,
                              "ns")

    def memory(self):
        """Peak memory, against a tenth of the pages."""
        tenth = self.options.pages // 10
        source = self.make_source(tenth)
        self.night(f"first night, {tenth:,} pages", source=source, pages=tenth)
        self.night("first night")
        self.server.drop_database(source)
        for pages, name in ((tenth, f"first night, {tenth:,} pages"), (self.options.pages, "first night")):
            peak = max(sample.peak_kib for sample in self.figures.samples[name]) / 1024
            self.figures.goal(f"peak memory, {pages:,} pages", peak, 64, "MiB")

    def workers(self):
        """One process with more and more workers."""
        for _ in self.repeat():
            for workers in (1, 2, 3, 4):
                self.night(f"first night, workers: {workers}", workers=workers)
        for workers in (2, 3, 4):
            self.figures.ratio(f"{workers} workers / 1", f"first night, workers: {workers}",
                               "first night, workers: 1", None)

    def processes(self):
        """One night shared by more and more processes of one worker, as by several hosts."""
        for _ in self.repeat():
            for processes in (1, 2, 3):
                self.night(f"first night, processes: {processes}", workers=1, processes=processes)
        for processes in (2, 3):
            self.figures.ratio(f"{processes} processes / 1", f"first night, processes: {processes}",
                               "first night, processes: 1", None)

    def skew(self):
        """Half of all pages in one center, against centers of one size."""
        name = f"{self.source}_skewed"
        half = 101 + self.centers // 2
        self.server.copy_database(self.source, name)
        self.server.do(name, "CREATE TABLE edc.skewed (LIKE edc.crf_page INCLUDING ALL)",
                       "INSERT INTO edc.skewed SELECT least(center_id, " + f"'{half}'" + "), subject_id, event,"
                       " event_repeat, form, form_repeat, data, submitted_at FROM edc.crf_page"
                       " ORDER BY center_id, subject_id, event, event_repeat, form, form_repeat",
                       "DROP TABLE edc.crf_page", "ALTER TABLE edc.skewed RENAME TO crf_page")
        self.server.vacuum(name)
        for _ in self.repeat():
            self.night("first night")
            self.night("first night, half in one center", source=name)
        self.server.drop_database(name)
        self.figures.ratio("half in one center / equal centers", "first night, half in one center", "first night", None)

    def unique(self):
        """A value that no two subjects of the study may share, asked of all of them when the night closes."""
        name, tables = f"{self.source}_shared", "bench_unique_empty"
        study = copy.deepcopy(self.study)
        study["forms"]["vs"]["items"]["kit"] = {"type": "text"}
        asking = copy.deepcopy(study)
        asking["forms"]["vs"]["items"]["kit"]["unique"] = "study"
        self.server.copy_database(self.source, name)
        # Each subject has a kit of its own but for the last one, who has that of the first.
        kit = "CASE WHEN subject_id = (SELECT max(subject_id) FROM edc.crf_page) THEN" \
              " (SELECT min(subject_id) FROM edc.crf_page) ELSE subject_id END"
        self.server.do(name, "UPDATE edc.crf_page SET data = (left(data::text, -1) || ', \"kit\": ' ||"
                       f" to_json({kit})::text || '}}')::json WHERE event = 'VISIT 01'")
        self.server.vacuum(name)
        self.server.drop_database(tables)
        self.server.do("postgres", f"CREATE DATABASE {tables}")
        self.crfd.migrate(tables, study)
        for _ in self.repeat():
            self.night("first night, a value more", source=name, before=tables, study=study)
            self.night("first night, which is unique", source=name, before=tables, study=asking)
            found = self.server.ask(ANALYSIS, "SELECT count(*) FROM analysis.finding WHERE check_id = 'vs.kit.unique'")
            if found != "2":
                raise SystemExit(f"bench: two pages share a kit, and {found} findings say so")
        self.server.drop_database(name)
        self.figures.ratio("unique / not asked", "first night, which is unique", "first night, a value more", 1.1)

    def one_subject(self, pages):
        """A source whose pages are all of one subject, and one in which each of them is corrected."""
        plain = self.make_source(pages)
        name, corrected = f"{plain}_subject", f"{plain}_corrected"
        # Each value lies where no check of the study fires.
        values = ('{"sysbp": 120, "diabp": 80, "pulse": 70, "resp": 16, "temp": 36.6, "weight": 70, "height": 170,'
                  ' "spo2": 98, "vsdtc": "2024-03-01"}')
        for database, data in ((name, "data"), (corrected, f"'{values}'")):
            self.server.copy_database(plain, database)
            self.server.do(database, "CREATE TABLE edc.one (LIKE edc.crf_page INCLUDING ALL)",
                           "INSERT INTO edc.one SELECT '101', '101-0001', 'VISIT ' || row_number() OVER (), 1, form, 1,"
                           f" {data}, submitted_at FROM (SELECT * FROM edc.crf_page ORDER BY center_id, subject_id, event,"
                           " event_repeat) AS p",
                           "DROP TABLE edc.crf_page", "ALTER TABLE edc.one RENAME TO crf_page")
            self.server.vacuum(database)
        self.server.drop_database(plain)
        return name, corrected

    def subject(self):
        """One subject of many pages, against one of a quarter: the first night, and one on which all are corrected."""
        sizes = [self.options.pages * 3 // 10 // 4, self.options.pages * 3 // 10]
        for pages in sizes:
            source, corrected = self.one_subject(pages)
            for _ in self.repeat():
                self.night(f"one subject, {pages:,} pages", source=source, pages=pages)
                before = self.crfd.keep("bench_one_subject")
                self.night(f"the same, corrected, {pages:,} pages", source=corrected, pages=pages, before=before)
            self.server.drop_database(source)
            self.server.drop_database(corrected)
        for name in ("one subject", "the same, corrected"):
            few, many = (f"{name}, {pages:,} pages" for pages in sizes)
            self.figures.ratio(f"{name}, {sizes[1]:,} / {sizes[0]:,} pages", many, few, 5)
            peak = max(sample.peak_kib for sample in self.figures.samples[many]) * 1024 / sizes[1]
            self.figures.goal(f"peak memory a page, {many}", peak, None, "B")

    def large(self):
        """Ten times the pages, for crfd and for PostgreSQL alone."""
        pages = 10 * self.options.pages
        source = self.make_source(pages)
        night, floor_name = "first night", "floor: pages out, rows in"
        floor = self.floor()
        for size, name, suffix in ((pages, source, f", {pages:,} pages"), (self.options.pages, self.source, "")):
            # A first one that does not count: on a virtual machine, memory that was never used has its price.
            self.crfd.night(name, workers=self.options.workers)
            floor.save(ANALYSIS)
            for _ in range(2):
                self.night(night + suffix, source=name, pages=size)
                self.figures.add(floor_name + suffix, floor.read_and_write(name), size)
        self.server.drop_database(source)
        for who, name, large, goals in ((night, night, f"{night}, {pages:,} pages", (1.1, None)),
                                        ("floor", floor_name, f"{floor_name}, {pages:,} pages", (None, None))):
            for what, goal in zip(("wall", "cpu"), goals):
                growth = self.figures.median(large, what) / 10 / self.figures.median(name, what)
                self.figures.goal(f"time a page, {pages:,} / {self.options.pages:,} pages, {who}, {what}", growth, goal,
                                  "x")
        self.figures.ratio(f"first night / floor, {pages:,} pages", f"{night}, {pages:,} pages",
                           f"{floor_name}, {pages:,} pages", 1.25)
        peak = max(sample.peak_kib for sample in self.figures.samples[f"{night}, {pages:,} pages"]) / 1024
        self.figures.goal(f"peak memory, {pages:,} pages", peak, 64, "MiB")


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.split("\n\n")[0].strip())
    parser.add_argument("--pages", type=int, default=1_000_000, help="pages of the study (default: 1000000)")
    parser.add_argument("--centers", type=int, default=200, help="centers they are spread over (default: 200)")
    parser.add_argument("--workers", type=int, default=2, help="crfd's workers, and psql sessions (default: 2)")
    parser.add_argument("--repeat", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--parts", default=",".join(PARTS[:-1]),
                        help=f"all, or some of {','.join(PARTS)} (default: all but large, which takes ten times the "
                        "pages)")
    parser.add_argument("--json", default="bench-result.json", help="file for the figures (default: %(default)s)")
    for name in ("crfd", "generate", "socket", "work"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.parts = PARTS if options.parts == "all" else options.parts.split(",")
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}")
    if options.pages < PAGES_PER_SUBJECT * options.centers or not 1 <= options.centers <= 899:
        parser.error("each center needs a subject of 20 pages, and there may be 899 centers")
    return options


def main():
    options = parse()
    for name in list(os.environ):
        if name.startswith("PG"):
            del os.environ[name]
    pathlib.Path(options.work).mkdir(exist_ok=True)
    print(f"bench: {options.pages:,} pages, {options.centers} centers, {options.workers} workers, each measured "
          f"{options.repeat} times", flush=True)
    bench = Bench(options)
    for part in options.parts:
        bench.say(getattr(bench, part).__doc__)
        getattr(bench, part)()
    bench.figures.print()
    settings = {name: getattr(options, name) for name in ("pages", "centers", "workers", "repeat", "parts")}
    bench.figures.write(options.json, settings)


if __name__ == "__main__":
    main()
