SECRET_KEY = "pretended-not-a-secret"
INSTALLED_APPS = ["django.contrib.contenttypes"]
ROOT_URLCONF = "site_config.urls"
ALLOWED_HOSTS = ["*"]
