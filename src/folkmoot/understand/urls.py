from django.urls import path

from folkmoot.understand import check_views, theme_views, views

app_name = "understand"
urlpatterns = [
    path("a/<uuid:assembly>/analysis/", views.progress, name="progress"),
    path("a/<uuid:assembly>/themes/", theme_views.themes, name="themes"),
    path("a/<uuid:assembly>/themes/reviewers/", theme_views.reviewers, name="reviewers"),
    path("a/<uuid:assembly>/themes/checks/<uuid:check>/", check_views.check, name="check"),
    path(
        "a/<uuid:assembly>/themes/<uuid:question>/<slug:theme>/check/",
        check_views.begin_check,
        name="begin_check",
    ),
    path(
        "a/<uuid:assembly>/themes/<uuid:question>/decisions/<int:number>/take-back/",
        theme_views.take_back,
        name="take_back",
    ),
    path("a/<uuid:assembly>/themes/<uuid:question>/<slug:theme>/", theme_views.theme, name="theme"),
]
