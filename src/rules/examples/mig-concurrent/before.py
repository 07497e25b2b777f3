# --- shop/models.py
from django.db import models


class Entry(models.Model):
    text = models.TextField()
# --- shop/migrations/0001_initial.py
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    operations = [
        TrigramExtension(),
        migrations.CreateModel("Entry", [("id", models.AutoField(primary_key=True)), ("text", models.TextField())]),
        AddIndexConcurrently("Entry", GinIndex(fields=["text"], name="entry_trgm", opclasses=["gin_trgm_ops"])),
    ]
