"""Holds the floors of the house: a file includes its own folder or a lower floor, and the pure floors stay pure."""
import os
import re
import subprocess
import tempfile

import house

# From the ground up; the floors of one row stand side by side and do not see each other.
FLOORS = [["base"], ["sync", "value"], ["study"], ["check", "clean", "pg"], ["definition"], ["batch"], ["daemon", "serve"],
          ["cli"], ["main"]]
LEVEL = {floor: level for level, row in enumerate(FLOORS) for floor in row}
PURE = {"value", "study", "check", "clean"}
IMPURE_HEADERS = {"libpq-fe.h", "uv.h", "unistd.h", "fcntl.h", "poll.h", "netdb.h", "syslog.h", "pthread.h",
                  "crfd/base/log.h", "crfd/base/clock.h"}
IMPURE_CALLS = (r"\b(printf|v?fprintf|puts|fputs|fputc|putc|putchar|perror|fopen|fdopen|fread|fwrite|fgets|getline|fscanf|"
                r"scanf|getenv|secure_getenv|system|popen|time|gettimeofday|clock_gettime|log_event|log_emit)\s*\(")
GENERATED = {"queries.h": "pg", "openapi.h": "serve"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def floor_of(path):
    parts = path.split("/")
    return parts[2] if parts[0] == "include" else parts[1] if len(parts) == 3 else "main"


def include_problem(path, quote, name, exists):
    """Why this file may not include that one, or None."""
    floor = floor_of(path)
    if floor in PURE and (name in IMPURE_HEADERS or name.startswith(("sys/", "systemd/", "crfd/sync/"))):
        return f"{floor} is pure and must not include {name}"
    if quote == "<":
        return None
    if name in GENERATED:
        return None if LEVEL[floor] >= LEVEL[GENERATED[name]] else f"{floor} is too low for {name}"
    if "/" not in name:
        return None if exists(os.path.join(os.path.dirname(path), name)) else f"{name} is not in this folder"
    target = name.split("/")[1] if name.startswith("crfd/") and name.count("/") == 2 else None
    if target not in LEVEL or not exists("include/" + name):
        return f"{name} is no header of the house"
    if target != floor and LEVEL[target] >= LEVEL[floor]:
        return f"{floor} does not stand above {target}, and must not include {name}"
    return None


def floor_problems(path, text, exists):
    if floor_of(path) not in LEVEL:
        return [f"{path}: \"{floor_of(path)}\" is no floor of the house"]
    problems = [include_problem(path, quote, name, exists) for quote, name in INCLUDE.findall(house.code(text))]
    return [f"{path}: {problem}" for problem in problems if problem]


def purity_problems(path, text):
    if floor_of(path) not in PURE:
        return []
    return house.found(path, house.code(text), IMPURE_CALLS,
                       lambda call: f"{floor_of(path)} is pure and must not call {call.group(1)}()")


def log_problems(path, text):
    """Each failure is logged once, where it is decided: nothing below batch logs."""
    if floor_of(path) == "base" or LEVEL.get(floor_of(path), 0) >= LEVEL["batch"]:
        return []
    return house.found(path, house.code(text), r"\b(log_event|log_emit)\s*\(",
                       lambda call: f"nothing below batch logs, {call.group(1)}()")


def header_problems(path, text, exists):
    """A header says what it is for and which thread runs it, is guarded, and has its .c where it has functions."""
    floor, leaf = path.split("/")[-2:]
    guard = "CRFD_" + re.sub(r"\W", "_", f"{floor}_{leaf}").upper()
    source = f"src/{floor}/{leaf[:-2]}.c"
    problems = []
    if not text.startswith(f"/*\n * {leaf}: "):
        problems.append(f"it does not begin with \"{leaf}: \" and its purpose")
    if "\n * Threads:" not in text:
        problems.append("it does not say which threads may use it")
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        problems.append(f"its guard is not {guard}")
    # The part of a header that only its own family sees has its functions there.
    stem = source[:-2]
    while stem.rpartition("_")[0].startswith(f"src/{floor}/") and not exists(source):
        stem = stem.rpartition("_")[0]
        source = f"{stem}.c"
    prototypes = re.findall(r"^(?!static|typedef|#|struct \w+ \{|enum)\w[^;{}=]*\)[^;{}]*;", house.code(text), re.MULTILINE)
    if prototypes and not exists(source):
        problems.append(f"it declares functions, and there is no {source}")
    return [f"{path}: {problem}" for problem in problems]


def noun(path):
    """What a file is about: a header and its .c are one."""
    return "/".join(path.split("/")[-2:]).rsplit(".", 1)[0]


def family(name, nouns):
    """Where there is decimal, decimal_small is a part of it."""
    while name.rpartition("_")[0] in nouns:
        name = name.rpartition("_")[0]
    return name


def circle_problems(texts):
    """No two nouns include each other, by however many others: each is read, tested and changed after those it needs."""
    nouns = {noun(path) for path in texts}
    below = {family(name, nouns): set() for name in nouns}
    for path, text in texts.items():
        for quote, name in INCLUDE.findall(house.code(text)):
            if quote == '"' and name not in GENERATED:
                target = noun(name if "/" in name else f"{floor_of(path)}/{name}")
                below[family(noun(path), nouns)].add(family(target, nouns))

    def reached(start):
        seen, left = set(), [start]
        while left:
            new = below.get(left.pop(), set()) - seen
            seen |= new
            left += new
        return seen

    above = {name: reached(name) - {name} for name in below}
    return [f"{name} and {other} include each other"
            for name in sorted(above) for other in sorted(above[name]) if name < other and name in above[other]]


def shared_problems(texts):
    """A header stands in include/ only where another room uses it, if only by way of another header; else beside its .c."""
    headers = {path for path in texts if path.startswith("include/")}
    users = {header: set() for header in headers}
    for path, text in texts.items():
        for _, name in INCLUDE.findall(house.code(text)):
            if f"include/{name}" in users:
                users[f"include/{name}"].add(path)
    shared = {header for header in headers if any(floor_of(user) != floor_of(header) for user in users[header])}
    while True:
        more = {header for header in headers - shared if users[header] & shared}
        if not more:
            break
        shared |= more
    return [f"{header}: no other room uses it; it belongs beside its .c" for header in sorted(headers - shared)]


def stands_alone_problems(folder, paths, flags):
    """Compiles each header by itself."""
    problems = []
    for path in paths:
        done = subprocess.run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-I", folder, *flags, "-x", "c", path],
                              capture_output=True, text=True)
        if done.returncode != 0:
            problems.append(f"{path} does not compile alone:\n{done.stderr}")
    return problems


def exists_in_project(path):
    return os.path.exists(os.path.join(house.ROOT, path))


def wrong_examples():
    """Each rule must be able to fail."""
    there = lambda path: True
    nowhere = lambda path: False
    good_header = ("/*\n * x.h: it.\n *\n * Threads: any.\n */\n#ifndef CRFD_PG_X_H\n#define CRFD_PG_X_H\n"
                   "bool\nx_do(int a,\n     int b);\n#endif\n")
    with tempfile.TemporaryDirectory() as folder:
        lonely = os.path.join(folder, "lonely.h")
        with open(lonely, "w", encoding="utf-8") as file:
            file.write("size_t lonely(void);\n")
        alone = stands_alone_problems(folder, [lonely], [])
    return [
        ("an include upwards is found", house.expect(
            floor_problems("src/pg/a.c", '#include "crfd/batch/run.h"\n', there), "pg does not stand above batch")),
        ("an include sideways is found", house.expect(
            floor_problems("src/check/a.c", '#include "crfd/clean/clean.h"\n', there), "check does not stand above clean")),
        ("an include upwards from a header is found", house.expect(
            floor_problems("include/crfd/value/a.h", '#  include "crfd/study/study.h"\n', there), "value does not")),
        ("an include of libpq in a pure floor is found", house.expect(
            floor_problems("src/clean/a.c", "#include <libpq-fe.h>\n", there), "clean is pure")),
        ("an include of the log in a pure floor is found", house.expect(
            floor_problems("src/check/a.c", '#include "crfd/base/log.h"\n', there), "check is pure")),
        ("an include of a header that is not there is found", house.expect(
            floor_problems("src/cli/a.c", '#include "crfd/base/gone.h"\n', nowhere), "no header of the house")),
        ("an include of another folder's private header is found", house.expect(
            floor_problems("src/cli/a.c", '#include "private.h"\n', nowhere), "not in this folder")),
        ("a folder that is no floor is found", house.expect(
            floor_problems("src/util/a.c", "", there), "\"util\" is no floor")),
        ("an include in a comment is none", floor_problems(
            "src/pg/a.c", '/*\n#include "crfd/batch/run.h"\n*/\n', there)),
        ("printing in a pure floor is found", house.expect(
            purity_problems("src/value/a.c", 'f();\n    printf("%d", 1);\n'), "a.c:2", "printf")),
        ("snprintf in a pure floor is pure", purity_problems("src/value/a.c", "snprintf(a, b, c);\n")),
        ("logging below batch is found", house.expect(
            log_problems("src/pg/a.c", "log_event(LOG_LEVEL_INFO, \"x\");\n"), "log_event")),
        ("a good header passes", header_problems("include/crfd/pg/x.h", good_header, there)),
        ("functions without their .c are found", house.expect(
            header_problems("include/crfd/pg/x.h", good_header, nowhere), "src/pg/x.c")),
        ("a header without its purpose is found", house.expect(
            header_problems("include/crfd/pg/x.h", good_header.replace("x.h: ", ""), there), "its purpose")),
        ("a header without its threads is found", house.expect(
            header_problems("include/crfd/pg/x.h", good_header.replace("Threads", ""), there), "which threads")),
        ("a wrong guard is found", house.expect(
            header_problems("include/crfd/pg/x.h", good_header.replace("CRFD_PG", "PG"), there), "CRFD_PG_X_H")),
        ("a header that needs another is found", house.expect(alone, "size_t")),
        ("a circle of two files is found", [] if circle_problems({
            "src/pg/a.c": '#include "crfd/pg/b.h"\n', "include/crfd/pg/b.h": "", "include/crfd/pg/a.h": "",
            "src/pg/b.c": '#include "crfd/pg/a.h"\n', "src/pg/c.c": '#include "crfd/pg/a.h"\n'}) == [
                "pg/a and pg/b include each other"] else ["it is not"]),
        ("a circle by way of a third is found", [] if len(circle_problems({
            "src/pg/a.c": '#include "b.h"\n', "src/pg/b.h": '#include "c.h"\n', "src/pg/c.h": '#include "a.h"\n',
            "src/pg/a.h": ""})) == 3 else ["it is not"]),
        ("a part that includes the whole is no circle", circle_problems({
            "src/pg/a.c": '#include "a_small.h"\n', "src/pg/a_small.h": '#include "a.h"\n', "src/pg/a.h": ""})),
        ("a header of one room in include/ is found", house.expect(shared_problems({
            "include/crfd/pg/a.h": "", "src/pg/a.c": '#include "crfd/pg/a.h"\n', "include/crfd/pg/b.h": "",
            "src/cli/b.c": '#include "crfd/pg/b.h"\n'}), "include/crfd/pg/a.h")),
        ("a header that a shared one includes is shared", shared_problems({
            "include/crfd/pg/a.h": "", "include/crfd/pg/b.h": '#include "crfd/pg/a.h"\n',
            "src/cli/b.c": '#include "crfd/pg/b.h"\n'})),
    ]


def main():
    headers = house.files("include", "src", ending=".h")
    texts = {path: house.read(path) for path in house.files("include", "src", ending=(".c", ".h"))}
    each = lambda check, paths, *more: [problem for path in paths for problem in check(path, texts[path], *more)]
    house.run([
        ("a file includes only its own folder or a lower floor", each(floor_problems, texts, exists_in_project)),
        ("the pure floors neither read, write, log nor ask the time", each(purity_problems, texts)),
        ("nothing below batch logs", each(log_problems, texts)),
        ("no files include each other in a circle", circle_problems(texts)),
        ("a header that only its own room uses stands beside its .c", shared_problems(texts)),
        ("every header is complete", each(header_problems, headers, exists_in_project)),
        ("every header compiles alone", stands_alone_problems(
            os.path.join(house.ROOT, "include"), [os.path.join(house.ROOT, path) for path in headers],
            house.library_flags())),
    ] + wrong_examples())


main()
