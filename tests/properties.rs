//! Properties that hold for every tree of files, whatever is in it; on the fixtures and on trees that proptest makes.
//!
//! The cases are the same in each run. `PROPTEST_RNG_SEED=7` takes others, `PROPTEST_CASES=1000` takes more.

#[path = "properties/bounds.rs"]
mod bounds;
#[path = "properties/broken.rs"]
mod broken;
#[path = "properties/facts.rs"]
mod facts;
#[path = "properties/generated.rs"]
mod generated;
#[path = "properties/knots.rs"]
mod knots;
#[path = "properties/mutated.rs"]
mod mutated;
#[path = "properties/parts.rs"]
mod parts;
#[path = "properties/prints.rs"]
mod prints;
#[path = "properties/tree.rs"]
mod tree;
#[path = "properties/unrelated.rs"]
mod unrelated;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Run a test that panics where a property does not hold.
#[track_caller]
fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value)) {
    let given = Config::default();
    let rng_seed = if given.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { given.rng_seed };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { cases };
    let config = Config { cases, rng_seed, failure_persistence: None, max_shrink_time: 20_000, ..given };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&strategy, |value| {
        test(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
