//! A project of any bytes to its end: estimate, plan, every report, the kit. None of them holds what a terminal or a reader would obey.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::plan::proxy::{Options, Proxy};
use migscan::plan::{Plan, kit};
use migscan::report::json::Report;
use migscan::report::{self, Format};
use migscan_fuzz::speaks;

const FORMATS: [Format; 7] = [
    Format::Json,
    Format::Html,
    Format::Markdown,
    Format::Sarif,
    Format::Gitlab,
    Format::Junit,
    Format::Terminal { color: false, full: true },
];

fuzz_target!(|bytes: &[u8]| {
    let settings = b"INSTALLED_APPS = ['shop', 'django.contrib.admin']\nROOT_URLCONF = 'config.urls'\n";
    let found = migscan_fuzz::inventory(settings, bytes, bytes);
    migscan_fuzz::deep(|| {
        let analysis = migscan_fuzz::analysis(found);
        let report = Report::from(&analysis);
        for format in FORMATS {
            let text = String::from_utf8(report::write(format, &analysis, &report)).expect("UTF-8");
            assert!(!speaks(&text), "{format:?}");
        }
        let _ = (report::csv::write(&report), report::anonymize::anonymized(&report, &analysis));
        let plan = Plan::of(&analysis);
        if let Ok(files) = kit::files(&analysis, &plan, &Proxy::ALL, &Options::default()) {
            for file in files {
                assert!(kit::is_kit_path(&file.path), "{}", file.path);
                assert!(!speaks(&file.text), "{}", file.path);
            }
        }
    });
});
