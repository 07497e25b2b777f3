//! Python literals as text: escapes of strings, spellings of integers.
//!
//! Separate because it is pure text work that no other part of the descent needs to know.

use super::ir::ExprKind;

/// Append the value of a piece of string content to `out`; raw strings keep their backslashes.
pub fn unescape(content: &str, prefix: &str, out: &mut String) {
    let flags = prefix.trim_end_matches(['"', '\'']);
    let raw = flags.bytes().any(|b| matches!(b, b'r' | b'R'));
    let formatted = flags.bytes().any(|b| matches!(b, b'f' | b'F' | b't' | b'T'));
    if (raw || !content.contains('\\')) && !formatted {
        out.push_str(content);
        return;
    }
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        if formatted && (c == '{' || c == '}') {
            if chars.peek() == Some(&c) {
                chars.next();
            }
            out.push(c);
            continue;
        }
        if c != '\\' || raw {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\n') | None => {}
            Some(c @ ('\\' | '\'' | '"')) => out.push(c),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('x') => code(&mut chars, 2, 16, out),
            Some('u') => code(&mut chars, 4, 16, out),
            Some('U') => code(&mut chars, 8, 16, out),
            Some('N') => {
                // A named character: its name is not looked up.
                while chars.next_if(|c| *c != '}').is_some() {}
                chars.next();
                out.push('\u{fffd}');
            }
            Some(c) if c.is_digit(8) => {
                let mut value = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(next) = chars.next_if(|c| c.is_digit(8)) else { break };
                    value = value * 8 + next.to_digit(8).unwrap_or(0);
                }
                out.push(char::from_u32(value).unwrap_or('\u{fffd}'));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
}

fn code(chars: &mut std::iter::Peekable<std::str::Chars>, length: usize, radix: u32, out: &mut String) {
    let mut value = 0u32;
    for _ in 0..length {
        let Some(next) = chars.next_if(|c| c.is_digit(radix)) else { break };
        value = value.wrapping_mul(radix).wrapping_add(next.to_digit(radix).unwrap_or(0));
    }
    out.push(char::from_u32(value).unwrap_or('\u{fffd}'));
}

/// The value of an integer literal; one that does not fit 64 bits is opaque.
pub fn integer(text: &str) -> ExprKind {
    let text = text.replace('_', "").to_ascii_lowercase();
    let text = text.trim_end_matches('l');
    let parsed = match text.get(..2) {
        Some("0x") => i64::from_str_radix(text.get(2..).unwrap_or(""), 16),
        Some("0o") => i64::from_str_radix(text.get(2..).unwrap_or(""), 8),
        Some("0b") => i64::from_str_radix(text.get(2..).unwrap_or(""), 2),
        _ => text.parse(),
    };
    parsed.map_or(ExprKind::Opaque, ExprKind::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(content: &str, prefix: &str) -> String {
        let mut out = String::new();
        unescape(content, prefix, &mut out);
        out
    }

    #[test]
    fn escapes() {
        assert_eq!(value(r"a\tb\x41\u00e9\\", "\""), "a\tbAé\\");
        assert_eq!(value(r"\d+\.", "r'"), r"\d+\.");
        assert_eq!(value(r"\d+", "'"), r"\d+");
        assert_eq!(value(r"\ud800", "'"), "\u{fffd}");
        assert_eq!(value("a{{b}}", "f'"), "a{b}");
        assert_eq!(value(r"\101\0", "'"), "A\0");
    }

    #[test]
    fn integers() {
        assert!(matches!(integer("1_000"), ExprKind::Int(1000)));
        assert!(matches!(integer("0xFF"), ExprKind::Int(255)));
        assert!(matches!(integer("99999999999999999999"), ExprKind::Opaque));
    }
}
