"""The database obeys the chain: a stage refers to what came before it, never to what comes after."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.migrations.loader import MigrationLoader

CHAIN = ["publiclog", "members", "convene", "listen", "understand", "publish", "folkmoot_site"]
RELATIONS = [
    (model, field)
    for label in CHAIN
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
    for field in model._meta.get_fields(include_hidden=True)
    if field.is_relation and field.concrete
]


def comes_after(label: str, other: str) -> bool:
    return CHAIN.index(label) > CHAIN.index(other)


def test_every_room_with_tables_is_in_the_chain() -> None:
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("folkmoot.")}
    assert own == set(CHAIN)


def test_there_are_relations_to_look_at() -> None:
    assert {model._meta.app_label for model, _field in RELATIONS} >= {
        "members",
        "convene",
        "listen",
        "publish",
    }


@pytest.mark.parametrize(
    ("model", "field"), RELATIONS, ids=[f"{model.__name__}.{field.name}" for model, field in RELATIONS]
)
def test_a_relation_points_to_an_earlier_stage(model: type[models.Model], field: models.ForeignKey) -> None:
    target = field.related_model._meta
    # Whoever is the user of the site may be referred to from anywhere.
    if field.related_model is get_user_model():
        return
    assert target.app_label in CHAIN, f"{model.__name__}.{field.name} refers to {target.label}"
    assert not comes_after(target.app_label, model._meta.app_label), f"{field.name} refers to {target.label}"


def test_a_migration_depends_on_earlier_stages_only() -> None:
    migrations = MigrationLoader(None).disk_migrations
    own = {key: migration for key, migration in migrations.items() if key[0] in CHAIN}
    assert {"publiclog", "members", "convene", "listen"} <= {label for label, _name in own}
    users = get_user_model()._meta.app_label
    for (label, name), migration in own.items():
        for needed, _migration in migration.dependencies:
            if needed in CHAIN and needed != users:
                assert not comes_after(needed, label), f"{label}.{name} depends on {needed}"
        for later, _migration in migration.run_before:
            assert not comes_after(label, later), f"{label}.{name} is to run before {later}"
