"""Where files of the kit lie, and when they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import FileField
from django.db.models.fields.files import FieldFile

from ..conf import core_settings
from ..transactions import kit_database


class KitStorage(Storage):
    """The storage that the setting FILE_STORAGE names at the moment of use.

    A ``FileField`` calls its ``storage`` while models are loaded, which is too early to read a setting.
    """

    def __getattribute__(self, name: str) -> Any:
        return getattr(storages[core_settings.FILE_STORAGE], name)


def kit_storage() -> Storage:
    """For ``FileField(storage=kit_storage)``: migrations name this function, and not what it answers."""
    return KitStorage()


@contextmanager
def stored(content: File[Any], field: FileField) -> Iterator[str]:
    """Store ``content`` for ``field`` and lend its name to the transaction that will write it; failed, it goes again.

    Enter it before the transaction begins, as a storage may be slow. A transaction further out that is rolled back
    later leaves an orphan: a file that no row names and no address leads to.
    """
    wanted = field.generate_filename(field.model(), content.name or "")
    name = field.storage.save(wanted, content, max_length=field.max_length)
    try:
        yield name
    except BaseException:
        field.storage.delete(name)
        raise


def delete_on_commit(file: FieldFile | None) -> None:
    """Delete what ``file`` holds now, if anything, once the surrounding transaction is committed.

    Call it before the field gets its new value. A storage that fails leaves an orphan and disturbs nobody.
    """
    if file and file.name:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name), using=kit_database(), robust=True)
