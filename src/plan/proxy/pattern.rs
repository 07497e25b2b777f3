//! Expressions as every proxy's configuration may hold them. A pattern is read into a tree and written anew from the kinds of nodes and the
//! characters that are known: what comes out has no quote, no space, no line end, no comment sign, and no bracket without its partner,
//! whatever went in.

use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSet, ClassSetItem, FlagsItemKind, Group, GroupKind, Literal, Repetition, RepetitionKind, RepetitionRange,
    parse::ParserBuilder,
};

use super::Refused;

/// Deeper nesting than any URL pattern has; the writing below is recursive.
const DEPTH: u32 = 40;
/// nginx takes no longer word than 4096 bytes.
const LONGEST: usize = 3000;
/// RE2 repeats nothing more often.
const MOST: u32 = 1000;

/// The same expression in the characters and constructs that PCRE2, RE2 and Go read alike, without anchors.
pub fn encoded(pattern: &str) -> Result<String, Refused> {
    let refused = |why: &str| Refused::new("pattern", pattern, why);
    if pattern.len() > LONGEST {
        return Err(refused("it is too long"));
    }
    let tree = ParserBuilder::new().nest_limit(DEPTH).build().parse(pattern).map_err(|error| refused(&error.kind().to_string()))?;
    let mut out = String::new();
    write(&tree, &mut out).map_err(refused)?;
    if out.len() > LONGEST {
        return Err(refused("it is too long"));
    }
    Ok(out)
}

fn write(tree: &Ast, out: &mut String) -> Result<(), &'static str> {
    match tree {
        Ast::Empty(_) => {}
        Ast::Literal(literal) => character(literal, out)?,
        Ast::Dot(_) => out.push('.'),
        Ast::ClassPerl(class) => out.push_str(perl(&class.kind, class.negated)),
        Ast::ClassBracketed(class) => {
            out.push_str(if class.negated { "[^" } else { "[" });
            set(&class.kind, out)?;
            out.push(']');
        }
        Ast::Repetition(repetition) => repeated(repetition, out)?,
        Ast::Group(group) => grouped(group, out)?,
        Ast::Alternation(all) => {
            for (i, one) in all.asts.iter().enumerate() {
                if i > 0 {
                    out.push('|');
                }
                write(one, out)?;
            }
        }
        Ast::Concat(all) => {
            for one in &all.asts {
                write(one, out)?;
            }
        }
        Ast::Assertion(_) => return Err("it has an anchor or a word boundary"),
        Ast::Flags(_) => return Err("it changes flags in its midst"),
        Ast::ClassUnicode(_) => return Err("it has a class of Unicode characters"),
    }
    Ok(())
}

/// Names and numbers of groups mean nothing to a proxy, so groups lose them.
fn grouped(group: &Group, out: &mut String) -> Result<(), &'static str> {
    out.push_str("(?");
    if let GroupKind::NonCapturing(flags) = &group.kind {
        for item in &flags.items {
            match item.kind {
                FlagsItemKind::Flag(regex_syntax::ast::Flag::CaseInsensitive) => out.push('i'),
                FlagsItemKind::Flag(regex_syntax::ast::Flag::DotMatchesNewLine) => out.push('s'),
                _ => return Err("it has a flag that not every proxy knows"),
            }
        }
    }
    out.push(':');
    write(&group.ast, out)?;
    out.push(')');
    Ok(())
}

fn repeated(repetition: &Repetition, out: &mut String) -> Result<(), &'static str> {
    // `a{2}{3}` and `a*+` mean different things to different engines.
    if matches!(*repetition.ast, Ast::Repetition(_) | Ast::Empty(_)) {
        return Err("it repeats a repetition");
    }
    write(&repetition.ast, out)?;
    match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => out.push('?'),
        RepetitionKind::ZeroOrMore => out.push('*'),
        RepetitionKind::OneOrMore => out.push('+'),
        RepetitionKind::Range(range) => {
            let (least, most) = match range {
                RepetitionRange::Exactly(n) => (*n, Some(*n)),
                RepetitionRange::AtLeast(n) => (*n, None),
                RepetitionRange::Bounded(n, m) => (*n, Some(*m)),
            };
            if least.max(most.unwrap_or(0)) > MOST {
                return Err("it repeats something more than a thousand times");
            }
            out.push_str(&match most {
                Some(most) if most == least => format!("{{{least}}}"),
                Some(most) => format!("{{{least},{most}}}"),
                None => format!("{{{least},}}"),
            });
        }
    }
    if !repetition.greedy {
        out.push('?');
    }
    Ok(())
}

fn set(set: &ClassSet, out: &mut String) -> Result<(), &'static str> {
    match set {
        ClassSet::BinaryOp(_) => Err("it intersects classes"),
        ClassSet::Item(item) => member(item, out),
    }
}

fn member(item: &ClassSetItem, out: &mut String) -> Result<(), &'static str> {
    match item {
        ClassSetItem::Empty(_) => Ok(()),
        ClassSetItem::Literal(literal) => character(literal, out),
        ClassSetItem::Range(range) => {
            character(&range.start, out)?;
            out.push('-');
            character(&range.end, out)
        }
        ClassSetItem::Perl(class) => {
            out.push_str(perl(&class.kind, class.negated));
            Ok(())
        }
        ClassSetItem::Union(all) => all.items.iter().try_for_each(|one| member(one, out)),
        ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => Err("it has a class within a class"),
    }
}

fn perl(kind: &ClassPerlKind, negated: bool) -> &'static str {
    match (kind, negated) {
        (ClassPerlKind::Digit, false) => r"\d",
        (ClassPerlKind::Digit, true) => r"\D",
        (ClassPerlKind::Word, false) => r"\w",
        (ClassPerlKind::Word, true) => r"\W",
        (ClassPerlKind::Space, false) => r"\s",
        (ClassPerlKind::Space, true) => r"\S",
    }
}

/// Letters, digits and the few marks that mean themselves everywhere stay; a dot and a hyphen, which every path has, get a backslash; every
/// other character is written by its number.
fn character(literal: &Literal, out: &mut String) -> Result<(), &'static str> {
    match literal.c {
        ch if ch.is_ascii_alphanumeric() || matches!(ch, '/' | '_' | '%' | '~' | '@' | ',' | ':' | '=' | '!') => out.push(ch),
        ch @ ('.' | '-') => out.extend(['\\', ch]),
        ch if ch.is_ascii() => out.push_str(&format!("\\x{:02x}", ch as u32)),
        _ => return Err("it has a character that a raw path cannot have"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_url_patterns_are_made_of_stays() {
        for (given, written) in [
            ("/api/items/[0-9]+/", "/api/items/[0-9]+/"),
            (r"/api/reports/\d{4}/", r"/api/reports/\d{4}/"),
            ("/a/(?P<pk>[^/.]+)/", r"/a/(?:[^/\.]+)/"),
            (r"/v(1|2)(?:\.json)?/?", r"/v(?:1|2)(?:\.json)?/?"),
            ("/t/[-a-zA-Z0-9_]+/", r"/t/[\-a-zA-Z0-9_]+/"),
            ("/p/.+?", "/p/.+?"),
            ("/n/(?i:abc)/", "/n/(?i:abc)/"),
            ("/x/[a-f0-9]{8}-[a-f0-9]{4,}/{1,2}", r"/x/[a-f0-9]{8}\-[a-f0-9]{4,}/{1,2}"),
            ("", ""),
        ] {
            assert_eq!(encoded(given).as_deref(), Ok(written), "{given}");
        }
    }

    /// Each of these would end a word, begin a comment or name a variable in one of the five languages.
    #[test]
    fn signs_of_the_languages_are_written_by_number() {
        for (given, written) in [
            ("/a\"b", r"/a\x22b"),
            ("/a'b", r"/a\x27b"),
            ("/a`b", r"/a\x60b"),
            ("/a;b#c d", r"/a\x3bb\x23c\x20d"),
            ("/a\nb\tc\0", r"/a\x0ab\x09c\x00"),
            (r"/a\{b\}", r"/a\x7bb\x7d"),
            (r"/a\$b[$]", r"/a\x24b[\x24]"),
            (r#"/a\\b\", default"#, r"/a\x5cb\x22,\x20default"),
            (r"/[\[\]^]", r"/[\x5b\x5d\x5e]"),
            (r"/a\|b\(c\)", r"/a\x7cb\x28c\x29"),
            ("/<script>&", r"/\x3cscript\x3e\x26"),
        ] {
            assert_eq!(encoded(given).as_deref(), Ok(written), "{given}");
        }
    }

    #[test]
    fn what_the_engines_read_differently_is_refused() {
        for given in [
            "/a$",
            "^/a",
            r"/a\b",
            "/(?=a)",
            "/(?!a)",
            "/(?<=a)",
            r"/(a)\1",
            "/a)|(b",
            "/(a",
            "/a)",
            "/[a",
            "/a**",
            "/a{2}{3}",
            "/a{1001}",
            r"/\p{L}",
            "/[[:alpha:]]",
            "/[a&&b]",
            "/(?i)a",
            "/(?x:a b)",
            "/größe",
            r"/\x{fc}",
            "/*?*",
            "/a{",
            "*",
            r"/\Z",
            "/(?#c)a",
            "/(?>a)",
            "/[[a]b]",
        ] {
            assert!(encoded(given).is_err(), "{given}: {:?}", encoded(given));
        }
        assert!(encoded(&"(".repeat(5000)).is_err());
        assert!(encoded(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).is_err());
    }
}
