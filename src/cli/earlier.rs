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

/// The reports and texts that the command line names are opened here, and nowhere else.
pub fn open(path: &Path) -> Result<BufReader<std::io::Take<File>>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err("this is a folder".to_owned());
    }
    Ok(BufReader::with_capacity(1 << 16, file.take(MOST_REPORT)))
}

/// What is wrong with a file, in one sentence that names it.
fn unusable(path: &Path, why: impl std::fmt::Display) -> String {
    format!("cannot use {}: {why}", escape(&path.to_string_lossy()))
}

/// An earlier report.
pub fn report(path: &Path) -> Result<Past, String> {
    let reader = open(path).map_err(|why| unusable(path, why))?;
    past::read(reader).map_err(|why| unusable(path, escape(&why.to_string())))
}

/// A baseline file, with the line of a mistake.
pub fn baseline(path: &Path) -> Result<Baseline, String> {
    known(path, open(path).map_err(|why| unusable(path, why))?)
}

fn known(path: &Path, reader: impl std::io::Read) -> Result<Baseline, String> {
    let mut text = Vec::new();
    reader.take(MOST_TEXT).read_to_end(&mut text).map_err(|error| unusable(path, error))?;
    let text = String::from_utf8(text).map_err(|_| unusable(path, "it is not UTF-8 text"))?;
    Baseline::read(&text).map_err(|wrong| format!("cannot use {}, line {}: {}", escape(&path.to_string_lossy()), wrong.line, wrong.why))
}

/// Either, told apart by how it begins.
pub fn earlier(path: &Path) -> Result<Earlier, String> {
    let mut reader = open(path).map_err(|why| unusable(path, why))?;
    let start = reader.fill_buf().map_err(|error| unusable(path, error))?;
    if start.is_empty() {
        return Err(unusable(path, "it is empty"));
    }
    let first = start.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'#')) || start.starts_with("\u{feff}#".as_bytes()) {
        return known(path, reader).map(Earlier::Baseline);
    }
    past::read(reader).map(|past| Earlier::Report(Box::new(past))).map_err(|why| unusable(path, escape(&why.to_string())))
}

/// Paths or a diff; "-" is stdin.
pub fn touched(path: &Path) -> Result<Touched, String> {
    let mut text = Vec::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().lock().take(MOST_TEXT).read_to_end(&mut text),
        false => open(path).map_err(|why| unusable(path, why))?.take(MOST_TEXT).read_to_end(&mut text),
    };
    read.map_err(|error| unusable(path, error))?;
    Ok(Touched::read(&String::from_utf8_lossy(&text)))
}
