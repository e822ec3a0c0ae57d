//! What is typed into the search field is understood, whatever it is.

use domain::facets::{Facets, LicenceClass};
use domain::filter::{FilteredTool, ToolFilter};
use proptest::prelude::*;

fn fits(query: &str) -> bool {
    let facets = Facets {
        monthly: Some(10.0),
        currency: Some("USD".to_owned()),
        licence: Some(LicenceClass::Permissive),
        offline: Some(true),
        verified: true,
    };
    let tool = FilteredTool {
        facets: &facets,
        tags: &["Code editors".to_owned()],
        category: Some("Developer Tools"),
        vendor: Some("Loom Works"),
        contradicted: false,
        stale: true,
    };
    ToolFilter::parse(query).fits(tool)
}

const fn unknown(facets: &Facets) -> FilteredTool<'_> {
    FilteredTool { facets, tags: &[], category: None, vendor: None, contradicted: false, stale: false }
}

#[test]
fn conditions_are_met_or_not() {
    let met = [
        "price<20",
        "price<=10",
        "price<$120.5/year",
        "price>9.99/mo",
        "license:permissive",
        "Licence:Permissive offline:yes is:verified",
        "tag:\"code editors\"",
        "category:\"developer tools\" by:\"loom works\" currency:usd",
        "is:stale",
        "any words at all",
    ];
    let missed = [
        "price<10",
        "price>10",
        "is:free",
        "licence:copyleft",
        "offline:no",
        "tag:code",
        "vendor:loom",
        "is:contradicted",
    ];
    for query in met {
        assert!(fits(query), "{query}");
    }
    for query in missed {
        assert!(!fits(query), "{query}");
    }
}

#[test]
fn what_is_unknown_fits_no_condition() {
    let nothing = Facets::default();
    let conditions = [
        "price<20",
        "price>0",
        "licence:open",
        "offline:no",
        "offline:yes",
        "currency:usd",
        "is:verified",
        "is:stale",
    ];
    for query in conditions {
        assert!(!ToolFilter::parse(query).fits(unknown(&nothing)), "{query}");
    }
}

#[test]
fn the_rest_are_words() {
    let filter = ToolFilter::parse("  notes price<20  offline:maybe price<lots licence: a:b ");
    assert_eq!(filter.words, "notes offline:maybe price<lots licence: a:b");
    assert!(filter.has_conditions());
    assert!(!ToolFilter::parse("price").has_conditions());
}

proptest! {
    #[test]
    fn nothing_that_is_typed_is_an_error(query in ".{0,60}") {
        let filter = ToolFilter::parse(&query);
        filter.fits(unknown(&Facets::default()));
    }
}
