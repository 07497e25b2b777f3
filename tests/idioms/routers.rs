//! Routers of Django REST framework.

use migscan::django::inventory::Certainty;
use migscan::django::urls::UrlEnd;

use crate::project::{Seen, seen, seen_urls};

/// A urlconf with view sets `Items` (all actions) and `Shelves` (read-only); `router` is what the test is about.
fn seen_router(urls: &str) -> Seen {
    let views = "# --- shop/views.py\nfrom rest_framework import viewsets\nfrom rest_framework.decorators import action\nclass Items(viewsets.ModelViewSet):\n    pass\nclass Shelves(viewsets.ReadOnlyModelViewSet):\n    pass\n";
    seen_urls(&format!("from rest_framework import routers\n{urls}{views}"))
}

/// One view set, registered as `items` with a simple router.
fn seen_viewset(class: &str) -> Seen {
    seen_urls(&format!(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('items', views.Items, basename='item')\nurlpatterns = router.urls\n# --- shop/views.py\nfrom rest_framework import mixins, viewsets\nfrom rest_framework.decorators import action\n{class}"
    ))
}

#[test]
fn simple_router() {
    let seen = seen_router(
        "router = routers.SimpleRouter()\nrouter.register(r'items', views.Items, basename='item')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/"]);
    assert_eq!(seen.methods("/items/"), "GET,POST");
    assert_eq!(seen.methods("/items/{pk}/"), "DELETE,GET,PATCH,PUT");
    assert_eq!(seen.route("/items/").name.as_deref(), Some("item-list"));
}

#[test]
fn default_router_has_a_root() {
    let seen = seen_router(
        "router = routers.DefaultRouter()\nrouter.register('shelves', views.Shelves, 'shelf')\nurlpatterns = [path('api/', include(router.urls))]\n",
    );
    assert_eq!(seen.paths(), ["/api/", "/api/shelves/", "/api/shelves/{pk}/"]);
    assert_eq!(seen.route("/api/").view.as_deref(), Some("rest_framework.routers.APIRootView"));
    assert_eq!(seen.methods("/api/shelves/"), "GET");
}

#[test]
fn without_trailing_slash() {
    let seen = seen_router(
        "router = routers.SimpleRouter(trailing_slash=False)\nrouter.register('items', views.Items, basename='item')\nurlpatterns = [path('', include(router.urls))]\n",
    );
    assert_eq!(seen.paths(), ["/items", "/items/{pk}"]);
}

#[test]
fn registry_extended_from_another_router() {
    let seen = seen_router(
        "one = routers.SimpleRouter()\none.register('items', views.Items, basename='item')\nrouter = routers.SimpleRouter()\nrouter.registry.extend(one.registry)\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/"]);
}

#[test]
fn registered_in_another_module() {
    let seen = seen_urls(
        "from shop.api import router\nurlpatterns = [path('api/', include(router.urls))]\n# --- shop/views.py\n# --- shop/api.py\nfrom rest_framework import routers, viewsets\nclass Shelves(viewsets.ReadOnlyModelViewSet):\n    pass\nrouter = routers.SimpleRouter()\nrouter.register('shelves', Shelves, basename='shelf')\n",
    );
    assert_eq!(seen.routes(), ["/api/shelves/ shop.api.Shelves", "/api/shelves/{pk}/ shop.api.Shelves"]);
}

#[test]
fn registered_in_a_loop() {
    let seen = seen_router(
        "router = routers.SimpleRouter()\nfor prefix, viewset in [('items', views.Items), ('shelves', views.Shelves)]:\n    router.register(prefix, viewset, basename=prefix)\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/", "/shelves/", "/shelves/{pk}/"]);
}

#[test]
fn regular_expression_in_the_prefix() {
    let seen = seen_router(
        "router = routers.SimpleRouter()\nrouter.register(r'shelves/(?P<shelf>\\d+)/items', views.Shelves, basename='x')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/{shelf}/items/", "/shelves/{shelf}/items/{pk}/"]);
}

#[test]
fn nested_router() {
    let seen = seen_router(
        "from rest_framework_nested.routers import NestedSimpleRouter\nrouter = routers.SimpleRouter()\nrouter.register('shelves', views.Shelves, basename='shelf')\ninner = NestedSimpleRouter(router, 'shelves', lookup='shelf')\ninner.register('items', views.Shelves, basename='shelf-items')\nurlpatterns = inner.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/{shelf_pk}/items/", "/shelves/{shelf_pk}/items/{pk}/"]);
}

#[test]
fn router_subclass_with_its_own_slash() {
    let seen = seen_router(
        "class Plain(routers.SimpleRouter):\n    def __init__(self):\n        super().__init__(trailing_slash=False)\nrouter = Plain()\nrouter.register('shelves', views.Shelves, basename='shelf')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves", "/shelves/{pk}"]);
}

#[test]
fn optional_slash_of_a_subclass() {
    let seen = seen_router(
        "class Loose(routers.SimpleRouter):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        self.trailing_slash = '/?'\nrouter = Loose()\nrouter.register('shelves', views.Shelves, basename='shelf')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/", "/shelves/{pk}/"]);
}

#[test]
fn extra_action_on_the_list() {
    let seen =
        seen_viewset("class Items(viewsets.GenericViewSet):\n    @action(detail=False)\n    def recent(self, request):\n        pass\n");
    assert_eq!(seen.paths(), ["/items/recent/"]);
    assert_eq!(seen.methods("/items/recent/"), "GET");
}

#[test]
fn extra_action_on_one_object() {
    let seen = seen_viewset(
        "class Items(viewsets.GenericViewSet):\n    @action(detail=True, methods=['post', 'delete'])\n    def mark(self, request, pk=None):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/items/{pk}/mark/"]);
    assert_eq!(seen.actions("/items/{pk}/mark/"), "delete=mark,post=mark");
}

#[test]
fn url_path_and_name_of_an_extra_action() {
    let seen = seen_viewset(
        "class Items(viewsets.GenericViewSet):\n    @action(detail=True, url_path='part/(?P<part>[a-z]+)', url_name='one-part')\n    def part(self, request, pk, part):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/items/{pk}/part/{part}/"]);
    assert_eq!(seen.route("/items/{pk}/part/{part}/").name.as_deref(), Some("item-one-part"));
}

#[test]
fn further_methods_mapped_to_an_extra_action() {
    let seen = seen_viewset(
        "class Items(viewsets.GenericViewSet):\n    @action(detail=True)\n    def note(self, request, pk):\n        pass\n    @note.mapping.post\n    def add_note(self, request, pk):\n        pass\n",
    );
    assert_eq!(seen.actions("/items/{pk}/note/"), "get=note,post=add_note");
}

#[test]
fn extra_action_of_a_mixin() {
    let seen = seen_viewset(
        "class Export:\n    @action(detail=False)\n    def export(self, request):\n        pass\nclass Items(Export, viewsets.GenericViewSet):\n    pass\n",
    );
    assert_eq!(seen.paths(), ["/items/export/"]);
}

#[test]
fn list_route_and_detail_route_of_old_versions() {
    let seen = seen_viewset(
        "from rest_framework.decorators import detail_route, list_route\nclass Items(viewsets.GenericViewSet):\n    @list_route()\n    def recent(self, request):\n        pass\n    @detail_route(methods=['post'])\n    def mark(self, request, pk):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/items/recent/", "/items/{pk}/mark/"]);
}

#[test]
fn composed_of_mixins() {
    let seen = seen_viewset("class Items(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet):\n    pass\n");
    assert_eq!([seen.methods("/items/"), seen.methods("/items/{pk}/")], ["GET", "DELETE"]);
}

#[test]
fn http_method_names_of_a_view_set() {
    let seen = seen_viewset("class Items(viewsets.ModelViewSet):\n    http_method_names = ['get', 'patch', 'head']\n");
    assert_eq!([seen.methods("/items/"), seen.methods("/items/{pk}/")], ["GET", "GET,PATCH"]);
}

#[test]
fn lookup_field_and_pattern() {
    let seen = seen_viewset("class Items(viewsets.ReadOnlyModelViewSet):\n    lookup_field = 'slug'\n    lookup_value_regex = '[^/]+'\n");
    assert_eq!(seen.paths(), ["/items/", "/items/{slug}/"]);
}

#[test]
fn lookup_keyword_before_the_field() {
    let seen = seen_viewset("class Items(viewsets.ReadOnlyModelViewSet):\n    lookup_field = 'slug'\n    lookup_url_kwarg = 'item'\n");
    assert_eq!(seen.paths(), ["/items/", "/items/{item}/"]);
}

#[test]
fn name_from_the_queryset() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('things', views.Items)\nurlpatterns = router.urls\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/views.py\nfrom rest_framework import viewsets\nfrom .models import Item\nclass Items(viewsets.ReadOnlyModelViewSet):\n    queryset = Item.objects.all()\n",
    );
    assert_eq!(seen.route("/things/").name.as_deref(), Some("item-list"));
    let view = seen.inventory.views.iter().find(|v| v.qualname == "shop.views.Items").unwrap();
    assert_eq!(view.queryset_model.as_deref(), Some("shop.Item"));
}

#[test]
fn as_view_with_a_mapping() {
    let seen = seen_router("urlpatterns = [path('items/<int:pk>/', views.Items.as_view({'get': 'retrieve', 'post': 'update'}))]\n");
    assert_eq!(seen.routes(), ["/items/{pk}/ shop.views.Items"]);
    assert_eq!(seen.actions("/items/{pk}/"), "get=retrieve,post=update");
    assert_eq!(seen.methods("/items/{pk}/"), "GET,POST");
}

#[test]
fn urls_added_to_the_list() {
    let seen = seen_router(
        "router = routers.SimpleRouter()\nrouter.register('shelves', views.Shelves, basename='shelf')\nurlpatterns = [path('x/', views.Items.as_view({'get': 'list'}))]\nurlpatterns += router.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/", "/shelves/{pk}/", "/x/"]);
}

#[test]
fn view_set_without_a_model() {
    let seen = seen_viewset(
        "class Items(viewsets.ViewSet):\n    def list(self, request):\n        pass\n    def helper(self):\n        pass\n    @action(['put'], True)\n    def replace(self, request, pk):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/replace/"]);
    assert_eq!(seen.methods("/items/{pk}/replace/"), "PUT");
}

#[test]
fn urls_in_a_tuple_with_a_namespace() {
    let seen = seen_router(
        "router = routers.SimpleRouter()\nrouter.register('shelves', views.Shelves, basename='shelf')\nurlpatterns = [path('api/', include((router.urls, 'v1')))]\n",
    );
    assert_eq!(seen.route("/api/shelves/").namespace.as_deref(), Some("v1"));
}

#[test]
fn router_with_urls_of_its_own() {
    let seen = seen_router(
        r"
class Router(routers.SimpleRouter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.extra = []
    def add(self, *args):
        self.extra.append(path(*args))
    @property
    def urls(self):
        return super().urls + self.extra
router = Router()
router.register('items', views.Items, basename='item')
router.add('other/', views.Items.as_view({'get': 'list'}))
urlpatterns = [path('api/', include(router.urls))]
",
    );
    assert_eq!(seen.paths(), ["/api/items/", "/api/items/{pk}/", "/api/other/"]);
}

#[test]
fn router_of_a_package_that_nobody_describes() {
    let seen = seen_router(
        "from some_unheard_of_package.routes import ManyRouter\nrouter = ManyRouter()\nrouter.register('items', views.Items, 'item')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/"]);
    // What such a router adds or leaves out, nobody can say.
    assert_eq!(seen.route("/items/").certainty, Certainty::Likely);
}

#[test]
fn subclass_of_a_router_that_nobody_describes() {
    let seen = seen_router(
        "from some_unheard_of_package.routes import ManyRouter\nclass Own(ManyRouter):\n    pass\nrouter = Own(trailing_slash=False)\nrouter.register('items', views.Shelves, 'item')\nurlpatterns = [path('api/', include(router.urls))]\n",
    );
    assert_eq!(seen.paths(), ["/api/items", "/api/items/{pk}"]);
}

#[test]
fn routers_of_other_frameworks_are_none() {
    let seen = seen_router(
        "from fastapi import APIRouter\nrouter = APIRouter()\nrouter.register('items', views.Items, 'item')\nurlpatterns = [path('api/', include(router.urls))]\n",
    );
    assert!(seen.paths().is_empty(), "{:?}", seen.paths());
}

#[test]
fn root_of_a_default_router_by_another_name() {
    let seen = seen_router(
        "class Root(routers.APIRootView):\n    pass\nclass Own(routers.DefaultRouter):\n    root_view_name = 'start'\n    APIRootView = Root\nrouter = Own()\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.routes(), ["/ config.urls.Root"]);
    assert_eq!(seen.route("/").name.as_deref(), Some("start"));
}

#[test]
fn action_made_by_a_closure() {
    let seen = seen_viewset(
        "def listing(name):\n    @action(detail=False, url_path=name)\n    def inner(self, request):\n        pass\n    return inner\nclass Items(viewsets.GenericViewSet):\n    recent = listing('recent')\n",
    );
    assert_eq!(seen.paths(), ["/items/recent/"]);
}

#[test]
fn actions_that_a_class_method_chooses() {
    let seen = seen_viewset(
        "class Items(viewsets.ReadOnlyModelViewSet):\n    @classmethod\n    def get_extra_actions(cls):\n        return [a for a in super().get_extra_actions() if cls.keeps(a)]\n    @action(detail=False)\n    def recent(self, request):\n        pass\n",
    );
    assert_eq!(seen.route("/items/recent/").certainty, Certainty::Likely);
    assert_eq!(seen.route("/items/").certainty, Certainty::Certain);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.text == "Items.get_extra_actions"));
}

#[test]
fn name_from_a_queryset_that_is_made() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('things', views.Items)\nurlpatterns = router.urls\n# --- shop/models.py\nfrom django.db import models\nclass Rows(models.QuerySet):\n    pass\nclass Item(models.Model):\n    pass\n# --- shop/views.py\nfrom rest_framework import viewsets\nfrom .models import Item, Rows\nclass Items(viewsets.ReadOnlyModelViewSet):\n    queryset = Rows(model=Item).order_by('pk')\n",
    );
    assert_eq!(seen.route("/things/").name.as_deref(), Some("item-list"));
}

#[test]
fn name_from_a_queryset_whose_class_has_methods_of_its_own() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('things', views.Items)\nurlpatterns = router.urls\n# --- shop/models.py\nfrom django.db import models\nclass Rows(models.QuerySet):\n    def order_by(self, *names):\n        return super().order_by(*names)\nclass Item(models.Model):\n    pass\n# --- shop/views.py\nfrom rest_framework import viewsets\nfrom .models import Item, Rows\nclass Items(viewsets.ReadOnlyModelViewSet):\n    queryset = Rows(model=Item).order_by('pk')\n",
    );
    assert_eq!(seen.route("/things/").name.as_deref(), Some("item-list"));
}

#[test]
fn name_from_the_queryset_of_an_own_manager() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('things', views.Items)\nurlpatterns = router.urls\n# --- shop/models.py\nfrom django.db import models\nclass Rows(models.QuerySet):\n    pass\nclass Base(models.Manager):\n    pass\nclass Own(Base.from_queryset(Rows)):\n    pass\nclass Item(models.Model):\n    objects = Own()\n# --- shop/views.py\nfrom rest_framework import viewsets\nfrom .models import Item\nclass Items(viewsets.ReadOnlyModelViewSet):\n    queryset = Item.objects.all()\n",
    );
    assert_eq!(seen.route("/things/").name.as_deref(), Some("item-list"));
}

#[test]
fn routes_that_a_method_of_the_router_chooses_are_named() {
    let seen = seen_router(
        "class Own(routers.SimpleRouter):\n    def get_routes(self, viewset):\n        return super().get_routes(viewset)\nrouter = Own()\nrouter.register('shelves', views.Shelves, basename='shelf')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/", "/shelves/{pk}/"]);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "routes" && u.text == "Own.get_routes"));
}

#[test]
fn router_with_a_lookup_of_its_own() {
    let seen = seen_urls(
        "from rest_framework import routers\nclass Router(routers.SimpleRouter):\n    def get_lookup_regex(self, viewset, lookup_prefix=''):\n        base = '(?P<{lookup_prefix}{name}>[^/]+)'\n        fields = getattr(viewset, 'lookup_fields', None)\n        if fields is None:\n            return super().get_lookup_regex(viewset, lookup_prefix)\n        return '/'.join(base.format(lookup_prefix=lookup_prefix, name=field) for field in fields)\nrouter = Router()\nrouter.register('items', views.Items, 'item')\nrouter.register('shelves', views.Shelves, 'shelf')\nurlpatterns = router.urls\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    lookup_fields = ('shelf', 'slug')\nclass Shelves(viewsets.ReadOnlyModelViewSet):\n    pass\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{shelf}/{slug}/", "/shelves/", "/shelves/{pk}/"]);
}

#[test]
fn nested_below_an_empty_prefix() {
    let seen = seen_router(
        "from rest_framework_nested.routers import NestedSimpleRouter\nrouter = routers.SimpleRouter()\nrouter.register('', views.Shelves, basename='shelf')\ninner = NestedSimpleRouter(router, '', lookup='shelf')\ninner.register('items', views.Shelves, basename='shelf-items')\nurlpatterns = [path('shelves/', include(inner.urls))]\n",
    );
    assert_eq!(seen.paths(), ["/shelves/{shelf_pk}/items/", "/shelves/{shelf_pk}/items/{pk}/"]);
}

#[test]
fn nested_router_takes_lookup_and_slash_of_its_parent() {
    let seen = seen_urls(
        "from rest_framework import routers\nfrom rest_framework_nested.routers import NestedSimpleRouter\nrouter = routers.SimpleRouter(trailing_slash=False)\nrouter.register('shelves', views.Shelves, basename='shelf')\nmiddle = NestedSimpleRouter(router, 'shelves')\nmiddle.register('items', views.Shelves, basename='items')\ninner = NestedSimpleRouter(middle, 'items')\ninner.register('parts', views.Shelves, basename='parts')\nurlpatterns = inner.urls\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Shelves(viewsets.ReadOnlyModelViewSet):\n    lookup_url_kwarg = 'key'\n    lookup_value_regex = '[0-9a-f]{8}'\n",
    );
    let parent = "/shelves/{nested_1_key}/items/{nested_2_key}/parts";
    assert_eq!(seen.paths(), [parent.to_owned(), format!("{parent}/{{key}}")]);
    assert!(seen.route(parent).pattern.contains("(?P<nested_1_key>[0-9a-f]{8})"));
}

#[test]
fn table_copied_from_drf_and_changed() {
    let seen = seen_urls(
        "import copy\nfrom rest_framework.routers import DefaultRouter, SimpleRouter\nclass Bulk(DefaultRouter):\n    routes = copy.deepcopy(SimpleRouter.routes)\n    routes[0].mapping.update({'delete': 'bulk_destroy'})\nclass More(SimpleRouter):\n    routes = SimpleRouter.routes[:1]\nplain, bulk, more = SimpleRouter(), Bulk(), More()\nplain.register('plain', views.Items, basename='plain')\nbulk.register('bulk', views.Items, basename='bulk')\nmore.register('more', views.Items, basename='more')\nurlpatterns = plain.urls + bulk.urls + more.urls\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    def bulk_destroy(self, request):\n        pass\n",
    );
    assert_eq!((seen.methods("/plain/"), seen.methods("/bulk/")), ("GET".to_owned(), "DELETE,GET".to_owned()));
    assert_eq!(seen.paths(), ["/", "/bulk/", "/bulk/{pk}/", "/more/", "/plain/", "/plain/{pk}/"]);
}

#[test]
fn table_of_a_packages_router() {
    let seen = seen_urls(
        "from rest_framework_bulk.routes import BulkRouter\nrouter = BulkRouter()\nrouter.register('items', views.Items, basename='item')\nurlpatterns = router.urls\n# --- shop/views.py\nfrom rest_framework_bulk import BulkModelViewSet\nclass Items(BulkModelViewSet):\n    pass\n",
    );
    assert_eq!(seen.actions("/items/"), "delete=bulk_destroy,get=list,patch=partial_bulk_update,post=create,put=bulk_update");
    assert_eq!(seen.paths(), ["/", "/items/", "/items/{pk}/"]);
}

#[test]
fn root_view_behind_a_list_is_never_reached() {
    let seen =
        seen_router("router = routers.DefaultRouter()\nrouter.register('', views.Shelves, basename='shelf')\nurlpatterns = router.urls\n");
    assert_eq!(seen.routes(), ["/ shop.views.Shelves", "/{pk}/ shop.views.Shelves"]);
}

#[test]
fn names_that_a_package_takes_from_the_user_model() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['rest_framework', 'djoser', 'people']\nAUTH_USER_MODEL = 'people.Person'\nROOT_URLCONF = 'config.urls'\n# --- config/urls.py\nfrom rest_framework.routers import SimpleRouter\nfrom people.views import People\nrouter = SimpleRouter()\nrouter.register('people', People)\nurlpatterns = router.urls\n# --- people/models.py\nfrom django.contrib.auth.models import AbstractBaseUser\nfrom django.db import models\nclass Person(AbstractBaseUser):\n    key = models.UUIDField(primary_key=True)\n    email = models.EmailField(unique=True)\n    name = models.TextField()\n    USERNAME_FIELD = 'email'\n    REQUIRED_FIELDS = ['name']\n# --- people/serializers.py\nfrom djoser.serializers import UserCreateSerializer, UserSerializer\nclass Plain(UserSerializer):\n    pass\nclass Create(UserCreateSerializer):\n    class Meta(UserCreateSerializer.Meta):\n        fields = UserCreateSerializer.Meta.fields + ('last_login',)\n# --- people/views.py\nfrom djoser.views import UserViewSet\nclass People(UserViewSet):\n    pass\n",
    );
    assert!(seen.paths().contains(&"/people/set_email/") && !seen.paths().contains(&"/people/set_username/"));
    assert_eq!(seen.route("/people/{key}/").name.as_deref(), Some("person-detail"));
    assert_eq!(seen.serialized("people.serializers.Plain"), "email,key,name");
    assert_eq!(seen.serialized("people.serializers.Create"), "email,key,last_login,name,password");
    assert_eq!(seen.serializer("people.serializers.Plain").model.as_deref(), Some("people.Person"));
}

#[test]
fn chained_registrations_and_the_name_of_what_stands_above() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\nREST_FRAMEWORK_EXTENSIONS = {'DEFAULT_PARENT_LOOKUP_KWARG_NAME_PREFIX': 'of_'}\n# --- config/urls.py\nfrom django.urls import include, path\nfrom rest_framework_extensions.routers import ExtendedSimpleRouter\nfrom shop import views\nrouter = ExtendedSimpleRouter()\nwith router.register('items', views.Items, basename='item') as items:\n    items.register('parts', views.Items, basename='part', parents_query_lookups=['item'])\n    items.register('marks', views.Items, basename='mark')\nurlpatterns = [path('', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    pass\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/{of_item}/parts/", "/items/{of_item}/parts/{pk}/", "/items/{pk}/"]);
    let noted: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "routes").map(|u| u.text.as_str()).collect();
    assert_eq!(noted, ["routes of marks below items"]);
}

#[test]
fn lookups_that_a_package_names_above_chained_registrations() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.urls import include, path\nfrom rest_framework_extensions.routers import ExtendedSimpleRouter\nfrom shop import views\nrouter = ExtendedSimpleRouter()\n(\n    router.register('items', views.Items, basename='item')\n    .register('parts', views.Items, basename='part', parents_query_lookups=[f'item__{views.Items.lookup_field}'])\n    .register('marks', views.Items, basename='mark', parents_query_lookups=['part__item', 'part'])\n)\nurlpatterns = [path('', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    pass\n",
    );
    assert!(seen.paths().contains(&"/items/{parent_lookup_item__pk}/parts/"), "{:?}", seen.paths());
    // Each names all that stands above it, in its own way.
    assert!(seen.paths().contains(&"/items/{parent_lookup_part__item}/parts/{parent_lookup_part}/marks/"), "{:?}", seen.paths());
}

#[test]
fn patterns_that_are_added_to_the_urls_of_a_router() {
    let seen = seen(
        "# --- config/urls.py\nfrom django.urls import include, path, re_path\nfrom rest_framework.routers import DefaultRouter\nfrom shop import views\nrouter = DefaultRouter()\nrouter.register('items', views.Items, basename='item')\nrouter.urls.append(re_path(r'^one/$', views.one))\nrouter.urls.extend([path('two/', views.one)])\nurlpatterns = [path('api/', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\ndef one(request):\n    pass\nclass Items(viewsets.GenericViewSet):\n    def list(self, request):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/api/", "/api/items/", "/api/one/", "/api/two/"]);
}

#[test]
fn actions_that_a_decorator_of_the_project_makes() {
    let seen = seen(
        "# --- config/urls.py\nfrom rest_framework.routers import SimpleRouter\nfrom shop import views\nrouter = SimpleRouter()\nrouter.register('items', views.Items, basename='item')\nurlpatterns = router.urls\n# --- shop/views.py\nfrom drf_spectacular.utils import extend_schema\nfrom rest_framework import viewsets\nfrom rest_framework.decorators import action\nclass Parts:\n    regex = r'(?P<part>[0-9a-f]{8})'\ndef parts(*, detail, under):\n    def decorator(f):\n        f = action(detail=detail, methods=['PATCH'], url_path=f'{under}/{Parts.regex}')(f)\n        f = extend_schema(exclude=True)(f)\n        return f\n    return decorator\nclass Items(viewsets.GenericViewSet):\n    @parts(detail=True, under='data')\n    def append(self, request, pk, part):\n        pass\n",
    );
    assert_eq!(seen.paths(), ["/items/{pk}/data/{part}/"]);
    assert_eq!(seen.route("/items/{pk}/data/{part}/").methods.as_deref(), Some(&["PATCH".to_owned()][..]));
}

#[test]
fn nested_router_of_ones_own_mixin() {
    let seen = seen_router(
        "from rest_framework_nested.routers import NestedMixin\nclass Below(NestedMixin):\n    @property\n    def nest_prefix(self):\n        return ''\n    @nest_prefix.setter\n    def nest_prefix(self, value):\n        pass\nclass Inner(Below, routers.SimpleRouter):\n    pass\nrouter = routers.SimpleRouter()\nrouter.register('shelves', views.Shelves, basename='shelf')\ninner = Inner(parent_router=router, parent_prefix='shelves')\ninner.register('items', views.Shelves, basename='shelf-items')\nurlpatterns = inner.urls\n",
    );
    assert_eq!(seen.paths(), ["/shelves/{pk}/items/", "/shelves/{pk}/items/{pk}/"]);
}

#[test]
fn keyword_that_depends_on_the_version_of_a_package() {
    let seen = seen_router(
        "from nobody_knows import VERSION\ndef named(name):\n    if VERSION >= [0, 6]:\n        return {'basename': name}\n    else:\n        return {'base_name': name}\nrouter = routers.SimpleRouter()\nrouter.register('shelves', views.Shelves, **named('own'))\nurlpatterns = router.urls\n",
    );
    let names: Vec<_> = seen.inventory.routes.iter().filter_map(|route| route.name.as_deref()).collect();
    assert_eq!(names, ["own-list", "own-detail"]);
}

#[test]
fn default_basename_that_the_project_asks_for() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\ndef below(path, viewset):\n    basename = router.get_default_basename(viewset)\n    router.register('shelf/' + path, viewset, f'shelf-{basename}')\nbelow('books', views.Books)\nbelow('people', views.People)\nurlpatterns = router.urls\n# --- shop/views.py\nfrom django.contrib.auth.models import User\nfrom rest_framework import viewsets\nfrom .models import Book\nclass Books(viewsets.ReadOnlyModelViewSet):\n    queryset = Book.objects.filter(pages=1)\nclass People(viewsets.ReadOnlyModelViewSet):\n    queryset = User.objects.all()\n# --- shop/models.py\nfrom django.db import models\nclass Book(models.Model):\n    pages = models.IntegerField()\n",
    );
    assert_eq!(seen.route("/shelf/books/").name.as_deref(), Some("shelf-book-list"));
    assert_eq!(seen.route("/shelf/people/{pk}/").name.as_deref(), Some("shelf-user-detail"));
}

/// The twins are no routes of their own, but the resolver tries them.
#[test]
fn suffix_twins_below_an_include() {
    let seen = seen_urls(
        "from rest_framework.urlpatterns import format_suffix_patterns\nsome = format_suffix_patterns([path('x/', views.one)])\nurlpatterns = [path('a/', include(some)), path('b/', include((some, 'shop')))]\nurlpatterns += format_suffix_patterns([path('c/', include([path('x/', views.one)]))])\n",
    );
    assert_eq!(seen.paths(), ["/a/x/", "/b/x/", "/c/x/"]);
    let twins = seen.inventory.urls.patterns.iter().filter(|p| p.end == UrlEnd::View(Vec::new()));
    assert_eq!(twins.count(), 3);
}
