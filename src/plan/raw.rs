//! A language of decoded paths as an expression for raw ones, as a client sends them: some characters arrive as they are, some
//! percent-encoded, some either way.
//!
//! Only paths that are written in the usual way are told apart; [`GUARD`] matches all others, and has to be the first rule wherever there is
//! any. It takes broken encodings, control characters, and encoded characters that nobody needs to encode (`%41`, `%2F`). That is what lets
//! the other expressions be short: behind it `[^/]+` means the same before and after decoding.

use std::cell::Cell;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};
use regex_syntax::utf8::Utf8Sequences;

/// Matches the paths that are not written in the usual way.
pub static GUARD: LazyLock<String> = LazyLock::new(|| {
    let hex = "[0-9A-Fa-f]";
    let more = &format!("%[89ABab]{hex}");
    let two = format!("%(?:[Cc][2-9A-Fa-f]|[Dd]{hex})");
    let three = format!("%[Ee](?:0%[ABab]{hex}|[1-9A-Ca-cE-Fe-f]{more}|[Dd]%[89]{hex})");
    let four = format!("%[Ff](?:0%[9ABab]{hex}|[1-3]{more}|4%8{hex})");
    let ascii = "%(?:2[0-9A-Ca-c]|3[A-Fa-f]|40|5[B-Eb-e]|60|7[B-Db-d])";
    let good = format!("(?:[!-\"$&->@-~]|{ascii}|{two}{more}|{three}{more}|{four}{more}{more})*");
    let no_more = "(?:[^%]|%[^89ABab]|%[89ABab][^0-9A-Fa-f])";
    let starts = [
        "[^!-\"$->@-~]".to_owned(),
        format!("(?:{two}|{three}|{four}(?:{more})?){no_more}"),
        format!("%[Ee](?:[1-9A-Ca-cE-Fe-f]{no_more}|0(?:{no_more}|%[89]{hex})|[Dd](?:{no_more}|%[ABab]{hex}))"),
        format!("%[Ff](?:[1-3]{no_more}|0(?:{no_more}|%8{hex})|4(?:{no_more}|%[9ABab]{hex}))"),
        "%(?:[^2-7C-Fc-f]|2[^0-9A-Ca-c]|3[^A-Fa-f]|[46][^0]|5[^B-Eb-e]|7[^B-Db-d]|[Cc][^2-9A-Fa-f]|[DdEe][^0-9A-Fa-f]|[Ff][^0-4])"
            .to_owned(),
    ];
    let ends = format!("%[2-7C-Fc-f]?|(?:{two}|%[Ee]{hex}|{three}|%[Ff][0-4]|{four}(?:{more})?)(?:%[89ABab]?)?");
    format!("{good}(?:(?:{}).*|{ends})", starts.join("|"))
});

/// Bits of ASCII characters.
type Ascii = u128;

fn bits(chars: impl IntoIterator<Item = u8>) -> Ascii {
    chars.into_iter().filter(|c| *c < 128).fold(0, |all, c| all | 1 << c)
}

/// What a request line has as it is.
fn plain() -> Ascii {
    bits((0x21..=0x7E).filter(|c| !b"%?#".contains(c)))
}

/// What may arrive encoded.
fn encodable() -> Ascii {
    bits((0x20..=0x7Eu8).filter(|c| !c.is_ascii_alphanumeric() && !b"-._~/".contains(c)))
}

/// How much of the characters beyond ASCII a class has.
enum Beyond {
    Nothing,
    Everything,
    Some(Vec<String>),
}

/// The expression; none where nothing usual can match. `wide`: rather too much than too little where a class is too large to be written out.
pub fn expression(hir: &Hir, wide: bool) -> Option<String> {
    Writer { wide, cut: Cell::default() }.whole(hir)
}

/// The one that is not wide, and the one that is: the same where every class could be written out.
pub fn both(hir: &Hir) -> (Option<String>, Option<String>) {
    let writer = Writer { wide: false, cut: Cell::default() };
    let narrow = writer.whole(hir);
    let wide = if writer.cut.get() { expression(hir, true) } else { narrow.clone() };
    (narrow, wide)
}

const MAX_SEQUENCES: usize = 12;

struct Writer {
    wide: bool,
    /// Whether a class was too large.
    cut: Cell<bool>,
}

impl Writer {
    fn whole(&self, hir: &Hir) -> Option<String> {
        let (text, loose) = self.write(hir, false)?;
        Some(if loose { format!("(?:{text})") } else { text })
    }

    /// With whether it is an alternation that wants brackets in company. `hex`: whether a hexadecimal digit may follow.
    fn write(&self, hir: &Hir, hex: bool) -> Option<(String, bool)> {
        Some(match hir.kind() {
            HirKind::Empty => (String::new(), false),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                (literal_text(text)?, false)
            }
            HirKind::Class(Class::Unicode(class)) => (self.unit(class)?, false),
            HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => return None,
            HirKind::Capture(capture) => self.write(&capture.sub, hex)?,
            HirKind::Repetition(repetition) => (self.repeated(repetition, hex)?, false),
            HirKind::Concat(items) => {
                let mut out = String::new();
                for (i, item) in items.iter().enumerate() {
                    let (text, loose) = self.write(item, may_start_hex(items.get(i + 1..)?, hex))?;
                    out.push_str(&if loose { format!("(?:{text})") } else { text });
                }
                (out, false)
            }
            HirKind::Alternation(options) => {
                // What can never match is left out.
                let options: Vec<String> = options.iter().filter_map(|option| self.write(option, hex)).map(|(text, _)| text).collect();
                if options.is_empty() {
                    return None;
                }
                (options.join("|"), true)
            }
        })
    }

    fn repeated(&self, repetition: &Repetition, hex: bool) -> Option<String> {
        let times = match (repetition.min, repetition.max) {
            (0, Some(1)) => "?".to_owned(),
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (low, None) => format!("{{{low},}}"),
            (low, Some(high)) if low == high => format!("{{{low}}}"),
            (low, Some(high)) => format!("{{{low},{high}}}"),
        };
        if let HirKind::Class(Class::Unicode(class)) = repetition.sub.kind() {
            let many = repetition.max.is_none() && repetition.min <= 1;
            return match if many { self.run(class, hex) } else { self.unit(class) } {
                Some(one) => Some(format!("{one}{times}")),
                None if repetition.min == 0 => Some(String::new()),
                None => None,
            };
        }
        // What comes round again may begin with a digit.
        match self.write(&repetition.sub, true) {
            Some((text, _)) if text.is_empty() => Some(text),
            Some((text, _)) if text.len() == 1 || (text.len() == 2 && text.starts_with('\\')) => Some(format!("{text}{times}")),
            Some((text, _)) => Some(format!("(?:{text}){times}")),
            None if repetition.min == 0 => Some(String::new()),
            None => None,
        }
    }

    fn beyond(&self, class: &ClassUnicode) -> Beyond {
        let mut sequences = Vec::new();
        for range in class.ranges() {
            let (low, high) = (range.start().max('\u{80}'), range.end());
            if low > high {
                continue;
            }
            if low == '\u{80}' && high == char::MAX {
                return Beyond::Everything;
            }
            for sequence in Utf8Sequences::new(low, high) {
                sequences.push(sequence.as_slice().iter().map(|bytes| byte(bytes.start, bytes.end)).collect());
                if sequences.len() > MAX_SEQUENCES {
                    self.cut.set(true);
                    return if self.wide { Beyond::Everything } else { Beyond::Nothing };
                }
            }
        }
        if sequences.is_empty() { Beyond::Nothing } else { Beyond::Some(sequences) }
    }

    /// One character of the class.
    fn unit(&self, class: &ClassUnicode) -> Option<String> {
        let ascii = ascii(class);
        let mut options = Vec::new();
        match self.beyond(class) {
            Beyond::Everything => {
                options.extend(shorter(ascii));
                options.extend(encoded(ascii));
                options.push("%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3}".to_owned());
            }
            other => {
                options.extend(positive(ascii & plain()));
                options.extend(encoded(ascii));
                if let Beyond::Some(sequences) = other {
                    options.extend(sequences);
                }
            }
        }
        bracketed(options)
    }

    /// The inside of a `+` or `*`.
    fn run(&self, class: &ClassUnicode, hex: bool) -> Option<String> {
        let Beyond::Everything = self.beyond(class) else { return self.unit(class) };
        let ascii = ascii(class);
        if ascii & encodable() != encodable() {
            let mut options: Vec<String> = shorter(ascii).into_iter().collect();
            options.extend(encoded(ascii));
            options.push("%[89A-Fa-f][0-9A-Fa-f]".to_owned());
            return bracketed(options);
        }
        // Nor where the class itself leaves out digits that encoded characters are written with.
        let digits = bits((0..128u8).filter(u8::is_ascii_hexdigit));
        if !hex && ascii & digits == digits {
            // It cannot end in the middle of an encoded character, as no digit follows.
            let all = plain() & !ascii == 0;
            return Some(if all { ".".to_owned() } else { negative(ascii, false) });
        }
        bracketed(vec![negative(ascii, true), "%[0-9A-Fa-f]{2}".to_owned()])
    }
}

fn ascii(class: &ClassUnicode) -> Ascii {
    class.ranges().iter().fold(0, |all, range| {
        let (low, high) = (u32::from(range.start()), u32::from(range.end()).min(127));
        (low..=high).fold(all, |all, c| all | 1 << c)
    })
}

fn bracketed(options: Vec<String>) -> Option<String> {
    match options.as_slice() {
        [] => None,
        [one] if one.starts_with('[') || one.len() == 1 || (one.len() == 2 && one.starts_with('\\')) => Some(one.clone()),
        several => Some(format!("(?:{})", several.join("|"))),
    }
}

fn may_start_hex(items: &[Hir], after: bool) -> bool {
    for item in items {
        let starts = match item.kind() {
            HirKind::Empty | HirKind::Look(_) => false,
            HirKind::Literal(literal) => literal.0.first().is_some_and(u8::is_ascii_hexdigit),
            HirKind::Class(Class::Unicode(class)) => ascii(class) & bits((0..128).filter(u8::is_ascii_hexdigit)) != 0,
            HirKind::Class(Class::Bytes(_)) => true,
            HirKind::Repetition(repetition) => may_start_hex(std::slice::from_ref(&*repetition.sub), false),
            HirKind::Capture(capture) => may_start_hex(std::slice::from_ref(&*capture.sub), false),
            HirKind::Concat(items) => may_start_hex(items, false),
            HirKind::Alternation(options) => options.iter().any(|option| may_start_hex(std::slice::from_ref(option), false)),
        };
        if starts {
            return true;
        }
        if item.properties().minimum_len().is_some_and(|least| least > 0) {
            return false;
        }
    }
    after
}

fn literal_text(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Nearly all of it, and the same with `literal_char`.
        if c.is_ascii_alphanumeric() || matches!(c, '/' | '_') {
            out.push(c);
        } else {
            out.push_str(&literal_char(c)?);
        }
    }
    Some(out)
}

fn literal_char(c: char) -> Option<String> {
    if !c.is_ascii() {
        return Some(c.encode_utf8(&mut [0; 4]).bytes().map(|b| byte(b, b)).collect());
    }
    let one = bits([c as u8]);
    let mut options: Vec<String> = positive(one & plain()).into_iter().collect();
    options.extend(encoded(one));
    match options.as_slice() {
        [] => None,
        [single] => Some(single.clone()),
        both => Some(format!("(?:{})", both.join("|"))),
    }
}

/// `%C3`, or a range of bytes.
fn byte(low: u8, high: u8) -> String {
    rows((low..=high).map(|byte| (byte >> 4, byte & 15)))
}

fn encoded(ascii: Ascii) -> Option<String> {
    let ascii = ascii & encodable();
    (ascii != 0).then(|| rows((0..128u8).filter(|c| ascii >> c & 1 == 1).map(|c| (c >> 4, c & 15))))
}

/// `%2[0-9A-Ca-c]|%40`, the rows with the same second digits together.
fn rows(bytes: impl Iterator<Item = (u8, u8)>) -> String {
    let mut by_high = [0u16; 16];
    for (high, low) in bytes {
        if let Some(row) = by_high.get_mut(usize::from(high)) {
            *row |= 1 << low;
        }
    }
    let mut done: Vec<(u16, u16)> = Vec::new();
    for (high, row) in by_high.iter().enumerate().filter(|(_, row)| **row != 0) {
        match done.iter_mut().find(|known| known.1 == *row) {
            Some((highs, _)) => *highs |= 1 << high,
            None => done.push((1 << high, *row)),
        }
    }
    let options: Vec<String> = done.iter().map(|(highs, lows)| format!("{}{}", digits(*highs), digits(*lows))).collect();
    match options.as_slice() {
        [one] => format!("%{one}"),
        several => format!("%(?:{})", several.join("|")),
    }
}

/// Hexadecimal digits in both cases.
fn digits(set: u16) -> String {
    let chars = (0..16u8).filter(|digit| set >> digit & 1 == 1);
    let both = chars.flat_map(|digit| match digit {
        0..=9 => vec![b'0' + digit],
        _ => vec![b'A' + digit - 10, b'a' + digit - 10],
    });
    positive(bits(both)).unwrap_or_default()
}

fn positive(set: Ascii) -> Option<String> {
    let chars: Vec<u8> = (0..128u8).filter(|c| set >> c & 1 == 1).collect();
    match chars.as_slice() {
        [] => None,
        [one] => Some(regex_syntax::escape(char::from(*one).encode_utf8(&mut [0; 4]))),
        _ => Some(format!("[{}]", ranges(&chars))),
    }
}

/// All but what is not in the set; `%` itself belongs to encoded characters.
fn negative(set: Ascii, without_percent: bool) -> String {
    let out = (plain() & !set) | if without_percent { bits([b'%']) } else { 0 };
    let chars: Vec<u8> = (0..128u8).filter(|c| out >> c & 1 == 1).collect();
    format!("[^{}]", ranges(&chars))
}

/// The characters of the set that come as they are.
fn shorter(set: Ascii) -> Option<String> {
    let positive = positive(set & plain())?;
    let negative = negative(set, true);
    Some(if negative.len() < positive.len() { negative } else { positive })
}

fn ranges(chars: &[u8]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(first) = chars.get(at).copied() {
        let run = chars.iter().skip(at).zip(first..).take_while(|(c, expected)| **c == *expected).count();
        let last = first + u8::try_from(run).unwrap_or(1) - 1;
        for (i, c) in [first, last].into_iter().enumerate() {
            if i == 1 && run > 2 {
                out.push('-');
            }
            if i == 1 && run == 1 {
                continue;
            }
            if b"\\]^-[&~".contains(&c) {
                out.push('\\');
            }
            out.push(char::from(c));
        }
        at += run;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::python::parse;
    use proptest::prelude::*;

    fn raw(python: &str, wide: bool) -> String {
        expression(&parse(python, false).unwrap(), wide).unwrap()
    }

    fn usual(path: &[u8]) -> bool {
        let (mut bytes, mut at) = (Vec::new(), 0);
        while let Some(byte) = path.get(at) {
            match byte {
                b'%' => {
                    let Some(hex) = path.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok()) else { return false };
                    let Ok(value) = u8::from_str_radix(hex, 16) else { return false };
                    if hex.starts_with('+') || (value < 128 && encodable() >> value & 1 == 0) {
                        return false;
                    }
                    bytes.push(value);
                    at += 3;
                }
                byte if *byte < 128 && plain() >> byte & 1 == 1 => {
                    bytes.push(*byte);
                    at += 1;
                }
                _ => return false,
            }
        }
        String::from_utf8(bytes).is_ok()
    }

    #[test]
    fn the_short_way_is_the_long_one() {
        for c in (0..=255u8).map(char::from) {
            assert_eq!(literal_text(&c.to_string()), literal_char(c), "{c:?}");
        }
    }

    #[test]
    fn readable_where_it_can_be() {
        assert_eq!(raw("items/[^/]+/", false), "items/[^/]+/");
        assert_eq!(raw(".*", false), ".*");
        assert_eq!(raw(r"[\w-]+", false), "[\\-0-9A-Z_a-z]+");
        assert_eq!(raw("é", false), "%[Cc]3%[Aa]9");
        assert_eq!(raw("a b@", false), "a%20b(?:@|%40)");
        assert_eq!(raw("[^/]+[0-9]", false), "(?:[^%/]|%[0-9A-Fa-f]{2})+[0-9]");
        assert_eq!(raw(r"[\w]+", true), "(?:[0-9A-Z_a-z]|%[89A-Fa-f][0-9A-Fa-f])+");
    }

    #[test]
    fn both_are_what_each_is() {
        for (python, same) in [("[^/]+/a[0-9]{2}", true), (r"[\w]+/", false), (r"a|[\W]", false)] {
            let hir = parse(python, false).unwrap();
            let (narrow, wide) = both(&hir);
            assert_eq!((&narrow, &wide), (&expression(&hir, false), &expression(&hir, true)), "{python}");
            assert_eq!(narrow == wide, same, "{python}");
        }
    }

    proptest! {
        #[test]
        fn the_guard_takes_what_is_unusual(path in "(/|a|%|[0-9A-Fa-f]|%[0-9a-fA-F]{2}|%C3%A9|%e0|%ed|%f0|%F4|%[89ab][0-9]|[ #?é~]){0,8}") {
            let guard = regex::Regex::new(&format!("^(?:{})$", *GUARD)).unwrap();
            prop_assert_eq!(guard.is_match(&path), !usual(path.as_bytes()));
        }
    }
}
