//! A mistake of ours: it costs one output or ends the run, and one sentence says in which step and where it happened. Nothing else is known of
//! it, as what a panic says may hold scanned text.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where the last panic happened, and in which step the run is.
static PLACE: Mutex<Option<String>> = Mutex::new(None);
static STEP: Mutex<&str> = Mutex::new("it started");

/// The last step of all.
pub const WRITING: &str = "writing";

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on a panic says nothing by itself; one that a caller catches is told in the report.
pub fn watch() {
    std::panic::set_hook(Box::new(|panic| {
        *locked(&PLACE) = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
    }));
}

/// The run goes on with this, in words that follow "while".
pub fn step(words: &'static str) {
    *locked(&STEP) = words;
    asked_for(words);
}

/// What ended the run, and what that means for the outputs.
pub fn sentence() -> String {
    let step = *locked(&STEP);
    let files = if step == WRITING { "what was written before it is whole" } else { "nothing written" };
    format!("{} — {files}", told(step))
}

fn told(step: &str) -> String {
    let place = locked(&PLACE).clone().unwrap_or_else(|| "an unknown place".to_owned());
    format!("an error in migscan itself while {step}, at {place}; please report it")
}

/// Work that nothing else needs, or the sentence about it.
pub fn caught<T>(words: &'static str, work: impl FnOnce() -> T) -> Result<T, String> {
    let work = || {
        asked_for(words);
        work()
    };
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| told(words))
}

/// For the tests of all this; the program that ships knows nothing of it.
#[cfg(debug_assertions)]
fn asked_for(words: &str) {
    assert!(std::env::var_os("MIGSCAN_TEST_FAULT").is_none_or(|wanted| wanted != words), "asked for");
}

#[cfg(not(debug_assertions))]
fn asked_for(_: &str) {}
