//! What the change under review touches: a list of paths, or a diff as `git diff` prints it. What is found there is shown first.

use std::collections::BTreeMap;

use super::json::{ChangedFile, Finding, Report};

/// Lines of each file; none where only the file is known.
type Files = BTreeMap<String, Option<Vec<[u32; 2]>>>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    files: Files,
}

/// How near a finding is to the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    Line,
    File,
    Elsewhere,
}

impl Touched {
    /// From the text of a diff or of a list of paths, one a line.
    pub fn read(text: &str) -> Touched {
        let is_diff = text.lines().any(|line| line.starts_with("+++ ") || line.starts_with("diff --git ") || line.starts_with("@@ "));
        Touched { files: if is_diff { diff(text) } else { list(text) } }
    }

    /// As a report holds it.
    pub fn of(report: &Report) -> Option<Touched> {
        let files = report.changed_files.as_ref()?;
        Some(Touched { files: files.iter().map(|file| (file.path.clone(), file.lines.clone())).collect() })
    }

    /// As it stands in a report, with the folders that lie above the scanned one taken off: the number of them with which most paths are of the project.
    pub fn files(&self, known: impl Fn(&str) -> bool) -> Vec<ChangedFile> {
        let cut = |path: &str, folders: usize| path.splitn(folders + 1, '/').nth(folders).map(str::to_owned);
        let hits = |folders: usize| self.files.keys().filter(|path| cut(path, folders).is_some_and(|path| known(&path))).count();
        let deepest = self.files.keys().map(|path| path.matches('/').count()).max().unwrap_or_default().min(16);
        let best = (0..=deepest).max_by_key(|folders| (hits(*folders), std::cmp::Reverse(*folders))).unwrap_or_default();
        let file = |(path, lines): (&String, &Option<Vec<[u32; 2]>>)| Some(ChangedFile { path: cut(path, best)?, lines: lines.clone() });
        self.files.iter().filter_map(file).collect()
    }

    pub fn near(&self, file: &str, line: u32) -> Near {
        match self.files.get(file) {
            None => Near::Elsewhere,
            Some(Some(parts)) if parts.iter().any(|[first, last]| (*first..=*last).contains(&line)) => Near::Line,
            Some(_) => Near::File,
        }
    }

    /// Findings in what was touched: those on changed lines first, then by weight.
    pub fn first<'a>(&self, report: &'a Report) -> Vec<(Near, &'a Finding)> {
        let open = report.findings.iter().filter(|finding| finding.suppressed.is_none());
        let mut near: Vec<(Near, &Finding)> =
            open.map(|f| (self.near(&f.file, f.line), f)).filter(|(near, _)| *near != Near::Elsewhere).collect();
        let weight = |f: &Finding| f.effort.as_ref().map_or(0.0, |effort| effort.mean);
        let rank = |f: &Finding| ["blocker", "mandatory", "potential", "info"].iter().position(|name| *name == f.severity);
        near.sort_by(|(a_near, a), (b_near, b)| {
            a_near
                .cmp(b_near)
                .then(rank(a).cmp(&rank(b)))
                .then(weight(b).total_cmp(&weight(a)))
                .then((&a.file, a.line).cmp(&(&b.file, b.line)))
        });
        near
    }
}

/// Without `./`, with `/` between the parts.
fn plain(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    (!path.is_empty() && path != "dev/null" && path != "/dev/null").then(|| path.to_owned())
}

fn list(text: &str) -> Files {
    // `git diff --name-only -z` has no line ends.
    text.split(['\n', '\0']).filter_map(|line| plain(line.trim_end_matches('\r'))).map(|path| (path, None)).collect()
}

/// The name behind `+++ `: `b/` before it, perhaps quoted by git, perhaps with a tab and a date behind it.
fn name(text: &str) -> Option<String> {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')).map(|(name, _)| unquoted(name));
    let name = quoted.unwrap_or_else(|| text.split('\t').next().unwrap_or_default().trim_end_matches('\r').to_owned());
    if name == "/dev/null" {
        return None;
    }
    plain(name.strip_prefix("b/").unwrap_or(&name))
}

/// C escapes, as git writes names with odd bytes.
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next) = rest.next_if(|b| (b'0'..=b'7').contains(b)) {
                        value = value * 8 + u32::from(next - b'0');
                    }
                }
                bytes.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Start and length behind `+` in `@@ -1,2 +3,4 @@`.
fn hunk(line: &str) -> Option<([u32; 2], [u32; 2])> {
    let line = line.strip_prefix("@@ ")?;
    let range = |sign: char| {
        let text = line.split_whitespace().find_map(|word| word.strip_prefix(sign))?;
        let (start, length) = text.split_once(',').unwrap_or((text, "1"));
        Some([start.parse().ok()?, length.parse().ok()?])
    };
    Some((range('-')?, range('+')?))
}

/// Added lines of each file. The counts of a hunk say how far it goes, so that a line of it that looks like a heading is none.
fn diff(text: &str) -> Files {
    let mut files = Files::new();
    let mut current: Option<String> = None;
    let (mut old, mut new, mut line) = (0u32, 0u32, 0u32);
    for text in text.lines() {
        if old > 0 || new > 0 {
            match text.bytes().next() {
                Some(b'+') => {
                    add(&mut files, current.as_deref(), line);
                    (new, line) = (new.saturating_sub(1), line.saturating_add(1));
                }
                Some(b'-') => {
                    // What follows a line that was taken out has changed as well.
                    add(&mut files, current.as_deref(), line.max(1));
                    old = old.saturating_sub(1);
                }
                Some(b'\\') => {}
                _ => (old, new, line) = (old.saturating_sub(1), new.saturating_sub(1), line.saturating_add(1)),
            }
        } else if let Some(rest) = text.strip_prefix("+++ ") {
            current = name(rest);
            if let Some(file) = &current {
                files.entry(file.clone()).or_insert_with(|| Some(Vec::new()));
            }
        } else if let Some(rest) = text.strip_prefix("rename to ") {
            files.entry(rest.to_owned()).or_insert_with(|| Some(Vec::new()));
        } else if let Some(([_, before], [start, after])) = hunk(text) {
            (old, new, line) = (before, after, start);
        }
    }
    files
}

fn add(files: &mut Files, file: Option<&str>, line: u32) {
    let Some(Some(parts)) = file.and_then(|file| files.get_mut(file)) else { return };
    match parts.last_mut() {
        Some([_, last]) if *last + 1 >= line && *last <= line => *last = line,
        _ => parts.push([line, line]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "diff --git a/back/shop/models.py b/back/shop/models.py\nindex 1..2 100644\n--- a/back/shop/models.py\n+++ b/back/shop/models.py\n\
        @@ -3,3 +3,4 @@ class A:\n keep\n+++ new\n+two\n-gone\n keep\n@@ -20 +21,0 @@\n-last\ndiff --git a/x b/x\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
        diff --git \"a/\\303\\244.py\" \"b/\\303\\244.py\"\n--- \"a/\\303\\244.py\"\n+++ \"b/\\303\\244.py\"\n@@ -0,0 +1,2 @@\n+a\n+b\n";

    #[test]
    fn a_diff_gives_the_lines_that_are_new() {
        let touched = Touched::read(DIFF);
        let of = |file: &str| touched.files.get(file).cloned().flatten();
        assert_eq!(of("back/shop/models.py"), Some(vec![[4, 6], [21, 21]]));
        assert_eq!(of("ä.py"), Some(vec![[1, 2]]));
        assert_eq!(touched.files.len(), 2);
    }

    #[test]
    fn a_list_gives_the_files() {
        let touched = Touched::read("./shop/models.py\r\nback\\x.py\n\n");
        assert_eq!(touched.files.keys().collect::<Vec<_>>(), ["back/x.py", "shop/models.py"]);
        assert_eq!((touched.near("shop/models.py", 3), touched.near("other.py", 1)), (Near::File, Near::Elsewhere));
        assert_eq!(Touched::read("a.py\0b.py\0").files.len(), 2);
    }

    #[test]
    fn folders_above_the_scanned_one_are_taken_off() {
        let touched = Touched::read(DIFF);
        let files = touched.files(|path| path == "shop/models.py");
        assert_eq!(files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["shop/models.py"]);
        let as_they_are = touched.files(|path| path == "back/shop/models.py");
        assert_eq!(as_they_are.len(), 2);
        let none = Touched::default().files(|_| true);
        assert!(none.is_empty());
    }

    #[test]
    fn lines_are_nearer_than_files() {
        let touched = Touched::read(DIFF);
        assert_eq!([4, 6, 7].map(|line| touched.near("back/shop/models.py", line)), [Near::Line, Near::Line, Near::File]);
    }
}
