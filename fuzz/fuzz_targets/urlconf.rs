//! The evaluator and the resolver's list on a URL module of any bytes, which also is the app's models.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let settings = b"INSTALLED_APPS = ['shop', 'django.contrib.admin']\nROOT_URLCONF = 'config.urls'\n";
    let found = migscan_fuzz::inventory(settings, bytes, bytes);
    for route in &found.routes {
        assert!(route.path.starts_with('/'), "{}", route.path);
    }
    assert!(found.coverage.percent() <= 100.0);
});
