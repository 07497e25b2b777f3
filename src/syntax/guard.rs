//! What must not reach the parser as it is: the check before every parse.
//!
//! The parser is C code, and three shapes of input, each only a few kilobytes, make it abort the whole process or work in
//! quadratic time. An abort cannot be caught afterwards, so such input is found here, before. Python itself refuses most of
//! it, so that nothing honest is lost. Separate from the parsing so that it can be tested and measured without it.
//!
//! Two passes. The *survey* looks at the starts and ends of lines and at nothing else; what it concludes holds however the
//! text divides into strings, comments and code, so it cannot be fooled by a clever string. It lets most files through but
//! for their brackets. The *lexical* pass follows strings, comments, brackets and blocks as Python does; it runs when the
//! survey could not rule something out.
//!
//! | shape | harm | what happens |
//! |---|---|---|
//! | deep blocks | the saved state of the parser overflows at about 380 levels and it aborts | refused above 100 levels, as Python does |
//! | deep brackets | a deep tree, for every later reader of it | refused above 200, as Python does |
//! | long runs of lines that hold only a backslash | quadratic | refused |
//! | long runs of comment lines | quadratic | blanked: same length, same lines |
//! | very long lines | slow recovery from errors | refused |
//! | very many tokens | four hundred bytes of tree for each | refused |

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::weight;

/// Levels of blocks, as in Python's tokenizer.
pub const MAX_INDENTS: usize = 100;
/// Open brackets, as in Python's tokenizer.
pub const MAX_BRACKETS: usize = 200;
/// Bytes in one line.
pub const MAX_LINE: usize = 200_000;
/// Lines in a row that hold only a backslash. Lines of code that end in one cost nothing special, however many.
pub const MAX_JOINED: usize = 50;
/// Comment lines in a row (blank lines between them do not end the row) that are left as they are.
pub const MAX_COMMENTS: usize = 100;
/// Different widths of indentation. The parser's state holds 1,024 bytes: two of head, at most 255 for open strings and two
/// for each level; levels have rising widths, so 350 widths cannot overflow it, whatever it takes for a block.
pub const MAX_WIDTHS: usize = 350;

/// Text that is safe to parse: as long as the original, with the same lines.
pub type Prepared<'a> = Cow<'a, str>;

/// Why a text is not parsed, and the 1-based line where that showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Indents,
    Brackets,
    LongLine,
    Joined,
    Widths,
    Tokens,
}

impl Refusal {
    /// The reason, to be shown after the name of the file.
    pub fn reason(self) -> &'static str {
        match self.kind {
            Kind::Indents => "has more than 100 levels of indentation, which Python refuses",
            Kind::Brackets => "has more than 200 open brackets, which Python refuses",
            Kind::LongLine => "has a line of more than 200,000 bytes",
            Kind::Joined => "has more than 50 lines in a row that hold only a backslash",
            Kind::Widths => "has more than 350 different widths of indentation",
            Kind::Tokens => "has more than 600,000 tokens",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// Check a text and make it harmless. Borrows it unless a long run of comment lines had to be blanked.
pub fn prepare(text: &str) -> Result<Prepared<'_>, Refusal> {
    let bytes = text.as_bytes();
    if bytes.len() > weight::MAX_TOKENS && weight::tokens(bytes) > weight::MAX_TOKENS {
        return Err(Refusal { kind: Kind::Tokens, line: 1 });
    }
    let survey = survey(bytes)?;
    let brackets = openers(bytes) > MAX_BRACKETS;
    if !(brackets || survey.indents || survey.comments) {
        return Ok(Cow::Borrowed(text));
    }
    let mut lexer = Lexer { bytes, at: 0, brackets: 0, indents: Vec::new(), run: Vec::new(), blank: Vec::new(), collect: survey.comments };
    lexer.check()?;
    Ok(blanked(text, &lexer.blank))
}

/// What the survey could not rule out.
#[derive(Debug, Default)]
struct Survey {
    indents: bool,
    comments: bool,
}

/// The pass over line starts and ends. Widths are counted as the parser's scanner does: a tab is eight, a form feed or
/// carriage return starts anew, a backslash at the line end carries the width over to the next line, and it keeps 16 bits.
fn survey(bytes: &[u8]) -> Result<Survey, Refusal> {
    let mut seen = Survey::default();
    let mut widths = Widths::default();
    // Lines in a row that are blank, a comment or a single backslash: the scanner reads on to the end of such a run from
    // each token in it.
    let (mut comments, mut slashes) = (0usize, 0usize);
    let mut carried = 0u16;
    let mut start = 0usize;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (number, end) in ends.enumerate() {
        let line = bytes.get(start..end).unwrap_or_default();
        start = end + 1;
        let refuse = |kind| Err(Refusal { kind, line: u32::try_from(number + 1).unwrap_or(u32::MAX) });
        if line.len() > MAX_LINE {
            return refuse(Kind::LongLine);
        }
        let mut width = std::mem::take(&mut carried);
        let mut first = None;
        for (at, byte) in line.iter().enumerate() {
            match byte {
                b' ' => width = width.wrapping_add(1),
                b'\t' => width = width.wrapping_add(8),
                b'\r' | 0x0c => width = 0,
                other => {
                    first = Some((at, *other));
                    break;
                }
            }
        }
        match first {
            None => {}
            Some((_, b'#')) => {
                comments += 1;
                seen.comments |= comments > MAX_COMMENTS;
            }
            Some((at, b'\\')) if matches!(line.get(at..), Some(b"\\" | b"\\\r")) => {
                carried = width;
                slashes += 1;
                if slashes > MAX_JOINED {
                    return refuse(Kind::Joined);
                }
            }
            Some(_) => {
                (comments, slashes) = (0, 0);
                if widths.add(width) > MAX_WIDTHS {
                    return refuse(Kind::Widths);
                }
            }
        }
    }
    seen.indents = widths.count > MAX_INDENTS;
    Ok(seen)
}

/// A set of widths: a bitmap for those of real code, a sorted list for the rest.
#[derive(Default)]
struct Widths {
    low: [u64; 4],
    high: Vec<u16>,
    count: usize,
}

impl Widths {
    /// Add a width and say how many different ones there are.
    fn add(&mut self, width: u16) -> usize {
        if let Some(word) = self.low.get_mut(usize::from(width / 64)) {
            let bit = 1u64 << (width % 64);
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        } else if let Err(place) = self.high.binary_search(&width) {
            self.high.insert(place, width);
            self.count += 1;
        }
        self.count
    }
}

/// How many opening brackets there are, wherever: no more can be open at a time.
fn openers(bytes: &[u8]) -> usize {
    // Sums of a byte over short chunks become vector code.
    bytes.chunks(128).map(|chunk| usize::from(chunk.iter().map(|b| u8::from(*b == b'(') + u8::from(*b | 0x20 == b'{')).sum::<u8>())).sum()
}

/// The lexical pass: strings (formatted ones taken as plain), comments, brackets and blocks.
struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    brackets: usize,
    /// Widths of the open blocks, rising, without the outermost 0.
    indents: Vec<usize>,
    /// The comment lines of the current run, as ranges of bytes.
    run: Vec<(usize, usize)>,
    /// Ranges of bytes to blank.
    blank: Vec<(usize, usize)>,
    collect: bool,
}

impl Lexer<'_> {
    fn check(&mut self) -> Result<(), Refusal> {
        self.line_start()?;
        loop {
            // The loop over plain code: everything else is found by `memchr`.
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(offset) = rest.iter().position(|b| STOPS.get(usize::from(*b)) == Some(&true)) else { break };
            self.at += offset;
            let Some(byte) = rest.get(offset) else { break };
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start()?;
                }
                b'(' | b'[' | b'{' => {
                    self.at += 1;
                    self.brackets += 1;
                    if self.brackets > MAX_BRACKETS {
                        return Err(self.refusal(Kind::Brackets));
                    }
                }
                b')' | b']' | b'}' => {
                    self.at += 1;
                    self.brackets = self.brackets.saturating_sub(1);
                }
                b'#' => self.pass_comment(),
                b'\\' => {
                    // A joined line starts no statement, so its indentation means nothing.
                    self.at += if rest.get(offset + 1) == Some(&b'\r') { 3 } else { 2 };
                }
                quote => self.string(*quote),
            }
        }
        self.end_run();
        Ok(())
    }

    /// At the start of a line outside strings: its indentation, and whether it is only a comment. Blank and comment lines
    /// are passed over here.
    fn line_start(&mut self) -> Result<(), Refusal> {
        loop {
            let start = self.at;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let mut width = 0;
            let mut first = None;
            for byte in rest {
                match byte {
                    b' ' => width += 1,
                    b'\t' => width = (width / 8 + 1) * 8,
                    b'\r' | 0x0c => width = 0,
                    other => {
                        first = Some(*other);
                        break;
                    }
                }
                self.at += 1;
            }
            match first {
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    let from = self.at;
                    self.pass_comment();
                    if self.collect {
                        self.run.push((from, self.at));
                    }
                    if self.at >= self.bytes.len() {
                        return Ok(());
                    }
                    self.at += 1;
                }
                Some(b'\\') | None => return Ok(()),
                Some(_) => {
                    self.end_run();
                    return if self.brackets == 0 { self.indent(width) } else { Ok(()) };
                }
            }
        }
    }

    fn indent(&mut self, width: usize) -> Result<(), Refusal> {
        while self.indents.last().is_some_and(|top| *top > width) {
            self.indents.pop();
        }
        if width > 0 && self.indents.last().is_none_or(|top| *top < width) {
            self.indents.push(width);
            if self.indents.len() > MAX_INDENTS {
                return Err(self.refusal(Kind::Indents));
            }
        }
        Ok(())
    }

    /// Pass over a string that starts here. An unterminated one-line string ends with its line, so that one mistake, or a
    /// nested quote in a formatted string, does not turn the rest of the file inside out.
    fn string(&mut self, quote: u8) {
        let triple = [quote; 3];
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(&triple) {
            self.at += 3;
            while let Some(offset) = memchr2(quote, b'\\', self.bytes.get(self.at..).unwrap_or_default()) {
                self.at += offset;
                let found = self.bytes.get(self.at..).unwrap_or_default();
                if found.starts_with(&triple) {
                    self.at += 3;
                    return;
                }
                self.at += if found.first() == Some(&b'\\') { 2 } else { 1 };
            }
            self.at = self.bytes.len();
            return;
        }
        self.at += 1;
        while let Some(offset) = memchr3(quote, b'\\', b'\n', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += offset;
            match self.bytes.get(self.at) {
                Some(b'\\') => self.at += 2,
                Some(b'\n') => return,
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
        self.at = self.bytes.len();
    }

    fn pass_comment(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// A line of code ends a run of comment lines; a long run is to be blanked.
    fn end_run(&mut self) {
        if self.run.len() > MAX_COMMENTS {
            self.blank.append(&mut self.run);
        }
        self.run.clear();
    }

    fn refusal(&self, kind: Kind) -> Refusal {
        let before = self.bytes.get(..self.at.min(self.bytes.len())).unwrap_or_default();
        // The byte before the place: an indent is noticed after it was passed.
        Refusal { kind, line: u32::try_from(memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX) }
    }
}

/// The bytes that mean something to the lexical pass between tokens. A table is a sixth faster than comparisons.
static STOPS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    let mut rest = table.as_mut_slice();
    while let [place, after @ ..] = rest {
        *place = matches!(byte, b'\n' | b'"' | b'\'' | b'#' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'\\');
        byte = byte.wrapping_add(1);
        rest = after;
    }
    table
};

/// The text with these ranges of bytes replaced by as many blanks.
fn blanked<'a>(text: &'a str, ranges: &[(usize, usize)]) -> Cow<'a, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in ranges {
        out.push_str(text.get(from..*start).unwrap_or_default());
        out.extend(std::iter::repeat_n(' ', end - start));
        from = *end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        prepare(text).err().map(|refusal| refusal.kind)
    }

    fn borrowed(text: &str) -> bool {
        matches!(prepare(text), Ok(Cow::Borrowed(_)))
    }

    fn blocks(levels: usize) -> String {
        let mut text: String = (0..levels).map(|level| format!("{}if x:\n", " ".repeat(level))).collect();
        text.push_str(&format!("{}'doc'\n", " ".repeat(levels)));
        text
    }

    #[test]
    fn ordinary_code_is_borrowed() {
        assert!(borrowed(""));
        assert!(borrowed("class A:\n    '''x'''\n    def f(self):\n        return (1, [2], {3: 4})\n"));
        let many = "x = f(a)[0]\n".repeat(1000);
        assert!(borrowed(&many));
    }

    #[test]
    fn blocks_up_to_pythons_limit() {
        assert!(borrowed(&blocks(100)));
        assert_eq!(prepare(&blocks(101)), Err(Refusal { kind: Kind::Indents, line: 102 }));
        assert_eq!(kind(&blocks(511)), Some(Kind::Widths));
        let tabs: String = (0..150).map(|level| format!("{}if x:\n", "\t".repeat(level))).collect();
        assert_eq!(kind(&tabs), Some(Kind::Indents));
    }

    #[test]
    fn indentation_in_strings_and_brackets_opens_no_block() {
        let ladder: String = (0..300).map(|level| format!("{}x\n", " ".repeat(level))).collect();
        assert!(borrowed(&format!("a = '''\n{ladder}'''\n")));
        assert!(borrowed(&format!("a = [\n{ladder}]\n")));
        assert_eq!(kind(&ladder), Some(Kind::Indents));
    }

    #[test]
    fn a_clever_string_does_not_hide_blocks() {
        // Python 3.12 allows any quote inside the braces; the lexical pass takes the rest of the file for a string.
        let text = format!("f'''{{\"'''\"}}'''\n{}", blocks(400));
        assert_eq!(kind(&text), Some(Kind::Widths));
    }

    #[test]
    fn widths_follow_the_scanner() {
        let wrapped: String = (0..400).map(|level| format!("{}x\n", "\t".repeat(level))).collect();
        assert_eq!(kind(&wrapped), Some(Kind::Widths));
        // A backslash alone on its line carries the width over.
        let carried: String = (0..400).map(|level| format!("{}\\\n x\n", " ".repeat(level))).collect();
        assert_eq!(kind(&carried), Some(Kind::Widths));
        let feeds: String = (0..400).map(|level| format!("{}\x0cx\n", " ".repeat(level))).collect();
        assert!(borrowed(&feeds));
    }

    #[test]
    fn brackets_up_to_pythons_limit() {
        let nested = |n: usize| format!("x = {}{}\n", "(".repeat(n), ")".repeat(n));
        assert!(borrowed(&nested(200)));
        assert_eq!(kind(&nested(201)), Some(Kind::Brackets));
        assert_eq!(prepare(&format!("\n\nx = {}", "[{(".repeat(70))), Err(Refusal { kind: Kind::Brackets, line: 3 }));
        assert!(borrowed(&format!("x = '{}'\n", "(".repeat(1000))));
        assert!(borrowed(&format!("x = 1  # {}\n", "[".repeat(1000))));
        assert!(borrowed(&format!("'''\n{}\n'''\n", "{\n".repeat(1000))));
        assert_eq!(kind(&format!("r'\\'; x = '{}'\n x = {}", ")".repeat(500), "(".repeat(201))), Some(Kind::Brackets));
    }

    #[test]
    fn unterminated_strings_end_with_their_line() {
        assert_eq!(kind(&format!("x = 'abc\ny = {}", "(".repeat(201))), Some(Kind::Brackets));
        assert!(borrowed(&format!("x = 'abc\\\n{}'", "(".repeat(201))));
        assert!(borrowed(&format!("x = '''abc\n{}", "(".repeat(201))));
        assert!(borrowed(&format!("{}'", "()".repeat(201))));
        assert!(borrowed(&format!("{}\\", "()".repeat(201))));
        assert!(borrowed(&format!("{}'\\", "()".repeat(201))));
        assert!(borrowed(&format!("{}'''\\", "()".repeat(201))));
    }

    #[test]
    fn long_lines() {
        assert!(borrowed(&format!("x = '{}'\n", "a".repeat(190_000))));
        assert_eq!(prepare(&format!("\nx = '{}'\n", "a".repeat(200_000))), Err(Refusal { kind: Kind::LongLine, line: 2 }));
    }

    #[test]
    fn as_many_tokens_as_a_tree_has_room_for() {
        let lines = |count: usize| "x\n".repeat(count);
        assert_eq!(kind(&lines(weight::MAX_TOKENS / 2)), None);
        assert_eq!(kind(&lines(weight::MAX_TOKENS / 2 + 1)), Some(Kind::Tokens));
        // Long words are not many, and neither are comments.
        assert_eq!(kind(&format!("x = '''{}'''\n", "letters\n".repeat(200_000))), None);
        assert_eq!(kind(&"# a comment of, (many) words\n".repeat(60_000)), None);
    }

    #[test]
    fn runs_of_backslashes() {
        assert!(borrowed(&format!("x = 1{}\n", " + \\\n 1".repeat(5_000))));
        assert!(borrowed(&format!("x = '{}'\n", "abc \\\n".repeat(5_000))));
        assert_eq!(kind(&format!("x = 1 + {} 1\n", "\\\n".repeat(12_500))), Some(Kind::Joined));
        assert_eq!(kind(&format!("x = 1 + {} 1\n", "\\\n\n".repeat(12_500))), Some(Kind::Joined));
        assert_eq!(kind(&format!("x = 1 + {} 1\n", "\\\n# c\n".repeat(12_500))), Some(Kind::Joined));
        assert!(borrowed(&"x = \\\n  1\n".repeat(2_000)));
    }

    #[test]
    fn long_runs_of_comments_are_blanked() {
        let comments = "# é, not code: '''\n\n".repeat(300);
        let text = format!("class X:\n{comments}    y = '# stays'  # stays\n    # stays\n");
        let prepared = prepare(&text).unwrap();
        assert_eq!(prepared.len(), text.len());
        assert_eq!(prepared.lines().count(), text.lines().count());
        assert!(!prepared.contains("not code"));
        assert_eq!(prepared.matches("stays").count(), 3);
        assert!(prepared.starts_with("class X:\n    "));
    }

    #[test]
    fn short_runs_and_strings_keep_their_comments() {
        assert!(borrowed(&"# a\n# b\nx = 1\n".repeat(500)));
        assert!(borrowed(&format!("x = '''\n{}'''\n", "# text of a string\n".repeat(1000))));
        let last = format!("x = 1\n{}", "# a\n".repeat(101));
        assert_eq!(prepare(&last).unwrap().trim_end(), "x = 1");
        let unended = format!("x = 1\n{}# b", "# a\n".repeat(101));
        assert_eq!(prepare(&unended).unwrap().len(), unended.len());
    }

    #[test]
    fn any_bytes_do_no_harm() {
        // A small generator of token soup: the passes must end and keep the length whatever comes.
        let pieces = ["'", "\"", "'''", "\"\"\"", "\\", "\n", "#", "(", "]", "{", " ", "\t", "é", "x", "\r", "\x0c", "f'", "\\\n"];
        let mut state = 1u64;
        for _ in 0..300 {
            let mut text = String::new();
            for _ in 0..400 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            if let Ok(prepared) = prepare(&text) {
                assert_eq!(prepared.len(), text.len());
            }
        }
    }
}
