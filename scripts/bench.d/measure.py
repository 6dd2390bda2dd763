"""Measure one database: load the program, drive it with wrk, print a table.

Called by scripts/bench. Python's standard library only. The only processes it
ends are those it started, and all traffic stays on the loopback address.
"""

import argparse
import http.client
import json
import os
import random
import re
import select
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent

# name in the table, wrk script, connections, wrk threads. One thread of wrk
# fills 16 connections easily, and leaves the rest of a small machine to the
# program. Creation is last, because it makes the tables larger.
OPERATIONS = [
    ("one action by id", "get_action.lua", 16, 1),
    ("one post's open actions by due day, 50 a page", "list_open_of_post.lua", 16, 1),
    ("overdue actions, first page of 50", "list_overdue.lua", 16, 1),
    ("change an action's title", "patch_action.lua", 16, 1),
    ("create an action", "create_action.lua", 64, 2),
]

SAMPLE = 1000
START_LIMIT = 900  # seconds, with the loading of the actions
WALK_LIMIT = 300
START_UPS = 3

DEPENDENTS = 10_000  # actions that are due at the meeting that is moved
BULK = 1000
MOVES = 5


def say(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """The program under test, as `demo` starts it."""

    def __init__(self, binary, arguments, log):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MATTERS_ARISING_")}
        # One caller makes all the requests here; its limit is not the subject.
        environment["MATTERS_ARISING_RATE_LIMIT__REQUESTS"] = "1000000000"
        environment["MATTERS_ARISING_RATE_LIMIT__PER_SECONDS"] = "1"
        started = time.perf_counter()
        self.log = log
        with open(log, "ab") as stderr:
            self.process = subprocess.Popen(
                [binary, "demo", "--format", "json", "--port", "0", *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, env=environment,
            )
        try:
            facts = json.loads(self._first_line())
            url = urllib.parse.urlsplit(facts["base_url"])
            if url.hostname not in ("127.0.0.1", "localhost", "::1"):
                raise SystemExit(f"the program listens on {url.hostname}, not on the loopback address")
            self.base_url, self.host, self.port = facts["base_url"].rstrip("/"), url.hostname, url.port
            self.token = facts["tokens"]["clerk"]
            while self.get("/readyz", token=False)[0] != 200:
                if self.process.poll() is not None:
                    self._did_not_start()
                if time.perf_counter() - started > START_LIMIT:
                    raise SystemExit("the program did not get ready")
                time.sleep(0.002)
            self.start_up = time.perf_counter() - started
            # Never let the pipe fill up.
            threading.Thread(target=self.process.stdout.read, daemon=True).start()
        except BaseException:
            self.stop()
            raise

    def _first_line(self):
        line = b""
        deadline = time.monotonic() + START_LIMIT
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not piece:
                self._did_not_start()
            line += piece
        return line.splitlines()[0]

    def _did_not_start(self):
        tail = Path(self.log).read_text(errors="replace").splitlines()[-20:]
        raise SystemExit("the program did not start:\n" + "\n".join(tail))

    def request(self, method, path, body=None, headers=None, token=True):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.headers, content

    def get(self, path, token=True):
        try:
            return self.request("GET", path, token=token)
        except ConnectionError:
            return 0, {}, b""

    def memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return {key: int(re.search(rf"^{key}:\s+(\d+) kB", status, re.M)[1]) / 1024 for key in ("VmRSS", "VmHWM")}

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                say("warning: the program did not stop within 60 s of SIGTERM")
                self.process.kill()
                self.process.wait()
        return self.process.returncode


def walk(server, folder):
    """Page through every action, and write the sample for wrk's scripts."""
    chosen, seen, posts, resolutions = [], 0, {}, {}
    source = random.Random(1)
    path = "/v1/actions?limit=200"
    deadline = time.monotonic() + WALK_LIMIT
    while path:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {seen} actions could be listed within {WALK_LIMIT} s")
        status, headers, content = server.get(path)
        if status != 200:
            raise SystemExit(f"GET {path}: {status} {content[:300]!r}")
        page = json.loads(content)
        for action in page["items"]:
            seen += 1
            if len(chosen) < SAMPLE:
                chosen.append(action)
            elif (place := source.randrange(seen)) < SAMPLE:
                chosen[place] = action
            if action.get("owner_post_id") and action.get("state") == "open":
                posts[action["owner_post_id"]] = True
            if action.get("resolution_id"):
                resolutions[action["resolution_id"]] = True
        path = None
        if page["next_cursor"] is not None:
            link = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', headers.get("Link") or "")
            if not link:
                raise SystemExit("a page that is not the last has no Link with rel=next")
            parts = urllib.parse.urlsplit(link[1])
            path = f"{parts.path}?{parts.query}"
    rotation = list(resolutions)
    source.shuffle(rotation)
    ids = [action["id"] for action in chosen]
    # A closed action is not changed, it is reopened.
    standing = [action["id"] for action in chosen if action["state"] not in ("closed", "void")]
    for name, values in (
        ("ids", ids), ("standing", standing), ("posts", list(posts)), ("resolutions", rotation[:SAMPLE]),
    ):
        if not values:
            raise SystemExit(f"no {name} among {seen} actions")
        (folder / name).write_text("\n".join(values) + "\n")
    return seen, len(posts), len(resolutions)


def rehearse(server, folder, run):
    """Each request once, so that what is measured is known to do its work."""
    first = {name: (folder / name).read_text().split()[0] for name in ("ids", "standing", "posts", "resolutions")}
    due = {"kind": "date", "wording": "by 31 March 2027", "due_on": "2027-03-31"}
    body = {
        "resolution_id": first["resolutions"], "title": "Report back", "owner_post_id": first["posts"],
        "due": due, "state": "open",
    }
    key = {"Content-Type": "application/json", "Idempotency-Key": f"{run}-rehearsal"}
    merge = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
    requests = [
        (200, "GET", f"/v1/actions/{first['ids']}", None, {}),
        (200, "GET", f"/v1/actions?state=open&owner_post_id={first['posts']}&sort=due_on&limit=50", None, {}),
        (200, "GET", "/v1/actions?overdue=current&limit=50", None, {}),
        (200, "PATCH", f"/v1/actions/{first['standing']}", json.dumps({"title": "Report back, as amended"}), merge),
        (201, "POST", "/v1/actions", json.dumps(body), key),
    ]
    for expected, method, path, content, headers in requests:
        status, _, answer = server.request(method, path, content, headers)
        if status != expected:
            raise SystemExit(f"{method} {path}: {status} instead of {expected}: {answer[:500]!r}")
        if "?" in path and not json.loads(answer)["items"]:
            raise SystemExit(f"{method} {path}: an empty page measures nothing")


def drive(server, script, connections, threads, seconds, folder, run):
    result = folder / "result.json"
    result.unlink(missing_ok=True)
    environment = dict(
        os.environ, BENCH_SAMPLE=str(folder), BENCH_SCRIPTS=str(SCRIPTS), BENCH_TOKEN=server.token,
        BENCH_RESULT=str(result), BENCH_RUN=run,
    )
    command = [
        "wrk", "--latency", "--timeout", "10s", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s",
        "-s", str(SCRIPTS / script), server.base_url,
    ]
    output = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, timeout=seconds + 60,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if output.returncode or not result.exists():
        raise SystemExit(f"wrk failed on {script}:\n{output.stdout}")
    return json.loads(result.read_text())


def move_a_meeting(server, run):
    """Seconds that it takes to move a meeting at which many actions are due, one after the other, and how many bulk
    requests a second recorded them."""

    def post(path, body, key):
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"{run}-{key}"}
        status, _, answer = server.request("POST", path, json.dumps(body), headers)
        if status != 201:
            raise SystemExit(f"POST {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    committee = post("/v1/committees", {"code": "MOVE", "name": "Committee on Moves"}, "committee")["id"]

    def meeting(day, key):
        return post("/v1/meetings", {"committee_id": committee, "starts_at": f"{day}T13:00:00Z"}, key)["id"]

    asked, due = meeting("2026-01-12", "asked"), meeting("2026-06-08", "due")
    resolution = post("/v1/resolutions", {"meeting_id": asked, "kind": "request", "text": "That it be done"}, "request")["id"]
    post_id = post("/v1/posts", {"title": "Head of Moves"}, "post")["id"]
    action = {
        "resolution_id": resolution, "title": "Report back", "owner_post_id": post_id,
        "due": {"kind": "next_meeting"}, "state": "open",
    }
    begin = time.perf_counter()
    for turn in range(DEPENDENTS // BULK):
        post("/v1/bulk/action-creations", {"actions": [action] * BULK}, f"bulk-{turn}")
    recording = time.perf_counter() - begin
    taken = []
    for turn in range(MOVES):
        merge = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
        body = json.dumps({"starts_at": f"2026-06-{9 + turn:02}T13:00:00Z"})
        begin = time.perf_counter()
        status, _, answer = server.request("PATCH", f"/v1/meetings/{due}", body, merge)
        taken.append(time.perf_counter() - begin)
        if status != 200:
            raise SystemExit(f"PATCH /v1/meetings: {status} {answer[:500]!r}")
    path = f"/v1/actions?committee_id={committee}&due_before=2026-06-{8 + MOVES:02}&limit=1"
    if json.loads(server.get(path)[2])["items"]:
        raise SystemExit("not every action followed its meeting")
    return statistics.median(taken), max(taken), DEPENDENTS / recording


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--database", choices=["sqlite", "postgres"], required=True)
    parser.add_argument("--actions", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder of ours to work in")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed")
    folder = options.folder
    log = folder / "server.log"
    if options.database == "sqlite":
        where = ["--data", str(folder / "data")]
        title = "SQLite (embedded)"
    else:
        where = ["--database-url", os.environ["PGURL"]]
        title = f"PostgreSQL {os.environ['PGVERSION']}"

    say(f"{title}: loading {options.actions:,} actions")
    begin = time.perf_counter()
    server = Server(options.binary, [*where, "--actions", str(options.actions)], log)
    try:
        loading = time.perf_counter() - begin
        begin = time.perf_counter()
        seen, posts, resolutions = walk(server, folder)
        walking = time.perf_counter() - begin
    finally:
        status = server.stop()
    if status != 0:
        say(f"warning: the program ended with status {status} after SIGTERM")
    if seen < options.actions:
        raise SystemExit(f"{options.actions} actions were asked for, but only {seen} are listed")

    # Start again on what is there: a start on a database in use, and a memory
    # reading that loading has not touched.
    say(f"{title}: starting {START_UPS} times")
    start_ups = []
    for turn in range(START_UPS):
        server = Server(options.binary, [*where, "--empty"], log)
        start_ups.append(server.start_up)
        if turn < START_UPS - 1:
            server.stop()
    rows, bad = [], 0
    try:
        idle = server.memory()["VmRSS"]
        run = f"{int(time.time()):x}{os.getpid():x}"
        rehearse(server, folder, run)
        for name, script, connections, threads in OPERATIONS:
            say(f"{title}: {name}, {connections} connections, {options.seconds} s")
            drive(server, script, connections, threads, 2, folder, run + "w" + str(len(rows)))  # to warm up
            got = drive(server, script, connections, threads, options.seconds, folder, run + "m" + str(len(rows)))
            if server.process.poll() is not None:
                raise SystemExit("the program ended under load")
            bad += got["refused"] + got["lost"]
            rows.append(
                f"| {name} | {connections} | {number(got['requests'] / got['seconds'])} | {got['p50_ms']:.1f} ms "
                f"| {got['p99_ms']:.1f} ms | {got['refused']} | {got['lost']} |"
            )
        memory = server.memory()
        say(f"{title}: moving a meeting at which {DEPENDENTS:,} actions are due")
        moving, slowest, in_bulk = move_a_meeting(server, run)
    finally:
        status = server.stop()
    if status != 0:
        say(f"warning: the program ended with status {status} after SIGTERM")

    print(f"\n### {title}\n")
    print(f"{seen:,} actions of {posts:,} posts and {resolutions:,} resolutions.\n")
    print("| operation | connections | requests/s | p50 | p99 | non-2xx | lost |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    print("\n".join(rows))
    print(
        f"\nMemory (VmRSS): {idle:.0f} MiB after the start, {memory['VmRSS']:.0f} MiB after all of this "
        f"(at most {memory['VmHWM']:.0f} MiB). Start to ready: {statistics.median(start_ups) * 1000:.0f} ms "
        f"(median of {START_UPS}, on the loaded database). Loading took {loading:.1f} s, "
        f"paging through everything, 200 at a time, {walking:.1f} s.",
        flush=True,
    )
    print(
        f"\nMoving a meeting at which {DEPENDENTS:,} open actions are due: {moving * 1000:.0f} ms (median of {MOVES}; the slowest "
        f"{slowest * 1000:.0f} ms), every term resolved again and in its history. They were recorded {BULK:,} in a request, "
        f"{number(in_bulk)} actions/s.",
        flush=True,
    )
    if bad:
        say(f"warning: {bad} requests were refused or lost; the numbers above are not of successes only")


if __name__ == "__main__":
    main()
