"""test_units.py PROGRAM UNIT...: holds that the systemd units are right, well shut in, and never skip a night.

PROGRAM is the built one, which stands for the one that will be installed.
"""
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile

import house

EXPOSURE_MAX = 1.0
# Whoever may ask it is not known to it, and it asks one database on this machine.
EXPOSURE_OF = {"crfd-serve@.service": 0.5}
# The clocks change in each of them, at different hours; in Lord Howe by half an hour.
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai"]
DAYS = 400


def analyze(*arguments, **environment):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True,
                          env=os.environ | environment)


def verify_problems(path):
    # That the manual pages are installed is the package's matter.
    done = analyze("verify", "--man=no", path)
    return [] if done.returncode == 0 and not done.stderr else [f"{os.path.basename(path)}: {done.stderr or done.stdout}"]


def exposure_problems(path):
    done = analyze("security", "--offline=true", path)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    if found is None:
        return [f"{os.path.basename(path)}: {done.stderr or done.stdout}"]
    name = os.path.basename(path)
    return [] if float(found.group(1)) <= EXPOSURE_OF.get(name, EXPOSURE_MAX) else [f"{os.path.basename(path)}: exposure {found.group(1)}"]


def skipped_nights(when, zone):
    """Local dates of more than a year on which a timer does not strike exactly once."""
    done = analyze("calendar", "--base-time=2027-01-01 12:00:00 UTC", f"--iterations={DAYS}", when, TZ=zone)
    dates = [datetime.date.fromisoformat(date) for date in re.findall(
        r"(?:Next elapse|Iteration #\d+|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d)", done.stdout)]
    if len(dates) != DAYS:
        return [f"{when}: {len(dates)} nights in {zone}: {done.stderr or done.stdout[:400]}"]
    return [f"{when} in {zone}: {there} comes after {here}" for here, there in zip(dates, dates[1:])
            if there != here + datetime.timedelta(days=1)]


def stage(folder, program, units):
    """Copies of the units that name the built program; verify takes no program that is not there."""
    paths = []
    for unit in units:
        path = os.path.join(folder, os.path.basename(unit))
        with open(unit, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as copy:
            copy.write(re.sub(r"^(Exec\w+=)\S*/crfd ", rf"\1{os.path.abspath(program)} ", source.read(), flags=re.MULTILINE))
        paths.append(path)
    return paths


def wrong_unit(folder):
    path = os.path.join(folder, "wrong.service")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[Service]\nExecStart=/nonexistent\n")
    return path


def main():
    if shutil.which("systemd-analyze") is None:
        house.skip("systemd-analyze is not installed")
    with tempfile.TemporaryDirectory() as folder:
        paths = stage(folder, sys.argv[1], sys.argv[2:])
        services = [path for path in paths if path.endswith(".service")]
        timers = [path for path in paths if path.endswith(".timer")]
        calendars = [when for path in timers for when in re.findall(r"^OnCalendar=(.+)$", house.read(path), re.MULTILINE)]
        wrong = wrong_unit(folder)
        house.run([
            ("systemd finds nothing wrong with a unit", [problem for path in paths for problem in verify_problems(path)]),
            ("the services are shut in", ([] if services else ["there is none"]) + [problem for path in services for problem in exposure_problems(path)]),
            ("the timer strikes once on each date", ([] if calendars else ["there is no timer"]) + [
                problem for when in calendars for zone in ZONES for problem in skipped_nights(when, zone)]),
            ("a wrong unit is found", house.expect(verify_problems(wrong), "/nonexistent")),
            ("an open service is found", house.expect(exposure_problems(wrong), "exposure 9")),
            ("a timer that skips a night is found", house.expect(
                skipped_nights("*-*-* 02:30", "Europe/Paris"), "2027-03-29 comes after 2027-03-27")),
        ])


main()
