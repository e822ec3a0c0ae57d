// Generated from crates/api; do not edit. Run: UPDATE_BINDINGS=1 cargo test -p api --test it bindings

export type AddAlias = { tool: string, name: string, kind: AliasKind, };

export type AddOutcome = { name: string, result: AddResult, };

export type AddProposal = { change_set: string, revision: number, 
/**
 * Name of a tool, new or known.
 */
tool: string, property: string, speaker: Speaker, region: PixelBox, words: RegionWords, };

export type AddResult = { "type": "added", capture: string, } | { "type": "already_here", capture: string, } | { "type": "in_trash", capture: string, } | { "type": "not_an_image", message: string, } | { "type": "unreadable", code: string, message: string, };

export type Alias = { id: string, name: string, kind: AliasKind, };

export type AliasKind = "name" | "former" | "edition" | "version" | "handle";

export type AltTextView = { text: string, 
/**
 * Name of a model or of rules; nothing where a person wrote it.
 */
written_by: string | null, };

export type AnswerPage = { capture: string, earlier: string, answer: PageAnswer, };

export type AppEvent = { "type": "changed", tags: Array<Tag>, } | { "type": "progress", capture: string, state: CaptureState, } | { "type": "model_progress", subject: string, errand: boolean, state: ModelState, } | { "type": "region_progress", capture: string, stage: Stage, done: number, total: number, } | { "type": "added", outcomes: Array<AddOutcome>, } | { "type": "drop_hover", hovering: boolean, files: number, } | { "type": "pack_progress", step: PackStep, } | { "type": "pack_installed", title: string, } | { "type": "problem", code: string, message: string, };

export type AppStatus = { version: string, 
/**
 * Folder of the library, for showing only.
 */
library: string, 
/**
 * Name and version of the text reader.
 */
reader: string, 
/**
 * Captures that wait for or are in the worker.
 */
waiting: number, 
/**
 * Network connections opened since the start; only a pack's look-up and download open any.
 */
connections: number, 
/**
 * The same by host.
 */
hosts: Array<HostConnections>, 
/**
 * Connections are forbidden.
 */
offline: boolean, 
/**
 * Captures that a model is still to look at.
 */
looking: number, 
/**
 * The chosen pack by name, when it can be used.
 */
model: string | null, 
/**
 * Why packs or their settings cannot be used, and what still works.
 */
model_notice: string | null, read_only: boolean, paused: boolean, 
/**
 * What the next undo and redo would do.
 */
undo: string | null, redo: string | null, 
/**
 * One sentence when the last stop was not a clean one and work was taken up again.
 */
recovered: string | null, };

export type AsOf = { at: string, };

export type AskCapture = { capture: string, question: string, };

export type BackedUp = { path: string, };

export type BackupContents = { captures: number, tools: number, 
/**
 * Current claims.
 */
claims: number, 
/**
 * When it was made, as the clock said.
 */
made_at: string | null, 
/**
 * The last step that it knows.
 */
last_step: string | null, 
/**
 * Steps of the library that it does not know.
 */
steps_since: number, 
/**
 * Captures of the library that it does not know.
 */
captures_since: number, };

export type BackupNumber = { number: number, };

export type BackupView = { 
/**
 * For showing only.
 */
path: string, number: number, 
/**
 * `20261121`, as the clock said.
 */
date: string, reason: string, bytes: number, };

export type Basis = "read" | "given" | "file";

export type ById = { id: string, };

export type ByIds = { ids: Array<string>, };

export type ByName = { name: string, };

export type CallDifferent = { name: string, other: string, reason: string | null, };

export type CaptureAnswer = { 
/**
 * Nothing where the answer is not on this page.
 */
text: string | null, evidence: Array<EvidenceLine>, 
/**
 * Name of the model that answered.
 */
model: string, seconds: number, };

export type CaptureDetail = { capture: CaptureView, reading: Reading | null, alt_text: AltTextView | null, note: string | null, };

export type CaptureField = { field: string, value: string, basis: Basis, };

export type CaptureState = { "type": "queued" } | { "type": "running", stage: Stage, done: number, total: number, } | { "type": "ready" } | { "type": "failed", code: string, message: string, } | { "type": "cancelled" };

export type CaptureView = { id: string, 
/**
 * Address of the picture: `capture://localhost/<sha256>` in the window, with `?crop=x,y,w,h` for a part.
 */
sha256: string, name: string, format: string, bytes: number, width: number | null, height: number | null, added_at: string, state: CaptureState, page_kind: PageKind | null, change_set: string | null, 
/**
 * Comes with the app; shown as a sample everywhere.
 */
sample: boolean, 
/**
 * Nothing where no model was to look.
 */
model: ModelState | null, };

export type Cardinality = "one" | "many";

export type Cell = { values: Array<CellValue>, };

export type CellValue = { 
/**
 * Id of the claim; `None` for a value that was only proposed.
 */
claim: string | null, text: string, value: Value, speaker: Speaker, status: Status, evidence: Array<Evidence>, 
/**
 * When it stood on the page, RFC 3339; empty for a proposal.
 */
valid_from: string, };

export type ChangeSet = { id: string, capture: string, title: string, proposed_by: string, state: ChangeSetState, tools: Array<TargetTool>, operations: Array<Operation>, created_at: string, 
/**
 * Raised by every change; a stale number is refused.
 */
revision: number, };

export type ChangeSetState = "open" | "merged" | "reverted" | "rejected";

export type ChangeSetSummary = { id: string, capture: NamedCapture, title: string, state: ChangeSetState, operations: number, pending: number, verified: number, created_at: string, };

export type ChangeSetView = { change_set: ChangeSet, capture: CaptureView, };

export type Claim = { id: string, tool: string, 
/**
 * Id of a property of [`crate::property::PROPERTIES`].
 */
property: string, value: Value, raw_text: string, speaker: Speaker, status: Status, 
/**
 * 0 to 1, as the machine proposed it; `None` when a person entered it.
 */
confidence: number | null, evidence: Array<Evidence>, 
/**
 * When it stood on the page.
 */
valid_from: string, 
/**
 * When the library learned it, and when it stopped being current.
 */
recorded_from: string, recorded_to: string | null, supersedes: string | null, 
/**
 * Edited by hand: machines may not change it.
 */
locked: boolean, 
/**
 * Which reader and rules proposed it.
 */
proposed_by: string, };

export type ClaimHistory = { 
/**
 * Oldest first; each takes the place of the one before.
 */
versions: Array<Claim>, 
/**
 * Oldest first.
 */
sightings: Array<Sighting>, 
/**
 * Notes on these versions, by their ids.
 */
notes: { [key in string]: string }, };

export type ClaimKind = "feature" | "performance" | "benchmark" | "compatibility" | "license" | "privacy_security" | "pricing" | "adoption" | "availability" | "limitation" | "other";

export type Compare = { 
/**
 * Two to twenty tool ids, in the order of the columns.
 */
tools: Array<string>, };

export type ComparedTool = { id: string, name: string, };

export type Comparison = { title: string, tools: Array<ComparedTool>, rows: Array<Row>, 
/**
 * Whether every value was accepted by a person.
 */
reviewed: boolean, };

export type Contradiction = { 
/**
 * Stays the same as long as these claims stand against each other.
 */
key: string, tool: string, property: string, kind: ContradictionKind, 
/**
 * Ids of the claims, in the order in which they were recorded; two or more.
 */
claims: Array<string>, };

export type ContradictionKind = "within_page" | "over_time" | "between_speakers";

export type DamageView = { what: string, message: string, };

export type Datatype = "text" | "money" | "percent";

export type Decide = { change_set: string, revision: number, operations: Array<string>, decision: Decision, 
/**
 * The reviewer's text for `edited`.
 */
edited_text: string | null, reason: string | null, };

export type Decision = "pending" | "accepted" | "edited" | "rejected";

export type DifferenceKind = "changed" | "gone" | "added" | "blocked" | "reworded" | "unchanged";

export type Emptied = { captures: number, };

export type Error = { 
/**
 * For example `not_found`, `conflict`, `library_in_use`.
 */
code: string, message: string, };

export type EventView = { id: string, at: string, description: string, undone: boolean, };

export type Evidence = { 
/**
 * Id of the capture (not its hash).
 */
capture: string, quote: string, lines: Array<EvidenceLine>, matched: MatchLevel, };

export type EvidenceLine = { text: string, bounds: PixelBox, };

export type Export = { tools: Array<string>, 
/**
 * One of the ids of `list_formats`.
 */
format: string, };

export type Exported = { file_name: string, text: string, };

export type ExportedPack = { path: string, };

export type Facets = { 
/**
 * Lowest stated price for a month in `currency`; a year's price is divided by twelve, "free" is 0.
 */
monthly: number | null, currency: string | null, licence: LicenceClass | null, 
/**
 * Whether it is said to run without a network.
 */
offline: boolean | null, 
/**
 * Every current claim is verified or entered by hand.
 */
verified: boolean, };

export type FormatView = { id: string, label: string, };

export type Hit = { target: HitTarget, 
/**
 * The text in which the words were found.
 */
text: string, 
/**
 * Where it stands, for hits on a picture.
 */
bounds: PixelBox | null, capture: string | null, };

export type HitTarget = { "type": "tool", tool: string, name: string, } | { "type": "claim", tool: string, name: string, property: string, } | { "type": "line", capture: string, name: string, } | { "type": "note", capture: string, name: string, };

export type HostConnections = { host: string, connections: number, };

export type ImportTable = { table: string, 
/**
 * For each column the id of a property, or nothing to leave it out; exactly one is `name`.
 */
columns: Array<string | null>, dry_run: boolean, };

export type Imported = { 
/**
 * Tools that receive something.
 */
tools: number, claims: number, 
/**
 * Values that the library held already.
 */
known: number, 
/**
 * Columns that are left out.
 */
unknown_columns: Array<string>, 
/**
 * Row (from 2, as spreadsheets count) and why it, or one value of it, was not entered.
 */
refused: { [key in number]: Array<string> }, 
/**
 * Nothing was entered: this is what would be.
 */
dry_run: boolean, };

export type InstallPack = { pack: string, 
/**
 * The user said yes to this commit and size.
 */
agreed: boolean, commit: string, bytes: number, };

export type Instead = { 
/**
 * Name of the tool that it belongs to, where that is what differs.
 */
tool: string | null, 
/**
 * Id of the property, where that is what differs.
 */
property: string | null, text: string, evidence: Array<EvidenceLine>, };

export type Keep = "kept" | "absorbed" | "both";

export type Kinship = "same" | "version" | "edition";

export type Lettering = { 
/**
 * Height of small letters without ascender, such as `x`.
 */
x_height: number | null, 
/**
 * Height of capitals and digits.
 */
cap_height: number | null, 
/**
 * Width of upright strokes; about 0.09 em in regular and 0.14 em in bold text faces.
 */
stroke_width: number | null, };

export type LicenceClass = "permissive" | "copyleft" | "source_available" | "noncommercial" | "proprietary" | "open_unspecified";

export type LikenessGround = "same_words" | "spelling" | "addition" | "version" | "edition" | "initials" | "contained" | "same_vendor";

export type Line = { text: string, bounds: PixelBox, 
/**
 * 0 to 1, the weakest characters weigh most.
 */
confidence: number, 
/**
 * One value for each `char` of `text`, 0 to 1.
 */
characters: Array<number>, words: Array<Word>, 
/**
 * Estimated font size in picture pixels (em height).
 */
font_height: number, 
/**
 * Ink colour, RGB.
 */
foreground: [number, number, number], 
/**
 * Colour behind the ink, RGB.
 */
background: [number, number, number], 
/**
 * Missing in readings of readers that do not measure it.
 */
lettering?: Lettering, };

export type LockClaim = { claim: string, locked: boolean, };

export type LockProperty = { tool: string, property: string, locked: boolean, };

export type LookUpPack = { pack: string, 
/**
 * The user said yes to a connection.
 */
agreed: boolean, 
/**
 * Leaves the recorded commit for the newest.
 */
newest: boolean, };

export type MarkTools = { tools: Array<string>, scheme: Scheme, label: string, marked: boolean, };

export type MatchLevel = "exact" | "normalised" | "fuzzy" | "none";

export type Measured = { 
/**
 * What computed, for example "CPU, 8-bit".
 */
device: string, load_seconds: number, 
/**
 * From the question to the first token of the answer.
 */
first_token_seconds: number, 
/**
 * Missing where the answer had fewer than two tokens.
 */
tokens_per_second: number | null, 
/**
 * Most memory that the process held, in bytes; missing where the system does not say.
 */
peak_memory: number | null, };

export type Memory = { free: number, total: number, };

export type Merge = { change_set: string, revision: number, };

export type MergeTerms = { term: string, other: string, };

export type MergeTools = { kept: string, absorbed: string, 
/**
 * By property; without a choice both tools' claims stay, but for the name.
 */
choices: { [key in string]: Keep }, };

export type Merged = { description: string, tools: Array<string>, claims: number, 
/**
 * Accepted proposals that a value corrected by hand kept out.
 */
blocked: number, 
/**
 * The next open change set, so that the review goes on.
 */
next: string | null, };

export type ModelState = { "type": "queued" } | { "type": "running", stage: Stage, done: number, total: number, } | { "type": "done" } | { "type": "failed", code: string, message: string, } | { "type": "cancelled" };

export type Money = { 
/**
 * `None` for "contact us" and the like; 0 for free.
 */
amount: number | null, 
/**
 * ISO 4217; `None` when the page shows none ("Free").
 */
currency: string | null, period: Period | null, 
/**
 * Name of the plan the price belongs to, as written.
 */
plan: string | null, per_seat: boolean, 
/**
 * "from", "up to", "starting at", "billed annually": kept as written.
 */
qualifier: string | null, };

export type MoveOperations = { change_set: string, revision: number, operations: Array<string>, to: MoveTo, };

export type MoveTo = { "type": "tool", tool: number, } | { "type": "named_tool", name: string, } | { "type": "property", property: string, };

export type NameLikeness = { 
/**
 * 0 to 1.
 */
score: number, kinship: Kinship, grounds: Array<LikenessGround>, };

export type NameTool = { change_set: string, revision: number, 
/**
 * Index into the change set's tools.
 */
tool: number, name: string, };

export type NamedCapture = { id: string, name: string, };

export type NoteOn = { 
/**
 * `tool`, `capture` or `claim`.
 */
kind: string, target: string, };

export type Nothing = Record<symbol, never>;

export type OlderCopies = "keep" | "remove";

export type OpenContradiction = { 
/**
 * Name of the tool.
 */
name: string, contradiction: Contradiction, claims: Array<Claim>, };

export type Operation = { id: string, 
/**
 * Index into [`ChangeSet::tools`].
 */
tool: number, kind: OperationKind, proposal: ProposedClaim, decision: Decision, 
/**
 * The reviewer's text when `decision` is `edited`.
 */
edited_text: string | null, 
/**
 * Why it was rejected, if the reviewer said.
 */
reason: string | null, };

export type OperationKind = { "type": "add" } | { "type": "corroborate", claim: string, } | { "type": "reword", claim: string, before: string, } | { "type": "locked" } | { "type": "replace", claim: string, before: string, } | { "type": "blocked", claim: string, before: string, };

export type Opinion = { 
/**
 * Name of the rules or of the model.
 */
proposer: string, 
/**
 * What it proposes in this value's place; nothing where it proposes just this value.
 */
instead: Instead | null, };

export type Pack = { 
/**
 * Lower-case letters, digits, `.`, `-`, `_`.
 */
id: string, title: string, 
/**
 * What it is good for, in one sentence; empty where nothing is known.
 */
about: string, repository: string | null, 
/**
 * SPDX identifier as published.
 */
licence: string | null, languages: Array<string>, parameters: number | null, 
/**
 * On this disk when installed, otherwise as published where that is known.
 */
bytes: number | null, 
/**
 * Estimate for running it on the processor, see `models::packs`.
 */
memory_needed: number | null, 
/**
 * The last measurement on this computer of just these files.
 */
measured: Measured | null, state: PackState, origin: PackOrigin | null, 
/**
 * The recorded files; kept after removal, so that a later installation must match.
 */
files: Array<PackFile>, pinned: boolean, chosen: boolean, };

export type PackCheck = { pack: string, files: number, bytes: number, 
/**
 * One sentence for each file that is not as recorded; empty when all is well.
 */
damage: Array<string>, };

export type PackFile = { 
/**
 * Plain file name, without folders.
 */
name: string, bytes: number, 
/**
 * 64 hexadecimal digits.
 */
sha256: string, };

export type PackList = { packs: Array<Pack>, 
/**
 * Folder of the packs, for showing only.
 */
folder: string, memory: Memory, disk_free: number | null, 
/**
 * Connections are forbidden.
 */
offline: boolean, 
/**
 * By the start of the program, so that the setting cannot change it.
 */
offline_fixed: boolean, 
/**
 * What is wrong with the chosen pack, the settings or the pins, and what still works.
 */
notice: string | null, };

export type PackOrigin = { "type": "hub", repository: string, commit: string, } | { "type": "pack_file", repository: string | null, commit: string | null, } | { "type": "folder" };

export type PackPlan = { pack: string, repository: string, 
/**
 * 40 hexadecimal digits, from the Hub's headers.
 */
commit: string, files: Array<PlannedFile>, 
/**
 * All files together.
 */
bytes: number, 
/**
 * What an earlier, interrupted download already holds.
 */
held: number, 
/**
 * Free on the disk that holds the packs, where the system says so.
 */
disk_free: number | null, 
/**
 * The commit is the one of the record or of the pins, not the newest.
 */
bound: boolean, };

export type PackStage = "connecting" | "downloading" | "waiting" | "checking" | "copying";

export type PackState = { "type": "not_installed" } | { "type": "unfinished", held: number, } | { "type": "ready" } | { "type": "unchecked", message: string, } | { "type": "missing", message: string, } | { "type": "broken", message: string, };

export type PackStep = { pack: string, stage: PackStage, file: string, done: number, total: number, };

export type Page = { id: string, title: string, 
/**
 * Oldest version first.
 */
captures: Array<PageCapture>, };

export type PageAnswer = "new_version" | "second_sighting" | "separate";

export type PageCapture = { capture: string, 
/**
 * From 1; a second sighting has the number of the first.
 */
version: number, 
/**
 * When it was captured.
 */
at: string, };

export type PageDifference = { page: string, version: number, 
/**
 * The capture of the version before, and which version that is.
 */
earlier: string, earlier_version: number, 
/**
 * In the order of [`DifferenceKind`], then as they stand in the change set.
 */
statements: Array<StatementDifference>, };

export type PageKind = "launch" | "pricing" | "comparison" | "repository" | "unknown";

export type PageLikeness = { 
/**
 * 0 to 1: text that both show, of all text that they show.
 */
shared: number, 
/**
 * 0 to 1: text that both show, of the text of the shorter one; high for a part of the same page.
 */
contained: number, same_title: boolean, 
/**
 * Tools that both speak of.
 */
shared_tools: number, };

export type PageMatchView = { capture: CaptureView, earlier: CaptureView, likeness: PageLikeness, 
/**
 * The grounds in words.
 */
reasons: Array<string>, 
/**
 * The answer to choose beforehand; nothing where a person has to look.
 */
suggested: PageAnswer | null, };

export type PastTool = { id: string, name: string, claims: Array<Claim>, };

export type PastToolSummary = { id: string, name: string, claims: number, };

export type PauseWatch = { id: string, paused: boolean, };

export type Period = "hour" | "day" | "week" | "month" | "year" | "once";

export type PixelBox = { x: number, y: number, width: number, height: number, };

export type PlanRedaction = { capture: string, regions: Array<PixelBox>, };

export type PlannedFile = { name: string, bytes: number, hash: StatedHash, };

export type Property = { id: string, label: string, kind: ClaimKind, datatype: Datatype, cardinality: Cardinality, section: Section, definition: string, };

export type ProposedClaim = { 
/**
 * Id of a property of [`crate::property::PROPERTIES`].
 */
property: string, value: Value, 
/**
 * The words on the page, line breaks as single spaces.
 */
raw_text: string, speaker: Speaker, 
/**
 * 0 to 1.
 */
confidence: number, status: Status, 
/**
 * Reason codes for the status, for example `digits_uncertain`.
 */
reasons: Array<string>, 
/**
 * One entry for each visual line that the words stand on.
 */
evidence: Array<EvidenceLine>, matched: MatchLevel, 
/**
 * Who spoke of it; empty where only the change set's own proposer did.
 */
opinions: Array<Opinion>, };

export type ReadRegion = { capture: string, region: PixelBox, };

export type Reading = { 
/**
 * Name and version of the reader, for provenance.
 */
reader: string, width: number, height: number, lines: Array<Line>, };

export type Redact = { capture: string, regions: Array<PixelBox>, older_copies: OlderCopies, };

export type Redacted = { 
/**
 * What is blackened: the regions asked for, and the boxes of all words that they touch.
 */
regions: Array<PixelBox>, 
/**
 * Runs of words that were read there.
 */
texts: Array<string>, 
/**
 * Claims that rest on nothing else, as ids; they go whole.
 */
claims: Array<string>, 
/**
 * Pieces of evidence that other claims lose.
 */
evidence: number, proposals: number, 
/**
 * Ids of other captures on which one of the texts stands, too. They are not touched.
 */
also_on: Array<string>, 
/**
 * Files and folders of the library that still hold it, by name: older backups, and databases and journals that
 * were put aside.
 */
older_copies: Array<string>, };

export type RegionReading = { 
/**
 * In the reading of the whole capture.
 */
first: string, 
/**
 * Read by itself.
 */
again: string, 
/**
 * Where the words of `again` stand.
 */
evidence: Array<EvidenceLine>, 
/**
 * How many times as large the region was read.
 */
enlarged: number, reader: string, seconds: number, };

export type RegionWords = "first" | "again";

export type Relate = { tool: string, kind: RelationKind, other: string, note: string | null, };

export type Relation = { id: string, kind: RelationKind, 
/**
 * This tool is `kind` of the other; otherwise the other is of this one.
 */
from_here: boolean, 
/**
 * The other tool.
 */
tool: string, name: string, note: string | null, };

export type RelationKind = "competitor" | "alternative" | "part_of" | "built_on" | "edition_of" | "version_of" | "renamed_to" | "acquired_by" | "mentioned_with";

export type RemovePack = { pack: string, 
/**
 * Forgets commit and hashes too, so that the next installation may differ.
 */
forget: boolean, };

export type RenameTool = { tool: string, name: string, };

export type Row = { 
/**
 * Property id, or `entry_price` for the price that is worked out from the plans.
 */
property: string, label: string, section: Section, cells: Array<Cell>, 
/**
 * Whether the tools differ here.
 */
differs: boolean, };

export type SameTool = { tool: string, other: string, 
/**
 * The names that are alike.
 */
names: [string, string], likeness: NameLikeness, };

export type SameToolView = { pair: SameTool, 
/**
 * The grounds in words.
 */
reasons: Array<string>, };

export type SaveSearch = { name: string, query: string, };

export type SavedSearch = { id: string, name: string, query: string, };

export type Scheme = "category" | "tag";

export type Search = { query: string, limit: number | null, };

export type SearchRun = { search: SavedSearch, 
/**
 * Tools that have all its words and conditions.
 */
tools: Array<ToolSummary>, 
/**
 * Places where its words stand.
 */
hits: Array<Hit>, };

export type Section = "identity" | "price" | "verdict" | "claims";

export type Seen = { claim: string, at: string, 
/**
 * That is long ago for its property ([`domain::facets::days_fresh`]).
 */
stale: boolean, };

export type SetAltText = { capture: string, 
/**
 * Empty to delete it.
 */
text: string, };

export type SetCaptureField = { capture: string, 
/**
 * `url`, `title`, `app`, `scale` or `captured_at`.
 */
field: string, 
/**
 * Nothing removes it.
 */
value: string, };

export type SetNote = { 
/**
 * `tool`, `capture` or `claim`.
 */
kind: string, target: string, 
/**
 * Nothing removes the note.
 */
text: string, };

export type SetOffline = { offline: boolean, };

export type SetVendor = { tool: string, 
/**
 * Nothing takes it back.
 */
vendor: string, };

export type Settle = { tool: string, 
/**
 * The contradiction's key.
 */
key: string, 
/**
 * The claim that holds; nothing where all of them can be true.
 */
chosen: string | null, note: string | null, };

export type Settlement = { id: string, property: string, 
/**
 * See [`Contradiction::key`].
 */
key: string, 
/**
 * The claim that holds; `None` where all of them can be true.
 */
chosen: string | null, note: string | null, at: string, };

export type Sighting = { claim: string, 
/**
 * When the page was captured.
 */
at: string, 
/**
 * Version of the page, where it was captured more than once.
 */
page_version: number | null, evidence: Evidence, };

export type Speaker = "vendor" | "site" | "reviewer" | "user" | "analyst" | "machine";

export type Stage = "decoding" | "reading" | "proposing" | "looking" | "considering" | "answering";

export type StatedHash = { "type": "sha256", hex: string, } | { "type": "git_blob", hex: string, };

export type Statement = { value: Value, 
/**
 * Where it stands; nothing for what was entered by hand or was not found on the page.
 */
evidence: Evidence | null, };

export type StatementDifference = { kind: DifferenceKind, 
/**
 * The proposal of the later version; nothing for what is gone.
 */
operation: string | null, 
/**
 * Name of the tool; empty where it has none yet.
 */
tool: string, property: string, 
/**
 * As the library held it; nothing for what is new.
 */
before: Statement | null, 
/**
 * As the later version says it; nothing for what is gone.
 */
after: Statement | null, };

export type Status = "verified" | "needs_review" | "not_found" | "entered" | "disputed" | "superseded";

export type TableColumn = { title: string, 
/**
 * Id of the property that it becomes; without one it is left out.
 */
property: string | null, 
/**
 * Rows that say something in it.
 */
values: number, };

export type TableEncoding = "utf8" | "utf16" | "windows1252";

export type TablePreview = { 
/**
 * Names it in [`ImportTable`], as long as it is the one that was chosen last.
 */
id: string, 
/**
 * Of the file.
 */
name: string, encoding: TableEncoding, 
/**
 * What parts its cells.
 */
delimiter: string, 
/**
 * Without the first one, which names the columns.
 */
rows: number, columns: Array<TableColumn>, 
/**
 * Cells of the first few rows.
 */
first_rows: Array<Array<string>>, 
/**
 * What would happen with these columns; missing where none of them is the name of the tool.
 */
imported: Imported | null, };

export type Tag = "captures" | "change_sets" | "tools" | "status" | "packs";

export type TakeOut = { tool: string, name: string, claims: Array<string>, };

export type TargetTool = { 
/**
 * Proposed or given name; empty when the page shows none and the reviewer has to name it.
 */
name: string, 
/**
 * Id of the tool in the library with that name, if there is one.
 */
existing: string | null, };

export type Term = { id: string, label: string, 
/**
 * Other words that mean it.
 */
synonyms: Array<string>, 
/**
 * How many tools carry it.
 */
tools: number, };

export type Terms = { scheme: Scheme, };

export type ToolAsOf = { tool: string, at: string, };

export type ToolMerge = { id: string, 
/**
 * The name that it had.
 */
name: string, at: string, };

export type ToolSummary = { id: string, name: string, tagline: string | null, category: string | null, entry_price: string | null, claims: number, captures: number, vendor: string | null, tags: Array<string>, 
/**
 * Open questions of which of two claims holds.
 */
contradictions: number, last_seen: string | null, 
/**
 * A claim was not seen for longer than claims of its kind stay fresh.
 */
stale: boolean, facets: Facets, };

export type ToolView = { id: string, name: string, 
/**
 * Current claims, in the order of the properties.
 */
claims: Array<Claim>, 
/**
 * Claims that were current once.
 */
history: Array<Claim>, captures: Array<CaptureView>, vendor: string | null, aliases: Array<Alias>, relations: Array<Relation>, 
/**
 * Tools that were made part of this one and can be parted again.
 */
merged: Array<ToolMerge>, 
/**
 * Ids of properties that machines may not change.
 */
locked: Array<string>, contradictions: Array<Contradiction>, settled: Array<Settlement>, categories: Array<string>, tags: Array<string>, note: string | null, 
/**
 * Notes on current claims, by their ids.
 */
claim_notes: { [key in string]: string }, 
/**
 * When each current claim was last seen, and whether that is long ago for its property.
 */
seen: Array<Seen>, };

export type TrashedView = { capture: CaptureView, deleted_at: string, 
/**
 * Days until it may be removed for good.
 */
days_left: number, 
/**
 * Current claims that have evidence on it; as long as there are any it stays.
 */
claims: number, };

export type Undone = { description: string, change_set: string | null, };

export type UsePack = { 
/**
 * Nothing for rules only.
 */
pack: string | null, 
/**
 * Although too little memory is free now.
 */
anyway: boolean, };

export type Value = { "type": "text", text: string, } | { "type": "money" } & Money | { "type": "percent", percent: number, } | { "type": "count", count: number, } | { "type": "not_stated" };

export type Vocabulary = { properties: Array<Property>, };

export type WatchedFailure = { 
/**
 * Path below the folder.
 */
file: string, code: string, message: string, at: string, };

export type WatchedFolderView = { id: string, 
/**
 * For showing only.
 */
path: string, paused: boolean, added_at: string, 
/**
 * Files that became captures, or were captures before.
 */
added: number, 
/**
 * Files that could not be added, newest first.
 */
failures: Array<WatchedFailure>, 
/**
 * Why the folder cannot be looked at now, if so.
 */
problem: string | null, };

export type WentBack = { 
/**
 * The library as it was before, as a backup; for showing only.
 */
kept: string, 
/**
 * Captures that were added since; they stay and are read again.
 */
captures_kept: number, 
/**
 * Parts of captures that were removed for good since, and were removed again.
 */
removed_again: number, 
/**
 * What else was found and settled, in sentences.
 */
notices: Array<string>, };

export type Word = { text: string, bounds: PixelBox, 
/**
 * 0 to 1.
 */
confidence: number, };

export interface Commands {
  app_status: { request: Nothing; response: AppStatus };
  vocabulary: { request: Nothing; response: Vocabulary };
  choose_images: { request: Nothing; response: Array<AddOutcome> };
  paste_image: { request: Nothing; response: Array<AddOutcome> };
  add_samples: { request: Nothing; response: Array<AddOutcome> };
  list_captures: { request: Nothing; response: Array<CaptureView> };
  get_capture: { request: ById; response: CaptureDetail };
  cancel_capture: { request: ById; response: Nothing };
  retry_capture: { request: ById; response: Nothing };
  look_at_capture: { request: ById; response: Nothing };
  cancel_model: { request: ById; response: Nothing };
  ask_capture: { request: AskCapture; response: CaptureAnswer };
  describe_capture: { request: ById; response: AltTextView | null };
  set_alt_text: { request: SetAltText; response: AltTextView | null };
  pause_reading: { request: Nothing; response: Nothing };
  resume_reading: { request: Nothing; response: Nothing };
  list_change_sets: { request: Nothing; response: Array<ChangeSetSummary> };
  get_change_set: { request: ById; response: ChangeSetView };
  decide: { request: Decide; response: ChangeSet };
  name_tool: { request: NameTool; response: ChangeSet };
  merge: { request: Merge; response: Merged };
  undo: { request: Nothing; response: Undone | null };
  redo: { request: Nothing; response: Undone | null };
  history: { request: Nothing; response: Array<EventView> };
  list_tools: { request: Nothing; response: Array<ToolSummary> };
  get_tool: { request: ById; response: ToolView };
  compare: { request: Compare; response: Comparison };
  compare_proposals: { request: Nothing; response: Comparison | null };
  search: { request: Search; response: Array<Hit> };
  find_tools: { request: Search; response: Array<ToolSummary> };
  list_formats: { request: Nothing; response: Array<FormatView> };
  export: { request: Export; response: Exported };
  page_matches: { request: Nothing; response: Array<PageMatchView> };
  answer_page: { request: AnswerPage; response: Nothing };
  list_pages: { request: Nothing; response: Array<Page> };
  page_difference: { request: ById; response: PageDifference | null };
  claim_history: { request: ById; response: ClaimHistory };
  tools_as_of: { request: AsOf; response: Array<PastToolSummary> };
  tool_as_of: { request: ToolAsOf; response: PastTool };
  same_tools: { request: Nothing; response: Array<SameToolView> };
  same_tools_for: { request: ByName; response: Array<SameToolView> };
  call_different: { request: CallDifferent; response: Nothing };
  rename_tool: { request: RenameTool; response: Nothing };
  add_alias: { request: AddAlias; response: Nothing };
  remove_alias: { request: ById; response: Nothing };
  set_vendor: { request: SetVendor; response: Nothing };
  relate: { request: Relate; response: Nothing };
  remove_relation: { request: ById; response: Nothing };
  merge_tools: { request: MergeTools; response: ById };
  part_tools: { request: ById; response: ById };
  take_out: { request: TakeOut; response: ById };
  contradictions: { request: Nothing; response: Array<OpenContradiction> };
  settle: { request: Settle; response: Nothing };
  retire: { request: ById; response: Nothing };
  lock_claim: { request: LockClaim; response: Nothing };
  lock_property: { request: LockProperty; response: Nothing };
  move_operations: { request: MoveOperations; response: ChangeSet };
  read_region: { request: ReadRegion; response: RegionReading };
  cancel_region: { request: ById; response: Nothing };
  add_proposal: { request: AddProposal; response: ChangeSet };
  terms: { request: Terms; response: Array<Term> };
  mark_tools: { request: MarkTools; response: Nothing };
  merge_terms: { request: MergeTerms; response: Nothing };
  get_note: { request: NoteOn; response: string | null };
  set_note: { request: SetNote; response: Nothing };
  choose_table: { request: Nothing; response: TablePreview | null };
  import_table: { request: ImportTable; response: Imported };
  saved_searches: { request: Nothing; response: Array<SavedSearch> };
  save_search: { request: SaveSearch; response: ById };
  run_search: { request: ById; response: SearchRun };
  remove_search: { request: ById; response: Nothing };
  capture_fields: { request: ById; response: Array<CaptureField> };
  set_capture_field: { request: SetCaptureField; response: Nothing };
  trash_captures: { request: ByIds; response: Nothing };
  restore_captures: { request: ByIds; response: Nothing };
  list_trash: { request: Nothing; response: Array<TrashedView> };
  empty_trash: { request: Nothing; response: Emptied };
  plan_redaction: { request: PlanRedaction; response: Redacted };
  redact: { request: Redact; response: Redacted };
  watched_folders: { request: Nothing; response: Array<WatchedFolderView> };
  choose_watched_folder: { request: Nothing; response: WatchedFolderView | null };
  pause_watch: { request: PauseWatch; response: Nothing };
  remove_watch: { request: ById; response: Nothing };
  list_backups: { request: Nothing; response: Array<BackupView> };
  backup_contents: { request: BackupNumber; response: BackupContents };
  go_back: { request: BackupNumber; response: WentBack };
  verify: { request: Nothing; response: Array<DamageView> };
  backup: { request: Nothing; response: BackedUp };
  list_packs: { request: Nothing; response: PackList };
  look_up_pack: { request: LookUpPack; response: PackPlan };
  install_pack: { request: InstallPack; response: Pack };
  add_pack_folder: { request: Nothing; response: Pack | null };
  add_pack_file: { request: Nothing; response: Pack | null };
  export_pack: { request: ById; response: ExportedPack | null };
  verify_pack: { request: ById; response: PackCheck };
  measure_pack: { request: ById; response: Measured };
  cancel_pack: { request: ById; response: Nothing };
  remove_pack: { request: RemovePack; response: Nothing };
  use_pack: { request: UsePack; response: Nothing };
  set_offline: { request: SetOffline; response: Nothing };
}
