//! Bytes of a source file → text, read as Python reads them; and counts of its lines.
//!
//! Python decides the encoding from a byte order mark, else from a coding comment in the first two lines (PEP 263), else
//! takes UTF-8, and knows three line ends. Separate because every reader of files (parser, test scanner, templates,
//! configuration) has to agree on it: one that numbers lines in another way points at the wrong ones.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

use encoding_rs::Encoding;
use memchr::{memchr, memchr_iter};

/// Text of a file, with `\n` as its only line end and without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// The encoding that was used, by its usual name.
    pub encoding: &'static str,
    /// Some bytes had no meaning in the encoding, or the encoding is not known: names may be damaged.
    pub lossy: bool,
}

/// Why a file cannot be read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A byte 0: Python refuses it, and C code takes it for the end.
    Nul,
    Utf16,
    Utf32,
    /// A coding comment names an encoding that can hide code in plain sight (UTF-7, escapes) or keeps state.
    Encoding,
}

impl Refusal {
    /// The reason, to be shown after the name of the file.
    pub fn reason(self) -> &'static str {
        match self {
            Refusal::Nul => "contains NUL bytes, so it is no source text",
            Refusal::Utf16 => "is UTF-16, which Python does not read",
            Refusal::Utf32 => "is UTF-32, which Python does not read",
            Refusal::Encoding => "declares an encoding that is not read",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// Decode a file. Valid UTF-8 without a carriage return, which is nearly every file, is borrowed.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Refusal> {
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Err(Refusal::Utf32);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Refusal::Utf16);
    }
    let (body, marked) = match bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    if memchr(0, body).is_some() {
        return Err(nul_kind(body));
    }
    let charset = match cookie(body) {
        // Beside a mark any other name is a contradiction that Python refuses; the mark is right in practice.
        Some(label) if !marked => charset(label)?,
        _ => Charset::Utf8,
    };
    let mut decoded = charset.decode(body);
    if memchr(b'\r', decoded.text.as_bytes()).is_some() {
        decoded.text = Cow::Owned(unify_line_ends(&decoded.text));
    }
    Ok(decoded)
}

/// Which refusal a body with NUL bytes deserves: plain Latin text in wide units has a regular share of them.
fn nul_kind(body: &[u8]) -> Refusal {
    let head = body.get(..256).unwrap_or(body);
    let nuls = memchr_iter(0, head).count();
    if nuls * 8 >= head.len() * 5 && head.len() >= 8 {
        Refusal::Utf32
    } else if nuls * 8 >= head.len() * 3 && head.len() >= 4 {
        Refusal::Utf16
    } else {
        Refusal::Nul
    }
}

/// The name in the coding comment, if one of the first two lines is such a comment. The second line only counts when the
/// first is blank or a comment too.
fn cookie(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body;
    for _ in 0..2 {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        let text = line.trim_ascii_start();
        match text.first() {
            Some(b'#') => {
                if let Some(label) = label_in(text) {
                    return Some(label);
                }
            }
            Some(_) => return None,
            None => {}
        }
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..)).unwrap_or_default();
    }
    None
}

/// `coding[:=][ \t]*([-_.a-zA-Z0-9]+)`, the first place where it fits.
fn label_in(comment: &[u8]) -> Option<&[u8]> {
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let after = comment.get(at + b"coding".len()..)?;
        let after = after.strip_prefix(b":").or_else(|| after.strip_prefix(b"="))?;
        let start = after.iter().position(|b| !matches!(b, b' ' | b'\t'))?;
        let name = after.get(start..)?;
        let end = name.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))).unwrap_or(name.len());
        name.get(..end).filter(|label| !label.is_empty())
    })
}

enum Charset {
    Utf8,
    Ascii,
    Latin1,
    /// An encoding of the WHATWG list; `iso` when Python keeps bytes 0x80–0x9f as control characters where browsers do not.
    Listed {
        encoding: &'static Encoding,
        iso: bool,
    },
    Unknown,
}

/// What Python means by the name of an encoding.
fn charset(label: &[u8]) -> Result<Charset, Refusal> {
    let name: String = label.iter().take(40).map(|b| if *b == b'_' { '-' } else { char::from(b.to_ascii_lowercase()) }).collect();
    // Editors add the kind of line end: "utf-8-unix". Python cuts these two families itself.
    let name = name.trim_end_matches("-unix").trim_end_matches("-dos").trim_end_matches("-mac");
    if name == "utf-8" || name.starts_with("utf-8-") || matches!(name, "utf8" | "u8" | "utf" | "cp65001") {
        return Ok(Charset::Utf8);
    }
    if matches!(
        name,
        "latin-1" | "iso-8859-1" | "iso-latin-1" | "latin1" | "latin" | "l1" | "iso8859-1" | "iso88591" | "8859" | "cp819" | "ibm819"
    ) || ["latin-1-", "iso-8859-1-", "iso-latin-1-"].iter().any(|family| name.starts_with(family))
    {
        return Ok(Charset::Latin1);
    }
    if matches!(name, "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" | "iso646-us") {
        return Ok(Charset::Ascii);
    }
    if name.starts_with("utf-") || name.starts_with("utf1") || name.starts_with("utf3") || name == "utf7" || name.contains("escape") {
        return Err(Refusal::Encoding);
    }
    // Spellings of Python that the WHATWG list lacks.
    let listed = match name {
        "cp936" | "ms936" | "936" => "gbk",
        "cp932" | "932" | "ms932" | "mskanji" | "cp943" => "shift_jis",
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "950" | "ms950" | "big5-tw" => "big5",
        "eucjp" | "ujis" | "u-jis" => "euc-jp",
        "mac-roman" | "macroman" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "cp874" | "tis-620" => "windows-874",
        "latin9" | "latin-9" | "l9" => "iso-8859-15",
        "latin2" | "latin-2" => "iso-8859-2",
        "latin5" | "latin-5" | "iso8859-9" => "iso-8859-9",
        "cyrillic" => "iso-8859-5",
        "greek" => "iso-8859-7",
        "shift-jis" | "s-jis" => "shift_jis",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        other => other,
    };
    let Some(encoding) = Encoding::for_label(listed.as_bytes()) else { return Ok(Charset::Unknown) };
    if encoding == encoding_rs::REPLACEMENT || !encoding.is_ascii_compatible() || encoding == encoding_rs::X_USER_DEFINED {
        return Err(Refusal::Encoding);
    }
    Ok(Charset::Listed { encoding, iso: listed.starts_with("iso") })
}

impl Charset {
    fn decode<'a>(&self, body: &'a [u8]) -> Decoded<'a> {
        match self {
            Charset::Utf8 => {
                // The strict check first: it is twice as fast as the one that replaces.
                let sound = std::str::from_utf8(body).map(Cow::Borrowed);
                let lossy = sound.is_err();
                Decoded { text: sound.unwrap_or_else(|_| String::from_utf8_lossy(body)), encoding: "utf-8", lossy }
            }
            Charset::Ascii => {
                let text = String::from_utf8_lossy(body);
                Decoded { text, encoding: "ascii", lossy: !body.is_ascii() }
            }
            Charset::Latin1 => Decoded { text: encoding_rs::mem::decode_latin1(body), encoding: "iso-8859-1", lossy: false },
            Charset::Listed { encoding, iso } => {
                if *iso && encoding.is_single_byte() && body.iter().any(|b| (0x80..0xa0).contains(b)) {
                    return Decoded { text: Cow::Owned(with_controls(body, encoding)), encoding: encoding.name(), lossy: false };
                }
                let (text, lossy) = encoding.decode_without_bom_handling(body);
                Decoded { text, encoding: encoding.name(), lossy }
            }
            // Python would not import the file; its names are nearly always ASCII, which every candidate agrees on.
            Charset::Unknown => {
                let text = std::str::from_utf8(body).map_or_else(|_| encoding_rs::mem::decode_latin1(body), Cow::Borrowed);
                Decoded { text, encoding: "unknown", lossy: true }
            }
        }
    }
}

/// A single-byte ISO encoding whose bytes 0x80–0x9f are control characters. Rare, so one byte at a time will do.
fn with_controls(body: &[u8], encoding: &'static Encoding) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 4);
    for byte in body {
        match byte {
            0..=0x9f => out.push(char::from(*byte)),
            _ => out.push_str(&encoding.decode_without_bom_handling(std::slice::from_ref(byte)).0),
        }
    }
    out
}

/// `\r\n` and lone `\r` → `\n`, as Python's reader does before it counts lines.
fn unify_line_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\r');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if !part.starts_with('\n') {
            out.push('\n');
        }
        out.push_str(part);
    }
    out
}

/// How many lines a text has, and of which kind. `total` is the sum of the three others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounts {
    pub total: u32,
    /// Nothing but blanks.
    pub blank: u32,
    /// The first character that is no blank is `#`.
    pub comment: u32,
    /// All other lines, those of documentation strings included.
    pub code: u32,
}

/// Count the lines of a decoded text; a last line without an end counts. A `#` line inside a string counts as comment:
/// telling them apart would cost a scan of all strings and change a count by next to nothing.
pub fn count_lines(text: &str) -> LineCounts {
    let mut counts = LineCounts::default();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        match line.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0c | b'\r' | 0x0b)) {
            None => counts.blank += 1,
            Some(b'#') => counts.comment += 1,
            Some(_) => counts.code += 1,
        }
        counts.total += 1;
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).unwrap().text.into_owned()
    }

    fn encoding(bytes: &[u8]) -> &'static str {
        decode(bytes).unwrap().encoding
    }

    #[test]
    fn plain_utf8_is_borrowed() {
        let decoded = decode("naïve = 1\n".as_bytes()).unwrap();
        assert!(matches!(decoded.text, Cow::Borrowed(_)));
        assert_eq!((decoded.encoding, decoded.lossy), ("utf-8", false));
        assert!(matches!(decode(b"# coding: latin-1\nx\n").unwrap().text, Cow::Borrowed(_)));
        assert_eq!(text(b""), "");
    }

    #[test]
    fn byte_order_mark_is_removed_and_wins() {
        assert_eq!(text(b"\xef\xbb\xbfx = 1\n"), "x = 1\n");
        let decoded = decode(b"\xef\xbb\xbf# coding: latin-1\n\xc3\xa9").unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.encoding), ("# coding: latin-1\né", "utf-8"));
    }

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(text(b"a\r\nb\rc\n\r\nd\r"), "a\nb\nc\n\nd\n");
        assert_eq!(text(b"a\r\r\nb"), "a\n\nb");
        // Form feed, vertical tab, NEL and the Unicode separators end no line.
        let odd = "a\x0cb\x0bc\u{85}d\u{2028}e\x1cf";
        assert_eq!(text(odd.as_bytes()), odd);
        assert_eq!(count_lines(odd).total, 1);
    }

    #[test]
    fn coding_comments() {
        for cookie in [
            "# -*- coding: latin-1 -*-",
            "# vim: set fileencoding=latin-1 :",
            "#coding:latin-1",
            "# coding= Latin_1",
            " \t\x0c# coding: iso-8859-1-unix",
            "# encoding: latin1",
        ] {
            assert_eq!(encoding(format!("{cookie}\n").as_bytes()), "iso-8859-1", "{cookie}");
            assert_eq!(encoding(format!("#!/usr/bin/python\n{cookie}\n").as_bytes()), "iso-8859-1", "{cookie}");
            assert_eq!(encoding(format!("\r\n{cookie}").as_bytes()), "iso-8859-1", "{cookie}");
        }
        for none in [
            "x = 'coding: latin-1'\n",
            "import os\n# coding: latin-1\n",
            "\n\n# coding: latin-1\n",
            "# coding latin-1\n",
            "# coding : latin-1\n",
            "# coding:\n",
        ] {
            assert_eq!(encoding(none.as_bytes()), "utf-8", "{none}");
        }
    }

    #[test]
    fn second_place_in_a_comment() {
        assert_eq!(encoding(b"# coding is fun, coding: latin-1\n"), "iso-8859-1");
    }

    #[test]
    fn latin1_is_exact() {
        let mut bytes = b"# coding: latin-1\n".to_vec();
        bytes.extend(0x80..=0xffu8);
        let expected: String = (0x80..=0xffu8).map(char::from).collect();
        assert_eq!(text(&bytes), format!("# coding: latin-1\n{expected}"));
    }

    #[test]
    fn iso_encodings_keep_control_bytes_but_windows_ones_do_not() {
        assert_eq!(text(b"# coding: iso-8859-9\n\x80\xf0"), "# coding: iso-8859-9\n\u{80}ğ");
        assert_eq!(text(b"# coding: cp1252\n\x80"), "# coding: cp1252\n€");
        assert_eq!(text(b"# coding: iso-8859-15\n\xa4"), "# coding: iso-8859-15\n€");
        assert_eq!(text(b"# coding: latin-2\n\xb1"), "# coding: latin-2\ną");
    }

    #[test]
    fn other_encodings() {
        assert_eq!(text(b"# coding: koi8-r\n\xc1"), "# coding: koi8-r\nа");
        assert_eq!(text(b"# coding: cp932\n\x82\xa0"), "# coding: cp932\nあ");
        assert_eq!(text(b"# coding: gb2312\n\xc4\xe3"), "# coding: gb2312\n你");
        assert_eq!(text(b"# coding: euc_jp\n\xa4\xa2"), "# coding: euc_jp\nあ");
        assert_eq!(text(b"# coding: utf8\n\xc3\xa9"), "# coding: utf8\né");
    }

    #[test]
    fn damage_is_flagged() {
        let decoded = decode(b"x = '\xe9'\n").unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.lossy), ("x = '\u{fffd}'\n", true));
        assert!(decode(b"# coding: ascii\n\xc3\xa9").unwrap().lossy);
        assert!(!decode(b"# coding: ascii\nx").unwrap().lossy);
        let decoded = decode(b"# coding: cp437\nclass A: '\x81'").unwrap();
        assert_eq!((decoded.encoding, decoded.lossy), ("unknown", true));
        assert!(decoded.text.contains("class A"));
    }

    #[test]
    fn refused() {
        assert_eq!(decode(b"\xff\xfex\0"), Err(Refusal::Utf16));
        assert_eq!(decode(b"\xfe\xff\0x"), Err(Refusal::Utf16));
        assert_eq!(decode(b"\xff\xfe\0\0x\0\0\0"), Err(Refusal::Utf32));
        assert_eq!(decode(b"i\0m\0p\0o\0r\0t\0"), Err(Refusal::Utf16));
        assert_eq!(decode(b"i\0\0\0m\0\0\0p\0\0\0"), Err(Refusal::Utf32));
        assert_eq!(decode(b"x = 1 # \0\nimport os, sys\n"), Err(Refusal::Nul));
        for name in ["utf-7", "utf_16", "UTF-32-LE", "unicode_escape", "raw-unicode-escape", "utf-16be", "hz-gb-2312"] {
            assert_eq!(decode(format!("# coding: {name}\n").as_bytes()), Err(Refusal::Encoding), "{name}");
        }
        assert!(Refusal::Nul.reason().contains("NUL"));
    }

    #[test]
    fn stateful_encodings_are_refused() {
        assert_eq!(decode(b"# coding: iso-2022-jp\n\x1b$B"), Err(Refusal::Encoding));
    }

    #[test]
    fn long_and_odd_labels_do_no_harm() {
        let long = format!("# coding: {}\nx", "a".repeat(100_000));
        assert_eq!(encoding(long.as_bytes()), "unknown");
        let many = format!("#{}\n", "coding".repeat(20_000));
        assert_eq!(encoding(many.as_bytes()), "utf-8");
    }

    #[test]
    fn line_kinds() {
        let counts = count_lines("# a\n\nx = 1  # b\n   \t\n    # c\n\"\"\"\ntext\n\"\"\"");
        assert_eq!(counts, LineCounts { total: 8, blank: 2, comment: 2, code: 4 });
        assert_eq!(count_lines(""), LineCounts::default());
        assert_eq!(count_lines("\n"), LineCounts { total: 1, blank: 1, comment: 0, code: 0 });
        assert_eq!(count_lines("x"), LineCounts { total: 1, blank: 0, comment: 0, code: 1 });
        assert_eq!(count_lines("\x0c\nx\n").total, 2);
    }
}
