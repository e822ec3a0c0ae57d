//! What later stages need of a reading: a text held against the pixels, the shape of the letters, small numbers.

use domain::{PixelBox, Reading, TextReader, TextSupport};
use models::text_reader::EmbeddedReader;

use crate::support::{picture, read};

struct Page {
    reader: EmbeddedReader,
    picture: domain::Picture,
    reading: Reading,
}

impl Page {
    fn new() -> Self {
        let reader = EmbeddedReader::load().expect("the embedded weights load");
        let picture = picture("page.png");
        let reading = read(&reader, &picture).expect("the picture is read");
        Self { reader, picture, reading }
    }

    fn line(&self, text: &str) -> &domain::Line {
        self.reading.lines.iter().find(|line| line.text == text).expect("the line is on the page")
    }

    fn support(&self, line: &str, text: &str) -> TextSupport {
        let bounds = self.line(line).bounds;
        let support = self.reader.support(&self.picture, bounds, text).expect("the computation works");
        support.expect("the text can be written and placed")
    }
}

#[test]
fn the_pixels_support_what_stands_there_and_nothing_else() {
    let page = Page::new();
    let price = "$199 / year";
    for (line, text) in [(price, price), (price, "$199"), ("Contact us", "Contact us")] {
        let support = page.support(line, text);
        assert_eq!(support.characters.len(), text.chars().count());
        assert!(support.per_character() > -0.1, "{text} on {line}: {:?}", support.characters);
    }
    // One digit less, one more, another one, another word.
    for text in ["$19 / year", "$1999 / year", "$149 / year", "$199 / month", "$19", "99"] {
        let support = page.support(price, text);
        assert!(support.weakest() < -2.0, "{text}: {:?}", support.characters);
    }
    assert!(page.support("Schooner", "Dinghy").per_character() < -2.0);
}

#[test]
fn a_part_of_a_line_is_found_where_it_stands() {
    let page = Page::new();
    let line = page.line("$199 / year");
    for word in line.words.iter().filter(|word| word.text != "/") {
        let found = page.support("$199 / year", &word.text).bounds;
        assert!(found.overlap(&word.bounds) > 0.6, "{}: {found:?} for {:?}", word.text, word.bounds);
    }
}

#[test]
fn what_cannot_be_told_is_said() {
    let page = Page::new();
    let line = page.line("Fleet").bounds;
    let support =
        |bounds, text| page.reader.support(&page.picture, bounds, text).expect("the computation works");
    assert_eq!(support(line, "Флот"), None);
    assert_eq!(support(line, " "), None);
    let outside = PixelBox::new(page.picture.width - 5, 0, 10, 10);
    assert_eq!(support(outside, "Fleet"), None);
}

#[test]
fn letters_are_measured_in_picture_pixels() {
    let page = Page::new();
    let measured = |text: &str| page.line(text).lettering.expect("this reader measures");
    // DejaVu Sans: small letters are 0.55 em high and capitals 0.73 em.
    for (text, em) in
        [("Notes that sail with you", 36.0), ("Released under the MIT licence in March 2026", 14.0)]
    {
        let height = measured(text).x_height.expect("small letters that stand alone");
        assert!((0.47 * em..0.65 * em).contains(&height), "{text}: x-height {height}");
    }
    let height = measured("$199 / year").cap_height.expect("digits that stand alone");
    assert!((0.64 * 28.0..0.84 * 28.0).contains(&height), "cap height {height}");
    // The heading is bold, the sentence is not.
    let weight = |text: &str, em: f32| measured(text).stroke_width.expect("a stroke") / em;
    let (bold, regular) =
        (weight("Notes that sail with you", 36.0), weight("second, offline and without an account.", 16.0));
    assert!(bold > 1.3 * regular, "bold {bold}, regular {regular}");
}

#[test]
fn confidences_are_short_numbers() {
    let page = Page::new();
    for value in page.reading.lines.iter().flat_map(|line| &line.characters) {
        assert!(format!("{value}").len() <= "0.123".len(), "{value} takes more room than it says");
    }
}
