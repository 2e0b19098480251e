from django.apps import AppConfig


class UnderstandConfig(AppConfig):
    name = "folkmoot.understand"

    def ready(self) -> None:
        from folkmoot.understand import kinds  # noqa: F401
