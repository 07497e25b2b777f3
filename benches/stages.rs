//! What each stage costs on the largest fixture: `cargo bench --bench stages`. The time of whole runs on real projects is what `ratio.py` measures.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use migscan::effort::{Analysis, Choices, Model};
use migscan::report::json::Report;
use migscan::report::{self, Format};
use migscan::rules::builtin;
use migscan::{ScanOptions, facts, scan_found, syntax, walk};

/// More than any file of it needs.
const BUDGET: Duration = Duration::from_secs(60);

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

fn stages(bench: &mut Criterion) {
    let root = fixture();
    let catalogue = builtin::catalogue().expect("the built-in catalogue");
    let model = Model::builtin().expect("the built-in model");
    let options = ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() };
    let found = walk(&root, &[], None);
    let texts: Vec<Vec<u8>> = found
        .files
        .iter()
        .filter(|file| file.rel.ends_with(".py"))
        .map(|file| std::fs::read(root.join(&file.rel)).expect("a file of the fixture"))
        .collect();
    let inventory = scan_found(&root, &found, &options, &|_| {}).inventory;
    let analysed =
        |inventory| Analysis::of(inventory, catalogue.clone(), model.clone(), Choices::default()).expect("no module of a configuration");
    let analysis = analysed(inventory.clone());
    let document = Report::from(&analysis);

    let mut group = bench.benchmark_group("shop");
    group.sample_size(30);
    group.bench_function("walk", |b| b.iter(|| walk(black_box(&root), &[], None)));
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("parse", |b| {
        b.iter(|| {
            texts
                .iter()
                .filter_map(|text| std::str::from_utf8(text).ok())
                .filter(|text| black_box(syntax::parse(text, BUDGET)).is_ok())
                .count()
        })
    });
    group.bench_function("parse, facts", |b| b.iter(|| texts.iter().map(|text| black_box(facts::python(text)).lines.total).sum::<u32>()));
    group.bench_function("read, parse, evaluate", |b| b.iter(|| scan_found(&root, black_box(&found), &options, &|_| {})));
    group.bench_function("rules, estimate", |b| b.iter(|| analysed(black_box(inventory.clone()))));
    group.bench_function("plan, report", |b| b.iter(|| Report::from(black_box(&analysis))));
    for (name, format) in [("JSON", Format::Json), ("HTML", Format::Html), ("SARIF", Format::Sarif), ("Markdown", Format::Markdown)] {
        group.bench_function(name, |b| b.iter(|| report::write(format, &analysis, black_box(&document))));
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
