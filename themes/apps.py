from __future__ import annotations

from lms import rooms


class ThemesConfig(rooms.Room):
    name = "themes"
    addresses = (("", "themes.urls"),)
