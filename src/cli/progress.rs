//! The progress bar: on stderr, on a terminal only, and only for what takes longer than half a second.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Progress;

/// What is over sooner is not worth a flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar that appears when the work drags on, and is gone when it is dropped.
pub struct Bar {
    bar: ProgressBar,
    /// Closing it ends the wait for the bar to appear.
    wait: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    /// `visible` says whether there is someone to look at it.
    pub fn new(visible: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let wait = if visible { Self::appear(bar.clone()) } else { None };
        Bar { bar, wait }
    }

    fn appear(bar: ProgressBar) -> Option<(Sender<()>, JoinHandle<()>)> {
        let (stop, stopped) = channel::<()>();
        let wait = move || {
            if stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
                // The bar is drawn by others from now on; it ends with them.
                let _ = stopped.recv();
            }
        };
        // Without a thread to spare there is no bar, and no harm.
        std::thread::Builder::new().spawn(wait).ok().map(|handle| (stop, handle))
    }

    /// How far the scan is.
    pub fn update(&self, progress: Progress) {
        match progress {
            Progress::Walked { files } => {
                self.bar.set_style(style("{spinner} reading {pos} of {len} files {wide_bar} {elapsed}"));
                self.bar.set_length(files);
            }
            Progress::Read { done } => self.bar.set_position(done),
            Progress::Evaluating => self.bar.set_style(style("{spinner} putting it together {elapsed}")),
            Progress::Done => self.bar.finish_and_clear(),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((stop, handle)) = self.wait.take() {
            drop(stop);
            let _ = handle.join();
        }
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_never_waits() {
        let start = std::time::Instant::now();
        let bar = Bar::new(true);
        bar.update(Progress::Walked { files: 3 });
        bar.update(Progress::Read { done: 3 });
        bar.update(Progress::Evaluating);
        bar.update(Progress::Done);
        drop(bar);
        assert!(start.elapsed() < PATIENCE);
    }

    #[test]
    fn the_templates_are_sound() {
        for template in ["{spinner} reading {pos} of {len} files {wide_bar} {elapsed}", "{spinner} putting it together {elapsed}"] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }
}
