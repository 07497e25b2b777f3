//! What a file of test code says without being parsed: its lines, its cases, and what it imports.
//!
//! Tests are half of the bytes of a typical project, and all that the report wants of them is how many cases there are and
//! which modules they cover. So they are scanned line by line at a hundredth of the cost of a parse. Separate from the
//! lowering because it must never grow into a second parser: what it cannot see in one pass, it does not know.

use memchr::memmem::Finder;
use memchr::{memchr, memchr3};

use crate::base::text::{LineCounts, count_lines};

/// The facts of one test file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFacts {
    pub lines: LineCounts,
    /// Functions and methods whose name starts with `test`.
    pub cases: u32,
    pub classes: u32,
    /// Imports anywhere in the file, in the order of their lines.
    pub imports: Vec<TestImport>,
}

/// One imported module: `import a.b` (no names) or `from a.b import c, d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestImport {
    /// Dotted, with the leading dots of a relative import.
    pub module: String,
    /// The names of a `from` import as they are called in the module, `*` among them.
    pub names: Vec<String>,
    pub line: u32,
}

/// Scan a decoded text.
pub fn scan(text: &str) -> TestFacts {
    let mut facts = TestFacts { lines: count_lines(text), ..TestFacts::default() };
    let mut cursor = Cursor { text, at: 0, line: 1 };
    let mut triples = Triples::new(text);
    while cursor.at < text.len() {
        let mut start = cursor.at;
        let line = cursor.rest_of_line();
        statement(&mut cursor, line, &mut facts);
        // An import may have gone on over several lines; the cursor stands at the end of its last one.
        cursor.next_line();
        // Lines without a triple quote, or a backslash at their end, leave no string open. Where one is left open, what
        // follows its end on the same line is looked at in the same way.
        while triples.next(start).is_some_and(|at| at < cursor.at) || cursor.after_backslash() {
            let Some(quote) = open_string(text.get(start..cursor.at).unwrap_or_default()) else { break };
            cursor.skip_string(&quote);
            start = cursor.at;
            cursor.next_line();
        }
    }
    facts
}

/// Finds triple quotes of both kinds, and remembers what it found so that no byte is searched twice.
struct Triples<'a> {
    text: &'a str,
    kinds: [(Finder<'static>, Option<usize>); 2],
}

impl<'a> Triples<'a> {
    fn new(text: &'a str) -> Self {
        let kinds = ["\"\"\"", "'''"].map(|quotes| {
            let finder = Finder::new(quotes);
            let first = finder.find(text.as_bytes());
            (finder, first)
        });
        Triples { text, kinds }
    }

    /// The first triple quote at or after `from`, which never goes back.
    fn next(&mut self, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        for (finder, place) in &mut self.kinds {
            if place.is_some_and(|at| at < from) {
                *place = finder.find(rest).map(|at| from + at);
            }
        }
        self.kinds.iter().filter_map(|(_, place)| *place).min()
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn rest_of_line(&self) -> &'a str {
        let rest = self.rest();
        rest.get(..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default()
    }

    fn next_line(&mut self) {
        self.at += self.rest_of_line().len() + 1;
        self.line += 1;
    }

    /// Does the line before this one end in a backslash?
    fn after_backslash(&self) -> bool {
        self.at.checked_sub(2).and_then(|at| self.text.as_bytes().get(at)) == Some(&b'\\')
    }

    /// From inside a string that goes on after its line to its end.
    fn skip_string(&mut self, open: &Open) {
        let Open { quote, triple } = *open;
        let bytes = self.text.as_bytes();
        let from = self.at;
        let mut at = from;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let line_end = if triple { quote } else { b'\n' };
            let Some(offset) = memchr3(quote, b'\\', line_end, rest) else {
                at = bytes.len();
                break;
            };
            at += offset;
            let found = bytes.get(at..).unwrap_or_default();
            match found.first() {
                Some(b'\\') => at += 2,
                // A string that was never closed ends with its line.
                Some(b'\n') if !triple => break,
                _ if !triple => {
                    at += 1;
                    break;
                }
                _ if found.starts_with(&[quote; 3]) => {
                    at += 3;
                    break;
                }
                _ => at += 1,
            }
        }
        let passed = bytes.get(from..at.min(bytes.len())).unwrap_or_default();
        self.line += u32::try_from(memchr::memchr_iter(b'\n', passed).count()).unwrap_or(u32::MAX);
        self.at = at.min(bytes.len());
    }
}

/// A string that goes on in the next line: in triple quotes, or with a backslash at the end of the line.
struct Open {
    quote: u8,
    triple: bool,
}

/// The string that is still open at the end of these lines.
fn open_string(lines: &str) -> Option<Open> {
    let bytes = lines.as_bytes();
    let mut at = 0;
    while let Some(offset) = memchr3(b'"', b'\'', b'#', bytes.get(at..)?) {
        at += offset;
        let rest = bytes.get(at..)?;
        let quote = *rest.first()?;
        if quote == b'#' {
            at += memchr(b'\n', rest)?;
            continue;
        }
        let triple = rest.starts_with(&[quote; 3]);
        at += if triple { 3 } else { 1 };
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(offset) = memchr3(quote, b'\\', b'\n', rest) else { return Some(Open { quote, triple }) };
            at += offset;
            let found = bytes.get(at..).unwrap_or_default();
            match found.first() {
                Some(b'\\') => at += 2,
                Some(b'\n') => {
                    at += 1;
                    if !triple {
                        break;
                    }
                }
                _ if !triple => {
                    at += 1;
                    break;
                }
                _ if found.starts_with(&[quote; 3]) => {
                    at += 3;
                    break;
                }
                _ => at += 1,
            }
        }
    }
    None
}

/// Look at the start of one line. An import moves the cursor to where it ends.
fn statement(cursor: &mut Cursor<'_>, line: &str, facts: &mut TestFacts) {
    let indent = line.bytes().take_while(|b| matches!(b, b' ' | b'\t' | 0x0c)).count();
    let code = line.get(indent..).unwrap_or_default();
    match code.as_bytes().first() {
        Some(b'd' | b'a') => {
            let code = word(code, "async").unwrap_or(code);
            if word(code, "def").is_some_and(|name| name.starts_with("test")) {
                facts.cases += 1;
            }
        }
        Some(b'c') if word(code, "class").is_some_and(|name| name.starts_with(|c: char| c == '_' || c.is_alphabetic())) => {
            facts.classes += 1
        }
        Some(b'i') if word(code, "import").is_some() => {
            cursor.at += indent;
            imports(cursor, facts);
        }
        Some(b'f') if word(code, "from").is_some() => {
            cursor.at += indent;
            imports(cursor, facts);
        }
        _ => {}
    }
}

/// What follows a keyword and at least one blank.
fn word<'a>(code: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = code.strip_prefix(keyword)?;
    let name = rest.trim_start_matches([' ', '\t']);
    (name.len() < rest.len()).then_some(name)
}

#[derive(PartialEq)]
enum Token<'a> {
    /// A name, dotted or with leading dots.
    Name(&'a str),
    Mark(u8),
    /// The end of the statement, or something that no import has here.
    End,
}

/// The imports of one logical line: `import a.b as c, d; from .x import (y, z)`.
fn imports(cursor: &mut Cursor<'_>, facts: &mut TestFacts) {
    loop {
        let line = cursor.line;
        match token(cursor, false) {
            Token::Name("import") => {
                while let Token::Name(module) = token(cursor, false) {
                    facts.imports.push(TestImport { module: module.to_owned(), names: Vec::new(), line });
                    if !comma(cursor, false) {
                        break;
                    }
                }
            }
            Token::Name("from") => {
                let Token::Name(module) = token(cursor, false) else { return };
                let dots = |text: &str| !text.is_empty() && text.bytes().all(|b| b == b'.');
                let mut module = module.to_owned();
                // Legal too: `from .import x`, which comes as one name, and `from . a import x`, which comes as two.
                if let Some(parents) = module.strip_suffix("import").filter(|parents| dots(parents)) {
                    module.truncate(parents.len());
                } else {
                    let mut next = token(cursor, false);
                    while let Token::Name(part) = next
                        && part != "import"
                        && dots(&module)
                    {
                        module.push_str(part);
                        next = token(cursor, false);
                    }
                    if next != Token::Name("import") {
                        return;
                    }
                }
                let names = names(cursor);
                if names.is_empty() {
                    return;
                }
                facts.imports.push(TestImport { module, names, line });
            }
            _ => return,
        }
        if !semicolon(cursor) {
            return;
        }
    }
}

/// The names after `from x import`, in parentheses or not.
fn names(cursor: &mut Cursor<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let nested = eat(cursor, b'(', false);
    loop {
        match token(cursor, nested) {
            Token::Name(name) => names.push(name.to_owned()),
            Token::Mark(b'*') => names.push("*".to_owned()),
            _ => return names,
        }
        if !comma(cursor, nested) {
            break;
        }
    }
    if nested {
        eat(cursor, b')', true);
    }
    names
}

/// Pass over `as name`, then over a comma; is there one?
fn comma(cursor: &mut Cursor<'_>, nested: bool) -> bool {
    let (at, line) = (cursor.at, cursor.line);
    if token(cursor, nested) == Token::Name("as") {
        token(cursor, nested);
    } else {
        (cursor.at, cursor.line) = (at, line);
    }
    eat(cursor, b',', nested)
}

fn semicolon(cursor: &mut Cursor<'_>) -> bool {
    eat(cursor, b';', false)
}

/// Pass over this mark if it comes next.
fn eat(cursor: &mut Cursor<'_>, mark: u8, nested: bool) -> bool {
    let (at, line) = (cursor.at, cursor.line);
    let found = token(cursor, nested) == Token::Mark(mark);
    if !found {
        (cursor.at, cursor.line) = (at, line);
    }
    found
}

/// The next token. Inside parentheses line ends and comments are blanks; outside, only a joined line end is.
fn token<'a>(cursor: &mut Cursor<'a>, nested: bool) -> Token<'a> {
    loop {
        let rest = cursor.rest();
        match rest.as_bytes() {
            [b' ' | b'\t' | 0x0c | b'\r', ..] => cursor.at += 1,
            [b'\\', b'\n', ..] => {
                cursor.at += 2;
                cursor.line += 1;
            }
            [b'\n', ..] if nested => {
                cursor.at += 1;
                cursor.line += 1;
            }
            [b'#', ..] if nested => cursor.at += cursor.rest_of_line().len(),
            [mark @ (b',' | b'(' | b')' | b'*' | b';'), ..] => {
                cursor.at += 1;
                return Token::Mark(*mark);
            }
            _ => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                cursor.at += end;
                return if name.is_empty() { Token::End } else { Token::Name(name) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Vec<(String, String, u32)> {
        scan(text).imports.into_iter().map(|i| (i.module, i.names.join(" "), i.line)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut all = imported(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        let (module, names, _) = all.remove(0);
        (module, names)
    }

    fn pair(module: &str, names: &str) -> (String, String) {
        (module.to_owned(), names.to_owned())
    }

    #[test]
    fn cases_and_classes() {
        let facts = scan(
            "class A(TestCase):\n    def test_a(self):\n        pass\n\n    async def test_b(self): ...\n    def setUp(self): ...\n\ndef test():\n    pass\n\nclass  B: pass\nclassify = 1\ndefault = 2\ndef  testing(): pass\n",
        );
        assert_eq!((facts.cases, facts.classes), (4, 2));
        assert_eq!((facts.lines.total, facts.lines.blank), (14, 3));
    }

    #[test]
    fn plain_imports() {
        assert_eq!(one("import a.b\n"), pair("a.b", ""));
        assert_eq!(one("    import a.b as c  # why\n"), pair("a.b", ""));
        assert_eq!(
            imported("import a, b.c as d, e\nx = 1\n"),
            [("a".into(), String::new(), 1), ("b.c".into(), String::new(), 1), ("e".into(), String::new(), 1)]
        );
        assert_eq!(imported("import a; import b; x = 1").len(), 2);
        assert!(imported("important = 1\nfromage = 2\nimport\nfrom\n").is_empty());
    }

    #[test]
    fn from_imports() {
        assert_eq!(one("from a.b import c, d as e\n"), pair("a.b", "c d"));
        assert_eq!(one("from a import *\n"), pair("a", "*"));
        assert_eq!(one("from . import x"), pair(".", "x"));
        assert_eq!(one("from .import x"), pair(".", "x"));
        assert_eq!(one("from ...a.b import x"), pair("...a.b", "x"));
        assert_eq!(one("from . .. a import x"), pair("...a", "x"));
        assert!(imported("from . a b import x").is_empty());
        assert_eq!(one("from a import b; x = 1"), pair("a", "b"));
        assert!(imported("from a\n").is_empty());
        assert!(imported("from x to y\n").is_empty());
        assert!(imported("yield from import_all()\n").is_empty());
    }

    #[test]
    fn imports_over_several_lines() {
        assert_eq!(one("from a.b import (\n    c,  # first, not (last)\n    d as e,\n\n    f,\n)\n"), pair("a.b", "c d f"));
        assert_eq!(one("from a import b, \\\n    c\n"), pair("a", "b c"));
        assert_eq!(one("from a \\\n  import (b\n, c)\n"), pair("a", "b c"));
        assert_eq!(imported("from a import (\n b,\n c)\nimport d\n"), [("a".into(), "b c".into(), 1), ("d".into(), String::new(), 4)]);
    }

    #[test]
    fn broken_imports_lose_only_themselves() {
        assert_eq!(imported("from a import (\n    b\nfrom c import d\nimport e\n").last().map(|i| i.0.clone()), Some("e".into()));
        assert_eq!(imported("from a import (").len(), 0);
        assert_eq!(imported("from a import (b,").len(), 1);
        assert_eq!(imported("import a,\nimport b\n").len(), 2);
        let many = "from a import (\n".repeat(20_000);
        assert!(scan(&many).imports.len() <= 20_000);
    }

    #[test]
    fn strings_are_not_code() {
        let text = "\"\"\"\nimport x\ndef test_no(): pass\n\"\"\"\nimport y\nA = '''\nclass N: pass\n''' ; B = 1\nclass Y: pass\n";
        let facts = scan(text);
        assert_eq!((facts.cases, facts.classes), (0, 1));
        assert_eq!(facts.imports, [TestImport { module: "y".into(), names: vec![], line: 5 }]);
        assert_eq!(one("\"\"\"One line.\"\"\"\nimport y\n"), pair("y", ""));
        assert_eq!(one("'''a ''' '''\nimport x\n'''\nimport y\n"), pair("y", ""));
        assert_eq!(one("x = \"'''\"\nimport y\n"), pair("y", ""));
        assert_eq!(one("# don't \"\"\"\nimport y\n"), pair("y", ""));
        assert_eq!(one("x = '''a\\'''\nimport x\n'''\nimport y\n"), pair("y", ""));
        assert_eq!(one("def f():\n    '''x'''; y = \"\"\"\nimport x\n\"\"\"\n    import y\n"), pair("y", ""));
        assert!(imported("x = '''\nimport x\n").is_empty());
        assert_eq!(one("x = '\"\"\"a\\\n b\\\n c\"\"\"', \"\"\"\\\nimport x\n\"\"\"\nimport y\n"), pair("y", ""));
        assert_eq!(one("x = '\"\"\"\nimport y\n"), pair("y", ""));
        assert_eq!(one("x('u\"a\\\nde\"', \"\"\"\\\nimport x\n\"\"\")\nimport y\n"), pair("y", ""));
        // Closed and opened again on one line.
        assert_eq!(one("x = '''\na\n''' + '''\nimport x\n'''\nimport y\n"), pair("y", ""));
        assert_eq!(one("x = '''\na\n''' + \"\"\"b\"\"\"  # '''\nimport y\n"), pair("y", ""));
    }

    #[test]
    fn lines_are_right_after_strings() {
        assert_eq!(
            imported("'''\n\n\n'''\nimport y\n'''\n'''\n\nfrom z import (\n a)\nimport w").iter().map(|i| i.2).collect::<Vec<_>>(),
            [5, 9, 11]
        );
    }

    #[test]
    fn names_beyond_ascii() {
        assert_eq!(one("from größe import maß\n"), pair("größe", "maß"));
        assert_eq!(scan("def testé(): pass\n    \u{a0}import x\n").cases, 1);
    }

    #[test]
    fn odd_input_ends() {
        for text in ["", "\n", "import \\", "from \\\n", "'''", "x = '", "'''\\", "import a.", "from a import b,\\\n", "\"\"\"'''\"\"\""] {
            scan(text);
        }
    }
}
