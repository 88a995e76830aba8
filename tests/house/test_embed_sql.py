"""Tests scripts/embed-sql: what the program prints from its constants is, byte for byte, what stands in the files."""
import hashlib
import os
import subprocess
import tempfile

import house

EMBED = os.path.join(house.ROOT, "scripts", "embed-sql")

# Name of the row, text of the file.
TEXTS = [
    ("a plain query", "-- What is one?\nSELECT 1;\n"),
    ("an empty file", ""),
    ("no line feed at the end", "SELECT 1"),
    ("quotes and backslashes", "SELECT '\"', E'\\\\n', \"a\\b\";\n"),
    ("what C would read as a trigraph", "SELECT '??/', '??(', '??';\n"),
    ("percent signs and tabs", "SELECT '%s%n'\tLIKE '100%';\n"),
    ("a digit behind an escape", "SELECT 1\n0;\n"),
    ("Chinese", "SELECT '男/女', '2024年3月5日';\n"),
    ("unusual line ends", "SELECT 1;\x0b\x0c\u2028\u0085SELECT 2;\n"),
    ("more than a C compiler must take", "-- long\n" + "SELECT 'abcdefgh';\n" * 10000),
]

PRINT_QUERY = '#include "queries.h"\n#include <stdio.h>\nint main(void) { fputs(sql_q, stdout); return 0; }\n'
PRINT_MIGRATIONS = """
#include "crfd/pg/migrate.h"
#include <stdio.h>
int main(void)
{
    for (size_t i = 0; i < migration_count; i++)
        printf("%d %s %s\\n%s", migrations[i].number, migrations[i].name, migrations[i].sha256, migrations[i].sql);
    return 0;
}
"""


def embed(*arguments):
    return subprocess.run([EMBED, *arguments], capture_output=True, text=True)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def built_and_run(folder, main_text, source):
    """What a program made of main_text and the source prints."""
    program = os.path.join(folder, "program")
    subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-I", folder, "-I", os.path.join(house.ROOT, "include"),
                    *house.library_flags(), write(folder, "main.c", main_text), source, "-o", program], check=True)
    return subprocess.run([program], capture_output=True, check=True).stdout.decode()


def query_problems(text):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "queries.c")
        embed("queries", source, os.path.join(folder, "queries.h"), write(folder, "q.sql", text))
        printed = built_and_run(folder, PRINT_QUERY, source)
    return [] if printed == text else [f"the program printed {printed[:200]!r}"]


def migration_problems():
    first, second = "CREATE TABLE a (x text DEFAULT '\"');\n", "DROP TABLE a;\n"
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
    expected = f"1 0001_a {digest(first)}\n{first}2 0002_b {digest(second)}\n{second}"
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "migrations.c")
        paths = [write(folder, "0002_b.sql", second), write(folder, "0001_a.sql", first)]
        embed("migrations", source, *paths)
        printed = built_and_run(folder, PRINT_MIGRATIONS, source)
    return [] if printed == expected else [f"the program printed {printed!r}"]


def refusal_problems(mode, names, words):
    """The script must fail, saying these words, and leave no file."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = [os.path.join(folder, name) for name in (["out.c"] if mode == "migrations" else ["out.c", "out.h"])]
        done = embed(mode, *outputs, *[write(folder, name, "SELECT 1;\n") for name in names])
        left = [path for path in outputs if os.path.exists(path)]
    problems = [f"exit status {done.returncode}, {done.stderr}"] if done.returncode == 0 or words not in done.stderr else []
    return problems + [f"{path} was written" for path in left]


def main():
    house.run(
        [(f"{name} comes out as it went in", query_problems(text)) for name, text in TEXTS]
        + [("migrations come out in order, with name and digest", migration_problems()),
           ("a gap between migrations is refused", refusal_problems("migrations", ["0001_a.sql", "0003_c.sql"], "0002")),
           ("two migrations of one number are refused", refusal_problems("migrations", ["0001_a.sql", "0001_b.sql"], "0002")),
           ("a query that is no C identifier is refused", refusal_problems("queries", ["bad-name.sql"], "identifier"))])


main()
