//! The rules of `.gitignore` files: read with the same care as everything else of the tree, obeyed from the nearest upwards.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Dir, Entry, Found, Reason, Skipped, Walk, join, read};

/// Bytes and rules of one `.gitignore`; each rule becomes a part of a regular expression.
const MAX_IGNORE_BYTES: u64 = 128 * 1024;
const MAX_IGNORE_RULES: usize = 2_000;

/// The rules of a `.gitignore` and of those above it.
pub(super) struct Rules {
    matcher: Gitignore,
    above: Option<Arc<Rules>>,
}

/// Does the nearest rule that says anything say "ignore"?
pub(super) fn ignored(mut rules: Option<&Rules>, rel: &str, is_dir: bool) -> bool {
    while let Some(here) = rules {
        let verdict = here.matcher.matched(rel, is_dir);
        if !verdict.is_none() {
            return verdict.is_ignore();
        }
        rules = here.above.as_deref();
    }
    false
}

impl Walk<'_> {
    /// The rules that hold in a directory: those from above, and its own `.gitignore` before them.
    pub(super) fn rules(&self, path: &Path, dir: &Dir, entries: &[Entry], here: &mut Found) -> Option<Arc<Rules>> {
        let above = dir.rules.clone();
        let Ok(place) = entries.binary_search_by(|entry| entry.name.as_str().cmp(".gitignore")) else { return above };
        if entries.get(place).is_some_and(|entry| entry.kind.is_dir()) {
            return above;
        }
        if dir.depth > 0 && self.max_rules.is_none() {
            return above;
        }
        let text = match read(path, ".gitignore", MAX_IGNORE_BYTES) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(reason) => {
                here.skipped.push(Skipped { rel: join(&dir.rel, ".gitignore"), reason });
                return above;
            }
        };
        let count = text.lines().filter(|line| !(line.is_empty() || line.starts_with('#'))).count();
        if count > MAX_IGNORE_RULES {
            here.skipped.push(Skipped { rel: join(&dir.rel, ".gitignore"), reason: Reason::TooLarge });
            return above;
        }
        // Beyond the bound the walk will be repeated without these.
        if self.max_rules.is_some_and(|max| self.rules.fetch_add(count, Ordering::Relaxed) + count > max) {
            return above;
        }
        let mut builder = GitignoreBuilder::new(&dir.rel);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A rule that is no pattern is passed over, as git does.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(matcher) if !matcher.is_empty() => Some(Arc::new(Rules { matcher, above })),
            _ => above,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::walk::tests::{found, names, put, skipped, tree};
    use crate::cli::walk::{Limits, walk_with};

    #[test]
    fn ignore_files() {
        let dir = tree(&[
            "a.py",
            "local.py",
            "out/a.py",
            "shop/local.py",
            "shop/keep/local.py",
            "shop/gen_a.py",
            "shop/sub/gen_b.py",
            "gen_c.py",
            "shop/root.py",
            "root.py",
        ]);
        put(dir.path(), ".gitignore", "# comment\nlocal.py\nout/\n/root.py\n[broken\n");
        put(dir.path(), "shop/.gitignore", "gen_*.py\n");
        put(dir.path(), "shop/keep/.gitignore", "!local.py\n");
        let found = found(&dir);
        assert_eq!(names(&found), ["a.py", "gen_c.py", "shop/keep/local.py", "shop/root.py"]);
        assert!(found.skipped.iter().all(|s| s.reason == Reason::Ignored));
        assert_eq!(found.skipped.len(), 6);
    }

    #[test]
    fn huge_ignore_files_are_not_obeyed() {
        let dir = tree(&["a.py"]);
        put(dir.path(), ".gitignore", &"*.py\n".repeat(3_000));
        let result = found(&dir);
        assert_eq!((names(&result), skipped(&result)), (vec!["a.py"], vec![(".gitignore", Reason::TooLarge)]));
        put(dir.path(), ".gitignore", &"#".repeat(200_000));
        assert_eq!(found(&dir), result);
    }

    #[test]
    fn too_many_ignore_rules_in_all_leave_those_of_the_root() {
        let dir = tree(&["a.py", "b.py", "d/c.py", "e/c.py"]);
        put(dir.path(), ".gitignore", "a.py\n");
        put(dir.path(), "d/.gitignore", "c.py\n");
        put(dir.path(), "e/.gitignore", "# two\nc.py\nx\n");
        assert_eq!(names(&walk_with(dir.path(), Limits::default(), 4)), ["b.py"]);
        let cut = walk_with(dir.path(), Limits::default(), 3);
        assert_eq!(names(&cut), ["b.py", "d/c.py", "e/c.py"]);
        assert_eq!(skipped(&cut), [("**/.gitignore", Reason::TooLarge), ("a.py", Reason::Ignored)]);
    }
}
