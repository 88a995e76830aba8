"""Holds the rules by which the analysis tables can be distributed by center (sql/citus.sql), in every SQL text."""
import re

import house

TABLE = r'\banalysis\.(?:[a-z_]+|\\?"[^"\\]+\\?")'


def statements(text):
    """SQL without its comments; none of these files has a semicolon or two dashes within a literal."""
    return [part.strip() for part in re.sub(r"--[^\n]*", "", text).split(";") if part.strip()]


def own_table(path, text):
    """The name of what a migration creates in schema analysis, with the body of the definition."""
    return re.findall(r"CREATE TABLE analysis\.(\w+) \((.*?)\n\);", text, re.DOTALL)


def keys_without_center(path, text):
    return [f"{path}: a key of analysis.{name} lacks center_id: ({columns})"
            for name, body in own_table(path, text)
            for columns in re.findall(r"(?:PRIMARY KEY|UNIQUE)\s*\(([^)]*)\)", body)
            if "center_id" not in columns.split(", ")]


def references(path, text):
    return [f"{path}: analysis.{name} refers to another table" for name, body in own_table(path, text)
            if re.search(r"\bREFERENCES\b", body)]


def changes_across_centers(path, text):
    """UPDATE and DELETE say which center, in a parameter, so that one node is asked."""
    return [f"{path}: changes {match.group(1)} without center_id = $n" for statement in statements(text)
            for match in [re.search(rf"\b(?:UPDATE|DELETE FROM)\s+({TABLE})", statement)]
            if match and not re.search(r"center_id\s*=\s*\$\d", statement)]


def forbidden(path, text):
    found = [f"{path}: {word} does not work on distributed tables" for statement in statements(text)
             for word in re.findall(r"\b(MERGE INTO|CREATE TRIGGER|DECLARE \w+ CURSOR)\b", statement)]
    return found + [f"{path}: changes center_id" for statement in statements(text)
                    if re.search(rf"UPDATE\s+{TABLE}.*?\bSET\b[^;]*?\bcenter_id\s*=\s*[^$]", statement.split("WHERE")[0],
                                 re.DOTALL)]


def repeatable_center(path, text):
    """center_id has one type and collation everywhere."""
    return [f"{path}: analysis.{name}.center_id is not text COLLATE \"C\" NOT NULL" for name, body in own_table(path, text)
            if not re.search(r'\bcenter_id\s+text COLLATE "C" NOT NULL', body)]


def wrong_examples():
    table = 'CREATE TABLE analysis.x (\n    center_id text COLLATE "C" NOT NULL,\n    n int %s\n);\n'
    return [
        ("a key without the center is found", house.expect(
            keys_without_center("m.sql", table % ",\n    PRIMARY KEY (subject_id, n)"), "analysis.x")),
        ("a key with the center passes", keys_without_center("m.sql", table % ",\n    PRIMARY KEY (center_id, n)")),
        ("a reference is found", house.expect(references("m.sql", table % "REFERENCES crfd.run"), "refers")),
        ("a center without its collation is found", house.expect(
            repeatable_center("m.sql", (table % "").replace(' COLLATE "C"', "")), "COLLATE")),
        ("a change of all centers is found", house.expect(
            changes_across_centers("q.sql", "-- x\nDELETE FROM analysis.x WHERE n = $1\n"), "analysis.x")),
        ("a change of one center passes", changes_across_centers(
            "q.sql", "DELETE FROM analysis.x t WHERE t.center_id = $1\n")),
        ("MERGE is found", house.expect(forbidden("q.sql", "MERGE INTO analysis.x USING y\n"), "MERGE")),
        ("a change of center_id is found", house.expect(
            forbidden("q.sql", "UPDATE analysis.x SET center_id = '1' WHERE n = 1\n"), "changes center_id")),
    ]


def main():
    texts = {path: house.read(path) for path in house.files("sql/migrations", "sql/queries", ending=".sql")}
    # The statements of forms are put together in C: the table of tests shows each of them whole.
    ddl = house.read("tests/unit/test_ddl.c")
    merges = re.findall(r"ddl_merge_\w+, &plain,\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+)", ddl)
    merges = {"tests/unit/test_ddl.c": ";".join(re.sub(r'"\s*"', "", merge) for merge in merges)}
    each = lambda check, some: [problem for path, text in some.items() for problem in check(path, text)]
    house.run([
        ("every key of the analysis tables has the center", each(keys_without_center, texts)),
        ("center_id is the same everywhere", each(repeatable_center, texts)),
        ("no analysis table refers to another", each(references, texts)),
        ("every change is of one center", each(changes_across_centers, texts | merges)),
        ("the merges of forms were found", [] if merges["tests/unit/test_ddl.c"].count("gone") else ["there are none"]),
        ("nothing is used that distributed tables lack", each(forbidden, texts | merges)),
    ] + wrong_examples())


main()
