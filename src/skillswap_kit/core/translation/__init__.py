"""Translated words of the kit's own tables by django-modeltranslation, in a host with any languages.

``models.TranslatedModel`` declares what is translated, ``operations`` are for migrations, ``sync`` keeps the
tables in line with the languages of the site. Nothing here needs the extra to be installed.
"""
