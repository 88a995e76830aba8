"""test_completion.py PROGRAM: completes command lines in bash and holds the answers to the program's help."""
import os
import re
import subprocess
import sys

import house

SCRIPT = os.path.join(house.ROOT, "completions", "crfd")
COMMON = {"--config", "--verbose", "--quiet", "--help", "--version"}


def told(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, check=True).stdout


def complete(*words, script=SCRIPT):
    """What bash offers for the last of the words that follow `crfd`."""
    done = subprocess.run(
        ["bash", "-c", 'source "$1"; shift; COMP_WORDS=(crfd "$@"); COMP_CWORD=$#; _crfd; printf "%s\\n" "${COMPREPLY[@]}"',
         "bash", script, *words], capture_output=True, text=True, cwd=house.ROOT, check=True)
    return set(done.stdout.split())


def differs(what, offered, expected):
    return [] if offered == expected else [f"{what}: {sorted(offered ^ expected)}"]


def option_problems(command, offered):
    return differs(command, offered, COMMON | set(re.findall(r"--[a-z][a-z-]*", told(command, "--help"))))


def main():
    commands = re.findall(r"^  (\w+)  ", told("--help"), re.MULTILINE)
    house.run([
        ("all commands are offered", differs(
            "commands", complete(""), COMMON | set(commands) | {"help", "version"})),
        ("each command is offered its options", [
            problem for command in commands for problem in option_problems(command, complete(command, "--"))]),
        ("a beginning is completed", differs("mig", complete("mig"), {"migrate"})),
        ("a file follows --config", differs("config", complete("run", "--config", "config/dem"), {"config/demo.json"})),
        ("severities follow --severity", differs(
            "severity", complete("findings", "--severity", "m"), {"minor", "major"})),
        ("a missing option is found", house.expect(
            option_problems("run", complete("run", "--") - {"--since"}), "--since")),
    ])


main()
