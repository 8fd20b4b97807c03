from django.db import migrations, models

from skillswap_kit.core.translation.operations import AlterTranslationFields


class Migration(migrations.Migration):
    dependencies = [("shelf", "0002_remake")]

    operations = [
        migrations.AlterField("Shelf", "name", models.CharField("name", max_length=120)),
        AlterTranslationFields("Shelf", ("name",)),
    ]
