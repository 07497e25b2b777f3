//! JSON text: stable, a line for each row, and harmless when someone prints it to a terminal.
//!
//! A row is an object in a list: a route, a finding. On a line of its own it can be found by `grep` and compared by `diff`, and a report of
//! tens of thousands of rows stays a file that an editor opens. Modules and phases, which hold lists themselves, are spread out.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::report::escape::is_hidden;

/// Lists of the top level, or below it, whose elements are spread out.
const SPREAD: [&str; 2] = ["modules", "phases"];

/// More than most reports have.
const LARGE: usize = 32 << 20;

/// The text with a newline at its end; empty if `value` cannot be written as JSON, which no type of this crate can bring about.
pub fn pretty<T: Serialize>(value: &T) -> Vec<u8> {
    written(value, Vec::new())
}

/// The same of something large, for which so many bytes are set aside: what is not written on costs nothing, what grows is copied each time.
pub fn pretty_large<T: Serialize>(value: &T) -> Vec<u8> {
    written(value, Vec::with_capacity(LARGE))
}

fn written<T: Serialize>(value: &T, mut out: Vec<u8>) -> Vec<u8> {
    let mut serializer = Serializer::with_formatter(&mut out, Rows::default());
    if value.serialize(&mut serializer).is_err() {
        return Vec::new();
    }
    out.push(b'\n');
    out
}

/// Writes what a terminal obeys, what hides its neighbours and the second `#` of a runner's command as `\uXXXX`: the same JSON value, nothing to be tricked by.
#[derive(Default)]
struct Rows {
    /// The containers that are open.
    open: Vec<Open>,
    /// How many of them were open when the row began; nothing within a row breaks the line.
    row: Option<usize>,
    /// The key that is being written, or was last; only those that `SPREAD` could name are kept.
    key: &'static str,
    in_key: bool,
}

struct Open {
    list: bool,
    /// Its elements are objects that may take several lines.
    spread: bool,
    empty: bool,
}

impl Rows {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, list: bool) -> io::Result<()> {
        let in_list = self.open.last().is_some_and(|parent| parent.list && !parent.spread);
        if self.row.is_none() && in_list && !list {
            self.row = Some(self.open.len());
        }
        let spread = list && self.row.is_none() && SPREAD.contains(&self.key);
        self.key = "";
        self.open.push(Open { list, spread, empty: true });
        writer.write_all(if list { b"[" } else { b"{" })
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, with: &[u8]) -> io::Result<()> {
        let closed = self.open.pop();
        if closed.is_some_and(|c| !c.empty) && self.row.is_none() {
            self.line(writer)?;
        }
        if self.row == Some(self.open.len()) {
            self.row = None;
        }
        writer.write_all(with)
    }

    /// Before each element and each key.
    fn next<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if let Some(open) = self.open.last_mut() {
            open.empty = false;
        }
        match (self.row.is_some(), first) {
            (true, true) => Ok(()),
            (true, false) => writer.write_all(b", "),
            (false, true) => self.line(writer),
            (false, false) => {
                writer.write_all(b",")?;
                self.line(writer)
            }
        }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        self.open.iter().try_for_each(|_| writer.write_all(b" "))
    }
}

impl Formatter for Rows {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, true)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, false)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        (self.in_key, self.key) = (true, "");
        self.next(writer, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.in_key {
            self.key = SPREAD.into_iter().find(|name| *name == fragment).unwrap_or("");
        }
        // Nearly every fragment is plain ASCII, where only DEL and what CI runners look for need a second look. They are short: all of one is looked
        // at without asking after each byte.
        if !fragment.bytes().fold(false, |odd, byte| odd | (byte >= 0x7f) | (byte == b'#')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut before = None;
        for ch in fragment.chars() {
            // A report on stdout is read by the runner too, and `##[` is a command anywhere in a line.
            let command = ch == '#' && before == Some('#');
            before = Some(ch);
            if is_hidden(ch) || command {
                for unit in ch.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(ch.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hidden_characters_are_spelled_out_and_read_back_unchanged() {
        let text = "a\u{202e}b\u{9b}31m\u{7f}é\u{e0041}\n\u{1b}";
        let out = String::from_utf8(pretty(&[text])).unwrap();
        assert_eq!(out, "[\n \"a\\u202eb\\u009b31m\\u007fé\\udb40\\udc41\\n\\u001b\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&out).unwrap(), [text]);
    }

    #[test]
    fn no_command_of_a_ci_runner_is_spelled_out() {
        let text = "a ##[error] b ####vso[x] #c";
        let out = String::from_utf8(pretty(&[text])).unwrap();
        assert!(!out.contains("##"), "{out}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&out).unwrap(), [text]);
    }

    #[test]
    fn a_row_is_a_line_and_a_module_is_not() {
        let value = json!({
            "findings": [{"a": [1, {"b": {}}], "c": []}, {}],
            "modules": [{"items": [{"x": 1}], "name": ["y"]}],
            "none": [],
        });
        let out = String::from_utf8(pretty(&value)).unwrap();
        let want = [
            "{",
            r#" "findings": ["#,
            r#"  {"a": [1, {"b": {}}], "c": []},"#,
            "  {}",
            " ],",
            r#" "modules": ["#,
            "  {",
            r#"   "items": ["#,
            r#"    {"x": 1}"#,
            "   ],",
            r#"   "name": ["#,
            r#"    "y""#,
            "   ]",
            "  }",
            " ],",
            r#" "none": []"#,
            "}",
            "",
        ];
        assert_eq!(out, want.join("\n"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value);
    }
}
