import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("skillswap_exchange", "0002_translations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Before the old one goes: MariaDB never leaves a foreign key without an index.
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["skill", "kind", "status", "owner", "level", "priority"], name="ssk_listing_match"
            ),
        ),
        migrations.RemoveIndex(model_name="listing", name="ssk_listing_skill"),
        migrations.AddField(
            model_name="swap",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                help_text="The circle that somebody declined and this one goes on from.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaced_by",
                to="skillswap_exchange.swap",
                verbose_name="goes on from",
            ),
        ),
        migrations.AlterField(
            model_name="swapproposal",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: the site suggested it.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposals",
                to="skillswap_exchange.swapparticipant",
                verbose_name="by",
            ),
        ),
    ]
