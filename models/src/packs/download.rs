//! Fetching the files of a plan: resumed after interruptions, checked, and only then named.
//!
//! A file grows as `<name>.part`; when it is complete it is fsynced, hashed from the disk, compared with what the Hub
//! stated, and renamed into `files/`. Invariant: nothing is in `files/` that was not checked; a part whose hash or
//! length is wrong is deleted; a part that is merely incomplete is kept for the next try.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use domain::PackError;
use domain::pack::{PackFile, PackPlan, PackStage, PlannedFile, StatedHash};

use super::hashing;
use super::hub::{self, Answer, Fault, Hub, Message};
use super::progress::Hearing;
use super::{disk, layout};

/// Bytes after which a connection that breaks counts as having brought something.
const WORTHWHILE: u64 = 256 * 1024;
/// Kept free beside the pack, so that the rest of the computer goes on.
const SPARE_ROOM: u64 = 64 * 1024 * 1024;

/// The folder of an unfinished download.
pub(super) struct Unfinished {
    folder: PathBuf,
}

/// What one try came to, when it did not bring the whole file.
enum Trouble {
    /// Worth another try.
    Again(PackError),
    Final(PackError),
}

impl Unfinished {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    fn plan_file(&self) -> PathBuf {
        self.folder.join("plan.json")
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.part"))
    }

    /// The plan that the download was begun with; one that cannot be read is as good as none.
    pub(super) fn plan(&self) -> Option<PackPlan> {
        let plan: Option<PackPlan> = disk::read_json(&self.plan_file()).ok().flatten();
        plan.filter(|plan| plan.files.iter().all(|file| layout::is_file_name(&file.name)))
    }

    /// Bytes of a plan that lie here.
    pub(super) fn held(&self, plan: &PackPlan) -> u64 {
        plan.files.iter().map(|file| self.held_of(file)).sum()
    }

    fn held_of(&self, file: &PlannedFile) -> u64 {
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |described| described.len());
        length(&self.files().join(&file.name)).max(length(&self.part(&file.name))).min(file.bytes)
    }

    /// Fetches what is missing of a plan. `installed` is the folder of a damaged installation: its files that are as
    /// planned are taken over instead of being fetched again.
    pub(super) fn complete(
        &self,
        hub: &Hub,
        plan: &PackPlan,
        installed: &Path,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<Vec<PackFile>, PackError> {
        if self.plan().is_some_and(|begun| begun.commit != plan.commit) {
            disk::remove_folder(&self.folder)?;
        }
        disk::make_folder(&self.files())?;
        disk::write_json(&self.plan_file(), plan)?;
        self.take_over(plan, installed, hearing)?;

        let held = self.held(plan);
        demand_room(&self.folder, plan.bytes - held, held)?;
        hearing.held = held;
        hearing.done(held);
        let mut files = Vec::new();
        for file in &plan.files {
            let finished = self.files().join(&file.name);
            let present = std::fs::metadata(&finished).is_ok_and(|described| described.len() == file.bytes);
            if !present {
                let address = hub.address(&plan.repository, &plan.commit, &file.name)?;
                self.download(hub, &address, file, hearing)?;
            }
            let from = if present { finished.clone() } else { self.part(&file.name) };
            hearing.stage(PackStage::Checking, &file.name)?;
            let checked = check(&from, file, hearing).inspect_err(|error| {
                if matches!(error, PackError::WrongHash { .. } | PackError::WrongLength { .. }) {
                    // A part that stays because it cannot be deleted is found wrong again.
                    drop(std::fs::remove_file(&from));
                }
            })?;
            if !present {
                disk::rename(&from, &finished)?;
            }
            files.push(checked);
        }
        Ok(files)
    }

    /// Moves good files of a damaged installation here.
    fn take_over(
        &self,
        plan: &PackPlan,
        installed: &Path,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<(), PackError> {
        for file in &plan.files {
            let (old, new) = (installed.join(&file.name), self.files().join(&file.name));
            let candidate = std::fs::metadata(&old)
                .is_ok_and(|described| described.is_file() && described.len() == file.bytes);
            if !candidate || new.exists() {
                continue;
            }
            hearing.stage(PackStage::Checking, &file.name)?;
            match check(&old, file, hearing) {
                Ok(_) => disk::rename(&old, &new)?,
                Err(cancelled @ PackError::Cancelled { .. }) => return Err(cancelled),
                // It is damaged, so it is fetched again.
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn download(
        &self,
        hub: &Hub,
        address: &str,
        file: &PlannedFile,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<(), PackError> {
        let part = self.part(&file.name);
        let mut failures = 0;
        loop {
            let before = length(&part);
            if before > file.bytes {
                disk::remove_file(&part)?;
                continue;
            }
            let tried = attempt(hub, address, file, &part, hearing);
            let now = length(&part);
            match tried {
                Ok(()) => return Ok(()),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Again(error)) => {
                    failures = if now.saturating_sub(before) >= WORTHWHILE { 1 } else { failures + 1 };
                    if failures >= hub.patience.tries {
                        return Err(error);
                    }
                    hearing.stage(PackStage::Waiting, &file.name)?;
                    hearing.pause(hub.patience.pause * 2_u32.saturating_pow(failures - 1))?;
                }
            }
        }
    }
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |described| described.len())
}

/// One request for the rest of a file. `hearing.held` is kept at what lies on the disk.
fn attempt(
    hub: &Hub,
    address: &str,
    file: &PlannedFile,
    part: &Path,
    hearing: &mut Hearing<'_, '_>,
) -> Result<(), Trouble> {
    let mut here = length(part);
    let elsewhere = hearing.held - here;
    let opened = OpenOptions::new().create(true).append(true).open(part);
    let mut target =
        opened.map_err(|error| Trouble::Final(disk::cannot_write(part, &error, hearing.held)))?;
    if here == file.bytes {
        return finish(&target, part, hearing);
    }
    hearing.stage(PackStage::Connecting, &file.name).map_err(Trouble::Final)?;
    let messages = hub.fetch(address.to_owned(), here);
    loop {
        match hub::wait(&messages, hearing).map_err(Trouble::Final)? {
            Message::Answer(answer) => {
                let start = begin(&answer, file, here, hearing.held).inspect_err(|_| {
                    if matches!(answer.status, 206 | 416) {
                        // What is held does not go together with what the host has.
                        drop(target.set_len(0));
                        hearing.held = elsewhere;
                        hearing.done(elsewhere);
                    }
                })?;
                if start == 0 && here > 0 {
                    target
                        .set_len(0)
                        .map_err(|error| Trouble::Final(disk::cannot_write(part, &error, elsewhere)))?;
                    here = 0;
                    hearing.held = elsewhere;
                    hearing.done(elsewhere);
                }
                hearing.stage(PackStage::Downloading, &file.name).map_err(Trouble::Final)?;
            }
            Message::Piece(piece) => {
                if here + piece.len() as u64 > file.bytes {
                    drop(std::fs::remove_file(part));
                    let found = here + piece.len() as u64;
                    return Err(Trouble::Final(wrong_length(file, found)));
                }
                target
                    .write_all(&piece)
                    .map_err(|error| Trouble::Final(disk::cannot_write(part, &error, hearing.held)))?;
                here += piece.len() as u64;
                hearing.held += piece.len() as u64;
                hearing.advance(piece.len() as u64).map_err(Trouble::Final)?;
            }
            Message::End if here == file.bytes => return finish(&target, part, hearing),
            Message::End | Message::Fault(Fault::Broken) => {
                return Err(Trouble::Again(PackError::Interrupted {
                    file: file.name.clone(),
                    done: here,
                    total: file.bytes,
                }));
            }
            Message::Fault(fault @ (Fault::Silent { .. } | Fault::NoConnection { .. })) => {
                return Err(Trouble::Again(hub::refused(fault, &file.name, hearing.held)));
            }
            Message::Fault(fault) => {
                return Err(Trouble::Final(hub::refused(fault, &file.name, hearing.held)));
            }
        }
    }
}

fn finish(target: &File, part: &Path, hearing: &Hearing<'_, '_>) -> Result<(), Trouble> {
    target.sync_all().map_err(|error| Trouble::Final(disk::cannot_write(part, &error, hearing.held)))
}

/// From which byte on the answer goes; `asked` is the first byte that is missing.
fn begin(answer: &Answer, file: &PlannedFile, asked: u64, held: u64) -> Result<u64, Trouble> {
    let bad = |why: String| PackError::BadAnswer { host: answer.host.clone(), why, held };
    match answer.status {
        200 => match answer.length {
            Some(length) if length != file.bytes => Err(Trouble::Final(wrong_length(file, length))),
            _ => Ok(0),
        },
        206 if answer.range == Some((asked, file.bytes)) => Ok(asked),
        206 => Err(Trouble::Again(bad(format!("another part of {} than was asked for", file.name)))),
        416 => Err(Trouble::Again(bad(format!("{} is said to end earlier", file.name)))),
        status => {
            let refused = hub::demand_success(answer, &file.name, held).err();
            let refused = refused.unwrap_or_else(|| bad(format!("answer {status}")));
            if status >= 500 { Err(Trouble::Again(refused)) } else { Err(Trouble::Final(refused)) }
        }
    }
}

fn wrong_length(file: &PlannedFile, found: u64) -> PackError {
    PackError::WrongLength { file: file.name.clone(), expected: file.bytes, found }
}

/// Hashes a file from the disk and compares with what was stated.
fn check(path: &Path, file: &PlannedFile, hearing: &mut Hearing<'_, '_>) -> Result<PackFile, PackError> {
    let git = matches!(file.hash, StatedHash::GitBlob { .. });
    let hashed = hashing::file(path, git, |_| hearing.hear())?;
    if hashed.bytes != file.bytes {
        return Err(wrong_length(file, hashed.bytes));
    }
    let (found, expected) = hashed.like(&file.hash);
    if found != expected {
        return Err(PackError::WrongHash { file: file.name.clone(), expected, found: found.to_owned() });
    }
    Ok(PackFile { name: file.name.clone(), bytes: hashed.bytes, sha256: hashed.sha256 })
}

/// Refuses before the first byte when there is no room for all.
pub(super) fn demand_room(folder: &Path, bytes: u64, held: u64) -> Result<(), PackError> {
    let needed = bytes.saturating_add(SPARE_ROOM);
    match disk::free(folder) {
        Some(free) if bytes > 0 && free < needed => {
            Err(PackError::DiskFull { needed, free: Some(free), held })
        }
        _ => Ok(()),
    }
}
