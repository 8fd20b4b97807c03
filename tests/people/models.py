"""A user model as unlike Django's own as can be: no ``username``, no ``email``, no integer key."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, mail: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(mail=self.normalize_email(mail), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, mail: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(mail, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = PersonManager()

    USERNAME_FIELD = "mail"
    EMAIL_FIELD = "mail"

    class Meta:
        verbose_name_plural = "people"


class Friend(Person):
    """The same people under another class, as a host's code may name them."""

    class Meta:
        proxy = True
