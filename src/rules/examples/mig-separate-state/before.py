# --- shop/models.py
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        db_table = "blog_tag"  # came from another app; the table stayed
# --- shop/migrations/0001_initial.py
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel("Tag", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20))]),
            ],
        ),
    ]
