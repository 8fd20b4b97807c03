import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TranslatedColumn",
            fields=[
                ("column", models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name="column")),
                ("field", models.CharField(db_index=True, max_length=200, verbose_name="translated field")),
                ("is_default", models.BooleanField(default=False, verbose_name="of the default language")),
                ("words", models.JSONField(blank=True, default=dict, verbose_name="kept words")),
            ],
            options={
                "verbose_name": "translated column",
                "verbose_name_plural": "translated columns",
            },
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=100, verbose_name="scope")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("fingerprint", models.CharField(blank=True, max_length=64, verbose_name="fingerprint")),
                ("status_code", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="status code")),
                (
                    "body",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                        verbose_name="answer",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="created at"),
                ),
            ],
            options={
                "verbose_name": "idempotency record",
                "verbose_name_plural": "idempotency records",
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "key"), name="ssk_idempotency_once"),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="ssk_idempotency_key_given"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("subject", models.CharField(blank=True, db_index=True, max_length=150, verbose_name="subject")),
                (
                    "payload",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="payload"
                    ),
                ),
                ("occurred_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="occurred at")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "waiting for delivery"), ("delivered", "delivered"), ("dead", "given up")],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="Not delivered before; while a worker delivers it, the end of its lease.",
                        verbose_name="due at",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("last_error", models.TextField(blank=True, verbose_name="last error")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="ssk_event_due"),
                    models.Index(fields=["name", "occurred_at"], name="ssk_event_name"),
                ],
            },
        ),
    ]
