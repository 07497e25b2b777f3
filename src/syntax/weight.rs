//! What a text costs the parser: its tokens, roughly and quickly.
//!
//! The tree takes up to four hundred bytes for each token and next to nothing for the letters of it, so memory follows tokens: half a megabyte
//! of `x` on lines of their own takes as much as fifty megabytes of honest code. Words in strings count as well, which no honest file suffers
//! from: generated code of the largest size that is read has four hundred thousand.

/// Tokens of one file. Two bytes a token are enough to reach it with a file of ordinary size; such a file is a table of data.
pub const MAX_TOKENS: usize = 600_000;

const BLANK: u8 = 0;
const WORD: u8 = 1;
const SIGN: u8 = 2;
const END: u8 = 3;

/// Of each byte.
const fn class(byte: u8) -> u8 {
    match byte {
        b'\n' => END,
        b' ' | b'\t' | b'\r' | 0x0c => BLANK,
        b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80..=0xff => WORD,
        _ => SIGN,
    }
}

/// No fewer than the tokens of a text. Where each of so many threads may have as many tokens as it has bytes, nobody needs to count.
pub fn bound(text: &[u8], threads: usize) -> usize {
    if text.len() <= MAX_TOKENS / threads.max(1) { text.len() } else { tokens(text) }
}

/// Tokens of a text, in strings or not: words, signs, ends of lines that hold something. Lines that hold only a comment count as one, but for
/// what could be code in a formatted string.
pub fn tokens(text: &[u8]) -> usize {
    let (mut count, mut before, mut holds, mut comment) = (0, BLANK, false, false);
    for byte in text {
        let class = class(*byte);
        if class == END {
            count += usize::from(holds);
            (holds, comment) = (false, false);
        } else if class != BLANK {
            comment |= !holds && *byte == b'#';
            // An opening brace ends the quiet: from there on it may be a formatted string.
            comment &= *byte != b'{';
            count += usize::from(!comment && (class == SIGN || before != WORD));
            holds = true;
        }
        before = class;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_signs_and_lines_count() {
        for (text, wanted) in [
            ("", 0),
            ("\n\n \n", 0),
            ("x = 1\n", 4),
            ("total+=f(a, b)\n", 10),
            ("x\n\n\nx\n", 4),
            ("x \n", 2),
            ("# a comment, (of) many words\n", 1),
            ("x # a word\n", 5),
            ("# {a}{b}\n", 7),
            ("größe\r\n", 2),
        ] {
            assert_eq!(tokens(text.as_bytes()), wanted, "{text:?}");
        }
    }

    #[test]
    fn at_most_one_for_each_byte() {
        for text in ["x\n".repeat(500), ";".repeat(1000), "0,".repeat(500), "\n".repeat(1000), "#\n".repeat(500)] {
            assert!(tokens(text.as_bytes()) <= text.len());
        }
        assert_eq!(tokens("x\n".repeat(500).as_bytes()), 1000);
    }
}
