//! Why something could not be done with a model pack.
//!
//! Invariant: every sentence says what happened, whether anything was kept or changed, and what to do now; names
//! that come from outside are shown with visible escapes.

use crate::pack::size_text;
use crate::text::visible;

/// A failure on a pack; `Display` is the sentence for the user, [`PackError::code`] the word for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    #[error("There is no pack called \"{}\". Nothing was changed. `shortlist models list` and the Models screen show all.", visible(.0, 80))]
    Unknown(String),
    #[error("\"{}\" cannot be the name of a pack. Nothing was changed. Use lower-case letters, digits, dots and dashes.", visible(.0, 80))]
    BadName(String),
    #[error(
        "This needs a connection to the model Hub, and nobody agreed to it. Nothing was sent and nothing was changed."
    )]
    NotAgreed,
    #[error(
        "Connections are switched off, so the Hub was not asked. Nothing was changed. Install the pack from a folder or a pack file, or switch connections on."
    )]
    Offline,
    #[error(
        "The program was started with --offline, so the setting stays. Nothing was changed. Start it without --offline to allow connections."
    )]
    OfflineFixed,
    #[error("{pack} is installed already. Nothing was changed. Remove it first to install it anew.")]
    AlreadyInstalled { pack: String },
    #[error("{pack} is not installed. Nothing was changed. Install it first.")]
    NotInstalled { pack: String },
    #[error(
        "Something else is being done with {pack} at the moment. Nothing was changed. Wait for it or cancel it."
    )]
    Busy { pack: String },
    #[error("It was cancelled. {}", held_sentence(*.held))]
    Cancelled { held: u64 },
    #[error(
        "The Hub now offers commit {found} ({}), not what was agreed to. Nothing was downloaded. Look it up again.",
        size_text(*.bytes)
    )]
    PlanChanged { found: String, bytes: u64 },

    #[error("No connection to {} ({why}). {} Check the network, or install from a folder or a pack file.", visible(.host, 80), held_sentence(*.held))]
    NoConnection { host: String, why: String, held: u64 },
    #[error("The certificate of {} was not accepted ({why}). Nothing was downloaded. A proxy that opens encrypted traffic has this effect; install from a folder or a pack file then.", visible(.host, 80))]
    Certificate { host: String, why: String },
    #[error("The connection broke at {} of {} in {file}, several times in a row. {} Try again; it goes on from there.", size_text(*.done), size_text(*.total), held_sentence(*.done))]
    Interrupted { file: String, done: u64, total: u64 },
    #[error("{} stopped sending in the middle of {file}. {} Try again; it goes on from there.", visible(.host, 80), held_sentence(*.held))]
    Stalled { host: String, file: String, held: u64 },
    #[error("The Hub does not have {} (answer 404). Nothing was changed. The repository may have been renamed or withdrawn.", visible(.what, 200))]
    NotOnHub { what: String },
    #[error("The Hub does not give {} without an account (answer {status}). Nothing was changed. Get the files another way and install from the folder.", visible(.what, 200))]
    NotAllowed { what: String, status: u16 },
    #[error("The Hub asks for fewer requests (answer 429). {} Try again {}.", held_sentence(*.held), wait_text(*.seconds))]
    TooManyRequests { seconds: Option<u64>, held: u64 },
    #[error("{} answered with an error of its own ({status}). {} Try again later.", visible(.host, 80), held_sentence(*.held))]
    HubFailed { host: String, status: u16, held: u64 },
    #[error("{} sent the request round in circles. Nothing was changed. Try again later.", visible(.host, 80))]
    RedirectLoop { host: String },
    #[error("{} led to an address that is not encrypted. It was not followed and nothing was changed.", visible(.host, 80))]
    UnsafeRedirect { host: String },
    #[error("The answer of {} was not understood ({why}). {} Try again later.", visible(.host, 80), held_sentence(*.held))]
    BadAnswer { host: String, why: String, held: u64 },

    #[error(
        "The Hub states no hash for {file}, so it could not be checked. Nothing was installed. Try again later."
    )]
    NoHash { file: String },
    #[error(
        "{file} has {} where {} were stated. It was not installed, and what had come of it was deleted. Try again.",
        exactly(*.found), exactly(*.expected)
    )]
    WrongLength { file: String, expected: u64, found: u64 },
    #[error(
        "{file} does not have the hash that was stated for it ({} instead of {}). It was not installed, and what had come of it was deleted. Try again; if it happens twice, do not use this source.",
        short(.found), short(.expected)
    )]
    WrongHash { file: String, expected: String, found: String },
    #[error(
        "{what} is not what is recorded for this pack since its first installation ({} instead of {}). Nothing was installed. If the change is expected, forget the record and install again.",
        short(.found), short(.expected)
    )]
    NotAsRecorded { what: String, expected: String, found: String },
    #[error(
        "{what} is not what the pins demand ({} instead of {}). Nothing was installed. Ask whoever keeps the pins.",
        short(.found), short(.expected)
    )]
    NotAsPinned { what: String, expected: String, found: String },
    #[error(
        "The pins allow no other packs than those they name, and {pack} is not among them. Nothing was installed. Ask whoever keeps the pins."
    )]
    NotPinned { pack: String },
    #[error("The pins in {} cannot be used ({why}). Nothing was installed. Correct the file or remove it.", visible(.file, 300))]
    BadPins { file: String, why: String },

    #[error(
        "There is not enough room on the disk{}. {} Free some space and try again.",
        room(*.needed, *.free), held_sentence(*.held)
    )]
    DiskFull { needed: u64, free: Option<u64>, held: u64 },
    #[error("{} could not be written ({why}). Nothing was installed. Check the folder of the packs.", visible(.path, 300))]
    CannotWrite { path: String, why: String },
    #[error("{} could not be read ({why}). Nothing was changed. Check that the disk is connected.", visible(.path, 300))]
    CannotRead { path: String, why: String },

    #[error("{} of this pack cannot be used: {why}. Nothing was installed.", visible(.file, 200))]
    BadLayout { file: String, why: String },
    #[error("This is not a pack file that can be used: {why}. Nothing was installed.")]
    BadPackFile { why: String },
    #[error(
        "{pack} is not whole: {why} Reading goes on with rules only. Verify it, install it again, or choose another."
    )]
    Damaged { pack: String, why: String },
    #[error(
        "{pack} needs about {} of memory and {} is free. Nothing was stopped. Close something, {}or go on with rules only.",
        size_text(*.needed), size_text(*.free),
        .fits.as_ref().map_or_else(String::new, |fits| format!("choose {fits}, "))
    )]
    NotEnoughMemory { pack: String, needed: u64, free: u64, fits: Option<String> },
}

impl PackError {
    /// Stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "not_found",
            Self::BadName(_) => "bad_name",
            Self::NotAgreed => "not_agreed",
            Self::Offline => "offline",
            Self::OfflineFixed => "offline_fixed",
            Self::AlreadyInstalled { .. } => "already_installed",
            Self::NotInstalled { .. } => "not_installed",
            Self::Busy { .. } => "busy",
            Self::Cancelled { .. } => "cancelled",
            Self::PlanChanged { .. } => "plan_changed",
            Self::NoConnection { .. } => "no_connection",
            Self::Certificate { .. } => "certificate",
            Self::Interrupted { .. } => "interrupted",
            Self::Stalled { .. } => "stalled",
            Self::NotOnHub { .. } => "not_on_hub",
            Self::NotAllowed { .. } => "not_allowed",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::HubFailed { .. } => "hub_failed",
            Self::RedirectLoop { .. } => "redirect_loop",
            Self::UnsafeRedirect { .. } => "unsafe_redirect",
            Self::BadAnswer { .. } => "bad_answer",
            Self::NoHash { .. } => "no_hash",
            Self::WrongLength { .. } => "wrong_length",
            Self::WrongHash { .. } => "wrong_hash",
            Self::NotAsRecorded { .. } => "not_as_recorded",
            Self::NotAsPinned { .. } => "not_as_pinned",
            Self::NotPinned { .. } => "not_pinned",
            Self::BadPins { .. } => "bad_pins",
            Self::DiskFull { .. } => "disk_full",
            Self::CannotWrite { .. } => "cannot_write",
            Self::CannotRead { .. } => "cannot_read",
            Self::BadLayout { .. } => "bad_layout",
            Self::BadPackFile { .. } => "bad_pack_file",
            Self::Damaged { .. } => "damaged_pack",
            Self::NotEnoughMemory { .. } => "not_enough_memory",
        }
    }
}

fn held_sentence(held: u64) -> String {
    if held == 0 {
        "Nothing was changed.".to_owned()
    } else {
        format!("The {} that had come are kept.", size_text(held))
    }
}

fn wait_text(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "in a few minutes".to_owned(), |seconds| format!("in {seconds} seconds"))
}

fn exactly(bytes: u64) -> String {
    format!("{bytes} bytes")
}

/// Enough of a hash to compare by eye.
fn short(hash: &str) -> String {
    let shown = visible(hash, 12);
    if shown.is_empty() { "nothing".to_owned() } else { shown }
}

fn room(needed: u64, free: Option<u64>) -> String {
    match free {
        Some(free) => format!(": {} are needed and {} are free", size_text(needed), size_text(free)),
        None if needed > 0 => format!(" for {}", size_text(needed)),
        None => String::new(),
    }
}
