"""A long log is read by several processes: they find what one finds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In a process of its own, since others do not see what a test has not committed.
PROGRAM = """
import json, os, uuid
os.environ["DJANGO_SETTINGS_MODULE"] = "folkmoot.site.settings"
import django
django.setup()
from django.db import transaction
from folkmoot.publiclog import audit
from folkmoot.publiclog.actions import record_all, sign
from folkmoot.publiclog.models import Entry, Erasure
from folkmoot.site import upkeep

upkeep.migrate(quietly=True)
rows = [Erasure(item=uuid.uuid4(), kind="response", ground="g", authority="a", tie=True) for _ in range(40)]
with transaction.atomic():
    record_all(Erasure.objects.bulk_create(rows))
size = sign(at_once=True).size
found = {}
acts = {
    "nothing": lambda: None,
    "a row": lambda: Erasure.objects.filter(uuid=rows[33].uuid).update(ground="x"),
    "a leaf": lambda: Entry.objects.filter(position=17).update(epoch=1),
    "an entry dropped": lambda: Entry.objects.filter(position=20).delete(),
    "an entry moved": lambda: Entry.objects.filter(position=3).update(position=10**15),
    "the last one dropped": lambda: Entry.objects.filter(position=size - 1).delete(),
}
for name, act in acts.items():
    with transaction.atomic():
        entries, erasures = list(Entry.objects.all()), list(Erasure.objects.all())
        act()
    found[name] = []
    for audit.PART in (7, 40, 1000):
        found[name].append(audit.audit().wrong)
    with transaction.atomic():
        Entry.objects.all().delete()
        Erasure.objects.all().delete()
        Erasure.objects.bulk_create(erasures)
        Entry.objects.bulk_create(entries)
print(json.dumps(found))
"""


def test_several_processes_find_what_one_finds(new_database):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=new_database,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("nothing") == [[], [], []]
    assert len(found) == 5
    for name, (several, two, one) in found.items():
        assert one, name
        assert sorted(several) == sorted(two) == sorted(one), name
