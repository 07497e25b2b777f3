//! What the fuzz targets share: a project in memory, and its inventory.

use migscan::base::clock::Clock;
use migscan::django::inventory::Inventory;
use migscan::django::mentions::Wanted;
use migscan::django::settings;
use migscan::facts;
use migscan::project::{Project, SourceFile};

/// The evaluator calls itself as deep as the project nests; the program gives it as much.
const STACK: usize = 256 << 20;

/// A project whose settings and URL modules are these texts.
pub fn inventory(settings: &[u8], urls: &[u8], models: &[u8]) -> Inventory {
    let file = |path: &str, bytes: &[u8]| SourceFile::new(path.to_owned(), facts::python(bytes));
    let files = vec![
        file("manage.py", b"import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
        file("config/__init__.py", b""),
        file("config/settings.py", settings),
        file("config/urls.py", urls),
        file("shop/__init__.py", b""),
        file("shop/models.py", models),
    ];
    std::thread::scope(|scope| {
        let work = move || {
            let project = Project::new(files, &[], Vec::new(), &[]);
            let candidates = settings::candidates(&project, &[], None);
            migscan::django::inventory(&project, candidates, &Wanted::default(), &mut Clock::default())
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        thread.join().expect("no panic")
    })
}
