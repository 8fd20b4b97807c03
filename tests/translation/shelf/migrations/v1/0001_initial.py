from django.db import migrations, models

from skillswap_kit.core.translation.operations import AddTranslationFields


class Migration(migrations.Migration):
    initial = True
    dependencies = [("skillswap_core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("description", models.TextField(blank=True, default="")),
                (
                    "parent",
                    models.ForeignKey(blank=True, null=True, on_delete=models.deletion.CASCADE, to="shelf.shelf"),
                ),
                ("position", models.SmallIntegerField(default=0)),
            ],
        ),
        AddTranslationFields("Shelf", ("name", "description")),
    ]
