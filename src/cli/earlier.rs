//! What a report is compared with: an earlier report or a baseline file, opened and told apart; and the list of what a review touches.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::report::baseline::Baseline;
use crate::report::changes::Earlier;
use crate::report::escape::escape;
use crate::report::past::{self, Past};
use crate::report::touched::Touched;

/// Bytes of a report, of a baseline file, of a diff: what is longer is not read to its end.
const MOST_REPORT: u64 = 1 << 30;
const MOST_TEXT: u64 = 64 << 20;

fn open(path: &Path) -> Result<BufReader<std::io::Take<File>>, String> {
    let bad = |why: &str| format!("cannot use {}: {why}", escape(&path.to_string_lossy()));
    let file = File::open(path).map_err(|error| bad(&error.to_string()))?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(bad("this is a folder"));
    }
    Ok(BufReader::with_capacity(1 << 16, file.take(MOST_REPORT)))
}

/// An earlier report; any mistake in one sentence that names the file.
pub fn report(path: &Path) -> Result<Past, String> {
    past::read(open(path)?).map_err(|why| format!("cannot use {}: {why}", escape(&path.to_string_lossy())))
}

/// A baseline file, with the line of a mistake.
pub fn baseline(path: &Path) -> Result<Baseline, String> {
    let name = escape(&path.to_string_lossy()).into_owned();
    let mut text = Vec::new();
    open(path)?.take(MOST_TEXT).read_to_end(&mut text).map_err(|error| format!("cannot use {name}: {error}"))?;
    let text = String::from_utf8(text).map_err(|_| format!("cannot use {name}: it is not UTF-8 text"))?;
    Baseline::read(&text).map_err(|wrong| format!("cannot use {name}, line {}: {}", wrong.line, wrong.why))
}

/// Either, told apart by how it begins.
pub fn earlier(path: &Path) -> Result<Earlier, String> {
    let name = || escape(&path.to_string_lossy()).into_owned();
    let mut reader = open(path)?;
    let start = reader.fill_buf().map_err(|error| format!("cannot use {}: {error}", name()))?;
    if start.is_empty() {
        return Err(format!("cannot use {}: it is empty", name()));
    }
    let first = start.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'#')) || start.starts_with("\u{feff}#".as_bytes()) {
        let mut text = String::new();
        reader.take(MOST_TEXT).read_to_string(&mut text).map_err(|error| format!("cannot use {}: {error}", name()))?;
        return Baseline::read(&text)
            .map(Earlier::Baseline)
            .map_err(|wrong| format!("cannot use {}, line {}: {}", name(), wrong.line, wrong.why));
    }
    past::read(reader).map(|past| Earlier::Report(Box::new(past))).map_err(|why| format!("cannot use {}: {why}", name()))
}

/// Paths or a diff; "-" is stdin.
pub fn touched(path: &Path) -> Result<Touched, String> {
    let name = escape(&path.to_string_lossy()).into_owned();
    let bad = |error: std::io::Error| format!("cannot use {name}: {error}");
    let mut text = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MOST_TEXT).read_to_end(&mut text).map_err(bad)?;
    } else {
        open(path)?.take(MOST_TEXT).read_to_end(&mut text).map_err(bad)?;
    }
    Ok(Touched::read(&String::from_utf8_lossy(&text)))
}
