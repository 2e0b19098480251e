from django.apps import AppConfig


class PublicLogConfig(AppConfig):
    name = "folkmoot.publiclog"

    def ready(self) -> None:
        from folkmoot.publiclog import erasures  # noqa: F401
