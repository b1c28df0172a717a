import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookalike.events import Event
from lookalike.records.records import Records

CHILD = Path(__file__).with_name("appending_child.py")


def start(place: str, user: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), place, user, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def viewed(user: str, item: str, time: int = 1) -> Event:
    return Event(user=user, item=item, kind="viewed", time=time)


def test_a_killed_process_loses_no_event_that_it_acknowledged(place: str) -> None:
    acknowledged = {}
    for run, least in enumerate((1, 17)):
        child = start(place, f"r{run}", 1_000_000)
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(least)]  # however slow the machine is
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        acknowledged[f"r{run}"] = len(heard) + len(
            [line for line in said.splitlines(True) if line[-1] == "\n"]
        )
    records = Records.open(place)
    for user, count in acknowledged.items():
        found = {touch.item for touch in records.touches(user, limit=10**6)}
        # At most the one event that was being acknowledged may be there beyond those said.
        assert found in ({f"{user}-{n}" for n in range(count)}, {f"{user}-{n}" for n in range(count + 1)})
    assert sum(acknowledged.values()) >= 18
    assert records.flaws() == []
    assert records.append([viewed("later", "a")]).recorded == 1


def test_processes_that_begin_at_once_write_into_one_database(place: str) -> None:
    children = [start(place, name, 20) for name in ("ann", "bob", "cyd")]
    for child in children:
        said, complaints = child.communicate()
        assert (child.returncode, complaints, len(said.split())) == (0, "", 20)
    records = Records.open(place)
    assert (records.count(), len(records.log()), records.users()) == (60, 60, ["ann", "bob", "cyd"])
    assert records.revision() == 60
    assert records.flaws() == []


@pytest.mark.parametrize("in_memory", [True, False])
def test_threads_may_write_and_read_at_once(place: str, in_memory: bool) -> None:
    records = Records.open(None if in_memory else place)

    def work(number: int) -> int:
        records.append([viewed("ann", "a", number)])
        assert records.touches("ann")[0].weight >= 1.0
        return records.revision()

    with ThreadPoolExecutor(8) as pool:
        revisions = list(pool.map(work, range(40)))
    assert max(revisions) == records.revision() <= records.count() == 40  # several go to the disk together
    assert records.touches("ann")[0].weight == 40.0
    records.close()


def test_one_process_sees_what_another_wrote_a_second_ago_at_the_latest(place: str) -> None:
    mine, others = Records.open(place), Records.open(place)
    assert (mine.revision(), mine.count()) == (0, 0)
    others.append([viewed("ann", "a")])
    until = time.monotonic() + 10  # however slow the machine is
    while mine.revision() == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert (mine.revision(), mine.count()) == (1, 1)
    others.append([viewed("ann", "b")])
    assert [touch.item for touch in mine.touches("ann")] == ["a", "b"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_the_child_of_a_process_with_open_records_may_write(place: str) -> None:
    code = (
        "import os, sys\n"
        "from lookalike.events import Event\n"
        "from lookalike.records.records import Records\n"
        "records = Records.open(sys.argv[1])\n"
        "told = lambda user: [Event(user=user, item='a', kind='viewed', time=1)]\n"
        "records.append(told('parent'))\n"
        "if (pid := os.fork()) == 0:\n"
        "    records.append(told('child'))\n"
        "    os._exit(0)\n"
        "assert os.waitpid(pid, 0)[1] == 0\n"
        "assert records.append(told('parent again')).recorded == 1\n"
        "print(records.users(), records.flaws())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, place], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['child', 'parent', 'parent again'] []\n", "")
