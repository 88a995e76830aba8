"""Tests scripts/tally: no failure of a test program is lost in the counts, however it ends."""
import json
import os
import subprocess
import tempfile

import house

TALLY = os.path.join(house.ROOT, "scripts", "tally")
SEGFAULT = -11

# Name of the row, what the program printed, Meson's result, exit status; counts; words that must be shown.
ROWS = [
    ("passed cases are counted", "ok 1 - a: Passed\nok 2 - b: Passed\n1..2\n", "OK", 0, "2 0 0", ""),
    ("failed cases are counted", "ok 1 - a: Passed\nnot ok 2 - b: 1 is not 2\nnot ok 3 - c: no\n1..3\n", "ERROR", 1, "1 2 0",
     "1 is not 2"),
    ("a plan may come first", "1..1\nok 1 - a\n", "OK", 0, "1 0 0", ""),
    ("a program that dies at once has failed", "", "ERROR", SEGFAULT, "0 1 0", "SEGV: here"),
    ("a program that dies in the middle has failed", "ok 1 - a: Passed\n", "ERROR", SEGFAULT, "1 1 0", "SEGV: here"),
    ("a program that dies after its last case has failed", "ok 1 - a: Passed\n1..1\n", "ERROR", 23, "1 1 0", "SEGV: here"),
    ("a program that leaves early, though with success, has failed", "1..3\nok 1 - a\n", "OK", 0, "1 1 0", "SEGV: here"),
    ("a program that says nothing, though with success, has failed", "", "OK", 0, "0 1 0", "SEGV: here"),
    ("a program that runs out of time has failed", "ok 1 - a: Passed\n", "TIMEOUT", -15, "1 1 0", "TIMEOUT"),
    ("a failed case and a crash are one failure", "not ok 1 - a: no\n", "ERROR", SEGFAULT, "0 1 0", "a: no"),
    ("a skipped case is counted and shown", "1..2\nok 1 - a\nok 2 - b # SKIP no server\n", "OK", 0, "1 0 1", "no server"),
    ("a skipped program is counted and shown", "1..0 # SKIP no pilot data\n", "SKIP", 0, "0 0 1", "no pilot data"),
    ("a program without cases is shown", "1..0\n", "SKIP", 0, "0 0 1", "no test case"),
    ("words about skipping in a message are a message", "not ok 1 - a: wrong # SKIP\n1..1\n", "ERROR", 1, "0 1 0", "wrong"),
]


def tally(lines):
    """What it appends to the counts, and what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        log, counts = os.path.join(folder, "log"), os.path.join(folder, "counts")
        with open(log, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        shown = subprocess.run([TALLY, log, counts], capture_output=True, text=True, check=True).stdout
        with open(counts, encoding="utf-8") as file:
            return file.read().strip(), shown


def row_problems(output, result, status, expected, words):
    counts, shown = tally([{"name": "crfd:unit / x", "stdout": output, "stderr": "SEGV: here\n", "result": result,
                            "returncode": status}])
    problems = [] if counts == expected else [f"counted {counts}, not {expected}"]
    return problems + ([] if words in shown else [f"\"{words}\" is not in: {shown}"])


def sum_problems():
    lines = [{"name": name, "stdout": output, "result": result, "returncode": status}
             for name, output, result, status, _, _ in ROWS]
    expected = " ".join(str(sum(int(row[4].split()[column]) for row in ROWS)) for column in range(3))
    counts, _ = tally(lines)
    return [] if counts == expected else [f"counted {counts}, not {expected}"]


house.run([(name, row_problems(*row)) for name, *row in ROWS] + [("programs are added up", sum_problems())])
