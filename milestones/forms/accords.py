"""Agreeing to what a page showed."""

from __future__ import annotations

from django import forms

from .base import Form


class AgreeForm(Form):
    """Agrees to what the page showed, and to nothing newer."""

    version = forms.IntegerField(widget=forms.HiddenInput())
