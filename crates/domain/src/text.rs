//! Folding and cleaning of page text. Page text is data: nothing here interprets it.
//!
//! Invariant: digits, letters and currency signs are never changed; only case, quotes, dashes, width and blanks are.

use unicode_normalization::UnicodeNormalization;

/// Case, quotes, dashes, width and blanks folded: the form in which two texts are compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut blank = false;
    for character in text.nfkc().flat_map(char::to_lowercase) {
        let character = match character {
            '‘' | '’' | '‚' | '‛' | '`' => '\'',
            '“' | '”' | '„' | '‟' | '«' | '»' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            '\u{ad}' => continue,
            other => other,
        };
        if character.is_whitespace() {
            blank = !folded.is_empty();
        } else {
            if blank {
                folded.push(' ');
                blank = false;
            }
            folded.push(character);
        }
    }
    folded
}

/// A name reduced to its letters and digits, for exact comparison of names.
pub fn name_key(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|character| character.is_alphanumeric()).collect()
}

/// Runs of blanks become one blank; control, bidirectional and zero-width characters become visible escapes.
///
/// The result is safe to print on a terminal and to show as text; it is at most `limit` characters long.
pub fn visible(text: &str, limit: usize) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut count = 0;
    let mut blank = false;
    for character in text.chars() {
        if count >= limit {
            shown.push('…');
            break;
        }
        if character.is_whitespace() {
            blank = !shown.is_empty();
            continue;
        }
        if blank {
            shown.push(' ');
            count += 1;
            blank = false;
        }
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
        count += 1;
    }
    shown
}

const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
