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


def parentheses(text):
    """What stands within each pair of parentheses, with what stands before it."""
    opened, found = [], []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            start = opened.pop()
            found.append((text[:start].rstrip(), text[start + 1:at]))
    return found


def own_level(text):
    """The text without what stands in its parentheses."""
    while re.search(r"\([^()]*\)", text):
        text = re.sub(r"\([^()]*\)", " ", text)
    return text


def staged_in_subquery(path, text):
    """A temporary table is a COPY target, the source of an INSERT or a plain join; in a subquery only by WITH … AS MATERIALIZED."""
    return [f"{path}: a temporary table stands in a subquery that is not WITH … AS MATERIALIZED"
            for statement in statements(text) for before, within in parentheses(statement)
            if re.match(r"\s*SELECT\b", within) and re.search(r"\b(?:FROM|JOIN|,)\s+pg_temp\.", own_level(within))
            and not before.endswith("AS MATERIALIZED")]


def times_within_choices(path, text):
    """CASE and COALESCE in an UPDATE take immutable functions only."""
    moving = r"\b(?:now|clock_timestamp|statement_timestamp|random|gen_random_uuid|nextval)\s*\(|\bcurrent_(?:timestamp|date)\b"
    choices = r"\bCASE\b.*?\bEND\b|\bcoalesce\s*\([^()]*(?:\([^()]*\)[^()]*)*\)"
    return [f"{path}: {call.group()} stands in CASE or COALESCE of an UPDATE" for statement in statements(text)
            if re.search(rf"\bUPDATE\s+{TABLE}", statement)
            for choice in re.findall(choices, statement, re.DOTALL | re.IGNORECASE)
            for call in [re.search(moving, choice, re.IGNORECASE)] if call]


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
        ("a temporary table in NOT EXISTS is found", house.expect(staged_in_subquery(
            "q.sql", "DELETE FROM analysis.x t WHERE t.center_id = $1 AND NOT EXISTS (SELECT FROM pg_temp.s WHERE s.n = t.n)"),
            "MATERIALIZED")),
        ("a temporary table in IN is found", house.expect(staged_in_subquery(
            "q.sql", "UPDATE analysis.x SET n = 1 WHERE center_id = $1 AND n IN (SELECT abs(n) FROM pg_temp.s)"), "subquery")),
        ("a temporary table by WITH passes", staged_in_subquery(
            "q.sql", "WITH k AS MATERIALIZED (SELECT n FROM pg_temp.s) DELETE FROM analysis.x t WHERE t.center_id = $1"
            " AND NOT EXISTS (SELECT FROM k WHERE k.n = t.n)")),
        ("a temporary table by a WITH that may be inlined is found", house.expect(staged_in_subquery(
            "q.sql", "WITH k AS (SELECT n FROM pg_temp.s) DELETE FROM analysis.x t WHERE t.center_id = $1"), "subquery")),
        ("a plain join passes", staged_in_subquery(
            "q.sql", "INSERT INTO analysis.x SELECT s.n FROM pg_temp.s s")),
        ("the time in CASE is found", house.expect(times_within_choices(
            "q.sql", "UPDATE analysis.x SET t = CASE WHEN n > 0 THEN now() END WHERE center_id = $1"), "now")),
        ("the time in COALESCE is found", house.expect(times_within_choices(
            "q.sql", "UPDATE analysis.x SET t = coalesce(max(t), clock_timestamp()) WHERE center_id = $1"), "clock_timestamp")),
        ("the time beside CASE passes", times_within_choices(
            "q.sql", "UPDATE analysis.x SET t = now() + CASE WHEN n > 0 THEN interval '0' END WHERE center_id = $1")),
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
        ("temporary tables stand where distributed tables see them", each(staged_in_subquery, texts | merges)),
        ("no choice of an UPDATE has a time in it", each(times_within_choices, texts | merges)),
        ("nothing is used that distributed tables lack", each(forbidden, texts | merges)),
    ] + wrong_examples())


main()
