"""Signing out; everything else is allauth's."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.headless.base.response import APIResponse
from allauth.headless.base.views import AuthenticatedAPIView
from django.http import HttpRequest, HttpResponse


class SignOutView(AuthenticatedAPIView):
    """Ends the session of the access token, and with it all its tokens.

    200, where allauth's own ``DELETE …/auth/session`` answers 401 whether it ended a session or found none: somebody
    whose access token has expired has to see that the refresh token is still good.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        get_adapter().logout(request)
        response: HttpResponse = APIResponse(request)
        return response
