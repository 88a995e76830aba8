"""The bench study: with more checks, and as pieces of SQL for the contenders inside PostgreSQL."""

import copy
import json
import re

# Single comparisons that hold on every page of the generator, over all types and between columns.
MORE_CHECKS = ["sysbp > 20", "temp < 60.5", "diabp > 10", "weight < 500.5", "sysbp < 900", "pulse > 3", "resp < 99",
               "height > 50.5", "spo2 > 10", "vsdtc < '2099-01-01'"]

SQL_TYPES = {"text": "text", "integer": "bigint", "decimal": "numeric", "date": "date"}

# What a value looks like that needs no cleaning and can be cast without an error.
PLAIN = {
    "text": "^[!-~]+( [!-~]+)*$",
    "integer": "^-?[0-9]{1,18}$",
    "decimal": "^-?[0-9]{1,18}([.][0-9]{1,18})?$",
    "date": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def with_checks(study, count):
    """The study with so many checks; those that are added never find anything."""
    more = copy.deepcopy(study)
    for number in range(len(study["checks"]), count):
        condition = MORE_CHECKS[number % len(MORE_CHECKS)]
        item = condition.split()[0]
        more["checks"].append({"id": f"X{number:03}", "form": "vs", "check": condition, "items": [item],
                               "severity": "minor", "message": f"{item} is {{{item}}}"})
    return more


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def raw_value(item):
    return f"(data->>{literal(item)})"


def message_sql(check):
    parts = re.split(r"\{(\w+)\}", check["message"])
    return " || ".join(raw_value(part) if place % 2 else literal(part) for place, part in enumerate(parts) if part)


def evidence_sql(check):
    values = " || ',' || ".join(f"""'"{item}":' || to_json{raw_value(item)}""" for item in check["items"])
    return f"'{{' || {values} || '}}'"


def sql_pieces(study):
    """What bare_job.sql and same_job.sql have in @...@."""
    items = {name: item["type"] for name, item in study["forms"]["vs"]["items"].items()}
    checks = study["checks"]

    def listed(text):
        return ", ".join(text(name, kind) for name, kind in items.items())

    def by_check(text):
        return "CASE n " + " ".join(f"WHEN {n} THEN {text(check)}" for n, check in enumerate(checks)) + " END"

    def netstring(text):
        return f"octet_length({text}) || ':' || {text} || ','"

    keys = ["center_id", "subject_id", "event", "event_repeat::text", "form", "form_repeat::text",
            "submitted_us::text", "data::text"]
    return {
        "items": listed(lambda name, kind: f'"{name}"'),
        "typed_columns": listed(lambda name, kind: f'"{name}" {SQL_TYPES[kind]}'),
        "text_columns": listed(lambda name, kind: f'"{name}" text'),
        "plain_columns": listed(lambda name, kind: f"""r."{name}" ~ '{PLAIN[kind]}' AS "{name}\""""),
        "all_plain": " AND ".join(f'plain."{name}" IS NOT FALSE' for name in items),
        "converted_items": listed(lambda name, kind: (
            f'CASE WHEN plain."{name}" THEN r."{name}"::{SQL_TYPES[kind]}'
            f' ELSE bench.to_{SQL_TYPES[kind]}(r."{name}") END AS "{name}"')),
        "item_values": listed(lambda name, kind: f'({literal(name)}, {raw_value(name)}, "{name}"::text)'),
        "item_keys": listed(lambda name, kind: literal(name)),
        "all_hold": " AND ".join(f"({check['check']})" for check in checks),
        "violated_checks": ", ".join(
            f"CASE WHEN ({check['check']}) IS FALSE THEN {n} END" for n, check in enumerate(checks)),
        "check_id": by_check(lambda check: literal(check["id"])),
        "check_item": by_check(lambda check: literal(check["items"][0])),
        "severity": by_check(lambda check: literal(check["severity"])),
        "message": by_check(message_sql),
        "evidence": by_check(evidence_sql),
        "netstrings": " || ".join(netstring(key) for key in keys),
    }


def fill(sql, study):
    pieces = sql_pieces(study)
    return re.sub(r"@(\w+)@", lambda place: pieces[place[1]], sql)
