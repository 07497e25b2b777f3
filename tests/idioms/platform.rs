//! What hangs on the framework besides models and views: commands, tasks, template tags, middleware, consumers.

use migscan::django::urls::UrlPart;

use crate::project::{seen, seen_mentions};

#[test]
fn command_of_an_app() {
    let seen = seen(
        "# --- shop/management/commands/sell.py\nfrom django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n    def handle(self, *args, **options):\n        pass\n# --- shop/management/commands/_private.py\nclass Command:\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.commands.iter().map(|c| (c.app.as_str(), c.name.as_str(), c.qualname.as_str())).collect();
    assert_eq!(found, [("shop", "sell", "shop.management.commands.sell.Command")]);
}

#[test]
fn command_inherited_from_a_module() {
    let seen = seen(
        "# --- core/base.py\nfrom django.core.management.base import BaseCommand\nclass Base(BaseCommand):\n    pass\n# --- shop/management/commands/sell.py\nfrom core.base import Base as Command\n",
    );
    assert_eq!(seen.inventory.commands[0].name, "sell");
}

#[test]
fn shared_task() {
    let seen = seen(
        "# --- shop/tasks.py\nfrom celery import shared_task\n@shared_task\ndef a():\n    pass\n@shared_task(bind=True, name='shop.b')\ndef b(self):\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.tasks.iter().map(|t| (t.qualname.as_str(), t.name.as_deref())).collect();
    assert_eq!(found, [("shop.tasks.a", None), ("shop.tasks.b", Some("shop.b"))]);
}

#[test]
fn task_of_a_celery_app_that_a_package_wraps() {
    let seen = seen(
        "# --- config/celery.py\nfrom celery import Celery\nfrom nobody_knows import monitoring\napp = Celery('config')\napp.autodiscover_tasks()\napp = monitoring.setup(app)\n# --- shop/tasks.py\nfrom config.celery import app\n@app.task\ndef a():\n    pass\n@app.task(bind=True)\ndef b(self):\n    pass\n",
    );
    let found: Vec<&str> = seen.inventory.tasks.iter().map(|t| t.qualname.as_str()).collect();
    assert_eq!(found, ["shop.tasks.a", "shop.tasks.b"]);
}

#[test]
fn task_of_the_celery_app() {
    let seen = seen(
        "# --- config/celery.py\nfrom celery import Celery\napp = Celery('config')\n# --- shop/tasks.py\nfrom config.celery import app\n@app.task\ndef a():\n    pass\n@app.task(queue='slow')\ndef b():\n    pass\n",
    );
    let found: Vec<&str> = seen.inventory.tasks.iter().map(|t| t.qualname.as_str()).collect();
    assert_eq!(found, ["shop.tasks.a", "shop.tasks.b"]);
}

#[test]
fn jobs_of_another_queue() {
    let seen = seen("# --- shop/tasks.py\nfrom django_rq import job\n@job('default')\ndef a():\n    pass\n");
    assert!(seen.inventory.tasks.is_empty());
    assert_eq!(seen.inventory.jobs[0].qualname, "shop.tasks.a");
}

#[test]
fn template_tags_and_filters() {
    let seen = seen(
        "# --- shop/templatetags/shop_tags.py\nfrom django import template\nregister = template.Library()\n@register.simple_tag\ndef total():\n    pass\n@register.filter(name='cut')\ndef cutter(value):\n    return value\n@register.inclusion_tag('a.html', takes_context=True)\ndef box(context):\n    pass\n",
    );
    let library = &seen.inventory.template_tags[0];
    assert_eq!(library.library, "shop_tags");
    assert_eq!((library.tags.join(","), library.filters.join(",")), ("box,total".to_owned(), "cut".to_owned()));
}

#[test]
fn template_tags_registered_by_call() {
    let seen = seen(
        "# --- shop/templatetags/shop_tags.py\nfrom django import template\nregister = template.Library()\ndef compile_it(parser, token):\n    pass\nregister.tag('it', compile_it)\nregister.filter('low', str.lower)\n",
    );
    let library = &seen.inventory.template_tags[0];
    assert_eq!((library.tags.join(","), library.filters.join(",")), ("it".to_owned(), "low".to_owned()));
}

#[test]
fn tags_whose_class_is_named_by_a_metaclass() {
    let seen = seen(
        "# --- shop/templatetags/shop_tags.py\nfrom classytags.core import Tag\nfrom classytags.helpers import InclusionTag\nfrom django import template\nregister = template.Library()\n@register.tag()\nclass BoxTag(Tag):\n    name = 'box'\nclass ItemListHTML(InclusionTag):\n    pass\nregister.tag(ItemListHTML)\n",
    );
    assert_eq!(seen.inventory.template_tags[0].tags, ["box", "item_list_html"]);
}

#[test]
fn middleware_as_class_and_as_function() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nMIDDLEWARE = ['django.middleware.common.CommonMiddleware', 'shop.middleware.Timer', 'shop.middleware.simple']\n# --- shop/middleware.py\nclass Timer:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n        return self.get_response(request)\n    def process_view(self, request, view, args, kwargs):\n        pass\ndef simple(get_response):\n    def middleware(request):\n        return get_response(request)\n    return middleware\n",
    );
    let found: Vec<_> = seen.inventory.middleware.iter().map(|m| (m.qualname.as_str(), m.kind.as_str(), m.position)).collect();
    assert_eq!(found, [("shop.middleware.Timer", "class", Some(1)), ("shop.middleware.simple", "function", Some(2))]);
    assert!(seen.inventory.middleware[0].hooks.iter().any(|h| h == "process_view"));
}

#[test]
fn consumer_of_channels() {
    let seen = seen(
        "# --- shop/consumers.py\nfrom channels.generic.websocket import AsyncWebsocketConsumer\nclass Chat(AsyncWebsocketConsumer):\n    pass\n# --- config/asgi.py\nfrom channels.routing import ProtocolTypeRouter, URLRouter\nfrom django.urls import path\nfrom shop.consumers import Chat\napplication = ProtocolTypeRouter({'websocket': URLRouter([path('ws/chat/', Chat.as_asgi())])})\n",
    );
    assert_eq!(seen.inventory.consumers[0].qualname, "shop.consumers.Chat");
    assert_eq!(seen.inventory.consumers[0].paths, ["/ws/chat/"]);
}

#[test]
fn model_form() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    name = models.TextField()\n# --- shop/forms.py\nfrom django import forms\nfrom .models import Item\nclass ItemForm(forms.ModelForm):\n    class Meta:\n        model = Item\n        fields = ['name']\n    def clean_name(self):\n        pass\n",
    );
    let form = &seen.inventory.forms[0];
    assert_eq!(
        (form.qualname.as_str(), form.kind.as_str(), form.model.as_deref()),
        ("shop.forms.ItemForm", "ModelForm", Some("shop.Item"))
    );
    assert_eq!(form.fields.as_deref(), Some(["name".to_owned()].as_slice()));
}

#[test]
fn transactions_and_raw_sql() {
    let seen = seen(
        "# --- shop/services.py\nfrom django.db import connection, transaction\n@transaction.atomic\ndef sell():\n    with connection.cursor() as cursor:\n        cursor.execute('select 1')\ndef buy():\n    with transaction.atomic():\n        pass\n",
    );
    let scopes: Vec<&str> = seen.inventory.transactions.iter().map(|u| u.scope.as_str()).collect();
    assert_eq!(scopes, ["shop.services.sell", "shop.services.buy"]);
    assert!(seen.inventory.raw_sql.iter().any(|u| u.scope == "shop.services.sell"));
}

#[test]
fn context_processors() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nTEMPLATES = [{\n    'BACKEND': 'django.template.backends.django.DjangoTemplates',\n    'OPTIONS': {'context_processors': ['django.template.context_processors.request', 'shop.context.basket']},\n}]\n# --- shop/context.py\n\ndef basket(request):\n    return {}\n# --- shop/models.py\n",
    );
    let found: Vec<(&str, bool, Option<u32>)> =
        seen.inventory.context_processors.iter().map(|p| (p.qualname.as_str(), p.own, p.place.as_ref().map(|p| p.line))).collect();
    assert_eq!(found, [("django.template.context_processors.request", false, None), ("shop.context.basket", true, Some(2))]);
}

#[test]
fn schedule_wherever_it_is_written() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nCELERY_BEAT_SCHEDULE = {'nightly': {'task': 'shop.tasks.clean', 'schedule': 60}}\nCELERY_BEAT_SCHEDULE['hourly'] = {'task': 'shop.tasks.count', 'schedule': 60}\n# --- config/celery.py\nfrom celery import Celery\napp = Celery('config')\napp.conf.beat_schedule = {'weekly': {'task': 'shop.tasks.mail', 'schedule': 60}}\napp.conf.update(beat_schedule={'monthly': {'task': 'shop.tasks.bill', 'schedule': 60}})\n@app.on_after_configure.connect\ndef plan(sender, **kwargs):\n    from shop.tasks import ping\n    sender.add_periodic_task(10.0, ping.s(), name='often')\n    sender.add_periodic_task(10.0, ping.s())\n# --- shop/models.py\n",
    );
    let found: Vec<String> = seen
        .inventory
        .schedules
        .iter()
        .map(|s| format!("{}:{} {} {}", s.place.file, s.place.line, s.name, s.task.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        found,
        [
            "config/celery.py:3 weekly shop.tasks.mail",
            "config/celery.py:4 monthly shop.tasks.bill",
            "config/celery.py:8 often ping",
            "config/celery.py:9 ping ping",
            "config/settings.py:2 nightly shop.tasks.clean",
            "config/settings.py:3 hourly shop.tasks.count",
        ]
    );
}

#[test]
fn settings_that_code_reads() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.conf import settings\nfrom django.conf import settings as conf\nLIMIT = settings.LIMIT\ndef f(name):\n    if settings.configured:\n        return conf.LIMIT, getattr(settings, 'SHOP_NAME', ''), getattr(settings, name), settings.SHOP_SIZE\n# --- shop/views.py\nfrom .conf import settings\nprint(settings.NOT_DJANGO)\n# --- shop/conf.py\nclass settings:\n    NOT_DJANGO = 1\n",
    );
    let found: Vec<String> = seen.inventory.setting_reads.iter().map(|u| format!("{} {}:{}", u.what, u.place.file, u.place.line)).collect();
    assert_eq!(found, ["LIMIT shop/models.py:3", "SHOP_NAME shop/models.py:6", "SHOP_SIZE shop/models.py:6"]);
}

#[test]
fn names_imported_under_others_are_mentioned() {
    let seen = seen_mentions(
        "# --- shop/models.py\nimport requests.adapters\nfrom requests_oauthlib import OAuth1\nfrom django.utils.translation import gettext as _\ndef f():\n    return _('x')\n",
        &["django.utils.translation.gettext"],
        &["requests"],
    );
    let found: Vec<String> = seen.inventory.mentions.iter().map(|m| format!("{}:{}", m.name, m.place.line)).collect();
    assert_eq!(found, ["django.utils.translation.gettext:5", "requests.adapters:1"]);
}

#[test]
fn raw_sql_over_an_alias_and_in_a_migration() {
    let seen = seen(
        "# --- shop/services.py\nfrom django.db import connections\ndef count(alias):\n    with connections[alias].cursor() as cursor:\n        cursor.execute('select 1')\ndef bait(things, alias):\n    things[alias].cursor()\n# --- shop/migrations/0001_initial.py\nfrom django.db import migrations\ndef triggers(apps, schema_editor):\n    schema_editor.execute('create trigger …')\nclass Migration(migrations.Migration):\n    operations = [migrations.RunPython(triggers)]\n# --- shop/models.py\n",
    );
    let found: Vec<(&str, &str)> = seen.inventory.raw_sql.iter().map(|u| (u.what.as_str(), u.scope.as_str())).collect();
    assert_eq!(found, [("schema_editor.execute", "shop.migrations.0001_initial.triggers"), ("connection.cursor", "shop.services.count")]);
}

#[test]
fn tags_that_a_package_lists() {
    let seen = seen(
        "# --- shop/templatetags/more.py\nfrom django import template\nfrom elsewhere import functions\nregister = template.Library()\n@register.simple_tag()\ndef plain():\n    pass\nfor name, func in functions().items():\n    register.simple_tag(func, name=name)\n# --- shop/templatetags/__init__.py\n# --- shop/models.py\n",
    );
    assert_eq!(seen.inventory.template_tags[0].tags, ["plain"]);
    let named: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "template tags").collect();
    assert_eq!(named.iter().map(|u| (u.file.as_str(), u.line)).collect::<Vec<_>>(), [("shop/templatetags/more.py", 8)]);
}

#[test]
fn command_with_the_name_of_a_test() {
    let seen = seen(
        "# --- shop/management/commands/test_mail.py\nfrom django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n    pass\n# --- shop/models.py\n",
    );
    assert_eq!(seen.inventory.commands.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["test_mail"]);
}

#[test]
fn task_of_an_application_whose_class_nobody_knows() {
    let seen = seen(
        "# --- config/celery.py\nfrom django.utils.module_loading import import_string\nfrom .options import chosen\napp = import_string(dotted_path=chosen())(main='shop')\napp.autodiscover_tasks()\n# --- config/options.py\nfrom outside import chosen\n# --- shop/tasks.py\nfrom config.celery import app\n@app.task(bind=True)\ndef sell(self):\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.tasks.iter().map(|t| (t.qualname.as_str(), t.kind.as_str())).collect();
    assert_eq!(found, [("shop.tasks.sell", "celery")]);
}

#[test]
fn tags_added_to_those_of_django() {
    let seen = seen(
        "# --- shop/templatetags/extras.py\nfrom django.template.defaulttags import register\n@register.filter\ndef get_item(items, key):\n    pass\n@register.simple_tag(name='now_here')\ndef here():\n    pass\n",
    );
    let library = &seen.inventory.template_tags[0];
    assert_eq!(
        (library.filters.as_slice(), library.tags.as_slice()),
        (["get_item".to_owned()].as_slice(), ["now_here".to_owned()].as_slice())
    );
}

#[test]
fn command_of_django_click() {
    let seen = seen(
        "# --- shop/management/commands/score.py\nimport djclick as click\ndef helper():\n    pass\n@click.command()\n@click.option('--all')\ndef command(all):\n    pass\n# --- shop/management/commands/helpers.py\ndef helper():\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.commands.iter().map(|command| (command.name.as_str(), command.qualname.as_str())).collect();
    assert_eq!(found, [("score", "shop.management.commands.score.command")]);
}

#[test]
fn jobs_of_every_queue() {
    let seen = seen(
        "# --- shop/models.py\nimport shop.tasks\n# --- shop/tasks.py\nimport functools\nimport dramatiq\nfrom background_task import background\nfrom django_rq import job\nfrom huey import crontab\nfrom huey.contrib.djhuey import HUEY as huey, db_task\nfrom rq.decorators import job as rq_job\ndef task(retries=5):\n    def deco(fn):\n        @functools.wraps(fn)\n        def inner(*args, **kwargs):\n            return fn(*args, **kwargs)\n        return huey.task(retries=retries, context=True)(inner)\n    return deco\n@task()\ndef a():\n    pass\n@huey.periodic_task(crontab(minute='*'))\n@huey.lock_task('b')\ndef b():\n    pass\n@db_task()\ndef c():\n    pass\n@job\ndef d():\n    pass\n@rq_job('default')\ndef e():\n    pass\n@dramatiq.actor\ndef f():\n    pass\n@dramatiq.actor(queue_name='g')\ndef g():\n    pass\n@background(schedule=60)\ndef h():\n    pass\n@background\ndef i():\n    pass\n",
    );
    let found: Vec<String> = seen.inventory.jobs.iter().map(|job| format!("{} {}", job.qualname, job.kind)).collect();
    assert_eq!(
        found,
        [
            "shop.tasks.a huey",
            "shop.tasks.b huey",
            "shop.tasks.c huey",
            "shop.tasks.d django_rq",
            "shop.tasks.e rq",
            "shop.tasks.f dramatiq",
            "shop.tasks.g dramatiq",
            "shop.tasks.h background_task",
            "shop.tasks.i background_task",
        ]
    );
}

#[test]
fn cursors_of_connections_under_other_names() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import connection as usual, connections\nfrom django.db.backends.signals import connection_created\nfrom django.dispatch import receiver\ndef by_alias():\n    conn = connections['default']\n    with conn.cursor() as cursor:\n        cursor.execute('SELECT 1')\ndef by_name():\n    conn = usual\n    conn.cursor()\n@receiver(connection_created)\ndef created(connection=None, **kwargs):\n    connection.cursor()\ndef other(connection):\n    connection.cursor()\ndef elsewhere(client):\n    conn = client.open()\n    conn.cursor()\n",
    );
    let found: Vec<&str> = seen.inventory.raw_sql.iter().map(|used| used.scope.as_str()).collect();
    assert_eq!(found, ["shop.models.by_alias", "shop.models.by_name", "shop.models.created"]);
}

#[test]
fn pages_that_no_loader_reads_are_no_templates() {
    let seen = seen(
        "# --- config/settings.py\nimport os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nINSTALLED_APPS = ['shop']\nTEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'DIRS': [BASE_DIR / 'client' / 'dist', os.path.join(BASE_DIR, 'pages')], 'APP_DIRS': True}]\n# --- shop/models.py\n# --- shop/views.py\nfrom django.shortcuts import render\ndef view(request):\n    return render(request, 'odd.html')\n# --- shop/templates/a.html\na\n# --- shop/jinja2/b.html\nb\n# --- client/dist/c.html\nc\n# --- themes/odd.html\n{% extends 'base.html' %}\n# --- themes/base.html\nx\n# --- ui/src/list.component.html\n<li *ngFor='x'>{{ x.a }}</li>\n# --- ui/src/index.html\ny\n",
    );
    let files: Vec<&str> = seen.inventory.templates.iter().map(|template| template.file.as_str()).collect();
    assert_eq!(files, ["client/dist/c.html", "shop/jinja2/b.html", "shop/templates/a.html", "themes/base.html", "themes/odd.html"]);
    assert!(seen.inventory.skipped.iter().any(|one| one.path == "ui" && one.reason == "2 pages outside the folders of templates"));
}

#[test]
fn celery_task_classes_that_inherit_what_runs() {
    let seen = seen(
        "# --- shop/tasks.py\nfrom celery import Celery, Task\napp = Celery('shop')\nclass Base(Task):\n    def run(self):\n        self.handle()\nclass Send(Base):\n    def handle(self):\n        pass\nclass Idle(Base):\n    pass\nsend = app.register_task(Send())\n",
    );
    assert_eq!(seen.inventory.tasks.iter().map(|task| task.qualname.as_str()).collect::<Vec<_>>(), ["shop.tasks.Send"]);
}

#[test]
fn task_of_a_celery_class_that_hands_on() {
    let seen = seen(
        "# --- config/celery.py\nfrom celery import Celery, Task\nclass Logging(Task):\n    pass\nclass App(Celery):\n    def task(self, *args, **kwargs):\n        kwargs.setdefault('base', Logging)\n        return super().task(*args, **kwargs)\napp = App('config')\n# --- shop/tasks.py\nfrom config.celery import app\n@app.task\ndef a():\n    pass\n@app.task(queue='slow')\ndef b():\n    pass\n",
    );
    assert_eq!(seen.inventory.tasks.iter().map(|t| t.qualname.as_str()).collect::<Vec<_>>(), ["shop.tasks.a", "shop.tasks.b"]);
}

/// A router below another one, within middleware, and one list of patterns under two names in two routers.
#[test]
fn consumers_below_routers() {
    let seen = seen(
        "# --- shop/consumers.py\nfrom channels.generic.websocket import WebsocketConsumer\nclass Chat(WebsocketConsumer):\n    pass\nclass Room(WebsocketConsumer):\n    pass\n# --- shop/routing.py\nfrom django.urls import path, re_path\nfrom .consumers import Chat, Room\nurlpatterns = [path('chat/', Chat.as_asgi()), re_path(r'^room/(?P<name>\\w+)/$', Room.as_asgi())]\n# --- config/asgi.py\nfrom channels.auth import AuthMiddlewareStack\nfrom channels.routing import ProtocolTypeRouter, URLRouter\nfrom django.urls import path\nimport shop.routing\nfrom shop import routing as again\napplication = ProtocolTypeRouter({'websocket': AuthMiddlewareStack(URLRouter([\n    path('ws/', URLRouter(shop.routing.urlpatterns)),\n    path('v2/<int:n>/', AuthMiddlewareStack(URLRouter(again.urlpatterns))),\n]))})\n",
    );
    let paths: Vec<&[String]> = seen.inventory.consumers.iter().map(|consumer| consumer.paths.as_slice()).collect();
    assert_eq!(paths, [["/v2/{n}/chat/", "/ws/chat/"], ["/v2/{n}/room/{name}/", "/ws/room/{name}/"]]);
    let patterns = &seen.inventory.consumers[1].patterns;
    assert_eq!(patterns, &[UrlPart::Unknown, UrlPart::Regex(r"^ws/room/(?P<name>\w+)/$".to_owned())]);
}

#[test]
fn queues_that_are_handed_over() {
    let seen = seen(
        "# --- shop/tasks.py\nfrom celery import shared_task\n@shared_task\ndef mail(): pass\n# --- shop/models.py\nfrom functools import partial\nfrom django.db import models, transaction\nfrom .tasks import mail\nclass Item(models.Model):\n    def save(self, *args, **kwargs):\n        transaction.on_commit(mail.delay)\n    def sold(self):\n        transaction.on_commit(partial(mail.apply_async, 1))\n",
    );
    let tasks = seen.inventory.links.iter().filter(|link| link.to == "shop.tasks.mail");
    let scopes: Vec<&str> = tasks.map(|link| link.scope.as_str()).collect();
    assert_eq!(scopes, ["shop.models.Item.save", "shop.models.Item.sold"]);
}
