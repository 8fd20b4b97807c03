from django.db import migrations

from skillswap_kit.core.translation.operations import AddTranslationFields


class Migration(migrations.Migration):
    dependencies = [("skillswap_core", "0001_initial"), ("skillswap_exchange", "0001_initial")]

    operations = [
        AddTranslationFields("Category", ("name", "description")),
        AddTranslationFields("Skill", ("name",)),
    ]
