//! The commands and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "shortlist",
    version,
    about = "Private shortlists of software tools, read from screenshots on this computer."
)]
pub(crate) struct Arguments {
    /// Folder of the library; by default `shortlist/library` in the platform's data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Reads pictures without a library and prints lines and proposals, one JSON object per picture.
    Read(Read),
    /// Adds pictures to the library and reads them.
    Add(Add),
    /// Reads what still waits, for example after an unexpected stop.
    Resume,
    /// Shows change sets and decides on their proposals.
    Review(Review),
    /// Takes the last merge back.
    Undo,
    /// Does again what was undone last.
    Redo,
    /// Lists the tools of the library, or shows one with its claims.
    Tools {
        /// Name or id of one tool.
        tool: Option<String>,
    },
    /// Puts tools side by side.
    Compare(Compare),
    /// Finds words in tools, claims and page text.
    Search { query: String },
    /// Writes a comparison to the standard output.
    Export {
        #[arg(long, default_value = "json")]
        format: String,
        /// Names or ids of two or more tools.
        #[arg(required = true, num_args = 2..)]
        tools: Vec<String>,
    },
    /// Lists what happened to the library.
    History,
    /// Checks every row, capture and journal line against its checksum.
    Verify,
    /// Writes a checked copy of the library's database.
    Backup,
    /// Says where the library is, which reader is built in, and what waits.
    Doctor,
}

#[derive(Args)]
pub(crate) struct Read {
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// Prints JSON (the only form there is).
    #[arg(long)]
    pub(crate) json: bool,
    /// Writes DIR/<file stem>.json for each picture instead of printing it.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Add {
    #[arg(value_name = "IMAGE", required_unless_present = "samples")]
    pub(crate) images: Vec<PathBuf>,
    /// Adds the sample pages that come with the program.
    #[arg(long)]
    pub(crate) samples: bool,
    /// Returns at once; the next start of the program reads what waits.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Args)]
pub(crate) struct Review {
    /// Id of one change set; without it all are listed.
    pub(crate) change_set: Option<String>,
    /// For people instead of programs.
    #[arg(long)]
    pub(crate) text: bool,
    /// Accepts these operations (ids, or `all`, or `verified`).
    #[arg(long, value_name = "OPERATION", requires = "change_set", num_args = 1..)]
    pub(crate) accept: Vec<String>,
    /// Rejects these operations (ids, or `all`).
    #[arg(long, value_name = "OPERATION", requires = "change_set", num_args = 1..)]
    pub(crate) reject: Vec<String>,
    /// Accepts one operation with another text: `OPERATION=TEXT`.
    #[arg(long, value_name = "OPERATION=TEXT", requires = "change_set")]
    pub(crate) edit: Vec<String>,
    /// Names a tool of the change set: `INDEX=NAME`.
    #[arg(long, value_name = "INDEX=NAME", requires = "change_set")]
    pub(crate) name: Vec<String>,
    /// Merges what is accepted.
    #[arg(long, requires = "change_set")]
    pub(crate) merge: bool,
}

#[derive(Args)]
pub(crate) struct Compare {
    /// Names or ids of two or more tools.
    #[arg(required_unless_present = "proposals", num_args = 2..)]
    pub(crate) tools: Vec<String>,
    /// The first two tools that captures propose, not reviewed.
    #[arg(long, conflicts_with = "tools")]
    pub(crate) proposals: bool,
    /// For people instead of programs.
    #[arg(long)]
    pub(crate) text: bool,
}
