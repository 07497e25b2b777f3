//! No secret of a settings file gets out. The fixtures carry pretended ones, all with the same words in them; those words must not be in
//! anything that the program prints or writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MARK: &str = "no-report-may-show";

/// A fixture and a settings module of it that holds secrets.
const SETTINGS: [(&str, &str); 4] = [
    ("legacy", "quillmere.settings"),
    ("newsroom", "newsroom.settings.local"),
    ("newsroom", "newsroom.settings.production"),
    ("shop", "config.settings"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// How often the words stand in the Python files below a folder.
fn marks(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            count += marks(&entry);
        } else if entry.extension().is_some_and(|ending| ending == "py") {
            count += String::from_utf8_lossy(&fs::read(&entry).unwrap()).matches(MARK).count();
        }
    }
    count
}

#[test]
fn there_are_secrets_to_keep() {
    for (fixture, _) in SETTINGS {
        assert!(marks(&root().join(fixture)) > 0, "{fixture} has no pretended secret");
    }
}

#[test]
fn no_secret_gets_out() {
    for (fixture, settings) in SETTINGS {
        let out = tempfile::tempdir().unwrap();
        let run = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
            let output = command.arg(root().join(fixture)).args(["--settings", settings, "--timings"]).args(more).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                let text = String::from_utf8_lossy(bytes);
                let found = text.lines().find(|line| line.contains(MARK));
                assert!(found.is_none(), "{settings}, {more:?}, {name}: {found:?}");
            }
        };
        run(&[]);
        run(&["--verbose"]);
        for format in ["--json", "--html", "--markdown", "--sarif", "--gitlab", "--junit"] {
            run(&[format, "-"]);
        }
        run(&["--github", "always"]);
        let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
        run(&["--json", &at("r.json"), "--html", &at("r.html"), "--markdown", &at("r.md"), "--csv", &at("csv")]);
        run(&["--anonymize", "--json", "-"]);
        for command in [&["plan", "--out", &at("kit")][..], &["plan", "--verbose"], &["sensitivity"]] {
            let (name, more) = command.split_first().unwrap();
            let mut of = Command::new(env!("CARGO_BIN_EXE_migscan"));
            let output = of.arg(name).arg(root().join(fixture)).args(["--settings", settings]).args(more).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(!shown(&output).contains(MARK), "{settings}: {command:?}");
        }
        let written = written(out.path());
        assert!(written.len() > 30, "{}", written.len());
        for (path, text) in written {
            assert!(!text.contains(MARK), "{settings}: in {}", path.display());
        }
    }
}

fn shown(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every file below a folder with its text.
fn written(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            out.append(&mut written(&path));
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            out.push((path, text));
        }
    }
    out
}

/// Ways in which a value can stand in a settings module; `{}` is the secret.
const PLACES: [&str; 19] = [
    "SECRET_KEY = '{}'",
    "SECRET_KEY = 'x' '{}'",
    "SECRET_KEY = os.environ.get('SECRET_KEY', '{}')",
    "API_TOKEN = PASSWORD = '{}'",
    "STRIPE = {{'key': '{}', 'nested': ['{}', ('{}',)]}}",
    "DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'NAME': '{}', 'USER': '{}', 'PASSWORD': '{}', 'HOST': '{}'}}}}",
    "DATABASES = {{'default': dj_database_url.parse('postgres://u:{}@h/d')}}",
    "CACHES = {{'default': {{'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://:{}@h', 'OPTIONS': {{'PASSWORD': '{}'}}}}}}",
    "EMAIL_HOST_PASSWORD = f'{}{{DEBUG}}'",
    "CELERY_BROKER_URL = 'amqp://u:{}@h//'",
    "AWS_SECRET_ACCESS_KEY: str = '{}'",
    "if os.environ.get('A') == '{}':\n    X = '{}'",
    "globals()['TOKEN'] = '{}'",
    "REST_FRAMEWORK = {{'TOKEN': '{}'}}",
    "SIMPLE_JWT = {{'SIGNING_KEY': '{}', 'AUTH_HEADER_TYPES': ('{}',)}}",
    "LOGGING = {{'handlers': {{'a': {{'url': 'https://u:{}@h'}}}}}}",
    "assert SECRET == '{}', '{}'",
    "raise ImproperlyConfigured('{}')",
    "call('{}', token='{}')",
];

/// Mistakes after which a file is no Python, or one that is not read.
const BROKEN: [&str; 6] = ["", "\ndef (:\n", "\nX = '{}\n", "\nX = ((((\n", "\n\0\n", "\n<<<<<<< HEAD\nKEY = '{}'\n=======\n"];

#[test]
fn no_secret_gets_out_however_it_is_written_or_the_file_is_broken() {
    for broken in BROKEN {
        let project = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = project.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let mut settings = "import os\nINSTALLED_APPS = ['notes']\nROOT_URLCONF = 'config.urls'\nDEBUG = True\n".to_owned();
        for place in PLACES {
            settings.push_str(&place.replace("{}", MARK).replace("{{", "{").replace("}}", "}"));
            settings.push('\n');
        }
        settings.push_str(&broken.replace("{}", MARK));
        put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
        put("config/settings.py", &settings);
        put("config/local_settings.py", &settings);
        put("config/settings_production.py", &settings);
        put("config/urls.py", "from django.urls import path\nurlpatterns = [path('', lambda r: None)]\n");
        put("notes/models.py", "from django.db import models\nclass Note(models.Model):\n    text = models.TextField()\n");
        put(".env", &format!("SECRET_KEY={MARK}\n"));
        put("Dockerfile", &format!("ENV SECRET_KEY={MARK}\n"));
        put("docker-compose.yml", &format!("services:\n  web:\n    environment:\n      SECRET_KEY: {MARK}\n"));
        put("pyproject.toml", &format!("[tool.other]\ntoken = \"{MARK}\"\n"));
        let out = tempfile::tempdir().unwrap();
        let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
        let path = project.path().to_str().unwrap().to_owned();
        for args in [
            &[path.as_str(), "--verbose", "--timings"][..],
            &[&path, "--json", &at("r.json"), "--html", &at("r.html"), "--markdown", &at("r.md"), "--csv", &at("csv")],
            &["plan", &path, "--out", &at("kit")],
            &["plan", &path, "--verbose"],
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_migscan")).args(args).output().unwrap();
            let text = shown(&output);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{text}");
            let found = text.lines().find(|line| line.contains(MARK));
            assert!(found.is_none(), "{broken:?} {args:?}: {found:?}");
        }
        let written = written(out.path());
        assert!(written.iter().any(|(path, _)| path.ends_with("r.html")), "nothing was written");
        for (path, text) in written {
            let found = text.lines().find_map(|line| line.find(MARK).map(|at| line.get(at.saturating_sub(120)..).unwrap_or(line)));
            assert!(found.is_none(), "{broken:?}: in {}: {found:?}", path.display());
        }
    }
}

/// A default that stands in for what is kept elsewhere is a value of a setting, however plain a word it is.
#[test]
fn a_default_beside_what_is_kept_elsewhere_is_not_shown() {
    let project = tempfile::tempdir().unwrap();
    let settings = "from vault import read\nINSTALLED_APPS = []\nSECRET_KEY = read('signer', 'wordlikeone') or 'wordlike'\nTOKEN = read('token')\nif not TOKEN:\n    TOKEN = 'wordlike'\n";
    fs::write(project.path().join("settings.py"), settings).unwrap();
    fs::write(project.path().join("manage.py"), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n").unwrap();
    for args in [&["--verbose"][..], &["--json", "-"], &["--html", "-"], &["--markdown", "-"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_migscan")).arg(project.path()).args(args).output().unwrap();
        let text = shown(&output);
        assert!(!text.contains("wordlike") && !text.contains("signer"), "{args:?}: {text}");
        assert!(args != ["--json", "-"] || text.contains("read(…)"), "{text}");
    }
}

/// What is wrong with a configuration is shown with its line; of a file that holds more than ours, without any.
#[test]
fn a_diagnostic_quotes_no_line_that_is_not_ours() {
    for (name, text) in [
        ("pyproject.toml", format!("[tool.other]\ntoken = '{MARK}'\n[tool.migscan\n")),
        ("pyproject.toml", format!("[tool.other]\ntoken = '{MARK}\n[tool.migscan]\n")),
        ("pyproject.toml", format!("[tool.other]\ntoken = '{MARK}'\n[tool.migscan]\nexclude = 5\n")),
        ("migscan.toml", format!("# {MARK}\nexclude = 5\n")),
    ] {
        let project = tempfile::tempdir().unwrap();
        fs::write(project.path().join("manage.py"), "import django\n").unwrap();
        fs::write(project.path().join(name), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_migscan")).arg(project.path()).output().unwrap();
        assert!(shown(&output).contains(name), "{}", shown(&output));
        assert!(!shown(&output).contains(MARK), "{}", shown(&output));
    }
}

/// Mistakes after which the parser takes the value of one setting for that of another.
const JOINED: [&str; 13] = [
    "root = 'a' if\nsecret = '{}'\nROOT_URLCONF = root\n",
    "for ROOT_URLCONF in [\nSECRET_KEY = '{}'\n]: pass\n",
    "class Base:\n    ROOT_URLCONF = \n    SECRET_KEY = '{}'\nROOT_URLCONF = Base.ROOT_URLCONF\n",
    "ROOT_URLCONF = \nSECRET_KEY = '{}'\n",
    "ROOT_URLCONF = (\nSECRET_KEY = '{}'\n",
    "SESSION_ENGINE = 'a' if\nSECRET_KEY = '{}'\n",
    "SESSION_ENGINE: str = \nSECRET_KEY = '{}'\n",
    "INSTALLED_APPS = ['a'] + \\\nSECRET_KEY = '{}'\n",
    "INSTALLED_APPS += \nSECRET_KEY = '{}'\n",
    "INSTALLED_APPS = [\n    'a',\n\nSECRET_KEY = '{}'\n",
    "INSTALLED_APPS.extend(['a', 'b', c = '{}'\nX = '{}'\n",
    "DATABASES = {'default': {'ENGINE': 'x' 'PASSWORD': '{}', 'NAME': 'y'}}\n",
    "INSTALLED_APPS ?= [ f(x)*'A (1,)]a': f'{1 - 1) + [n] if n else []\nC = py = {'ENGINE':&'x', 'PASSWORD': 'y'}}\n\nSECRET_KEY = '{}' + ''\n",
];

#[test]
fn no_secret_becomes_the_value_of_another_setting() {
    for joined in JOINED {
        let project = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = project.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
        put("config/settings.py", &joined.replace("{}", MARK));
        put("config/urls.py", "urlpatterns = []\n");
        let out = tempfile::tempdir().unwrap();
        let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
        let mut scan = Command::new(env!("CARGO_BIN_EXE_migscan"));
        let output =
            scan.arg(project.path()).args(["--json", &at("r.json"), "--html", &at("r.html"), "--csv", &at("csv")]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{joined}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!shown(&output).contains(MARK), "{joined}");
        for (path, text) in written(out.path()) {
            assert!(!text.contains(MARK), "{joined}: in {}", path.display());
            // What was left out is listed.
            assert!(!path.ends_with("r.json") || text.contains("syntax error; what stands around it was kept"), "{joined}");
        }
    }
}
