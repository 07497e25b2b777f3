//! Guard, parser and descent, and the comments that speak to us: a file of any bytes gives facts, or the reason why it has none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::facts::{self, Trouble};
use migscan::syntax::guard;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(prepared) = guard::prepare(text)
    {
        assert_eq!((prepared.len(), prepared.lines().count()), (text.len(), text.lines().count()));
    }
    let facts = facts::python(bytes);
    if let Some(Trouble::Partial(lines)) = &facts.trouble {
        assert!(!lines.is_empty());
    }
});
