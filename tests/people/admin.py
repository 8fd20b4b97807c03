from django.contrib import admin

from .models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("mail", "is_active", "is_staff")
    search_fields = ("mail",)
