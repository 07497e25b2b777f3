//! A refusal that points at the wrong word. Only the one line is shown, escaped: what stands around it is nobody's business.

use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::report::escape::escape;
use crate::rules::Mistake;

/// The configuration is wrong.
#[derive(Debug)]
pub struct BadConfig {
    /// The file as it is shown.
    pub file: String,
    pub message: String,
    pub help: Option<String>,
    excerpt: Option<Excerpt>,
}

/// One line of the file, escaped.
#[derive(Debug)]
struct Excerpt {
    file: String,
    line: String,
    /// Counted from 0, as miette does.
    number: usize,
    /// The wrong part of the line.
    span: Range<usize>,
    /// What is to be said about it.
    label: String,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Asked for a place without surroundings, miette wants to know its column; otherwise, what to show.
        let (from, length) = if before + after == 0 { (span.offset(), span.len()) } else { (0, self.line.len()) };
        let text = self.line.get(from..from + length).ok_or(MietteError::OutOfBounds)?;
        let span = SourceSpan::from((from, length));
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), text.as_bytes(), span, self.number, from, 1)))
    }
}

impl fmt::Display for BadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadConfig {}

impl Diagnostic for BadConfig {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(Some(excerpt.label.clone()), excerpt.span.start, excerpt.span.len()))))
    }
}

impl BadConfig {
    /// Wrong as a whole.
    pub fn plain(file: &str, message: String) -> BadConfig {
        BadConfig { file: file.to_owned(), message, help: None, excerpt: None }
    }

    /// Wrong at a place of `text`.
    pub fn at(file: &str, text: &str, mistake: &Mistake) -> BadConfig {
        let span = mistake.span.clone();
        let (before, after) = text.split_at_checked(span.start).unwrap_or((text, ""));
        let number = before.matches('\n').count();
        let head = before.rsplit('\n').next().unwrap_or_default();
        let rest = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let (marked, tail) = rest.split_at_checked(span.len().min(rest.len())).unwrap_or((rest, ""));
        let column = head.chars().count() + 1;
        let (head, marked, tail) = (escape(head), escape(marked), escape(tail));
        BadConfig {
            file: file.to_owned(),
            message: format!("{} in {file}:{}:{column}", mistake.title, number + 1),
            help: mistake.help.as_deref().map(|help| escape(help).into_owned()),
            excerpt: Some(Excerpt {
                file: file.to_owned(),
                line: format!("{head}{marked}{tail}"),
                number,
                span: head.len()..head.len() + marked.len(),
                label: escape(&mistake.label).into_owned(),
            }),
        }
    }

    /// The marked word, for tests.
    #[cfg(test)]
    pub fn marked(&self) -> &str {
        self.excerpt.as_ref().map_or("", |e| &e.line[e.span.clone()])
    }

    /// The line that is shown, for tests.
    #[cfg(test)]
    pub fn line(&self) -> &str {
        self.excerpt.as_ref().map_or("", |e| e.line.as_str())
    }
}
