from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """A real one that takes about 15 milliseconds."""

    iterations = 40_000
