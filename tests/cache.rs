//! What is remembered says the same as what is worked out: cold, warm, after a change, with a damaged cache, by several runs at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// A copy of a fixture that may be changed, a cache of its own, a place for reports.
struct Place {
    dir: TempDir,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Files below a folder with their content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => out.extend(files(&entry.path())),
            false => drop(out.insert(entry.path(), fs::read(entry.path()).unwrap())),
        }
    }
    out
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop"), &dir.path().join("shop"));
        Place { dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn cache(&self) -> PathBuf {
        self.at("cache")
    }

    fn command(&self, tree: &str, out: &str, more: &[&str]) -> Command {
        let _ = fs::remove_dir_all(self.at(out));
        fs::create_dir(self.at(out)).unwrap();
        self.once_more(tree, out, more)
    }

    /// The same, with the reports of an earlier run in their places.
    fn once_more(&self, tree: &str, out: &str, more: &[&str]) -> Command {
        let out = self.at(out);
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        command.env_remove("MIGSCAN_NO_CACHE").env("XDG_CACHE_HOME", self.at("xdg")).env_remove("NO_COLOR").arg(self.at(tree));
        for (option, name) in [("--json", "a.json"), ("--html", "a.html"), ("--markdown", "a.md"), ("--csv", "csv")] {
            command.arg(option).arg(out.join(name));
        }
        command.args(more);
        command
    }

    /// Everything that a run gave: files, standard output, the last line without the names of the files.
    fn run(&self, tree: &str, more: &[&str]) -> Given {
        given(&self.command(tree, "out", more).output().unwrap(), &self.at("out"))
    }

    fn cold(&self) -> Given {
        self.run("shop", &["--no-cache"])
    }

    fn with_cache(&self) -> Given {
        let cache = self.cache();
        self.run("shop", &["--cache-dir", cache.to_str().unwrap()])
    }

    /// The same, and whether it was remembered.
    fn timed(&self) -> (Given, bool) {
        let cache = self.cache();
        let output = self.command("shop", "out", &["--timings", "--cache-dir", cache.to_str().unwrap()]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (given(&output, &self.at("out")), said.contains("remembered"))
    }
}

type Given = (BTreeMap<PathBuf, Vec<u8>>, Vec<u8>, String);

fn given(output: &Output, out: &Path) -> Given {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let files = files(out).into_iter().map(|(path, bytes)| (path.strip_prefix(out).unwrap().to_owned(), bytes)).collect();
    (files, output.stdout.clone(), said.lines().last().unwrap_or_default().split(" — ").next().unwrap_or_default().to_owned())
}

#[track_caller]
fn same(got: &Given, wanted: &Given) {
    assert_eq!(got.0.keys().collect::<Vec<_>>(), wanted.0.keys().collect::<Vec<_>>());
    for (name, bytes) in &wanted.0 {
        assert!(got.0[name] == *bytes, "{} differs", name.display());
    }
    assert_eq!((&got.1, &got.2), (&wanted.1, &wanted.2));
}

#[test]
fn warm_is_cold() {
    let place = Place::new();
    let cold = place.cold();
    assert!(cold.0.len() > 8 && !cold.1.is_empty(), "{:?}", cold.0.keys());
    assert!(!place.at("xdg").exists(), "--no-cache leaves nothing");
    let (first, remembered) = place.timed();
    assert!(!remembered);
    same(&first, &cold);
    let (second, remembered) = place.timed();
    assert!(remembered);
    same(&second, &cold);
}

#[test]
fn a_change_is_seen_and_taken_back() {
    let place = Place::new();
    let before = place.with_cache();
    let file = place.at("shop/manage.py");
    let text = fs::read(&file).unwrap();
    // Of the same size, at once: only the content tells.
    let mut changed = text.clone();
    let at = changed.iter().position(|byte| *byte == b'\n').unwrap();
    changed[at] = b'#';
    fs::write(&file, &changed).unwrap();
    let (after, remembered) = place.timed();
    assert!(!remembered);
    assert!(after.0 != before.0);
    same(&after, &place.cold());
    fs::write(&file, &text).unwrap();
    let (again, remembered) = place.timed();
    assert!(remembered, "what a tree says depends on its content, not on when it was written");
    same(&again, &before);
    // New and missing files.
    fs::write(place.at("shop/more.py"), "import django\n").unwrap();
    same(&place.with_cache(), &place.cold());
    fs::remove_file(place.at("shop/more.py")).unwrap();
    same(&place.with_cache(), &before);
}

/// What judges is worked out each time, from what is known of the files.
#[test]
fn files_are_known_where_outputs_are_not() {
    let place = Place::new();
    place.with_cache();
    let kept = |place: &Place| files(&place.cache().join("facts"));
    let (cache, facts) = (place.cache(), kept(&place));
    assert_eq!(facts.len(), 1, "{:?}", facts.keys());
    let judged = |cache: &[&str]| place.run("shop", &[&["--fail-on", "coverage<1"], cache].concat());
    same(&judged(&["--cache-dir", cache.to_str().unwrap()]), &judged(&["--no-cache"]));
    assert!(kept(&place) == facts, "nothing was parsed");
    fs::write(place.at("shop/manage.py"), "import django\n").unwrap();
    same(&judged(&["--cache-dir", cache.to_str().unwrap()]), &judged(&["--no-cache"]));
    assert!(kept(&place) != facts);
    // Commands that keep nothing know what a scan has kept.
    let explained = |cache: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        command.env_remove("MIGSCAN_NO_CACHE").env("XDG_CACHE_HOME", place.at(cache)).args(["explain", "catalog"]).arg(place.at("shop"));
        command.output().unwrap()
    };
    let cold = explained("nowhere");
    assert!(cold.status.success() && !place.at("nowhere").exists());
    place.run("shop", &[]);
    let warm = explained("xdg");
    assert_eq!((warm.stdout, warm.stderr), (cold.stdout, cold.stderr));
}

#[test]
fn other_options_are_another_result() {
    let place = Place::new();
    let cache = place.cache();
    let cache = cache.to_str().unwrap();
    let plain = place.with_cache();
    for more in [&["--anonymize"][..], &["--verbose"], &["--color", "always"]] {
        let all = [more, &["--cache-dir", cache]].concat();
        let (first, second) = (place.run("shop", &all), place.run("shop", &all));
        same(&first, &place.run("shop", &[more, &["--no-cache"]].concat()));
        same(&second, &first);
        assert!(first != plain, "{more:?}");
    }
    fs::write(place.at("shop/migscan.toml"), "[team]\nengineers = 7\n").unwrap();
    let (other, remembered) = place.timed();
    assert!(!remembered);
    same(&other, &place.cold());
    // The folder's name is the project's.
    fs::rename(place.at("shop"), place.at("market")).unwrap();
    same(&place.run("market", &["--cache-dir", cache]), &place.run("market", &["--no-cache"]));
}

#[test]
fn a_report_that_is_there_says_what_it_should_or_is_replaced() {
    let place = Place::new();
    let first = place.with_cache();
    let (page, cache) = (place.at("out/a.html"), place.cache());
    let whole = fs::read(&page).unwrap();
    let kept = files(&cache).into_iter().find(|(_, bytes)| bytes.ends_with(&whole)).unwrap();
    let old = SystemTime::now() - Duration::from_secs(100);
    let flipped = |bytes: &[u8], at: usize| bytes.iter().enumerate().map(|(i, byte)| if i == at { byte ^ 1 } else { *byte }).collect();
    let changed = |at| (flipped(&whole, at), kept.1.clone(), true);
    // Whole; another beginning, another end; another end that the cache has too, but not its checksum; longer, shorter.
    let cases: [(Vec<u8>, Vec<u8>, bool); 6] = [
        (whole.clone(), kept.1.clone(), true),
        changed(0),
        changed(whole.len() - 1),
        (flipped(&whole, whole.len() - 1), flipped(&kept.1, kept.1.len() - 1), false),
        ([&whole[..], b" "].concat(), [&kept.1[..], b" "].concat(), false),
        (whole[1..].to_vec(), kept.1.clone(), true),
    ];
    for (report, remembered, warm) in cases {
        fs::write(&kept.0, remembered).unwrap();
        fs::write(&page, report).unwrap();
        fs::File::options().append(true).open(&page).unwrap().set_modified(old).unwrap();
        let output = place.once_more("shop", "out", &["--timings", "--cache-dir", cache.to_str().unwrap()]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr).contains("remembered"), warm);
        same(&given(&output, &place.at("out")), &first);
        assert!(fs::metadata(&page).unwrap().modified().unwrap() > old + Duration::from_secs(50));
    }
}

#[test]
fn a_damaged_cache_is_none() {
    let place = Place::new();
    let cold = place.cold();
    place.with_cache();
    let whole = files(&place.cache());
    assert!(whole.len() > 5);
    type Damage = fn(&[u8]) -> Vec<u8>;
    let damages: [Damage; 6] = [
        |_| Vec::new(),
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |bytes| [bytes, b"x"].concat(),
        |bytes| bytes.iter().map(|byte| !byte).collect(),
        |bytes| bytes.iter().enumerate().map(|(i, byte)| if i + 1 == bytes.len() { byte ^ 1 } else { *byte }).collect(),
        |bytes| [&b"migscan0"[..], &bytes[8..]].concat(),
    ];
    for damage in damages {
        for (path, bytes) in whole.iter().filter(|(_, bytes)| bytes.len() > 8) {
            fs::write(path, damage(bytes)).unwrap();
        }
        same(&place.with_cache(), &cold);
        same(&place.with_cache(), &cold);
        whole.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    }
    // Folders where files should be, and a file where the cache should be.
    for (path, _) in whole.iter().filter(|(path, _)| path.parent() != Some(&place.cache())) {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }
    same(&place.with_cache(), &cold);
    fs::remove_dir_all(place.cache()).unwrap();
    fs::write(place.cache(), "a file").unwrap();
    same(&place.with_cache(), &cold);
}

#[test]
fn runs_at_the_same_time() {
    let place = Place::new();
    let cold = place.cold();
    let cache = place.cache();
    let outs: Vec<String> = (0..6).map(|n| format!("out{n}")).collect();
    let runs: Vec<_> = outs
        .iter()
        .map(|out| {
            let mut command = place.command("shop", out, &["--cache-dir", cache.to_str().unwrap()]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for (run, out) in runs.into_iter().zip(&outs) {
        same(&given(&run.wait_with_output().unwrap(), &place.at(out)), &cold);
    }
    let (_, remembered) = place.timed();
    assert!(remembered);
    assert!(!files(&cache).keys().any(|path| path.file_name().unwrap().to_string_lossy().starts_with(".new-")));
}

#[test]
fn the_users_folder_and_its_end() {
    let place = Place::new();
    same(&place.run("shop", &[]), &place.cold());
    let folder = place.at("xdg/migscan");
    assert!(folder.join("CACHEDIR.TAG").exists() && files(&folder).len() > 5);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(folder.join("results")).unwrap().permissions().mode() & 0o077, 0);
    }
    let clean = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        let output = command.env("XDG_CACHE_HOME", place.at("xdg")).args(["cache", "clean"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!clean().starts_with("removed 0 files"));
    assert!(!folder.exists());
    assert!(clean().starts_with("removed 0 files"));
}

#[test]
fn never_in_the_tree() {
    let place = Place::new();
    let inside = place.at("shop/cache");
    same(&place.run("shop", &["--cache-dir", inside.to_str().unwrap()]), &place.cold());
    assert!(!inside.exists());
}
