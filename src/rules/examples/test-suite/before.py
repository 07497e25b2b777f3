# --- shop/models.py
from django.db import models


class Item(models.Model):
    pass
# --- shop/tests.py
from django.test import TestCase

from .models import Item


class ItemTests(TestCase):
    def test_none(self):
        self.assertEqual(Item.objects.count(), 0)
