//! The shape of words: bullets, capitals, sentence ends, commands, people. No layout.
//!
//! Invariant: pure functions of their text.

use std::sync::LazyLock;

use regex::Regex;

/// "Own your data — Self-host it …": a short title and what it means.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Lu}[\w'’/ -]{2,30}(?:: | [—–-] )\S")
        .expect("the title pattern is a constant that a test compiles")
});

/// A short title, a colon or dash, and what the title is about.
pub(super) fn opens_with_label(text: &str) -> bool {
    LABELLED.is_match(text)
}

/// Marks that open a list item. A hyphen, star or plus counts only when it stands alone.
pub(super) fn is_bullet(mark: char, lone: bool) -> bool {
    matches!(
        mark,
        '•' | '·'
            | '▪'
            | '◦'
            | '○'
            | '●'
            | '■'
            | '□'
            | '▸'
            | '▶'
            | '‣'
            | '✓'
            | '✔'
            | '✅'
            | '☑'
            | '✗'
            | '✕'
            | '➜'
            | '→'
            | '»'
            | '★'
            | '☆'
            | '❯'
            | '›'
            | '⚡'
            | '🚀'
    ) || (lone && matches!(mark, '-' | '*' | '+' | '–' | '>' | 'v' | '√'))
}

/// First letter or digit is upper case or a digit.
pub(super) fn starts_upper(text: &str) -> bool {
    text.chars()
        .find(|character| character.is_alphanumeric())
        .is_some_and(|character| !character.is_lowercase())
}

pub(super) fn starts_lower(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

/// Ends a sentence: a full stop, exclamation or question mark, with closing quotes or brackets behind it.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '*']).ends_with(['.', '!', '?', '…'])
}

/// Cannot be the end of an item: a comma, a dash or a word that wants another behind it.
pub(super) fn hangs(text: &str) -> bool {
    if text.ends_with([',', '—', '–', '-', '/', '&', '(', ';', '+']) {
        return true;
    }
    let last = text.rsplit(' ').next().unwrap_or_default().to_lowercase();
    matches!(
        last.as_str(),
        "a" | "an"
            | "the"
            | "and"
            | "or"
            | "of"
            | "to"
            | "for"
            | "with"
            | "in"
            | "on"
            | "at"
            | "by"
            | "from"
            | "as"
            | "is"
            | "are"
            | "your"
            | "our"
            | "its"
            | "their"
            | "that"
            | "which"
            | "into"
            | "you"
            | "we"
            | "than"
            | "via"
            | "within"
            | "since"
            | "between"
            | "until"
            | "during"
            | "per"
            | "be"
            | "not"
            | "can"
            | "over"
            | "without"
            | "using"
            | "no"
            | "any"
            | "every"
            | "all"
            | "vs"
            | "vs."
    )
}

/// A later line opens like a text of its own: a capital or one of the tool's names (lower case) after a line that neither
/// ended nor asked for more. Two items of a list whose bullets were not read look like that, and so does a sentence with a
/// name at the beginning of a line.
pub(super) fn restarts<'a>(lines: impl IntoIterator<Item = &'a str>, names: &[String]) -> bool {
    let lines: Vec<&str> = lines.into_iter().map(str::trim).collect();
    let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
    let titled = 2 * words.iter().filter(|word| starts_upper(word)).count() > words.len();
    let capital = |line: &str| {
        let mut marks = line.chars();
        marks.next().is_some_and(char::is_uppercase) && marks.next().is_some_and(char::is_lowercase)
    };
    let named = |line: &str| {
        let lower = line.to_lowercase();
        names.iter().any(|name| lower.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' ')))
    };
    !titled
        && lines.windows(2).any(|pair| {
            let ended = ends_sentence(pair[0]) || hangs(pair[0]) || pair[0].ends_with(':');
            !ended
                && (capital(pair[1]) || named(pair[1]))
                && word_count(pair[0]) >= 2
                && word_count(pair[1]) >= 2
        })
}

pub(super) fn opens_quote(text: &str) -> bool {
    text.starts_with(['“', '"', '„', '«', '‟'])
}

/// Position behind the quote mark that closes a text starting with one.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let mut marks = text.char_indices();
    let (_, opening) = marks.next()?;
    let closing: &[char] = match opening {
        '“' | '‟' => &['”', '"'],
        '„' => &['“', '”', '"'],
        '«' => &['»'],
        '"' => &['"', '”'],
        _ => return None,
    };
    text.char_indices()
        .rev()
        .find(|(at, mark)| *at > 0 && closing.contains(mark))
        .map(|(at, mark)| at + mark.len_utf8())
}

pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Reads like words: not the single letters and signs that noise in pictures gives.
pub(super) fn is_wordy(text: &str) -> bool {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let good = tokens
        .iter()
        .filter(|token| {
            let letters = token.chars().filter(|character| character.is_alphanumeric()).count();
            let short =
                matches!(**token, "a" | "A" | "I" | "&" | "—" | "–" | "-" | "+" | "/" | "|" | "·" | "•");
            short
                || letters >= 2 && letters * 2 > token.chars().count()
                || token.chars().all(|character| character.is_ascii_digit())
        })
        .count();
    let longest = tokens
        .iter()
        .map(|token| token.chars().filter(|character| character.is_alphabetic()).count())
        .max()
        .unwrap_or(0);
    good * 10 >= tokens.len() * 7 && longest >= 3
}

/// A value by itself: a share, a count, a price, a dash.
pub(super) fn is_value(text: &str) -> bool {
    let text = text.trim();
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let free = matches!(text.to_lowercase().as_str(), "free" | "paid");
    free || !text.is_empty() && text.chars().count() <= 12 && letters <= 2 && word_count(text) <= 2
}

pub(super) fn is_upper_case(text: &str) -> bool {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    letters >= 3 && !text.chars().any(char::is_lowercase)
}

/// A command, a path, a flag or a line of a program: nothing a person says about a tool.
pub(super) fn is_code(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with("$ ")
        || text.starts_with("# ")
        || text.starts_with("> ")
        || text.starts_with("//")
        || text.starts_with("PS ")
    {
        return true;
    }
    if text.starts_with('$')
        && !text[1..].starts_with(|character: char| character.is_ascii_digit() || character == ' ')
        && !text.contains(". ")
    {
        return true;
    }
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let command = matches!(
        first,
        "npm"
            | "npx"
            | "yarn"
            | "pnpm"
            | "bun"
            | "pip"
            | "pip3"
            | "pipx"
            | "uvx"
            | "brew"
            | "cargo"
            | "apt"
            | "apt-get"
            | "sudo"
            | "curl"
            | "wget"
            | "git"
            | "docker"
            | "kubectl"
            | "helm"
            | "winget"
            | "choco"
            | "scoop"
            | "pacman"
            | "dnf"
            | "yum"
            | "emerge"
            | "nix-env"
            | "nix"
            | "guix"
            | "go"
            | "gem"
            | "python"
            | "python3"
            | "make"
            | "cd"
            | "irm"
            | "iwr"
            | "powershell"
            | "conda"
            | "snap"
            | "flatpak"
            | "zypper"
            | "apk"
            | "import"
            | "from"
            | "const"
            | "let"
            | "export"
            | "echo"
            | "mkdir"
            | "eopkg"
            | "xbps-install"
            | "port"
            | "composer"
            | "dotnet"
            | "deno"
    );
    if command
        && (starts_lower(second) || second.starts_with('-') || second.contains('/'))
        && word_count(text) <= 14
    {
        // Commands that are English words need the rest of the line to look like a command, too.
        let subcommand = matches!(
            second,
            "install"
                | "get"
                | "run"
                | "build"
                | "mod"
                | "test"
                | "init"
                | "clone"
                | "add"
                | "commit"
                | "push"
                | "pull"
                | "checkout"
                | "config"
                | "branch"
        );
        let prose = match first {
            "from" => !text.contains(" import "),
            "let" | "const" | "export" => !text.contains('='),
            "go" | "snap" | "port" | "git" => !subcommand,
            "make" | "import" | "echo" => word_count(text) > 4 || ends_sentence(text),
            _ => word_count(text) > 8 && ends_sentence(text),
        };
        return !prose;
    }
    let symbols = text
        .chars()
        .filter(|mark| {
            matches!(mark, '{' | '}' | '=' | '<' | '>' | ';' | '|' | '\\' | '`' | '$' | '_' | '[' | ']')
        })
        .count();
    let letters = text.chars().filter(|mark| mark.is_alphabetic()).count();
    symbols >= 2 && symbols * 9 >= letters
}

pub(super) fn has_address(text: &str) -> bool {
    let lower = text.to_lowercase();
    let site = |word: &str| {
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
        let host = bare.split('/').next().unwrap_or_default();
        let ending = [".com", ".org", ".io", ".dev", ".sh", ".net", ".app", ".ai"]
            .iter()
            .any(|ending| host.strip_suffix(ending).is_some_and(|name| name.len() > 1));
        ending || host.matches('.').count() >= 2 && bare.contains('/')
    };
    lower.contains("http://")
        || lower.contains("https://")
        || lower.contains("www.")
        || lower.split_whitespace().any(site)
}

/// Whole-word search in folded text; `word` is lower case and may hold blanks.
pub(super) fn contains_word(lower: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let boundary = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
    lower.match_indices(word).any(|(at, found)| {
        boundary(lower[..at].chars().next_back()) && boundary(lower[at + found.len()..].chars().next())
    })
}

/// Distance of two short texts in edits, at most `limit + 1`.
pub(super) fn edits(left: &str, right: &str, limit: usize) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, one) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(one != other);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
