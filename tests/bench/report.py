"""What was measured, as a table for people and JSON for machines."""

import json
import os
import platform
import statistics


class Figures:
    """Samples by name, in the order of their first measurement."""

    def __init__(self):
        self.samples = {}
        self.pages = {}
        self.ratios = []

    def add(self, name, sample, pages):
        self.samples.setdefault(name, []).append(sample)
        self.pages[name] = pages
        print(f"  {name:<44} {sample.wall:8.2f} s wall {sample.client_cpu:8.2f} s client "
              f"{sample.server_cpu:8.2f} s server {sample.peak_kib / 1024:7.1f} MiB", flush=True)

    def median(self, name, what):
        return statistics.median(getattr(sample, what) for sample in self.samples[name])

    def goal(self, name, value, goal, unit="", at_least=False):
        """A figure beside what the design wants of it; goal None: none is set."""
        met = None if goal is None else (value >= goal if at_least else value <= goal)
        self.ratios.append({"name": name, "value": round(value, 3), "unit": unit, "goal": goal,
                            "at_least": at_least, "met": met})

    def ratio(self, name, above, below, goal, at_least=False):
        """The ratio of two medians, in wall time and, because machines are shared, in processor time."""
        if above not in self.samples or below not in self.samples:
            return
        self.goal(name, self.median(above, "wall") / self.median(below, "wall"), goal, "x", at_least)
        self.goal(name + ", processor time", self.median(above, "cpu") / self.median(below, "cpu"), None, "x")

    def rows(self):
        for name, samples in self.samples.items():
            wall = [sample.wall for sample in samples]
            yield {"name": name, "pages": self.pages[name], "times": len(samples),
                   "wall_s": round(statistics.median(wall), 3), "wall_min_s": round(min(wall), 3),
                   "wall_max_s": round(max(wall), 3),
                   "client_cpu_s": round(self.median(name, "client_cpu"), 3),
                   "server_cpu_s": round(self.median(name, "server_cpu"), 3),
                   "peak_mib": round(max(sample.peak_kib for sample in samples) / 1024, 1)}

    def print(self):
        print(f"\n{'median of the times':<44} {'pages':>10} {'wall s':>8} {'least':>8} {'most':>8} {'client':>8} "
              f"{'server':>8} {'peak MiB':>9}")
        for row in self.rows():
            print(f"{row['name']:<44} {row['pages']:>10,} {row['wall_s']:>8.2f} {row['wall_min_s']:>8.2f} "
                  f"{row['wall_max_s']:>8.2f} {row['client_cpu_s']:>8.2f} {row['server_cpu_s']:>8.2f} "
                  f"{row['peak_mib']:>9.1f}")
        print(f"\n{'figure':<66} {'value':>9} {'goal':>12}")
        for row in self.ratios:
            goal = "" if row["goal"] is None else f"{'>=' if row['at_least'] else '<='} {row['goal']:g}"
            verdict = {None: "", True: "met", False: "NOT MET"}[row["met"]]
            print(f"{row['name']:<66} {row['value']:>9.2f} {row['unit']:<4} {goal:>8}  {verdict}")

    def write(self, path, settings):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"machine": machine(), "settings": settings, "measured": list(self.rows()),
                       "figures": self.ratios}, file, indent=2)
            file.write("\n")


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": model, "processors": os.cpu_count(), "memory_gib": round(memory / 2**30, 1),
            "kernel": platform.release(), "load_at_end": os.getloadavg()[0]}
