"""What is summed in one thread, in a process that has loaded nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROGRAM = """
import json
from threadpoolctl import threadpool_info
from folkmoot.methods.one_thread import in_one_thread

with in_one_thread():
    import scipy.linalg
    print(json.dumps([library["num_threads"] for library in threadpool_info()]))
"""


def test_a_library_that_is_loaded_only_then_sums_in_one_thread_too():
    """Where there is one processor, it does so anyway."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
    )
    assert set(json.loads(done.stdout)) == {1}
