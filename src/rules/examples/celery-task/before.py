# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_BEAT_SCHEDULE = {"nightly": {"task": "shop.tasks.clean", "schedule": 86400}}
# --- shop/models.py
# --- shop/tasks.py
from celery import shared_task


@shared_task
def clean():
    pass
