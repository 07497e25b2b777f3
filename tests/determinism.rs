//! The same tree gives the same bytes: whatever the number of threads, the way the folder is named, the place one stands in, the
//! environment, and the order in which the files came to lie on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const FIXTURES: [&str; 3] = ["legacy", "newsroom", "shop"];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// What a run printed on stdout.
fn bytes(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty());
    output.stdout
}

fn migscan(directory: &Path, path: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.current_dir(directory).args([path, "--json", "-", "--no-cache"]);
    command
}

/// The report of a fixture, made in the plainest way.
fn report(fixture: &str) -> Vec<u8> {
    bytes(&mut migscan(&fixtures(), fixture))
}

#[track_caller]
fn same(got: &[u8], wanted: &[u8], what: &str) {
    if got != wanted {
        let (got, wanted) = (String::from_utf8_lossy(got), String::from_utf8_lossy(wanted));
        let differing = got.lines().zip(wanted.lines()).enumerate().find(|(_, (a, b))| a != b);
        panic!("{what}: {} and {} bytes; first different line: {differing:?}", got.len(), wanted.len());
    }
}

/// Every file that a scan and a plan write, by name.
fn everything(directory: &Path, path: &str, threads: &str, environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let (out, mut all) = scanned(directory, path, environment, &["--threads", threads]);
    let at = |name: &str| out.path().join(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.current_dir(directory).args(["plan", path, "--out"]).arg(at("kit")).envs(environment.iter().copied());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    all.extend(below(&out).into_iter().filter(|(name, _)| name.starts_with("kit/")));
    all
}

/// Every file that a scan writes, and the summary.
fn scanned(directory: &Path, path: &str, environment: &[(&str, &str)], more: &[&str]) -> (TempDir, BTreeMap<String, Vec<u8>>) {
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name);
    let scan = ["--json", "r.json", "--html", "r.html", "--markdown", "r.md", "--sarif", "r.sarif", "--csv", "csv"];
    let scan = scan.iter().map(|word| if word.starts_with("--") { PathBuf::from(word) } else { at(word) });
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.current_dir(directory).arg(path).args(more).args(scan).envs(environment.iter().copied());
    let summary = bytes(&mut command);
    let mut all = below(&out);
    all.insert("summary".to_owned(), summary);
    (out, all)
}

fn below(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let mut names = Vec::new();
    files(folder.path(), Path::new(""), &mut names);
    names.into_iter().map(|name| (name.to_str().unwrap().to_owned(), fs::read(folder.path().join(&name)).unwrap())).collect()
}

#[track_caller]
fn all_same(got: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in wanted {
        same(&got[name], bytes, &format!("{what}: {name}"));
    }
}

/// JSON, page, Markdown, SARIF, tables, summary and kit: whatever the threads, the environment, the place one stands in.
#[test]
fn every_file_that_is_written() {
    for fixture in FIXTURES {
        let wanted = everything(&fixtures(), fixture, "1", &[]);
        // A project that should not move has a kit without phases.
        let kit = wanted.keys().filter(|name| name.starts_with("kit/")).count();
        assert!(
            wanted.contains_key("r.html") && wanted.contains_key("r.sarif") && wanted.contains_key("csv/routes.csv") && kit > 5,
            "{:?}",
            wanted.keys()
        );
        assert!(fixture != "shop" || kit > 100, "{kit}");
        for threads in ["2", "7", "64"] {
            all_same(&everything(&fixtures(), fixture, threads, &[]), &wanted, &format!("{fixture} with {threads} threads"));
        }
        let odd = [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Apia"), ("COLUMNS", "20"), ("NO_COLOR", "1"), ("HOME", "/nowhere")];
        all_same(&everything(&fixtures().join(fixture), ".", "3", &odd), &wanted, &format!("{fixture} from inside, odd environment"));
    }
}

/// A cold cache, a warm one, one that another version wrote, and one that the disk has spoiled in one way after the other.
#[test]
fn with_any_state_of_the_cache() {
    for fixture in FIXTURES {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().to_str().unwrap();
        let run = || scanned(&fixtures(), fixture, &[], &["--cache-dir", folder]).1;
        let wanted = scanned(&fixtures(), fixture, &[], &["--no-cache"]).1;
        all_same(&run(), &wanted, &format!("{fixture}, cold"));
        all_same(&run(), &wanted, &format!("{fixture}, warm"));
        let kept: Vec<(PathBuf, Vec<u8>)> = {
            let mut names = Vec::new();
            files(cache.path(), Path::new(""), &mut names);
            names.into_iter().map(|name| (cache.path().join(&name), fs::read(cache.path().join(name)).unwrap())).collect()
        };
        assert!(kept.len() > 5, "{kept:?}");
        type Harm = fn(&[u8]) -> Vec<u8>;
        let harms: [(&str, Harm); 6] = [
            ("cut", |bytes| bytes[..bytes.len() / 2].to_vec()),
            ("emptied", |_| Vec::new()),
            ("longer", |bytes| [bytes, b"x"].concat()),
            ("a bit flipped", |bytes| bytes.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == bytes.len() / 2)).collect()),
            ("of another version", |bytes| [b"migscan0", bytes.get(8..).unwrap_or_default()].concat()),
            ("noise", |bytes| bytes.iter().map(|byte| byte.wrapping_mul(7).wrapping_add(3)).collect()),
        ];
        // The smallest fixture with each, the others with one.
        for (what, harm) in harms.iter().take(if fixture == "legacy" { harms.len() } else { 1 }) {
            for (path, bytes) in &kept {
                fs::write(path, harm(bytes)).unwrap();
            }
            all_same(&run(), &wanted, &format!("{fixture}, cache {what}"));
        }
    }
}

#[test]
fn for_any_number_of_threads() {
    for fixture in FIXTURES {
        let wanted = report(fixture);
        for threads in ["1", "2", "3", "8", "16", "64"] {
            let got = bytes(migscan(&fixtures(), fixture).args(["--threads", threads]));
            same(&got, &wanted, &format!("{fixture} with {threads} threads"));
            // The summary too.
            let summary = |threads: &str| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
                bytes(command.current_dir(fixtures()).args([fixture, "--verbose", "--threads", threads]))
            };
            same(&summary(threads), &summary("1"), &format!("summary of {fixture} with {threads} threads"));
        }
    }
}

#[test]
fn for_the_same_run_again() {
    for fixture in FIXTURES {
        let wanted = report(fixture);
        for _ in 0..3 {
            same(&report(fixture), &wanted, fixture);
        }
    }
}

#[test]
fn for_every_way_to_name_the_folder() {
    for fixture in FIXTURES {
        let wanted = report(fixture);
        let (fixtures, root) = (fixtures(), fixtures().join(fixture));
        let absolute = root.to_str().unwrap();
        let below = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).min().unwrap();
        let spellings: [(&Path, String); 12] = [
            (&fixtures, format!("{}/{fixture}", "./".repeat(50))),
            (&fixtures, format!("./{fixture}")),
            (&fixtures, format!("{fixture}/")),
            (&fixtures, format!("{fixture}//.//")),
            (&fixtures, format!("../fixtures/{fixture}")),
            (&fixtures, format!("shop/../{fixture}")),
            (&root, ".".to_owned()),
            (&root, format!("../{fixture}")),
            (&below, "..".to_owned()),
            (Path::new("/"), absolute.to_owned()),
            (Path::new("/"), format!("{absolute}/")),
            (Path::new("/"), format!("{}/./{fixture}/../{fixture}", fixtures.display())),
        ];
        for (directory, path) in spellings {
            same(&bytes(&mut migscan(directory, &path)), &wanted, &format!("{path} from {}", directory.display()));
        }
        // The folder is the default.
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        same(&bytes(command.current_dir(&root).args(["--json", "-"])), &wanted, "no path at all");
    }
}

#[test]
fn for_any_environment() {
    for fixture in FIXTURES {
        let wanted = report(fixture);
        let mut bare = migscan(&fixtures(), fixture);
        same(&bytes(bare.env_clear()), &wanted, "an empty environment");
        let mut odd = migscan(&fixtures(), fixture);
        odd.envs([("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Apia"), ("HOME", "/nowhere"), ("TERM", "dumb"), ("COLUMNS", "20")]);
        odd.envs([
            ("CLICOLOR_FORCE", "1"),
            ("RUST_BACKTRACE", "full"),
            ("DJANGO_SETTINGS_MODULE", "nowhere.settings"),
            ("RAYON_NUM_THREADS", "3"),
        ]);
        same(&bytes(&mut odd), &wanted, "an odd environment");
        for (name, value) in [
            ("LANG", "C"),
            ("LC_ALL", "C"),
            ("LC_ALL", "ja_JP.EUC-JP"),
            ("LC_COLLATE", "de_DE.UTF-8"),
            ("TZ", "Asia/Kathmandu"),
            ("TMPDIR", "/nowhere"),
            ("HOME", ""),
            ("XDG_CONFIG_HOME", "/nowhere"),
            ("XDG_CACHE_HOME", "/nowhere"),
            ("COLUMNS", "3"),
            ("NO_COLOR", "1"),
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("PYTHONPATH", "/nowhere"),
            ("DJANGO_SETTINGS_MODULE", "a.b"),
            ("DATABASE_URL", "postgres://u:p@h/d"),
            ("DEBUG", "1"),
            ("RUST_LOG", "trace"),
            ("RUST_MIN_STACK", "100000"),
            ("SOURCE_DATE_EPOCH", "1"),
            ("GIT_DIR", "/nowhere"),
            ("PAGER", "cat"),
        ] {
            same(&bytes(migscan(&fixtures(), fixture).env(name, value)), &wanted, &format!("{name}={value}"));
        }
    }
}

#[cfg(unix)]
#[test]
fn through_a_link_to_the_folder() {
    for fixture in FIXTURES {
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(fixtures().join(fixture), elsewhere.path().join("link")).unwrap();
        same(&bytes(&mut migscan(elsewhere.path(), "link")), &report(fixture), fixture);
    }
}

/// All files below `root`, by path.
fn files(root: &Path, below: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root.join(below)).unwrap().map(|entry| entry.unwrap()) {
        let rel = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() { files(root, &rel, out) } else { out.push(rel) }
    }
}

/// Numbers that look random and are the same every time.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for i in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(i, (seed >> 33) as usize % (i + 1));
    }
}

#[test]
fn for_a_copy_whose_files_were_made_in_another_order() {
    for fixture in FIXTURES {
        let wanted = report(fixture);
        let root = fixtures().join(fixture);
        let mut all = Vec::new();
        files(&root, Path::new(""), &mut all);
        all.retain(|path| !path.components().any(|part| part.as_os_str() == "__pycache__"));
        all.sort();
        assert!(all.len() > 40, "{fixture} has {} files", all.len());
        for seed in 1..=3 {
            shuffle(&mut all, seed);
            let copy = tempfile::tempdir().unwrap();
            // The name of the folder is the name of the project.
            let copied = copy.path().join(fixture);
            for rel in &all {
                fs::create_dir_all(copied.join(rel).parent().unwrap()).unwrap();
                fs::copy(root.join(rel), copied.join(rel)).unwrap();
            }
            same(&bytes(&mut migscan(copy.path(), fixture)), &wanted, &format!("a copy of {fixture}, order {seed}"));
        }
    }
}

#[test]
fn without_a_trace_of_the_machine() {
    for fixture in FIXTURES {
        let text = String::from_utf8(report(fixture)).unwrap();
        let above = fixtures().parent().unwrap().to_str().unwrap().to_owned();
        assert!(!text.contains(&above), "{fixture}: an absolute path");
    }
}
