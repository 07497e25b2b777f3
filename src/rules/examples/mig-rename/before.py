# --- shop/models.py
from django.db import models


class Product(models.Model):
    code = models.CharField(max_length=20, db_index=True, unique=True)
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Article", [("id", models.AutoField(primary_key=True)), ("sku", models.CharField(max_length=20, db_index=True))]),
        migrations.RenameModel("Article", "Product"),
        migrations.RenameField("Product", "sku", "code"),
        migrations.AlterField("Product", "code", models.CharField(max_length=20, unique=True)),
    ]
