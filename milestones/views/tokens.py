"""Tokens of the API: which there are, a new one, which is shown once, and revoking."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import policy, workflow
from ..actors import actor_of
from ..addresses import absolute
from ..forms import TokenForm
from ..forms.base import Form
from ..models import ApiToken
from .integration_page import IntegrationPage, Request

GONE_SHOWN = 5
"""How many tokens that work no more are still listed."""


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request, reference: str) -> HttpResponse:
    """The integration's tokens, and a new one: it is shown once, in the answer to its form."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_tokens(here)
    form = here.bound(TokenForm, "form")
    return here.answer(form, workflow.make_token, show=show_tokens, to=here.url("tokens"), reveal=_show_made)


def _show_made(here: IntegrationPage, made: ApiToken) -> HttpResponse:
    return show_tokens(here, made=made)


def show_tokens(here: IntegrationPage, sent: Form | None = None, *, made: ApiToken | None = None) -> HttpResponse:
    """`made` is the token that has just been made, and is shown this once."""
    mine = here.integration.api_tokens.select_related("made_by")
    live = [(token, _works(here, token)) for token in mine.live()]
    makes = here.can["make_tokens"] and here.integration.is_accepted
    return here.page(
        "tokens",
        offers=[TokenForm(slot="form") if makes else None],
        sent=sent,
        made=made,
        live=live,
        gone=[token for token in mine if token.revoked_at or token.is_expired][:GONE_SHOWN],
        only_deviations=not here.can["record_runs"],
        example=absolute(f"/api/v1/integrations/{here.integration.reference}/results?environment=test"),
    )


def _works(here: IntegrationPage, token: ApiToken) -> bool:
    """Whether whoever made it may still make one; see api/auth.py."""
    return token.made_by.is_active and policy.may(actor_of(token.made_by, here.facts), policy.Right.MAKE_TOKENS)


@require_POST
def revoke_token(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(ApiToken, pk)
    done = _("The token is revoked. Whoever sends it is refused from now on.")
    return here.press(workflow.revoke_token, pk, to=here.url("tokens"), done=done)
