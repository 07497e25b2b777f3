# --- shop/models.py
from django.db import models


class Post(models.Model):
    day = models.DateField(null=True)

    class Meta:
        ordering = ["-day"]
        get_latest_by = "day"


def newest():
    return Post.objects.latest()
