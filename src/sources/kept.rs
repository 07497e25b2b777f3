//! What an earlier run understood of files that still have the same content: their facts, under path and hash, in one pack for a tree. A file
//! whose facts are in the pack is not parsed; where whoever keeps the pack knows its content, it is not even read.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;

/// What a file was taken for: test code may be counted or parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Form {
    Python,
    Test,
    Template,
}

/// The table of a pack: where the facts of each file lie, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    path: String,
    form: Form,
    content: Digest,
    length: u32,
}

/// Facts of one file, to go into the next pack.
#[derive(Debug)]
struct Piece {
    place: Place,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// As it lies in the pack.
    Old(Range<usize>),
    New(Vec<u8>),
}

/// Where the facts of each file lie in a pack, and of which content.
type Places = FxHashMap<(String, Form), (Digest, Range<usize>)>;

/// Facts from run to run.
#[derive(Debug, Default)]
pub struct Kept {
    /// The content of each path, as far as it is known without reading the file.
    contents: FxHashMap<String, Digest>,
    pack: Vec<u8>,
    places: Places,
    /// Of this run.
    pieces: Mutex<Vec<Piece>>,
}

/// Facts in the pack that nobody has unpacked yet.
#[derive(Debug)]
pub struct Packed {
    kept: Arc<Kept>,
    range: Range<usize>,
}

impl Packed {
    /// None only if the pack was made by another program.
    pub fn unpack<T: DeserializeOwned>(&self) -> Option<T> {
        postcard::from_bytes(self.kept.pack.get(self.range.clone())?).ok()
    }
}

impl Kept {
    /// A pack that makes no sense is an empty one.
    pub fn new(contents: impl IntoIterator<Item = (String, Digest)>, pack: Vec<u8>) -> Kept {
        let places = places(&pack).unwrap_or_default();
        Kept { contents: contents.into_iter().collect(), pack, places, pieces: Mutex::default() }
    }

    /// The content of a file, if it is known without reading it.
    pub fn content(&self, path: &str) -> Option<Digest> {
        self.contents.get(path).copied()
    }

    /// What is known of a file with this content. It stays in the pack.
    pub fn known(self: &Arc<Self>, path: &str, form: Form, content: Digest) -> Option<Packed> {
        let (_, range) = self.places.get(&(path.to_owned(), form)).filter(|(known, _)| *known == content)?.clone();
        let place = Place { path: path.to_owned(), form, content, length: u32::try_from(range.len()).ok()? };
        self.add(Piece { place, body: Body::Old(range.clone()) });
        Some(Packed { kept: self.clone(), range })
    }

    /// For the next run.
    pub fn keep(&self, path: &str, form: Form, content: Digest, facts: &impl Serialize) {
        let Ok(bytes) = postcard::to_stdvec(facts) else { return };
        let Ok(length) = u32::try_from(bytes.len()) else { return };
        self.add(Piece { place: Place { path: path.to_owned(), form, content, length }, body: Body::New(bytes) });
    }

    fn add(&self, piece: Piece) {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
    }

    /// The pack for the next run; none where it would say what this one says.
    pub fn packed(&self) -> Option<Vec<u8>> {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        if pieces.len() == self.places.len() && pieces.iter().all(|piece| matches!(piece.body, Body::Old(_))) {
            return None;
        }
        pieces.sort_by(|a, b| (&a.place.path, a.place.form).cmp(&(&b.place.path, b.place.form)));
        let table: Vec<&Place> = pieces.iter().map(|piece| &piece.place).collect();
        let mut out = postcard::to_stdvec(&table).ok()?;
        for piece in pieces.iter() {
            out.extend_from_slice(match &piece.body {
                Body::Old(range) => self.pack.get(range.clone())?,
                Body::New(bytes) => bytes,
            });
        }
        Some(out)
    }
}

fn places(pack: &[u8]) -> Option<Places> {
    let (table, rest): (Vec<Place>, &[u8]) = postcard::take_from_bytes(pack).ok()?;
    let mut at = pack.len() - rest.len();
    let mut out = Places::default();
    for place in table {
        let end = at.checked_add(place.length as usize)?;
        out.insert((place.path, place.form), (place.content, at..end));
        at = end;
    }
    (at == pack.len()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::digest;

    fn of(path: &str, content: &[u8]) -> (String, Digest) {
        (path.to_owned(), digest(content))
    }

    #[test]
    fn the_same_content_at_the_same_path_is_known() {
        let first = Kept::default();
        first.keep("a.py", Form::Python, digest(b"a"), &1u32);
        first.keep("b.py", Form::Python, digest(b"b"), &2u32);
        first.keep("b.py", Form::Test, digest(b"b"), &3u32);
        let pack = first.packed().unwrap();
        let known = [of("a.py", b"a"), of("b.py", b"b")];
        let again = Arc::new(Kept::new(known.clone(), pack.clone()));
        let unpacked =
            |kept: &Arc<Kept>, path, form, content: &[u8]| kept.known(path, form, digest(content)).and_then(|found| found.unpack::<u32>());
        assert_eq!((again.content("a.py"), again.content("c.py")), (Some(digest(b"a")), None));
        assert_eq!(unpacked(&again, "a.py", Form::Python, b"a"), Some(1));
        assert_eq!(unpacked(&again, "b.py", Form::Test, b"b"), Some(3));
        assert_eq!(unpacked(&again, "b.py", Form::Python, b"b"), Some(2));
        assert_eq!(again.packed(), None, "nothing new");
        // Another content, form or path.
        let other = Arc::new(Kept::new(known.clone(), pack));
        assert_eq!(unpacked(&other, "a.py", Form::Python, b"x"), None);
        assert_eq!(unpacked(&other, "b.py", Form::Template, b"b"), None);
        assert_eq!(unpacked(&other, "c.py", Form::Python, b"a"), None);
        // What was not asked for again is gone.
        assert_eq!(unpacked(&other, "b.py", Form::Test, b"b"), Some(3));
        other.keep("a.py", Form::Python, digest(b"x"), &4u32);
        let next = Arc::new(Kept::new(known, other.packed().unwrap()));
        assert_eq!(unpacked(&next, "a.py", Form::Python, b"x"), Some(4));
        assert_eq!(unpacked(&next, "b.py", Form::Python, b"b"), None);
    }

    #[test]
    fn a_pack_without_sense_is_empty() {
        let kept = Kept::default();
        kept.keep("a.py", Form::Python, digest(b"a"), &"facts");
        let whole = kept.packed().unwrap();
        for cut in 0..whole.len() {
            let kept = Arc::new(Kept::new([], whole[..cut].to_vec()));
            assert!(kept.known("a.py", Form::Python, digest(b"a")).is_none(), "{cut}");
        }
        let longer = Arc::new(Kept::new([], [&whole[..], b"x"].concat()));
        assert!(longer.known("a.py", Form::Python, digest(b"a")).is_none());
    }
}
