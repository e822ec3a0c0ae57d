//! The queue: order, repetition, deaths and cancelling.

use domain::Decision;
use store::{CaptureState, JobState, Stage};

use crate::support::{Fixture, claim, extraction, named, outcome};

#[test]
fn jobs_come_in_the_order_in_which_pictures_were_added() {
    let fixture = Fixture::new();
    let captures = [fixture.add(1), fixture.add(2)];
    for capture in captures {
        let job = fixture.library.next_job().unwrap().unwrap();
        assert_eq!((job.capture.id.as_str(), job.attempt), (capture.as_str(), 1));
    }
    assert!(fixture.library.next_job().unwrap().is_none());
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 2, "running jobs are not done yet");
}

#[test]
fn progress_shows_in_the_capture_and_goes_with_the_job() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    fixture.library.report_progress(&job.id, Stage::Reading, 7, 26).unwrap();
    let state = fixture.library.capture(&capture).unwrap().state;
    assert_eq!(state, CaptureState::Running { stage: Stage::Reading, done: 7, total: 26 });
    let set =
        fixture.library.finish_job(&job.id, outcome(extraction(vec![named("Quillmark", vec![])]))).unwrap();
    let capture = fixture.library.capture(&capture).unwrap();
    assert_eq!(capture.state, CaptureState::Ready);
    assert_eq!(capture.change_set, Some(set.unwrap().id));
    assert_eq!((capture.width, capture.height), (Some(800), Some(600)));
    assert_eq!(capture.page_kind, Some(domain::PageKind::Launch));
}

#[test]
fn finishing_twice_is_finishing_once() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    let result = outcome(extraction(vec![named("Quillmark", vec![claim("tagline", "Notes")])]));
    let first = fixture.library.finish_job(&job.id, result.clone()).unwrap();
    let second = fixture.library.finish_job(&job.id, result.clone()).unwrap();
    assert_eq!(first, second);
    assert_eq!(fixture.library.change_sets().unwrap().len(), 1);
    assert_eq!(fixture.library.reading(&capture).unwrap(), Some(result.reading));
    assert_eq!(fixture.library.extraction(&capture).unwrap(), Some(result.extraction));
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 0);
}

#[test]
fn a_page_without_tools_is_kept_and_proposes_nothing() {
    let fixture = Fixture::new();
    assert_eq!(fixture.draft(1, extraction(vec![])), None);
    let capture = &fixture.library.captures().unwrap()[0];
    assert_eq!((&capture.state, &capture.change_set), (&CaptureState::Ready, &None));
    assert!(fixture.library.change_sets().unwrap().is_empty());
}

#[test]
fn numbers_that_are_none_do_not_stop_a_job() {
    let fixture = Fixture::new();
    fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    let mut proposal = claim("panel_ship", "87%");
    proposal.confidence = f32::NAN;
    proposal.value = domain::Value::Percent { percent: f64::INFINITY };
    let mut result = outcome(extraction(vec![named("Quillmark", vec![proposal])]));
    result.reading.lines[0].confidence = f32::NAN;
    result.seconds = f64::NAN;
    let set = fixture.library.finish_job(&job.id, result).unwrap().unwrap();
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), set);
}

#[test]
fn the_second_death_over_a_capture_quarantines_it() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    assert_eq!(fixture.library.fail_job(&job.id, "worker_died", "It died.", true).unwrap(), JobState::Queued);
    let job = fixture.library.next_job().unwrap().unwrap();
    assert_eq!(job.attempt, 2);
    let state = fixture.library.fail_job(&job.id, "worker_died", "It died again.", true).unwrap();
    assert_eq!(state, JobState::Quarantined);
    assert!(fixture.library.next_job().unwrap().is_none());
    let failed =
        CaptureState::Failed { code: "worker_died".to_owned(), message: "It died again.".to_owned() };
    assert_eq!(fixture.library.capture(&capture).unwrap().state, failed);
    fixture.library.retry_capture(&capture).unwrap();
    assert_eq!(fixture.library.next_job().unwrap().unwrap().attempt, 1);
}

#[test]
fn a_failure_is_final_until_it_is_repeated_by_hand() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    let state = fixture.library.fail_job(&job.id, "too_large", "Too large.", false).unwrap();
    assert_eq!(state, JobState::Failed);
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 0);
    fixture.library.retry_capture(&capture).unwrap();
    assert_eq!(fixture.library.capture(&capture).unwrap().state, CaptureState::Queued);
    assert_eq!(fixture.library.retry_capture(&capture).unwrap_err().code(), "wrong_state");
}

#[test]
fn what_a_cancelled_job_still_delivers_is_not_taken() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    fixture.library.cancel_job(&capture).unwrap();
    let set =
        fixture.library.finish_job(&job.id, outcome(extraction(vec![named("Quillmark", vec![])]))).unwrap();
    assert_eq!(set, None);
    assert_eq!(fixture.library.capture(&capture).unwrap().state, CaptureState::Cancelled);
    assert_eq!(fixture.library.reading(&capture).unwrap(), None);
    let late = fixture.library.fail_job(&job.id, "stopped", "Stopped.", true).unwrap();
    assert_eq!(late, JobState::Cancelled);
    assert_eq!(fixture.library.cancel_job(&capture).unwrap_err().code(), "wrong_state");
}

#[test]
fn a_restart_takes_running_jobs_back_and_counts_the_attempt() {
    let fixture = Fixture::new();
    let captures = [fixture.add(1), fixture.add(2)];
    fixture.library.next_job().unwrap().unwrap();
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.notices()[0].code, "recovered");
    let job = fixture.library.next_job().unwrap().unwrap();
    assert_eq!((job.capture.id.as_str(), job.attempt), (captures[0].as_str(), 2));
    let fixture = fixture.reopened();
    let order: Vec<String> =
        std::iter::from_fn(|| fixture.library.next_job().unwrap()).map(|job| job.capture.id).collect();
    assert_eq!(order, [captures[1].clone(), captures[0].clone()], "the one that is stopped again waits");
}

#[test]
fn a_capture_over_which_the_app_stops_again_and_again_is_left_alone() {
    let mut fixture = Fixture::new();
    let capture = fixture.add(1);
    let mut starts = 0;
    while fixture.library.next_job().unwrap().is_some() {
        starts += 1;
        assert!(starts < 100);
        fixture = fixture.reopened();
    }
    assert_eq!(starts, 8);
    let CaptureState::Failed { code, .. } = fixture.library.capture(&capture).unwrap().state else {
        panic!()
    };
    assert_eq!(code, "interrupted");
}

#[test]
fn reading_again_replaces_a_draft_that_nobody_has_looked_at() {
    let fixture = Fixture::new();
    let first = fixture.drafted(1, vec![named("Quillmark", vec![])]);
    fixture.library.retry_capture(&first.capture).unwrap();
    let job = fixture.library.next_job().unwrap().unwrap();
    let second = outcome(extraction(vec![named("Quillmark", vec![claim("tagline", "Notes")])]));
    let second = fixture.library.finish_job(&job.id, second).unwrap().unwrap();
    assert_eq!(fixture.library.change_set(&first.id).unwrap().state, domain::ChangeSetState::Rejected);
    assert_eq!(fixture.library.capture(&first.capture).unwrap().change_set, Some(second.id.clone()));
    // A draft with decisions stays.
    let second = fixture.decide(&second, 0, Decision::Accepted);
    fixture.library.retry_capture(&first.capture).unwrap();
    let job = fixture.library.next_job().unwrap().unwrap();
    fixture.library.finish_job(&job.id, outcome(extraction(vec![named("Quillmark", vec![])]))).unwrap();
    assert_eq!(fixture.library.change_set(&second.id).unwrap(), second);
}

#[test]
fn unknown_ids_are_errors_that_name_them() {
    let fixture = Fixture::new();
    for error in [
        fixture.library.capture("nobody").unwrap_err(),
        fixture.library.change_set("nobody").unwrap_err(),
        fixture.library.tool("nobody").unwrap_err(),
        fixture.library.cancel_job("nobody").unwrap_err(),
        fixture.library.retry_capture("nobody").unwrap_err(),
        fixture.library.fail_job("nobody", "x", "x", false).unwrap_err(),
        fixture.library.merge("nobody", 1).unwrap_err(),
    ] {
        assert_eq!(error.code(), "unknown");
        assert!(error.to_string().contains("nobody"), "{error}");
    }
    assert_eq!(fixture.library.reading("nobody").unwrap(), None);
}
