# --- shop/models.py
# --- shop/views.py
from django.http import JsonResponse
from sklearn.linear_model import LinearRegression

model = LinearRegression()


def price(request):
    return JsonResponse({"price": model.predict([[float(request.GET["size"])]])[0]})
