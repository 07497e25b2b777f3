//! The baseline file: what a team knows of already, one entry a line, made to be committed and merged.
//!
//! Entries are sorted by fingerprint, so that what two branches add lies apart even where it is in one module, and there is a fixed mark for each
//! first byte, so that a short file has lines between them as well. No count, no date, no total: nothing that every branch would change.

use std::collections::BTreeSet;

use super::escape::escape;
use super::past::Past;
use crate::rules::finding::fnv;

/// The first line of every such file.
pub const HEAD: &str = "# migscan baseline 1";
const ABOUT: &str = "# What is known already. `migscan baseline write` made it, `migscan baseline prune` takes out what is gone; lines are sorted.\n\
                     # Fingerprint, rule, module, symbol. Only the fingerprint counts; the two digits keep branches apart that both add lines.\n";
/// Kinds of entries that hold the surface of frozen modules, in place of a rule.
const SURFACE: &str = "frozen-";

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub fingerprint: String,
    /// Id of a rule, or `frozen-route` and the like.
    pub rule: String,
    pub module: String,
    pub what: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    pub entries: BTreeSet<Entry>,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: usize,
    pub why: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub new: Vec<Entry>,
    /// In the file, and not in the project.
    pub stale: Vec<Entry>,
    /// Stale to all appearance, in files that could not be read.
    pub not_seen: Vec<Entry>,
    pub known: usize,
}

impl Entry {
    pub fn is_surface(&self) -> bool {
        self.rule.starts_with(SURFACE)
    }

    /// Something that a frozen module has: `route`, `model`, `signal`, `import`.
    pub fn surface(kind: &str, module: &str, what: &str) -> Entry {
        let fingerprint = format!("{:016x}", fnv(&["frozen", kind, module, what]));
        Entry { fingerprint, rule: format!("{SURFACE}{kind}"), module: word(module), what: phrase(what) }
    }

    pub fn line(&self) -> String {
        format!("{} {} {} {}", self.fingerprint, self.rule, self.module, self.what).trim_end().to_owned()
    }
}

/// Scanned text as one word of a line.
fn word(text: &str) -> String {
    let word: String = escape(text).chars().map(|ch| if ch.is_whitespace() { '_' } else { ch }).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}

fn phrase(text: &str) -> String {
    escape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Baseline {
    /// All that a report holds; settled findings are none.
    pub fn of(report: &Past) -> Baseline {
        let open = report.findings.iter().filter(|finding| finding.suppressed.is_none());
        let entries = open.map(|finding| Entry {
            fingerprint: finding.fingerprint.clone(),
            rule: word(&finding.rule),
            module: word(&finding.module),
            what: phrase(if finding.symbol.is_empty() { &finding.file } else { &finding.symbol }),
        });
        Baseline { entries: entries.collect() }
    }

    pub fn findings(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_surface())
    }

    pub fn surfaces(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_surface())
    }

    pub fn text(&self) -> String {
        let mut out = format!("{HEAD}\n{ABOUT}");
        let mut entries = self.entries.iter().peekable();
        for byte in 0..=255u8 {
            let mark = format!("{byte:02x}");
            out.push_str(&format!("# {mark}\n"));
            while let Some(entry) = entries.next_if(|entry| entry.fingerprint.starts_with(&mark)) {
                out.push_str(&entry.line());
                out.push('\n');
            }
        }
        out
    }

    pub fn read(text: &str) -> Result<Baseline, Wrong> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let wrong = |line: usize, why: &str| Err(Wrong { line, why: why.to_owned() });
        match text.lines().next().map(str::trim_end) {
            Some(HEAD) => {}
            Some(head) if head.starts_with("# migscan baseline ") => {
                return wrong(1, "a newer migscan wrote this baseline; update migscan");
            }
            _ => return wrong(1, &format!("this is no baseline of migscan, which begins with \"{HEAD}\"")),
        }
        let mut out = Baseline::default();
        let mut prints = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                return wrong(index + 1, "a conflict of a merge is not resolved; both sides can stay, in any order");
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut parts = line.splitn(4, char::is_whitespace);
            let (Some(print), Some(rule), Some(module)) = (parts.next(), parts.next(), parts.next()) else {
                return wrong(index + 1, "an entry is a fingerprint, a rule, a module and a symbol");
            };
            if print.len() != 16 || !print.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                return wrong(index + 1, "an entry begins with a fingerprint of 16 hexadecimal digits");
            }
            // The same entry from both sides of a merge.
            if prints.insert(print.to_owned()) {
                let what = parts.next().unwrap_or_default().trim().to_owned();
                out.entries.insert(Entry { fingerprint: print.to_owned(), rule: rule.to_owned(), module: module.to_owned(), what });
            }
        }
        Ok(out)
    }

    /// This file against what there is now; `unread` says of a module whether something of it could not be read.
    pub fn check(&self, now: &Baseline, unread: impl Fn(&Entry) -> bool) -> Checked {
        let prints = |of: &Baseline| -> BTreeSet<String> { of.entries.iter().map(|entry| entry.fingerprint.clone()).collect() };
        let (known, here) = (prints(self), prints(now));
        let (not_seen, stale) = self.entries.iter().filter(|e| !here.contains(&e.fingerprint)).cloned().partition(|entry| unread(entry));
        Checked {
            new: now.entries.iter().filter(|e| !known.contains(&e.fingerprint)).cloned().collect(),
            stale,
            not_seen,
            known: known.intersection(&here).count(),
        }
    }

    /// Without what is gone.
    pub fn without(&self, stale: &[Entry]) -> Baseline {
        Baseline { entries: self.entries.iter().filter(|entry| !stale.contains(entry)).cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(print: u64) -> Entry {
        Entry { fingerprint: format!("{print:016x}"), rule: "r".into(), module: "m".into(), what: "a.B c".into() }
    }

    fn of(prints: &[u64]) -> Baseline {
        Baseline { entries: prints.iter().map(|print| entry(*print)).collect() }
    }

    #[test]
    fn it_is_read_back_sorted_and_without_numbers_that_change() {
        let file = of(&[3, 1 << 60, 2]);
        let text = file.text();
        assert_eq!(Baseline::read(&text).unwrap(), file);
        let entries: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(entries, ["0000000000000002 r m a.B c", "0000000000000003 r m a.B c", "1000000000000000 r m a.B c"]);
        assert_eq!(text.lines().count(), of(&[]).text().lines().count() + 3);
    }

    #[test]
    fn order_of_lines_line_ends_and_doubles_do_not_matter() {
        let text = format!("{HEAD}\r\n{}\r\n\r\n{}\r\n{}\r\n", entry(9).line(), entry(1).line(), entry(9).line());
        assert_eq!(Baseline::read(&text).unwrap(), of(&[1, 9]));
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line() {
        let why = |text: &str| Baseline::read(text).map_err(|wrong| (wrong.line, wrong.why)).unwrap_err();
        assert_eq!(why("").0, 1);
        assert!(why("{}\n").1.starts_with("this is no baseline of migscan"));
        assert!(why("# migscan baseline 2\n").1.contains("newer"));
        assert_eq!(why(&format!("{HEAD}\n\nshort\n")).0, 3);
        assert_eq!(why(&format!("{HEAD}\nxyz r m s\n")), (2, "an entry begins with a fingerprint of 16 hexadecimal digits".to_owned()));
        assert!(why(&format!("{HEAD}\n<<<<<<< ours\n")).1.contains("conflict"));
    }

    #[test]
    fn new_stale_and_not_seen() {
        let checked = of(&[1, 2, 3]).check(&of(&[1, 4]), |entry| entry.fingerprint.ends_with('3'));
        assert_eq!(
            (checked.new, checked.stale.clone(), checked.not_seen, checked.known),
            (vec![entry(4)], vec![entry(2)], vec![entry(3)], 1)
        );
        assert_eq!(of(&[1, 2, 3]).without(&checked.stale), of(&[1, 3]));
    }

    #[test]
    fn scanned_text_cannot_make_lines_or_marks() {
        let hostile = Entry::surface("route", "a b\n# x", "GET /x\n<<<<<<< /::error::");
        let file = Baseline { entries: [hostile].into() };
        assert_eq!(Baseline::read(&file.text()).unwrap(), file);
        assert_eq!(file.text().lines().filter(|line| !line.starts_with('#')).count(), 1);
    }
}
