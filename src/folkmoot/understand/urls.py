from django.urls import path

from folkmoot.understand import views

app_name = "understand"
urlpatterns = [path("a/<uuid:assembly>/analysis/", views.progress, name="progress")]
