"""Files as they were shown."""

from django.urls import path

from content.views import files

app_name = "content"

urlpatterns = [
    path("<str:sha256>/", files.frozen_file, name="file"),
]
