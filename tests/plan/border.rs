//! What crosses the border, what stays behind it, and which tables are shared since when.

use migscan::plan::kit;
use migscan::plan::proxy::{Options, Proxy};

use super::facts::{SETTINGS, Seen, URLS, seen};

const SHOWN: &str = "
from django.contrib import messages
from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST
from .models import Hit, Note
@require_GET
def hits(request):
    return JsonResponse({'hits': Hit.objects.count()})
@require_POST
def note(request):
    Note.objects.create(text=request.POST['text'])
    return JsonResponse({})
@require_GET
def told(request):
    messages.success(request, 'done')
    return JsonResponse({})
ALL = {'hits': hits, 'note': note, 'told': told}
";

#[test]
fn a_table_is_shared_since_a_route_that_reads_it_moves() {
    let seen = seen(&[("config/urls.py", URLS), ("shop/views.py", SHOWN)]);
    let (reads, writes) = (seen.phase("/hits/", "GET"), seen.phase("/note/", "POST"));
    assert!(reads > 0 && reads < writes);
    assert_eq!((seen.since("shop.Hit", "shared-read"), seen.since("shop.Note", "shared-read")), (reads, 0));
    assert_eq!(seen.since("shop.Note", "fastapi"), writes);
}

/// With the numbers of their phases.
fn crossings(seen: &Seen, kind: &str) -> Vec<(usize, String)> {
    let phases = seen.plan.phases.iter().flat_map(|phase| phase.crossings.iter().map(move |crossing| (phase.number, crossing)));
    phases.filter(|(_, crossing)| crossing.kind == kind).map(|(number, crossing)| (number, crossing.what.clone())).collect()
}

#[test]
fn a_description_of_the_api_loses_what_moves() {
    let urls = "from django.urls import path\nfrom drf_spectacular.views import SpectacularAPIView, SpectacularRedocView\nfrom shop import views\nurlpatterns = [path('hits/', views.Hits.as_view()), path('schema/', SpectacularAPIView.as_view()), path('docs/', SpectacularRedocView.as_view())]\n";
    let views = "from rest_framework.response import Response\nfrom rest_framework.views import APIView\nfrom .models import Hit\nclass Hits(APIView):\n    def get(self, request):\n        return Response({'hits': Hit.objects.count()})\n";
    let seen = seen(&[("config/urls.py", urls), ("shop/views.py", views)]);
    let schema = "/schema/ by drf_spectacular.views.SpectacularAPIView".to_owned();
    assert_eq!(crossings(&seen, "schema"), [(seen.phase("/hits/", "GET"), schema)]);
}

#[test]
fn what_is_signed_crosses_the_border() {
    let views = format!("from django.core import signing\n{}", SHOWN.replace("'done')", "signing.dumps(1, salt='told'))"));
    let seen = seen(&[("config/urls.py", URLS), ("shop/views.py", &views)]);
    assert_eq!(crossings(&seen, "signed"), [(seen.phase("/told/", "GET"), "dumps in shop.views.told".to_owned())]);
}

#[test]
fn middleware_and_messages_cross_the_border() {
    let settings = format!(
        "{SETTINGS}MIDDLEWARE = ['shop.middleware.Tenant', 'corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']\n"
    );
    let middleware = "class Tenant:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n        request.tenant = 1\n        return self.get_response(request)\n";
    let seen =
        seen(&[("config/settings.py", &settings), ("config/urls.py", URLS), ("shop/middleware.py", middleware), ("shop/views.py", SHOWN)]);
    let of = |kind| crossings(&seen, kind);
    // What its GET leaves is for the next page.
    assert_eq!(seen.moves("/told/"), "writes GET");
    let first = seen.phase("/hits/", "GET");
    let crossing = ["corsheaders.middleware.CorsMiddleware", "shop.middleware.Tenant (__call__)"].map(|what| (first, what.to_owned()));
    assert_eq!(of("middleware"), crossing);
    assert_eq!(of("messages"), [(seen.phase("/told/", "GET"), "messages.success in shop.views.told".to_owned())]);
}

#[test]
fn what_packages_answer_stays_and_is_named() {
    let urls = format!(
        "from django.urls import include\n{URLS}urlpatterns += [path('api-auth/', include('rest_framework.urls')), path('jobs/', job)]\n"
    );
    let urls = urls.replace(
        "from shop import views",
        "from shop import views\nfrom django.views.generic import TemplateView\njob = TemplateView.as_view()",
    );
    let seen = seen(&[("config/urls.py", &urls), ("shop/views.py", SHOWN)]);
    let brought: Vec<&str> = seen.plan.stays.iter().filter(|stays| stays.routes.is_empty()).map(|stays| stays.reason.as_str()).collect();
    assert_eq!(brought, ["patterns of a package, rest_framework: rest_framework.urls below /api-auth/ (config/urls.py:8)"]);
    let files = kit::files(&seen.analysis, &seen.plan, &[Proxy::Nginx], &Options::default()).unwrap();
    let text = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.clone();
    assert!(text("README.md").contains("* more: "));
    // Nothing is recorded of what stays.
    let requests = text("contract/requests.csv");
    assert!(requests.contains(",/hits/,") && !requests.contains("/jobs/"), "{requests}");
}

#[test]
fn the_bridge_stands_for_the_user_model_and_for_nothing_else_of_its_module() {
    let settings = format!("{SETTINGS}AUTH_USER_MODEL = 'jobs.Person'\n");
    let home = "from django.contrib.auth.models import AbstractUser\nclass Person(AbstractUser):\n    pass\n";
    let cut = |imported: &str| {
        let views = format!("{imported}{SHOWN}");
        let seen = seen(&[
            ("config/settings.py", &settings),
            ("config/urls.py", URLS),
            ("jobs/models.py", home),
            ("jobs/tools.py", "def tool():\n    pass\n"),
            ("jobs/views.py", "from django.http import JsonResponse\ndef one(request):\n    return JsonResponse({})\n"),
            ("shop/views.py", &views),
        ]);
        let named: Vec<String> = seen.plan.phases.iter().flat_map(|phase| &phase.cuts).map(|cut| cut.places[0].1.file.clone()).collect();
        (seen.plan.cut_hours > 0.0, named)
    };
    assert_eq!(cut("from jobs.models import Person\n"), (false, Vec::new()));
    assert_eq!(cut("from jobs.tools import tool\n"), (true, vec!["shop/views.py".to_owned()]));
}

const API: &str = "
from rest_framework import permissions, serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.routers import SimpleRouter
from .models import Hit, Item, Note
class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ['text']
class ItemSerializer(serializers.ModelSerializer):
    notes = NoteSerializer(many=True)
    seen = serializers.SerializerMethodField()
    def get_seen(self, item):
        Hit.objects.update_or_create(pk=item.pk)
        return True
    class Meta:
        model = Item
        fields = ['name', 'notes', 'seen']
class Items(viewsets.ModelViewSet):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer
    def get_permissions(self):
        if self.action == 'list':
            self.permission_classes = [permissions.AllowAny]
        elif self.action == 'create':
            self.permission_classes = [permissions.IsAdminUser]
        return [permission() for permission in self.permission_classes]
    def destroy(self, request, pk):
        if pk == '1':
            raise PermissionDenied
class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
router = SimpleRouter()
router.register('items', Items)
router.register('notes', Notes)
";

#[test]
fn what_a_serializer_does_its_routes_do() {
    let settings = format!("{SETTINGS}REST_FRAMEWORK = {{'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}}\n");
    let urls = "from shop import views\nurlpatterns = views.router.urls\n";
    let seen = seen(&[("config/settings.py", &settings), ("config/urls.py", urls), ("shop/views.py", API)]);
    // Its serializer writes while it shows a row; that of the notes does not.
    assert_eq!((seen.moves("/items/"), seen.moves("/notes/")), ("writes GET,POST".to_owned(), "reads GET; writes POST".to_owned()));
    // What is nested is written with it.
    assert_eq!(seen.since("shop.Note", "shared-write").max(seen.since("shop.Note", "fastapi")), seen.phase("/items/", "POST"));
    let facts = |path: &str, about: &str| -> Vec<String> {
        let phases = seen.plan.phases.iter();
        let parts = phases.flat_map(|phase| phase.parity.iter().map(move |parity| (phase, parity)));
        let of = |(phase, parity): &(&migscan::plan::data::Phase, &migscan::plan::data::Parity)| {
            parity.routes.iter().any(|at| seen.analysis.inventory.routes[phase.routes[*at].route].path == path)
        };
        let checks = parts.filter(of).flat_map(|(_, parity)| &parity.checks);
        checks.filter(|check| check.about == about).map(|check| check.fact.clone()).collect()
    };
    let own = "; and what its own code decides (shop/views.py:30)";
    let prefix = "rest_framework.permissions.";
    assert_eq!(facts("/items/", "permissions"), [format!("list: {prefix}AllowAny; create: {prefix}IsAdminUser{own}")]);
    assert_eq!(facts("/items/{pk}/", "permissions"), [format!("{prefix}IsAuthenticated (likely){own}")]);
}

#[test]
fn what_crosses_does_so_with_its_function() {
    let views = "
from django.core.cache import cache
from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST
from .models import Note
@require_GET
def look(request):
    return JsonResponse({'hits': cache.get('hits')})
@require_POST
def note(request):
    cache.delete('hits')
    row = Note(text='a')
    row.keep()
    return JsonResponse({})
ALL = {'look': look, 'note': note}
";
    let models = "
from django.db import models, transaction
from jobs.tasks import mail
class Note(models.Model):
    text = models.TextField()
    def keep(self):
        self.save()
        transaction.on_commit(self.tell)
    def tell(self):
        mail.delay(self.pk)
";
    let tasks = "from celery import shared_task\n@shared_task\ndef mail(pk):\n    pass\n";
    let seen = seen(&[("config/urls.py", URLS), ("shop/views.py", views), ("shop/models.py", models), ("jobs/tasks.py", tasks)]);
    let (reads, writes) = (seen.phase("/look/", "GET"), seen.phase("/note/", "POST"));
    assert!(reads < writes);
    let cached = [(reads, "cache.get in shop.views.look"), (writes, "cache.delete in shop.views.note")];
    assert_eq!(crossings(&seen, "cache"), cached.map(|(phase, what)| (phase, what.to_owned())));
    // By a method that the view's code reaches through a hook.
    let tasks: Vec<_> = [crossings(&seen, "task_sent"), crossings(&seen, "task_run")].concat();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].1, "jobs.tasks.mail");
}

#[test]
fn who_goes_on_writing_is_named() {
    let views = "
from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST
from .models import Hit, Note
@require_GET
def look(request):
    return JsonResponse({'hits': Hit.objects.count()})
@require_POST
def note(request):
    Note.objects.create(text='a')
    return JsonResponse({})
ALL = {'look': look, 'note': note}
";
    let admin = "
from django.contrib import admin
from .models import Hit, Note
@admin.action
def empty(modeladmin, request, queryset):
    Hit.objects.all().delete()
@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    actions = [empty]
    def save_model(self, request, obj, form, change):
        Hit.objects.create(count=1)
";
    let code = "from .models import Hit\ndef first():\n    Hit.objects.create(count=1)\n    Hit.objects.create(count=2)\ndef second():\n    Hit.objects.update(count=2)\n";
    let seen = seen(&[("config/urls.py", URLS), ("shop/views.py", views), ("shop/admin.py", admin), ("shop/code.py", code)]);
    let mut lines = seen.plan.phases.iter().flat_map(|phase| &phase.data);
    let line = lines.find(|line| seen.analysis.inventory.models[line.model].label == "shop.Hit").unwrap();
    let mut named: Vec<_> = line.writers.iter().map(|w| (w.place.file.as_str(), w.place.line, w.admin)).collect();
    named.sort_unstable();
    assert_eq!(named, [("shop/admin.py", 6, true), ("shop/admin.py", 11, true), ("shop/code.py", 3, false), ("shop/code.py", 6, false)]);
}
