//! Who may call a route, and how it answers.

use migscan::django::inventory::{Access, Certainty, Policy, Route};

use crate::project::{seen, seen_urls};

const VIEWS: &str = "# --- shop/views.py
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework import generics, pagination, permissions, serializers, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.views import APIView

class ItemSerializer(serializers.Serializer):
    pass
class ItemDetailSerializer(serializers.Serializer):
    pass
class IsOwner(permissions.BasePermission):
    pass
";

/// The one route of a project with these views; `settings` is put behind the usual ones.
fn route(views: &str, pattern: &str, settings: &str) -> Route {
    let text = format!(
        "{VIEWS}{views}\n# --- config/urls.py\nfrom django.urls import include, path\nfrom rest_framework.routers import SimpleRouter\nfrom shop import views\nfrom django.contrib.auth.decorators import login_required\nrouter = SimpleRouter()\n{pattern}\n# --- config/settings.py\nINSTALLED_APPS = ['shop', 'rest_framework']\nROOT_URLCONF = 'config.urls'\n{settings}\n"
    );
    let seen = seen(&text);
    seen.inventory.routes.into_iter().next().expect("a route")
}

fn access(views: &str, pattern: &str) -> Access {
    route(views, &format!("urlpatterns = [path('a/', {pattern})]"), "").access
}

fn names(policy: &Policy) -> String {
    let short: Vec<&str> = policy.names.iter().map(|n| n.rsplit('.').next().unwrap()).collect();
    format!("{} from {}", short.join(","), policy.from)
}

#[test]
fn plain_function_is_open() {
    let found = access("def v(request):\n    pass\n", "views.v");
    assert_eq!((found.login_required, found.csrf_exempt, found.permissions.from), (Some(false), false, ""));
}

#[test]
fn decorators_on_the_function() {
    let found = access("@csrf_exempt\n@login_required\ndef v(request):\n    pass\n", "views.v");
    assert_eq!((found.login_required, found.csrf_exempt), (Some(true), true));
    let found = access("@permission_required('shop.add_item')\ndef v(request):\n    pass\n", "views.v");
    assert_eq!(found.login_required, Some(true));
}

#[test]
fn decorator_in_the_urlconf() {
    assert_eq!(access("def v(request):\n    pass\n", "login_required(views.v)").login_required, Some(true));
}

/// What a view, its `dispatch` or a decorator of the project says first.
#[test]
fn code_that_turns_away_whoever_has_not_logged_in() {
    let gate = "from functools import wraps
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
def member(view):
    return made(view)
def made(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect('/login/')
        return view(request, *args, **kwargs)
    return inner
";
    let demands = |views: &str, pattern: &str| access(&format!("{gate}{views}"), pattern).login_required;
    assert_eq!(demands("@member\ndef v(request):\n    return HttpResponse('')\n", "views.v"), Some(true));
    let refused = "def v(request):\n    if request.user.is_authenticated and request.GET:\n        return JsonResponse({})\n    return JsonResponse({}, status=401)\n";
    assert_eq!(demands(refused, "views.v"), Some(true));
    let dispatch = "class V(View):\n    def dispatch(self, request, *args, **kwargs):\n        if request.user.is_anonymous:\n            raise PermissionError()\n        return super().dispatch(request, *args, **kwargs)\n    def get(self, request):\n        pass\n";
    assert_eq!(demands(dispatch, "views.V.as_view()"), Some(true));
    // A page of its own for whoever has not logged in, one for those who have, and what hangs on something else.
    for open in [
        "if not request.user.is_authenticated:\n        return render(request, 'landing.html')\n    return HttpResponse('')",
        "if request.user.is_authenticated:\n        return redirect('/home/')\n    return render(request, 'landing.html')",
        "if request.user.is_authenticated:\n        request.session['seen'] = 1\n    return redirect('/home/')",
        "if request.GET:\n        if not request.user.is_authenticated:\n            return redirect('/login/')\n    return HttpResponse('')",
    ] {
        assert_eq!(demands(&format!("def v(request):\n    {open}\n"), "views.v"), None, "{open}");
    }
}

#[test]
fn mixin_and_method_decorator() {
    let found = access("class V(LoginRequiredMixin, View):\n    def get(self, request):\n        pass\n", "views.V.as_view()");
    assert_eq!(found.login_required, Some(true));
    let text =
        "@method_decorator([csrf_exempt, login_required], name='dispatch')\nclass V(View):\n    def get(self, request):\n        pass\n";
    let found = access(text, "views.V.as_view()");
    assert_eq!((found.login_required, found.csrf_exempt), (Some(true), true));
    let text = "class V(View):\n    @method_decorator(login_required)\n    def dispatch(self, *args, **kwargs):\n        return super().dispatch(*args, **kwargs)\n";
    assert_eq!(access(text, "views.V.as_view()").login_required, Some(true));
}

#[test]
fn decorator_of_the_project_is_named_and_judged_by_nobody() {
    let text = "import functools\ndef guarded(view):\n    @functools.wraps(view)\n    def inner(request):\n        if not request.user.is_staff:\n            raise ValueError\n        return view(request)\n    return inner\n@guarded\ndef v(request):\n    pass\n";
    let found = access(text, "views.v");
    assert_eq!((found.login_required, found.decorators), (None, vec!["shop.views.guarded".to_owned()]));
}

#[test]
fn login_middleware() {
    let settings = "MIDDLEWARE = ['django.contrib.auth.middleware.LoginRequiredMiddleware']";
    let found = route("def v(request):\n    pass\n", "urlpatterns = [path('a/', views.v)]", settings);
    assert_eq!(found.access.login_required, Some(true));
    let text = "from django.contrib.auth.decorators import login_not_required\n@login_not_required\ndef v(request):\n    pass\n";
    assert_eq!(route(text, "urlpatterns = [path('a/', views.v)]", settings).access.login_required, Some(false));
}

#[test]
fn defaults_of_drf_and_of_the_settings() {
    let view = "class V(APIView):\n    def get(self, request):\n        pass\n";
    let found = access(view, "views.V.as_view()");
    assert_eq!(names(&found.permissions), "AllowAny from default");
    assert_eq!(names(&found.authentication), "SessionAuthentication,BasicAuthentication from default");
    assert_eq!((found.login_required, found.pagination.from), (Some(false), ""));
    let settings = "REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'], 'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle']}";
    let found = route(view, "urlpatterns = [path('a/', views.V.as_view())]", settings).access;
    assert_eq!(names(&found.permissions), "IsAuthenticated from settings");
    assert_eq!((names(&found.throttles), found.login_required), ("AnonRateThrottle from settings".to_owned(), Some(true)));
}

#[test]
fn class_attributes_base_classes_and_as_view() {
    let text = "class Base(generics.ListAPIView):\n    permission_classes = [IsOwner]\n    pagination_class = pagination.CursorPagination\n    serializer_class = ItemSerializer\nclass V(Base):\n    pass\n";
    let found = access(text, "views.V.as_view()");
    assert_eq!(
        (names(&found.permissions), names(&found.pagination)),
        ("IsOwner from class".to_owned(), "CursorPagination from class".to_owned())
    );
    assert_eq!((found.serializers, found.login_required), (vec!["shop.views.ItemSerializer".to_owned()], None));
    let found = access(text, "views.V.as_view(permission_classes=[views.permissions.IsAdminUser])");
    assert_eq!((names(&found.permissions), found.login_required), ("IsAdminUser from as_view".to_owned(), Some(true)));
}

#[test]
fn pagination_switched_off() {
    let text = "class V(generics.ListAPIView):\n    pagination_class = None\n";
    let found = route(
        text,
        "urlpatterns = [path('a/', views.V.as_view())]",
        "REST_FRAMEWORK = {'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.LimitOffsetPagination'}",
    );
    assert_eq!(names(&found.access.pagination), " from class");
}

#[test]
fn api_view_decorators() {
    let text = "@api_view(['GET'])\n@permission_classes([permissions.IsAuthenticated])\ndef v(request):\n    return ItemSerializer()\n";
    let found = access(text, "views.v");
    assert_eq!(names(&found.permissions), "IsAuthenticated from decorator");
    assert_eq!(names(&found.renderers), "JSONRenderer,BrowsableAPIRenderer from default");
    assert_eq!(found.serializers, ["shop.views.ItemSerializer"]);
}

const VIEWSET: &str =
    "class Items(viewsets.ModelViewSet):\n    serializer_class = ItemSerializer\n    permission_classes = [permissions.IsAuthenticated]\n";
const ROUTER: &str = "router.register('items', views.Items, basename='item')\nurlpatterns = [path('', include(router.urls))]";

fn routed(viewset: &str, path: &str) -> Access {
    let text = format!(
        "{VIEWS}{viewset}\n# --- config/urls.py\nfrom django.urls import include, path\nfrom rest_framework.routers import SimpleRouter\nfrom shop import views\nrouter = SimpleRouter()\n{ROUTER}\n"
    );
    seen(&text).inventory.routes.into_iter().find(|r| r.path == path).expect("the route").access
}

#[test]
fn arguments_of_an_action() {
    let text = format!(
        "{VIEWSET}    @action(detail=False, permission_classes=[permissions.AllowAny], serializer_class=ItemDetailSerializer)\n    def top(self, request):\n        pass\n"
    );
    let found = routed(&text, "/items/top/");
    assert_eq!(
        (names(&found.permissions), found.serializers),
        ("AllowAny from action".to_owned(), vec!["shop.views.ItemDetailSerializer".to_owned()])
    );
    assert_eq!(names(&routed(&text, "/items/").permissions), "IsAuthenticated from class");
}

#[test]
fn serializer_by_action() {
    let text = format!(
        "{VIEWSET}    def get_serializer_class(self):\n        if self.action == 'retrieve':\n            return ItemDetailSerializer\n        return super().get_serializer_class()\n"
    );
    let list = routed(&text, "/items/");
    assert_eq!((list.serializers, list.serializers_certainty), (vec!["shop.views.ItemSerializer".to_owned()], Certainty::Certain));
    let detail = routed(&text, "/items/{pk}/").serializers;
    assert_eq!(detail, ["shop.views.ItemDetailSerializer", "shop.views.ItemSerializer"]);
}

#[test]
fn serializer_by_something_unknown_is_all_of_them_and_likely() {
    let text = format!(
        "{VIEWSET}    def get_serializer_class(self):\n        if self.request.user.is_staff:\n            return ItemDetailSerializer\n        return ItemSerializer\n"
    );
    let found = routed(&text, "/items/");
    assert_eq!((found.serializers.len(), found.serializers_certainty), (2, Certainty::Likely));
}

#[test]
fn permissions_by_action() {
    let text = format!(
        "{VIEWSET}    def get_permissions(self):\n        if self.action in ('list', 'create'):\n            return [permissions.AllowAny()]\n        return [p() for p in self.permission_classes]\n"
    );
    assert_eq!(names(&routed(&text, "/items/").permissions), "AllowAny from method");
    assert_eq!(names(&routed(&text, "/items/{pk}/").permissions), "IsAuthenticated from method");
    let text = format!(
        "{VIEWSET}    def get_permissions(self):\n        if self.action == 'list':\n            self.permission_classes = [IsOwner]\n        return super().get_permissions()\n"
    );
    assert_eq!(names(&routed(&text, "/items/").permissions), "IsOwner,IsAuthenticated from method");
}

fn likely(body: &str) -> Option<String> {
    let found = route(&format!("def v(request, pk=None):\n{body}"), "urlpatterns = [path('a/', views.v)]", "");
    found.likely_methods.map(|m| m.join(","))
}

#[test]
fn methods_that_a_function_asks_for() {
    assert_eq!(likely("    if request.method == 'POST':\n        return 1\n    return 2\n").as_deref(), Some("GET,POST"));
    assert_eq!(likely("    if request.method != 'POST':\n        return 405\n    return 2\n").as_deref(), Some("POST"));
    assert_eq!(
        likely("    if request.method not in ('PUT', 'PATCH'):\n        raise ValueError\n    return 2\n").as_deref(),
        Some("PATCH,PUT")
    );
    assert_eq!(likely("    if request.method.lower() in ['post', 'delete']:\n        return 1\n").as_deref(), Some("DELETE,GET,POST"));
    assert_eq!(likely("    match request.method:\n        case 'PUT':\n            return 1\n").as_deref(), Some("GET,PUT"));
    // Whoever takes something out of the body without asking works for a POST only.
    assert_eq!(likely("    data = request.POST\n    return data\n").as_deref(), Some("POST"));
    assert_eq!(likely("    if request.POST:\n        return 1\n    return 2\n").as_deref(), Some("GET,POST"));
    assert_eq!(likely("    form = Form(request.POST or None)\n    return form\n").as_deref(), Some("GET,POST"));
    assert_eq!(likely("    if other.method == 'POST':\n        return 1\n"), None);
}

#[test]
fn declared_methods_are_not_guessed() {
    let text = "from django.views.decorators.http import require_POST\n@require_POST\ndef v(request):\n    if request.method == 'PUT':\n        pass\n";
    let found = route(text, "urlpatterns = [path('a/', views.v)]", "");
    assert_eq!((found.methods, found.likely_methods), (Some(vec!["POST".to_owned()]), None));
}

#[test]
fn code_that_looks_at_the_user_is_judged_by_nobody() {
    assert_eq!(access("def v(request):\n    if not request.user.is_authenticated:\n        return 403\n", "views.v").login_required, None);
    let text = "class Base(View):\n    def dispatch(self, request):\n        return request.user.has_perm('x')\nclass V(Base):\n    pass\n";
    assert_eq!(access(text, "views.V.as_view()").login_required, None);
    let middleware = "# --- shop/middleware.py\ndef gate(get_response):\n    def inner(request):\n        return get_response(request)\n    return inner\nclass Gate:\n    def __call__(self, request):\n        if request.user.is_anonymous:\n            return 302\n";
    let views = format!("def v(request):\n    pass\n{middleware}");
    let found = route(&views, "urlpatterns = [path('a/', views.v)]", "MIDDLEWARE = ['shop.middleware.Gate']");
    assert_eq!(found.access.login_required, None);
    let found = route(&views, "urlpatterns = [path('a/', views.v)]", "MIDDLEWARE = ['shop.middleware.gate']");
    assert_eq!(found.access.login_required, Some(false));
}

#[test]
fn permissions_that_operators_combine() {
    let seen = seen_urls(
        "from functools import partial\nfrom rest_framework.permissions import BasePermission, IsAuthenticated\nfrom rest_framework.views import APIView\nclass Owner(BasePermission): pass\nclass Reader(BasePermission): pass\nclass One(APIView):\n    permission_classes = [IsAuthenticated & (Owner | Reader)]\n    def get(self, request): pass\nclass Two(APIView):\n    permission_classes = [IsAuthenticated, partial(Owner, None)]\n    def get(self, request): pass\nurlpatterns = [path('one/', One.as_view()), path('two/', Two.as_view())]\n",
    );
    let one = &seen.route("/one/").access.permissions;
    assert_eq!(one.expression.as_deref(), Some("IsAuthenticated & (Owner | Reader)"));
    assert_eq!(one.names.len(), 3);
    let two = &seen.route("/two/").access.permissions;
    assert_eq!((two.expression.as_deref(), two.names[1].as_str()), (None, "config.urls.Owner"));
}

#[test]
fn an_anonymous_request_is_turned_away_by_every_alternative() {
    let login = |classes: &str| {
        let text = format!(
            "from rest_framework.permissions import AllowAny, BasePermission, IsAdminUser, IsAuthenticated\nfrom rest_framework.views import APIView\nclass Key(BasePermission): pass\nclass One(APIView):\n    permission_classes = [{classes}]\n    def get(self, request): pass\nurlpatterns = [path('one/', One.as_view())]\n"
        );
        let access = seen_urls(&text).route("/one/").access.clone();
        (access.login_required, access.permissions.expression)
    };
    assert_eq!(login("Key, IsAuthenticated"), (Some(true), None));
    assert_eq!(login("Key | IsAuthenticated"), (None, Some("(Key | IsAuthenticated)".to_owned())));
    assert_eq!(login("(Key & IsAdminUser) | IsAuthenticated").0, Some(true));
    assert_eq!(login("~IsAuthenticated"), (None, Some("~IsAuthenticated".to_owned())));
    assert_eq!(login("IsAuthenticated & ~(Key & AllowAny)"), (Some(true), Some("IsAuthenticated & ~(Key & AllowAny)".to_owned())));
}

#[test]
fn authenticators_beside_those_of_the_base() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nREST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['shop.auth.Tokens']}\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.Mixed.as_view()), path('b/', views.Other.as_view())]\n# --- shop/auth.py\nfrom rest_framework.authentication import BaseAuthentication\nclass Tokens(BaseAuthentication):\n    pass\nclass Assets(BaseAuthentication):\n    pass\n# --- shop/views.py\nfrom rest_framework.views import APIView\nfrom shop.auth import Assets\nfrom shop.unknown import more\nclass Mixed(APIView):\n    def get_authenticators(self):\n        return [Assets(), *super().get_authenticators()]\nclass Other(APIView):\n    def get_authenticators(self):\n        return [Assets(), *more()]\n",
    );
    let of = |path: &str| seen.route(path).access.authentication.clone();
    assert_eq!(of("/a/").names, ["shop.auth.Assets", "shop.auth.Tokens"]);
    assert_eq!(of("/a/").certainty, Certainty::Certain);
    assert_eq!((of("/b/").names, of("/b/").certainty), (vec!["shop.auth.Assets".to_owned()], Certainty::Likely));
}

#[test]
fn a_view_that_hands_on_to_what_decides() {
    let open = "def v(request):\n    return 1\n";
    let asked = "def v(request):\n    return answer(request)\ndef answer(request):\n    return check(request.user)\ndef check(user):\n    return user\n";
    let refused = "def v(request):\n    guard(request)\ndef guard(request):\n    raise PermissionDenied\n";
    let login = |views: &str| access(&format!("from django.core.exceptions import PermissionDenied\n{views}"), "views.v").login_required;
    assert_eq!((login(open), login(asked), login(refused)), (Some(false), None, None));
}

#[test]
fn the_first_authentication_class_says_a_scheme_or_none() {
    let challenge = |classes: &str| {
        let own = "from rest_framework import authentication\nclass Silent(authentication.BaseAuthentication):\n    pass\nclass Loud(Silent):\n    def authenticate_header(self, request):\n        return 'Key'\nfrom nobody_knows import Strange\n";
        let view = format!("{own}class V(APIView):\n    authentication_classes = [{classes}]\n    def get(self, request):\n        pass\n");
        access(&view, "views.V.as_view()").challenge
    };
    assert_eq!(challenge("authentication.SessionAuthentication, authentication.TokenAuthentication"), Some(false));
    assert_eq!(challenge("authentication.TokenAuthentication, Silent"), Some(true));
    assert_eq!((challenge("Silent"), challenge("Loud"), challenge("Strange"), challenge("")), (Some(false), Some(true), None, None));
}
