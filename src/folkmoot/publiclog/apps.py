from django.apps import AppConfig


class PublicLogConfig(AppConfig):
    name = "folkmoot.publiclog"

    def ready(self) -> None:
        from folkmoot.publiclog import own_kinds  # noqa: F401
