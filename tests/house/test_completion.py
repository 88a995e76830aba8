"""test_completion.py PROGRAM BASH ZSH: completes command lines in bash and in zsh and holds the answers to the program's help."""
import os
import re
import subprocess
import sys
import tempfile

import house

COMPLETIONS = os.path.abspath(os.path.dirname(sys.argv[2]))
OFFERS = os.path.join(house.ROOT, "tests", "house", "zsh_offers.zsh")
COMMON = {"--config", "--verbose", "--quiet", "--help", "--version"}
PATIENCE_S = 120


def told(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, check=True).stdout


def bash(*words):
    """What bash offers for the last of the words that follow `crfd`; as in bash, = stands alone."""
    done = subprocess.run(
        ["bash", "-c", 'source "$1"; shift; COMP_WORDS=(crfd "$@"); COMP_CWORD=$#; _crfd; printf "%s\\n" "${COMPREPLY[@]}"',
         "bash", os.path.join(COMPLETIONS, "crfd"), *words], capture_output=True, text=True, cwd=house.ROOT, check=True)
    return set(done.stdout.split())


def zsh(*words):
    with tempfile.TemporaryDirectory() as folder:
        offers = os.path.join(folder, "offers")
        open(offers, "w", encoding="utf-8").close()
        subprocess.run(["zsh", "-f", OFFERS, COMPLETIONS, " ".join(("crfd", *words)), offers], cwd=house.ROOT,
                       check=True, timeout=PATIENCE_S)
        with open(offers, encoding="utf-8") as file:
            return set(file.read().split())


def differs(what, offered, expected):
    return [] if offered == expected else [f"{what}: {sorted(offered)} instead of {sorted(expected)}"]


def option_problems(command, offered):
    return differs(command, offered, COMMON | set(re.findall(r"--[a-z][a-z-]*", told(command, "--help"))))


def shell_cases(name, complete, commands):
    return [(f"{name}: {says}", problems) for says, problems in [
        ("each command is offered its options", [
            problem for command in commands for problem in option_problems(command, complete(command, "--"))]),
        ("common options come before the command", differs("options", complete("--"), COMMON)),
        ("a beginning is completed", differs("mig", complete("mig"), {"migrate"})),
        ("the command is found behind an option", differs(
            "--against", complete("--quiet", "check", "--ag"), {"--against"})),
        ("the file of --config is not the command", differs(
            "--dry-run", complete("--config", "check", "run", "--d"), {"--dry-run"})),
        ("commands follow help", differs("help", complete("help", "ru"), {"run", "runs"})),
        ("states follow --state", differs(
            "state", complete("findings", "--state", ""), {"open", "closed", "waived", "all"})),
        ("nothing is offered where a text is asked for", differs("reason", complete("run", "--reason", ""), set())),
    ]]


def main():
    commands = re.findall(r"^  (\w+)  ", told("--help"), re.MULTILINE)
    everything = set(commands) | {"help", "version"}
    house.run(shell_cases("bash", bash, commands) + [
        ("bash: all commands are offered", differs("commands", bash(""), COMMON | everything)),
        ("bash: a file follows --config", differs("config", bash("run", "--config", "config/dem"), {"config/demo.json"})),
        ("bash: a file follows --config=", differs(
            "config", bash("run", "--config", "=", "config/dem"), {"config/demo.json"})),
        ("bash: a list of severities is completed", differs(
            "severity", bash("findings", "--severity", "minor,m"), {"minor,minor", "minor,major"})),
    ] + shell_cases("zsh", zsh, commands) + [
        ("zsh: all commands are offered", differs("commands", zsh(""), everything)),
        ("zsh: a file follows --config", differs("config", zsh("run", "--config", "config/dem"), {"demo.json"})),
        ("zsh: a file follows --config=", differs("config", zsh("run", "--config=config/dem"), {"demo.json"})),
        ("zsh: a list of severities is completed", differs(
            "severity", zsh("findings", "--severity", "minor,m"), {"major"})),
        ("zsh: what excludes each other is not offered together", differs(
            "--csv", zsh("runs", "--csv", "--j"), set())),
        ("a missing option is found", house.expect(
            option_problems("run", bash("run", "--") - {"--since"}), "--since")),
    ])


main()
