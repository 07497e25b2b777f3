# --- config/settings.py
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
ADMINS = [("Ada", "ada@shop.example")]
# --- shop/models.py
# --- shop/services.py
from django.core.mail import mail_admins, send_mail


def thank(order):
    send_mail("Thank you", "It is on its way.", None, [order.email])
    mail_admins("An order", "")
