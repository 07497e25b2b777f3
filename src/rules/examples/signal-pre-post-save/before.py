# --- shop/models.py
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save
from django.dispatch import receiver


class Tag(models.Model):
    pass


class Item(models.Model):
    name = models.CharField(max_length=40)
    tags = models.ManyToManyField(Tag)


@receiver(post_save, sender=Item)
def count(sender, instance, created, **kwargs):
    if created:
        print(instance.name)


@receiver(post_delete, sender=Item)
def uncount(sender, instance, **kwargs):
    pass


@receiver(post_init, sender=Item)
def remember(sender, instance, **kwargs):
    instance.old_name = instance.name


@receiver(m2m_changed, sender=Item.tags.through)
def retag(sender, instance, action, **kwargs):
    pass
