"""house.py: what the tests of the house share: the project's files, C without its comments, results as TAP."""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def files(*folders, ending):
    """Paths below the folders of the project, relative to its root, in order."""
    found = []
    for folder in folders:
        for where, names, leaves in os.walk(os.path.join(ROOT, folder)):
            names[:] = [name for name in names if name != "__pycache__"]
            found += [os.path.relpath(os.path.join(where, leaf), ROOT) for leaf in leaves if leaf.endswith(ending)]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def code(text):
    """The C text without what stands in comments and literals, but for includes; lines keep their numbers."""
    token = re.compile(r"""(^[ \t]*\#[ \t]*include[^\n]*) | /\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""",
                       re.DOTALL | re.MULTILINE | re.VERBOSE)

    def blank(match):
        if match.group(1) is not None:
            return match.group()
        quote = match.group()[0] if match.group()[0] in "\"'" else " "
        return quote + "\n" * match.group().count("\n") + quote

    return token.sub(blank, text)


def found(path, text, pattern, say):
    """A problem for each line of the text in which the pattern is found; say(match) words it."""
    return [f"{path}:{number}: {say(match)}"
            for number, line in enumerate(text.split("\n"), start=1) for match in re.finditer(pattern, line)]


def library_flags():
    """What the C compiler needs to find the headers of the libraries."""
    names = ["libpq", "libuv", "libsystemd", "libcjson", "libcrypto", "libutf8proc", "libpcre2-8", "gmp", "libprotobuf-c"]
    return subprocess.run(["pkg-config", "--cflags", *names], capture_output=True, text=True, check=True).stdout.split()


def expect(problems, *words):
    """For a wrong example: what is missing from the one problem that it must raise."""
    if len(problems) != 1:
        return [f"{len(problems)} problems instead of one: {problems}"]
    return [f"\"{word}\" is not in: {problems[0]}" for word in words if word not in problems[0]]


def run(cases):
    """cases: (name, problems); a case without problems has passed. Prints TAP and ends the program."""
    print(f"1..{len(cases)}")
    for number, (name, problems) in enumerate(cases, start=1):
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.split("\n")))
    sys.exit(any(problems for _, problems in cases))


def skip(reason):
    """Skips the whole program; where everything has to run, that is a failure."""
    if os.environ.get("CI") == "true":
        run([(reason, ["nothing may be skipped where CI=true"])])
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)
