# --- config/settings.py
INSTALLED_APPS = ["channels", "shop"]
ROOT_URLCONF = "config.urls"
# --- shop/models.py
# --- shop/consumers.py
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer


class Prices(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("prices", self.channel_name)
        await self.accept()

    async def price(self, event):
        await self.send_json(event["price"])


async def tell(price):
    await get_channel_layer().group_send("prices", {"type": "price", "price": price})
