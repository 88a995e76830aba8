"""schedule_table.py ZONE FIRST DAYS HH:MM...: when each night begins, by Python's own calendar and rules of time zones.

One line for each of the times and each of the local dates from FIRST on: seconds since 1970 of HH:MM; of the first of two; of the first
minute behind a gap that swallows it (PEP 495 tells both apart).
"""
import datetime
import sys
import zoneinfo

MINUTE = datetime.timedelta(minutes=1)


def begins(zone, local):
    first = local.replace(tzinfo=zone, fold=0)
    instant = first.astimezone(datetime.timezone.utc)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    instant -= datetime.timedelta(hours=3)
    while instant.astimezone(zone).replace(tzinfo=None) < local:
        instant += MINUTE
    return instant


def main():
    zone = zoneinfo.ZoneInfo(sys.argv[1])
    for time in sys.argv[4:]:
        local = datetime.datetime.fromisoformat(f"{sys.argv[2]}T{time}")
        for day in range(int(sys.argv[3])):
            print(int(begins(zone, local + datetime.timedelta(days=day)).timestamp()))


main()
