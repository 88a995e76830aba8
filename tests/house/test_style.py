"""Holds what style.md forbids in code, and that every file there is, is built."""
import os
import re

import house

BANNED = r"\b(strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|strtok|strtok_r|atoi|atol|atoll|atof|gets|setlocale)\s*\("
SLEEPS = r"\b(sleep|usleep|nanosleep|clock_nanosleep|thrd_sleep|alarm|ualarm)\s*\(|\bpoll\s*\(\s*(NULL|0)\s*,"
# Written so that this file does not find itself.
LOOSE_ENDS = r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"
FUNCTION_LINES = 75
FILE_LINES = 650


def banned_calls(path, text):
    return house.found(path, house.code(text), BANNED, lambda call: f"{call.group(1)}() is forbidden")


def struct_typedefs(path, text):
    return house.found(path, house.code(text), r"\btypedef\s+(struct|union|enum)\b\s*\w*\s*(\{|[*\s]*\w+\s*;|$)",
                       lambda match: f"a {match.group(1)} keeps its own name, no typedef")


def sleeps(path, text):
    pattern, text = (SLEEPS, house.code(text)) if path.endswith((".c", ".h")) else (r"\btime\.sleep\b", text)
    return house.found(path, text, pattern, lambda call: "threads are ordered with semaphores, never with sleeps")


def loose_ends(path, text):
    return house.found(path, text, LOOSE_ENDS, lambda match: f"a loose end, {match.group(1)}")


def too_long(path, text):
    """Lines of a function are counted from its opening brace in the first column to the closing one."""
    lines = house.code(text).split("\n")
    problems = [f"{path}: {len(lines)} lines; a file is one noun"] if len(lines) > FILE_LINES else []
    opened = None
    for number, line in enumerate(lines, start=1):
        if line == "{":
            opened = number
        elif line == "}" and opened is not None:
            if number - opened > FUNCTION_LINES:
                problems.append(f"{path}:{opened}: a function of {number - opened} lines does more than one thing")
            opened = None
    return problems


def uncommented_query(path, text):
    return [] if text.startswith("-- ") else [f"{path}: it does not begin with a comment that says what it answers"]


def unbuilt(path, meson):
    """A file that its folder's meson.build, or that of the folder above, does not name is neither built nor tested."""
    leaf = os.path.basename(path)
    noun = re.sub(r"^test_(\w+)\.(c|py)$", r"\1", leaf)
    return [] if f"'{leaf}'" in meson or f"/{leaf}'" in meson or (noun != leaf and f"'{noun}'" in meson) else [
        f"{path}: no meson.build names it"]


def meson_of(path):
    """The meson.build of the nearest folder that has one."""
    folder = os.path.dirname(path)
    while not os.path.exists(os.path.join(house.ROOT, folder, "meson.build")):
        folder = os.path.dirname(folder)
    return house.read(os.path.join(folder, "meson.build"))


def wrong_examples():
    return [
        ("a forbidden call is found", house.expect(banned_calls("a.c", "x;\n    strcpy (a, b);\n"), "a.c:2", "strcpy()")),
        ("a longer name is another function", banned_calls("a.c", "arena_strcpy(a); decimal_atoi(b);\n")),
        ("a forbidden name in a text is no call", banned_calls("a.c", 'say("never sprintf(a)"); /* gets() */\n')),
        ("a typedef of a struct is found", house.expect(struct_typedefs("a.h", "typedef struct x x_t;\n"), "a.h:1")),
        ("a typedef of an unnamed enum is found", house.expect(struct_typedefs("a.h", "typedef enum {\n  A\n} a;\n"), "a.h:1")),
        ("a typedef of a function is none", struct_typedefs("a.h", "typedef enum x f(const struct y *y);\n")),
        ("a sleep is found", house.expect(sleeps("a.c", "\n    usleep(10);\n"), "a.c:2")),
        ("a sleep in disguise is found", house.expect(sleeps("a.c", "poll(NULL, 0, 100);\n"), "a.c:1")),
        ("a sleep in Python is found", house.expect(sleeps("a.py", "time" ".sleep(1)\n"), "a.py:1")),
        ("a statement that sleeps on the server is none", sleeps("a.c", 'exec("SELECT pg_sleep(60)");\n')),
        ("a loose end in a comment is found", house.expect(loose_ends("a.c", "/* TO" "DO: later */\n"), "a.c:1")),
        ("a long function is found", house.expect(
            too_long("a.c", "void\nf(void)\n{\n" + "    x();\n" * FUNCTION_LINES + "}\n"), "a.c:3")),
        ("a function that just fits passes", too_long("a.c", "{\n" + "    x();\n" * (FUNCTION_LINES - 1) + "}\n")),
        ("a long file is found", house.expect(too_long("a.c", "int x;\n" * FILE_LINES), "one noun")),
        ("a query without a comment is found", house.expect(uncommented_query("q.sql", "SELECT 1;\n"), "q.sql")),
        ("a file that is not built is found", house.expect(unbuilt("src/pg/gone.c", "files('conn.c')"), "gone.c")),
        ("a test that is not run is found", house.expect(unbuilt("tests/unit/test_x.c", "'xx': base_dep"), "test_x.c")),
        ("a test that is run passes", unbuilt("tests/unit/test_x.c", "'x': base_dep")),
    ]


def main():
    texts = {path: house.read(path) for path in house.files(
        "include", "src", "tests", "sql", "scripts", ".ci", "config", "docs", "systemd",
        ending=(".c", ".h", ".py", ".sql", ".sh", ".json", ".md", "meson.build")) + ["meson.build"]}
    c_files = [path for path in texts if path.endswith((".c", ".h"))]
    product = [path for path in c_files if not path.startswith("tests/")]
    # tests/support waits for what other processes do, and there is no semaphore for that.
    tests = [path for path in texts if path.startswith(("tests/unit/", "tests/integration/", "tests/house/"))
             and path != "tests/house/test_style.py"]
    queries = [path for path in texts if path.startswith("sql/queries/")]
    built = [path for path in texts if path.endswith((".c", ".py")) and path != "tests/house/house.py"
             or path.startswith(("sql/queries/", "sql/migrations/"))]
    each = lambda check, paths: [problem for path in paths for problem in check(path, texts[path])]
    house.run([
        ("no call is forbidden", each(banned_calls, c_files)),
        ("no struct is hidden behind a typedef", each(struct_typedefs, c_files)),
        ("no test sleeps", each(sleeps, tests)),
        ("there are no loose ends", each(loose_ends, texts)),
        ("functions and files are of a size to be read", each(too_long, product)),
        ("every query says what it answers", each(uncommented_query, queries)),
        ("every file is built, every test is run", [
            problem for path in built for problem in unbuilt(path, meson_of(path))]),
    ] + wrong_examples())


main()
