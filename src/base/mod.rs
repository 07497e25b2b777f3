//! Words that every layer shares: interned names and places in the source.
//!
//! Separate so that the layers above agree on them without knowing each other; this layer knows nothing of Python or Django.

pub mod gate;
pub mod md5;
pub mod nearest;
pub mod text;

/// An interned string: eight bytes, compared by pointer, readable without a lock.
pub type Sym = ustr::Ustr;

/// Intern `text`.
pub fn sym(text: &str) -> Sym {
    ustr::ustr(text)
}

/// A place in a file of the project: index of the file, 1-based line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Loc {
    pub file: u32,
    pub line: u32,
}

/// The part of a dotted name after its last dot.
pub fn last_part(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or(dotted, |(_, name)| name)
}

/// The part of a dotted name before its last dot, or "".
pub fn parent_part(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or("", |(head, _)| head)
}
