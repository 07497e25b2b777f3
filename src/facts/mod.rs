//! One file → [`FileFacts`]: a pure function of the file's bytes, run in parallel, owned and free of the syntax tree.

pub mod ir;
mod literals;
mod lower;
mod notes;
pub mod template;
pub mod tests_scan;
pub mod visit;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::text::{self, LineCounts};
use crate::syntax::{self, ParseError, guard};

pub use ir::*;
pub use notes::Note;

/// What is known of one Python file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FileFacts {
    pub lines: LineCounts,
    /// Comments that speak to us.
    pub notes: Vec<Note>,
    pub ast: Ast,
    /// Why the file has no or only partial facts.
    pub trouble: Option<Trouble>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// Syntax errors at these lines; what stands around them was kept.
    Partial(Vec<u32>),
    /// Nothing of the file was understood, with the reason.
    Unread(String),
}

/// The one trouble that depends on the machine: another run may fare better.
pub const TOO_SLOW: &str = "parsing took longer than the time budget of the file";

impl FileFacts {
    /// Whether another run may fare better.
    pub fn is_late(&self) -> bool {
        matches!(&self.trouble, Some(Trouble::Unread(why)) if why == TOO_SLOW)
    }
}

/// Facts of a Python source file.
pub fn python(bytes: &[u8]) -> FileFacts {
    // For the tests of what holds such a mistake up.
    #[cfg(test)]
    assert!(!bytes.starts_with(b"# a fault while it is read"), "asked for");
    let decoded = match text::decode(bytes) {
        Ok(decoded) => decoded,
        Err(refusal) => return FileFacts { trouble: Some(Trouble::Unread(refusal.reason().to_string())), ..FileFacts::default() },
    };
    let (lines, notes) = (text::count_lines(&decoded.text), notes::notes(&decoded.text));
    let prepared = match guard::prepare(&decoded.text) {
        Ok(prepared) => prepared,
        Err(refusal) => {
            return FileFacts { lines, notes, ast: Ast::default(), trouble: Some(Trouble::Unread(refusal.reason().to_string())) };
        }
    };
    // 2 s and 3 s for each MB: honest files need a hundredth of it.
    let budget = Duration::from_millis(2000 + 3 * prepared.len() as u64 / 1000);
    match syntax::parse(&prepared, budget) {
        Ok(tree) => {
            let ast = lower::lower(&prepared, tree.root_node());
            let trouble = (!ast.errors.is_empty()).then(|| Trouble::Partial(ast.errors.clone()));
            FileFacts { lines, notes, ast, trouble }
        }
        Err(ParseError::TooSlow) => FileFacts { lines, notes, ast: Ast::default(), trouble: Some(Trouble::Unread(TOO_SLOW.into())) },
        Err(ParseError::NoTree) => {
            FileFacts { lines, notes, ast: Ast::default(), trouble: Some(Trouble::Unread("the parser gave no tree".into())) }
        }
    }
}
