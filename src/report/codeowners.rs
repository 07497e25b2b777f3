//! Who owns a file: GitHub's CODEOWNERS, where the last pattern that matches wins.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// The lines of a CODEOWNERS file that GitHub would use.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    rules: Vec<(Vec<GlobMatcher>, String)>,
    /// Lines that GitHub passes over, counted from 1.
    pub refused: Vec<usize>,
}

impl Owners {
    pub fn read(text: &str) -> Owners {
        let mut out = Owners::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
            let Some(pattern) = words.next() else { continue };
            let owners: Vec<&str> = words.collect();
            // Negation and sets are no part of the syntax; neither are the headings of other forges.
            match matchers(pattern) {
                Some(matchers) => out.rules.push((matchers, owners.join(" "))),
                None => out.refused.push(number + 1),
            }
        }
        out
    }

    /// Nobody is named in it.
    pub fn is_empty(&self) -> bool {
        self.rules.iter().all(|(_, owners)| !owners.contains('@'))
    }

    /// Owners of a path, joined with spaces; none where nobody owns it.
    pub fn of(&self, path: &str) -> Option<&str> {
        let found = self.rules.iter().rev().find(|(globs, _)| globs.iter().any(|glob| glob.is_match(path)));
        found.map(|(_, owners)| owners.as_str()).filter(|owners| !owners.is_empty())
    }
}

/// What a pattern matches: paths, and what lies below them.
fn matchers(pattern: &str) -> Option<Vec<GlobMatcher>> {
    if pattern.starts_with('!') || pattern.contains(['[', ']', '{', '}', '\\']) {
        return None;
    }
    let folder = pattern.ends_with('/');
    let body = pattern.trim_matches('/');
    let anchored = pattern.trim_end_matches('/').contains('/');
    let start = if anchored || body.starts_with("**") { body.to_owned() } else { format!("**/{body}") };
    let mut globs = Vec::new();
    if !folder {
        globs.push(start.clone());
    }
    // `docs/*` owns the files in docs, not those below its folders.
    if !(anchored && body.ends_with("/*")) {
        globs.push(format!("{start}/**"));
    }
    let build = |glob: &String| -> Option<Glob> { GlobBuilder::new(glob).literal_separator(true).build().ok() };
    globs.iter().map(|glob| build(glob).map(|glob| glob.compile_matcher())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_github_documents_it() {
        let owners = Owners::read(
            "# comment\n*       @global\n*.js    @js # inline\n/build/logs/ @doctocat\ndocs/*  docs@example.com\napps/ @octocat\n/apps/github\n**/logs @logs\n/scripts/ @a @b\n",
        );
        let of = |path: &str| owners.of(path);
        assert_eq!(of("README"), Some("@global"));
        assert_eq!(of("a/b/x.js"), Some("@js"));
        assert_eq!((of("build/logs/x"), of("x/build/logs/y")), (Some("@logs"), Some("@logs")));
        assert_eq!((of("docs/a.md"), of("docs/build/a.md")), (Some("docs@example.com"), Some("@global")));
        assert_eq!((of("apps/x.py"), of("deep/apps/x.py")), (Some("@octocat"), Some("@octocat")));
        assert_eq!(of("apps/github/x"), None);
        assert_eq!(of("scripts/x"), Some("@a @b"));
        assert_eq!(of("x/scripts/y"), Some("@global"));
        assert!(owners.refused.is_empty());
    }

    #[test]
    fn lines_that_github_passes_over_are_named() {
        let owners = Owners::read("!x @a\n[Section] @b\n\\#x @c\n* @d\n");
        assert_eq!((owners.refused.as_slice(), owners.of("x")), (&[1, 2, 3][..], Some("@d")));
    }
}
