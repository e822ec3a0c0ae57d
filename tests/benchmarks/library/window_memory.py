"""Memory of the whole process tree of the window with a library open, as JSON.

    xvfb-run -a python3 window_memory.py WINDOW LIBRARY [--seconds 20]

Every process that the window started, itself included, with its proportional share (PSS: pages that several processes
map are divided among them, so that the sum counts each page once), its resident size (RSS: counts them in full) and what
is its own alone. Linux only. Nothing is clicked: what is measured is the screen that the window opens with.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

FIELDS = {"Pss": "pss", "Rss": "rss", "Private_Dirty": "own_dirty", "Private_Clean": "own_clean"}


def tree(root: int) -> list[int]:
    """The process and everything below it."""
    parents: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                # The name in brackets may hold anything, so the fields are counted from its end.
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(parents.get(process, []))
    return found


def memory(process: int) -> dict[str, object] | None:
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as rollup:
            lines = [line.split() for line in rollup]
        with open(f"/proc/{process}/comm", encoding="utf-8") as comm:
            name = comm.read().strip()
        with open(f"/proc/{process}/cmdline", "rb") as command:
            arguments = command.read().split(b"\0")
    except OSError:
        return None
    values = {FIELDS[line[0][:-1]]: int(line[1]) * 1024 for line in lines if line[0][:-1] in FIELDS}
    if b"worker" in arguments[1:]:
        name += " (worker)"
    return {"name": name, **values}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("window")
    parser.add_argument("library")
    parser.add_argument("--seconds", type=float, default=20.0, help="from the start to the first look")
    parser.add_argument("--looks", type=int, default=3, help="one every five seconds; the largest sum counts")
    arguments = parser.parse_args()
    command = [arguments.window, "--offline", "--library", arguments.library]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        time.sleep(arguments.seconds)
        largest: dict[str, object] = {"pss": 0}
        for look in range(arguments.looks):
            if look > 0:
                time.sleep(5.0)
            if started.poll() is not None:
                print("the window ended by itself", file=sys.stderr)
                return 1
            processes = [found for found in map(memory, tree(started.pid)) if found]
            sums = {field: sum(each[field] for each in processes) for field in FIELDS.values()}
            if sums["pss"] > largest["pss"]:
                largest = {**sums, "processes": sorted(processes, key=lambda each: -each["pss"])}
        print(json.dumps(largest))
        return 0
    finally:
        os.killpg(started.pid, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
