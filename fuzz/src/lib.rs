//! What the fuzz targets share: a project in memory, its inventory, its report, and what nothing that is shown may hold.

use std::sync::LazyLock;

use migscan::base::clock::Clock;
use migscan::cli::config;
use migscan::django::inventory::Inventory;
use migscan::django::mentions::Wanted;
use migscan::django::settings;
use migscan::effort::{Analysis, Choices};
use migscan::facts;
use migscan::project::{Project, SourceFile};
use migscan::report::json::{self, Report};

/// The evaluator calls itself as deep as the project nests; the program gives it as much.
const STACK: usize = 256 << 20;

/// A project whose settings and URL modules are these texts.
pub fn inventory(settings: &[u8], urls: &[u8], models: &[u8]) -> Inventory {
    let file = |path: &str, bytes: &[u8]| SourceFile::new(path.to_owned(), path.contains("/migrations/"), facts::python(bytes));
    let files = vec![
        file("manage.py", b"import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
        file("config/__init__.py", b""),
        file("config/settings.py", settings),
        file("config/urls.py", urls),
        file("shop/__init__.py", b""),
        file("shop/models.py", models),
    ];
    deep(move || {
        let project = Project::new(files, &[], Vec::new(), &[]);
        let candidates = settings::candidates(&project, &[], None);
        migscan::django::inventory(&project, candidates, &Wanted::default(), &mut Clock::default())
    })
}

/// On a stack as deep as the program has.
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        thread.join().expect("no panic")
    })
}

/// What it means, without any configuration.
pub fn analysis(inventory: Inventory) -> Analysis {
    static TABLES: LazyLock<config::Tables> = LazyLock::new(|| config::read("").and_then(|setup| setup.tables()).expect("no configuration"));
    let tables = TABLES.clone();
    Analysis::of(inventory, tables.catalogue, tables.model, Choices::default()).expect("no module is named")
}

/// The report on a small project that has some of everything that comparisons look at.
pub fn report() -> Report {
    let settings = b"INSTALLED_APPS = ['shop', 'django.contrib.admin']\nROOT_URLCONF = 'config.urls'\n";
    let urls = b"from django.urls import path\nfrom shop import models\nurlpatterns = [path('a/<int:pk>/', models.view), path('b/', models.later)]\n";
    Report::from(&analysis(inventory(settings, urls, SHOP)))
}

const SHOP: &[u8] = b"
from django.db import models
from django.db.models.signals import post_save

class Order(models.Model):
    title = models.CharField(max_length=9)
    parent = models.ForeignKey('self', models.CASCADE)

def changed(sender, **kwargs):
    Order.objects.raw('select 1')

post_save.connect(changed, sender=Order)

def view(request, pk):
    return [order.parent.title for order in Order.objects.filter(pk=pk)]

def later(request):
    request.session['x'] = 1
";

/// The report as text.
pub fn text(report: &Report) -> String {
    String::from_utf8(json::text(report)).expect("UTF-8")
}

/// Whether text for people holds something that a terminal, a log or a reader takes for more than text.
pub fn speaks(text: &str) -> bool {
    let direction = |ch: char| matches!(ch, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    text.chars().any(|ch| (ch.is_control() && ch != '\n' && ch != '\t') || direction(ch))
}
