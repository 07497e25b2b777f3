# --- shop/models.py
from django.core.exceptions import ValidationError
from django.core.mail import mail_admins
from django.db import models
from django.utils.text import slugify


class Article(models.Model):
    title = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    deleted = models.BooleanField(default=False)

    def clean(self):
        if self.title.isupper():
            raise ValidationError({"title": "Do not shout."})

    def save(self, *args, **kwargs):
        self.slug = slugify(self.title)
        super().save(*args, **kwargs)
        mail_admins("saved", self.title)

    def delete(self, *args, **kwargs):
        self.deleted = True
        self.save(update_fields=["deleted"])
