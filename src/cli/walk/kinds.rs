//! What kind of thing something in the tree is, by its name, its place and, for a directory, what lies in it: rules and tables, no descent.

use std::fs;
use std::path::Path;

use super::{Dir, Entry, Reason};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    Python,
    /// Python that its path says is test code. Settings that install it overrule the path.
    Test,
    /// Python directly in a directory called `migrations`.
    Migration,
    Template,
    /// What names the dependencies.
    Requirements,
    /// What can name the settings module or a version: ini, TOML, Docker, shell and the like.
    Config,
}

/// Is a hidden directory a virtual environment? Only those are worth a line of the report.
pub(super) fn hidden_environment(path: &Path, name: &str) -> bool {
    name.contains("env") && fs::symlink_metadata(path.join(name).join("pyvenv.cfg")).is_ok()
}

/// Directories that hold nothing of the project whatever is in them.
pub(super) fn directory_by_name(name: &str) -> Option<Reason> {
    match name {
        "node_modules" | "bower_components" => Some(Reason::NodeModules),
        "site-packages" | "dist-packages" => Some(Reason::VirtualEnvironment),
        ".tox" | ".nox" | ".eggs" | "htmlcov" => Some(Reason::BuildOutput),
        _ if name.ends_with(".egg-info") => Some(Reason::BuildOutput),
        _ if name.contains("{{") => Some(Reason::ProjectTemplate),
        // Django's own names for what startproject and startapp fill in.
        "project_template" | "app_template" => Some(Reason::ProjectTemplate),
        _ => None,
    }
}

pub(super) fn unlisted(name: &str) -> bool {
    name.starts_with('.') || name == "__pycache__"
}

/// Directories that their entries give away.
pub(super) fn whole_directory(path: &Path, dir: &Dir, entries: &[Entry]) -> Option<Reason> {
    let has = |wanted: &str| entries.iter().any(|entry| entry.name == wanted);
    let any = |test: &dyn Fn(&str) -> bool| entries.iter().any(|entry| test(&entry.name));
    if has("pyvenv.cfg") || has("conda-meta") || (has("bin") && has("lib") && has_packages(&path.join("lib"))) {
        return Some(Reason::VirtualEnvironment);
    }
    // Below a folder of templates these are names of apps.
    match last(&dir.rel) {
        _ if dir.in_templates => None,
        // Settings are split by whom they concern.
        "third_party" | "thirdparty" if dir.rel.split('/').any(|part| matches!(part, "settings" | "config" | "conf")) => None,
        // A shop may have an app of vendors: what looks like an app is no copy of a library.
        "vendor" | "vendored" | "_vendor" | "_vendored" | "third_party" | "thirdparty" | "extern" => {
            let app = ["apps.py", "models.py", "models", "migrations", "urls.py", "views.py", "admin.py"].into_iter().any(has);
            (!app).then_some(Reason::Vendored)
        }
        // An app may be called `build` too; output has its own marks.
        "build" | "dist" if !has("__init__.py") => {
            let python = has("lib")
                || any(&|name| {
                    name.starts_with("bdist.") || name.starts_with("lib.") || name.ends_with(".whl") || name.ends_with(".tar.gz")
                });
            let script = has("index.html")
                || has("asset-manifest.json")
                || any(&|name| name.ends_with(".js") || name.ends_with(".css") || name.ends_with(".map"));
            (python || script).then_some(Reason::BuildOutput)
        }
        _ => None,
    }
}

/// Does `lib` hold the packages of an interpreter? Old virtual environments have no other mark.
fn has_packages(lib: &Path) -> bool {
    let Ok(listing) = fs::read_dir(lib) else { return false };
    listing.flatten().take(100).any(|entry| {
        entry.file_name().to_string_lossy().starts_with("python")
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && fs::symlink_metadata(entry.path().join("site-packages")).is_ok()
    })
}

/// What a file is good for, by its name and place; `None` if for nothing.
pub(super) fn file_kind(dir: &Dir, name: &str) -> Option<FileKind> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if ending == "py" {
        // Hidden files are settings of tools.
        return (!stem.starts_with('.')).then(|| python_kind(&dir.rel, name));
    }
    match name {
        // Of an unpacked wheel: what it needs and which entry points it declares.
        "METADATA" | "entry_points.txt" => return Some(FileKind::Config),
        "tox.ini" | "pytest.ini" | "setup.cfg" | "pyproject.toml" | "uwsgi.ini" | "migscan.toml" | "Procfile" | "Makefile" | "makefile"
        | "justfile" | "Justfile" | "Taskfile.yml" | "runtime.txt" | "app.yaml" | "render.yaml" | "fly.toml" | "app.json"
        | ".python-version" | "supervisord.conf" => return Some(FileKind::Config),
        "Pipfile" | "Pipfile.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" | "environment.yml" | "environment.yaml" => {
            return Some(FileKind::Requirements);
        }
        _ => {}
    }
    // Examples only: the real `.env` holds secrets and is never opened.
    if matches!(name, ".env.example" | ".env.sample" | ".env.template" | ".env.dist" | "env.example" | "example.env" | "sample.env") {
        return Some(FileKind::Config);
    }
    if name.starts_with('.') {
        return None;
    }
    let yaml = matches!(ending, "yml" | "yaml");
    if name.starts_with("Dockerfile")
        || name.ends_with(".Dockerfile")
        || ending == "dockerfile"
        || name == "Containerfile"
        || (yaml && (name.starts_with("docker-compose") || name.starts_with("compose")))
        || ending == "sh"
    {
        return Some(FileKind::Config);
    }
    if matches!(ending, "txt" | "in" | "pip") {
        let folder = last(&dir.rel);
        if name.contains("requirements") || name.starts_with("constraints") || matches!(folder, "requirements" | "reqs" | "requires") {
            return Some(FileKind::Requirements);
        }
    }
    let page = matches!(ending, "html" | "htm" | "djhtml" | "jinja" | "jinja2" | "j2");
    let text = || {
        matches!(
            ending,
            "txt" | "xml" | "md" | "mjml" | "svg" | "json" | "js" | "css" | "tpl" | "tmpl" | "subject" | "eml" | "csv" | "tex" | "ics"
        )
    };
    let template = if dir.in_templates { page || text() } else { page && !dir.in_static && !is_test_path(&dir.rel, name) };
    template.then_some(FileKind::Template)
}

/// Python by its path.
fn python_kind(folder: &str, name: &str) -> FileKind {
    if is_test_path(folder, name) {
        FileKind::Test
    } else if last(folder) == "migrations" && name != "__init__.py" {
        FileKind::Migration
    } else {
        FileKind::Python
    }
}

/// Does a file in this folder (relative to the root) count as test code by its path?
pub fn is_test_path(folder: &str, name: &str) -> bool {
    // A command goes by its folder, whatever it is called.
    let command = folder == "management/commands" || folder.ends_with("/management/commands");
    if command && !folder.split('/').any(|part| matches!(part, "tests" | "test" | "testing")) {
        return false;
    }
    name == "conftest.py"
        || name == "tests.py"
        || ((name.starts_with("test_") || name.starts_with("e2e_test_")) && name.ends_with(".py"))
        || name.ends_with("_test.py")
        || name.ends_with("_tests.py")
        || folder.split('/').any(|part| matches!(part, "tests" | "test" | "testing") || part.starts_with("tests_"))
}

fn last(rel: &str) -> &str {
    rel.rsplit_once('/').map_or(rel, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::walk::tests::{found, names, skipped, tree};

    #[test]
    fn kinds_by_path() {
        let cases = [
            ("shop/models.py", FileKind::Python),
            ("shop/migrations/0001_initial.py", FileKind::Migration),
            ("shop/migrations/__init__.py", FileKind::Python),
            ("shop/tests/helpers.py", FileKind::Test),
            ("shop/tests/migrations/0001.py", FileKind::Test),
            ("shop/tests.py", FileKind::Test),
            ("shop/test_a.py", FileKind::Test),
            ("shop/a_test.py", FileKind::Test),
            ("conftest.py", FileKind::Test),
            ("shop/tests_e2e/helpers.py", FileKind::Test),
            ("shop/e2e_test_a.py", FileKind::Test),
            ("shop/testimonials.py", FileKind::Python),
            ("shop/latest.py", FileKind::Python),
            ("shop/templates/shop/mail.txt", FileKind::Template),
            ("shop/templates/vendor/index.html", FileKind::Template),
            ("shop/templates/build/index.html", FileKind::Template),
            ("shop/pages/a.html", FileKind::Template),
            ("docs/templates/a.html", FileKind::Template),
            ("shop/tests/templates/a.html", FileKind::Template),
            ("requirements.txt", FileKind::Requirements),
            ("requirements/base.in", FileKind::Requirements),
            ("dev-requirements.txt", FileKind::Requirements),
            ("Pipfile", FileKind::Requirements),
            ("pyproject.toml", FileKind::Config),
            ("tox.ini", FileKind::Config),
            ("docker/Dockerfile.dev", FileKind::Config),
            ("docker-compose.prod.yml", FileKind::Config),
            ("compose.yaml", FileKind::Config),
            ("Procfile", FileKind::Config),
            ("bin/run.sh", FileKind::Config),
            (".env.example", FileKind::Config),
        ];
        let dir = tree(&cases.map(|(path, _)| path));
        let found = found(&dir);
        for (path, kind) in cases {
            assert_eq!(found.files.iter().find(|f| f.rel == path).map(|f| f.kind), Some(kind), "{path}");
        }
        assert_eq!(found.files.len(), cases.len());
        assert!(found.files.is_sorted());
    }

    #[test]
    fn files_of_no_interest() {
        let dir = tree(&[
            ".env",
            ".env.local",
            ".pylintrc.py",
            "a.png",
            "README.md",
            "shop/static/a.js",
            "shop/static/a.html",
            "docs/a.html",
            "shop/tests/data/a.html",
            "notes.txt",
            ".hidden/a.py",
            "shop/__pycache__/a.py",
            ".git/hooks/a.py",
        ]);
        let found = found(&dir);
        assert!(found.files.is_empty(), "{:?}", found.files);
        assert!(found.skipped.is_empty());
        assert_eq!((found.other_files, found.unlisted_dirs), (10, 3));
    }

    #[test]
    fn directories_left_out() {
        let dir = tree(&[
            "a.py",
            "env/pyvenv.cfg",
            "env/lib/x.py",
            "old/bin/activate",
            "old/lib/python3.9/site-packages/x.py",
            ".venv/pyvenv.cfg",
            "node_modules/x/a.py",
            "vendor/lib/a.py",
            "lib/_vendor/a.py",
            "x.egg-info/a.py",
            ".tox/a.py",
            "build/lib/a.py",
            "dist/a.whl",
            "front/dist/index.html",
            "{{ cookiecutter.slug }}/a.py",
            "conf/project_template/manage.py",
        ]);
        let found = found(&dir);
        assert_eq!(names(&found), ["a.py"]);
        assert_eq!(
            skipped(&found),
            [
                (".tox", Reason::BuildOutput),
                (".venv", Reason::VirtualEnvironment),
                ("build", Reason::BuildOutput),
                ("conf/project_template", Reason::ProjectTemplate),
                ("dist", Reason::BuildOutput),
                ("env", Reason::VirtualEnvironment),
                ("front/dist", Reason::BuildOutput),
                ("lib/_vendor", Reason::Vendored),
                ("node_modules", Reason::NodeModules),
                ("old", Reason::VirtualEnvironment),
                ("vendor", Reason::Vendored),
                ("x.egg-info", Reason::BuildOutput),
                ("{{ cookiecutter.slug }}", Reason::ProjectTemplate),
            ]
        );
    }

    #[test]
    fn apps_with_unlucky_names_stay() {
        let dir =
            tree(&["vendor/models.py", "build/__init__.py", "build/lib/a.py", "dist/readme.py", "extern/apps.py", "bin/a.py", "lib/b.py"]);
        assert_eq!(
            names(&found(&dir)),
            ["bin/a.py", "build/__init__.py", "build/lib/a.py", "dist/readme.py", "extern/apps.py", "lib/b.py", "vendor/models.py"]
        );
    }
}
