//! Pages cut into viewports: everything is covered, lines stay whole, budgets fit the shape.

use domain::{PixelBox, Viewport};
use models::viewports::{Tiling, viewports};

use crate::smolvlm::Numbers;

/// The published checkpoints of 256M and 500M.
const TILING: Tiling = Tiling { side: 512, most: 4 };

/// Lines of `line_height` in rows of `row_height`, over the whole width.
fn paragraph(width: u32, height: u32, line_height: u32, row_height: u32) -> Vec<PixelBox> {
    let tops = (0..height / row_height).map(|row| row * row_height + (row_height - line_height) / 2);
    tops.map(|top| PixelBox::new(40, top, width - 80, line_height)).collect()
}

fn budgets(width: u32, height: u32, lines: &[PixelBox]) -> Vec<usize> {
    viewports(width, height, lines, TILING).iter().filter_map(|viewport| viewport.tile_budget).collect()
}

#[test]
fn a_screenshot_is_one_viewport_with_the_tiles_that_its_small_print_needs() {
    assert_eq!(budgets(1280, 800, &paragraph(1280, 800, 14, 28)), [3]);
    // A screen with two pixels a point needs no more tiles than one with one.
    assert_eq!(budgets(2560, 1600, &paragraph(2560, 1600, 28, 56)), [3]);
    assert_eq!(budgets(1920, 1080, &paragraph(1920, 1080, 14, 28)), [4]);
    assert_eq!(budgets(1170, 2532, &paragraph(1170, 2532, 42, 84)), [2]);
    assert_eq!(budgets(400, 300, &[]), [1]);
    assert_eq!(budgets(1280, 800, &[]), [3]);
    assert!(viewports(0, 800, &[], TILING).is_empty() && viewports(800, 0, &[], TILING).is_empty());
}

#[test]
fn a_long_page_is_cut_between_its_lines() {
    let lines = paragraph(1280, 9000, 14, 100);
    let parts = viewports(1280, 9000, &lines, TILING);
    assert_eq!(parts.len(), 5);
    for pair in parts.windows(2) {
        assert_eq!(pair[0].bounds.bottom(), pair[1].bounds.y, "cut in a gap, so nothing is looked at twice");
    }
    assert!(parts.iter().all(|part| part.bounds.height > 1500), "{parts:?}");
}

#[test]
fn a_cut_takes_the_widest_gap_in_reach() {
    let mut lines = paragraph(1280, 3600, 14, 20);
    lines.retain(|line| line.bottom() < 1820 || line.y > 1900);
    let parts = viewports(1280, 3600, &lines, TILING);
    assert_eq!(parts.len(), 2);
    assert!((1820..=1900).contains(&parts[1].bounds.y), "{parts:?}");
}

/// Columns whose lines leave no common gap.
#[test]
fn where_no_gap_is_the_parts_overlap_by_the_lines_that_were_cut() {
    let mut lines = Vec::new();
    for (column, shift) in [(0u32, 0u32), (1, 10), (2, 20)] {
        lines.extend((0..130).map(|row| PixelBox::new(column * 400, row * 30 + shift, 380, 25)));
    }
    let parts = viewports(1280, 4000, &lines, TILING);
    assert!(parts.len() > 1);
    check(1280, 4000, &lines, &parts);
    assert!(parts.windows(2).all(|pair| pair[1].bounds.y < pair[0].bounds.bottom()));
}

/// The whole page is covered, and every line that a part can hold stands whole in one.
fn check(width: u32, height: u32, lines: &[PixelBox], parts: &[Viewport]) {
    let mut covered = 0;
    for part in parts {
        assert_eq!((part.bounds.x, part.bounds.width), (0, width));
        assert!(part.bounds.y <= covered && part.bounds.bottom() > covered, "{parts:?}");
        assert!(part.tile_budget.is_some_and(|tiles| (1..=TILING.most).contains(&tiles)));
        covered = part.bounds.bottom();
    }
    assert_eq!(covered, height);
    let tallest = parts.iter().map(|part| part.bounds.height).max().unwrap_or(0);
    for line in lines.iter().filter(|line| line.height <= tallest / 4) {
        let whole = |part: &Viewport| part.bounds.y <= line.y && line.bottom() <= part.bounds.bottom();
        assert!(parts.iter().any(whole), "{line:?} is whole in none of {parts:?}");
    }
}

#[test]
fn any_page_is_covered_and_its_lines_stay_whole() {
    let mut numbers = Numbers::new(3);
    for _ in 0..400 {
        let (width, height) = (1 + numbers.below(4000) as u32, 1 + numbers.below(20_000) as u32);
        let tall = 1 + numbers.below(80);
        let lines: Vec<PixelBox> = (0..numbers.below(300))
            .map(|_| {
                let (x, y) = (numbers.below(width as usize) as u32, numbers.below(height as usize) as u32);
                let line = PixelBox::new(x, y, width - x, 1 + numbers.below(tall) as u32);
                line.intersection(&PixelBox::new(0, 0, width, height))
            })
            .collect();
        let parts = viewports(width, height, &lines, TILING);
        check(width, height, &lines, &parts);
        assert!(parts.len() <= 1 + 8 * height as usize / 512 * (width as usize).div_ceil(512), "{parts:?}");
    }
}

#[test]
fn extreme_shapes_end() {
    for (width, height) in [(1, 100_000), (100_000, 1), (3, 4), (100_000, 100_000), (u32::MAX, u32::MAX)] {
        for tiling in [TILING, Tiling { side: 48, most: 1 }, Tiling { side: 1, most: 1 }] {
            let parts = viewports(width, height, &[PixelBox::new(0, 0, width, 7)], tiling);
            assert_eq!(parts.last().map(|part| part.bounds.bottom()), Some(height));
        }
    }
}
