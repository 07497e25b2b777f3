//! The evaluator on a settings module of any bytes: an inventory comes out, and no value outside the list of names.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut settings = bytes.to_vec();
    settings.extend_from_slice(b"\nSECRET_KEY = 'no-report-may-' + 'show'\n");
    let found = migscan_fuzz::inventory(&settings, b"urlpatterns = []\n", b"");
    assert!(found.coverage.percent() <= 100.0);
    assert!(!format!("{:?}", found.settings).contains("no-report-may-show"));
});
