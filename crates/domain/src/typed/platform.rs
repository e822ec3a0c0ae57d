//! Platforms that a text names.
//!
//! Invariant: whole words only, each platform once, in the order of the text.

use super::{TypedValue, words};

const PLATFORMS: &[(&str, &str)] = &[
    ("windows", "Windows"),
    ("macos", "macOS"),
    ("linux", "Linux"),
    ("ios", "iOS"),
    ("ipados", "iPadOS"),
    ("android", "Android"),
    ("freebsd", "FreeBSD"),
    ("kubernetes", "Kubernetes"),
    ("docker", "Docker"),
    ("chrome", "Chrome"),
    ("firefox", "Firefox"),
    ("safari", "Safari"),
    ("webassembly", "WebAssembly"),
    ("wsl", "WSL"),
    ("debian", "Debian"),
    ("ubuntu", "Ubuntu"),
    ("fedora", "Fedora"),
];

pub(super) fn find(text: &str) -> Vec<TypedValue> {
    let mut found: Vec<TypedValue> = Vec::new();
    for word in words(text).iter().flat_map(|word| word.text.split('/')) {
        let lower = word.to_lowercase();
        let known = PLATFORMS.iter().find(|(written, _)| *written == lower);
        // "windows" in lower case are panes, "safari" a journey: platforms are written with a capital or an inner one.
        let Some((_, name)) = known.filter(|_| word.chars().any(char::is_uppercase)) else { continue };
        let repeated = found
            .iter()
            .any(|value| matches!(value, TypedValue::Platform { name: other, .. } if other == name));
        if !repeated {
            found.push(TypedValue::Platform { text: word.to_owned(), name: (*name).to_owned() });
        }
    }
    found
}
