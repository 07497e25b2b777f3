# --- config/settings.py
INSTALLED_APPS = ["channels", "django.contrib.auth", "django.contrib.contenttypes", "chat"]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}

# --- config/urls.py
urlpatterns = []

# --- config/asgi.py
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from chat.consumers import Room

application = ProtocolTypeRouter(
    {"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/room/", Room.as_asgi())])))}
)

# --- chat/models.py
# --- chat/notify.py
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def tell(text):
    async_to_sync(get_channel_layer().group_send)("room", {"type": "said", "text": text})


# --- chat/consumers.py
from channels.generic.websocket import JsonWebsocketConsumer


class Room(JsonWebsocketConsumer):
    groups = ["room"]

    def connect(self):
        if self.scope["user"].is_anonymous:
            self.close()
        else:
            self.accept()

    def receive_json(self, content):
        self.send_json({"echo": content["text"]})

    def said(self, event):
        self.send_json({"said": event["text"]})
