//! URL patterns and the views behind them.

use migscan::django::inventory::Certainty;
use migscan::django::urls::UrlEnd;

use crate::project::{seen, seen_urls};

#[test]
fn path_with_converters() {
    let seen = seen_urls("urlpatterns = [path('items/<int:pk>/<slug>/', views.one, name='item')]\n");
    assert_eq!(seen.routes(), ["/items/{pk}/{slug}/ shop.views.one"]);
    assert_eq!(seen.route("/items/{pk}/{slug}/").name.as_deref(), Some("item"));
}

#[test]
fn regular_expression() {
    assert_eq!(seen_urls("urlpatterns = [re_path(r'^items/(?P<pk>\\d+)/$', views.one)]\n").routes(), ["/items/{pk}/ shop.views.one"]);
}

#[test]
fn url_of_old_projects() {
    let seen = seen_urls("from django.conf.urls import url\nurlpatterns = [url(r'^(?P<year>[0-9]{4})/(\\w+)?$', views.one)]\n");
    assert_eq!(seen.route("/{year}/{var}").view.as_deref(), Some("shop.views.one"));
}

#[test]
fn include_of_a_module() {
    let seen = seen_urls(
        "urlpatterns = [path('shop/', include('shop.urls'))]\n# --- shop/urls.py\nfrom django.urls import path\nfrom . import views\napp_name = 'shop'\nurlpatterns = [path('one/', views.one, name='one')]\n",
    );
    assert_eq!(seen.routes(), ["/shop/one/ shop.views.one"]);
    assert_eq!(seen.route("/shop/one/").namespace.as_deref(), Some("shop"));
    assert_eq!(seen.route("/shop/one/").urlconf, "shop.urls");
}

#[test]
fn include_of_a_list() {
    let seen = seen_urls(
        "inner = [path('one/', views.one), path('two/', views.two)]\nurlpatterns = [path('a/', include(inner)), path('b/', include(inner))]\n",
    );
    assert_eq!(seen.paths(), ["/a/one/", "/a/two/", "/b/one/", "/b/two/"]);
}

#[test]
fn include_of_a_tuple_with_a_namespace() {
    let seen = seen_urls("inner = ([path('one/', views.one)], 'things')\nurlpatterns = [path('a/', include(inner, namespace='mine'))]\n");
    assert_eq!(seen.route("/a/one/").namespace.as_deref(), Some("mine"));
}

#[test]
fn include_of_a_module_with_an_app_name() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', include(('shop.urls', 'x'), namespace='y'))]\n# --- shop/urls.py\nfrom django.urls import path\nfrom . import views\nurlpatterns = [path('one/', views.one)]\n",
    );
    assert_eq!(seen.route("/a/one/").namespace.as_deref(), Some("y"));
}

#[test]
fn nested_includes() {
    let seen = seen_urls("urlpatterns = [path('a/', include([path('b/', include([path('c/', views.one)], )), path('', views.two)]))]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.two", "/a/b/c/ shop.views.one"]);
}

#[test]
fn i18n_patterns_are_marked() {
    let seen = seen_urls(
        "from django.conf.urls.i18n import i18n_patterns\nurlpatterns = [path('a/', views.one)] + i18n_patterns(path('b/', views.two), prefix_default_language=False)\n",
    );
    let translated: Vec<&str> = seen.inventory.routes.iter().filter(|r| r.i18n).filter_map(|r| r.view.as_deref()).collect();
    assert_eq!(translated, ["shop.views.two"]);
}

#[test]
fn added_with_plus_equals() {
    assert_eq!(seen_urls("urlpatterns = [path('a/', views.one)]\nurlpatterns += [path('b/', views.two)]\n").paths(), ["/a/", "/b/"]);
}

#[test]
fn appended_and_extended() {
    let seen = seen_urls("urlpatterns = []\nurlpatterns.append(path('a/', views.one))\nurlpatterns.extend([path('b/', views.two)])\n");
    assert_eq!(seen.paths(), ["/a/", "/b/"]);
}

#[test]
fn unpacked_into_the_list() {
    let seen = seen_urls("more = [path('b/', views.two)]\nurlpatterns = [path('a/', views.one), *more]\n");
    assert_eq!(seen.paths(), ["/a/", "/b/"]);
}

#[test]
fn made_by_a_comprehension() {
    assert_eq!(seen_urls("urlpatterns = [path(f'{name}/', views.one, name=name) for name in ('a', 'b')]\n").paths(), ["/a/", "/b/"]);
}

#[test]
fn condition_on_the_settings() {
    let text = |on: &str| {
        format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nEXTRA = {on}\n# --- shop/views.py\ndef one(request):\n    pass\n# --- config/urls.py\nfrom django.conf import settings\nfrom django.urls import path\nfrom shop import views\nurlpatterns = []\nif settings.EXTRA:\n    urlpatterns += [path('extra/', views.one)]\n"
        )
    };
    assert_eq!(seen(&text("True")).paths(), ["/extra/"]);
    assert!(seen(&text("False")).paths().is_empty());
}

#[test]
fn prefix_computed_from_the_settings() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nBASE = 'v1'\n# --- shop/views.py\ndef one(request):\n    pass\n# --- config/urls.py\nfrom django.conf import settings\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path(f'api/{settings.BASE}/one/', views.one)]\n",
    );
    assert_eq!(seen.routes(), ["/api/v1/one/ shop.views.one"]);
}

#[test]
fn prefix_with_percent_and_format() {
    let seen = seen_urls("V = 'v1'\nurlpatterns = [path('api/%s/' % V, views.one), path('app/{}/'.format(V), views.two)]\n");
    assert_eq!(seen.paths(), ["/api/v1/", "/app/v1/"]);
}

#[test]
fn class_as_view() {
    let seen = seen_urls("urlpatterns = [path('a/', views.Page.as_view())]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.Page"]);
    assert_eq!(seen.methods("/a/"), "GET");
}

#[test]
fn generic_class_in_the_urlconf() {
    let seen = seen_urls(
        "from django.views.generic import TemplateView\nurlpatterns = [path('a/', TemplateView.as_view(template_name='a.html'))]\n",
    );
    assert_eq!(seen.routes(), ["/a/ django.views.generic.base.TemplateView"]);
    assert_eq!(seen.methods("/a/"), "GET");
}

#[test]
fn as_view_kept_in_a_variable() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.page)]\n# --- shop/views.py\nfrom django.views import View\nclass Page(View):\n    def post(self, request):\n        pass\npage = Page.as_view()\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.Page"]);
    assert_eq!(seen.methods("/a/"), "POST");
}

#[test]
fn decorator_around_a_function() {
    let seen =
        seen_urls("from django.contrib.auth.decorators import login_required\nurlpatterns = [path('a/', login_required(views.one))]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.one"]);
}

#[test]
fn csrf_exempt_around_as_view() {
    let seen =
        seen_urls("from django.views.decorators.csrf import csrf_exempt\nurlpatterns = [path('a/', csrf_exempt(views.Page.as_view()))]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.Page"]);
    assert_eq!(seen.methods("/a/"), "GET");
}

#[test]
fn decorator_with_arguments_around_a_function() {
    let seen =
        seen_urls("from django.views.decorators.cache import cache_page\nurlpatterns = [path('a/', cache_page(60 * 15)(views.one))]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.one"]);
}

#[test]
fn first_party_decorator_with_wraps() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.one)]\n# --- shop/views.py\nfrom functools import wraps\ndef logged(view):\n    @wraps(view)\n    def inner(request, *args, **kwargs):\n        return view(request, *args, **kwargs)\n    return inner\n@logged\ndef one(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.one"]);
}

#[test]
fn partial_of_a_view() {
    let seen = seen_urls("from functools import partial\nurlpatterns = [path('a/', partial(views.one, big=True))]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.one"]);
}

#[test]
fn require_http_methods() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.a), path('b/', views.b), path('c/', views.c)]\n# --- shop/views.py\nfrom django.views.decorators.http import require_GET, require_POST, require_http_methods\n@require_http_methods(['GET', 'DELETE'])\ndef a(request):\n    pass\n@require_POST\ndef b(request):\n    pass\n@require_GET\ndef c(request):\n    pass\n",
    );
    assert_eq!([seen.methods("/a/"), seen.methods("/b/"), seen.methods("/c/")], ["DELETE,GET", "POST", "GET"]);
}

#[test]
fn http_method_names() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.Page.as_view())]\n# --- shop/views.py\nfrom django.views import View\nclass Page(View):\n    http_method_names = ['get']\n    def get(self, request):\n        pass\n    def post(self, request):\n        pass\n",
    );
    assert_eq!(seen.methods("/a/"), "GET");
}

#[test]
fn handlers_of_a_mixin() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.Page.as_view())]\n# --- shop/views.py\nfrom django.views import View\nclass Postable:\n    def post(self, request):\n        pass\nclass Page(Postable, View):\n    def get(self, request):\n        pass\n",
    );
    assert_eq!(seen.methods("/a/"), "GET,POST");
}

#[test]
fn api_view_decorator() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.one)]\n# --- shop/views.py\nfrom rest_framework.decorators import api_view\n@api_view(['GET', 'POST'])\ndef one(request):\n    pass\n",
    );
    assert_eq!(seen.methods("/a/"), "GET,POST");
}

#[test]
fn generic_api_view() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.Items.as_view())]\n# --- shop/views.py\nfrom rest_framework import generics\nclass Items(generics.ListCreateAPIView):\n    pass\n",
    );
    assert_eq!(seen.methods("/a/"), "GET,POST");
}

#[test]
fn feed_instance() {
    let seen = seen_urls(
        "from shop.feeds import News\nurlpatterns = [path('feed/', News())]\n# --- shop/feeds.py\nfrom django.contrib.syndication.views import Feed\nclass News(Feed):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/feed/ shop.feeds.News"]);
}

#[test]
fn bound_method_of_an_instance() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.api.one)]\n# --- shop/views.py\nclass Api:\n    def one(self, request):\n        pass\napi = Api()\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.Api.one"]);
}

#[test]
fn urls_property_of_an_instance() {
    let seen = seen_urls(
        "urlpatterns = [path('api/', views.api.urls)]\n# --- shop/views.py\nfrom django.urls import path\nclass Api:\n    def one(self, request):\n        pass\n    def get_urls(self):\n        return [path('one/', self.one)]\n    @property\n    def urls(self):\n        return self.get_urls(), 'api', 'api'\napi = Api()\n",
    );
    assert_eq!(seen.routes(), ["/api/one/ shop.views.Api.one"]);
}

#[test]
fn urls_of_an_app_config_with_super() {
    let seen = seen(
        r"
# --- core/config.py
from django.apps import AppConfig
from django.urls import path
class Base(AppConfig):
    def get_urls(self):
        from shop.views import base
        return [path('base/', base)]
    @property
    def urls(self):
        return self.get_urls(), self.label, self.label
# --- shop/apps.py
from core.config import Base
from django.urls import path
class ShopConfig(Base):
    name = 'shop'
    default = True
    def get_urls(self):
        from shop.views import own
        return super().get_urls() + [path('own/', own)]
# --- shop/views.py
def base(request):
    pass
def own(request):
    pass
# --- config/urls.py
from django.apps import apps
from django.urls import include, path
urlpatterns = [path('shop/', include(apps.get_app_config('shop').urls[0]))]
",
    );
    assert_eq!(seen.routes(), ["/shop/base/ shop.views.base", "/shop/own/ shop.views.own"]);
}

#[test]
fn registry_filled_by_a_decorator() {
    let seen = seen(
        r"
# --- core/registry.py
from django.urls import path
registry = {}
def register_view(model, name=''):
    def wrapper(cls):
        registry.setdefault(model, []).append((name, cls))
        return cls
    return wrapper
def get_urls(model):
    return [path(f'{name}/' if name else '', view.as_view()) for name, view in registry[model]]
# --- shop/views.py
from core.registry import register_view
from django.views import View
@register_view('item')
class Items(View):
    def get(self, request):
        pass
@register_view('item', 'edit')
class Edit(View):
    def post(self, request):
        pass
# --- config/urls.py
from core.registry import get_urls
from django.urls import include, path
from shop import views
urlpatterns = [path('items/', include(get_urls('item')))]
",
    );
    assert_eq!(seen.routes(), ["/items/ shop.views.Items", "/items/edit/ shop.views.Edit"]);
}

#[test]
fn ninja_api_and_router() {
    let seen = seen_urls(
        "from ninja import NinjaAPI\nfrom shop.api import router\napi = NinjaAPI()\napi.add_router('/items/', router)\n@api.get('/ping')\ndef ping(request):\n    pass\nurlpatterns = [path('api/', api.urls)]\n# --- shop/api.py\nfrom ninja import Router\nrouter = Router()\n@router.post('/{item_id}')\ndef change(request, item_id: int):\n    pass\n",
    );
    assert_eq!(seen.route("/api/ping").view.as_deref(), Some("config.urls.ping"));
    assert_eq!(seen.methods("/api/ping"), "GET");
    assert_eq!(seen.route("/api/items/{item_id}").view.as_deref(), Some("shop.api.change"));
    assert_eq!(seen.methods("/api/items/{item_id}"), "POST");
}

#[test]
fn urlconf_elsewhere() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'shop.routing.web'\n# --- shop/routing/web.py\nfrom django.urls import path\ndef home(request):\n    pass\nurlpatterns = [path('', home)]\n",
    );
    assert_eq!(seen.routes(), ["/ shop.routing.web.home"]);
}

#[test]
fn lambda_redirect_and_unknown_views_keep_their_route() {
    let seen = seen_urls("urlpatterns = [path('a/', lambda request: None), path('b/', views.one)]\n");
    assert_eq!(seen.paths(), ["/a/", "/b/"]);
}

#[test]
fn admin_site_is_one_route() {
    let seen = seen_urls("from django.contrib import admin\nurlpatterns = [path('admin/', admin.site.urls), path('a/', views.one)]\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.one", "/admin/ django.contrib.admin.sites.site.urls"]);
}

#[test]
fn view_named_by_a_dotted_string() {
    let seen = seen_urls("from django.conf.urls import patterns, url\nurlpatterns = patterns('', url(r'^a/$', 'shop.views.one'))\n");
    assert_eq!(seen.routes(), ["/a/ shop.views.one"]);
}

#[test]
fn generic_views_of_one_model() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.New.as_view()), path('b/', views.Gone.as_view())]\n# --- shop/views.py\nfrom django.views.generic import CreateView, DeleteView\nfrom .models import Item\nclass New(CreateView):\n    model = Item\nclass Gone(DeleteView):\n    model = Item\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!([seen.methods("/a/"), seen.methods("/b/")], ["GET,POST,PUT", "DELETE,GET,POST"]);
    assert_eq!(seen.inventory.views.iter().filter(|v| v.queryset_model.as_deref() == Some("shop.Item")).count(), 2);
}

#[test]
fn alternatives_and_an_optional_slash() {
    let seen = seen_urls("urlpatterns = [re_path(r'^(?:a|b)/(?P<x>[^/]+)/?$', views.one)]\n");
    assert_eq!(seen.paths(), ["/{var}/{x}/"]);
}

#[test]
fn made_in_a_loop_over_a_dictionary() {
    let seen = seen_urls(
        "urlpatterns = []\nfor name, view in {'a': views.one, 'b': views.two}.items():\n    urlpatterns += [path(name + '/', view)]\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.one", "/b/ shop.views.two"]);
}

#[test]
fn the_list_included_in_itself_under_a_prefix() {
    let seen = seen_urls("urlpatterns = [path('a/', views.one)]\nurlpatterns = [path('prefix/', include(urlpatterns))]\n");
    assert_eq!(seen.paths(), ["/prefix/a/"]);
}

#[test]
fn methods_limited_in_the_urlconf() {
    let seen = seen_urls(
        "from django.views.decorators.http import require_http_methods\nurlpatterns = [path('a/', require_http_methods(['POST'])(views.one))]\n",
    );
    assert_eq!(seen.methods("/a/"), "POST");
}

#[test]
fn view_loaded_in_ready_by_a_first_party_loader() {
    let seen = seen(
        r"
# --- core/loading.py
from importlib import import_module
def get_class(module, name):
    app, inner = module.split('.', 1)
    return getattr(import_module(app + '.' + inner), name)
# --- shop/apps.py
from core.loading import get_class
from django.apps import AppConfig
from django.urls import path
class ShopConfig(AppConfig):
    name = 'shop'
    def ready(self):
        self.items_view = get_class('shop.views', 'Items')
    def get_urls(self):
        return [path('items/', self.items_view.as_view())]
# --- shop/views.py
from django.views import View
class Items(View):
    def get(self, request):
        pass
# --- config/urls.py
from django.apps import apps
from django.urls import include, path
urlpatterns = [path('', include(apps.get_app_config('shop').get_urls()))]
",
    );
    assert_eq!(seen.routes(), ["/items/ shop.views.Items"]);
}

#[test]
fn ninja_router_named_by_a_string() {
    let seen = seen_urls(
        "from ninja import NinjaAPI\napi = NinjaAPI()\napi.add_router('o', 'shop.api.router')\nurlpatterns = [path('api/', api.urls)]\n# --- shop/api.py\nfrom ninja import Router\nrouter = Router()\n@router.delete('/{int:pk}')\ndef gone(request, pk):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/api/o/{pk} shop.api.gone"]);
}

#[test]
fn unknown_converter_does_not_hide_the_path() {
    let seen = seen_urls("import plant\nurlpatterns = [path(f'edit/<{plant.converter}:pk>/', views.one)]\n");
    assert!(seen.inventory.routes.iter().any(|r| r.path == "/edit/{pk}/"));
}

#[test]
fn known_part_of_a_list_is_walked() {
    let seen = seen_urls(
        "import plant\nurlpatterns = []\nfor name in ['a', 'b'] + plant.names():\n    urlpatterns.append(path(name + '/', views.one))\n",
    );
    let paths: Vec<&str> = seen.inventory.routes.iter().map(|r| r.path.as_str()).collect();
    assert!(paths.contains(&"/a/") && paths.contains(&"/b/"), "{paths:?}");
}

#[test]
fn class_whose_metaclass_hands_on_to_another() {
    let seen = seen_urls(
        "class Meta(type):\n    def __getattr__(cls, name):\n        return getattr(cls.__dict__.get('_default') or cls._default_class, name)\nclass Proxy(metaclass=Meta):\n    _default_class = None\nclass Front(Proxy):\n    _default_class = views.Page\nurlpatterns = [path('a/', Front.as_view())]\n",
    );
    assert!(seen.inventory.routes.iter().any(|r| r.view.as_deref() == Some("shop.views.Page")), "{:?}", seen.inventory.routes);
}

#[test]
fn tastypie_resources() {
    let seen = seen_urls(
        "from tastypie.api import Api\nfrom tastypie.resources import ModelResource\nclass ItemResource(ModelResource):\n    class Meta:\n        resource_name = 'item'\nv1 = Api(api_name='v1')\nv1.register(ItemResource())\nurlpatterns = [path('api/', include(v1.urls))]\n",
    );
    assert!(seen.inventory.routes.iter().any(|r| r.view.as_deref() == Some("config.urls.ItemResource.dispatch_list")));
}

#[test]
fn tastypie_resources_have_a_key_and_patterns_of_their_own() {
    let seen = seen_urls(
        r"
from tastypie.api import NamespacedApi
from tastypie.resources import ModelResource
from tastypie.utils import trailing_slash
def guarded(method):
    def wrapper(resource, request, **kwargs):
        resource.method_check(request)
        return method(resource, request)
    return wrapper
class Base(ModelResource):
    class Meta:
        detail_uri_name = 'uuid'
    def prepend_urls(self):
        return [re_path(r'^(?P<resource_name>%s)/(?P<%s>\w+)/move%s$' % (self._meta.resource_name, self._meta.detail_uri_name, trailing_slash()), self.wrap_view('move'), name='move')]
    @guarded
    def move(self, request, **kwargs):
        pass
class ShelfResource(Base):
    def prepend_urls(self):
        return super().prepend_urls() + [re_path(r'^(?P<resource_name>%s)/all%s$' % (self._meta.resource_name, trailing_slash), self.wrap_view('get_list'))]
    class Meta(Base.Meta):
        pass
class ItemResource(ModelResource):
    def base_urls(self):
        return [re_path('^first/$', self.wrap_view('dispatch_list'))] + super().base_urls()
    def prepend_urls(self):
        found = super(ItemResource, self).prepend_urls()
        found.append(re_path('^%s/own/$' % self._meta.resource_name, self.wrap_view('own')))
        return found
    def own(self, request, **kwargs):
        pass
api = NamespacedApi('v2')
api.register(ShelfResource())
api.register(ItemResource())
urlpatterns = [path('api/', include(api.urls))]
",
    );
    assert_eq!(
        seen.routes(),
        [
            "/api/{api_name}/first/ config.urls.ItemResource.dispatch_list",
            "/api/{api_name}/item/own/ config.urls.ItemResource.own",
            "/api/{api_name}/{resource_name}/ config.urls.ItemResource.dispatch_list",
            "/api/{api_name}/{resource_name}/ config.urls.ShelfResource.dispatch_list",
            "/api/{api_name}/{resource_name}/all/ config.urls.ShelfResource.get_list",
            "/api/{api_name}/{resource_name}/schema/ config.urls.ItemResource.get_schema",
            "/api/{api_name}/{resource_name}/schema/ config.urls.ShelfResource.get_schema",
            "/api/{api_name}/{resource_name}/set/{pk_list}/ config.urls.ItemResource.get_multiple",
            "/api/{api_name}/{resource_name}/set/{uuid_list}/ config.urls.ShelfResource.get_multiple",
            "/api/{api_name}/{resource_name}/{pk}/ config.urls.ItemResource.dispatch_detail",
            "/api/{api_name}/{resource_name}/{uuid}/ config.urls.ShelfResource.dispatch_detail",
            "/api/{api_name}/{resource_name}/{uuid}/move/ config.urls.ShelfResource.move",
        ]
    );
    // A view is what the decorators stand around.
    let moved = seen.inventory.views.iter().find(|view| view.qualname == "config.urls.ShelfResource.move").unwrap();
    assert_eq!(moved.lines, 2);
    let detail = seen.inventory.routes.iter().find(|r| r.path.ends_with("/{pk}/"));
    assert_eq!(detail.map(|r| r.pattern.as_str()), Some("api/^(?P<api_name>v2)/^(?P<resource_name>item)/(?P<pk>.*?)/$"));
}

#[test]
fn resolver_and_pattern_written_out() {
    let seen = seen_urls(
        r"
import django.urls
from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern, URLResolver
class Prefix(django.urls.LocalePrefixPattern):
    @property
    def language_prefix(self):
        return 'xx/'
def localised(*urls, prefix_default_language=True):
    return [django.urls.URLResolver(Prefix(prefix_default_language=prefix_default_language), list(urls))]
urlpatterns = localised(path('one/', views.one, name='one')) + [
    URLResolver(RoutePattern('api/<int:pk>/'), [URLPattern(RegexPattern(r'^two$'), views.two, name='two')]),
]
",
    );
    assert_eq!(seen.routes(), ["/api/{pk}/two shop.views.two", "/{language}/one/ shop.views.one"]);
    assert!(seen.route("/{language}/one/").i18n);
    assert_eq!(seen.route("/api/{pk}/two").name.as_deref(), Some("two"));
}

#[test]
fn one_of_two_lists_added_to_others() {
    let seen = seen_urls(
        r"
import socket
more = []
if socket.gethostname() == 'a':
    more += [path('one/', views.one)]
    more = list(more)
else:
    more = [path('two/', views.two)]
urls = []
urls += more
urlpatterns = [path('x/', include(urls))]
",
    );
    assert_eq!(seen.paths(), ["/x/one/", "/x/two/"]);
}

#[test]
fn below_a_prefix_that_is_not_known() {
    let seen = seen_urls(
        r"
import socket
from django.conf import settings
prefix = socket.gethostname()
inner = [path('one/', views.one)]
urlpatterns = [
    path(f'{settings.NOWHERE}/', include(inner)),
    re_path(r'^{}two/$'.format(prefix), views.two),
    re_path(r'^%s/three/$' % prefix, views.one),
    path(prefix, views.two),
]
",
    );
    assert_eq!(seen.routes(), ["/{?} shop.views.two", "/{?}/one/ shop.views.one", "/{?}/three/ shop.views.one", "/{?}two/ shop.views.two"]);
    assert!(seen.inventory.routes.iter().all(|route| !route.path_known && route.certainty == Certainty::Unknown));
    assert_eq!(seen.inventory.coverage.unresolved.iter().filter(|place| place.kind == "routes").count(), 4);
}

#[test]
fn one_list_included_several_times() {
    let seen =
        seen_urls("inner = [path('x/', views.one)]\nurlpatterns = [path('a/', include(inner)), path('b/', include((inner, 'b')))]\n");
    assert_eq!(seen.routes(), ["/a/x/ shop.views.one", "/b/x/ shop.views.one"]);
    assert_eq!(seen.route("/b/x/").namespace.as_deref(), Some("b"));
}

#[test]
fn tuples_within_tuples() {
    let seen = seen_urls(
        "deep = ([path('c/', views.one)], 'deep')\ninner = ([path('b/', include(deep, namespace='d'))], 'inner')\nurlpatterns = [path('a/', include(inner, 'i'))]\n",
    );
    assert_eq!(seen.routes(), ["/a/b/c/ shop.views.one"]);
    assert_eq!(seen.route("/a/b/c/").namespace.as_deref(), Some("i:d"));
}

#[test]
fn groups_within_groups() {
    let seen = seen_urls("urlpatterns = [re_path(r'^a/(?P<whole>(?P<year>[0-9]{4})-(\\d+))/(page-(?P<page>\\d+)/)?$', views.one)]\n");
    assert_eq!(seen.paths(), ["/a/{whole}/{var}"]);
}

#[test]
fn urls_composed_of_other_configs_and_processed() {
    let seen = seen(
        r"
# --- core/config.py
from django.apps import AppConfig, apps
from django.urls import include, path
class Base(AppConfig):
    def get_urls(self):
        return []
    def post_process_urls(self, patterns):
        return patterns
    @property
    def urls(self):
        return self.get_urls(), self.label, self.label
# --- stock/__init__.py
# --- stock/apps.py
from core.config import Base
from django.urls import path
class StockConfig(Base):
    name = 'stock'
    default = True
    def get_urls(self):
        from shop.views import own
        return self.post_process_urls([path('own/', own)])
# --- shop/apps.py
from core.config import Base
from django.apps import apps
from django.urls import path
class ShopConfig(Base):
    name = 'shop'
    default = True
    def ready(self):
        self.stock = apps.get_app_config('stock')
    def get_urls(self):
        return self.post_process_urls([path('stock/', self.stock.urls)])
# --- shop/views.py
def own(request):
    pass
# --- config/urls.py
from django.apps import apps
from django.urls import include, path
urlpatterns = [path('', include(apps.get_app_config('shop').urls[0]))]
",
    );
    assert_eq!(seen.routes(), ["/stock/own/ shop.views.own"]);
}

#[test]
fn object_that_is_called() {
    let seen = seen_urls(
        "class Hook:\n    def __init__(self, name):\n        self.name = name\n    def __call__(self, request):\n        pass\nurlpatterns = [path('hook/', Hook('a'))]\n",
    );
    assert_eq!(seen.routes(), ["/hook/ config.urls.Hook"]);
}

#[test]
fn method_of_an_admin_class_as_a_view() {
    let seen = seen_urls(
        r"
from django.contrib import admin
from shop.admin import ItemAdmin
from shop.models import Item
items = ItemAdmin(Item, admin.site)
urlpatterns = [path('export/', admin.site.admin_view(items.export)), path('admin/', admin.site.urls)]
# --- shop/models.py
from django.db import models
class Item(models.Model):
    pass
# --- shop/admin.py
from django.contrib import admin
from .models import Item
@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    def export(self, request):
        pass
",
    );
    assert_eq!(seen.route("/export/").view.as_deref(), Some("shop.admin.ItemAdmin.export"));
}

#[test]
fn urls_of_packages() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.one), path('accounts/', include('allauth.urls')), path('auth/', include('knox.urls')), path('rest/', include('dj_rest_auth.urls'))]\n",
    );
    // Each is one thing of the package's, not a route of the project's.
    let own: Vec<&str> = seen.inventory.routes.iter().filter(|r| r.first_party_view).map(|r| r.path.as_str()).collect();
    assert_eq!(own, ["/a/"]);
}

#[test]
fn endpoints_of_graphql() {
    let seen = seen_urls(
        r"
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView
from strawberry.django.views import AsyncGraphQLView
class Own(GraphQLView):
    pass
urlpatterns = [path('a/', csrf_exempt(Own.as_view(graphiql=True))), path('b/', AsyncGraphQLView.as_view(schema=None))]
",
    );
    assert_eq!([seen.methods("/a/"), seen.methods("/b/")], ["GET,POST", "GET,POST"]);
    assert_eq!(seen.inventory.views.iter().find(|v| v.qualname == "config.urls.Own").unwrap().kind, "graphql");
}

#[test]
fn class_that_answers_in_its_own_dispatch() {
    let seen = seen_urls(
        r"
urlpatterns = [path('any/', views.Any.as_view()), path('some/', views.Some.as_view()), path('none/', views.Checked.as_view())]
# --- shop/views.py
from django.http import HttpResponse, HttpResponseNotAllowed
from django.views import View
class Any(View):
    def dispatch(self, request):
        return HttpResponse()
class Some(View):
    def dispatch(self, request):
        if request.method not in ('GET', 'POST'):
            return HttpResponseNotAllowed(['GET', 'POST'])
        return HttpResponse()
class Checked(View):
    def dispatch(self, request):
        return super().dispatch(request)
",
    );
    assert_eq!([seen.methods("/any/"), seen.methods("/some/"), seen.methods("/none/")], ["-", "-", ""]);
    assert_eq!(seen.route("/any/").likely_methods, None);
    assert_eq!(seen.route("/some/").likely_methods.as_deref(), Some(&["GET".to_owned(), "POST".to_owned()][..]));
}

#[test]
fn methods_limited_by_a_method_decorator() {
    let seen = seen_urls(
        r"
urlpatterns = [path('a/', views.A.as_view()), path('b/', views.B.as_view()), path('c/', views.C.as_view()), path('d/', views.D.as_view())]
# --- shop/views.py
from django.contrib.auth.decorators import login_required
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST
class Both(View):
    def get(self, request):
        pass
    def post(self, request):
        pass
@method_decorator(require_POST, name='dispatch')
class A(Both):
    pass
@method_decorator([login_required, require_http_methods(['GET', 'PUT'])], name='dispatch')
class B(Both):
    pass
class C(Both):
    @method_decorator(require_POST)
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)
@method_decorator(require_POST, name='post')
class D(Both):
    pass
",
    );
    let methods = ["/a/", "/b/", "/c/", "/d/"].map(|path| seen.methods(path));
    assert_eq!(methods, ["POST", "GET", "POST", "GET,POST"]);
}

#[test]
fn branch_that_the_environment_decides_is_named() {
    let seen = seen_urls(
        r"
from django.conf import settings
urlpatterns = [path('a/', views.one)]
if settings.EXTRA:
    urlpatterns += [path('b/', views.two)]
if settings.FIXED:
    urlpatterns += [path('c/', views.two)]
# --- config/settings.py
import os
ROOT_URLCONF = 'config.urls'
INSTALLED_APPS = ['shop']
def flag(name, default):
    value = os.environ.get(name)
    return default if value is None else value == '1'
EXTRA = flag('EXTRA', True)
FIXED = flag('FIXED', True)
FIXED = True
",
    );
    assert_eq!(seen.paths(), ["/a/", "/b/", "/c/"]);
    let named: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "environment").collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!((named[0].file.as_str(), named[0].line, named[0].text.as_str()), ("config/urls.py", 6, "settings.EXTRA"));
}

#[test]
fn subclass_of_dict_remembers_what_is_set_in_it() {
    let seen = seen_urls(
        r"
from shop.registry import Registry, registry
registry['pages'] = ['a/', 'b/']
registry['done'] = True
urlpatterns = [path(page, views.one) for page in registry['pages']]
if not registry.get('done', False):
    urlpatterns += [path('c/', views.two)]
if 'done' in registry and 'other' not in registry:
    urlpatterns += [path('d/', views.two)]
if not Registry():
    urlpatterns += [path('e/', views.two)]
# --- shop/registry.py
class Registry(dict):
    def __setitem__(self, key, value):
        if key in self:
            raise KeyError(key)
        super().__setitem__(key, value)
registry = Registry(early=[])
",
    );
    assert_eq!(seen.paths(), ["/a/", "/b/", "/d/", "/e/"]);
}

#[test]
fn class_method_of_an_instance() {
    let seen = seen_urls(
        "urlpatterns = [path('a/', views.Page().as_view())]\n# --- shop/views.py\nfrom django.views import View\nclass Page(View):\n    def get(self, request):\n        pass\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.Page"]);
}

/// As projects of plug-ins do it: each application adds its own patterns to the list of the root while it starts, if it has any.
#[test]
fn patterns_that_app_configs_add_while_they_start() {
    let seen = seen(
        "
# --- config/urls.py
urlpatterns = []
# --- config/plugins.py
from django.apps import AppConfig
from django.urls import include, re_path
from django.utils.module_loading import import_string
class Plugin(AppConfig):
    prefix = None
    def ready(self):
        from config.urls import urlpatterns as everything
        for name in ('urlpatterns', 'more_urlpatterns'):
            try:
                own = import_string(dotted_path='{}.urls.{}'.format(self.name, name))
            except ImportError as error:
                if 'urls' not in str(error):
                    raise error
            else:
                everything += (re_path(route=r'^{}/'.format(self.prefix), view=include((own, self.name))),)
# --- config/settings.py
INSTALLED_APPS = ['shop.apps.Shop', 'quiet.apps.Quiet']
ROOT_URLCONF = 'config.urls'
# --- shop/apps.py
from config.plugins import Plugin
class Shop(Plugin):
    name = 'shop'
    prefix = 'items'
# --- shop/views.py
def one(request):
    pass
# --- shop/urls.py
from django.urls import path
from . import views
urlpatterns = [path('one/', views.one, name='one')]
# --- quiet/apps.py
from config.plugins import Plugin
class Quiet(Plugin):
    name = 'quiet'
",
    );
    assert_eq!(seen.routes(), ["/items/one/ shop.views.one"]);
    assert_eq!(seen.route("/items/one/").namespace.as_deref(), Some("shop"));
    assert!(seen.inventory.coverage.unresolved.is_empty(), "{:?}", seen.inventory.coverage.unresolved);
}

#[test]
fn prefix_that_is_kept_in_the_database() {
    let seen = seen_urls(
        "from shop.models import option\nurlpatterns = [path(option('prefix') + 'one/', views.one)]\n# --- shop/models.py\nfrom django.db import models\nclass Options(models.Model):\n    prefix = models.CharField(max_length=9, default='in/')\ndef option(name, default=None):\n    return getattr(Options.objects.get(), name, default)\n",
    );
    assert_eq!(seen.routes(), ["/in/one/ shop.views.one"]);
}

#[test]
fn wrapper_that_has_decorators_of_its_own() {
    let seen = seen_urls(
        "from shop.deco import guarded\nurlpatterns = [path('one/', guarded(views.one)), path('three/', views.three)]\n# --- shop/deco.py\ndef plain(f):\n    def inner(request, *args):\n        return f(request, *args)\n    return inner\ndef guarded(f):\n    @plain\n    def wrapper(request, *args):\n        return f(request, *args)\n    return wrapper\n# --- shop/views.py\nfrom .deco import guarded\ndef one(request):\n    pass\n@guarded\ndef three(request):\n    pass\n",
    );
    assert_eq!(seen.route("/three/").view.as_deref(), Some("shop.views.three"));
}

#[test]
fn decorator_that_takes_a_view_or_a_message() {
    let seen = seen_urls(
        "from shop.deco import login_required\nurlpatterns = [path('page/', login_required(views.Page.as_view())), path('one/', login_required('Please')(views.one))]\n# --- shop/deco.py\nfrom functools import wraps\nfrom django.utils.functional import Promise\ndef login_required(view_or_message):\n    if isinstance(view_or_message, (Promise, str)):\n        def decorator(f):\n            return made(f, view_or_message)\n        return decorator\n    return made(view_or_message)\ndef made(f, message=None):\n    @wraps(f)\n    def inner(request, *args):\n        return f(request, *args)\n    return inner\n",
    );
    assert_eq!(seen.routes(), ["/one/ shop.views.one", "/page/ shop.views.Page"]);
}

#[test]
fn settings_object_of_the_project() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nSWITCH = False\n# --- config/urls.py\nfrom django.urls import path\nfrom shop.conf import settings\nfrom shop import views\nurlpatterns = [path('one/', views.one)]\nif settings.SWITCH:\n    urlpatterns = [path('two/', views.one)]\n# --- shop/views.py\ndef one(request):\n    pass\n# --- shop/conf.py\nfrom django.conf import LazySettings\nclass Own(LazySettings):\n    def __getattr__(self, name):\n        try:\n            return super().__getattr__(name)\n        except Exception:\n            return self.from_database(name)\nsettings = Own()\n",
    );
    assert_eq!(seen.routes(), ["/one/ shop.views.one"]);
}

#[test]
fn app_name_of_a_module_beside_that_of_a_tuple() {
    let seen = seen_urls(
        "from shop import urls\nurlpatterns = [path('a/', include((urls, 'given'), namespace='ns')), path('b/', include((urls, 'given'))), path('c/', include(('shop.plain', 'given')))]\n# --- shop/urls.py\nfrom django.urls import path\nfrom . import views\napp_name = 'own'\nurlpatterns = [path('one/', views.one, name='one')]\n# --- shop/plain.py\nfrom django.urls import path\nfrom . import views\nurlpatterns = [path('one/', views.one, name='one')]\n",
    );
    let named = |path: &str| (seen.route(path).namespace.clone().unwrap_or_default(), seen.route(path).name.clone().unwrap_or_default());
    assert_eq!(named("/a/one/"), ("ns".to_owned(), "one".to_owned()));
    assert_eq!(named("/b/one/"), ("own".to_owned(), "one".to_owned()));
    assert_eq!(named("/c/one/"), ("given".to_owned(), "one".to_owned()));
}

#[test]
fn namespace_of_a_ninja_api_of_the_projects_own_class() {
    let seen = seen_urls(
        "from ninja import NinjaAPI\nclass Api(NinjaAPI):\n    pass\napi = Api(title='x', urls_namespace='items')\n@api.get('/ping')\ndef ping(request):\n    pass\nurlpatterns = [path('api/', api.urls)]\n",
    );
    assert_eq!(seen.route("/api/ping").namespace.as_deref(), Some("items"));
}

#[test]
fn module_that_only_an_include_names() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- config/urls.py\nfrom django.urls import include, path\nurlpatterns = [path('api/', include('api4.urls', namespace='api4')), path('more/', include(('api5.urls', 'api5')))]\n# --- shop/models.py\n# --- api4/urls.py\nfrom rest_framework.routers import SimpleRouter\nfrom .views import Items\napp_name = 'api4'\nrouter = SimpleRouter()\nrouter.register('items', Items, basename='item')\nurlpatterns = router.urls\n# --- api4/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    pass\n# --- api5/urls.py\nfrom rest_framework.routers import SimpleRouter\nfrom api4.views import Items\nrouter = SimpleRouter()\nrouter.register('items', Items, basename='item')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/api/items/", "/api/items/{pk}/", "/more/items/", "/more/items/{pk}/"]);
}

#[test]
fn url_modules_of_other_hosts() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['django_hosts', 'shop']\nROOT_URLCONF = 'config.urls'\nROOT_HOSTCONF = 'config.hosts'\n# --- config/hosts.py\nfrom django.conf import settings\nfrom django_hosts import host\nhost_patterns = [host('www', settings.ROOT_URLCONF, name='www'), host('docs', 'shop.urls', name='docs')]\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('one/', views.one)]\n# --- shop/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('two/', views.two)]\n# --- shop/views.py\ndef one(request):\n    pass\ndef two(request):\n    pass\n",
    );
    assert_eq!(seen.routes(), ["/one/ shop.views.one", "/two/ shop.views.two"]);
    assert_eq!(seen.route("/two/").root_urlconf.as_str(), "shop.urls");
}

#[test]
fn patterns_that_a_method_of_the_class_makes() {
    let seen = seen_urls(
        "urlpatterns = [*views.Items.get_urls('items')]\n# --- shop/views.py\nfrom django.urls import path\nfrom django.utils.decorators import classonlymethod\nfrom django.views import View\nclass Items(View):\n    @classonlymethod\n    def get_urls(cls, base):\n        return [path(f'{base}/{action}/', cls.as_view(action=action), name=action) for action in ('new', 'list')]\n",
    );
    assert_eq!(seen.routes(), ["/items/list/ shop.views.Items", "/items/new/ shop.views.Items"]);
}

#[test]
fn prefixes_whose_default_stands_beside_an_option_kept_elsewhere() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nfrom shop.options import get_option\nprefix = get_option('items', 'url') or 'items'\nlater = get_option('later', 'url')\nif not later:\n    later = 'later'\nurlpatterns = [path('%s/add/' % prefix, views.one), path(f'{later}/', views.one)]\n# --- shop/options.py\nfrom shop.models import Option\ndef get_option(scope, name):\n    option = Option.objects.filter(scope=scope, name=name).first()\n    if option is not None:\n        return option.get_value().strip()\n    return ''\n# --- shop/models.py\nfrom django.db import models\nclass Option(models.Model):\n    scope = models.TextField()\n    name = models.TextField()\n# --- shop/views.py\ndef one(request):\n    pass\n",
    );
    let paths: Vec<&str> = seen.inventory.routes.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(paths, ["/items/add/", "/later/"]);
    let said = seen.inventory.coverage.unresolved.iter().filter(|open| open.kind == "environment");
    assert_eq!(said.map(|open| (open.line, open.text.as_str())).collect::<Vec<_>>(), [(4, "get_option(…)"), (6, "later")]);
}

#[test]
fn patterns_that_a_class_decorates() {
    let seen = seen_urls(
        "from shop.decorated import decorator_include\nfrom shop.deco import marked\nurlpatterns = [path('a/', decorator_include(marked, 'shop.urls')), path('b/', decorator_include([marked], [path('x', views.one), path('in/', include('shop.urls'))])), path('d/', decorator_include(marked, ([path('x', views.one, name='x')], 'app'), 'ns'))]\n# --- shop/urls.py\nfrom django.urls import include, path, re_path\nfrom rest_framework.routers import SimpleRouter\nfrom . import views\napp_name = 'own'\nrouter = SimpleRouter()\nrouter.register('items', views.Items, basename='item')\nurlpatterns = [path('one/<int:pk>/', views.one, name='one'), re_path('^two/$', views.two), path('', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\ndef one(request):\n    pass\ndef two(request):\n    pass\nclass Items(viewsets.ReadOnlyModelViewSet):\n    pass\n# --- shop/deco.py\nfrom django.contrib.auth.decorators import login_required as marked\n# --- shop/decorated.py\nfrom importlib import import_module\nfrom django.urls import URLPattern, URLResolver, include\nfrom django.utils.functional import cached_property\nclass Decorated:\n    def __init__(self, urlconf, decorators):\n        self.urlconf = urlconf\n        try:\n            iter(decorators)\n        except TypeError:\n            decorators = [decorators]\n        self.decorators = decorators\n    def decorate(self, pattern):\n        if isinstance(pattern, URLResolver):\n            made = URLResolver(pattern.pattern, Decorated(pattern.urlconf_module, self.decorators), pattern.default_kwargs, pattern.app_name, pattern.namespace)\n        else:\n            callback = pattern.callback\n            for decorator in reversed(self.decorators):\n                callback = decorator(callback)\n            made = URLPattern(pattern.pattern, callback, pattern.default_args, pattern.name)\n        return made\n    @cached_property\n    def urlpatterns(self):\n        patterns = getattr(self.urlconf_module, 'urlpatterns', self.urlconf_module)\n        return [self.decorate(pattern) for pattern in patterns]\n    @cached_property\n    def urlconf_module(self):\n        if isinstance(self.urlconf, str):\n            return import_module(self.urlconf)\n        return self.urlconf\ndef decorator_include(decorators, arg, namespace=None):\n    urlconf, app_name, namespace = include(arg, namespace=namespace)\n    return Decorated(urlconf, decorators), app_name, namespace\n",
    );
    assert_eq!(
        seen.routes(),
        [
            "/a/items/ shop.views.Items",
            "/a/items/{pk}/ shop.views.Items",
            "/a/one/{pk}/ shop.views.one",
            "/a/two/ shop.views.two",
            "/b/in/items/ shop.views.Items",
            "/b/in/items/{pk}/ shop.views.Items",
            "/b/in/one/{pk}/ shop.views.one",
            "/b/in/two/ shop.views.two",
            "/b/x shop.views.one",
            "/d/x shop.views.one",
        ]
    );
    assert_eq!(seen.route("/a/one/{pk}/").namespace.as_deref(), Some("own"));
    assert_eq!(seen.route("/d/x").namespace.as_deref(), Some("ns"));
    let open: Vec<_> =
        seen.inventory.routes.iter().filter(|route| route.access.login_required != Some(true)).map(|route| &route.path).collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn decorator_include_of_the_package() {
    let seen = seen_urls(
        "from decorator_include import decorator_include\nfrom django.contrib.auth.decorators import login_required\nurlpatterns = [path('a/', decorator_include(login_required, 'shop.urls', namespace='ns'))]\n# --- shop/urls.py\nfrom django.urls import path\nfrom . import views\nurlpatterns = [path('one/', views.one, name='one')]\n",
    );
    assert_eq!(seen.routes(), ["/a/one/ shop.views.one"]);
    let route = seen.route("/a/one/");
    assert_eq!((route.namespace.as_deref(), route.access.login_required), (Some("ns"), Some(true)));
}

#[test]
fn endpoints_of_wagtails_api() {
    let seen = seen_urls(
        "from wagtail.api.v2.router import WagtailAPIRouter\nfrom wagtail.images.api.v2.views import ImagesAPIViewSet\napi = WagtailAPIRouter('api')\napi.register_endpoint('items', views.Items)\napi.register_endpoint('tree', views.Tree)\napi.register_endpoint('images', ImagesAPIViewSet)\nurlpatterns = [path('api/v2/', api.urls)]\n# --- shop/views.py\nfrom wagtail.api.v2.views import BaseAPIViewSet\nfrom wagtail.admin.api.views import PagesAdminAPIViewSet\nclass Items(BaseAPIViewSet):\n    pass\nclass Tree(PagesAdminAPIViewSet):\n    pass\n",
    );
    assert_eq!(
        seen.routes(),
        [
            "/api/v2/items/ shop.views.Items",
            "/api/v2/items/find/ shop.views.Items",
            "/api/v2/items/{pk}/ shop.views.Items",
            "/api/v2/tree/ shop.views.Tree",
            "/api/v2/tree/find/ shop.views.Tree",
            "/api/v2/tree/{pk}/ shop.views.Tree",
            "/api/v2/tree/{pk}/action/{action_name}/ shop.views.Tree",
        ]
    );
    let route = seen.route("/api/v2/items/find/");
    assert_eq!((route.namespace.as_deref(), route.name.as_deref()), (Some("api:items"), Some("find")));
}

#[test]
fn patterns_of_a_router_that_code_goes_through() {
    let seen = seen_urls(
        "from rest_framework.routers import DefaultRouter\nclass Own(DefaultRouter):\n    def get_urls(self):\n        return [url for url in super().get_urls() if url.name != 'api-root']\nrouter = Own()\nrouter.register('items', views.Items, basename='item')\nurlpatterns = [path('api/', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    pass\n",
    );
    assert!(seen.routes().contains(&"/api/items/{pk}/ shop.views.Items".to_owned()), "{:?}", seen.routes());
}

#[test]
fn view_whose_base_nobody_describes() {
    let seen = seen_urls(
        "from nobody_knows.views import Shown\nclass Page(Shown):\n    pass\nclass Hook(Shown):\n    def __call__(self, request):\n        pass\nurlpatterns = [path('page/', Page.as_view()), path('hook/', Hook())]\n",
    );
    let kind = |name: &str| seen.inventory.views.iter().find(|view| view.qualname.ends_with(name)).unwrap().kind.clone();
    assert_eq!((kind(".Page").as_str(), kind(".Hook").as_str()), ("class", "callable"));
}

#[test]
fn pages_that_hooks_add_to_wagtails_admin() {
    let seen = seen_urls(
        "from wagtail.admin import urls as wagtailadmin_urls\nurlpatterns = [path('cms/', include(wagtailadmin_urls)), path('other/', include('wagtail.admin.urls'))]\n# --- shop/wagtail_hooks.py\nfrom django.urls import path\nfrom wagtail import hooks\nfrom shop import views\n@hooks.register('register_admin_urls')\ndef pages():\n    return [path('one/', views.one)]\ndef more():\n    return [path('two/', views.two)]\nhooks.register('register_admin_urls', more)\n@hooks.register('construct_main_menu')\ndef menu(request, items):\n    return [path('three/', views.one)]\n",
    );
    assert_eq!(
        seen.routes(),
        ["/cms/one/ shop.views.one", "/cms/two/ shop.views.two", "/other/one/ shop.views.one", "/other/two/ shop.views.two"]
    );
    assert_eq!(seen.route("/cms/one/").access.login_required, Some(true));
}

#[test]
fn other_settings_that_serve_the_same_site_or_another() {
    let seen = seen(
        "# --- config/settings/__init__.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n# --- config/settings/dev.py\nfrom . import *\nROOT_URLCONF = 'config.urls_dev'\n# --- config/settings/help.py\nfrom . import *\nROOT_URLCONF = 'config.urls_help'\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.one), path('two/', views.two)]\n# --- config/urls_dev.py\nfrom config.urls import urlpatterns\nfrom django.urls import path\nfrom shop import views\nurlpatterns = urlpatterns + [path('debug/', views.one)]\n# --- config/urls_help.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.one), path('help/', views.two)]\n# --- shop/views.py\ndef one(request): pass\ndef two(request): pass\n",
    );
    let found: Vec<_> = seen.inventory.routes.iter().map(|route| format!("{} {}", route.root_urlconf, route.path)).collect();
    assert_eq!(found, ["config.urls /", "config.urls /two/", "config.urls_help /", "config.urls_help /help/"]);
}

#[test]
fn view_set_whose_mapping_is_that_of_its_action() {
    let seen = seen_urls(
        "from rest_framework.decorators import action\nfrom rest_framework.viewsets import GenericViewSet\nclass Items(GenericViewSet):\n    @classmethod\n    def of(cls, name):\n        method = getattr(cls, name)\n        return cls.as_view(dict(method.mapping), **method.kwargs)\n    @action(methods=['post'], detail=True, permission_classes=[])\n    def archive(self, request, pk):\n        pass\nfrom formtools.wizard.views import SessionWizardView\nclass Steps(SessionWizardView): pass\nurlpatterns = [path('archive/', Items.of('archive')), path('odd/', Items.as_view(views.unknown())), path('steps/', Steps.as_view([('one', Form)]))]\n",
    );
    assert_eq!(seen.methods("/archive/"), "POST");
    assert_eq!(seen.route("/archive/").actions, [("post".to_owned(), "archive".to_owned())]);
    assert_eq!(seen.route("/odd/").methods, None);
    assert_eq!(seen.methods("/steps/"), "GET,POST");
}

#[test]
fn pages_of_an_admin_site_with_patterns_of_its_own() {
    for (version, behind) in [("2.2", "django.contrib.admin.sites"), ("5.2", "the admin")] {
        let seen = seen_urls(&format!(
            "from django.contrib.admin import AdminSite\nclass Site(AdminSite):\n    def get_urls(self):\n        return super().get_urls() + [path('stats/', views.one)]\nsite = Site()\nurlpatterns = [path('', site.urls), path('api/', views.two)]\n# --- requirements.txt\nDjango=={version}\n"
        ));
        let open: Vec<_> =
            seen.inventory.urls.patterns.iter().filter_map(|p| if let UrlEnd::Open(what) = &p.end { Some(what) } else { None }).collect();
        assert!(!open.is_empty() && open.iter().all(|what| *what == behind), "{open:?}");
    }
}

#[test]
fn paths_made_of_the_variables_in_view() {
    let seen = seen_urls(
        "from django.urls import re_path\nPAGES = ['one', 'two']\nname = 'three'\nurlpatterns = [re_path(r'^%(page)s$' % locals(), view) for page in PAGES]\nurlpatterns += [re_path('^%(name)s$' % globals(), view)]\nfor page, found in {'four': view}.items():\n    urlpatterns.append(re_path('^%(page)s$' % vars(), found))\n",
    );
    assert_eq!(seen.paths(), ["/four", "/one", "/three", "/two"]);
}

#[test]
fn paths_made_of_the_fields_of_a_named_tuple() {
    let seen = seen_urls(
        "from collections import namedtuple\nPages = namedtuple('Pages', ('ONE', 'TWO'))\nPAGES = Pages(ONE='FirstPage', TWO='Second')\ndef hyphens(raw):\n    text = f'{raw[0].lower()}{raw[1:]}'\n    return ''.join(c if c.islower() else f'-{c.lower()}' for c in text)\nurlpatterns = []\nfor page in PAGES:\n    urlpatterns.append(path(f'{hyphens(page)}/', views.one))\n",
    );
    assert_eq!(seen.paths(), ["/first-page/", "/second/"]);
}

#[test]
fn root_urlconf_that_middleware_chooses_for_a_request() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nHEDGE_URLS = 'config.third'\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.a), path('same/', views.a)]\n# --- config/other.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('b/', views.a), path('same/', views.a)]\n# --- config/third.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('c/', views.a)]\n# --- shop/views.py\ndef a(request):\n    pass\n# --- shop/middleware.py\nfrom django.conf import settings\nclass Sites:\n    def __call__(self, request):\n        if request.site.name == 'b':\n            request.urlconf = 'config.other'\n        else:\n            request.urlconf = settings.HEDGE_URLS\n",
    );
    assert_eq!(seen.paths(), ["/b/", "/same/", "/c/", "/a/", "/same/"]);
}

#[test]
fn what_a_package_answers_below_a_path() {
    let seen = seen_urls(
        "from django.urls import include\nfrom django.conf import settings\nurlpatterns = [path('api-auth/', include('rest_framework.urls')), path('x/', include('nobody_knows.urls', namespace='x'))]\nif settings.DEBUG:\n    urlpatterns += [path('__debug__/', include('debug_toolbar.urls'))]\n",
    );
    let brought: Vec<String> = seen.inventory.brought.iter().map(|one| format!("{} {}", one.path, one.name)).collect();
    assert_eq!(brought, ["/x/ nobody_knows.urls", "/api-auth/ rest_framework.urls"]);
}

#[test]
fn patterns_that_wagtail_decorates() {
    let seen = seen_urls(
        "from django.contrib.auth.decorators import login_required\nfrom wagtail.utils.urlpatterns import decorate_urlpatterns\nurlpatterns = [path('a/', views.one)] + decorate_urlpatterns([path('b/', views.two), path('c/', include([path('d/', views.one)]))], login_required)\n",
    );
    assert_eq!(seen.routes(), ["/a/ shop.views.one", "/b/ shop.views.two", "/c/d/ shop.views.one"]);
    let closed = |path: &str| seen.route(path).access.login_required;
    assert_eq!((closed("/a/") == Some(true), closed("/b/"), closed("/c/d/")), (false, Some(true), Some(true)));
}

#[test]
fn own_patterns_of_an_endpoint_of_wagtails_api() {
    let seen = seen_urls(
        "from wagtail.api.v2.router import WagtailAPIRouter\napi = WagtailAPIRouter('api')\napi.register_endpoint('items', views.Items)\napi.register_endpoint('moved', views.Moved)\nurlpatterns = [path('api/', api.urls)]\n# --- shop/views.py\nfrom wagtail.api.v2.views import BaseAPIViewSet, path\nclass Items(BaseAPIViewSet):\n    @classmethod\n    def get_urlpatterns(cls):\n        return [path('top/', cls.as_view({'get': 'top_view'}), name='top')]\nclass Moved(BaseAPIViewSet):\n    @classmethod\n    def get_urlpatterns(cls):\n        return super().get_urlpatterns() + [path('all/', cls.as_view({'get': 'all_view'}))]\n",
    );
    assert_eq!(seen.paths(), ["/api/items/top/", "/api/moved/", "/api/moved/all/", "/api/moved/find/", "/api/moved/{pk}/"]);
    let top = seen.route("/api/items/top/");
    assert_eq!((top.namespace.as_deref(), top.name.as_deref()), (Some("api:items"), Some("top")));
}

#[test]
fn view_of_an_object_of_a_packages_class() {
    let seen = seen_urls(
        "from drf_spectacular.views import SpectacularSwaggerView\nswagger = SpectacularSwaggerView(url_name='schema')\nurlpatterns = [path('docs/', swagger.as_view())]\n",
    );
    assert_eq!(seen.routes(), ["/docs/ drf_spectacular.views.SpectacularSwaggerView"]);
}

#[test]
fn options_of_an_own_dictionary_class() {
    let seen = seen_urls(
        "import yaml\nclass Config(dict):\n    def base(self):\n        return self.get('BASE', '/admin')\n    def language(self):\n        return self.get('LANGUAGE', 'en')\n    def __init__(self, *args):\n        super().__init__(*args)\n    def __getattr__(self, name):\n        return self.get(name)\ndef load():\n    config = Config({'LANGUAGE': 'de'})\n    with open('config.yml') as file:\n        for key, value in yaml.safe_load(file).items():\n            if key.isupper():\n                config[key] = value\n    return config\nCONFIG = load()\nurlpatterns = [path(CONFIG.base()[1:] + '/one/', views.one), path(f'{CONFIG.language()}/', views.two)]\n",
    );
    assert_eq!(seen.routes(), ["/admin/one/ shop.views.one", "/de/ shop.views.two"]);
}

#[test]
fn view_class_that_a_packages_decorator_is_called_with() {
    let seen = seen_urls(
        "from django.views import View\nfrom drf_spectacular.utils import extend_schema, extend_schema_view\ndef view(name):\n    made = type(f'{name}View', (View,), {})\n    return extend_schema_view(get=extend_schema(summary=name))(made)\nurlpatterns = [path(f'{name}/', view(name).as_view()) for name in ['Items', 'Shelves']]\n",
    );
    assert_eq!(seen.routes(), ["/Items/ config.urls.ItemsView", "/Shelves/ config.urls.ShelvesView"]);
}

#[test]
fn name_of_a_wrapper_is_that_of_the_view() {
    let seen = seen_urls(
        "from functools import wraps\ndef loaded(view):\n    @wraps(view)\n    def inner(request, **kwargs):\n        return view(request)\n    return inner\nurlpatterns = []\nfor view in [loaded(views.one), loaded(views.two)]:\n    urlpatterns.append(path(f'{view.__name__}/', view, name='shop_' + view.__name__))\n",
    );
    assert_eq!(seen.routes(), ["/one/ shop.views.one", "/two/ shop.views.two"]);
    assert_eq!(seen.route("/one/").name.as_deref(), Some("shop_one"));
}

#[test]
fn lambda_that_hands_the_request_to_the_view() {
    let seen = seen_urls(
        "from datetime import date\nfrom collections import namedtuple\nfrom cached_property import cached_property\nclass News(namedtuple('News', ('day', 'render'))):\n    @cached_property\n    def name(self):\n        return f'{self.day.isoformat()}-news'\nnews = ()\ndef announced(title, day):\n    def wrapper(fn):\n        global news\n        news += (News(day=day, render=lambda request: fn(title, request)),)\n        return fn\n    return wrapper\n@announced('One', date(2024, 5, 1))\ndef one(title, request):\n    pass\nurlpatterns = [re_path(f'^{n.day.isoformat()}/$', n.render, name=n.name) for n in news]\n",
    );
    assert_eq!(seen.routes(), ["/2024-05-01/ config.urls.one"]);
    assert_eq!(seen.route("/2024-05-01/").name.as_deref(), Some("2024-05-01-news"));
}

#[test]
fn app_name_that_is_taken_over_from_a_package() {
    let seen = seen_urls(
        "urlpatterns = [path('o/', include('shop.urls'))]\n# --- shop/urls.py\nfrom django.urls import path\nfrom oauth2_provider import urls as oauth\nfrom . import views\napp_name = oauth.app_name\nurlpatterns = [path('one/', views.one, name='one')]\n",
    );
    assert_eq!(seen.route("/o/one/").namespace.as_deref(), Some("oauth2_provider"));
}
