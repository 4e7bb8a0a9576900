"""The admin, for staff: people are kept here; everything that the process governs is to be read only.

No state changes here: whoever wants to move something uses the pages, which go through workflow.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from . import snapshots
from .entry import journal
from .forms.base import EmailField, LineField
from .mails import sending
from .models import (
    AccountEvent,
    AccountEventKind,
    CalendarFeed,
    Draft,
    Integration,
    SavedView,
    TeamsAddress,
    User,
    Webhook,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Everything to be seen, nothing to be added, changed or deleted, not even by an administrator."""

    show_full_result_count = False
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody new comes in with a code by e-mail, as everybody does."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff")
        field_classes = {"email": EmailField, "name": LineField}

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        person: User = super().save(commit)
        return person


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"  # the admin shows what its fieldsets name
        field_classes = {"name": LineField}


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Administrators (superusers) keep the people. Nobody is deleted: whoever leaves can no longer sign in.

    Nobody sets another's password or address: they could then act as that person. Whoever has a new address is added
    anew, or invited anew.
    """

    ordering = ["email"]
    list_display = ["email", "name", "is_staff", "is_superuser", "is_active"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "name"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("When"), {"fields": ["last_login", "created_at"]}),
    ]
    form = PersonForm
    add_form = NewPersonForm
    add_fieldsets = [(None, {"fields": NewPersonForm.Meta.fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields, "email"] if obj else self.readonly_fields

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        raise PermissionDenied

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is erased stays erased."""
        return super().has_change_permission(request, obj) and not (obj and obj.erased_at)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, and refresh the snapshots of their integrations: the gates ignore the roles of who can no longer act.

        If staff or administrator rights changed, the person's sessions end.
        """
        super().save_model(request, obj, form, change)
        if {"is_staff", "is_superuser"} & set(form.changed_data):
            User.objects.end_sessions(obj.pk)
        concerned = Integration.objects.filter(Q(members__user=obj) | Q(onboarding_contact=obj))
        snapshots.refresh_many(list(concerned.order_by("pk").distinct().values_list("pk", flat=True)))


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """Who signed in or tried to, and from where: for administrators alone."""

    list_display = ["at", "user", "kind", "with_what", "address"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "address"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    has_module_permission = has_view_permission


class SecondFactorAdmin(ReadOnlyAdmin):
    """Administrators let go of a second factor that somebody has lost; the person is told, and sets up another."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        self.delete_queryset(request, Authenticator.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for person in User.objects.filter(pk__in=queryset.values("user")):
            sending.queue_security(person, "factor_removed_for_you")
            journal.note(None, person, AccountEventKind.FACTOR_LET_GO)
            User.objects.end_sessions(person.pk)
        queryset.delete()


# What other apps bring along lets administrators make addresses, accounts and providers by hand: ways in.
for model in list(admin.site._registry):
    if model not in (User, AccountEvent):
        admin.site.unregister(model)
admin.site.register(Authenticator, SecondFactorAdmin)
for model in apps.get_app_config("milestones").get_models():
    # What somebody has typed and not sent, how they like to see things, and where they read them, is theirs.
    if model not in (CalendarFeed, Draft, SavedView, TeamsAddress, Webhook) and not admin.site.is_registered(model):
        admin.site.register(model, ReadOnlyAdmin)
