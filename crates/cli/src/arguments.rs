//! The commands and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Folder of the model packs; by default `shortlist/models` in the platform's data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Forbids every connection; only `models install` ever opens one.
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// File of pins that packs must match, instead of `pins.json` in the folder of the packs.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pins: Option<PathBuf>,
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
    /// Lets the chosen model look at captures that were read before.
    Look {
        /// Ids or names of captures.
        #[arg(required = true, value_name = "CAPTURE")]
        captures: Vec<String>,
    },
    /// Asks the chosen model about one capture; it answers with words of the page and their place.
    Ask {
        /// Id or name of a capture.
        capture: String,
        question: String,
    },
    /// Prints the alt text of a capture; one that has none is described by the chosen model, or from its reading.
    AltText {
        /// Id or name of a capture.
        capture: String,
        /// Keeps this text instead; an empty one deletes what is kept.
        #[arg(long, conflicts_with = "again")]
        set: Option<String>,
        /// Describes it again.
        #[arg(long)]
        again: bool,
    },
    /// Lists captures: what was added, where it stands, and where the model stands.
    Captures,
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
        /// Only those that a query describes: words, and conditions such as `price<20 licence:permissive offline:yes
        /// is:verified is:free is:contradicted is:stale tag:notes category:… vendor:… currency:EUR`.
        #[arg(long = "where", value_name = "QUERY", conflicts_with_all = ["tool", "as_of"])]
        query: Option<String>,
        /// As they were at that date or time (2026-05-04, 2026-05-04T09:30:00Z).
        #[arg(long, value_name = "TIME")]
        as_of: Option<String>,
    },
    /// Lists pages that were captured more than once and captures that look like it; answers which is which.
    Pages(Pages),
    /// Lists tools that may be one; makes two tools one, or remembers that they differ.
    Same(Same),
    /// Lists claims that contradict each other; settles one contradiction.
    Contradictions(Contradictions),
    /// Runs any command of the core by its name, with its request as JSON.
    Call {
        /// `shortlist call list` names all commands.
        command: String,
        #[arg(default_value = "{}")]
        request: String,
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
    /// Writes a checked copy of the library's database, or lists the copies.
    Backup {
        /// Lists the copies, newest first, with what each holds.
        #[arg(long)]
        list: bool,
    },
    /// Puts a backup in the place of the database; without one, rebuilds the claims from the journal.
    ///
    /// The old database is kept. Steps that are newer than the backup come back from the journal, unless `--exactly` is
    /// said.
    Restore {
        /// File or number of the backup; `shortlist backup --list` lists them.
        backup: Option<PathBuf>,
        /// Goes back to what the library was then: steps since are left out, and the library as it is becomes a backup
        /// first. What was removed for good stays removed.
        #[arg(long, requires = "backup", conflicts_with = "from_journal")]
        exactly: bool,
        /// Rebuilds from the journal although no backup is named.
        #[arg(long, conflicts_with = "backup")]
        from_journal: bool,
    },
    /// Makes a damaged library whole, on a copy: from its own rows, else from the newest whole backup and the journal.
    ///
    /// The old database is kept.
    Repair,
    /// Writes the whole library into a new folder of plain files.
    Archive { folder: PathBuf },
    /// Makes a library (named by --library) out of an archive.
    Unarchive { folder: PathBuf },
    /// Blackens parts of a capture and removes for good the text that was read there, the claims that rest on it alone,
    /// and its traces in the history. It cannot be undone.
    Redact(Redact),
    /// Lists watched folders; adds, pauses, resumes and removes them; takes new files in.
    #[command(subcommand)]
    Watch(Watch),
    /// Lists saved searches, saves one, runs one, or removes it.
    Searches(Searches),
    /// Prints the note on a tool, capture or claim, or writes it.
    Note(Note),
    /// Lists the trash, throws captures away, takes them back, or removes them for good.
    Trash(Trash),
    /// Enters the values of a CSV file: one tool in each row, a column `name`, and columns named as properties.
    Import {
        file: PathBuf,
        /// Says what would be entered and enters nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists, installs, checks and chooses model packs.
    #[command(subcommand)]
    Models(Models),
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
    /// Lets an installed pack look at each picture too; what it proposes is joined to what the rules propose.
    #[arg(long, value_name = "PACK")]
    pub(crate) model: Option<String>,
}

#[derive(Args)]
pub(crate) struct Add {
    #[arg(value_name = "IMAGE", required_unless_present = "samples")]
    pub(crate) images: Vec<PathBuf>,
    /// Adds the sample pages that come with the program.
    #[arg(long)]
    pub(crate) samples: bool,
    /// Where the page was seen; kept as given by you.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// When it was captured (2026-05-04, 2026-05-04T09:30:00Z); kept as given by you.
    #[arg(long, value_name = "TIME")]
    pub(crate) taken: Option<String>,
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
    /// Why they are rejected; kept with the memory of it.
    #[arg(long, value_name = "TEXT", requires = "reject")]
    pub(crate) reason: Option<String>,
    /// Accepts one operation with another text: `OPERATION=TEXT`.
    #[arg(long, value_name = "OPERATION=TEXT", requires = "change_set")]
    pub(crate) edit: Vec<String>,
    /// Names a tool of the change set: `INDEX=NAME`.
    #[arg(long, value_name = "INDEX=NAME", requires = "change_set")]
    pub(crate) name: Vec<String>,
    /// Proposes what stands in a part of the picture: pixels from its top left corner. The part is read again by itself.
    #[arg(long, value_name = "X,Y,W,H", requires_all = ["change_set", "tool", "property"])]
    pub(crate) draw: Option<String>,
    /// Tool that the drawn words speak of, new or known.
    #[arg(long, value_name = "NAME", requires = "draw")]
    pub(crate) tool: Option<String>,
    /// Property that the drawn words state (`shortlist call vocabulary` lists them).
    #[arg(long, value_name = "PROPERTY", requires = "draw")]
    pub(crate) property: Option<String>,
    /// Who says the drawn words.
    #[arg(long, value_enum, default_value = "site", requires = "draw")]
    pub(crate) speaker: SpeakerName,
    /// Takes the words of the reading of the whole picture instead of reading the part again.
    #[arg(long, requires = "draw")]
    pub(crate) first_reading: bool,
    /// Merges what is accepted.
    #[arg(long, requires = "change_set")]
    pub(crate) merge: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SpeakerName {
    Vendor,
    Site,
    Reviewer,
    User,
    Analyst,
}

#[derive(Args)]
pub(crate) struct Pages {
    /// Shows how a change set differs from the version of its page before.
    #[arg(long, value_name = "CHANGE_SET", conflicts_with = "capture")]
    pub(crate) difference: Option<String>,
    /// Also writes the part of the picture for each statement and side as a PNG file into this folder.
    #[arg(long, value_name = "DIR", requires = "difference")]
    pub(crate) crops: Option<PathBuf>,
    /// Id of the capture to answer for.
    #[arg(requires = "answer")]
    pub(crate) capture: Option<String>,
    /// What the capture shows, compared with the earlier one.
    #[arg(long, value_enum)]
    pub(crate) answer: Option<Answer>,
    /// Id of the earlier capture, where it is not the suggested one.
    #[arg(long, value_name = "CAPTURE", requires = "capture")]
    pub(crate) earlier: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Answer {
    /// The same page at a later time.
    NewVersion,
    /// The same page in the same state.
    SecondSighting,
    /// Another page.
    Separate,
}

#[derive(Args)]
pub(crate) struct Same {
    /// Two tools by name or id; without them all pairs that may be one are listed.
    #[arg(num_args = 0..=2)]
    pub(crate) tools: Vec<String>,
    /// Makes the second tool part of the first.
    #[arg(long, requires = "tools", conflicts_with = "different")]
    pub(crate) merge: bool,
    /// Which claims of a property stay current: `PROPERTY=kept`, `PROPERTY=absorbed` or `PROPERTY=both`.
    #[arg(long, value_name = "PROPERTY=WHICH", requires = "merge")]
    pub(crate) keep: Vec<String>,
    /// Remembers that they are two tools.
    #[arg(long, requires = "tools")]
    pub(crate) different: bool,
    /// Takes a merge of tools apart (its id stands under `merged` of the tool).
    #[arg(long, value_name = "MERGE", conflicts_with_all = ["tools", "merge", "different"])]
    pub(crate) part: Option<String>,
}

#[derive(Args)]
pub(crate) struct Redact {
    /// Id or name of a capture.
    pub(crate) capture: String,
    /// A part of the picture in pixels from its top left corner: `X,Y,WIDTH,HEIGHT`. Words that it touches go whole.
    #[arg(long = "box", value_name = "X,Y,W,H", required = true)]
    pub(crate) boxes: Vec<String>,
    /// Agrees that it cannot be undone; without it, what would be removed is printed and nothing is changed.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Also deletes older backups and what was put aside, which still hold it, and makes a new backup.
    #[arg(long)]
    pub(crate) remove_copies: bool,
}

#[derive(Subcommand)]
pub(crate) enum Watch {
    List,
    /// Watches a folder from now on; a window that is open takes new files in by itself.
    Add {
        folder: PathBuf,
        /// Takes in what lies there already, too.
        #[arg(long)]
        present: bool,
    },
    /// Leaves a folder (by id or path) alone until it is resumed.
    Pause {
        folder: String,
    },
    /// Goes on with a folder; what appeared meanwhile is taken in.
    Resume {
        folder: String,
    },
    /// Stops watching a folder. Captures that came from it stay.
    Remove {
        folder: String,
    },
    /// Takes in and reads what is new, until it is interrupted; prints one JSON object for each file.
    Run {
        /// Looks only as long as a file needs to prove that it is not written to any more.
        #[arg(long)]
        once: bool,
    },
}

#[derive(Args)]
pub(crate) struct Searches {
    /// Name or id of a saved search to run.
    #[arg(conflicts_with_all = ["save", "remove"])]
    pub(crate) search: Option<String>,
    /// Keeps a query under a name: words, and conditions such as `price<20 licence:permissive is:stale`.
    #[arg(long, num_args = 2, value_names = ["NAME", "QUERY"])]
    pub(crate) save: Vec<String>,
    #[arg(long, value_name = "SEARCH", conflicts_with = "save")]
    pub(crate) remove: Option<String>,
}

#[derive(Args)]
pub(crate) struct Note {
    #[arg(value_enum)]
    pub(crate) on: NoteKind,
    /// Name or id of a tool, id or name of a capture, or id of a claim.
    pub(crate) which: String,
    /// Keeps this text instead; an empty one deletes what is kept.
    #[arg(long)]
    pub(crate) set: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum NoteKind {
    Tool,
    Capture,
    Claim,
}

#[derive(Args)]
pub(crate) struct Trash {
    /// Ids of captures to throw away.
    pub(crate) captures: Vec<String>,
    /// Takes these captures back instead.
    #[arg(long, conflicts_with = "empty")]
    pub(crate) restore: bool,
    /// Removes for good all that no claim rests on.
    #[arg(long, conflicts_with = "captures")]
    pub(crate) empty: bool,
}

#[derive(Args)]
pub(crate) struct Contradictions {
    /// Key of the contradiction to settle.
    #[arg(long, value_name = "KEY")]
    pub(crate) settle: Option<String>,
    /// The claim that holds; without it all of them can be true.
    #[arg(long, value_name = "CLAIM", requires = "settle")]
    pub(crate) choose: Option<String>,
    /// Why.
    #[arg(long, requires = "settle")]
    pub(crate) note: Option<String>,
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

#[derive(Subcommand)]
pub(crate) enum Models {
    /// Lists known and installed packs, and the memory that is free.
    List,
    /// Installs a pack from the Hub (after asking), from a folder or from one pack file.
    Install(InstallPack),
    /// Writes an installed pack into one new file, for another computer.
    Export { pack: String, file: PathBuf },
    /// Compares the bytes of a pack, or of all installed ones, with their recorded hashes.
    Verify { pack: Option<String> },
    /// Measures how fast a pack is on this computer; by default the chosen one.
    Measure { pack: Option<String> },
    /// Deletes the files of a pack; its recorded hashes stay and bind the next installation.
    Remove {
        pack: String,
        /// Forgets the recorded commit and hashes too.
        #[arg(long)]
        forget: bool,
    },
    /// Chooses the pack that proposals come from; `none` is rules only.
    Use {
        pack: String,
        /// Although too little memory is free now.
        #[arg(long)]
        anyway: bool,
    },
}

#[derive(Args)]
pub(crate) struct InstallPack {
    /// Id of a known pack, to be downloaded from the Hub; `shortlist models list` shows them.
    #[arg(required_unless_present_any = ["folder", "file"])]
    pub(crate) pack: Option<String>,
    /// Installs a folder in the Hub's layout; PACK, when given, becomes its name.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["file", "yes", "newest"])]
    pub(crate) folder: Option<PathBuf>,
    /// Installs a pack file that `models export` wrote.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pack", "yes", "newest"])]
    pub(crate) file: Option<PathBuf>,
    /// Agrees to the connection and to the download without being asked.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Takes the newest commit although another one is recorded.
    #[arg(long)]
    pub(crate) newest: bool,
    /// Another address than the public Hub's; for tests.
    #[arg(long, value_name = "URL", hide = true)]
    pub(crate) endpoint: Option<String>,
}
