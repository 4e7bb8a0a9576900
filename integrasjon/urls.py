"""The app at the root, the admin for staff."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from milestones.views.appearance import choose_appearance
from milestones.views.language import choose_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("language/", login_not_required(choose_language), name="set_language"),
    path("appearance/", login_not_required(choose_appearance), name="set_appearance"),
    path("", include("milestones.urls")),
]
handler400 = "milestones.views.refusals.bad_request"
handler500 = "milestones.views.refusals.server_error"
