//! What crosses the border, what stays behind it, and which tables are shared since when.

use migscan::plan::kit;
use migscan::plan::proxy::{Options, Proxy};

use super::facts::{SETTINGS, URLS, seen};

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

#[test]
fn middleware_and_messages_cross_the_border() {
    let settings = format!("{SETTINGS}MIDDLEWARE = ['shop.middleware.Tenant', 'django.middleware.common.CommonMiddleware']\n");
    let middleware = "class Tenant:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n        request.tenant = 1\n        return self.get_response(request)\n";
    let seen =
        seen(&[("config/settings.py", &settings), ("config/urls.py", URLS), ("shop/middleware.py", middleware), ("shop/views.py", SHOWN)]);
    let of = |kind: &str| {
        let phases = seen.plan.phases.iter().flat_map(|phase| phase.crossings.iter().map(move |crossing| (phase.number, crossing)));
        phases.filter(|(_, crossing)| crossing.kind == kind).map(|(number, crossing)| (number, crossing.what.clone())).collect::<Vec<_>>()
    };
    // What its GET leaves is for the next page.
    assert_eq!(seen.moves("/told/"), "writes GET");
    assert_eq!(of("middleware"), [(seen.phase("/hits/", "GET"), "shop.middleware.Tenant (__call__)".to_owned())]);
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
        seen.plan.cut_hours
    };
    assert_eq!(cut("from jobs.models import Person\n"), 0.0);
    assert!(cut("from jobs.tools import tool\n") > 0.0);
}
