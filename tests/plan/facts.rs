//! What moves when, and who owns which table: one rule a test, each on a project of a few lines.

use std::collections::BTreeMap;
use std::path::Path;

use migscan::effort::choices::{Aim, PlanChoices};
use migscan::effort::{Analysis, Choices};
use migscan::plan::proxy::{Options, Proxy};
use migscan::plan::{Plan, kit};

pub const SETTINGS: &str = "SECRET_KEY = \"not-secret\"\nROOT_URLCONF = \"config.urls\"\nDATABASES = {}\nINSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.contenttypes\", \"rest_framework\", \"shop\", \"jobs\"]\n";
const MODELS: &str = "
from django.db import models
class Item(models.Model):
    name = models.CharField(max_length=9)
class Book(Item):
    pages = models.IntegerField()
class Note(models.Model):
    text = models.TextField()
class Hit(models.Model):
    count = models.IntegerField()
";

pub struct Seen {
    pub analysis: Analysis,
    pub plan: Plan,
}

/// A project with these files beside what every project has; all of it is to move.
pub fn seen(more: &[(&str, &str)]) -> Seen {
    let dir = tempfile::tempdir().unwrap();
    let mut files: BTreeMap<&str, &str> = BTreeMap::from([
        ("manage.py", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings\")\n"),
        ("config/__init__.py", ""),
        ("config/settings.py", SETTINGS),
        ("config/urls.py", "urlpatterns = []\n"),
        ("shop/__init__.py", ""),
        ("shop/models.py", MODELS),
        ("jobs/__init__.py", ""),
    ]);
    files.extend(more.iter().copied());
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    planned(dir.path(), Aim::Everything)
}

fn planned(root: &Path, scope: Aim) -> Seen {
    let analysis = super::analysis(root, Choices { plan: PlanChoices { scope }, ..Choices::default() });
    let plan = Plan::of(&analysis);
    Seen { analysis, plan }
}

impl Seen {
    /// Kinds of the phases in which something of a path moves, with the methods; `*` for any.
    pub fn moves(&self, path: &str) -> String {
        let mut out = Vec::new();
        for phase in &self.plan.phases {
            for moved in phase.routes.iter().filter(|moved| self.analysis.inventory.routes[moved.route].path == path) {
                let methods = if moved.methods.is_empty() { "*".to_owned() } else { moved.methods.join(",") };
                // The pilot is made of reads.
                let kind = if phase.kind.reads() { "reads" } else { phase.kind.name() };
                out.push(format!("{kind} {methods}"));
            }
        }
        out.join("; ")
    }

    /// The owners that a table has one after the other.
    fn owners(&self, label: &str) -> Vec<&'static str> {
        let lines = self.plan.phases.iter().flat_map(|phase| &phase.data);
        lines.filter(|line| self.analysis.inventory.models[line.model].label == label).map(|line| line.owner.name()).collect()
    }

    /// The phase since which a table has this owner, and the phase in which a method of a path moves.
    pub fn since(&self, label: &str, owner: &str) -> usize {
        let line = |phase: &&migscan::plan::data::Phase| {
            phase.data.iter().any(|line| self.analysis.inventory.models[line.model].label == label && line.owner.name() == owner)
        };
        self.plan.phases.iter().find(line).map_or(0, |phase| phase.number)
    }

    pub fn phase(&self, path: &str, method: &str) -> usize {
        let moves = |moved: &migscan::plan::data::Moved| {
            self.analysis.inventory.routes[moved.route].path == path && moved.methods.iter().any(|m| m == method)
        };
        self.plan.phases.iter().find(|phase| phase.routes.iter().any(moves)).map_or(0, |phase| phase.number)
    }

    fn stays(&self, path: &str) -> &'static str {
        let routes = &self.analysis.inventory.routes;
        let stays = self.plan.stays.iter().find(|stays| stays.routes.iter().any(|moved| routes[moved.route].path == path));
        stays.map_or("", |stays| stays.code)
    }
}

pub const URLS: &str = "
from django.urls import path
from shop import views
urlpatterns = [path(name + '/', view) for name, view in views.ALL.items()]
";

fn views(text: &str) -> Seen {
    seen(&[("config/urls.py", URLS), ("shop/views.py", text)])
}

#[test]
fn inherited_handlers_write_their_model() {
    let seen = seen(&[
        (
            "config/urls.py",
            "from rest_framework.routers import SimpleRouter\nfrom shop import api\nrouter = SimpleRouter()\nrouter.register('notes', api.Notes, basename='notes')\nrouter.register('hits', api.Hits)\nurlpatterns = router.urls\n",
        ),
        (
            "shop/api.py",
            "
from rest_framework import serializers, viewsets
from .models import Hit, Note
class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = '__all__'
class HitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Hit
        fields = '__all__'
class Notes(viewsets.ModelViewSet):
    serializer_class = NoteSerializer
    def get_queryset(self):
        return Note.objects.filter(text=self.request.user)
class Hits(viewsets.ReadOnlyModelViewSet):
    queryset = Hit.objects.all()
    serializer_class = HitSerializer
",
        ),
        ("jobs/management/__init__.py", ""),
        ("jobs/management/commands/__init__.py", ""),
        (
            "jobs/management/commands/tidy.py",
            "from django.core.management.base import BaseCommand\nfrom shop.models import Note\nclass Command(BaseCommand):\n    def handle(self, *args, **options):\n        Note.objects.all().delete()\n",
        ),
    ]);
    // The command comes later, and writes the notes too.
    assert_eq!(seen.since("shop.Note", "shared-write"), seen.phase("/notes/", "POST"));
    assert_ne!(seen.phase("/notes/", "POST"), 0);
    assert!(!seen.owners("shop.Hit").contains(&"shared-write"), "{:?}", seen.owners("shop.Hit"));
}

const ADD_HIT: &str = "
from django.http import HttpResponse
from django.views.decorators.http import require_POST
from .models import Hit
@require_POST
def add(request):
    Hit.objects.create(count=1)
    return HttpResponse()
ALL = {'add': add}
";

#[test]
fn a_table_is_handed_over_when_nothing_on_django_writes_it() {
    // The command's module has no route; it stands for what stays.
    let files = |deferred: bool| {
        let job = "
from django.core.management.base import BaseCommand
from shop.models import Hit, Note
class Command(BaseCommand):
    def handle(self, *args, **options):
        for model in (Hit, Note):
            model.objects.bulk_create([model()])
";
        let mut out = vec![("config/urls.py", URLS), ("shop/views.py", ADD_HIT)];
        if deferred {
            out.push(("jobs/management/__init__.py", ""));
            out.push(("jobs/management/commands/__init__.py", ""));
            out.push(("jobs/management/commands/fill.py", job));
        }
        out
    };
    assert_eq!(seen(&files(false)).owners("shop.Hit").last(), Some(&"fastapi"));
    let seen = seen(&files(true));
    // The loop writes one of two: both count.
    let last = seen.plan.phases.iter().rfind(|phase| !phase.modules.is_empty()).unwrap().number;
    assert_eq!(seen.since("shop.Hit", "fastapi"), last, "{:?}", seen.owners("shop.Hit"));
}

#[test]
fn an_inline_of_the_admin_writes_its_table() {
    let admin = "
from django.contrib import admin
from .models import Hit, Note
class Notes(admin.TabularInline):
    model = Note
@admin.register(Hit)
class HitAdmin(admin.ModelAdmin):
    inlines = [Notes]
";
    let views = format!(
        "{ADD_HIT}from .models import Note\ndef note(request):\n    Note.objects.create()\n    return HttpResponse()\nALL['note'] = note\n"
    );
    let files = [("config/urls.py", URLS), ("shop/views.py", views.as_str())];
    assert_eq!(seen(&files).owners("shop.Note").last(), Some(&"fastapi"));
    let seen = seen(&[&files[..], &[("shop/admin.py", admin)]].concat());
    let mut lines = seen.plan.phases.iter().flat_map(|phase| &phase.data);
    let last = lines.rfind(|line| seen.analysis.inventory.models[line.model].label == "shop.Note");
    assert_eq!(last.map(|line| line.how), Some("admin_writes"));
}

#[test]
fn what_the_admin_saves_is_received() {
    let signals = "
from django.db.models.signals import post_save
from django.dispatch import receiver
from .models import Hit, Note
@receiver(post_save, sender=Hit)
def noted(sender, instance, **kwargs):
    keep(instance)
def keep(hit):
    Note.objects.create(text=hit.count)
";
    let admin = "from django.contrib import admin\nfrom . import signals\nfrom .models import Hit\nadmin.site.register(Hit)\n";
    let files = [("config/urls.py", URLS), ("shop/views.py", ADD_HIT), ("shop/signals.py", signals), ("shop/admin.py", admin)];
    let seen = seen(&files);
    let mut lines = seen.plan.phases.iter().flat_map(|phase| &phase.data);
    let last = lines.rfind(|line| seen.analysis.inventory.models[line.model].label == "shop.Note");
    assert_eq!(last.map(|line| line.how), Some("admin_writes"));
    let kinds: Vec<&str> = seen.plan.phases.iter().flat_map(|phase| &phase.crossings).map(|crossing| crossing.kind).collect();
    assert_eq!(kinds, ["signal_admin"]);
    // Nothing that only reads moves first, so that the first routes are what tells.
    let gated: Vec<usize> = seen.plan.phases.iter().filter(|phase| !phase.gate.is_empty()).map(|phase| phase.number).collect();
    assert_eq!(gated, [seen.phase("/add/", "POST")]);
}

#[test]
fn a_history_goes_with_what_it_tells_of() {
    let seen = seen(&[
        ("config/urls.py", URLS),
        ("shop/views.py", ADD_HIT),
        (
            "shop/models.py",
            "from django.db import models\nfrom simple_history.models import HistoricalRecords\nclass Hit(models.Model):\n    count = models.IntegerField()\n    history = HistoricalRecords()\n",
        ),
        ("shop/admin.py", "from django.contrib import admin\nfrom .models import Hit\nadmin.site.register(Hit)\n"),
    ]);
    assert_eq!(seen.owners("shop.HistoricalHit"), seen.owners("shop.Hit"));
    assert!(!seen.owners("shop.HistoricalHit").contains(&"fastapi"));
}

#[test]
fn a_method_of_an_abstract_model_writes_what_it_is_called_on() {
    let seen = seen(&[
        (
            "shop/models.py",
            "
from django.db import models
class Kept(models.Model):
    def keep(self):
        self.save()
    class Meta:
        abstract = True
class Hit(Kept):
    count = models.IntegerField()
class Note(Kept):
    text = models.TextField()
",
        ),
        ("config/urls.py", URLS),
        (
            "shop/views.py",
            &format!("{ADD_HIT}def look(request):\n    Hit(count=1).keep()\n    return HttpResponse()\nALL['look'] = look\n"),
        ),
    ]);
    assert!(!seen.owners("shop.Note").contains(&"shared-write"));
    // It writes all the same.
    assert_eq!(seen.moves("/look/"), "writes *");
}

#[test]
fn parents_with_tables_of_their_own_go_with_their_children() {
    let seen = views(
        "
from django.http import HttpResponse
from django.views.decorators.http import require_POST
from .models import Book
@require_POST
def add(request):
    Book.objects.create(pages=1)
    return HttpResponse()
ALL = {'add': add}
",
    );
    assert_eq!(seen.owners("shop.Book"), seen.owners("shop.Item"));
    assert_eq!(seen.since("shop.Book", "fastapi"), seen.since("shop.Item", "fastapi"));
    assert_ne!(seen.since("shop.Book", "fastapi"), 0);
}

#[test]
fn a_get_that_writes_is_no_read() {
    let seen = views(
        "
from celery import shared_task
from django.http import HttpResponse, JsonResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.views import APIView
from rest_framework.response import Response
from .models import Hit, Note
def health(request):
    return JsonResponse({})
def counted(request):
    count()
    return HttpResponse()
def count():
    Hit.objects.update_or_create(pk=1)
def dismiss(request):
    text = request.POST['text']
    return HttpResponse(text)
def remember(request):
    if request.method == 'GET':
        request.session['seen'] = True
    return HttpResponse()
def form(request):
    if request.method == 'POST':
        Note.objects.create(text=request.POST['text'])
    return HttpResponse()
class Callback(APIView):
    def get(self, request):
        Hit.objects.update_or_create(pk=1)
        return Response()
def saving(request):
    if 'save' in request.POST or request.method == 'POST':
        Note.objects.create(text='new')
    return HttpResponse()
@shared_task
def render(pk):
    return pk
def queued(request):
    render.delay(1)
    return HttpResponse()
class Token(BaseAuthentication):
    def authenticate(self, request):
        return self.user(request), None
    def user(self, request):
        return Hit.objects.get_or_create(pk=1)
class Guarded(APIView):
    authentication_classes = [Token]
    def get(self, request):
        return Response()
class Both(APIView):
    def get(self, request):
        return self.answer('both', request)
    post = get
    def answer(self, name, request):
        if request.method == 'POST':
            Hit.objects.create(count=1)
        return Response(name)
class Plain(APIView):
    def get(self, request):
        return Response(Hit.objects.count())
    def post(self, request):
        self.write()
        return Response()
    def write(self):
        Hit.objects.create(count=1)
ALL = {'health': health, 'saving': saving, 'counted': counted, 'dismiss': dismiss, 'remember': remember, 'form': form,
       'callback': Callback.as_view(), 'both': Both.as_view(), 'queued': queued, 'guarded': Guarded.as_view(), 'plain': Plain.as_view()}
",
    );
    assert_eq!(seen.moves("/health/"), "reads *");
    assert_eq!(seen.moves("/counted/"), "writes *");
    assert_eq!(seen.moves("/dismiss/"), "writes *");
    assert_eq!(seen.moves("/remember/"), "writes *");
    assert_eq!(seen.moves("/form/"), "reads GET; writes *");
    assert_eq!(seen.moves("/saving/"), "reads GET; writes *");
    assert_eq!(seen.moves("/callback/"), "writes GET");
    // What is queued is done, and what is asked first does what it does.
    assert_eq!(seen.moves("/queued/"), "writes *");
    assert_eq!(seen.moves("/guarded/"), "writes GET");
    // What is called asks for the method itself.
    assert_eq!(seen.moves("/both/"), "reads GET; writes POST");
    assert_eq!(seen.moves("/plain/"), "reads GET; writes POST");
    // What is tried out only reads.
    for phase in seen.plan.phases.iter().filter(|phase| !phase.kind.reads()) {
        assert!(phase.shadow.is_none() && phase.canary.is_empty(), "{}", phase.title);
    }
}

#[test]
fn what_logs_in_by_a_base_stays() {
    let seen = views(
        "
from dj_rest_auth.registration.views import SocialLoginView
from django.contrib.auth import login
from django.http import HttpResponse
from rest_framework.views import APIView
from rest_framework.response import Response
class Okta(SocialLoginView):
    pass
class Other(APIView):
    def post(self, request):
        enter(request)
        return Response()
class Plain(APIView):
    def post(self, request):
        return Response()
def enter(request):
    login(request, request.user)
ALL = {'okta': Okta.as_view(), 'other': Other.as_view(), 'plain': Plain.as_view()}
",
    );
    assert_eq!((seen.stays("/okta/"), seen.stays("/other/"), seen.stays("/plain/")), ("session", "session", ""));
    let reason = seen.plan.stays.iter().find(|stays| stays.reason.contains("SocialLoginView"));
    assert!(reason.is_some() || seen.plan.stays.iter().any(|stays| stays.reason.contains("dj_rest_auth.views.LoginView")));
}

#[test]
fn nothing_that_can_move_is_said_once() {
    // A prefix of a package that nobody knows, in front of everything of the project itself.
    let seen = seen(&[
        (
            "config/urls.py",
            "from django.urls import path, re_path\nfrom shop import views\nurlpatterns = [re_path('^.*$', views.every), path('one/', views.one)]\n",
        ),
        (
            "shop/views.py",
            "
from django.contrib.auth import login
from django.http import HttpResponse
def every(request):
    login(request, request.user)
    return HttpResponse()
def one(request):
    return HttpResponse()
",
        ),
    ]);
    assert!(seen.plan.phases.is_empty());
    let reason = seen.plan.blocked().unwrap();
    assert!(reason.contains(" of 2 routes: "), "{reason}");
    assert_eq!(seen.plan.advice.iter().filter(|advice| advice.code == "blocked").count(), 1);
    let files = kit::files(&seen.analysis, &seen.plan, &Proxy::ALL, &Options::default()).unwrap();
    let readme = &files.iter().find(|file| file.path == "README.md").unwrap().text;
    assert!(readme.contains("## Nothing can move") && !readme.contains("PHASE="), "{readme}");
    assert!(files.iter().all(|file| file.path != "compose.yaml"));
}

#[test]
fn the_pilot_asks_a_table_and_who_asks() {
    let seen = seen(&[
        (
            "config/urls.py",
            "from django.urls import path\nfrom shop import views\nfrom jobs import views as jobs\nurlpatterns = [path('one/', jobs.one), path('hits/', views.hits)]\n",
        ),
        ("jobs/views.py", "from django.http import HttpResponse\ndef one(request):\n    return HttpResponse()\n"),
        (
            "shop/views.py",
            "
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from .models import Hit
@login_required
def hits(request):
    return JsonResponse({'hits': Hit.objects.count()})
",
        ),
    ]);
    let pilot = seen.plan.phases.iter().find(|phase| phase.kind.name() == "pilot").unwrap();
    let paths: Vec<&str> = pilot.routes.iter().map(|moved| seen.analysis.inventory.routes[moved.route].path.as_str()).collect();
    assert_eq!(paths, ["/hits/"]);
}

#[test]
fn a_step_of_too_many_hours_is_cut_between_views() {
    let mut api = "from rest_framework import serializers, viewsets\nfrom .models import Hit\nclass HitSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Hit\n        fields = '__all__'\n".to_owned();
    let mut urls = "from rest_framework.routers import SimpleRouter\nfrom shop import api\nrouter = SimpleRouter()\n".to_owned();
    for number in 0..60 {
        api += &format!(
            "class Hits{number}(viewsets.ModelViewSet):\n    queryset = Hit.objects.all()\n    serializer_class = HitSerializer\n    def get_queryset(self):\n        return Hit.objects.filter(count__gt={number}).order_by('count')\n"
        );
        urls += &format!("router.register('hits{number}', api.Hits{number}, basename='hits{number}')\n");
    }
    urls += "urlpatterns = router.urls\n";
    let seen = seen(&[("config/urls.py", &urls), ("shop/api.py", &api)]);
    let routes = &seen.analysis.inventory.routes;
    let most = seen.analysis.model.rollout.together;
    for kind in ["reads", "writes"] {
        let pieces: Vec<_> = seen.plan.phases.iter().filter(|phase| phase.kind.name() == kind).collect();
        assert!(pieces.len() > 1, "{kind}: {}", pieces.len());
        for (at, piece) in pieces.iter().enumerate() {
            assert!(piece.title.contains(&format!(" {}/{} of shop", at + 1, pieces.len())), "{}", piece.title);
            assert!(piece.work.mean < 1.2 * most, "{}: {}", piece.title, piece.work.mean);
            assert!(at == 0 || piece.waits_for == [piece.number - 1], "{:?}", piece.waits_for);
            // All that a view answers goes at once.
            let views = |phase: &migscan::plan::data::Phase| {
                phase.routes.iter().filter_map(|moved| routes[moved.route].view.clone()).collect::<std::collections::BTreeSet<_>>()
            };
            let others = pieces.iter().filter(|other| other.number != piece.number);
            assert!(others.flat_map(|other| views(other)).all(|view| !views(piece).contains(&view)));
        }
    }
}

/// Managers, services and parameters through which a method that writes is called.
#[test]
fn a_manager_that_writes_makes_its_caller_write() {
    let models = "
from django.db import models
class Tokens(models.Manager):
    def issue(self, name):
        token = self.model(name=name)
        token.save()
        return token
    def known(self, name):
        return self.get(name=name)
class Token(models.Model):
    name = models.TextField()
    objects = Tokens()
class Service:
    def __init__(self, model=Token):
        self.model = model
    def run(self):
        return self.model.objects.issue('a')
";
    let seen = seen(&[
        ("config/urls.py", URLS),
        ("shop/models.py", models),
        (
            "shop/views.py",
            "
from functools import partial
from django.http import HttpResponse
from django.views import View
from .models import Service, Token
def known(request):
    return HttpResponse(Token.objects.known('a'))
def called(request):
    return HttpResponse(Token.objects.issue('a'))
def held(request):
    make = Token.objects.issue
    return HttpResponse(make('a'))
issue = Token.objects.issue
def kept(request):
    return HttpResponse(issue('a'))
def later(request):
    return HttpResponse(partial(Token.objects.issue, 'a')())
def given(request, model=Token):
    return HttpResponse(model.objects.issue('a'))
def served(request):
    return HttpResponse(Service().run())
class Held(View):
    make = Token.objects.issue
    def get(self, request):
        return HttpResponse(self.make('a'))
class Served(View):
    service_class = Service
    def get(self, request):
        return HttpResponse(self.service_class().run())
ALL = {
    'known': known, 'called': called, 'held': held, 'kept': kept, 'later': later, 'given': given, 'served': served,
    'class-held': Held.as_view(), 'class-served': Served.as_view(),
}
",
        ),
    ]);
    assert_eq!(seen.moves("/known/"), "reads *");
    for name in ["called", "held", "kept", "later", "given", "served", "class-held", "class-served"] {
        assert!(seen.moves(&format!("/{name}/")).starts_with("writes "), "{name}: {}", seen.moves(&format!("/{name}/")));
    }
}
