from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "folkmoot.members"

    def ready(self) -> None:
        from folkmoot.members import kinds  # noqa: F401
