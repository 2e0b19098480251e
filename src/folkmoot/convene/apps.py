from django.apps import AppConfig


class ConveneConfig(AppConfig):
    name = "folkmoot.convene"

    def ready(self) -> None:
        from folkmoot.convene import kinds  # noqa: F401
