"""Large blocks go back to the system: seen from outside, in a process of its own."""

import json
import platform
import subprocess
import sys

import pytest

from tests.servers.door import CHUNK

WORK = f"""
import json, resource
from pathlib import Path
from intake.memory import return_large_blocks
return_large_blocks()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
before = resident()
mails = []
for _ in range(8):
    pieces = [bytes({CHUNK}) for _ in range(200)]
    mails.append((b"".join(pieces), b"small" * 10))
    kept = mails[-1][1]
held = resident()
mails.clear()
print(json.dumps([held - before, resident() - before]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc manages memory its own way")
def test_memory_that_large_mails_took_is_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", WORK], stdout=subprocess.PIPE, check=True)
    held, kept = json.loads(told.stdout)
    assert held > 80 * 2**20
    assert kept < 20 * 2**20
