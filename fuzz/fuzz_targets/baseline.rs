//! Files that a team keeps beside its reports: the baseline, CODEOWNERS, the diff of a review. What is read is written and read again the same.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use migscan::report::baseline::Baseline;
use migscan::report::changes::{self, Earlier};
use migscan::report::codeowners::Owners;
use migscan::report::past::Past;
use migscan::report::touched::Touched;
use migscan_fuzz::speaks;

static NOW: LazyLock<Past> = LazyLock::new(|| Past::of(&migscan_fuzz::report()));

fuzz_target!(|text: &str| {
    match Baseline::read(text) {
        Ok(baseline) => {
            assert_eq!(Baseline::read(&baseline.text()).as_ref(), Ok(&baseline));
            let now = Baseline::of(&NOW);
            let checked = baseline.check(&now, |_| false);
            assert_eq!(checked.known + checked.stale.len(), baseline.entries.len());
            assert!(baseline.without(&checked.stale).check(&now, |_| false).stale.is_empty());
            let changes = changes::since(&Earlier::Baseline(baseline), &NOW);
            assert!(!speaks(&changes::text::full("shop", &changes)));
            assert!(!speaks(&changes::markdown::section(&changes)));
        }
        Err(wrong) => assert!(wrong.line >= 1 && wrong.line <= text.lines().count().max(1)),
    }
    let owners = Owners::read(text);
    for path in ["shop/models.py", "a b/é.py", ""] {
        let _ = owners.of(path);
    }
    let touched = Touched::read(text);
    let _ = (touched.files(|_| true), touched.near("shop/models.py", u32::MAX));
});
