"""Holds that every C file is laid out as .clang-format says; scripts/format mends it."""
import re
import shutil
import subprocess

import house

CLANG_FORMAT = "clang-format-14"  # each version lays out a little differently


def layout_problems(*arguments, text=None):
    done = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", "--style=file", *arguments], input=text,
                          capture_output=True, text=True, cwd=house.ROOT)
    if done.returncode == 0:
        return []
    paths = re.findall(r"^(.+?):\d+:\d+: error: code should be clang-formatted", done.stderr, re.MULTILINE)
    return [f"{path} is not laid out as .clang-format says: run scripts/format" for path in sorted(set(paths))] or [done.stderr]


def main():
    if shutil.which(CLANG_FORMAT) is None:
        house.skip(f"{CLANG_FORMAT} is not installed")
    house.run([("every C file is laid out", layout_problems(*house.files("completions", "config", "include", "src", "tests", ending=(".c", ".h")))),
               ("a wrong layout is found", house.expect(
                   layout_problems("--assume-filename=a.c", text="int f(void) { return 0; }\n"), "a.c is not laid out"))])


main()
