//! The one door through which scanned text reaches a terminal or a log.
//!
//! Names, paths and expressions come from somebody else's repository. Written as they are, they could move the cursor, forge a line, turn text
//! around, or speak to the CI runner that reads the log. Whoever prints them also never puts them at the start of a line.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// True for characters that a terminal obeys or that a reader cannot see: C0, DEL, C1, line separators, direction and zero-width marks, tags.
pub fn is_hidden(ch: char) -> bool {
    // Nearly every character is none.
    !matches!(ch, ' '..='~')
        && matches!(ch,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` on one line, with hidden characters in their visible spelling and the openings of CI commands (`##[`, `##vso[`, `::name::`) broken up.
pub fn escape(text: &str) -> Cow<'_, str> {
    let harmless = !text.chars().any(is_hidden) && !text.contains("##") && !text.contains("::");
    if harmless {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for ch in text.chars() {
        match ch {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Runners look for these two pairs, some anywhere in a line.
            '#' | ':' if before == Some(ch) => {
                let _ = write!(out, "\\x{:02x}", u32::from(ch));
                before = None;
                continue;
            }
            _ if is_hidden(ch) && u32::from(ch) < 0x80 => {
                let _ = write!(out, "\\x{:02x}", u32::from(ch));
            }
            _ if is_hidden(ch) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(ch));
            }
            _ => out.push(ch),
        }
        before = Some(ch);
    }
    Cow::Owned(out)
}

/// Escaped and cut to `width` columns, the cut marked by "…" at the end.
pub fn fit(text: &str, width: usize) -> String {
    let text = escape(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut out = head(text.chars(), width.saturating_sub(1));
    out.push('…');
    out
}

/// Escaped and cut to `width` columns, the cut marked by "…" at the start: the end of a path says more than its beginning.
pub fn fit_end(text: &str, width: usize) -> String {
    let text = escape(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let tail: Vec<char> = head(text.chars().rev(), width.saturating_sub(1)).chars().rev().collect();
    std::iter::once('…').chain(tail).collect()
}

/// As many characters as fit into `width` columns.
fn head(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|ch| {
            used += ch.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A terminal that notes what it would print, and whether it was told anything else.
    #[derive(Default)]
    struct Screen {
        text: String,
        obeyed: usize,
    }

    impl vte::Perform for Screen {
        fn print(&mut self, ch: char) {
            self.text.push(ch);
        }

        fn execute(&mut self, _: u8) {
            self.obeyed += 1;
        }

        fn hook(&mut self, _: &vte::Params, _: &[u8], _: bool, _: char) {
            self.obeyed += 1;
        }

        fn osc_dispatch(&mut self, _: &[&[u8]], _: bool) {
            self.obeyed += 1;
        }

        fn csi_dispatch(&mut self, _: &vte::Params, _: &[u8], _: bool, _: char) {
            self.obeyed += 1;
        }

        fn esc_dispatch(&mut self, _: &[u8], _: bool, _: u8) {
            self.obeyed += 1;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A terminal prints every character of it and obeys none; a runner finds no command; what is plain stays.
        #[test]
        fn a_terminal_only_prints_it(text in "[\\x00-\\x7f\u{80}-\u{9f}\u{200b}\u{2028}\u{202e}\u{feff}é]{0,24}|[:#\\[\r\n]{0,8}|\\PC{0,16}") {
            let out = escape(&text).into_owned();
            let mut screen = Screen::default();
            vte::Parser::new().advance(&mut screen, out.as_bytes());
            prop_assert_eq!(screen.obeyed, 0);
            prop_assert_eq!(&screen.text, &out);
            prop_assert!(!out.chars().any(is_hidden) && !out.contains("::") && !out.contains("##"));
            prop_assert!(fit(&text, 10).width() <= 10 && fit_end(&text, 10).width() <= 10);
            if text.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == ' ') {
                prop_assert_eq!(out, text);
            }
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["orders", "/api/{pk}/", r"^\d+$", "größe", "商店", "a: b", "# x", ""] {
            assert!(matches!(escape(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn control_and_direction_characters_become_visible() {
        assert_eq!(escape("a\x1b[31mb"), "a\\x1b[31mb");
        assert_eq!(escape("a\r\n\tb\0\x7f"), "a\\r\\n\\tb\\x00\\x7f");
        assert_eq!(escape("x\u{9b}2J\u{85}y"), "x\\u{9b}2J\\u{85}y");
        assert_eq!(escape("is\u{202e}nimda\u{2066}"), "is\\u{202e}nimda\\u{2066}");
        assert_eq!(escape("a\u{200b}b\u{feff}\u{2028}\u{e0041}"), "a\\u{200b}b\\u{feff}\\u{2028}\\u{e0041}");
    }

    #[test]
    fn commands_of_ci_runners_are_broken_up() {
        assert_eq!(escape("::stop-commands::x"), ":\\x3astop-commands:\\x3ax");
        assert_eq!(escape("##vso[task]"), "#\\x23vso[task]");
        assert_eq!(escape(":::::"), ":\\x3a:\\x3a:");
        for text in ["::a", "##[x", ":::", "####[", "a::b##c"] {
            let out = escape(text);
            assert!(!out.contains("::") && !out.contains("##"), "{out}");
        }
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(fit("notifications", 8), "notific…");
        assert_eq!(fit("orders", 6), "orders");
        assert_eq!(fit("商店商店", 5), "商店…");
        assert_eq!(fit("\x1b\x1b", 6), "\\x1b\\…");
        assert_eq!(fit_end("shop/orders/urls.py:12", 10), "…rls.py:12");
        assert_eq!(fit_end("a.py:1", 10), "a.py:1");
        assert_eq!(fit("abc", 0), "…");
    }
}
