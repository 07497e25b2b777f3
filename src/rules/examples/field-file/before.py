# --- shop/models.py
from django.conf import settings
from django.core.files.storage import storages
from django.db import models


def folder(instance, filename):
    return f"customers/{instance.customer_id}/{filename}"


class Document(models.Model):
    customer_id = models.IntegerField()
    scan = models.FileField(upload_to=folder, storage=storages["private"])
    photo = models.ImageField(upload_to="photos/%Y/", width_field="width", height_field="height")
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    form = models.FilePathField(path=settings.BASE_DIR)
