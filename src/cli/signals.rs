//! Signals while a file is being written: they end the program as always, but not between a temporary file and its name.
//!
//! Outside of [`Writing`] every signal does what it always does. Inside, it is remembered; the writer asks [`Writing::interrupted`] between
//! pieces, takes its temporary file away, and the end of `Writing` lets the signal have its way. No thread and no pipe is needed for that.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::{consts, flag, low_level};

#[cfg(unix)]
const SIGNALS: [i32; 3] = [consts::SIGHUP, consts::SIGINT, consts::SIGTERM];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [consts::SIGINT, consts::SIGTERM];

/// What the handlers share with the writer.
struct Flags {
    /// A signal may end the program at once.
    free: Arc<AtomicBool>,
    /// The signal that came meanwhile.
    came: Arc<AtomicUsize>,
}

/// Set up when the first file is written. Without handlers, where the system refuses them, signals end the program at once.
fn flags() -> &'static Flags {
    static FLAGS: OnceLock<Flags> = OnceLock::new();
    FLAGS.get_or_init(|| {
        let flags = Flags { free: Arc::new(AtomicBool::new(true)), came: Arc::new(AtomicUsize::new(0)) };
        let ignored = ignored();
        for signal in SIGNALS {
            // Who starts a program under nohup wants it to live on.
            if ignored & (1 << (signal - 1)) == 0 {
                let _ = flag::register_conditional_default(signal, Arc::clone(&flags.free));
                let _ = flag::register_usize(signal, Arc::clone(&flags.came), usize::try_from(signal).unwrap_or(0));
            }
        }
        flags
    })
}

/// The signals that whoever started the program told it to ignore, a bit each; none where the system does not say.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// A file is being written for as long as this lives.
pub struct Writing(&'static Flags);

impl Writing {
    pub fn begin() -> Writing {
        let flags = flags();
        flags.free.store(false, Ordering::SeqCst);
        Writing(flags)
    }

    /// Whether a signal waits for the end.
    pub fn interrupted(&self) -> bool {
        self.0.came.load(Ordering::SeqCst) != 0
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.free.store(true, Ordering::SeqCst);
        if let Ok(signal @ 1..) = i32::try_from(self.0.came.load(Ordering::SeqCst)) {
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}
