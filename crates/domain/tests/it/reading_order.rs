//! The order in which a page's lines are read.

use domain::{Line, PixelBox, Reading, reading_order};
use proptest::prelude::*;

fn line(text: &str, x: u32, y: u32, height: u32) -> Line {
    let width = text.chars().count() as u32 * height / 2;
    Line {
        text: text.to_owned(),
        bounds: PixelBox::new(x, y, width, height),
        confidence: 1.0,
        characters: Vec::new(),
        words: Vec::new(),
        font_height: height as f32,
        foreground: [0; 3],
        background: [255; 3],
        lettering: None,
    }
}

/// Texts of lines in reading order; they are given row by row, as the text reader gives them.
fn read(lines: Vec<Line>) -> Vec<String> {
    let reading = Reading { lines, ..Reading::default() };
    reading.in_reading_order().lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn cards_side_by_side_are_read_one_after_the_other_between_headings_over_the_page() {
    let lines = vec![
        line("Which of the two should it be", 40, 10, 40),
        line("Heron Notes", 60, 100, 20),
        line("Plover Desk", 660, 100, 20),
        line("Keeps what a team has", 60, 140, 16),
        line("Answers letters from", 660, 140, 16),
        line("agreed on", 60, 162, 16),
        line("customers for you", 660, 162, 16),
        line("100%", 60, 210, 24),
        line("75%", 660, 210, 24),
        line("What reviewers say", 40, 300, 26),
        line("\"Small, and it stays out", 60, 350, 16),
        line("\"I would wait for the", 660, 350, 16),
        line("of the way.\"", 60, 372, 16),
        line("next version.\"", 660, 372, 16),
        line("A third line of the first", 60, 394, 16),
    ];
    assert_eq!(
        read(lines),
        [
            "Which of the two should it be",
            "Heron Notes",
            "Keeps what a team has",
            "agreed on",
            "100%",
            "Plover Desk",
            "Answers letters from",
            "customers for you",
            "75%",
            "What reviewers say",
            "\"Small, and it stays out",
            "of the way.\"",
            "A third line of the first",
            "\"I would wait for the",
            "next version.\"",
        ]
    );
}

#[test]
fn plans_are_read_card_by_card_and_cards_below_them_later() {
    let mut lines = Vec::new();
    for (row, texts) in
        [["Solo", "Team", "Firm"], ["$0", "$12", "$40"], ["1 seat", "5 seats", "50 seats"]].iter().enumerate()
    {
        for (column, text) in texts.iter().enumerate() {
            lines.push(line(text, 40 + 300 * column as u32, 100 + 30 * row as u32, 18));
        }
    }
    for (column, text) in ["Imports", "Exports", "Backups"].iter().enumerate() {
        lines.push(line(text, 40 + 300 * column as u32, 300, 18));
    }
    assert_eq!(
        read(lines),
        [
            "Solo", "$0", "1 seat", "Team", "$12", "5 seats", "Firm", "$40", "50 seats", "Imports",
            "Exports", "Backups"
        ]
    );
}

#[test]
fn tables_are_read_row_by_row() {
    let rows = [
        ["Single sign-on", "✓", "—"],
        ["Storage for files", "5 GB", "20 GB"],
        ["Price of a seat", "$4", "$9"],
    ];
    let lines = |rows: &[[&str; 3]]| {
        let cells = rows.iter().enumerate().flat_map(|(row, cells)| {
            let y = 100 + 40 * row as u32;
            cells.iter().zip([40, 400, 700]).map(move |(text, x)| line(text, x, y, 16))
        });
        cells.collect::<Vec<_>>()
    };
    assert_eq!(read(lines(&rows)), rows.concat());
    let told = [
        ["Runs on", "A small server that you rent or own", "Nothing but your telephone, it says"],
        ["Licence", "Yours to change and to pass on", "Yours to use as long as you pay"],
    ];
    let wide = told.iter().enumerate().flat_map(|(row, cells)| {
        let y = 100 + 40 * row as u32;
        cells.iter().zip([40, 300, 700]).map(move |(text, x)| line(text, x, y, 16))
    });
    assert_eq!(read(wide.collect()), told.concat());
}

#[test]
fn one_column_stays_as_it_is() {
    let texts = ["Heron Notes", "Keeps what a team has agreed on", "and who agreed to it", "Get it"];
    let lines =
        texts.iter().enumerate().map(|(row, text)| line(text, 40 + 7 * row as u32, 30 * row as u32, 20));
    assert_eq!(read(lines.collect()), texts);
}

proptest! {
    #[test]
    fn every_line_comes_once_whatever_the_page(
        boxes in prop::collection::vec((0u32..2000, 0u32..3000, 0u32..900, 0u32..90), 0..120)
    ) {
        let lines: Vec<Line> = boxes
            .into_iter()
            .map(|(x, y, width, height)| Line { bounds: PixelBox::new(x, y, width, height), ..line("x", 0, 0, height) })
            .collect();
        let mut order = reading_order(&lines);
        order.sort_unstable();
        prop_assert_eq!(order, (0..lines.len()).collect::<Vec<_>>());
    }
}
