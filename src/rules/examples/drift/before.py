# --- shop/models.py
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=20)
    paid = models.BooleanField(default=False)
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("number", models.CharField(max_length=12)),
                ("legacy", models.TextField()),
            ],
        ),
    ]
# --- shop/migrations/0002_forget_legacy.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="order", name="legacy")],
        ),
    ]
# --- shop/migrations/0002_other.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = []
# --- notes/models.py
from django.db import models


class Note(models.Model):
    text = models.TextField()
