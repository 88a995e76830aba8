"""test_exports.py PROGRAM...: holds that no program exports a symbol.

libpg_query exports 2,125 names of PostgreSQL's backend (lappend, equal, progname). A program that exports one of
the same name has it called by the parser.
"""
import os
import subprocess
import sys
import tempfile

import house

EXPORTING = "int lappend(void);\n__attribute__((visibility(\"default\"))) int lappend(void) { return 0; }\nint main(void) { return 0; }\n"


def exports(program):
    listed = subprocess.run(["nm", "-D", "--defined-only", program], capture_output=True, text=True)
    if listed.returncode != 0:
        return [listed.stderr]
    names = [line.split()[-1] for line in listed.stdout.splitlines()]
    # A name with a version is a variable of a library, such as stderr@GLIBC_2.2.5, for which the linker made room.
    return [f"{program} exports {name}" for name in names if "@" not in name]


def wrong_example():
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "exporting")
        subprocess.run(["cc", "-rdynamic", "-x", "c", "-", "-o", program], input=EXPORTING, text=True, check=True)
        problems = exports(program)
    return [] if any(problem.endswith(" lappend") for problem in problems) else [f"lappend is not in {problems}"]


def main():
    programs = sys.argv[1:]
    house.run([("no program exports a symbol", [problem for program in programs for problem in exports(program)]),
               ("an export is found", wrong_example())])


main()
