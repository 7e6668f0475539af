from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from content.freezing import on_page_published
        from content.models import ModulePage

        page_published.connect(on_page_published, sender=ModulePage)
