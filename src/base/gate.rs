//! A gate that lets so much work through at a time: memory must follow the size of what is worked on, not the number of threads.
//!
//! A syntax tree takes a hundred bytes and more for each byte of dense source. With a thread for each of 64 processors, 64 files of the largest
//! size would take twelve gigabytes at once; most files are small and never wait here. What is counted is the caller's choice.

use std::sync::{Condvar, Mutex, PoisonError};

/// Hands out a fixed number of pieces.
pub struct Gate {
    all: usize,
    taken: Mutex<usize>,
    freed: Condvar,
}

/// Room for so many of them, given back when it is dropped.
pub struct Pass<'a> {
    gate: &'a Gate,
    count: usize,
}

impl Gate {
    pub const fn new(all: usize) -> Gate {
        Gate { all, taken: Mutex::new(0), freed: Condvar::new() }
    }

    /// Wait until there is room. What is larger than everything gets everything.
    pub fn enter(&self, count: usize) -> Pass<'_> {
        let count = count.min(self.all);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.saturating_add(count) > self.all {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += count;
        Pass { gate: self, count }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut taken = self.gate.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(self.count);
        drop(taken);
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_than_the_gate_lets_through() {
        let (gate, inside, most) = (Gate::new(10), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for size in [1, 4, 10, 99, 3, 7, 2, 10, 5, 1] {
                let (gate, inside, most) = (&gate, &inside, &most);
                scope.spawn(move || {
                    let pass = gate.enter(size);
                    let now = inside.fetch_add(size.min(10), Ordering::SeqCst) + size.min(10);
                    most.fetch_max(now, Ordering::SeqCst);
                    std::thread::yield_now();
                    inside.fetch_sub(size.min(10), Ordering::SeqCst);
                    drop(pass);
                });
            }
        });
        assert_eq!(inside.load(Ordering::SeqCst), 0);
        assert!((1..=10).contains(&most.load(Ordering::SeqCst)));
        drop(gate.enter(10));
    }

    #[test]
    fn a_panic_inside_gives_the_room_back() {
        let gate = Gate::new(5);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _pass = gate.enter(5);
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(panicked.is_err());
        drop(gate.enter(5));
    }
}
