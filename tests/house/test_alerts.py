"""test_alerts.py: holds that alert rules and dashboard name only metrics that crfd writes, and that each alert is explained."""
import json
import re

import house


def written():
    """The names in src/batch/metrics.c: two tables of samples with their prefixes, and single gauges."""
    text = house.read("src/batch/metrics.c")
    tables = {"run": ("run_", "last_run_"), "center": ("center_",)}
    names = {f"crfd_{name}" for name in re.findall(r'append_gauge\(out, status, "(\w+)"', text)}
    for table, prefixes in tables.items():
        rows = re.search(rf"\b{table}_samples\[\] = {{(.*?)^}};", text, re.DOTALL | re.MULTILINE).group(1)
        names |= {f"crfd_{prefix}{name}" for prefix in prefixes for name in re.findall(r'^    \{"(\w+)"', rows, re.MULTILINE)}
    return names


def stranger_problems(path, expressions):
    used = [name for expression in expressions for name in re.findall(r"\bcrfd_\w+", expression)]
    return ([] if used else [f"{path}: no metric"]) + [
        f"{path}: {name} is not written" for name in sorted(set(used) - written())]


def main():
    rules = house.read("config/crfd.rules.yml")
    board = json.loads(house.read("config/grafana-crfd.json"))
    alerts = re.findall(r"- alert: (\w+)", rules)
    operations = house.read("docs/operations.md")
    house.run([
        ("rules name metrics that are written", stranger_problems(
            "config/crfd.rules.yml", re.findall(r"expr: (.+)", rules))),
        ("the dashboard names metrics that are written", stranger_problems("config/grafana-crfd.json", [
            target["expr"] for panel in board["panels"] for target in panel["targets"]])),
        ("each alert is explained", ([] if alerts else ["no alerts"]) + [
            f"{alert} is not in docs/operations.md" for alert in alerts if f"| `{alert}` |" not in operations]),
        ("a stranger is found", house.expect(stranger_problems("x", ["crfd_nothing > 0"]), "crfd_nothing")),
    ])


main()
