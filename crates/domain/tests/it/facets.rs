//! What tools can be filtered by follows from their claims.

use domain::facets::{Facets, LicenceClass, licence_class};
use domain::{Period, Speaker, Status, Value};

use crate::contradictions::{claim, price};

#[test]
fn licences_are_told_apart_by_what_they_allow() {
    use LicenceClass::{Copyleft, Noncommercial, OpenUnspecified, Permissive, Proprietary, SourceAvailable};
    let cases = [
        ("Apache 2.0", Some(Permissive)),
        ("released under the MIT license", Some(Permissive)),
        ("CC BY 4.0", Some(Permissive)),
        ("CC BY-NC 4.0", Some(Noncommercial)),
        ("AGPLv3", Some(Copyleft)),
        ("LGPL-2.1", Some(Copyleft)),
        ("BUSL-1.1", Some(SourceAvailable)),
        ("an open license", Some(OpenUnspecified)),
        ("open-weight", Some(OpenUnspecified)),
        ("Proprietary", Some(Proprietary)),
        ("Research license, non-commercial use only", Some(Noncommercial)),
        ("see the website", None),
        ("submitted", None),
    ];
    for (text, expected) in cases {
        assert_eq!(licence_class(text), expected, "{text}");
    }
}

#[test]
fn facets_of_a_tool() {
    let site = Speaker::Site;
    let mut claims = vec![
        claim("1", "price", price(24.0, Some("Pro"), Period::Month), site, "one"),
        claim("2", "price", price(120.0, Some("Pro"), Period::Year), site, "one"),
        claim("3", "price", price(0.02, None, Period::Hour), site, "one"),
        claim("4", "license", Value::text("open source"), site, "one"),
        claim("5", "license", Value::text("Apache-2.0"), site, "one"),
        claim("6", "feature", Value::text("Works offline"), site, "one"),
    ];
    let facets = Facets::of(&claims);
    assert_eq!((facets.monthly, facets.currency.as_deref()), (Some(10.0), Some("USD")));
    assert_eq!(
        (facets.licence, facets.offline, facets.verified),
        (Some(LicenceClass::Permissive), Some(true), true)
    );
    claims.push(claim("7", "limitation", Value::text("Search does not work offline"), site, "one"));
    claims[0].status = Status::NeedsReview;
    let facets = Facets::of(&claims);
    assert_eq!((facets.offline, facets.verified), (Some(false), false));
    assert_eq!(Facets::of(&[]), Facets::default());
}
