from django.urls import path

from folkmoot.publish import views

app_name = "publish"
urlpatterns = [
    path("a/<uuid:assembly>/findings/", views.findings, name="findings"),
    path("a/<uuid:assembly>/findings/<int:number>/", views.version, name="version"),
    path("a/<uuid:assembly>/findings/<int:number>/charts/<slug:name>.svg", views.chart, name="chart"),
    path(
        "a/<uuid:assembly>/findings/<int:number>/themes/<int:question>-<slug:theme>/",
        views.theme,
        name="theme",
    ),
    path("a/<uuid:assembly>/findings/<int:number>/stand/", views.stand, name="stand"),
    path("a/<uuid:assembly>/findings/<int:number>/<str:name>", views.file, name="file"),
    path("a/<uuid:assembly>/draft/", views.draft, name="draft"),
    path("a/<uuid:assembly>/publish/", views.publish, name="publish"),
]
