//! Paths as other programs name them: relative to the root of a repository, "/" between the parts, and as URIs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a path of a URI as it is (RFC 3986, unreserved, and the separator).
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A relative path as a relative URI: no scheme, no host, no query can come of it.
pub fn uri(path: &str) -> String {
    // Only a file whose name begins with "/" would make it an address; no relative path does.
    utf8_percent_encode(path.trim_start_matches('/'), &KEPT).to_string()
}

/// What stands before every path: empty, or a relative folder with "/" at its end. `None` where it leads elsewhere.
pub fn prefix(folder: &str) -> Option<String> {
    let folder = folder.replace('\\', "/");
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if folder.starts_with('/') || parts.iter().any(|part| *part == ".." || part.ends_with(':')) {
        return None;
    }
    Some(parts.iter().map(|part| format!("{part}/")).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prefixes_are_folders_of_the_repository() {
        for (given, want) in [("", ""), (".", ""), ("./", ""), ("backend", "backend/"), ("./a//b/", "a/b/"), ("a\\b", "a/b/")] {
            assert_eq!(prefix(given).as_deref(), Some(want), "{given}");
        }
        for bad in ["/etc", "../x", "a/../../b", "C:\\x", "C:/x"] {
            assert_eq!(prefix(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_uri_is_ascii_has_no_scheme_and_reads_back(path in "[^/\\x00][^\\x00]{0,40}") {
            let uri = uri(&path);
            prop_assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{}", uri);
            prop_assert_eq!(percent_encoding::percent_decode_str(&uri).decode_utf8().unwrap(), path);
        }
    }
}
