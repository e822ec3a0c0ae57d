//! Redaction as the window and the command line ask for it.

use api::types::{OlderCopies, PlanRedaction, Redact, Search};

use crate::support::{HEIGHT, Place, WIDTH, line};

fn pixels(core: &api::Core, sha256: &str) -> domain::Picture {
    engine::decode::decode(&core.picture(sha256, None, None).unwrap()).unwrap()
}

#[test]
fn the_pixels_are_black_and_the_words_are_found_nowhere() {
    let place = Place::new();
    let capture = place.page(&["Quillmark", "Works offline", "Codename Zephyr-77"]);
    let core = place.core();
    let view = |core: &api::Core| core.list_captures(api::types::Nothing {}).unwrap().remove(0);
    let before = view(&core);
    assert!(pixels(&core, &before.sha256).pixels.iter().all(|shade| *shade == 200));

    // A box over a part of the line takes all of it.
    let regions = vec![domain::PixelBox::new(200, 72, 60, 14)];
    let plan =
        core.plan_redaction(PlanRedaction { capture: capture.clone(), regions: regions.clone() }).unwrap();
    assert_eq!(plan.texts, ["Codename Zephyr-77"]);
    assert_eq!(view(&core).sha256, before.sha256, "planning changes nothing");
    let redacted = core.redact(Redact { capture, regions, older_copies: OlderCopies::Remove }).unwrap();
    assert_eq!(redacted, plan);

    let after = view(&core);
    assert_eq!((after.width, after.height), (Some(WIDTH), Some(HEIGHT)));
    let shown = pixels(&core, &after.sha256);
    let shade = |x: u32, y: u32| shown.pixels[((y * WIDTH + x) * 3) as usize];
    let gone = line(2);
    for y in gone.y..gone.bottom() {
        assert!((gone.x..gone.right()).all(|x| shade(x, y) == 0), "row {y}");
    }
    assert_eq!((shade(20, 20), shade(20, 50)), (200, 200), "the other lines stay");
    assert_eq!(core.picture(&before.sha256, None, None).unwrap_err().code, "not_decoded");
    assert_eq!(core.search(Search { query: "zephyr".to_owned(), limit: None }).unwrap().len(), 0);
    assert_eq!(core.search(Search { query: "offline".to_owned(), limit: None }).unwrap().len(), 2);
    assert!(core.verify(api::types::Nothing {}).unwrap().is_empty());
}
