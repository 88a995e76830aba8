"""test_manual.py PROGRAM KEYS PAGE: holds the manual pages and the sample in step with the program's help and with the
schemas. KEYS prints the schema of the configuration; PAGE is crfd.json(5), which is made when crfd is built."""
import json
import os
import re
import subprocess
import sys

import house

COMMON = {"--config", "--verbose", "--quiet", "--help", "--version"}


def told(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, check=True).stdout


def commands():
    return re.findall(r"^  (\w+)  ", told("--help"), re.MULTILINE)


def items(page, section):
    """The items of the tagged lists of a section, by place: [(path, heading, text)], the path from the outermost."""
    text = re.search(rf'^\.Sh {section}\n(.*?)(?=^\.Sh |\Z)', page, re.DOTALL | re.MULTILINE).group(1)
    found, path = [], []
    for line in text.splitlines():
        if line.startswith(".Bl -tag"):
            path.append(None)
        elif line == ".El":
            path.pop()
        elif line.startswith(".It Cm ") and path:
            path[-1] = line.split()[2]
            found.append(["/".join(path), line, ""])
        elif found:
            found[-1][2] += line + "\n"
    return [tuple(item) for item in found]


# --- commands, options, exit statuses: crfd(1) ---

def manual_options(page):
    """The options of each command, in headings and texts; a command may have several items."""
    options = {}
    for path, heading, text in items(page, "DESCRIPTION"):
        options.setdefault(path, set()).update("--" + name for name in re.findall(r"Fl -([a-z][a-z-]*)", heading + "\n" + text))
    return options


def option_problems(page):
    manual = manual_options(page)
    problems = [f"command {name}: only in {where}" for where, names, others in [
        ("the help", commands(), manual), ("the manual", manual, commands() + ["help", "version"])]
        for name in names if name not in others]
    for command in commands():
        helped = set(re.findall(r"--[a-z][a-z-]*", told(command, "--help"))) - COMMON
        problems += [f"{command} {option}: only in one of help and manual"
                     for option in sorted(helped ^ manual.get(command, helped))]
    return problems + [f"{option} is missing" for option in sorted(COMMON) if not re.search(rf"^\.It Fl -{option[2:]}\b", page, re.MULTILINE)]


def status_problems(page):
    helped = set(re.findall(r"\b\d+\b(?=\s[a-z]|,)", told("--help").split("Exit status:")[1]))
    manual = set(re.findall(r"\d+", " ".join(re.findall(r"^\.It ([\d, ]+)$", page, re.MULTILINE))))
    return [f"exit status {status}: only in one of help and manual" for status in sorted(helped ^ manual)]


# --- keys: crfd.json(5), crfd-study(5) ---

def schema_keys(schema, node, path=""):
    """What a JSON Schema says of each key, by place: {path: (is required, default or None)}."""
    keys = {}
    if "$ref" in node:
        return schema_keys(schema, schema["definitions"][node["$ref"].rsplit("/", 1)[1]], path)
    for name, value in node.get("properties", {}).items():
        place = f"{path}/{name}".lstrip("/")
        target = schema["definitions"][value["$ref"].rsplit("/", 1)[1]] if "$ref" in value else value
        keys[place] = (name in node.get("required", []), value.get("default", target.get("default")))
        keys |= schema_keys(schema, value, place)
    for name in ("items", "additionalProperties"):
        if isinstance(node.get(name), dict):
            keys |= schema_keys(schema, node[name], path)
    for name in ("oneOf", "anyOf", "allOf"):
        for value in node.get(name, []):
            keys |= schema_keys(schema, value, path)
    return keys


def default_text(default):
    return json.dumps(default) if isinstance(default, (bool, int)) else default


def key_problems(page, path):
    schema = json.loads(house.read(path))
    keys = schema_keys(schema, schema)
    manual = {path: (heading.endswith(" Pq required"), text) for path, heading, text in items(page, "DESCRIPTION")}
    problems = [f"key {path}: only in one of schema and manual" for path in sorted(set(keys) ^ set(manual))]
    for path in set(keys) & set(manual):
        (required, default), (marked, text) = keys[path], manual[path]
        if required != marked:
            problems.append(f"key {path}: required in one of schema and manual")
        said = re.search(r"^The default is (.*)\.$", text, re.MULTILINE)
        if default_text(default) != (said.group(1) if said else None):
            problems.append(f"key {path}: its default is {default_text(default)}")
    return problems


def schema_problems(text):
    made = subprocess.run([sys.argv[2], "schema"], capture_output=True, text=True, check=True).stdout
    return [] if text == made else ["it is not what `crfd-keys schema` prints"]


def sample_keys(text):
    """The keys of a configuration with comments, by place: {path: value, or None of an object}."""
    comment = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*')

    def walk(value, path):
        found = {}
        for name, member in value.items():
            place = f"{path}/{name}".lstrip("/")
            found[place] = None if isinstance(member, dict) else member
            found |= walk(member, place) if isinstance(member, dict) else {}
        return found

    return walk(json.loads(comment.sub(lambda match: match.group(1) or "", text)), "")


def sample_problems(text):
    """The sample shows every key, but for the instance, which has the study's name, and the defaults."""
    schema = json.loads(house.read("config/config.schema.json"))
    keys, sample = schema_keys(schema, schema), sample_keys(text)
    problems = [f"key {path}: only in one of schema and sample" for path in sorted(set(keys) - {"instance"} ^ set(sample))]
    return problems + [f"key {path}: its default is {default}" for path, (_, default) in sorted(keys.items())
                       if default is not None and sample.get(path, default) != default]


def lint_problems(path):
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(house.ROOT, path)], capture_output=True, text=True)
    return [line for line in (done.stdout + done.stderr).splitlines() if line]


def main():
    page = os.path.abspath(sys.argv[3])
    pages = house.files("man", ending=tuple("12345678")) + [page]
    crfd, config, study = (house.read(path) for path in ("man/crfd.1", page, "man/crfd-study.5"))
    sample = house.read("config/crfd.json")
    schema = "config/config.schema.json"
    house.run([
        ("the pages are there", [] if len(pages) == 4 else [f"pages: {pages}"]),
        ("mandoc finds nothing wrong", [problem for path in pages for problem in lint_problems(path)]),
        ("crfd(1) has the commands and the options of each", option_problems(crfd)),
        ("crfd(1) has the exit statuses", status_problems(crfd)),
        ("crfd.json(5) has the keys at their places, which are required, and the defaults", key_problems(config, schema)),
        ("the schema is made from the keys", schema_problems(house.read(schema))),
        ("the sample shows the keys and the defaults", sample_problems(sample)),
        ("crfd-study(5) has the same of its own", key_problems(study, "config/study.schema.json")),
        ("a missing option is found", house.expect(option_problems(crfd.replace("Fl -watch", "")), "status --watch")),
        ("an option at the wrong command is found", house.expect(
            option_problems(crfd.replace(".It Cm migrate Oo Fl -dry-run", ".It Cm migrate Oo Fl -full Oc Oo Fl -dry-run")), "migrate --full")),
        ("a command that is none is found", house.expect(
            option_problems(crfd.replace(".It Cm waive", ".It Cm forgive\n.It Cm waive")), "forgive")),
        ("a missing exit status is found", house.expect(status_problems(crfd.replace(".It 75", ".It 65")), "75")),
        ("a missing key is found", house.expect(
            key_problems(config.replace(".It Cm catch_up\n", "").replace("The default is true.\n", ""), schema), "schedule/catch_up")),
        ("a key that is none is found", house.expect(
            key_problems(config.replace(".It Cm timezone", ".It Cm zone\n.It Cm timezone"), schema), "schedule/zone")),
        ("a schema that lags behind is found", house.expect(
            schema_problems(house.read(schema).replace("timezone", "zone")), "crfd-keys schema")),
        ("a key that the sample has not is found", house.expect(
            sample_problems(sample.replace('"attempts": 3,', "")), "retry/attempts")),
        ("a key that only the sample has is found", house.expect(
            sample_problems(sample.replace('"attempts": 3,', '"attempts": 3, "pause": 1,')), "retry/pause")),
        ("a wrong default of the sample is found", house.expect(
            sample_problems(sample.replace('"statement": "10min"', '"statement": "9min"')), "deadlines/statement", "10min")),
        ("a wrong default is found", house.expect(
            key_problems(config.replace("The default is 6h.", "The default is 5h."), schema), "deadlines/run", "6h")),
        ("a required key that is not marked is found", house.expect(
            key_problems(config.replace(".It Cm analysis Pq required", ".It Cm analysis"), schema), "analysis")),
    ])


main()
