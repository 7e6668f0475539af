from django.urls import path

from themes import views

urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
