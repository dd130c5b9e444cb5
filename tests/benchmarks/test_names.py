"""The comparison of ways to find a name runs, and Terril finds nearly all names however they were changed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = Path(__file__).with_name("names.py")


@pytest.mark.slow
def test_each_way_is_shown_and_terril_finds_nineteen_in_twenty_of_each_change():
    command = [sys.executable, NAMES, "--names", "3000", "--searches", "40"]
    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = {
        name.strip(): numbers.split()
        for name, numbers in re.findall(r"^ *([a-z, ]+?) +([0-9. ]+)$", table, re.MULTILINE)
    }
    assert list(rows) == ["terril", "terril, cold", "rapidfuzz", "trigrams"]
    assert min(float(share) for share in rows["terril"][4:]) >= 95
