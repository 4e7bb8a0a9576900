"""The addresses of `bare.py`: a list of fifty, and the admin of integrations; one that saves a single field."""

from __future__ import annotations

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import Engine, RequestContext
from django.urls import path

from milestones.models import Integration

FIFTY = 50
LIST = Engine().from_string(
    "<!doctype html><html><body><table>"
    "{% for one in rows %}<tr>"
    "<td><a href='/i/{{ one.reference }}/'>{{ one.reference }} {{ one.name }}</a></td>"
    "<td>{{ one.organisation.name }}</td><td>{{ one.get_phase_display }}</td>"
    "<td>{{ one.waiting_items.all.0.role }}</td><td>{{ one.waiting_items.all.0.since|date:'Y-m-d' }}</td>"
    "<td>{{ one.due_on|date:'Y-m-d' }}</td><td>{{ one.onboarding_contact.name }}</td>"
    "</tr>{% endfor %}</table></body></html>"
)


@login_required
def fifty(request: HttpRequest) -> HttpResponse:
    """The first fifty integrations by due date, with what the product's list says of each."""
    rows = Integration.objects.filter(status="active").select_related("organisation", "onboarding_contact")
    shown = rows.prefetch_related("waiting_items").order_by("due_on", "reference")[:FIFTY]
    return HttpResponse(LIST.render(RequestContext(request, {"rows": shown})))


class IntegrationAdmin(ModelAdmin):  # type: ignore[type-arg]
    raw_id_fields = ("organisation", "onboarding_contact", "accepted_by")


class NameAdmin(ModelAdmin):  # type: ignore[type-arg]
    fields = ("name",)


site, saving = AdminSite("bare"), AdminSite("saving")
site.register(Integration, IntegrationAdmin)
saving.register(Integration, NameAdmin)
urlpatterns = [path("list/", fifty), path("admin/", site.urls), path("saving/", saving.urls)]
