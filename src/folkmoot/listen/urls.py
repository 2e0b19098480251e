from django.urls import path

from folkmoot.listen import dashboard_views, own_views, statement_views, views

app_name = "listen"
urlpatterns = [
    path("i/<str:token>/", views.invited, name="invited"),
    path("a/<uuid:assembly>/answer/", views.begin, name="begin"),
    path("a/<uuid:assembly>/answer/<int:step>/", views.step, name="step"),
    path("a/<uuid:assembly>/answer/<int:step>/vote/", statement_views.vote, name="vote"),
    path("a/<uuid:assembly>/answer/<int:step>/statement/", statement_views.put, name="put"),
    path("a/<uuid:assembly>/answer/words/", views.consent, name="consent"),
    path("a/<uuid:assembly>/answer/done/", own_views.done, name="done"),
    path("a/<uuid:assembly>/answer/receipt/<uuid:item>/", own_views.receipt, name="receipt"),
    path("a/<uuid:assembly>/answer/kept/", own_views.kept, name="kept"),
    path("a/<uuid:assembly>/dashboard/", dashboard_views.dashboard, name="dashboard"),
]
