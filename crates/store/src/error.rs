//! What can go wrong with a library: a code for programs and a sentence for people.
//!
//! Invariant: every message says what happened, whether anything was changed or lost, and what to do now.

use std::path::PathBuf;

/// Why a request to the library was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("There is no library in {}. Nothing was created. Add a screenshot first, or name another folder.", .0.display())]
    NoLibrary(PathBuf),
    #[error("{} is not a library of this app. It was not opened and not changed. Choose another folder.", .0.display())]
    NotALibrary(PathBuf),
    #[error(
        "This library is open in another window or command ({holder}). It was not opened here. Close the other one, or look at it without changing it."
    )]
    LibraryInUse { holder: String, pid: Option<u32> },
    #[error(
        "This library was written by a newer version (schema {found}; this version knows {known}). It was not opened, to protect it. Update the app."
    )]
    NewerLibrary { found: u32, known: u32 },
    #[error(
        "The linked SQLite is {found}, which can damage a library; 3.51.3 or newer is needed. Nothing was opened."
    )]
    SqliteTooOld { found: String },
    #[error(
        "The library is open for reading only. Nothing was changed. Close the other window and try again."
    )]
    ReadOnly,
    #[error("The library is damaged: {detail}. Nothing was changed. Run a check, or restore a backup.")]
    Damaged { detail: String },
    #[error(
        "The disk reported an error while storing. It is not certain that the last change was kept. Open the library again: it is checked against the journal."
    )]
    ReopenNeeded,
    #[error(
        "{} cannot be written to (read-only, or not allowed for this account). Nothing was changed. Open the library for reading, or choose another folder.", .0.display()
    )]
    NotWritable(PathBuf),
    #[error("The disk is full. Nothing was changed and nothing is lost. Free some space and try again.")]
    DiskFull,

    #[error(
        "{name} is empty (0 bytes). Nothing was added. If it is still being downloaded, add it again later."
    )]
    Empty { name: String },
    #[error(
        "{name} is not a picture that can be read: {why}. Nothing was added. Convert it to PNG or JPEG and add it again."
    )]
    NotAnImage { name: String, why: String },
    #[error(
        "{name} is larger than {limit_megabytes} MB. Nothing was added. Save it in a smaller size and add it again."
    )]
    TooLarge { name: String, limit_megabytes: u64 },
    #[error("{name} is {what}. Nothing was added. Add the picture file itself.")]
    NotAFile { name: String, what: &'static str },
    #[error("{name} could not be read: {why}. Nothing was added.")]
    CannotRead { name: String, why: String },

    #[error("The library holds no {what} with the id {id}. Nothing was changed.")]
    Unknown { what: &'static str, id: String },
    #[error("\"{0}\" is not the SHA-256 of a capture. Nothing was opened.")]
    NotAHash(String),
    #[error(
        "The picture file of this capture is missing from the library folder ({0}). Add the picture again to restore it."
    )]
    MissingFile(String),

    #[error(
        "This change set was changed in the meantime (revision {found}, not {expected}). Nothing was stored. Look at it again and repeat the step."
    )]
    Stale { change_set: String, expected: u32, found: u32 },
    #[error(
        "{} changed in the library while this was open. Nothing was merged. The proposals concerned now show what they would do: look at them, then merge again.", count(.operations.len(), "claim")
    )]
    Conflict { change_set: String, operations: Vec<String> },
    #[error("The page shows no name for tool {}. Nothing was merged. Name the tool, then merge again.", .tool + 1)]
    ToolNeedsName { change_set: String, tool: u32 },
    #[error(
        "Nothing is accepted in this change set, so nothing was merged. Accept at least one proposal first."
    )]
    NothingToMerge { change_set: String },
    #[error(
        "Every accepted proposal stands against a value corrected by hand, so nothing was merged. Edit a proposal to replace such a value."
    )]
    AllBlocked { change_set: String },
    #[error("This change set is already merged. Nothing was changed. Undo the merge to review it again.")]
    AlreadyMerged { change_set: String },
    #[error(
        "A tool needs a name with at least one letter or digit. Nothing was changed. Type the name as the page shows it."
    )]
    EmptyName,
    #[error("An edited value needs a text. Nothing was changed. Type the value, or reject the proposal.")]
    EmptyEdit,
    #[error("{0}")]
    InvalidEdit(domain::edit::EditError),
    #[error("These are one and the same tool. Nothing was changed. Choose two different tools.")]
    SameTool,
    #[error(
        "These are one and the same capture. Nothing was changed. Choose an earlier capture of the page."
    )]
    SamePage,
    #[error(
        "These are one and the same term, or terms of two vocabularies. Nothing was changed. Choose two terms of one."
    )]
    SameTerm,
    #[error(
        "The name {name} belongs to the tool {tool}. Nothing was changed. Choose another name, or make the two tools one."
    )]
    NameTaken { name: String, tool: String },
    #[error(
        "Some claims have to move and some have to stay. Nothing was changed. Choose at least one claim, but not all of them."
    )]
    NothingLeft,
    #[error(
        "\"{0}\" is no date or time. Nothing was changed. Write it as 2026-05-04 or 2026-05-04T09:30:00Z."
    )]
    NotATime(String),
    #[error(
        "This library was written by an older version (schema {found}; this version knows {known}) and cannot be brought up to date here. It was not changed. Open it once where it can be written to."
    )]
    OlderLibrary { found: u32, known: u32 },
    #[error(
        "This capture was removed for good, so it cannot be taken back. Nothing was changed. Add the picture again if you still have it."
    )]
    Purged,
    #[error(
        "This capture is being read or looked at. Nothing was changed. Wait until it is ready, or cancel it, and try again."
    )]
    BeingRead,
    #[error("The name of {} is not valid text. Nothing was changed. Rename it and try again.", .0.display())]
    NameNotText(PathBuf),
    #[error(
        "This capture has not been read, so its size is not known. Nothing was changed. Let it be read first."
    )]
    NotDecoded,
    #[error("No region lies on the picture. Nothing was changed. Choose a part of the picture.")]
    OutsidePicture,
    #[error(
        "It is removed from the library, but older traces in its folder could not be cleared away yet: {0} Open the library again; that is then finished by itself."
    )]
    Unfinished(String),
    #[error(
        "Without these parts the capture would be the same picture as another one. Nothing was changed. Throw this capture away instead."
    )]
    SamePicture,
    #[error("Another program is reading the library.")]
    Held,
    #[error(
        "This backup was made before parts of a capture were removed for good, and it would bring them back. Nothing was changed. Choose a newer backup, or rebuild the claims from the journal."
    )]
    BeforeRemoval,
    #[error("{} is in the way. Nothing was written. Name a place that does not exist yet.", .0.display())]
    InTheWay(PathBuf),
    #[error("{} is not an archive of a library. Nothing was read. Choose a folder that this app has written.", .0.display())]
    NotAnArchive(PathBuf),
    #[error("This capture is {state}, so there is nothing to {action}. Nothing was changed.")]
    WrongState { state: &'static str, action: &'static str },

    #[error("{what} failed for {}: {source}. Nothing was changed in the library.", path.display())]
    Io { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("The library database reported an error: {0}. The last step was not stored.")]
    Sqlite(rusqlite::Error),
    #[error(
        "The library holds a value that this version does not understand ({0}). Nothing was changed. Run a check."
    )]
    Encoding(String),
}

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// "1 claim", "14 claims".
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

impl StoreError {
    /// A stable code for programs and translated messages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoLibrary(_) => "no_library",
            Self::NotALibrary(_) => "not_a_library",
            Self::LibraryInUse { .. } => "library_in_use",
            Self::NewerLibrary { .. } => "newer_library",
            Self::SqliteTooOld { .. } => "sqlite_too_old",
            Self::ReadOnly => "read_only",
            Self::Damaged { .. } => "damaged",
            Self::ReopenNeeded => "reopen_needed",
            Self::NotWritable(_) => "not_writable",
            Self::DiskFull => "disk_full",
            Self::Empty { .. } => "empty_file",
            Self::NotAnImage { .. } => "not_an_image",
            Self::TooLarge { .. } => "too_large",
            Self::NotAFile { .. } => "not_a_file",
            Self::CannotRead { .. } => "cannot_read",
            Self::Unknown { .. } => "unknown",
            Self::NotAHash(_) => "not_a_hash",
            Self::MissingFile(_) => "missing_file",
            Self::Stale { .. } => "stale",
            Self::Conflict { .. } => "conflict",
            Self::ToolNeedsName { .. } => "tool_needs_name",
            Self::NothingToMerge { .. } => "nothing_to_merge",
            Self::AllBlocked { .. } => "all_blocked",
            Self::AlreadyMerged { .. } => "already_merged",
            Self::EmptyName => "empty_name",
            Self::EmptyEdit => "empty_edit",
            Self::InvalidEdit(_) => "invalid_edit",
            Self::SameTool => "same_tool",
            Self::SamePage => "same_page",
            Self::SameTerm => "same_term",
            Self::NameTaken { .. } => "name_taken",
            Self::NothingLeft => "nothing_left",
            Self::NotATime(_) => "not_a_time",
            Self::OlderLibrary { .. } => "older_library",
            Self::Purged => "purged",
            Self::BeingRead => "being_read",
            Self::NameNotText(_) => "name_not_text",
            Self::NotDecoded => "not_decoded",
            Self::OutsidePicture => "outside",
            Self::Unfinished(_) => "unfinished",
            Self::SamePicture => "same_picture",
            Self::Held => "held",
            Self::BeforeRemoval => "before_removal",
            Self::InTheWay(_) => "in_the_way",
            Self::NotAnArchive(_) => "not_an_archive",
            Self::WrongState { .. } => "wrong_state",
            Self::Io { .. } => "io",
            Self::Sqlite(_) => "database",
            Self::Encoding(_) => "encoding",
        }
    }

    pub(crate) fn unknown(what: &'static str, id: &str) -> Self {
        Self::Unknown { what, id: domain::text::visible(id, 80) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged { detail: error.to_string() }
            }
            _ => Self::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Turns an input or output error into a sentence that names the path.
pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.into();
    move |source| match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::NotWritable(path),
        _ => StoreError::Io { what, path, source },
    }
}
