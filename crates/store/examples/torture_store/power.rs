//! Power cuts: a library on a file system of its own, whose disk is copied while the program stands still.
//!
//! What was not written to the disk by then is lost, as in a power cut. Not modelled: a drive that loses or reorders what
//! it said was written. Needs Linux, root, loop devices and `mkfs.ext4`.

use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::program::{Dice, check, say, start, text};

const PROGRAMS: [&str; 3] = ["write", "enter", "redact"];

pub(crate) fn run(count: u64, seed: u64) -> Result<u64> {
    let mut dice = Dice::new(seed);
    let (mut losses, mut acknowledgements, mut unstable) = (0, 0, 0);
    for cut in 0..count {
        let place = TempDir::new()?;
        let what = PROGRAMS[(cut % PROGRAMS.len() as u64) as usize];
        let (found, lines, again) = one(place.path(), what, &mut dice)?;
        acknowledgements += lines;
        unstable += u64::from(again);
        if let Some(found) = found {
            losses += 1;
            say(&format!("cut {cut} ({what}): {found}"));
        }
    }
    say(&format!(
        "{count} power cuts, {acknowledgements} acknowledgements, {losses} with losses; {unstable} copies were taken again"
    ));
    Ok(losses)
}

fn one(place: &Path, what: &str, dice: &mut Dice) -> Result<(Option<String>, usize, bool)> {
    let (disk, mounted, log) = (place.join("disk"), place.join("mounted"), place.join("log"));
    std::fs::create_dir(&mounted)?;
    command("truncate", &["-s", "96M", &text(&disk)])?;
    command("mkfs.ext4", &["-q", "-F", &text(&disk)])?;
    command("mount", &["-o", "loop", &text(&disk), &text(&mounted)])?;
    let cut = (|| {
        let library = mounted.join("library");
        let mut program = start(&[what, &text(&library), "0", "500"], &log, &[])?;
        std::thread::sleep(Duration::from_millis(400 + dice.below(1800)));
        let number = program.id().to_string();
        command("kill", &["-STOP", &number])?;
        let acknowledged = std::fs::read(&log)?;
        let (first, second) = (place.join("first"), place.join("second"));
        let mut again = false;
        let stable = loop {
            // A copy that races the file system's own journal is no moment that ever was.
            std::fs::copy(&disk, &first)?;
            std::fs::copy(&disk, &second)?;
            if same(&first, &second)? {
                break second;
            }
            again = true;
        };
        program.kill()?;
        program.wait()?;
        Ok::<_, Error>((acknowledged, stable, again))
    })();
    command("umount", &[&text(&mounted)])?;
    let (acknowledged, stable, again) = cut?;
    command("mount", &["-o", "loop", &text(&stable), &text(&mounted)])?;
    let found = check(&mounted.join("library"), &acknowledged);
    command("umount", &[&text(&mounted)])?;
    let lines = String::from_utf8_lossy(&acknowledged).lines().count();
    Ok((found?, lines, again))
}

fn same(left: &Path, right: &Path) -> Result<bool> {
    Ok(Command::new("cmp").arg("-s").arg(left).arg(right).status()?.success())
}

fn command(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::other(format!("{program} failed ({said}); power cuts need Linux, root and loop devices")))
}
