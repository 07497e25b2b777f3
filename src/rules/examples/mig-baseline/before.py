# --- shop/models.py
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Item", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=20))]),
    ]
# --- shop/migrations/0002_one.py
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    run_before = [("bank", "0001_initial")]
# --- shop/migrations/0002_two.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
# --- shop/migrations/0003_merge.py
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_one"), ("shop", "0002_two")]
# --- shop/migrations/0001_squashed_0003.py
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("shop", "0001_initial"), ("shop", "0002_one"), ("shop", "0002_two"), ("shop", "0003_merge")]
    operations = [
        migrations.CreateModel("Item", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=20))]),
    ]
