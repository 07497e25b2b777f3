# --- config/settings.py
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.admindocs", "django.contrib.auth", "django.contrib.contenttypes", "shop"]
ROOT_URLCONF = "config.urls"
# --- shop/models.py
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=40)
    hidden = models.BooleanField(default=False)


class Part(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE)


class Note(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveIntegerField()
    target = GenericForeignKey()
# --- shop/admin.py
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.admin import GenericTabularInline
from django.urls import path

from .models import Item, Note, Part


class Office(admin.AdminSite):
    site_header = "Office"

    def has_permission(self, request):
        return request.user.is_active


class PartInline(admin.TabularInline):
    model = Part


class NoteInline(GenericTabularInline):
    model = Note


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    list_display = ["name", "loud"]
    inlines = [PartInline, NoteInline]
    actions = ["hide"]
    prepopulated_fields = {"name": ["hidden"]}
    change_form_template = "shop/change.html"

    def loud(self, item):
        return item.name.upper()

    def hide(self, request, queryset):
        queryset.update(hidden=True)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(hidden=False)

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.name = obj.name.strip()
        super().save_model(request, obj, form, change)

    def get_urls(self):
        return [path("report/", self.admin_site.admin_view(self.report))] + super().get_urls()

    def report(self, request):
        return LogEntry.objects.count()
