"""test_manual.py PROGRAM: holds the manual pages in step with the program's help and with the schemas."""
import json
import os
import re
import subprocess
import sys

import house


def told(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, check=True).stdout


def schema_keys(node):
    """Every name that a schema gives to a property."""
    if isinstance(node, list):
        return {key for value in node for key in schema_keys(value)}
    if not isinstance(node, dict):
        return set()
    keys = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return keys.union(*(schema_keys(value) for value in node.values()))


def missing(path, page, what, names, pattern):
    return [f"{path}: {what} {name} is missing" for name in sorted(names)
            if not re.search(pattern.format(re.escape(name)), page, re.MULTILINE)]


def option_problems(path, page):
    overview = told("--help")
    commands = re.findall(r"^  (\w+)  ", overview, re.MULTILINE)
    texts = [overview] + [told(command, "--help") for command in commands]
    options = {option for text in texts for option in re.findall(r"--([a-z][a-z-]*)", text)}
    return (missing(path, page, "command", commands, r"^\.It Cm {}\b")
            + missing(path, page, "option", options, r"Fl -{}(?![a-z-])"))


def status_problems(path, page):
    statuses = set(re.findall(r"\b\d+\b(?= [a-z]|,)", told("--help").split("Exit status:")[1]))
    return missing(path, page, "exit status", statuses, r"^\.It (\d+, )*{}\b")


def key_problems(path, page, schema):
    return missing(path, page, "key", schema_keys(json.loads(house.read(schema))), r"^\.It Cm {}( |$)")


def lint_problems(path):
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(house.ROOT, path)], capture_output=True, text=True)
    return [line for line in (done.stdout + done.stderr).splitlines() if line]


def main():
    pages = house.files("man", ending=tuple("12345678"))
    crfd = house.read("man/crfd.1")
    config = house.read("man/crfd.json.5")
    schema = "config/config.schema.json"
    house.run([
        ("the pages are there", [] if len(pages) == 4 else [f"pages: {pages}"]),
        ("mandoc finds nothing wrong", [problem for path in pages for problem in lint_problems(path)]),
        ("every command and option stands in crfd(1)", option_problems("man/crfd.1", crfd)),
        ("every exit status stands in crfd(1)", status_problems("man/crfd.1", crfd)),
        ("every key stands in crfd.json(5)", key_problems("man/crfd.json.5", config, schema)),
        ("every key stands in crfd-study(5)", key_problems(
            "man/crfd-study.5", house.read("man/crfd-study.5"), "config/study.schema.json")),
        ("a missing option is found", house.expect(option_problems("m", crfd.replace("Fl -watch", "")), "watch")),
        ("a missing exit status is found", house.expect(status_problems("m", crfd.replace(".It 75", "")), "75")),
        ("a missing key is found", house.expect(
            key_problems("m", config.replace(".It Cm catch_up", ""), schema), "catch_up")),
    ])


main()
