from django.apps import AppConfig


class ListenConfig(AppConfig):
    name = "folkmoot.listen"

    def ready(self) -> None:
        from folkmoot.listen import kinds, ways  # noqa: F401

        ways.register_all()
