//! What the terminal can show, and the one way to speak on stderr.

use std::io::{self, IsTerminal, Write as _};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::args::{Color, Progress};

/// One line, or several, on stderr. A stderr that nobody holds open is no reason to fail.
pub fn say(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = err.write_all(b"\n");
    }
}

/// Colours on stdout.
pub fn color_out(choice: Color) -> bool {
    color(choice, io::stdout().is_terminal())
}

/// Colours on stderr.
pub fn color_err(choice: Color) -> bool {
    color(choice, io::stderr().is_terminal())
}

fn color(choice: Color, is_terminal: bool) -> bool {
    match choice {
        Color::Always => {
            obeys_escapes();
            true
        }
        Color::Never => false,
        Color::Auto => is_terminal && obeys_escapes() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && !is_dumb(),
    }
}

/// Whether escape sequences do what they say; on Windows the console is asked to obey them first.
fn obeys_escapes() -> bool {
    #[cfg(windows)]
    let obeys = anstyle_query::windows::enable_ansi_colors().unwrap_or(false);
    #[cfg(not(windows))]
    let obeys = true;
    obeys
}

/// Whether a bar that redraws itself has someone to look at it.
pub fn shows_progress(choice: Progress) -> bool {
    choice == Progress::Auto && io::stderr().is_terminal() && !is_dumb()
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// A diagnostic with the place it speaks of, for stderr.
pub fn diagnostic(what: &dyn Diagnostic, color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(80).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, what).is_err() {
        return format!("{what}\n");
    }
    text
}
