//! Templates of both engines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::facts::template;

fuzz_target!(|text: &str| {
    for name in ["shop/templates/a.html", "shop/jinja2/a.html"] {
        let facts = template::scan(name, text);
        assert!(facts.includes.len() + facts.extends.len() <= text.len());
    }
});
