//! A region is read by itself, enlarged where its type is small; whatever it does to the worker, nothing else is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::{Control, Line, Picture, PixelBox, Progress, ReadError, Reading, TextReader, Word};
use engine::queue::{Event, Queue, Settings};
use engine::region::read;
use store::{Access, Library, Source};

use crate::pictures;
use crate::worker::worker;

/// Reads one line in the middle of whatever it gets, right only where the picture is large enough.
struct Shortsighted {
    /// What it reads at each size, by how many times as large as the part the picture is.
    says: [(&'static str, f32); 4],
    part: (u32, u32),
    /// Height of the line at its own size.
    height: u32,
    reads: AtomicUsize,
}

impl TextReader for Shortsighted {
    fn name(&self) -> String {
        "shortsighted 1".to_owned()
    }

    fn read(&self, picture: &Picture, progress: &mut dyn Progress) -> Result<Reading, ReadError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if progress.report(0, 1) == Control::Stop {
            return Err(ReadError::Cancelled);
        }
        assert_eq!(picture.pixels.len(), (picture.width * picture.height * 3) as usize);
        let size = picture.width / self.part.0;
        assert_eq!((self.part.0 * size, self.part.1 * size), (picture.width, picture.height));
        let (text, confidence) = self.says[size as usize - 1];
        let bounds = PixelBox::new(20 * size, 20 * size, 40 * size, self.height * size);
        let line = Line {
            text: text.to_owned(),
            bounds,
            confidence,
            characters: vec![confidence; text.chars().count()],
            words: vec![Word { text: text.to_owned(), bounds, confidence }],
            font_height: (self.height * size) as f32,
            foreground: [0; 3],
            background: [255; 3],
            lettering: None,
        };
        Ok(Reading { reader: self.name(), width: picture.width, height: picture.height, lines: vec![line] })
    }
}

const REGION: PixelBox = PixelBox::new(112, 62, 60, 30);

fn shortsighted(says: [(&'static str, f32); 4], height: u32) -> Shortsighted {
    // Twelve pixels more on each side than the region.
    Shortsighted { says, part: (84, 54), height, reads: AtomicUsize::new(0) }
}

fn page() -> Picture {
    Picture { width: 400, height: 200, pixels: vec![255; 400 * 200 * 3] }
}

#[test]
fn small_type_is_read_enlarged_and_the_sizes_agree_on_it() {
    let says = [
        ("inclades 3 seats", 0.8),
        ("includes 3 seats", 0.7),
        ("includes 3 seats", 0.7),
        ("indudes 8 seats", 0.7),
    ];
    let reader = shortsighted(says, 8);
    let found = read(&reader, &page(), REGION, &mut |_, _| Control::Continue).expect("it is read");
    assert_eq!(found.reading.lines[0].text, "includes 3 seats");
    assert_eq!(found.enlarged, 2);
    assert_eq!(reader.reads.load(Ordering::Relaxed), 4);
    // In pixels of the whole picture, whatever the size it was read at.
    assert_eq!(found.reading.lines[0].bounds, PixelBox::new(120, 70, 40, 8));
    assert_eq!(found.reading.lines[0].words[0].bounds, PixelBox::new(120, 70, 40, 8));
    assert!((found.reading.lines[0].font_height - 8.0).abs() < f32::EPSILON);
    assert_eq!((found.reading.width, found.reading.height), (400, 200));
}

#[test]
fn large_type_that_is_sure_is_read_once() {
    let reader = shortsighted([("Acme", 0.99), ("?", 0.1), ("?", 0.1), ("?", 0.1)], 20);
    let found = read(&reader, &page(), REGION, &mut |_, _| Control::Continue).expect("it is read");
    assert_eq!((found.reading.lines[0].text.as_str(), found.enlarged), ("Acme", 1));
    assert_eq!(reader.reads.load(Ordering::Relaxed), 1);
}

#[test]
fn doubtful_type_is_read_enlarged_whatever_its_size() {
    let reader = shortsighted([("Acne", 0.4), ("Acme", 0.9), ("Acme", 0.9), ("Acme", 0.9)], 20);
    let found = read(&reader, &page(), REGION, &mut |_, _| Control::Continue).expect("it is read");
    assert_eq!(found.reading.lines[0].text, "Acme");
}

#[test]
fn progress_never_goes_back_and_stops_the_work() {
    let reader = shortsighted([("a", 0.5); 4], 8);
    let mut shares = Vec::new();
    let report = &mut |done: usize, total: usize| {
        shares.push(done as f64 / total as f64);
        Control::Continue
    };
    read(&reader, &page(), REGION, report).expect("it is read");
    assert!(shares.len() == 4 && shares.is_sorted(), "{shares:?}");
    let mut after_two = 0;
    let stop = &mut |_: usize, _: usize| {
        after_two += 1;
        if after_two > 2 { Control::Stop } else { Control::Continue }
    };
    assert!(matches!(read(&reader, &page(), REGION, stop), Err(ReadError::Cancelled)));
}

/// A library with one capture that was read, and a paused queue whose worker meets `fault`.
fn queue(
    folder: &std::path::Path,
    fault: &str,
    adjust: impl FnOnce(&mut engine::worker::WorkerCommand),
) -> (Arc<Library>, String, Queue) {
    let library = Arc::new(Library::open(&folder.join("library"), Access::Owner).expect("a library"));
    let path = pictures::file(folder, "page.png", 10);
    let capture = library.add_capture(Source::File { path: &path }).expect("a picture").capture.id;
    let mut command = worker(fault);
    adjust(&mut command);
    let queue = Queue::start(Arc::clone(&library), command, Settings { paused: true, packs: None });
    (library, capture, queue)
}

const WHOLE: PixelBox = PixelBox::new(0, 0, 64, 48);

#[test]
fn a_paused_queue_reads_a_region_and_leaves_the_job_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, capture, queue) = queue(folder.path(), "", |_| {});
    let events = queue.subscribe();
    let read = queue.read_region(&capture, WHOLE).expect("it is read");
    assert_eq!(read.reading.lines[0].text, "Acme");
    assert!(read.reading.lines.iter().all(|line| line.bounds.fits(64, 48)));
    assert!(events.try_iter().any(|event| matches!(event, Event::Region { .. })));
    assert_eq!(library.captures().expect("captures")[0].state, store::CaptureState::Queued);
    assert_eq!(library.reading(&capture).expect("no damage"), None, "the first reading is still to come");
    let outside = queue.read_region(&capture, PixelBox::new(500, 0, 9, 9)).expect_err("beyond the picture");
    assert_eq!(outside.code, "outside");
    queue.resume();
    queue.wait_idle();
    assert_eq!(library.captures().expect("captures")[0].state, store::CaptureState::Ready);
}

/// What a worker does to a region costs the region only: the first reading stays, and the next capture is read.
fn check_region_fails(fault: &str, code: &str, adjust: impl FnOnce(&mut engine::worker::WorkerCommand)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, capture, queue) = queue(folder.path(), &format!("{fault}:region:"), adjust);
    queue.resume();
    queue.wait_idle();
    let first = library.reading(&capture).expect("no damage").expect("the capture was read");
    let failure = queue.read_region(&capture, WHOLE).expect_err("the region meets a fault");
    assert_eq!(failure.code, code, "{}", failure.message);
    assert!(failure.message.contains("the words of the first reading stay"), "{}", failure.message);
    assert_eq!(library.reading(&capture).expect("no damage"), Some(first));
    assert_eq!(library.captures().expect("captures")[0].state, store::CaptureState::Ready);
    let another = pictures::file(folder.path(), "another.png", 20);
    library.add_capture(Source::File { path: &another }).expect("a picture");
    queue.wake();
    queue.wait_idle();
    let states = library.captures().expect("captures").into_iter().map(|capture| capture.state);
    assert!(states.into_iter().all(|state| state == store::CaptureState::Ready));
}

#[test]
fn a_region_that_crashes_the_worker_costs_nothing_else() {
    check_region_fails("crash", "worker_crashed", |_| {});
}

#[test]
fn a_region_that_panics_the_worker_costs_nothing_else() {
    check_region_fails("panic", "worker_panicked", |_| {});
}

#[test]
fn a_region_that_hangs_the_worker_costs_nothing_else() {
    check_region_fails("hang", "worker_hung", |command| command.decode_limit = Duration::from_secs(3));
}

#[test]
fn a_region_can_be_cancelled_and_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_library, capture, queue) = queue(folder.path(), "hang:region:page", |_| {});
    let events = queue.subscribe();
    let failure = std::thread::scope(|scope| {
        let reading = scope.spawn(|| queue.read_region(&capture, WHOLE));
        // Far longer than any healthy step: only a broken queue waits this long.
        let begun = events.recv_timeout(Duration::from_mins(2)).expect("it begins");
        assert!(matches!(begun, Event::Region { .. }), "{begun:?}");
        queue.cancel_region("another capture");
        queue.cancel_region(&capture);
        reading.join().expect("no panic").expect_err("it hangs until it is cancelled")
    });
    assert_eq!(failure.code, "cancelled");
    queue.resume();
    queue.wait_idle();
}

#[test]
fn a_region_that_waits_is_answered_when_the_queue_ends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_library, capture, queue) = queue(folder.path(), "hang:region:page", |_| {});
    let events = queue.subscribe();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| queue.read_region(&capture, WHOLE));
        events.recv_timeout(Duration::from_mins(2)).expect("it begins");
        let second = scope.spawn(|| queue.read_region(&capture, WHOLE));
        queue.shutdown();
        for waiting in [first, second] {
            let failure = waiting.join().expect("no panic").expect_err("nobody reads any more");
            assert_eq!(failure.code, "cancelled");
        }
    });
}
