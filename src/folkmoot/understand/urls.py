from django.urls import path

from folkmoot.understand import theme_views, views

app_name = "understand"
urlpatterns = [
    path("a/<uuid:assembly>/analysis/", views.progress, name="progress"),
    path("a/<uuid:assembly>/themes/", theme_views.themes, name="themes"),
    path("a/<uuid:assembly>/themes/reviewers/", theme_views.reviewers, name="reviewers"),
    path("a/<uuid:assembly>/themes/<uuid:question>/<slug:theme>/", theme_views.theme, name="theme"),
]
