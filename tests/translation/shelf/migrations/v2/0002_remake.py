from django.db import migrations, models


class Migration(migrations.Migration):
    """SQLite copies the table for either operation."""

    dependencies = [("shelf", "0001_initial")]

    operations = [
        migrations.AlterField("Shelf", "position", models.PositiveIntegerField(default=0)),
        migrations.AddField("Shelf", "is_active", models.BooleanField(default=True)),
    ]
