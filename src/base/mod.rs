//! Words that every layer shares: interned names and places in the source.
//!
//! Separate so that the layers above agree on them without knowing each other; this layer knows nothing of Python or Django.

pub mod clock;
pub mod digest;
pub mod gate;
pub mod md5;
pub mod nearest;
pub mod text;

use std::cell::{Cell, RefCell};
use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

/// An interned string: eight bytes, compared by pointer, readable without a lock.
pub type Sym = ustr::Ustr;

/// How many names a thread keeps at hand.
const AT_HAND: usize = 1 << 11;

thread_local! {
    /// By the address of the text that was asked for: words of the program, and names that are interned already, are asked for again and again.
    static AT_HAND_OF: [Cell<Option<Sym>>; AT_HAND] = const { [const { Cell::new(None) }; AT_HAND] };
    /// By a hash of the text: names of a file come again and again too, each time elsewhere.
    static OF_FILES: [Cell<Option<Sym>>; AT_HAND] = const { [const { Cell::new(None) }; AT_HAND] };
    static JOINED: RefCell<FxHashMap<(Sym, Sym), Sym>> = RefCell::default();
}

/// Intern `text`.
pub fn sym(text: &str) -> Sym {
    let address = text.as_ptr().addr();
    AT_HAND_OF.with(|names| looked_up(names, address ^ (address >> 11) ^ text.len(), text))
}

/// The same for text at an address that says nothing of it, as it is read from a file.
pub fn new_sym(text: &str) -> Sym {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    OF_FILES.with(|names| looked_up(names, hasher.finish() as usize, text))
}

/// `place` only says where to look: another text may stand there by now.
fn looked_up(names: &[Cell<Option<Sym>>; AT_HAND], place: usize, text: &str) -> Sym {
    let Some(slot) = names.get(place % AT_HAND) else { return ustr::ustr(text) };
    match slot.get() {
        Some(known) if known.as_str() == text => known,
        _ => {
            let found = ustr::ustr(text);
            slot.set(Some(found));
            found
        }
    }
}

/// `head.name`: the parts of dotted names are joined again and again.
pub fn joined(head: Sym, name: Sym) -> Sym {
    JOINED.with(|known| {
        *known.borrow_mut().entry((head, name)).or_insert_with(|| {
            let mut text = String::with_capacity(head.len() + 1 + name.len());
            text.push_str(&head);
            text.push('.');
            text.push_str(&name);
            ustr::ustr(&text)
        })
    })
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
