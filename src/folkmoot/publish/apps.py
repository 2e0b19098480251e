from django.apps import AppConfig


class PublishConfig(AppConfig):
    name = "folkmoot.publish"

    def ready(self) -> None:
        from folkmoot.publish import kinds  # noqa: F401
