//! What a report is compared with: an earlier report or a baseline file, opened and told apart; and the list of what a review touches.

use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::report::baseline::Baseline;
use crate::report::changes::Earlier;
use crate::report::codeowners::Owners;
use crate::report::escape::escape;
use crate::report::past::{self, Past};
use crate::report::touched::Touched;

/// Bytes of a report, of a baseline file, of a diff: what is longer is not read to its end.
const MOST_REPORT: u64 = 1 << 30;
const MOST_TEXT: u64 = 64 << 20;

/// The reports and texts that the command line names are opened here, and nowhere else.
pub fn open(path: &Path) -> Result<BufReader<std::io::Take<File>>, String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::NotADirectory => "there is no such file: what should be a folder on its way is none".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        _ => error.to_string(),
    })?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err("this is a folder".to_owned());
    }
    Ok(BufReader::with_capacity(1 << 16, file.take(MOST_REPORT)))
}

/// What is wrong with a file, in one sentence that names it.
fn unusable(path: &Path, why: impl std::fmt::Display) -> String {
    format!("cannot use {}: {why}", escape(&path.to_string_lossy()))
}

/// All of it, which has to be text.
fn text(path: &Path, reader: impl std::io::Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    reader.take(MOST_TEXT).read_to_end(&mut bytes).map_err(|error| unusable(path, error))?;
    String::from_utf8(bytes).map_err(|_| unusable(path, "it is not UTF-8 text"))
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
    let text = text(path, reader)?;
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
    if first != Some(b'{') {
        return Err(unusable(path, "it is neither a report, which --json writes, nor a baseline file, which \"baseline write\" does"));
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
    let other = match text.as_slice() {
        bytes if bytes.contains(&0) => Some("a NUL byte stands in it; git's -z is not understood"),
        [b'{', b'"' | b'\n' | b'\r', ..] => Some("this is JSON"),
        _ => None,
    };
    if let Some(why) = other {
        return Err(unusable(path, format_args!("it is neither a diff nor a list of paths, one a line: {why}")));
    }
    Ok(Touched::read(&String::from_utf8_lossy(&text)))
}

/// Whose is what, as CODEOWNERS says; with what to say of lines that say nothing.
pub fn owners(path: &Path) -> Result<(Owners, Option<String>), String> {
    let text = text(path, open(path).map_err(|why| unusable(path, why))?)?;
    let owners = Owners::read(&text);
    if owners.is_empty() {
        return Err(unusable(path, "no line of it is a pattern of CODEOWNERS with an owner, as in \"/orders/ @team\""));
    }
    let file = escape(&path.to_string_lossy()).into_owned();
    let passed_over = owners.refused.first().map(|line| {
        let more = match owners.refused.len() - 1 {
            0 => String::new(),
            1 => "; so is 1 more line".to_owned(),
            more => format!("; so are {more} more lines"),
        };
        format!("{file}:{line}: this is no pattern of CODEOWNERS, and is passed over{more}")
    });
    Ok((owners, passed_over))
}

/// What is read is never written over: a page in the place of a report would be the end of the report.
pub fn spared(inputs: &[PathBuf], outputs: &[Option<&Path>]) -> Result<(), String> {
    let place = |path: &Path| path.canonicalize().ok();
    for output in outputs.iter().flatten().filter(|path| **path != Path::new("-")) {
        let Some(there) = place(output) else { continue };
        if inputs.iter().any(|input| place(input).is_some_and(|input| input == there)) {
            return Err(format!(
                "{} is read here, so it is not written over; give the output another name",
                escape(&output.to_string_lossy())
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn what_is_no_list_of_changes_is_refused() {
        for (text, says) in [(&b"a.py\0b.py\0"[..], "-z"), (b"{\"schema_version\"", "JSON"), (b"{\n  \"a\"", "JSON")] {
            assert!(touched(file(text).path()).unwrap_err().ends_with(says) || touched(file(text).path()).unwrap_err().contains(says));
        }
        assert!(touched(file(b"").path()).is_ok() && touched(file(b"shop/models.py\n").path()).is_ok());
    }

    #[test]
    fn owners_are_whole_or_said_to_be_none() {
        assert!(owners(file(b"").path()).unwrap_err().contains("no line of it is a pattern"));
        assert!(owners(file(b"{\n \"a\": 1,\n}\n").path()).is_err());
        assert!(owners(file(b"\xff\xfe").path()).unwrap_err().ends_with("it is not UTF-8 text"));
        assert!(owners(Path::new("no/such")).unwrap_err().ends_with("there is no such file"));
        let (_, said) = owners(file(b"* @all\n!x @a\n[S] @b\n").path()).unwrap();
        assert!(said.unwrap().ends_with(":2: this is no pattern of CODEOWNERS, and is passed over; so is 1 more line"));
        assert!(owners(file(b"* @all\n").path()).unwrap().1.is_none());
    }

    #[test]
    fn an_input_is_no_output_however_it_is_spelled() {
        let folder = tempfile::tempdir().unwrap();
        let (input, other) = (folder.path().join("a.json"), folder.path().join("b.json"));
        std::fs::write(&input, "").unwrap();
        let around = folder.path().join(".").join("a.json");
        for output in [&input, &around] {
            assert!(spared(std::slice::from_ref(&input), &[None, Some(output)]).is_err());
        }
        assert!(spared(&[input], &[Some(&other), Some(Path::new("-")), None]).is_ok());
    }
}
