# --- shop/services.py
class Stock:
    def total(self):
        return 3


# --- shop/api.py
from ninja_extra import ControllerBase, NinjaExtraAPI, api_controller, http_get, permissions

from .services import Stock


@api_controller("/stock", permissions=[permissions.IsAuthenticated])
class StockController(ControllerBase):
    def __init__(self, stock: Stock):
        self.stock = stock

    @http_get("/")
    def total(self):
        return {"total": self.stock.total()}


api = NinjaExtraAPI()
api.register_controllers(StockController)

# --- config/urls.py
from django.urls import path

from shop.api import api

urlpatterns = [path("api/", api.urls)]
