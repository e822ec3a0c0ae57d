//! One library, many threads: adding, working, reviewing, looking and searching at the same time.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::Decision;
use store::{CaptureState, Library, Source};

use crate::support::{Fixture, claim, extraction, named, outcome, png};

const fn shared_between_threads<T: Send + Sync>() {}
const _: () = shared_between_threads::<Library>();

#[test]
fn threads_do_not_get_into_each_others_way() {
    const EACH: u32 = 12;
    let fixture = Fixture::new();
    let library = &fixture.library;
    let adding = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let adders: Vec<_> = (0..3_u32)
            .map(|adder| {
                scope.spawn(move || {
                    for number in 0..EACH {
                        // Every picture comes from two threads.
                        let bytes = png((adder / 2) * 1000 + number);
                        library.add_capture(Source::Bytes { name: "page.png", bytes: &bytes }).unwrap();
                    }
                })
            })
            .collect();
        let adding = &adding;
        for _ in 0..2 {
            scope.spawn(move || {
                loop {
                    let still = adding.load(Ordering::SeqCst);
                    let Some(job) = library.next_job().unwrap() else {
                        if still {
                            std::thread::yield_now();
                            continue;
                        }
                        break;
                    };
                    let page = vec![named("Quillmark", vec![claim("feature", &job.capture.sha256)])];
                    library.finish_job(&job.id, outcome(extraction(page))).unwrap().unwrap();
                }
            });
        }
        scope.spawn(move || {
            while adding.load(Ordering::SeqCst) {
                library.search("quill", 5).unwrap();
                library.captures().unwrap();
                library.change_sets().unwrap();
                library.tools().unwrap();
            }
        });
        for adder in adders {
            adder.join().unwrap();
        }
        adding.store(false, Ordering::SeqCst);
    });
    let captures = library.captures().unwrap();
    assert_eq!(captures.len() as u32, 2 * EACH);
    assert!(captures.iter().all(|capture| capture.state == CaptureState::Ready));
    for capture in captures {
        // Each merge changes what the other drafts would do, so every one is looked at anew.
        let set = library.change_set(&capture.change_set.unwrap()).unwrap();
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        let set = library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None).unwrap();
        library.merge(&set.id, set.revision).unwrap();
    }
    assert_eq!(fixture.only_tool().claims.len() as u32, 1 + 2 * EACH);
    fixture.assert_whole();
}
