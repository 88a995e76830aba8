"""test_faults.py PROGRAM PROGRAM_WITH_FAULTS: holds that the program has no fault points (crfd/base/fault.h), and that
each point of the sources is one at which tests/integration/test_kill.c kills a night.
"""
import re
import subprocess
import sys

import house

# FAULT("point"), FAULT_OF("point", detail), FAULT_WHEN(condition, "point")
POINT = r'\bFAULT(?:_OF|_WHEN)?\((?:[^"();]|\([^()]*\))*?"([^"]+)"'
ROW = r'\{(?:FIRST|SECOND), "([^":]+)[":]'


def traces(program, points):
    """What of the fault points is in the program: names of functions, and texts."""
    symbols = subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout
    with open(program, "rb") as file:
        content = file.read()
    return ([f"{program} has {name}" for name in sorted(set(re.findall(r"\bfault_\w+", symbols)))]
            + [f"{program} has \"{text}\"" for text in ["CRFD_FAULT", *sorted(points)] if text.encode() + b"\0" in content])


def untested(points, rows):
    return ([f"no night is killed at the point \"{point}\"" for point in sorted(points - rows)]
            + [f"the sources have no point \"{point}\"" for point in sorted(rows - points)])


def main():
    program, program_with_faults = sys.argv[1:]
    points = {point for path in house.files("src", ending=".c") for point in re.findall(POINT, house.read(path))}
    rows = set(re.findall(ROW, house.read("tests/integration/test_kill.c")))
    house.run([
        ("the program has no fault points", traces(program, points)),
        ("those of the program with fault points are found",
         [] if len(traces(program_with_faults, points)) > len(points) else ["they are not"]),
        ("a night is killed at each point", untested(points, rows)),
        ("a point without a test is found", house.expect(untested({"a", "b"}, {"a"}), "\"b\"")),
    ])


main()
