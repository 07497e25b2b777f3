//! Bytes → text as Python reads them: the result is text of at most three times the length, with as many lines as the source.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::base::text;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = text::decode(bytes) {
        assert!(decoded.text.len() <= 3 * bytes.len().max(1));
        let lines = text::count_lines(&decoded.text);
        assert!(lines.blank + lines.comment <= lines.total);
    }
});
