"""test_web.py: holds that the pages set what they show as text only, say everything in both languages, and are all installed."""
import re

import house

# What parses markup, runs text, reaches elsewhere, or breaks the pages' own Content-Security-Policy.
FORBIDDEN = [
    r"\b(inner|outer)HTML\b", r"\binsertAdjacentHTML\b", r"\bcreateContextualFragment\b", r"\bDOMParser\b", r"\bdocument\.write", r"\bsrcdoc\b",
    r"\beval\s*\(", r"\bnew Function\b", r"\bimport\s*\(", r"https?://(?!www\.w3\.org/2000/svg\b)", r"\bstyle\s*:", r"\.cssText\b",
    r"setAttribute\(\s*[\"']style", r"\bset(Timeout|Interval)\(\s*[\"'`]",
]
TEXT = re.compile(r'^  "([a-z]+\.[a-z]+)": \["((?:[^"\\]|\\.)+)", "((?:[^"\\]|\\.)+)"\],?$', re.MULTILINE)
# Texts that are named by a word of the server or of the address.
BY_WORD = {"state": r'word\("state"|state\(', "severity": r'word\("severity"|severity\(', "app": r't\("app\." \+', "review": r't\("review\." \+'}


def scripts():
    return {path: house.read(path) for path in house.files("web", ending=".js")}


def forbidden_problems(texts):
    problems = []
    for path, text in texts.items():
        for pattern in FORBIDDEN:
            problems += house.found(path, text, pattern, lambda match: f"the pages do without {match.group()}")
    return problems


def text_problems(texts):
    listed = TEXT.findall(texts["web/text.js"])
    names = [name for name, _, _ in listed]
    rest = "\n".join(text for path, text in texts.items() if path != "web/text.js")
    asked = set(re.findall(r'"([a-z]+\.[a-z]+)"', rest))
    problems = [f"web/text.js: {name} stands twice" for name in set(names) if names.count(name) > 1]
    problems += [f"web/text.js: {name} has other places in its two languages" for name, english, chinese in listed
                 if sorted(re.findall(r"\{\d\}", english)) != sorted(re.findall(r"\{\d\}", chinese))]
    problems += [f"web/text.js: lacks {name}" for name in sorted(asked - set(names)) if name.split(".")[0] in {one.split(".")[0] for one in names}]
    for name in names:
        by_word = BY_WORD.get(name.split(".")[0])
        if name not in asked and not (by_word and re.search(by_word, rest)):
            problems.append(f"web/text.js: nothing says {name}")
    if len(listed) < 50:
        problems.append("web/text.js: its texts are not found")
    return problems


def install_problems():
    installed = set(re.findall(r"'([^']+\.(?:js|css|html|svg))'", house.read("web/meson.build")))
    there = {path.split("/")[-1] for path in house.files("web", ending=(".js", ".css", ".html", ".svg"))}
    return [f"web/meson.build: {name} is installed and not there, or the other way round" for name in sorted(installed ^ there)]


def wrong_examples():
    texts = scripts()
    more = lambda path, text: {**texts, path: texts[path] + text}
    return [
        ("markup that is set is found", house.expect(forbidden_problems({"web/a.js": "node.innerHTML = text;"}), "innerHTML")),
        ("another server is found", house.expect(forbidden_problems({"web/a.js": 'fetch("https://example.org")'}), "https://")),
        ("a text that is not there is found", house.expect(text_problems(more("web/night.js", '\nt("night.nowhere");')), "night.nowhere")),
        ("a text that nothing says is found", house.expect(
            text_problems(more("web/text.js", '\n  "night.unsaid": ["a", "b"],\n')), "night.unsaid")),
        ("places that one language lacks are found", house.expect(
            text_problems(more("web/text.js", '\n  "state.odd": ["{0} a", "b"],\n')), "state.odd")),
    ]


house.run([
    ("the pages set text only", forbidden_problems(scripts())),
    ("every text is there in both languages, and said", text_problems(scripts())),
    ("every file of the pages is installed", install_problems()),
] + wrong_examples())
