"""Words of allauth's own pages and mails that this app translates anew.

allauth's Arabic says some of them wrongly ("MFA" is a ministry there) or in other words than the rest of the pages.
Django asks the catalogues of apps in their order, so ours win where the app stands before allauth, as it has to.
They are named here for `makemessages` to find.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy, pgettext_lazy

WORDS = (
    gettext_noop("Account Connections"),
    gettext_noop("Add Email Address"),
    gettext_noop("Add Email"),
    gettext_noop("Cancel"),
    gettext_noop("Code"),
    gettext_noop("Deactivate Authenticator App"),
    gettext_noop("Email address"),
    gettext_noop("Enter Email Verification Code"),
    gettext_noop("Enter an authenticator code:"),
    gettext_noop("Generate"),
    gettext_noop("Incorrect code."),
    gettext_noop("MFA"),
    gettext_noop("Make Primary"),
    gettext_noop("Or use a third-party"),
    gettext_noop("Request Code"),
    gettext_noop("Request new code"),
    gettext_noop("Sign Up"),
    gettext_noop("Signup"),
    gettext_noop("Two-Factor Authentication"),
    gettext_noop("Unverified"),
    gettext_noop("Verified"),
    gettext_noop(
        "You are receiving this email because you, or someone else, tried to access an account with email %(email)s. "
        "However, we do not have any record of such an account in our database."
    ),
    gettext_noop("Your account has no verified email address."),
    gettext_noop("Your email has been changed from %(from_email)s to %(to_email)s."),
)
IN_CONTEXT = (pgettext_lazy("field label", "Login"),)
COUNTED = (
    ngettext_lazy(
        "There is %(unused_count)s out of %(total_count)s recovery codes available.",
        "There are %(unused_count)s out of %(total_count)s recovery codes available.",
        "unused_count",
    ),
)
